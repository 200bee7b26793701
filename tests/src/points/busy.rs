//! T8: a foreign process locks the SQLite file for seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::Connection as _;
use whatsapp_core::port::{AccountStore as _, Outbox as _, Reserve, StoreError};
use whatsapp_store_sqlx::{SqliteOptions, SqliteStore};
use whatsapp_testkit::fixtures::{START, elapsed, greeting};

use super::child::{Role, Running, Spec};
use super::{Line, Trial, nap, now};
use crate::faults::database::Database;

/// Time that the store waits for the lock by itself.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The same for a store that waits for less than the lock is held. It shows that there was
/// something to survive.
const IMPATIENT: Duration = Duration::from_millis(50);

/// Number of tasks of the host that write at once.
const WRITERS: u64 = 4;

/// Task of the foreign process.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Hold {
    /// Number of times that it locks the file.
    pub times: usize,
    /// Longest time of a lock, in milliseconds.
    pub longest: u64,
    /// Seed for the times of the locks.
    pub seed: u64,
}

impl Hold {
    /// Locks the file again and again, with pauses in which others come in. Returns the number of
    /// locks.
    pub(super) async fn work(&self, database: &Database) -> Result<usize> {
        let Database::Sqlite(file) = database else { bail!("only a file can be locked") };
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(file)
            .busy_timeout(Duration::from_secs(30));
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
        let mut random = fastrand::Rng::with_seed(self.seed);
        for time in 0..self.times {
            sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await?;
            // The first lock lasts the longest time.
            let longest = if time == 0 { self.longest } else { random.u64(0..=self.longest) };
            nap(Duration::from_millis(longest)).await;
            sqlx::query("COMMIT").execute(&mut connection).await?;
            nap(Duration::from_millis(random.u64(200..600))).await;
        }
        connection.close().await?;
        Ok(self.times)
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    writes: usize,
    busy: usize,
    longest: Duration,
}

/// Locks the file for up to four seconds again and again, and writes meanwhile.
///
/// # Errors
/// Returns an error if it could not be done; a finding is no error.
pub async fn play(trial: &Trial) -> Result<Line> {
    let mut line = Line::new("T8", "sqlite");
    let file = trial.folder("T8")?.join("whatsapp.db");
    let patient = SqliteOptions::new(&file).busy_timeout(BUSY_TIMEOUT).open().await?;
    let impatient = SqliteOptions::new(&file).busy_timeout(IMPATIENT).open().await?;
    // A lock takes two seconds and a pause on average.
    let times = if trial.short { 2 } else { usize::try_from(trial.seconds)?.clamp(4, 50) };
    let hold = Hold { times, longest: if trial.short { 3_000 } else { 4_000 }, seed: trial.seed };
    let spec = Spec::new(Database::Sqlite(file), Role::Hold(hold));
    let over = Arc::new(AtomicBool::new(false));
    let holder = Running::start(trial, &spec)?;
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        writers.push(tokio::spawn(write(patient.clone(), writer, Arc::clone(&over))));
    }
    let control = tokio::spawn(probe(impatient.clone(), Arc::clone(&over)));
    let locked: usize = holder.ended().await?;
    over.store(true, Ordering::SeqCst);
    let mut seen = Seen::default();
    for writer in writers {
        let one = writer.await??;
        seen.writes += one.writes;
        seen.busy += one.busy;
        seen.longest = seen.longest.max(one.longest);
    }
    let control = control.await??;
    patient.close().await;
    impatient.close().await;
    line.count("held", locked);
    line.at_least("writes", seen.writes, 1);
    line.figure("longest_wait_ms", u64::try_from(seen.longest.as_millis())?);
    line.none("surfaced_busy", seen.busy);
    line.at_least("surfaced_to_impatient_control", control, 1);
    Ok(line)
}

/// Writes as a host does, until `over` is set.
async fn write(store: SqliteStore, writer: u64, over: Arc<AtomicBool>) -> Result<Seen> {
    let mut seen = Seen::default();
    let mut next = writer * 1_000_000;
    while !over.load(Ordering::SeqCst) {
        next += 1;
        let asked = now();
        match store.enqueue(&[greeting(next, START)]).await {
            Ok(_) => seen.writes += 1,
            Err(StoreError::Unavailable { .. }) => seen.busy += 1,
            Err(error) => return Err(error.into()),
        }
        seen.longest = seen.longest.max(asked.elapsed());
        // A host that writes all the time would be its own obstacle.
        nap(Duration::from_millis(20)).await;
    }
    Ok(seen)
}

/// Counts the times that a store that does not wait was told that the file is locked.
async fn probe(store: SqliteStore, over: Arc<AtomicBool>) -> Result<usize> {
    let mut busy = 0;
    let (interval, jitter) = (chrono::TimeDelta::seconds(1), chrono::TimeDelta::zero());
    let elapsed = elapsed(START);
    let nothing = Reserve { now: START, elapsed, seen: None, want: 0, interval, jitter };
    while !over.load(Ordering::SeqCst) {
        busy += usize::from(store.reserve(&nothing).await.is_err());
        nap(Duration::from_millis(100)).await;
    }
    Ok(busy)
}
