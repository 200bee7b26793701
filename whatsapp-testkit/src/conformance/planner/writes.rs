//! Cases for writes: all of a plan is written, or nothing.

use chrono::{NaiveDate, TimeDelta};
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::message::{Event, Facts, Fingerprint, NewMessage};
use whatsapp_core::port::{
    AuditFilter, Enqueued, Lane, Leaving, PlanWrite, PlanWritten, PlannerRun, RunWrite, StepWrite,
    StoreError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{CustomerId, InvoiceId, MessageId, Private};

use super::super::trial::{LEASE, refused};
use super::{DAY, DONE, PlannerPorts, Table, day, new, of_steps, over, queued, reminder};
use crate::fixtures::{self, START, audit_id, number_key};

/// Step `seed` with every column filled.
fn full(seed: u64) -> ReminderStep {
    let sentence = Private::new("Zahlung war für 15. Nov. zugesagt: ₹1,250.00 \u{1f64f}");
    let (state, reason) = (StepState::Held, Some(StepReason::Promised));
    let mut step = fixtures::step(seed, START - TimeDelta::hours(9));
    step = step.stands(state, reason, Some(sentence), START + TimeDelta::microseconds(1));
    step.own_day = day(3);
    step.day = day(40);
    step.subject = String::from("INV/2026-27 № 0042 “A”");
    step.message_id = Some(reminder(seed).facts.id);
    step.round = 7;
    step.number_key = Some(number_key(seed));
    step.told = true;
    step
}

fn entry(table: &Table) -> AuditEntry {
    AuditEntry {
        id: audit_id(START),
        at: START,
        by: Actor::Host,
        act: Act::MessageCancelled,
        on: AuditTarget::Message(table.trial.message_id()),
        change: AuditChange::state("held", "queued"),
    }
}

/// All rows that a write can change, as the ports show them.
type Shown = (Vec<PlannerRun>, Vec<ReminderStep>, Vec<AuditEntry>, u64, u64);

impl Table {
    async fn shown(&self) -> Shown {
        let runs = self.planner.planner_runs(NaiveDate::MAX, 100).await.expect("planner_runs");
        let invoices: Vec<InvoiceId> =
            (0..20).map(|seed| fixtures::step(seed, START).invoice).collect();
        let page = self.audit.audit(&AuditFilter::default(), None, 200).await.expect("audit");
        let counts = self.trial.store.counts(u64::MAX).await.expect("counts");
        let steps = self.steps(&invoices).await;
        (runs, steps, page.entries, counts.pending, self.trial.notices_owed().await)
    }

    /// Checks that a write comes to `expected` and changes nothing.
    async fn undone(&self, write: &PlanWrite, expected: PlanWritten) {
        let before = self.shown().await;
        assert_eq!(self.write(write).await, expected);
        assert_eq!(self.shown().await, before);
    }

    async fn refused(&self, write: &PlanWrite, why: &str) {
        let before = self.shown().await;
        let answer = self.planner.write_plan(write).await;
        let said = answer.as_ref().map_err(ToString::to_string);
        assert!(matches!(&said, Err(said) if said.contains(why)), "{why}: {answer:?}");
        assert_eq!(self.shown().await, before, "{why}");
    }
}

pub async fn a_step_reads_back_column_by_column(ports: PlannerPorts) {
    let table = Table::new(ports);
    let bare = fixtures::step(1, START);
    let edges = like!(
        fixtures::step(2, START),
        name = StepName::Now(u32::MAX),
        invoice = InvoiceId::new("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~").expect("an id"),
        customer = CustomerId::new("~".repeat(64)).expect("an id"),
        subject = String::new(),
        own_day = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day"),
        day = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day")
    );
    for step in [bare, full(3), edges] {
        table.add(std::slice::from_ref(&step)).await;
        assert_eq!(table.row(&step).await, Some(step.clone()));
        // The same row written over another one: every column changes there too.
        let other =
            like!(full(4), invoice = step.invoice.clone(), name = StepName::After(u16::MAX));
        table.add(std::slice::from_ref(&other)).await;
        let written = like!(step.clone(), name = other.name, revision = 1);
        let write = of_steps([over(&other, |row| *row = like!(step, name = row.name))]);
        assert_eq!(table.write(&write).await, DONE);
        assert_eq!(table.row(&other).await, Some(written));
    }
}

pub async fn a_step_on_its_way_keeps_the_day_for_which_it_was_planned(ports: PlannerPorts) {
    let table = Table::new(ports);
    let on_its_way = |seed, planned_for| {
        let write = queued(fixtures::step(seed, START), 0);
        let step = like!(write.step.clone(), day = day(5), planned_for = planned_for);
        let write = StepWrite { step: step.clone(), ..write };
        (step, PlanWrite { messages: vec![reminder(seed)], ..of_steps([write]) })
    };
    for (seed, planned_for) in
        [(1, Some(day(2))), (2, None), (3, NaiveDate::from_ymd_opt(9999, 12, 31))]
    {
        let (step, write) = on_its_way(seed, planned_for);
        assert!(matches!(table.write(&write).await, PlanWritten::Done(_)));
        let row = table.row(&step).await.expect("a row");
        assert_eq!((row.day, row.planned_for), (day(5), planned_for));
        // A change of the day leaves `planned_for` as it is.
        assert_eq!(table.write(&of_steps([over(&row, |step| step.day = day(6))])).await, DONE);
        let row = table.row(&step).await.expect("a row");
        assert_eq!((row.day, row.planned_for), (day(6), planned_for));
        // A step that is planned again loses it.
        let back = row.clone().stands(StepState::Planned, None, None, START);
        assert_eq!(table.write(&of_steps([over(&row, |step| *step = back)])).await, DONE);
        assert_eq!(table.row(&step).await.expect("a row").planned_for, None);
    }
    let wrong = like!(fixtures::step(4, START), planned_for = Some(day(2)));
    table.refused(&of_steps([new(wrong)]), "not on its way").await;
}

pub async fn every_state_and_every_reason_reads_back(ports: PlannerPorts) {
    let table = Table::new(ports);
    let mut steps = Vec::new();
    for (seed, state) in (0..).zip(StepState::ALL) {
        for (no, reason) in (0..).zip(StepReason::ALL) {
            let name = StepName::After(no);
            let step = like!(full(seed), name = name, told = false);
            steps.push(step.stands(*state, Some(*reason), None, START));
        }
    }
    table.add(&steps).await;
    for step in &steps {
        assert_eq!(table.row(step).await.as_ref(), Some(step));
    }
}

pub async fn a_step_that_is_there_already_is_stale(ports: PlannerPorts) {
    let table = Table::new(ports);
    let step = fixtures::step(1, START);
    table.add(&[step.clone(), like!(step.clone(), name = StepName::Now(7))]).await;
    let other = like!(step.clone(), subject = "another".to_owned());
    table.undone(&of_steps([new(other)]), PlanWritten::Stale).await;
    // A different part of the name makes a different step.
    let names = [StepName::After(70), StepName::After(0), StepName::Now(70)];
    let others = names.map(|name| new(like!(step.clone(), name = name)));
    assert_eq!(table.write(&of_steps(others)).await, DONE);
    let capital = InvoiceId::new("inv-1").expect("an id");
    let others = [new(like!(step, invoice = capital))];
    assert_eq!(table.write(&of_steps(others)).await, DONE);
}

pub async fn a_step_that_changed_since_it_was_read_is_stale(ports: PlannerPorts) {
    let table = Table::new(ports);
    let step = fixtures::step(1, START);
    table.add(std::slice::from_ref(&step)).await;
    let first = of_steps([over(&step, |step| step.day = day(1))]);
    let late = of_steps([over(&step, |step| step.day = day(2))]);
    assert_eq!(table.write(&first).await, DONE);
    table.undone(&late, PlanWritten::Stale).await;
    // A revision that was never read is stale too.
    let ahead = like!(step.clone(), revision = 2);
    table.undone(&of_steps([over(&ahead, |_| ())]), PlanWritten::Stale).await;
    assert_eq!(table.row(&step).await.map(|row| row.day), Some(day(1)));
}

pub async fn every_change_raises_the_revision_by_one(ports: PlannerPorts) {
    let table = Table::new(ports);
    let step = like!(fixtures::step(1, START), revision = 9);
    table.add(std::slice::from_ref(&step)).await;
    for revision in 0..5 {
        let row = table.row(&step).await.expect("a row");
        assert_eq!(row.revision, revision, "it is the store's to raise");
        let write = of_steps([over(&row, |step| step.revision = 77)]);
        assert_eq!(table.write(&write).await, DONE);
    }
}

pub async fn a_step_that_is_gone_is_stale(ports: PlannerPorts) {
    let table = Table::new(ports);
    let never = fixtures::step(1, START);
    for revision in [0, 1] {
        let seen = like!(never.clone(), revision = revision);
        table.undone(&of_steps([over(&seen, |_| ())]), PlanWritten::Stale).await;
    }
    assert_eq!(table.row(&never).await, None);
}

/// A write that changes everything at once, over the run that `token` holds.
async fn of_everything(table: &Table) -> PlanWrite {
    let token = table.taken(DAY).await;
    let there = fixtures::step(1, START);
    table.add(std::slice::from_ref(&there)).await;
    let steps = vec![
        new(fixtures::step(2, START)),
        queued(fixtures::step(3, START), 1),
        over(&there, |step| step.day = day(1)),
        queued(fixtures::step(4, START), 0),
    ];
    PlanWrite {
        run: Some(RunWrite { until: None, ..table.goes_on(DAY, token, "all") }),
        steps,
        messages: vec![reminder(4), reminder(3), fixtures::refused_message(5, START)],
        audit: Some(entry(table)),
        ..PlanWrite::default()
    }
}

pub async fn a_stale_step_undoes_the_whole_write(ports: PlannerPorts) {
    let table = Table::new(ports);
    let whole = of_everything(&table).await;
    let there = fixtures::step(1, START);
    let late = [
        new(there.clone()),
        StepWrite { seen: Some(1), ..new(there) },
        StepWrite { seen: Some(0), ..new(fixtures::step(9, START)) },
    ];
    for stale in late {
        for place in 0..2 {
            let mut write = whole.clone();
            write.steps.remove(2);
            write.steps.insert(place * write.steps.len(), stale.clone());
            table.undone(&write, PlanWritten::Stale).await;
        }
    }
    // After a write that is not stale, each of its parts is there.
    let written = PlanWritten::Done(
        whole.messages.iter().map(|message| Enqueued::New(message.facts.id)).collect(),
    );
    assert_eq!(table.write(&whole).await, written);
    let (runs, steps, entries, pending, notices) = table.shown().await;
    assert_eq!((runs[0].progress.as_str(), runs[0].lease_until), ("all", None));
    assert_eq!(steps.len(), 4);
    assert_eq!(entries, Vec::from_iter(whole.audit));
    assert_eq!((pending, notices), (2, 1));
}

pub async fn a_lost_run_undoes_the_whole_write(ports: PlannerPorts) {
    let table = Table::new(ports);
    let whole = of_everything(&table).await;
    table.trial.pass(LEASE);
    let taken_over = table.taken(DAY).await;
    table.undone(&whole, PlanWritten::Fenced).await;
    // The write is fenced even if one of its steps is stale.
    let mut stale = whole.clone();
    stale.steps.push(StepWrite { seen: Some(3), ..new(fixtures::step(9, START)) });
    table.undone(&stale, PlanWritten::Fenced).await;
    let run = whole.run.clone().map(|run| RunWrite { token: taken_over, ..run });
    assert!(matches!(table.write(&PlanWrite { run, ..whole }).await, PlanWritten::Done(_)));
}

pub async fn steps_get_the_ids_of_their_messages(ports: PlannerPorts) {
    let table = Table::new(ports);
    let (present, holder) = (reminder(1), reminder(2));
    table.trial.enqueue(&[present.clone(), holder.clone()]).await;
    let again = present.clone().with_facts(|facts| Facts { id: table.trial.message_id(), ..facts });
    let other = holder.clone().with_facts(|facts| Facts {
        id: table.trial.message_id(),
        fingerprint: Fingerprint::of(&[("text", "another")]),
        ..facts
    });
    let fresh = reminder(3);
    let mut steps: Vec<_> = [(11, 0), (12, 2), (13, 1), (14, 2)]
        .map(|(seed, place)| queued(fixtures::step(seed, START), place))
        .into();
    // The one step keeps the message that it has, the other takes a new one in its place.
    let kept = like!(fixtures::step(15, START), message_id = Some(present.facts.id));
    steps.push(new(kept.clone()));
    steps.push(queued(like!(kept, invoice = fixtures::step(16, START).invoice), 1));
    let messages = vec![again, fresh.clone(), other];
    let write = PlanWrite { steps, messages, ..PlanWrite::default() };
    let [present, fresh, holder] = [present, fresh, holder].map(|message| message.facts.id);
    let answers =
        vec![Enqueued::AlreadyPresent(present), Enqueued::New(fresh), Enqueued::Conflict(holder)];
    assert_eq!(table.write(&write).await, PlanWritten::Done(answers));
    let expected =
        [(11, present), (12, holder), (13, fresh), (14, holder), (15, present), (16, fresh)];
    for (seed, id) in expected {
        let row = table.row(&fixtures::step(seed, START)).await.expect("a row");
        assert_eq!(row.message_id, Some(id), "step {seed}");
    }
}

pub async fn a_message_of_a_plan_is_like_any_other(ports: PlannerPorts) {
    let table = Table::new(ports);
    let (due, refused) = (reminder(1), fixtures::refused_message(2, START));
    let steps = vec![queued(fixtures::step(1, START), 0), queued(fixtures::step(2, START), 1)];
    let messages = vec![due.clone(), refused];
    let write = PlanWrite { steps, messages, ..PlanWrite::default() };
    table.write(&write).await;
    let claimed = table.trial.claim_one_in(Lane::Reminder, due.facts.id).await;
    assert_eq!(claimed.text, due.facts.text);
    assert_eq!(fixtures::as_new(table.trial.message(due.facts.id).await), due);
    assert_eq!(table.trial.notices_owed().await, 1);
}

pub async fn a_taken_key_undoes_a_write_whose_messages_have_to_be_new(ports: PlannerPorts) {
    let table = Table::new(ports);
    let (present, holder) = (reminder(1), reminder(2));
    table.trial.enqueue(&[present.clone(), holder.clone()]).await;
    let mut whole = of_everything(&table).await;
    let again = |message: NewMessage, text| {
        message.with_facts(|facts| Facts {
            id: table.trial.message_id(),
            fingerprint: Fingerprint::of(&[("text", text)]),
            ..facts
        })
    };
    let same = present.clone().with_facts(|facts| Facts { id: table.trial.message_id(), ..facts });
    whole.messages.insert(1, same);
    whole.messages.push(again(holder, "another"));
    whole.all_new = true;
    table.undone(&whole, PlanWritten::Taken(vec![1, 4])).await;
    whole.messages.remove(1);
    table.undone(&whole, PlanWritten::Taken(vec![3])).await;
    // A stale step counts before a taken key. Without taken keys the write is done.
    let mut stale = whole.clone();
    stale.steps.push(StepWrite { seen: Some(3), ..new(fixtures::step(9, START)) });
    table.undone(&stale, PlanWritten::Stale).await;
    whole.messages.pop();
    assert!(matches!(table.write(&whole).await, PlanWritten::Done(new) if new.len() == 3));
}

pub async fn steps_leave_a_message_that_waits_and_that_nobody_has_in_hand(ports: PlannerPorts) {
    let table = Table::new(ports);
    let trial = &table.trial;
    let waiting = trial.waiting(1).await.facts.id;
    let sending = trial.sending(2).await;
    let checking = trial.sending(3).await;
    trial.settle(&checking, &Event::OutcomeUnknown).await;
    let (sent, failed) = (trial.sent(4).await, trial.failed(5).await);
    let claimed = trial.waiting(6).await.facts.id;
    let claim = trial.claim_one(claimed).await;
    let gone = trial.message_id();
    let whole = of_everything(&table).await;
    let leaving = |ids: &[MessageId]| {
        let leaving = ids.iter().copied().map(Leaving::waiting).collect();
        PlanWrite { leaving, ..whole.clone() }
    };
    let in_hand =
        [sending.lease.message_id, checking.lease.message_id, sent, failed, claimed, gone];
    for id in in_hand {
        table.undone(&leaving(&[id]), PlanWritten::InHand).await;
        table.undone(&leaving(&[waiting, id]), PlanWritten::InHand).await;
    }
    table.refused(&leaving(&[waiting, waiting]), "twice").await;
    // Only the process that now holds the claim on a message may take steps out of it.
    let by = |id, token| PlanWrite {
        leaving: vec![Leaving { message: id, claim: Some(token) }],
        ..whole.clone()
    };
    for id in [waiting, claimed, sending.lease.message_id, gone] {
        table.undone(&by(id, trial.token()), PlanWritten::InHand).await;
    }
    let there = fixtures::step(1, START);
    let row = table.row(&there).await.expect("a row");
    let alone = of_steps([over(&row, |step| step.day = day(2))]);
    let holder = PlanWrite { leaving: by(claimed, claim.lease.token).leaving, ..alone };
    assert_eq!(table.write(&holder).await, DONE);
    // A message can be left once its lease is released, and so can one that was refused and is
    // tried again.
    trial.store.release(&[claim.lease]).await.expect("release");
    trial.settle(&sending, &refused(Disposition::Transient)).await;
    let row = table.row(&there).await.expect("a row");
    let left = leaving(&[claimed, waiting, sending.lease.message_id]);
    let alone = of_steps([over(&row, |step| step.day = day(3))]);
    let left = PlanWrite { leaving: left.leaving, ..alone };
    assert_eq!(table.write(&left).await, DONE);
}

pub async fn an_act_leaves_one_entry_and_a_write_without_its_entry_is_not_done(
    ports: PlannerPorts,
) {
    let table = Table::new(ports);
    let audit = entry(&table);
    let step = fixtures::step(1, START);
    let write = PlanWrite { audit: Some(audit.clone()), ..of_steps([new(step.clone())]) };
    assert_eq!(table.write(&write).await, DONE);
    assert_eq!(table.shown().await.2, std::slice::from_ref(&audit));
    // A write by the library itself leaves no entry.
    table.add(&[fixtures::step(2, START)]).await;
    assert_eq!(table.shown().await.2, std::slice::from_ref(&audit));

    let token = table.taken(DAY).await;
    let steps = vec![over(&step, |step| step.day = day(1)), queued(fixtures::step(3, START), 0)];
    let run = Some(table.goes_on(DAY, token, "on"));
    let (messages, audit) = (vec![reminder(3)], Some(audit));
    let write = PlanWrite { run, steps, messages, audit, ..PlanWrite::default() };
    let before = table.shown().await;
    let refused = table.planner.write_plan(&write).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert_eq!(table.shown().await, before);
}

pub async fn what_no_store_can_write_is_refused(ports: PlannerPorts) {
    let table = Table::new(ports);
    let step = fixtures::step(1, START);
    let twice = of_steps([new(step.clone()), new(step.clone())]);
    table.refused(&twice, "twice").await;
    let messages = vec![reminder(1)];
    let write = PlanWrite { messages, ..of_steps([queued(step.clone(), 1)]) };
    table.refused(&write, "does not have").await;
    for state in [StepState::Queued, StepState::Sent] {
        let alone = new(step.clone().stands(state, None, None, START));
        table.refused(&of_steps([alone]), "needs its message").await;
    }
    let told = new(like!(step, told = true));
    table.refused(&of_steps([told]), "approval").await;
}

pub async fn nul_in_a_step_refuses_nothing(ports: PlannerPorts) {
    let table = Table::new(ports);
    let token = table.taken(DAY).await;
    let step = like!(
        fixtures::step(1, START),
        subject = "INV\0-1".to_owned(),
        sentence = Some(Private::new("It was\0moved.")),
        number_key = Some("91\0".to_owned())
    );
    let run = Some(table.goes_on(DAY, token, "a\0b"));
    let write = PlanWrite { run, ..of_steps([new(step.clone())]) };
    assert_eq!(table.write(&write).await, DONE);
    let row = table.row(&step).await.expect("a row");
    let progress = table.shown().await.0.remove(0).progress;
    let texts = [Some(row.subject), row.sentence.map(Private::into_string), row.number_key];
    let texts = texts.map(Option::unwrap_or_default);
    for (read, written) in
        texts.iter().chain([&progress]).zip(["INV\0-1", "It was\0moved.", "91\0", "a\0b"])
    {
        assert_eq!(read.replace('\u{fffd}', "\0"), written);
    }
}
