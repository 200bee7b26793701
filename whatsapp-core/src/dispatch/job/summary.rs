//! A summary right before it is sent: its list is made anew from the invoices that are still due.

use super::host::{Host, HostSays, INVOICES};
use crate::books::{Books, Why};
use crate::compose::{Composer, Content};
use crate::dispatch::fate::{Fate, fates, left, open, sentence};
use crate::id::{InvoiceId, MessageId};
use crate::message::{CancelReason, Event, MessageType, Part};
use crate::port::{
    Claimed, DirectoryError, InvoiceLedger, Leaving, PlanWrite, PlanWritten, PlannerStore,
    StepWrite, StoreError,
};
use crate::schedule::{ReminderStep, StepState};
use crate::template::{OpenInvoice, Payload, PaymentSummary};
use crate::wiring::Ports;

/// The sentence of a summary whose reminders cannot be looked up.
const REMINDERS: &str = "The reminders that it lists could not be read.";

const SUMMARY: MessageType = MessageType::PAYMENT_SUMMARY;

/// Number of times that a list is made again because somebody else changed it meanwhile.
const TRIES: u32 = 3;

/// A question that had to be asked got no answer.
#[derive(Debug, thiserror::Error)]
enum Unasked {
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the ports of whoever sends need `with_invoices` and `with_plans`")]
    Unwired,
    #[error("the reminders were changed by somebody else again and again")]
    Contended,
}

impl Host<'_> {
    /// Makes the list of a summary anew. Steps that are not due any more, or are held, leave the
    /// message before it is sent: each step that has not left is listed in it. If none is left, the
    /// message is withdrawn.
    ///
    /// A summary that a host made has no steps, and goes out unchanged. A summary that the planner
    /// made, and that no step points to any more, is withdrawn.
    pub(crate) async fn summary_says(&self) -> HostSays {
        let Self { claimed, settings, now, .. } = *self;
        if claimed.progress.part == Part::Text || claimed.values.is_none() {
            return HostSays::Send(Ok(None));
        }
        let (Some(invoices), Some(plans)) = (&self.ports.invoices, &self.ports.plans) else {
            let unwired = self.ask_again(REMINDERS, &Unasked::Unwired);
            return self.unless_a_hosts(unwired).await;
        };
        let made = self.listed(invoices.as_ref(), plans.as_ref()).await;
        let fates = match made {
            Ok(Some(fates)) => fates,
            Ok(None) => {
                let why = Why::said("All its reminders were taken out of it.");
                let left = HostSays::Settle(Event::Withdrawn(CancelReason::Superseded), why);
                return self.unless_a_hosts(left).await;
            }
            Err(error) => return self.ask_again(INVOICES, &error),
        };
        let stale = fates.iter().find_map(|(_, fate)| match fate {
            Fate::Waits(held) => held.stale,
            Fate::Listed(_) | Fate::Over(..) => None,
        });
        if let Some(day) = stale {
            self.health.tell_stale(day, Books::new(settings, now).written(day)).await;
        }
        let due: Vec<OpenInvoice> = fates.iter().filter_map(|(_, fate)| open(fate)).collect();
        if due.is_empty() {
            return nothing_left(claimed, &fates);
        }
        let content = |_: &Composer<'_>| {
            let content = Content::Payload(Payload::PaymentSummary(PaymentSummary::new(due)));
            content.check().map(|()| content)
        };
        self.composed_today(SUMMARY, content).await
    }

    /// Returns `planners` for a summary that the planner made. A host's summary goes out unchanged.
    /// The key tells whose it is; for a summary that sends another again, the key of the first one
    /// does.
    async fn unless_a_hosts(&self, planners: HostSays) -> HostSays {
        let mut id = self.claimed.lease.message_id;
        loop {
            let message = match self.ports.store.message(id).await {
                Ok(Some(message)) => message,
                Ok(None) => return HostSays::Send(Ok(None)),
                Err(error) => return self.ask_again(REMINDERS, &error),
            };
            let facts = &message.facts;
            match facts.resend_of {
                Some(before) => id = before,
                None if facts.key.is_of_summary(&facts.customer_id, facts.created_at) => {
                    return planners;
                }
                None => return HostSays::Send(Ok(None)),
            }
        }
    }

    /// Decides about each step of a message, after the steps that are not to be listed have left
    /// it; `None` if it has no steps.
    async fn listed(
        &self,
        invoices: &dyn InvoiceLedger,
        plans: &dyn PlannerStore,
    ) -> Result<Option<Vec<(ReminderStep, Fate)>>, Unasked> {
        let Self { ports, claimed, settings, now, .. } = *self;
        let customer = &claimed.customer_id;
        for _ in 0..TRIES {
            let steps = self.steps_of(claimed.lease.message_id, plans).await?;
            if steps.is_empty() {
                return Ok(None);
            }
            let fates = fates::<Unasked>(ports, customer, steps, invoices, settings, now).await?;
            let leaves = |(step, fate): &(ReminderStep, Fate)| left(step, fate, settings, now);
            let steps: Vec<StepWrite> = fates.iter().filter_map(leaves).collect();
            if steps.is_empty() {
                return Ok(Some(fates));
            }
            // A process that lost the claim meanwhile takes nothing out of what another one sends.
            let claim = Some(claimed.lease.token);
            let leaving = vec![Leaving { message: claimed.lease.message_id, claim }];
            let write = PlanWrite { steps, leaving, ..PlanWrite::default() };
            match plans.write_plan(&write).await? {
                PlanWritten::Done(_) => return Ok(Some(fates)),
                PlanWritten::InHand => break,
                _ => {}
            }
        }
        Err(Unasked::Contended)
    }

    /// Returns the steps of a message. If it sends another message again, these are the steps of
    /// the first one.
    async fn steps_of(
        &self,
        mut id: MessageId,
        plans: &dyn PlannerStore,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        loop {
            let steps = plans.steps_of_message(id).await?;
            if !steps.is_empty() {
                return Ok(steps);
            }
            let message = self.ports.store.message(id).await?;
            let Some(before) = message.and_then(|message| message.facts.resend_of) else {
                return Ok(steps);
            };
            id = before;
        }
    }
}

