//! Rules for a plan's write that all stores share: the writes that are refused, and the rows to
//! store.

use std::collections::BTreeSet;

use super::super::StoreError;
use super::super::outbox::Enqueued;
use super::PlanWrite;
use crate::id::InvoiceId;
use crate::schedule::{ReminderStep, StepName, StepState};

impl PlanWrite {
    /// Refuses writes that no store accepts:
    /// - a message that occurs twice among those that steps leave;
    /// - a step that occurs twice, or that names a message which is not in the write;
    /// - a step that is queued or sent, without a message;
    /// - a step that is not held, although managers were told that it waits for approval;
    /// - a step that is not queued, but has the day for which it was planned when it was.
    ///
    /// # Errors
    /// [`StoreError::Other`], which gives the reason.
    pub fn check(&self) -> Result<(), StoreError> {
        let wrong = |reason: &str| Err(StoreError::Other { reason: reason.to_owned() });
        let mut names = BTreeSet::new();
        let mut left = BTreeSet::new();
        if !self.leaving.iter().all(|leaving| left.insert(leaving.message)) {
            return wrong("steps leave a message twice in one write");
        }
        for write in &self.steps {
            let step = &write.step;
            if !names.insert((&step.invoice, step.name)) {
                return wrong("a step stands twice in one write");
            }
            if write.message.is_some_and(|place| place >= self.messages.len()) {
                return wrong("a step names a message that its write does not have");
            }
            if step.state.reminds() && write.message.is_none() && step.message_id.is_none() {
                return wrong("a step that is on its way or sent needs its message");
            }
            if step.planned_for.is_some() && step.state != StepState::Queued {
                return wrong("a step that is not on its way is planned for the day that it says");
            }
            if step.told && step.state != StepState::Held {
                return wrong("a step of which managers were told waits for their approval");
            }
        }
        Ok(())
    }

    /// Returns the indexes of the messages whose keys are taken, where
    /// [all have to be new](Self::all_new) and `enqueued` is the result for the messages.
    #[must_use]
    pub fn taken(&self, enqueued: &[Enqueued]) -> Vec<usize> {
        let is_new = |enqueued: &Enqueued| matches!(enqueued, Enqueued::New(_));
        let old = enqueued.iter().enumerate().filter(|(_, enqueued)| !is_new(enqueued));
        old.map(|(place, _)| place).filter(|_| self.all_new).collect()
    }

    /// Returns true if a step is not as it was read: `revision` gives the revision of the stored
    /// row.
    pub fn is_stale(&self, revision: impl Fn(&InvoiceId, StepName) -> Option<u32>) -> bool {
        let there = |step: &ReminderStep| revision(&step.invoice, step.name);
        self.steps.iter().any(|write| write.seen != there(&write.step))
    }

    /// Returns the rows to store, when `enqueued` is the result for the messages. They have their
    /// messages' ids; new ones are at revision 0, and all others at the revision after the one that
    /// was read.
    #[must_use]
    pub fn rows(&self, enqueued: &[Enqueued]) -> Vec<ReminderStep> {
        let row = |write: &super::StepWrite| {
            let message = write.message.and_then(|place| enqueued.get(place));
            ReminderStep {
                message_id: message.map(|enqueued| enqueued.id()).or(write.step.message_id),
                revision: write.seen.map_or(0, |seen| seen.saturating_add(1)),
                ..write.step.clone()
            }
        };
        self.steps.iter().map(row).collect()
    }
}
