//! Reminding a customer at once.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::super::Planner;
use super::super::decide::request;
use super::super::leave::{Tie, Ties};
use super::super::run::Tries;
use super::super::survey::over;
use super::super::unwanted::{number_key, unwanted};
use super::{Anyway, ReminderActError, ReminderQuestion, entry};
use crate::audit::{Act, Actor};
use crate::books::{Books, beside};
use crate::consent::Consent;
use crate::id::InvoiceId;
use crate::message::{MessageType, Trigger};
use crate::messenger::{Draft, Place, Receipt, Request, SendError};
use crate::port::{Due, Leaving, PlanWrite, PlanWritten, PlannerStore, StepWrite, due_on};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepName, StepReason, StepState};
use crate::settings::Settings;
use crate::wiring::Ports;

/// The sentence of reminders that a reminder by hand puts off.
const BY_HAND: &str = "The customer was reminded by hand.";

impl Planner {
    /// Reminds a customer of an invoice at once. This is a step of its own, which starts the least
    /// gap. Another reminder of the invoice that waits in the outbox is moved to the end of the
    /// gap. If the message cannot be sent by the end of the day, it is not sent any more.
    ///
    /// Outside the hours, and if the customer is reminded today already, a person is asked first.
    ///
    /// `seen` is the number of the invoice's reminders by hand, [`StepName::Now`], that the person
    /// saw. If there are more by now, the last of them is returned and no other is made, whatever
    /// was answered with yes. So a form that is sent twice, or a call that is repeated because its
    /// answer was lost, reminds once. With `None`, only a reminder by hand that is still on its way
    /// is returned.
    ///
    /// # Errors
    /// [`ReminderActError`]: then nobody is reminded.
    pub async fn remind_now(
        &self,
        invoice: &InvoiceId,
        by: &Actor,
        anyway: Anyway,
        seen: Option<usize>,
    ) -> Result<Receipt, ReminderActError> {
        let (ports, plans) = (&self.ports, self.plans.as_ref());
        let settings = ports.settings().await?;
        let (mut tries, mut looked_again) = (Tries::new(), false);
        loop {
            let rows = self.steps(invoice).await?;
            if seen.is_some_and(|seen| by_hand_of(&rows).count() > seen) {
                return last(&rows).ok_or(ReminderActError::Changed);
            }
            let due = due_now(self, invoice, &settings).await?;
            let now = ports.clock.now();
            let today = settings.time_zone.date(now);
            if let Some(receipt) = under_way(&rows) {
                return Ok(receipt);
            }
            let number_key = may_remind(ports, &due).await?;
            ask(plans, &due, &settings, now, anyway).await?;
            let no = u32::try_from(by_hand_of(&rows).count()).unwrap_or(u32::MAX);
            let no = no.saturating_add(1);
            let mut step = ReminderStep::new(
                invoice.clone(),
                StepName::Now(no),
                due.customer.clone(),
                due.number.clone(),
                today,
                now,
            );
            let request =
                by_hand(request(&step, &due, today, now, end_of(today, &settings, now)), by);
            let draft = Draft::made(ports, &[request], None).await;
            let message = match draft.places().first() {
                Some(Place::New(no)) => Some(*no),
                Some(Place::Refused(_) | Place::Nothing(_)) => {
                    return Err(no_message(draft.receipts(Vec::new())));
                }
                Some(Place::Known(id)) => {
                    step.message_id = Some(*id);
                    None
                }
                None => None,
            };
            let step = ReminderStep { number_key, ..step };
            let step = step.queued(today, now);
            let audit = entry(ports, by, Act::RemindedNow, &step, "none");
            let room = make_room(&self.ties(), &rows, today, &settings, now).await?;
            let Some((mut steps, leaving)) = room else {
                tries.again()?;
                continue;
            };
            steps.push(StepWrite { step, seen: None, message });
            let messages = draft.messages().to_vec();
            let audit = Some(audit);
            let write = PlanWrite { steps, messages, leaving, audit, ..PlanWrite::default() };
            match plans.write_plan(&write).await? {
                PlanWritten::Done(enqueued) => {
                    self.ties().withdraw_left(&write.leaving, &BY_HAND.into()).await?;
                    ports.wake.wake();
                    let mut receipts = draft.receipts(enqueued);
                    return match receipts.pop() {
                        Some(Ok(receipt)) => Ok(receipt),
                        other => Err(no_message(other.into_iter().collect())),
                    };
                }
                // It may have ended since then: its result is looked at once.
                PlanWritten::InHand if looked_again => return Err(ReminderActError::BeingSent),
                PlanWritten::InHand => looked_again = true,
                _ => tries.again()?,
            }
        }
    }
}

