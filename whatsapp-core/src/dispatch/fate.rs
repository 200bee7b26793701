//! The fate of a message's steps right before it is sent: pure rules, and their questions.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::books::{Beside, Books, Held, Why, beside, dated};
use crate::id::{CustomerId, InvoiceId};
use crate::message::{CancelReason, MessageType};
use crate::mute;
use crate::port::{
    DirectoryError, Due, EndedStep, InvoiceLedger, MuteQuestion, StepMessage, StepWrite,
    StoreError, due_on_all,
};
use crate::private::Private;
use crate::schedule::{Regime, ReminderStep, StepName, StepState};
use crate::settings::Settings;
use crate::template::{OpenInvoice, totals};
use crate::wiring::{Ports, mutes_for};

const SUMMARY: MessageType = MessageType::PAYMENT_SUMMARY;

/// The number of reasons that are told of a summary with no steps left.
const REASONS: usize = 3;

/// The decision about an invoice of the list.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It is listed.
    Listed(Due),
    /// Nobody is to be asked to pay it any more, for this reason.
    Over(CancelReason, Why),
    /// Nobody is to be asked just now.
    Waits(Held),
}

impl Fate {
    pub(crate) fn why(&self) -> Option<Private> {
        match self {
            Self::Listed(_) => None,
            Self::Over(_, why) => why.clone().sentence(),
            Self::Waits(held) => held.why.clone().sentence(),
        }
    }
}

/// Decides about each step. Steps that left the message before count only if all did. Steps that
/// are tried again after they were sent or failed are listed.
pub(crate) async fn fates<E>(
    ports: &Ports,
    customer: &CustomerId,
    mut steps: Vec<ReminderStep>,
    invoices: &dyn InvoiceLedger,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Vec<(ReminderStep, Fate)>, E>
where
    E: From<DirectoryError> + From<StoreError>,
{
    let books = Books::new(settings, now);
    if !steps.iter().any(|step| step.state.is_spoken_of()) {
        return Ok(steps.into_iter().map(left_before).collect());
    }
    steps.retain(|step| step.state.is_spoken_of());
    let ids: BTreeSet<&InvoiceId> = steps.iter().map(|step| &step.invoice).collect();
    let ids: Vec<InvoiceId> = ids.into_iter().cloned().collect();
    let beside = beside(invoices, customer, settings).await?;
    let answers = due_on_all(invoices, &ids).await?;
    let muted = muted(ports, customer, &ids).await?;
    let aside = Beside { payments_known_until: beside.payments_known_until, ..Beside::default() };
    let mut fates = Vec::with_capacity(steps.len());
    for step in steps {
        let place = ids.binary_search(&step.invoice).unwrap_or(usize::MAX);
        let due = books.open(answers.get(place).cloned().flatten());
        let fate = match (due, muted.get(place).cloned().flatten()) {
            (Err((reason, why)), _) => Fate::Over(reason, why),
            (Ok(due), _) if due.customer != *customer => {
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

/// Returns the reason why nobody is to be reminded of each of these invoices, where a mute says so.
async fn muted(
    ports: &Ports,
    customer: &CustomerId,
    invoices: &[InvoiceId],
) -> Result<Vec<Option<Private>>, StoreError> {
    let question = |invoice: &InvoiceId| MuteQuestion {
        customer: customer.clone(),
        number_key: None,
        invoice: Some(invoice.clone()),
    };
    let asked: Vec<MuteQuestion> = invoices.iter().map(question).collect();
    let answers = mutes_for(ports, &asked).await?;
    Ok(answers.iter().map(|mutes| mute::why(mutes, SUMMARY.category())).collect())
}

/// Returns a step that left its message before. The reason is in its sentence alone.
fn left_before(step: ReminderStep) -> (ReminderStep, Fate) {
    let why = step.sentence.clone().unwrap_or_else(|| step.state.label().into());
    (step, Fate::Over(CancelReason::Superseded, Why::said(why)))
}

/// Returns an invoice as the list shows it.
pub(super) fn open(fate: &Fate) -> Option<OpenInvoice> {
    let Fate::Listed(due) = fate else { return None };
    Some(OpenInvoice { number: due.number.clone(), due: due.due, amount: due.outstanding })
}

/// Returns the reason why an open invoice is not listed today, if it is not.
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

/// Holds the listed invoices in those currencies whose total the customer's credit covers.
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

/// Returns a queued step that leaves its message, in its new state.
pub(crate) fn left(
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

/// Returns the reasons why nothing is left, each reason once.
pub(crate) fn sentence(fates: &[(ReminderStep, Fate)]) -> Private {
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

/// Returns the reason why a step's message is not to go out today. A person stopped it meanwhile,
/// the date that it counts from was moved, or the settings were changed.
pub(crate) fn outdated(
    step: &ReminderStep,
    due: &Due,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<Why> {
    if step.state != StepState::Queued {
        let sentence = step.sentence.clone();
        return Some(Why::said(sentence.unwrap_or_else(|| step.state.label().into())));
    }
    if matches!(step.name, StepName::Now(_)) {
        return None;
    }
    let today = settings.time_zone.date(now);
    let regime = Regime::begin(today, settings.reminder_from, &settings.reminder_days);
    match regime.step(&dated(due), step.name, now) {
        Some(step) if step.own_day <= today => None,
        Some(step) => {
            let written = Books::new(settings, now).written(step.own_day);
            Some(Why::said(format!("Its day was moved to {written}.")))
        }
        None => Some(Why::said("There is no such reminder any more: the settings were changed.")),
    }
}
