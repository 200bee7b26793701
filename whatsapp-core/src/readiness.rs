//! The health of a process and its account, for the readiness check of a host.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::account::{Pause, PauseReason};
use crate::id::AccountId;
use crate::port::{Lane, PlannerRun, StoreError};
use crate::schedule::LAST_DAY;
use crate::settings::Settings;
use crate::wiring::Ports;

/// The largest number of due messages that is counted in a lane.
const MOST: u64 = 1_000;

/// The health of a process and its account at an instant.
///
/// A host returns it as JSON from its readiness check, with status 200 or 503 by
/// [`is_ready`](Self::is_ready). It holds no secret, and nothing about a customer.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_core::Ports;
/// use whatsapp_core::readiness::Readiness;
/// use whatsapp_testkit::{FixedDirectory, MemoryStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), serde_json::Error> {
/// let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
/// let now = Readiness::read(&ports).await;
/// assert!(now.is_ready());
/// assert_eq!(serde_json::to_value(&now)?["ready"], true);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Readiness {
    ready: bool,
    /// The instant.
    pub at: DateTime<Utc>,
    /// Reason why the database does not answer; `None` if it does. What is read after the error is
    /// left out below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_error: Option<String>,
    /// Settings that cannot be used, each with its fault and without its value. Nothing is sent
    /// until they are mended.
    pub broken_settings: Vec<String>,
    /// The account of the ports.
    pub account: AccountId,
    /// The pause of the account; `None` while it sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<PauseNow>,
    /// Number of messages that are due to be sent or looked up, in-flight ones included. Each class
    /// is counted up to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<u64>,
    /// Time since which the oldest due message that is not in flight has been due; `None` where
    /// nothing waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_due: Option<DateTime<Utc>>,
    /// Age of that message in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_due_seconds: Option<i64>,
    /// Time at which a [`Dispatcher`](crate::Dispatcher) of this process last claimed messages, or
    /// found none to claim. `None` where no dispatcher with clones of these ports has run here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_pass: Option<DateTime<Utc>>,
    /// The newest run of the planner, of whichever process; `None` where none was made, or the
    /// ports keep no reminders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_plan: Option<PlanNow>,
}

/// The pause of an account, without the gateway's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PauseNow {
    /// The reason for the pause.
    pub reason: PauseReason,
    /// Time at which the pause began.
    pub since: DateTime<Utc>,
    /// Until then nothing is sent. Afterwards one message is let through as a test, unless a person
    /// paused the account.
    pub until: DateTime<Utc>,
}

/// A run of the planner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlanNow {
    /// The date that was planned.
    pub day: NaiveDate,
    /// Time at which the run was first claimed.
    pub started_at: DateTime<Utc>,
    /// Time at which the whole run was done; `None` while it goes on.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Readiness {
    /// Reads the health: by five questions to the database, one after the other. It ends at the
    /// first that is not answered, so it takes as long as the store waits for its database.
    pub async fn read(ports: &Ports) -> Self {
        let mut now = Self {
            ready: false,
            at: ports.clock.now(),
            database_error: None,
            broken_settings: Vec::new(),
            account: ports.store.account_id(),
            pause: None,
            due: None,
            oldest_due: None,
            oldest_due_seconds: None,
            last_pass: ports.pulse.last(),
            last_plan: None,
        };
        now.database_error = now.ask(ports).await.err().map(|error| error.to_string());
        now.ready = now.database_error.is_none() && now.broken_settings.is_empty();
        now
    }

    /// Returns true if the process can do its work: the database answers, and the settings can be
    /// used.
    ///
    /// A pause of the account does not make a process unready: another process could send no more,
    /// and this one still enqueues. Neither does a backlog, nor a dispatcher without a recent pass.
    /// The fields show all of them.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.ready
    }

    async fn ask(&mut self, ports: &Ports) -> Result<(), StoreError> {
        let store = &ports.store;
        if let Err(error) = Settings::read(&store.load_settings().await?) {
            self.broken_settings = error.problems.iter().map(ToString::to_string).collect();
        }
        self.pause = store.account().await?.pause.as_ref().map(PauseNow::of);
        let backlog = store.backlog(self.at, MOST).await?;
        self.due = Some(backlog.iter().map(|lane| lane.due).sum());
        let oldest = store.next_due().await?.earliest_of(Lane::OWED);
        self.oldest_due = oldest.filter(|oldest| *oldest <= self.at);
        self.oldest_due_seconds = self.oldest_due.map(|oldest| (self.at - oldest).num_seconds());
        if let Some(plans) = &ports.plans {
            let newest = plans.planner_runs(LAST_DAY, 1).await?.pop();
            self.last_plan = newest.as_ref().map(PlanNow::of);
        }
        Ok(())
    }
}

impl PauseNow {
    const fn of(pause: &Pause) -> Self {
        Self { reason: pause.reason, since: pause.since, until: pause.until }
    }
}

impl PlanNow {
    const fn of(run: &PlannerRun) -> Self {
        Self { day: run.day, started_at: run.started_at, finished_at: run.finished_at }
    }
}
