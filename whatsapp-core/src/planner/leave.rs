//! Steps and their messages: withdrawing a message, and leaving one that is shared with others.

use super::{Planner, PlannerError};
use crate::message::{CancelReason, Message, MessageType, Status, Step};
use crate::port::Leaving;
use crate::private::Private;
use crate::schedule::{ReminderStep, StepState};

/// What ties a step to its message.
#[derive(Debug)]
pub(super) enum Tie {
    /// The message is its own: it is to be withdrawn.
    Own,
    /// It shares the message with others: it leaves it with the write that changes the step.
    Shared(Leaving),
    /// Nothing: the message is over, or the step has left it.
    Loose,
    /// The message is being sent, or was: what became of it is soon known.
    Fast,
}

impl Planner {
    /// Whether the message of a step is still to be sent.
    pub(super) async fn is_owed(&self, step: &ReminderStep) -> Result<bool, PlannerError> {
        let Some(id) = step.message_id else { return Ok(false) };
        let message = self.ports.store.message(id).await?;
        let owed = message.and_then(|message| message.state.owed);
        Ok(owed.is_some_and(|owed| owed.step != Step::Watch))
    }

    /// What ties a step to its message.
    pub(super) async fn tie(&self, step: &ReminderStep) -> Result<Tie, PlannerError> {
        let Some(id) = step.message_id else { return Ok(Tie::Loose) };
        let Some(message) = self.ports.store.message(id).await? else { return Ok(Tie::Loose) };
        if is_over(&message) {
            return Ok(Tie::Loose);
        }
        if message.facts.message_type != MessageType::PAYMENT_SUMMARY {
            return Ok(Tie::Own);
        }
        let speaks_of_it = matches!(step.state, StepState::Queued | StepState::Failed);
        let owed = message.state.owed;
        let waits = owed.is_some_and(|owed| owed.step == Step::Send && owed.open_since.is_none());
        Ok(match (speaks_of_it, waits) {
            (false, _) => Tie::Loose,
            (true, true) => Tie::Shared(Leaving::waiting(id)),
            (true, false) => Tie::Fast,
        })
    }

    /// Takes a step's message back: one that is its own is withdrawn, and one that it shares is given, to
    /// be left with the write that changes the step. `None` where it is too late.
    pub(super) async fn take_back(
        &self,
        step: &ReminderStep,
        why: Private,
    ) -> Result<Option<Vec<Leaving>>, PlannerError> {
        Ok(match self.tie(step).await? {
            Tie::Own => self.withdraw(step, why).await?.then(Vec::new),
            Tie::Shared(message) => Some(vec![message]),
            Tie::Loose => Some(Vec::new()),
            Tie::Fast => None,
        })
    }

    /// Withdraws the message of a queued step. `false` where it is being sent, or was: what became of it
    /// is soon known.
    pub(super) async fn withdraw(
        &self,
        step: &ReminderStep,
        why: Private,
    ) -> Result<bool, PlannerError> {
        let Some(id) = step.message_id else { return Ok(true) };
        match self.ports.store.message(id).await? {
            // The host deleted it, or it was withdrawn, or failed for good.
            None => Ok(true),
            Some(message) if is_over(&message) => Ok(true),
            Some(message) if self.is_rehearsal => Ok(message.state.owed.is_some()),
            Some(_) => Ok(self.messenger.withdraw(id, CancelReason::Superseded, why).await?),
        }
    }

    /// Withdraws those of the messages that all their steps have left. One that is taken up just now is
    /// withdrawn by whoever sends it.
    pub(super) async fn withdraw_left(
        &self,
        left: &[Leaving],
        why: &Private,
    ) -> Result<(), PlannerError> {
        for id in left.iter().map(|left| left.message).filter(|_| !self.is_rehearsal) {
            let steps = self.plans.steps_of_message(id).await?;
            if !steps.iter().any(|step| step.state.is_spoken_of()) {
                self.messenger.withdraw(id, CancelReason::Superseded, why.clone()).await?;
            }
        }
        Ok(())
    }
}

/// Whether nothing comes of a message any more, unless a person takes it up again.
fn is_over(message: &Message) -> bool {
    match message.state.status {
        Status::Cancelled => true,
        Status::Failed => message.state.owed.is_none(),
        Status::Pending | Status::Sent => false,
    }
}
