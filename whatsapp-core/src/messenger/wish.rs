//! Who asks for an act, and what they saw.

use chrono::{DateTime, Utc};

use crate::audit::{Actor, AuditEntry};
use crate::id::AuditId;
use crate::message::Message;
use crate::schedule::ReminderStep;

/// Who asks for an act, and what they saw when they did.
///
/// ```
/// use whatsapp_core::UserId;
/// use whatsapp_core::audit::Actor;
/// use whatsapp_core::messenger::Wish;
///
/// // A form of a page names the row that it showed: the act is done to that row or not at all, however
/// // often and by whomever the form is sent.
/// let manager = Actor::Person(UserId::new("manager-1")?);
/// let updated_at = "2026-01-27T09:30:00Z".parse()?;
/// let wish = Wish::of(&manager).over(updated_at);
/// # let _ = wish;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub(crate) by: Actor,
    seen: Option<DateTime<Utc>>,
    none_at: Option<DateTime<Utc>>,
    resends: usize,
    at_once: bool,
    entry: Option<AuditId>,
}

impl Wish {
    /// A wish of somebody who looked at nothing.
    #[must_use]
    pub fn of(by: &Actor) -> Self {
        Self { by: by.clone(), seen: None, none_at: None, resends: 0, at_once: false, entry: None }
    }

    /// The same over a message as it was when its [`updated_at`](Message::updated_at) was this, or over a
    /// reminder that stands as it stands [since](crate::schedule::ReminderStep::since) then. Where it has
    /// changed, nothing is done: [`ManageError::Changed`](super::ManageError::Changed),
    /// [`ReminderActError::Changed`](crate::planner::ReminderActError::Changed).
    #[must_use]
    pub const fn over(mut self, seen: DateTime<Utc>) -> Self {
        self.seen = Some(seen);
        self
    }

    /// The same over a reminder that was still to come at this instant: it had no row. Where it has come to stand
    /// somehow since, nothing is done: [`ReminderActError::Changed`](crate::planner::ReminderActError::Changed).
    #[must_use]
    pub const fn over_none(mut self, at: DateTime<Utc>) -> Self {
        self.none_at = Some(at);
        self
    }

    /// The same over a message that so many others had taken the place of: the length of
    /// [`Messenger::resends`](super::Messenger::resends). Where there are others by now, it is not tried again:
    /// [`ManageError::Changed`](super::ManageError::Changed). Nobody is taken to have seen any who does not
    /// say so.
    #[must_use]
    pub const fn after_resends(mut self, resends: usize) -> Self {
        self.resends = resends;
        self
    }

    /// The same of somebody who was asked, and said yes: where the instant that they chose has passed, the
    /// message goes out at once.
    #[must_use]
    pub const fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// Whether an instant that has passed means at once. Of the host's own code it always does.
    pub(super) const fn is_at_once(&self) -> bool {
        self.at_once || !matches!(self.by, Actor::Person(_))
    }

    /// How many resends were seen.
    pub(super) const fn resends(&self) -> usize {
        self.resends
    }

    /// When the message had changed last that was seen, where that was said.
    pub(super) const fn seen(&self) -> Option<DateTime<Utc>> {
        self.seen
    }

    /// The same with the id of its entry in the audit. An act whose entry is there already is not done
    /// again: it fails as [`StoreError::Conflict`](crate::port::StoreError::Conflict).
    #[must_use]
    pub const fn as_entry(mut self, id: AuditId) -> Self {
        self.entry = Some(id);
        self
    }

    /// Whether a message is as it was seen.
    pub(super) fn fits(&self, message: &Message) -> bool {
        self.seen.is_none_or(|seen| seen == message.updated_at)
    }

    /// Whether a reminder stands as it did when it was seen, or when it was seen to have no row.
    pub(crate) fn fits_step(&self, step: &ReminderStep) -> bool {
        self.seen.is_none_or(|seen| seen == step.since)
            && self.none_at.is_none_or(|none_at| step.since <= none_at)
    }

    /// Whether it says of no row how that stood: so a reminder that has none fits.
    pub(crate) const fn fits_none(&self) -> bool {
        self.seen.is_none()
    }

    /// The entry of the audit under its own id, where it has one.
    pub(crate) fn entered(&self, entry: AuditEntry) -> AuditEntry {
        AuditEntry { id: self.entry.unwrap_or(entry.id), ..entry }
    }
}

impl From<&Actor> for Wish {
    fn from(by: &Actor) -> Self {
        Self::of(by)
    }
}
