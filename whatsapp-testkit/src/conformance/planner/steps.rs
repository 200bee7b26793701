//! Cases for finding steps, and for their results.

mod customers;

use chrono::{NaiveDate, TimeDelta};
use whatsapp_core::message::{CancelReason, Event, HeldFor, Status};
use whatsapp_core::port::{Count, EndedStep, Settled, StepMessage, StepPoint};
use whatsapp_core::retry::Disposition;
use whatsapp_core::schedule::{ReminderStep, StepName, StepState};
use whatsapp_core::{CustomerId, InvoiceId, MessageId, Private};

use super::super::trial::{WITHDRAWN, refused};
use super::{DAY, PlannerPorts, Table, day, invoice, of_steps, over};
use crate::fixtures::{self, START};

pub use customers::*;

/// Ids in the order of their bytes; a database's collation may order them otherwise.
const ODD: [&str; 12] =
    ["!", "-a", "0", "10", "9", "A", "INV-10", "INV-9", "a", "inv-10", "{}", "~~"];

fn customer(id: &str) -> CustomerId {
    CustomerId::new(id).expect("a customer's id")
}

/// Makes step `seed` in this state.
fn standing(seed: u64, state: StepState) -> ReminderStep {
    fixtures::step(seed, START).stands(state, None, None, START)
}

/// Makes step `seed`, which reminds by this message.
fn by_message(seed: u64, state: StepState, id: MessageId) -> ReminderStep {
    like!(standing(seed, state), message_id = Some(id))
}

impl Table {
    /// All steps of a state whose day has come, by pages of this size.
    async fn due(&self, state: StepState, day: NaiveDate, limit: u32) -> Vec<ReminderStep> {
        let (mut due, mut after) = (Vec::new(), None);
        loop {
            let page = self.planner.steps_by(state, day, after, limit).await.expect("steps_by");
            assert!(page.len() <= limit as usize);
            after = page.last().map(StepPoint::of);
            due.extend(page);
            if after.is_none() {
                return due;
            }
        }
    }

    async fn ended(&self, limit: u32) -> Vec<EndedStep> {
        self.planner.steps_ended(limit).await.expect("steps_ended")
    }
}

pub async fn steps_of_invoices_come_by_invoice_and_name_in_the_order_of_bytes(ports: PlannerPorts) {
    let table = Table::new(ports);
    let names = [
        StepName::After(14),
        StepName::After(3),
        StepName::After(30),
        StepName::After(7),
        StepName::Now(1),
        StepName::Now(10),
        StepName::Now(2),
    ];
    let of = |id: &str, name| like!(fixtures::step(1, START), invoice = invoice(id), name = name);
    let expected: Vec<_> = ODD.iter().flat_map(|id| names.map(|name| of(id, name))).collect();
    let mut mixed = expected.clone();
    mixed.sort_by_key(|step| (step.name, std::cmp::Reverse(step.invoice.clone())));
    table.add(&mixed).await;
    let mut asked: Vec<InvoiceId> = ODD.iter().rev().map(|id| invoice(id)).collect();
    asked.extend([invoice("nobody"), invoice("A"), invoice("INV")]);
    assert_eq!(table.steps(&asked).await, expected);
    assert_eq!(table.steps(&[invoice("a")]).await, names.map(|name| of("a", name)));
    assert_eq!(table.steps(&[]).await, []);
}

pub async fn due_steps_come_the_oldest_first_each_on_one_page(ports: PlannerPorts) {
    let table = Table::new(ports);
    for (seed, state) in (1..).zip([StepState::Held, StepState::Planned, StepState::Skipped]) {
        let mut expected = Vec::new();
        for own_day in [day(0), day(1), day(30)] {
            for id in ODD {
                for name in [StepName::After(14), StepName::After(7), StepName::Now(2)] {
                    expected.push(like!(
                        standing(seed, state),
                        invoice = invoice(&format!("{id}{seed}{}", own_day.format("%d"))),
                        name = name,
                        own_day = own_day,
                        day = day(31)
                    ));
                }
            }
        }
        let text = |step: &ReminderStep| {
            (step.own_day, step.invoice.as_str().to_owned(), step.name.to_string())
        };
        expected.sort_by_key(text);
        let mut mixed = expected.clone();
        mixed.sort_by_key(|step| (step.name, std::cmp::Reverse(text(step))));
        table.add(&mixed).await;
        for limit in [1, 2, 7, 35, 36, 200] {
            assert_eq!(table.due(state, day(31), limit).await, expected, "pages of {limit}");
        }
    }
}

