//! Cases for the steps of a customer, and for the reminders that a customer or a number had.

use whatsapp_core::CustomerId;
use whatsapp_core::schedule::{ReminderStep, StepName, StepState};

use super::super::{DAY, PlannerPorts, Table, day, invoice};
use super::{ODD, by_message, customer, standing};
use crate::fixtures::number_key;

pub async fn planned_steps_come_by_customer_the_oldest_first(ports: PlannerPorts) {
    let table = Table::new(ports);
    let mut all = Vec::new();
    for who in ["A", "a", "never", "B"] {
        for own_day in [day(1), day(0)] {
            for id in ODD {
                let id = invoice(&format!("{id}{who}"));
                let name = if own_day == DAY { StepName::After(3) } else { StepName::After(14) };
                let step = standing(1, StepState::Planned);
                let step = like!(step, invoice = id, name = name, customer = customer(who));
                all.push(like!(step, own_day = own_day, day = own_day));
            }
        }
    }
    let planned = all.clone();
    for (seed, state) in (40..).zip(StepState::ALL.iter().filter(|s| **s != StepState::Planned)) {
        all.push(like!(
            by_message(seed, *state, table.trial.message_id()),
            customer = customer("A")
        ));
    }
    table.add(&all).await;
    let ask = async |who: &[&str], after, limit| {
        let asked: Vec<CustomerId> = who.iter().map(|id| customer(id)).collect();
        table.planner.planned_of(&asked, day(after), limit).await.expect("planned_of")
    };
    let mut expected = planned;
    expected.retain(|step| step.customer != customer("never"));
    let place = |step: &ReminderStep| {
        (step.customer.clone(), step.own_day, step.invoice.clone(), step.name.to_string())
    };
    expected.sort_by_key(place);
    let who = ["a", "nobody", "B", "A", "a"];
    assert_eq!(ask(&who, 1, 100).await, expected);
    let few: Vec<ReminderStep> = expected
        .chunk_by(|a, b| a.customer == b.customer)
        .flat_map(|of| of.iter().take(13).cloned())
        .collect();
    assert_eq!(ask(&who, 1, 13).await, few);
    let first: Vec<ReminderStep> =
        expected.iter().filter(|step| step.day == DAY).cloned().collect();
    assert_eq!(ask(&who, 0, 100).await, first);
    assert_eq!(ask(&who, 1, 0).await, []);
    assert_eq!(ask(&[], 1, 9).await, []);
}

pub async fn queued_steps_come_by_customer_the_oldest_first(ports: PlannerPorts) {
    let table = Table::new(ports);
    let mut expected = Vec::new();
    let mut all = Vec::new();
    for (no, state) in (0..).zip(StepState::ALL) {
        for (seed, who) in (no * 8..).zip(["A", "a", "never", "B", "A", "a", "B", "never"]) {
            let step = by_message(seed, *state, table.trial.message_id());
            let own_day = day(seed % 3);
            let step = like!(step, customer = customer(who), own_day = own_day, day = day(30));
            if *state == StepState::Queued && who != "never" {
                expected.push(step.clone());
            }
            all.push(step);
        }
    }
    // A step with an older sibling of the same invoice.
    let first = expected[0].clone();
    let sibling = like!(first.clone(), name = StepName::After(14), own_day = day(0));
    expected.push(sibling.clone());
    all.push(sibling);
    table.add(&all).await;
    let place = |step: &ReminderStep| {
        (step.customer.clone(), step.own_day, step.invoice.clone(), step.name.to_string())
    };
    expected.sort_by_key(place);
    let ask = async |who: &[&str]| {
        let asked: Vec<CustomerId> = who.iter().map(|id| customer(id)).collect();
        table.planner.queued_of(&asked).await.expect("queued_of")
    };
    assert_eq!(ask(&["a", "nobody", "B", "A", "a"]).await, expected);
    expected.retain(|step| step.customer == customer("B"));
    assert_eq!(ask(&["B"]).await, expected);
    assert_eq!(ask(&[]).await, []);
}

