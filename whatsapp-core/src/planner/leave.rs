//! Steps and their messages: withdrawing a message, and leaving a message that is shared with
//! others.

use super::PlannerError;
use crate::message::{CancelReason, Message, MessageType, Status, Step};
use crate::messenger::withdraw;
use crate::port::{EndedStep, Leaving, PlanWrite, PlannerStore, StepMessage, StepWrite};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepState};
use crate::settings::Settings;
use crate::wiring::Ports;

/// The tie between a step and its message.
#[derive(Debug)]
pub(super) enum Tie {
    /// The message is the step's own: it is to be withdrawn.
    Own,
    /// The step shares the message with others. It leaves the message with the write that changes
    /// the step.
    Shared(Leaving),
    /// There is no tie: the step has left its message, or has noted its result.
    Loose,
    /// The message is over, and the step does not say so yet: the step has to be
    /// [noted](Ties::note) first. A person may take the message up again meanwhile.
    Over,
    /// The message is being sent, or was sent: its result is known soon.
    Fast,
}

/// The standing of a message that may still be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It waits for its next attempt.
    Waits,
    /// It is being sent, or looked up.
    InHand,
}

/// The ties of steps to their messages.
pub(super) struct Ties<'a> {
    pub(super) ports: &'a Ports,
    pub(super) plans: &'a dyn PlannerStore,
    /// Set for a rehearsal, which withdraws nothing.
    pub(super) is_rehearsal: bool,
}

impl Ties<'_> {
    /// Returns whether the message of a step is still to be sent.
    pub(super) async fn is_owed(&self, step: &ReminderStep) -> Result<bool, PlannerError> {
        let Some(id) = step.message_id else { return Ok(false) };
        let message = self.ports.store.message(id).await?;
        let owed = message.and_then(|message| message.state.owed);
        Ok(owed.is_some_and(|owed| owed.step != Step::Watch))
    }

    /// Returns the tie between a step and its message.
    pub(super) async fn tie(&self, step: &ReminderStep) -> Result<Tie, PlannerError> {
        let Some(id) = step.message_id else { return Ok(Tie::Loose) };
        let message = self.ports.store.message(id).await?;
        let Some(message) = message.filter(|message| !is_over(message)) else {
            return Ok(if step.state == StepState::Queued { Tie::Over } else { Tie::Loose });
        };
        if message.facts.message_type != MessageType::PAYMENT_SUMMARY {
            return Ok(Tie::Own);
        }
        let speaks_of_it = matches!(step.state, StepState::Queued | StepState::Failed);
        let waits = standing(&message) == Some(Standing::Waits);
        Ok(match (speaks_of_it, waits) {
            (false, _) => Tie::Loose,
            (true, true) => Tie::Shared(Leaving::waiting(id)),
            (true, false) => Tie::Fast,
        })
    }

    /// Takes a step's message back. The step's own message is withdrawn. A shared message is
    /// returned, to be left with the write that changes the step. `None` where it is too late, or
    /// where the message's result has to be noted first.
    pub(super) async fn take_back(
        &self,
        step: &ReminderStep,
        why: Private,
    ) -> Result<Option<Vec<Leaving>>, PlannerError> {
        Ok(match self.tie(step).await? {
            Tie::Own => self.withdraw(step, why).await?.then(Vec::new),
            Tie::Shared(message) => Some(vec![message]),
            Tie::Loose => Some(Vec::new()),
            Tie::Over | Tie::Fast => None,
        })
    }

    /// Writes down the result of a queued step's message, if the message is over. The caller then
    /// has to look at the step again.
    pub(super) async fn note(
        &self,
        step: &ReminderStep,
        settings: &Settings,
    ) -> Result<(), PlannerError> {
        let Some(id) = step.message_id else { return Ok(()) };
        let ended = match self.ports.store.message(id).await? {
            None => Some(StepMessage::deleted()),
            Some(message) => StepMessage::of(&message.state),
        };
        let Some(ended) = ended else { return Ok(()) };
        let seen = Some(step.revision);
        let ended = EndedStep { step: step.clone(), ended };
        let step = ended.stands(&settings.time_zone, self.ports.clock.now());
        let steps = vec![StepWrite { step, seen, message: None }];
        self.plans.write_plan(&PlanWrite { steps, ..PlanWrite::default() }).await?;
        Ok(())
    }

    /// Withdraws the message of a queued step. `false` if the message is being sent, or was sent:
    /// its result is known soon.
    pub(super) async fn withdraw(
        &self,
        step: &ReminderStep,
        why: Private,
    ) -> Result<bool, PlannerError> {
        let Some(id) = step.message_id else { return Ok(true) };
        match self.ports.store.message(id).await? {
            // The host deleted it, or it was withdrawn or failed for good.
            None => Ok(true),
            Some(message) if is_over(&message) => Ok(true),
            Some(message) if self.is_rehearsal => Ok(message.state.owed.is_some()),
            Some(_) => Ok(withdraw(self.ports, id, CancelReason::Superseded, why).await?),
        }
    }

    /// Withdraws the messages that all their steps have left. A message that a sender takes up just
    /// now is withdrawn by that sender.
    pub(super) async fn withdraw_left(
        &self,
        left: &[Leaving],
        why: &Private,
    ) -> Result<(), PlannerError> {
        for id in left.iter().map(|left| left.message).filter(|_| !self.is_rehearsal) {
            let steps = self.plans.steps_of_message(id).await?;
            if !steps.iter().any(|step| step.state.is_spoken_of()) {
                withdraw(self.ports, id, CancelReason::Superseded, why.clone()).await?;
            }
        }
        Ok(())
    }
}

/// Returns the standing of a message; `None` if it was sent, or if nothing happens to it any more.
pub(super) fn standing(message: &Message) -> Option<Standing> {
    let owed = message.state.owed?;
    match owed.step {
        Step::Send if owed.open_since.is_none() => Some(Standing::Waits),
        Step::Send | Step::Look => Some(Standing::InHand),
        Step::Watch => None,
    }
}

/// Returns whether nothing happens to a message any more, unless a person takes it up again.
fn is_over(message: &Message) -> bool {
    match message.state.status {
        Status::Cancelled => true,
        Status::Failed => message.state.owed.is_none(),
        Status::Pending | Status::Sent => false,
    }
}
