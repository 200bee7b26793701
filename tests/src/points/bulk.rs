//! T17: processes that act on many messages at once die half way.
//!
//! Each process is killed at a random moment of its work, also between an act and the note of it.
//! Another one goes on when the claim of the dead one has run out. Each message is acted on once,
//! whatever was noted of it, and the final report says what happened.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use whatsapp_core::audit::Actor;
use whatsapp_core::bulk::{BulkAct, BulkAsks, BulkState};
use whatsapp_core::bulks::{BulkRunner, Bulks, Chosen};
use whatsapp_core::message::{
    Cause, Facts, Failure, FailureKind, NewMessage, Outcome, Progress, State, StateRow,
};
use whatsapp_core::port::{Customer, LogFilter};
use whatsapp_core::{CustomerId, Ports};
use whatsapp_testkit::fixtures::{
    AT_ALL_HOURS, START, greeting, number as number_of, save_settings,
};
use whatsapp_testkit::{FixedDirectory, ManualClock};

use super::child::{Role, Running, Spec, say};
use super::{Line, Trial, nap, number};
use crate::faults::database::{Kind, Opened};

/// Time after which the claim of a dead process has run out.
const LATER: TimeDelta = TimeDelta::minutes(3);

/// Task of a child: to do confirmed acts, at this instant, until none is left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    at: DateTime<Utc>,
}

impl Plan {
    /// Does the acts.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn work(&self, opened: Opened) -> Result<()> {
        let runner = BulkRunner::new(ports(&opened, self.at)?)?;
        while runner.tick().await? {
            say("batch");
        }
        Ok(())
    }
}

fn customer() -> Result<CustomerId> {
    Ok(CustomerId::new("C-1")?)
}

fn ports(opened: &Opened, at: DateTime<Utc>) -> Result<Ports> {
    let customers = FixedDirectory::default();
    customers.put(Customer::new(customer()?, "Asha Traders", Some(&number_of(1))));
    Ok(Ports::new(opened.ports(), Arc::new(customers))
        .with_bulk(opened.bulk())
        .with_clock(Arc::new(ManualClock::starting_at(at))))
}

/// Cancels many messages, and sends as many again, by processes that die.
///
/// # Errors
/// Returns an error if it could not be done; a finding is no error.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T17", kind);
    let home = trial.servers.fresh(kind, &trial.folder(&format!("T17-{kind}"))?).await?;
    let opened = home.at.open().await?;
    let many = trial.rounds(10_000, 300);
    save_settings(opened.ports().as_ref(), &AT_ALL_HOURS, START).await;
    put(&opened, many).await?;
    let bulks = Bulks::new(ports(&opened, START)?)?;
    let mut acts = Vec::new();
    for (act, outcomes) in
        [(BulkAct::Cancel, &[Outcome::Waiting][..]), (BulkAct::Resend, &[Outcome::Failed])]
    {
        let mut filter = LogFilter::default();
        filter.outcomes = outcomes.iter().copied().collect();
        let counted = bulks.count(act, &Chosen::All(filter), &Actor::Host).await?;
        acts.push(counted.id);
    }
    for id in &acts {
        bulks.confirm(*id, BulkAsks::default(), &Actor::Host).await?;
    }
    let kills = trial.rounds(24, 6);
    // The processes that die do about two thirds of all the work.
    let batches = 2 * many / 25;
    let mut rng = fastrand::Rng::with_seed(trial.seed);
    let mut at = START;
    for _ in 0..kills {
        at += LATER;
        let mut child =
            Running::start(trial, &Spec::new(home.at.clone(), Role::Bulk(Plan { at })))?;
        for _ in 0..rng.usize(0..=batches / kills) {
            child.says("batch").await?;
        }
        // A few messages further on, in the middle of one.
        nap(Duration::from_micros(rng.u64(0..60_000))).await;
        child.kill().await?;
    }
    at += LATER;
    let child = Running::start(trial, &Spec::new(home.at.clone(), Role::Bulk(Plan { at })))?;
    let _: super::child::Report = child.ended().await?;
    line.count("messages", 2 * many);
    line.count("kills", kills);
    for id in acts {
        let bulk = bulks.bulk(id).await?.context("an act is gone")?;
        let counts = bulk.counts;
        line.bar(bulk.state == BulkState::Done && counts.done as usize == many, || {
            format!("{}: {} of {many} are told as done: {counts:?}", bulk.act, counts.done)
        });
    }
    for (name, statement) in [
        ("cancelled", "SELECT count(*) FROM whatsapp_message_logs WHERE status = 'cancelled'"),
        ("cancels_told", "SELECT count(*) FROM whatsapp_audit WHERE act = 'message_cancelled'"),
        (
            "told_of_each",
            "SELECT count(DISTINCT target_id) FROM whatsapp_audit WHERE act = 'message_cancelled'",
        ),
        ("resends", "SELECT count(*) FROM whatsapp_message_logs WHERE resend_of IS NOT NULL"),
        (
            "resent",
            "SELECT count(DISTINCT resend_of) FROM whatsapp_message_logs \
             WHERE resend_of IS NOT NULL",
        ),
        ("resends_told", "SELECT count(*) FROM whatsapp_audit WHERE act = 'message_resent'"),
    ] {
        let found = number(&home.at, statement).await?;
        line.bar(usize::try_from(found)? == many, || format!("{name}: {found} of {many}"));
    }
    opened.close().await;
    Ok(line)
}

/// Puts messages into the log: some wait for tomorrow, and as many failed for good.
async fn put(opened: &Opened, many: usize) -> Result<()> {
    let (store, customer) = (opened.ports(), customer()?);
    let failure = Failure::new(FailureKind::Rejected, "The number is not on WhatsApp.");
    let failed = State::Failed(failure.caused_by(Cause::Recipient));
    let waiting = State::Waiting { due: START + TimeDelta::days(1) };
    let message = |(seed, state): (u64, &State)| {
        let customer_id = customer.clone();
        let message = greeting(seed, START).with_facts(|facts| Facts { customer_id, ..facts });
        NewMessage { state: StateRow::of(&Progress::ended(state.clone())), ..message }
    };
    let states = [&waiting, &failed].into_iter().cycle().take(2 * many);
    let messages: Vec<_> = (0..).zip(states).map(message).collect();
    for some in messages.chunks(500) {
        store.enqueue(some).await?;
    }
    Ok(())
}