pub async fn what_is_not_due_or_stands_elsewhere_is_left_out(ports: PlannerPorts) {
    let table = Table::new(ports);
    let moved = like!(standing(1, StepState::Planned), day = day(9));
    let due = like!(standing(2, StepState::Planned), day = day(1));
    let early = like!(standing(3, StepState::Planned), own_day = day(9));
    let held = standing(4, StepState::Held);
    table.add(&[moved.clone(), due.clone(), early.clone(), held.clone()]).await;
    assert_eq!(table.due(StepState::Planned, DAY.pred_opt().expect("a day"), 9).await, []);
    assert_eq!(table.due(StepState::Planned, DAY, 9).await, std::slice::from_ref(&early));
    assert_eq!(table.due(StepState::Planned, day(8), 9).await, [due.clone(), early.clone()]);
    assert_eq!(table.due(StepState::Planned, day(9), 9).await, [moved, due, early]);
    assert_eq!(table.due(StepState::Held, day(9), 9).await, [held]);
    assert_eq!(table.due(StepState::Sent, day(9), 9).await, []);
    let none = table.planner.steps_by(StepState::Planned, day(9), None, 0).await;
    assert_eq!(none.expect("steps_by"), []);
}

pub async fn held_steps_are_counted_as_far_as_asked(ports: PlannerPorts) {
    let table = Table::new(ports);
    let held = async |most| table.planner.held_steps(most).await.expect("held_steps");
    assert_eq!(held(9).await, Count { number: 0, is_exact: true });
    let later = like!(standing(3, StepState::Held), day = day(90), own_day = day(90));
    let steps = [standing(1, StepState::Held), standing(2, StepState::Planned), later];
    table.add(&steps).await;
    assert_eq!(held(2).await, Count { number: 2, is_exact: true });
    assert_eq!(held(1).await, Count { number: 1, is_exact: false });
    assert_eq!(held(u64::MAX).await, Count { number: 2, is_exact: true });
}

pub async fn steps_that_change_meanwhile_neither_repeat_nor_hide_others(ports: PlannerPorts) {
    let table = Table::new(ports);
    let steps: Vec<_> = (11..20).map(|seed| standing(seed, StepState::Planned)).collect();
    table.add(&steps).await;
    let page = |after| table.planner.steps_by(StepState::Planned, DAY, after, 3);
    let first = page(None).await.expect("steps_by");
    assert_eq!(first, steps[..3]);
    // The whole page is held, and a step that would have its place is added.
    let held = first.iter().map(|row| over(row, |step| step.state = StepState::Held));
    table.write(&of_steps(held)).await;
    table.add(&[standing(10, StepState::Planned)]).await;
    let after = first.last().map(StepPoint::of);
    let second = page(after).await.expect("steps_by");
    assert_eq!(second, steps[3..6]);
    // A point need not be that of an existing step.
    let between = StepPoint { name: StepName::Now(1), ..StepPoint::of(&steps[4]) };
    assert_eq!(page(Some(between)).await.expect("steps_by"), steps[5..8]);
}

pub async fn a_queued_step_tells_how_its_message_ended(ports: PlannerPorts) {
    let table = Table::new(ports);
    let trial = &table.trial;
    let sent = trial.sent(1).await;
    let failed = trial.failed(2).await;
    let invalid = fixtures::refused_message(3, START);
    trial.enqueue(std::slice::from_ref(&invalid)).await;
    let message = trial.waiting(4).await;
    let claimed = trial.claim_one(message.facts.id).await;
    trial.settle(&claimed, &WITHDRAWN).await;
    let message = trial.waiting(5).await;
    let claimed = trial.claim_one(message.facts.id).await;
    let mut why = trial.settlement(&claimed, &Event::Withdrawn(CancelReason::Void));
    why.state = why.state.explained(None, Some(Private::new("INV-5 no longer exists.")));
    assert_eq!(trial.settle_as(&why).await, Settled::Done);
    let ids = [
        sent,
        failed,
        invalid.facts.id,
        fixtures::new_message(4, START).facts.id,
        message.facts.id,
        trial.message_id(),
    ];
    let steps: Vec<_> =
        (1..).zip(ids).map(|(seed, id)| by_message(seed, StepState::Queued, id)).collect();
    table.add(&steps).await;
    let ended = |status, cancel_reason, sentence: Option<&str>| StepMessage {
        status,
        sent_at: (status == Status::Sent).then_some(START),
        cancel_reason,
        sentence: sentence.map(Private::from),
    };
    let gone = Some("INV-5 no longer exists.");
    let expected = [
        ended(Status::Sent, None, None),
        ended(Status::Failed, None, Some("The gateway refused the message.")),
        ended(Status::Failed, None, Some("It could not be sent.")),
        ended(Status::Cancelled, Some(CancelReason::Paid), None),
        ended(Status::Cancelled, Some(CancelReason::Void), gone),
        StepMessage::deleted(),
    ];
    let expected: Vec<_> = steps
        .iter()
        .cloned()
        .zip(expected)
        .map(|(step, ended)| EndedStep { step, ended })
        .collect();
    assert_eq!(table.ended(9).await, expected);
    // A step whose end was written down is no longer listed as ended.
    let done = steps.iter().map(|row| over(row, |step| step.state = StepState::Sent));
    table.write(&of_steps(done)).await;
    assert_eq!(table.ended(9).await, []);
}

