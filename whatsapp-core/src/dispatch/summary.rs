//! A summary right before it is sent: its list is made anew from the invoices that are still due.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::Dispatcher;
use super::host::{HostSays, INVOICES, ask_again, outdated};
use crate::books::{Beside, Books, Held, Why, beside};
use crate::compose::{Composer, Content};
use crate::id::{InvoiceId, MessageId};
use crate::message::{CancelReason, Event, MessageType, Part};
use crate::mute;
use crate::port::{
    Claimed, DirectoryError, Due, EndedStep, InvoiceLedger, Leaving, MuteQuestion, PlanWrite,
    PlanWritten, PlannerStore, StepMessage, StepWrite, StoreError, due_on_all,
};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepState};
use crate::settings::Settings;
use crate::template::{OpenInvoice, Payload, PaymentSummary, totals};

/// What is said of a summary whose reminders cannot be looked up.
const REMINDERS: &str = "The reminders that it lists could not be read.";

const SUMMARY: MessageType = MessageType::PAYMENT_SUMMARY;

/// How often the list is made again that somebody else changed meanwhile.
const TRIES: u32 = 3;

/// How many reasons are told of a summary of which nothing is left.
const REASONS: usize = 3;

/// What becomes of an invoice of the list.
#[derive(Debug)]
enum Fate {
    /// It is listed.
    Listed(Due),
    /// Nobody is to be asked to pay it any more, for this reason.
    Over(CancelReason, Why),
    /// Nobody is to be asked just now.
    Waits(Held),
}

impl Fate {
    fn why(&self) -> Option<Private> {
        match self {
            Self::Listed(_) => None,
            Self::Over(_, why) => why.clone().sentence(),
            Self::Waits(held) => held.why.clone().sentence(),
        }
    }
}

/// Something that had to be asked gave no answer.
#[derive(Debug, thiserror::Error)]
enum Unasked {
    #[error("{0}")]
    Directory(#[from] DirectoryError),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("the ports of whoever sends need `with_invoices` and `with_plans`")]
    Unwired,
    #[error("the reminders were changed by somebody else again and again")]
    Contended,
}

impl Dispatcher {
    /// Makes the list of a summary anew. What is not due any more, or is held, leaves the message before
    /// it is sent: each step that has not left is listed in it. Nothing left withdraws it.
    ///
    /// A summary that a host made has no steps, and goes out as it is. One that the planner made, and that
    /// no step points to any more, is withdrawn.
    pub(super) async fn summary_says(
        &self,
        claimed: &Claimed,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> HostSays {
        if claimed.progress.part == Part::Text || claimed.values.is_none() {
            return HostSays::Send(Ok(None));
        }
        let (Some(invoices), Some(plans)) = (&self.ports.invoices, &self.ports.plans) else {
            let unwired = ask_again(claimed, REMINDERS, &Unasked::Unwired, now);
            return self.unless_a_hosts(claimed, unwired, now).await;
        };
        let made = self.listed(claimed, invoices.as_ref(), plans.as_ref(), settings, now).await;
        let fates = match made {
            Ok(Some(fates)) => fates,
            Ok(None) => {
                let why = Why::said("All its reminders were taken out of it.");
                let left = HostSays::Settle(Event::Withdrawn(CancelReason::Superseded), why);
                return self.unless_a_hosts(claimed, left, now).await;
            }
            Err(error) => return ask_again(claimed, INVOICES, &error, now),
        };
        let stale = fates.iter().find_map(|(_, fate)| match fate {
            Fate::Waits(held) => held.stale,
            Fate::Listed(_) | Fate::Over(..) => None,
        });
        if let Some(day) = stale {
            self.tell_stale(day, Books::new(settings, now).written(day)).await;
        }
        let due: Vec<OpenInvoice> = fates.iter().filter_map(|(_, fate)| open(fate)).collect();
        if due.is_empty() {
            return nothing_left(claimed, &fates);
        }
        let content = |_: &Composer<'_>| {
            let content = Content::Payload(Payload::PaymentSummary(PaymentSummary::new(due)));
            content.check().map(|()| content)
        };
        self.composed_today(claimed, SUMMARY, content, settings, now).await
    }