pub async fn what_is_still_to_come_for_a_customer_comes_the_oldest_first(ports: PlannerPorts) {
    let table = Table::new(ports);
    let (mut expected, mut all) = (Vec::new(), Vec::new());
    for (no, state) in (0..).zip(StepState::ALL) {
        for (seed, who) in (no * 4..).zip(["a", "A", "a", "b"]) {
            let step = by_message(seed, *state, table.trial.message_id());
            let step = like!(step, customer = customer(who), own_day = day(seed % 3));
            let is_to_come =
                matches!(state, StepState::Planned | StepState::Held | StepState::Queued);
            if who == "a" && is_to_come {
                expected.push(step.clone());
            }
            all.push(step);
        }
    }
    table.add(&all).await;
    expected.sort_by_key(|step| (step.own_day, step.invoice.clone(), step.name.to_string()));
    assert_eq!(expected.len(), 6);
    for limit in [0, 1, 2, 3, 5, 6, 7] {
        let found = table.planner.open_steps_of(&customer("a"), limit).await;
        let most = expected.len().min(limit as usize);
        assert_eq!(found.expect("open_steps_of"), expected[..most], "at most {limit}");
    }
    let nobody = table.planner.open_steps_of(&customer("nobody"), 9).await;
    assert_eq!(nobody.expect("open_steps_of"), []);
}

pub async fn the_last_day_of_each_customer_is_that_of_a_reminder(ports: PlannerPorts) {
    let table = Table::new(ports);
    let id = table.trial.message_id();
    let mut steps = Vec::new();
    let mut add = |who: &str, state, after| {
        let seed = u64::try_from(steps.len()).expect("a small number");
        let customer = customer(who);
        steps.push(like!(by_message(seed, state, id), customer = customer, day = day(after)));
    };
    add("a", StepState::Sent, 3);
    add("a", StepState::Queued, 5);
    add("a", StepState::Sent, 4);
    add("A", StepState::Sent, 8);
    add("A", StepState::Planned, 9);
    add("B", StepState::Sent, 1);
    for state in StepState::ALL.iter().filter(|state| !state.reminds()) {
        add("B", *state, 20);
        add("never", *state, 20);
    }
    add("other", StepState::Sent, 2);
    table.add(&steps).await;
    let asked = ["nobody", "a", "never", "A", "a", "B"].map(customer);
    let last = table.planner.last_reminded(&asked).await.expect("last_reminded");
    let expected = [(customer("A"), day(8)), (customer("B"), day(1)), (customer("a"), day(5))];
    assert_eq!(last, expected);
    assert_eq!(table.planner.last_reminded(&[]).await.expect("last_reminded"), []);
}

pub async fn what_goes_to_a_number_on_a_day_is_counted_by_messages(ports: PlannerPorts) {
    let table = Table::new(ports);
    let [one, other, third] = [(); 3].map(|()| table.trial.message_id());
    let mut steps = Vec::new();
    let mut add = |number: Option<u64>, state, after, id| {
        let seed = u64::try_from(steps.len()).expect("a small number");
        let number_key = number.map(number_key);
        steps.push(like!(by_message(seed, state, id), number_key = number_key, day = day(after)));
    };
    // Two steps in one message count once.
    add(Some(1), StepState::Queued, 0, one);
    add(Some(1), StepState::Queued, 0, one);
    add(Some(1), StepState::Sent, 0, other);
    add(Some(1), StepState::Sent, 1, third);
    add(Some(2), StepState::Sent, 0, third);
    add(Some(3), StepState::Sent, 1, third);
    add(None, StepState::Sent, 0, third);
    for state in StepState::ALL.iter().filter(|state| !state.reminds()) {
        add(Some(1), *state, 0, third);
        add(Some(4), *state, 0, third);
    }
    table.add(&steps).await;
    let keys: Vec<_> = [4, 2, 1, 3, 1, 9].map(number_key).into();
    let on =
        async |after| table.planner.reminders_on(day(after), &keys).await.expect("reminders_on");
    assert_eq!(on(0).await, [(number_key(1), 2), (number_key(2), 1)]);
    assert_eq!(on(1).await, [(number_key(1), 1), (number_key(3), 1)]);
    assert_eq!(on(2).await, []);
    assert_eq!(table.planner.reminders_on(DAY, &[]).await.expect("reminders_on"), []);
}
