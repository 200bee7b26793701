//! Cases for writes of many steps, and for several writes at once.

use std::sync::Arc;

use whatsapp_core::MessageId;
use whatsapp_core::message::{Facts, NewMessage};
use whatsapp_core::port::{Claim, Enqueued, Lane, Leaving, PlanWrite, PlanWritten};
use whatsapp_core::schedule::StepState;

use super::{DONE, PlannerPorts, Table, day, of_steps, over, queued, reminder};
use crate::fixtures::{self, START};

impl Table {
    /// Makes `count` messages, under the same keys each time and with new ids.
    fn reminders(&self, count: u64) -> Vec<NewMessage> {
        let one = |seed| {
            let id = self.trial.message_id();
            reminder(seed).with_facts(|facts| Facts { id, ..facts })
        };
        (0..count).map(one).collect()
    }
}

pub async fn five_hundred_steps_with_their_messages_are_one_write(ports: PlannerPorts) {
    let table = Table::new(ports);
    let seeds = 0..500;
    let steps = seeds.clone().rev().map(|seed| {
        let place = usize::try_from(seed).expect("a small number");
        queued(fixtures::step(seed, START), place)
    });
    let messages: Vec<_> = seeds.clone().map(reminder).collect();
    let ids: Vec<MessageId> = messages.iter().map(|message| message.facts.id).collect();
    let write = PlanWrite { messages, ..of_steps(steps) };
    let PlanWritten::Done(enqueued) = table.write(&write).await else { panic!("it is written") };
    assert!(enqueued.iter().map(|one| one.id()).eq(ids.iter().copied()));
    let invoices: Vec<_> = seeds.map(|seed| fixtures::step(seed, START).invoice).collect();
    let rows = table.steps(&invoices).await;
    assert_eq!(rows.len(), 500);
    for (seed, id) in (0..).zip(ids) {
        let invoice = fixtures::step(seed, START).invoice;
        let row = rows.iter().find(|row| row.invoice == invoice).expect("a row");
        assert_eq!((row.message_id, row.state), (Some(id), StepState::Queued));
    }
    // Five hundred changes of existing rows work as well.
    let changes = rows.iter().map(|row| over(row, |step| step.day = day(2)));
    assert_eq!(table.write(&of_steps(changes)).await, DONE);
    let rows = table.steps(&invoices).await;
    assert!(rows.iter().all(|row| row.day == day(2) && row.revision == 1));
}

pub async fn of_concurrent_writes_of_new_steps_one_is_done(ports: PlannerPorts) {
    let table = Table::new(ports);
    let writes: Vec<_> = (0..12)
        .map(|call| {
            let mut steps: Vec<_> = (0..10)
                .map(|seed| {
                    queued(fixtures::step(seed, START), usize::try_from(seed).expect("small"))
                })
                .collect();
            if call % 2 == 0 {
                steps.reverse();
            }
            let messages = table.reminders(10);
            let planner = Arc::clone(&table.planner);
            let write = PlanWrite { messages, ..of_steps(steps) };
            tokio::spawn(async move { planner.write_plan(&write).await })
        })
        .collect();
    let mut done = Vec::new();
    for write in writes {
        match write.await.expect("no panic").expect("write_plan") {
            PlanWritten::Done(enqueued) => done.push(enqueued),
            other => assert_eq!(other, PlanWritten::Stale),
        }
    }
    assert_eq!(done.len(), 1);
    let counts = table.trial.store.counts(u64::MAX).await.expect("counts");
    assert_eq!(counts.pending, 10, "no other has left a message");
    for (seed, enqueued) in (0..).zip(&done[0]) {
        let row = table.row(&fixtures::step(seed, START)).await.expect("a row");
        assert_eq!(Enqueued::New(row.message_id.expect("a message")), *enqueued);
    }
}

pub async fn of_concurrent_changes_of_a_step_one_is_done(ports: PlannerPorts) {
    let table = Table::new(ports);
    let step = fixtures::step(1, START);
    table.add(std::slice::from_ref(&step)).await;
    let writes: Vec<_> = (1..=16)
        .map(|after| {
            let planner = Arc::clone(&table.planner);
            let write = of_steps([over(&step, |step| step.day = day(after))]);
            tokio::spawn(async move { (after, planner.write_plan(&write).await) })
        })
        .collect();
    let mut done = Vec::new();
    for write in writes {
        let (after, answer) = write.await.expect("no panic");
        if answer.expect("write_plan") == DONE {
            done.push(after);
        }
    }
    assert_eq!(done.len(), 1);
    let row = table.row(&step).await.expect("a row");
    assert_eq!((row.day, row.revision), (day(done[0]), 1));
}

pub async fn whoever_claims_a_message_reads_its_steps_without_those_that_left(ports: PlannerPorts) {
    let table = Table::new(ports);
    for round in 0..24_u64 {
        let message = reminder(round);
        let id = message.facts.id;
        let step = queued(fixtures::step(round, START), 0);
        let write = PlanWrite { messages: vec![message], ..of_steps([step.clone()]) };
        assert!(matches!(table.write(&write).await, PlanWritten::Done(_)));
        let row = table.row(&step.step).await.expect("a row");
        let back = row.clone().stands(StepState::Planned, None, None, START);
        let write = PlanWrite {
            leaving: vec![Leaving::waiting(id)],
            ..of_steps([over(&row, |step| *step = back)])
        };
        let planner = Arc::clone(&table.planner);
        let leaves = tokio::spawn(async move { planner.write_plan(&write).await });
        let other = table.clone();
        let claims = tokio::spawn(async move {
            let claim = Claim { only: Some(id), ..other.trial.claim_of(Lane::Reminder) };
            let claimed = other.trial.claim_with(claim).await;
            let steps = other.planner.steps_of_message(id).await.expect("steps_of_message");
            let is_in = steps.iter().any(|step| step.state == StepState::Queued);
            (claimed.len() == 1, is_in)
        });
        let left = leaves.await.expect("no panic").expect("write_plan");
        let (claimed, is_in) = claims.await.expect("no panic");
        if left == DONE {
            assert!(!claimed || !is_in, "round {round}: it is sent with a step that has left it");
        } else {
            assert_eq!(left, PlanWritten::InHand);
            assert!(claimed && is_in, "round {round}: nobody has it in hand");
        }
    }
}

pub async fn writes_with_steps_in_common_never_wait_for_each_other_in_a_circle(
    ports: PlannerPorts,
) {
    const CALLS: u32 = 8;
    let table = Table::new(ports);
    let steps: Vec<_> = (0..15).map(|seed| fixtures::step(seed, START)).collect();
    table.add(&steps).await;
    let invoices: Vec<_> = steps.iter().map(|step| step.invoice.clone()).collect();
    let calls: Vec<_> = (0..CALLS)
        .map(|call| {
            let (table, invoices) = (table.clone(), invoices.clone());
            tokio::spawn(async move {
                // Reads and writes all of them, in one order or the other, until no other call was
                // faster.
                loop {
                    let mut rows = table.steps(&invoices).await;
                    let mut messages = table.reminders(15);
                    if call % 2 == 0 {
                        rows.reverse();
                    }
                    if call % 3 == 0 {
                        messages.reverse();
                    }
                    let changes = of_steps(rows.iter().map(|row| over(row, |_| ())));
                    match table.write(&PlanWrite { messages, ..changes }).await {
                        PlanWritten::Done(_) => break,
                        other => assert_eq!(other, PlanWritten::Stale),
                    }
                }
            })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic");
    }
    let rows = table.steps(&invoices).await;
    assert!(rows.iter().all(|row| row.revision == CALLS), "each was written once by each");
}