    /// This of a summary that the planner made; that of a host goes out as it is. The key says whose it is,
    /// and that of the first one where it sends another one again.
    async fn unless_a_hosts(
        &self,
        claimed: &Claimed,
        planners: HostSays,
        now: DateTime<Utc>,
    ) -> HostSays {
        let mut id = claimed.lease.message_id;
        loop {
            let message = match self.ports.store.message(id).await {
                Ok(Some(message)) => message,
                Ok(None) => return HostSays::Send(Ok(None)),
                Err(error) => return ask_again(claimed, REMINDERS, &error, now),
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

    /// What becomes of each step of a message, once those that are not to be listed have left it; `None`
    /// where it has no steps.
    async fn listed(
        &self,
        claimed: &Claimed,
        invoices: &dyn InvoiceLedger,
        plans: &dyn PlannerStore,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<(ReminderStep, Fate)>>, Unasked> {
        for _ in 0..TRIES {
            let steps = self.steps_of(claimed.lease.message_id, plans).await?;
            if steps.is_empty() {
                return Ok(None);
            }
            let fates = self.fates(claimed, steps, invoices, settings, now).await?;
            let leaves = |(step, fate): &(ReminderStep, Fate)| left(step, fate, settings, now);
            let steps: Vec<StepWrite> = fates.iter().filter_map(leaves).collect();
            if steps.is_empty() {
                return Ok(Some(fates));
            }
            // Whoever lost the claim meanwhile takes nothing out of what another one sends.
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

    /// The steps of a message; those of the first one where it sends another one again.
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

    /// The invoices that a summary lists: of steps that are not to be listed none is queued in it any more.
    pub(super) async fn listed_in(&self, claimed: &Claimed) -> Result<Vec<InvoiceId>, StoreError> {
        let Some(plans) = &self.ports.plans else { return Ok(Vec::new()) };
        let steps = plans.steps_of_message(claimed.lease.message_id).await?;
        let queued = steps.into_iter().filter(|step| step.state == StepState::Queued);
        Ok(queued.map(|step| step.invoice).collect())
    }

    /// What becomes of each step. Those that left the message before count only where all did; what was
    /// tried again after it was sent or failed is listed.
    async fn fates(
        &self,
        claimed: &Claimed,
        mut steps: Vec<ReminderStep>,
        invoices: &dyn InvoiceLedger,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<Vec<(ReminderStep, Fate)>, Unasked> {
        let books = Books::new(settings, now);
        if !steps.iter().any(|step| step.state.is_spoken_of()) {
            return Ok(steps.into_iter().map(left_before).collect());
        }
        steps.retain(|step| step.state.is_spoken_of());
        let ids: BTreeSet<&InvoiceId> = steps.iter().map(|step| &step.invoice).collect();
        let ids: Vec<InvoiceId> = ids.into_iter().cloned().collect();
        let beside = beside(invoices, &claimed.customer_id, settings).await?;
        let answers = due_on_all(invoices, &ids).await?;
        let muted = self.muted(claimed, &ids).await?;
        let aside =
            Beside { payments_known_until: beside.payments_known_until, ..Beside::default() };
        let mut fates = Vec::with_capacity(steps.len());
        for step in steps {
            let place = ids.binary_search(&step.invoice).unwrap_or(usize::MAX);
            let due = books.open(answers.get(place).cloned().flatten());
            let fate = match (due, muted.get(place).cloned().flatten()) {
                (Err((reason, why)), _) => Fate::Over(reason, why),
                (Ok(due), _) if due.customer != claimed.customer_id => {
                    let why = format!("{} belongs to another customer now.", due.number);
                    Fate::Over(CancelReason::Void, Why::said(why))
                }
                (Ok(_), Some(why)) => Fate::Over(CancelReason::Muted, Why::said(why)),
                (Ok(due), None) => match not_today(&step, &due, &aside, &books, settings, now) {
                    Some(fate) => fate,
                    None => Fate::Listed(due),
                },
            };
            fates.push((step, fate));
        }
        hold_covered(&mut fates, &books, &beside);
        Ok(fates)
    }

    /// Why nobody is to be reminded of each of these invoices, where a mute says so.
    async fn muted(
        &self,
        claimed: &Claimed,
        invoices: &[InvoiceId],
    ) -> Result<Vec<Option<Private>>, StoreError> {
        let question = |invoice: &InvoiceId| MuteQuestion {
            customer: claimed.customer_id.clone(),
            number_key: None,
            invoice: Some(invoice.clone()),
        };
        let asked: Vec<MuteQuestion> = invoices.iter().map(question).collect();
        let answers = self.ports.mutes_for(&asked).await?;
        Ok(answers.iter().map(|mutes| mute::why(mutes, SUMMARY.category())).collect())
    }
}

/// A step that left its message before. Why each was cancelled is in its sentence alone.
fn left_before(step: ReminderStep) -> (ReminderStep, Fate) {
    let why = step.sentence.clone().unwrap_or_else(|| step.state.label().into());
    (step, Fate::Over(CancelReason::Superseded, Why::said(why)))
}

/// An invoice as the list has it.
fn open(fate: &Fate) -> Option<OpenInvoice> {
    let Fate::Listed(due) = fate else { return None };
    Some(OpenInvoice { number: due.number.clone(), due: due.due, amount: due.outstanding })
}

/// Why an open invoice is not listed today, if it is not.
fn not_today(
    step: &ReminderStep,
    due: &Due,
    beside: &Beside,
    books: &Books<'_>,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<Fate> {
    let moved = match step.state {
        StepState::Queued => outdated(step, due, settings, now),
        _ => None,
    };
    let moved = moved.map(|why| Fate::Over(CancelReason::Superseded, why));
    let waits = || books.misdated(due).or_else(|| books.held(due, beside)).map(Fate::Waits);
    moved.or_else(waits)
}

/// Holds what is listed of those currencies whose total the customer's credit covers.
fn hold_covered(fates: &mut [(ReminderStep, Fate)], books: &Books<'_>, beside: &Beside) {
    let listed = fates.iter().filter_map(|(_, fate)| match fate {
        Fate::Listed(due) => Some(due.outstanding),
        Fate::Over(..) | Fate::Waits(_) => None,
    });
    for total in totals(listed) {
        let Some(held) = books.covered(total, beside) else { continue };
        for (_, fate) in fates.iter_mut() {
            if matches!(fate, Fate::Listed(due) if due.outstanding.currency() == total.currency()) {
                *fate = Fate::Waits(held.clone());
            }
        }
    }
}

/// A queued step that leaves its message, as it stands from now on.
fn left(
    step: &ReminderStep,
    fate: &Fate,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<StepWrite> {
    let reason = match fate {
        Fate::Over(reason, _) if step.state == StepState::Queued => *reason,
        Fate::Waits(_) if step.state == StepState::Queued => CancelReason::Superseded,
        Fate::Listed(_) | Fate::Over(..) | Fate::Waits(_) => return None,
    };
    let ended = StepMessage::withdrawn(reason, fate.why());
    let seen = Some(step.revision);
    let step = EndedStep { step: step.clone(), ended }.stands(&settings.time_zone, now);
    Some(StepWrite { step, seen, message: None })
}

/// What becomes of a summary of which nothing is left. One that a person tried again waits for the books.
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
    // What is planned again weighs more than what is over, and what was paid more than the rest of that.
    let has = |wanted: CancelReason| fates.iter().any(|(_, fate)| reason(fate) == wanted);
    let weighty = [CancelReason::Superseded, CancelReason::Paid].into_iter().find(|it| has(*it));
    let first = fates.first().map(|(_, fate)| reason(fate));
    let reason = weighty.or(first).unwrap_or(CancelReason::Superseded);
    HostSays::Settle(Event::Withdrawn(reason), Why::said(sentence(fates)))
}

/// Why nothing is left, each reason once.
fn sentence(fates: &[(ReminderStep, Fate)]) -> Private {
    let mut said: Vec<Private> = Vec::new();
    for why in fates.iter().filter_map(|(_, fate)| fate.why()) {
        if !said.contains(&why) {
            said.push(why);
        }
    }
    let mut text: Vec<&str> = said.iter().take(REASONS).map(Private::as_str).collect();
    let more = said.len().saturating_sub(REASONS);
    let rest = format!("And {more} more reasons.");
    if more > 0 {
        text.push(if more == 1 { "And one more reason." } else { &rest });
    }
    text.join(" ").into()
}
