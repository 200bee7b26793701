//! Default and largest number of items on a page of each list.

/// For messages: the largest page; the default is that of the HTML pages.
pub(super) const ROWS_MAX: u32 = 200;

/// For reminders that wait for approval.
pub(super) const STEPS: u32 = 20;
pub(super) const STEPS_MAX: u32 = 200;

/// For the entries of one day of the schedule.
pub(super) const LINES: u32 = 20;
pub(super) const LINES_MAX: u32 = 200;

/// For the versions of a template.
pub(super) const VERSIONS: u32 = 20;
pub(super) const VERSIONS_MAX: u32 = 100;

/// For entries of the festival calendar.
pub(super) const FESTIVALS: u32 = 20;
pub(super) const FESTIVALS_MAX: u32 = 100;

/// For the recipients of one festival.
pub(super) const RECIPIENTS: u32 = 50;
pub(super) const RECIPIENTS_MAX: u32 = 200;

/// For the messages of a bulk act.
pub(super) const ITEMS: u32 = 100;
pub(super) const ITEMS_MAX: u32 = 500;

/// For entries of the audit.
pub(super) const ENTRIES: u32 = 50;
pub(super) const ENTRIES_MAX: u32 = 200;
