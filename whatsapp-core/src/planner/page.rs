//! A page of steps that go out, with their messages: everything that is asked for it, and what is
//! decided by that.

use super::PlannerError;
use super::date::Date;
use super::decide::Decider;
use super::gather::{Gathered, gathered};
use super::hindered::Hindered;
use super::known::{Known, known, uncount};
use super::outcome::{Outcome, Sending, left_for_later};
use crate::messenger::{Draft, Place, Request};
use crate::port::{Leaving, PlanWrite, StepWrite};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepName, StepState};

/// Makes a page of steps and messages that can be written.
pub(super) async fn page(
    date: &Date<'_>,
    hindered: &Hindered,
    steps: Vec<ReminderStep>,
) -> Result<PlanWrite, PlannerError> {
    let mut outcome = decided(date, hindered, &steps, Gathered::default()).await?;
    if date.settings.reminder_summary {
        let customers = outcome.send.iter().map(|sending| &sending.request.customer_id);
        let others = gathered(date, hindered, customers.chain(&outcome.full)).await?;
        if !others.is_empty() {
            outcome = decided(date, hindered, &steps, others).await?;
        }
    }
    let Outcome { mut writes, send, leaving, .. } = outcome;
    let requests: Vec<Request> = send.iter().map(|sending| sending.request.clone()).collect();
    if requests.is_empty() {
        return Ok(PlanWrite { steps: writes, leaving, ..PlanWrite::default() });
    }
    let draft = Draft::made(&date.planner.ports, &requests, None).await;
    for (Sending { steps, .. }, place) in send.into_iter().zip(draft.places()) {
        writes.extend(steps.into_iter().filter_map(|step| placed(date, step, &place)));
    }
    let messages = draft.messages().to_vec();
    let all_new = date.settings.reminder_summary;
    Ok(PlanWrite { steps: writes, messages, all_new, leaving, ..PlanWrite::default() })
}

/// Decides about these steps, together with the steps of summaries that wait.
async fn decided(
    date: &Date<'_>,
    hindered: &Hindered,
    steps: &[ReminderStep],
    gathered: Gathered,
) -> Result<Outcome, PlannerError> {
    let all: Vec<ReminderStep> = steps.iter().chain(&gathered.steps).cloned().collect();
    let mut facts = known(date, &all).await?;
    gathered.forget_in(&mut facts);
    let mut outcome = Outcome { leaving: gathered.leaving, ..Outcome::default() };
    let mut free = Vec::with_capacity(all.len());
    for step in all {
        if may_go(date, hindered, &step, &mut facts, &mut outcome).await? {
            free.push(step);
        }
    }
    Decider::new(date, hindered).decide(free, facts, &mut outcome);
    Ok(outcome)
}

/// Returns whether the step may go. Earlier steps of the same invoice that wait in the outbox
/// give way to it, and their messages are withdrawn. `false` while a message is being sent: its
/// result is known soon.
async fn may_go(
    date: &Date<'_>,
    hindered: &Hindered,
    step: &ReminderStep,
    known: &mut Known,
    outcome: &mut Outcome,
) -> Result<bool, PlannerError> {
    let ties = date.planner.ties();
    let why = Private::from(format!("A later reminder of {} takes its place.", step.subject));
    // The message should have been withdrawn when somebody held the step, and was not.
    if ties.take_back(step, why.clone()).await?.is_none() {
        let queued = step.clone().queued(step.day, date.now);
        let seen = Some(step.revision);
        outcome.writes.push(StepWrite { step: queued, seen, message: None });
        return Ok(false);
    }
    let Some(rows) = known.rows.get_mut(&step.invoice) else { return Ok(true) };
    let is_before = |row: &&mut ReminderStep| matches!((row.name, step.name), (StepName::After(a), StepName::After(b)) if a < b);
    for row in rows.iter_mut().filter(is_before) {
        let is_on_its_way = match row.state {
            StepState::Queued => true,
            // A person may have tried it again.
            StepState::Failed => ties.is_owed(row).await?,
            _ => false,
        };
        if !is_on_its_way {
            continue;
        }
        let leaving = ties.take_back(row, why.clone()).await?;
        let Some(leaving) = leaving.filter(|left| !hindered.has(left)) else {
            return Ok(false);
        };
        let key = row.number_key.as_ref().filter(|_| row.day == date.today());
        uncount(&mut known.on_day, key.filter(|_| leaving.is_empty()));
        // Several steps of the page may leave one message.
        let left = leaving.into_iter().filter(|left| !outcome.leaving.contains(left));
        let left: Vec<Leaving> = left.collect();
        outcome.leaving.extend(left);
        let seen = Some(row.revision);
        *row = row.clone().stands(StepState::GaveWay, None, Some(why.clone()), date.now);
        outcome.writes.push(StepWrite { step: row.clone(), seen, message: None });
    }
    Ok(true)
}

/// Returns a step after its message was made, or was not made.
fn placed(date: &Date<'_>, step: ReminderStep, place: &Place<'_>) -> Option<StepWrite> {
    let seen = Some(step.revision);
    let queued = |step: ReminderStep| step.queued(date.today(), date.now);
    match place {
        Place::New(no) | Place::Refused(no) => {
            Some(StepWrite { step: queued(step), seen, message: Some(*no) })
        }
        Place::Known(id) => {
            let step = ReminderStep { message_id: Some(*id), ..queued(step) };
            Some(StepWrite { step, seen, message: None })
        }
        Place::Nothing(why) => {
            let why = crate::visible::sentence(&why.to_string());
            left_for_later(date, &step, why.into())
        }
    }
}