/// Moves reminders of the same invoice that wait in the outbox to the end of the gap. `None` if
/// a message has ended and its step does not say so yet: the step is noted then, and the steps
/// have to be read again.
async fn make_room(
    ties: &Ties<'_>,
    rows: &[ReminderStep],
    today: NaiveDate,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Option<(Vec<StepWrite>, Vec<Leaving>)>, ReminderActError> {
    let gap = Days::new(settings.reminder_gap_days.max(1).into());
    let day = today.checked_add_days(gap).unwrap_or(today);
    let (mut writes, mut leaving) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| row.state == StepState::Queued) {
        let why = Private::from(BY_HAND);
        if matches!(ties.tie(row).await?, Tie::Over) {
            ties.note(row, settings).await?;
            return Ok(None);
        }
        let left = ties.take_back(row, why.clone()).await?;
        let left = left.ok_or(ReminderActError::BeingSent)?;
        leaving.extend(left);
        let step = ReminderStep { day, round: row.round.saturating_add(1), ..row.clone() };
        let step = step.stands(StepState::Planned, Some(StepReason::Gap), Some(why), now);
        writes.push(over(step, rows));
    }
    // Several steps may have waited in one message.
    leaving.dedup();
    Ok(Some((writes, leaving)))
}

/// Returns the invoice, if its customer may be reminded of it now.
async fn due_now(
    Planner { ports, invoices, .. }: &Planner,
    invoice: &InvoiceId,
    settings: &Settings,
) -> Result<Due, ReminderActError> {
    let said = |why: Option<Private>| ReminderActError::NotDue(why.unwrap_or_default());
    let books = Books::new(settings, ports.clock.now());
    let due = due_on(invoices.as_ref(), invoice).await?;
    let due = books.open(due).map_err(|(_, why)| said(why.sentence()))?;
    let beside = beside(invoices.as_ref(), &due.customer, settings).await?;
    match books.held(&due, &beside) {
        Some(held) => Err(said(held.why.sentence())),
        None => Ok(due),
    }
}

/// Asks a person before a customer is reminded outside the hours, or again on the same day.
async fn ask(
    plans: &dyn PlannerStore,
    due: &Due,
    settings: &Settings,
    now: DateTime<Utc>,
    anyway: Anyway,
) -> Result<(), ReminderActError> {
    let today = settings.time_zone.date(now);
    let customer = std::slice::from_ref(&due.customer);
    let last = plans.last_reminded(customer).await?;
    let is_today = last.first().is_some_and(|(_, day)| *day >= today);
    let again = anyway.again_today.to(is_today.then_some(ReminderQuestion::RemindedToday));
    let outside = settings.outside_hours(MessageType::PAYMENT_REMINDER, now);
    let outside = anyway.outside_hours.to(outside).map(ReminderQuestion::OutsideHours);
    match again.or(outside) {
        Some(question) => Err(ReminderActError::Question(question)),
        None => Ok(()),
    }
}

/// Returns the key that all spellings of the customer's number share. It is an error if the
/// customer does not want reminders, or is muted.
async fn may_remind(ports: &Ports, due: &Due) -> Result<Option<String>, ReminderActError> {
    let found = ports.customers.find_many(std::slice::from_ref(&due.customer)).await?;
    let key = found.first().and_then(number_key);
    let keys = key.iter().map(|key| (due.customer.clone(), key.clone())).collect();
    let mut reasons = unwanted(ports, std::iter::once(due), &found, &keys).await?;
    match reasons.remove(&due.invoice) {
        Some(why) => Err(ReminderActError::NotDue(why)),
        None => Ok(key),
    }
}

/// Returns the reminders by hand of an invoice.
fn by_hand_of(rows: &[ReminderStep]) -> impl Iterator<Item = &ReminderStep> {
    rows.iter().filter(|row| matches!(row.name, StepName::Now(_)))
}

/// Returns the message of the last reminder by hand.
fn last(rows: &[ReminderStep]) -> Option<Receipt> {
    let last = by_hand_of(rows).filter(|row| row.message_id.is_some()).max_by_key(|row| row.name);
    Some(Receipt { message_id: last?.message_id?, is_new: false })
}

/// Returns the message of a reminder by hand that is on its way.
fn under_way(rows: &[ReminderStep]) -> Option<Receipt> {
    let queued = by_hand_of(rows).find(|row| row.state == StepState::Queued);
    Some(Receipt { message_id: queued?.message_id?, is_new: false })
}

/// Returns the end of a day, but at least an hour from now.
fn end_of(day: NaiveDate, settings: &Settings, now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = day.succ_opt().unwrap_or(day);
    let end = settings.time_zone.first_at(tomorrow, NaiveTime::MIN).unwrap_or(now);
    end.max(now + TimeDelta::hours(1))
}

/// Returns the same message, at a person's wish and at once.
fn by_hand(request: Request, by: &Actor) -> Request {
    // The person was asked about the reminder, so the message does not ask again.
    let mut request = request.with_trigger(Trigger::Manual).with_consent(Consent::Given);
    request.scheduled_for = None;
    request.created_by = by.user().cloned();
    request
}

fn no_message(receipts: Vec<Result<Receipt, SendError>>) -> ReminderActError {
    let error = receipts.into_iter().find_map(Result::err).map(|error| error.to_string());
    ReminderActError::NoMessage(error.unwrap_or_else(|| "the database gave no answer".to_owned()))
}
