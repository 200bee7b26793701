//! The actor of an action, and the state that they saw.

use chrono::{DateTime, Utc};

use crate::audit::{Actor, AuditEntry};
use crate::id::AuditId;
use crate::message::Message;
use crate::schedule::ReminderStep;

/// The actor who asks for an action, and the state that they saw when they did.
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
    /// A wish of an actor who looked at nothing.
    #[must_use]
    pub fn of(by: &Actor) -> Self {
        Self { by: by.clone(), seen: None, none_at: None, resends: 0, at_once: false, entry: None }
    }

    /// The same wish, valid only for the state that was seen. That is a message whose
    /// [`updated_at`](Message::updated_at) is `seen`, or a reminder whose state holds
    /// [since](crate::schedule::ReminderStep::since) then. If it has changed, nothing is done, and
    /// the error is [`ManageError::Changed`](super::ManageError::Changed) or
    /// [`ReminderActError::Changed`](crate::planner::ReminderActError::Changed).
    #[must_use]
    pub const fn over(mut self, seen: DateTime<Utc>) -> Self {
        self.seen = Some(seen);
        self
    }

    /// The same wish, valid only for a reminder that was still to come at this instant: it had no
    /// row. If it got a state after that, nothing is done:
    /// [`ReminderActError::Changed`](crate::planner::ReminderActError::Changed).
    #[must_use]
    pub const fn over_none(mut self, at: DateTime<Utc>) -> Self {
        self.none_at = Some(at);
        self
    }

    /// The same wish, for a message that was replaced `resends` times: the length of
    /// [`Messenger::resends`](super::Messenger::resends). If their number has changed, the message
    /// is not tried again: [`ManageError::Changed`](super::ManageError::Changed). Without this call
    /// the number is 0.
    #[must_use]
    pub const fn after_resends(mut self, resends: usize) -> Self {
        self.resends = resends;
        self
    }

    /// The same wish, after the person was asked and said yes: if the chosen instant has passed,
    /// the message is sent at once.
    #[must_use]
    pub const fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// Returns true if an instant that has passed means at once. For the host's own code it always
    /// does.
    pub(super) const fn is_at_once(&self) -> bool {
        self.at_once || !matches!(self.by, Actor::Person(_))
    }

    /// Number of resends that were seen.
    pub(super) const fn resends(&self) -> usize {
        self.resends
    }

    /// Time of the message's last change that was seen, where it was given.
    pub(super) const fn seen(&self) -> Option<DateTime<Utc>> {
        self.seen
    }

    /// The same wish with the id of its audit entry. An action whose entry exists already is not
    /// done again: it fails as [`StoreError::Conflict`](crate::port::StoreError::Conflict).
    #[must_use]
    pub const fn as_entry(mut self, id: AuditId) -> Self {
        self.entry = Some(id);
        self
    }

    /// Returns true if a message is as it was seen.
    pub(super) fn fits(&self, message: &Message) -> bool {
        self.seen.is_none_or(|seen| seen == message.updated_at)
    }

    /// Returns true if a reminder has the state that was seen, or had no row when that was seen.
    pub(crate) fn fits_step(&self, step: &ReminderStep) -> bool {
        self.seen.is_none_or(|seen| seen == step.since)
            && self.none_at.is_none_or(|none_at| step.since <= none_at)
    }

    /// Returns true if the wish names no row's state: then a reminder without a row fits.
    pub(crate) const fn fits_none(&self) -> bool {
        self.seen.is_none()
    }

    /// Returns the audit entry with the wish's own id, where there is one.
    pub(crate) fn entered(&self, entry: AuditEntry) -> AuditEntry {
        AuditEntry { id: self.entry.unwrap_or(entry.id), ..entry }
    }
}

impl From<&Actor> for Wish {
    fn from(by: &Actor) -> Self {
        Self::of(by)
    }
}