/// Returns the invoices that a summary lists. Steps that are not to be listed are no longer
/// queued in it.
pub(crate) async fn listed_in(
    ports: &Ports,
    claimed: &Claimed,
) -> Result<Vec<InvoiceId>, StoreError> {
    let Some(plans) = &ports.plans else { return Ok(Vec::new()) };
    let steps = plans.steps_of_message(claimed.lease.message_id).await?;
    let queued = steps.into_iter().filter(|step| step.state == StepState::Queued);
    Ok(queued.map(|step| step.invoice).collect())
}

/// Decides about a summary with no steps left. If a person tried it again, it waits for the books.
fn nothing_left(claimed: &Claimed, fates: &[(ReminderStep, Fate)]) -> HostSays {
    let is_of_the_planner = fates.iter().any(|(step, _)| step.state == StepState::Queued);
    let waits = fates.iter().find_map(|(_, fate)| match fate {
        Fate::Waits(held) => Some(held),
        Fate::Listed(_) | Fate::Over(..) => None,
    });
    if let Some(held) = waits.filter(|_| !is_of_the_planner) {
        let until = claimed.expires_at.map_or(held.until, |expires| held.until.min(expires));
        return HostSays::Settle(Event::Postponed { until }, held.why.clone());
    }
    let reason = |fate: &Fate| match fate {
        Fate::Over(reason, _) => *reason,
        Fate::Listed(_) | Fate::Waits(_) => CancelReason::Superseded,
    };
    // A step that is planned again weighs more than one that is over, and a paid one more than the
    // rest.
    let has = |wanted: CancelReason| fates.iter().any(|(_, fate)| reason(fate) == wanted);
    let weighty = [CancelReason::Superseded, CancelReason::Paid].into_iter().find(|it| has(*it));
    let first = fates.first().map(|(_, fate)| reason(fate));
    let reason = weighty.or(first).unwrap_or(CancelReason::Superseded);
    HostSays::Settle(Event::Withdrawn(reason), Why::said(sentence(fates)))
}
