//! Waiting summaries of customers who are to get another summary: their steps go with the new one.

use std::collections::{BTreeMap, BTreeSet};

use super::PlannerError;
use super::date::Date;
use super::hindered::Hindered;
use super::known::{Known, uncount};
use super::leave::{Standing, standing};
use crate::id::{CustomerId, MessageId};
use crate::message::{MessageKey, MessageType};
use crate::port::Leaving;
use crate::schedule::{ReminderStep, StepState};

/// The steps and messages that customers have in summaries of earlier dates.
#[derive(Default)]
pub(super) struct Gathered {
    /// The steps, as they were planned before their messages were made.
    pub(super) steps: Vec<ReminderStep>,
    /// The messages, which nobody is sending or looking up.
    pub(super) leaving: Vec<Leaving>,
    /// The key of each message's number, if the message was to go out today.
    numbers: Vec<Option<String>>,
    /// Customers with a summary that is being sent or looked up.
    pub(super) busy: BTreeSet<CustomerId>,
}

impl Gathered {
    /// Returns whether no customer has an earlier summary.
    pub(super) fn is_empty(&self) -> bool {
        self.leaving.is_empty() && self.busy.is_empty()
    }

    /// Changes `known` to what it was before the messages of these steps were made.
    pub(super) fn forget_in(&self, known: &mut Known) {
        for number in &self.numbers {
            uncount(&mut known.on_day, number.as_ref());
        }
        known.busy.clone_from(&self.busy);
        for step in &self.steps {
            let rows = known.rows.get_mut(&step.invoice);
            let row = rows.and_then(|rows| rows.iter_mut().find(|row| row.name == step.name));
            if let Some(row) = row {
                row.clone_from(step);
            }
        }
    }
}

/// Returns the steps and messages that these customers have in earlier summaries. They are to
/// get a summary of the date.
pub(super) async fn gathered<'a>(
    date: &Date<'_>,
    hindered: &Hindered,
    customers: impl Iterator<Item = &'a CustomerId>,
) -> Result<Gathered, PlannerError> {
    let customers: BTreeSet<&CustomerId> = customers.collect();
    let customers: Vec<CustomerId> = customers.into_iter().cloned().collect();
    let mut gathered = Gathered::default();
    if customers.is_empty() {
        return Ok(gathered);
    }
    let mut of: BTreeMap<MessageId, Vec<ReminderStep>> = BTreeMap::new();
    for step in date.planner.plans.queued_of(&customers).await? {
        if let Some(id) = step.message_id {
            of.entry(id).or_default().push(step);
        }
    }
    for (id, steps) in of {
        let leaving = Leaving::waiting(id);
        match of_another_date(date, id).await? {
            None => {}
            Some(Standing::Waits) if !hindered.has(&[leaving]) => {
                gathered.leaving.push(leaving);
                let first = steps.first().filter(|step| step.day == date.today());
                gathered.numbers.push(first.and_then(|step| step.number_key.clone()));
                gathered.steps.extend(steps.into_iter().map(|step| as_planned(date, step)));
            }
            Some(Standing::Waits | Standing::InHand) => {
                gathered.busy.extend(steps.into_iter().map(|step| step.customer));
            }
        }
    }
    Ok(gathered)
}

/// Returns the standing of a message that is a summary of another date and is still to be sent.
async fn of_another_date(date: &Date<'_>, id: MessageId) -> Result<Option<Standing>, PlannerError> {
    let message = date.planner.ports.store.message(id).await?;
    Ok(message.and_then(|message| {
        let facts = &message.facts;
        let own = MessageKey::of_summary(&facts.customer_id, date.today());
        let is_one = facts.message_type == MessageType::PAYMENT_SUMMARY && facts.key != own;
        standing(&message).filter(|_| is_one)
    }))
}

/// Returns a step as it was planned before its message was made.
fn as_planned(date: &Date<'_>, step: ReminderStep) -> ReminderStep {
    let day = step.planned_day();
    ReminderStep { day, ..step }.stands(StepState::Planned, None, None, date.now)
}