pub async fn a_step_whose_message_may_still_be_sent_has_not_ended(ports: PlannerPorts) {
    let table = Table::new(ports);
    let trial = &table.trial;
    let waiting = trial.waiting(1).await.facts.id;
    let sending = trial.sending(2).await.lease.message_id;
    let retrying = trial.sending(3).await;
    trial.settle(&retrying, &refused(Disposition::Transient)).await;
    let checking = trial.sending(4).await;
    trial.settle(&checking, &Event::OutcomeUnknown).await;
    // A message that is being tried again right now still says that it failed.
    let again = trial.sending(5).await;
    trial.settle(&again, &refused(Disposition::Transient)).await;
    trial.pass(TimeDelta::minutes(30));
    let again = trial.claim_one(again.lease.message_id).await;
    let again = trial.begun(again).await;
    let message = trial.waiting(6).await;
    let held = trial.claim_one(message.facts.id).await;
    let until = trial.now() + TimeDelta::hours(1);
    let mut waits = trial.settlement(&held, &Event::Postponed { until });
    let why = Some(Private::new("INV-6 is disputed."));
    waits.state = waits.state.explained(Some(HeldFor::Disputed), why);
    assert_eq!(trial.settle_as(&waits).await, Settled::Done);
    let ids = [
        waiting,
        sending,
        retrying.lease.message_id,
        checking.lease.message_id,
        again.lease.message_id,
        message.facts.id,
    ];
    let steps: Vec<_> =
        (1..).zip(ids).map(|(seed, id)| by_message(seed, StepState::Queued, id)).collect();
    table.add(&steps).await;
    assert_eq!(table.ended(9).await, []);
    // A step that is not queued has not ended either, whatever happened to its message.
    let gone = trial.message_id();
    table
        .add(&[by_message(7, StepState::Sent, gone), by_message(8, StepState::Planned, gone)])
        .await;
    assert_eq!(table.ended(9).await, []);
    // The message is sent, and its step has ended.
    trial.settle_as(&trial.accepted(&again, "G-5")).await;
    let ended = table.ended(9).await;
    assert_eq!(ended.iter().map(|ended| &ended.step).collect::<Vec<_>>(), [&steps[4]]);
    assert_eq!(ended[0].ended.sent_at, Some(trial.now()));
}

pub async fn ended_steps_come_in_order_and_no_more_than_asked_for(ports: PlannerPorts) {
    let table = Table::new(ports);
    let waiting = table.trial.waiting(1).await.facts.id;
    let gone = table.trial.message_id();
    let expected: Vec<_> = ODD
        .iter()
        .flat_map(|id| {
            [StepName::After(14), StepName::After(7), StepName::Now(1)].map(|name| {
                let invoice = invoice(id);
                // Steps whose message waits are in between the others.
                let id = if name == StepName::After(7) { waiting } else { gone };
                like!(by_message(1, StepState::Queued, id), invoice = invoice, name = name)
            })
        })
        .collect();
    let mut mixed = expected.clone();
    mixed.reverse();
    table.add(&mixed).await;
    let expected: Vec<_> =
        expected.into_iter().filter(|step| step.message_id == Some(gone)).collect();
    for limit in [0, 1, 5, 24, 100] {
        let ended = table.ended(limit).await;
        let ended: Vec<_> = ended.into_iter().map(|ended| ended.step).collect();
        assert_eq!(ended, expected[..expected.len().min(limit as usize)]);
    }
}

pub async fn the_steps_of_a_message_are_found(ports: PlannerPorts) {
    let table = Table::new(ports);
    let [own, shared, other] = [(); 3].map(|()| table.trial.message_id());
    let step = by_message(5, StepState::Sent, own);
    let first = like!(by_message(1, StepState::Queued, shared), invoice = invoice("B"));
    let second = like!(first.clone(), name = StepName::Now(1));
    // A step that left the message still says which message it was.
    let left = by_message(1, StepState::Planned, shared);
    let third = like!(left, invoice = invoice("a"));
    let all = [third.clone(), second.clone(), first.clone(), step.clone()];
    table.add(&all).await;
    table.add(&[fixtures::step(6, START)]).await;
    for (id, expected) in
        [(own, vec![step]), (shared, vec![first, second, third]), (other, Vec::new())]
    {
        let found = table.planner.steps_of_message(id).await.expect("steps_of_message");
        assert_eq!(found, expected);
    }
}
