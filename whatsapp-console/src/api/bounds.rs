//! How much a page of a list has where nobody says it, and the most that it can have.

/// Of messages, beside what the pages have.
pub(super) const ROWS_MAX: u32 = 200;

/// Of reminders that wait.
pub(super) const STEPS: u32 = 20;
pub(super) const STEPS_MAX: u32 = 200;

/// Of what goes out on a day.
pub(super) const LINES: u32 = 20;
pub(super) const LINES_MAX: u32 = 200;

/// Of the versions of a template.
pub(super) const VERSIONS: u32 = 20;
pub(super) const VERSIONS_MAX: u32 = 100;

/// Of entries of the calendar of festivals.
pub(super) const FESTIVALS: u32 = 20;
pub(super) const FESTIVALS_MAX: u32 = 100;

/// Of the recipients of one.
pub(super) const RECIPIENTS: u32 = 50;
pub(super) const RECIPIENTS_MAX: u32 = 200;

/// Of the messages of an act on many.
pub(super) const ITEMS: u32 = 100;
pub(super) const ITEMS_MAX: u32 = 500;

/// Of entries of the audit.
pub(super) const ENTRIES: u32 = 50;
pub(super) const ENTRIES_MAX: u32 = 200;
