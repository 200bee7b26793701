//! The server's clock, by which all workers agree on leases and on "30 minutes ago".

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use whatsapp_core::port::{Clock, StoreError};

use super::PostgresStore;
use crate::error::store_error;

/// How often the server is asked again: two good clocks drift apart by a few milliseconds in it.
const REFRESH: Duration = Duration::from_mins(1);

/// How often it is asked each time; the quickest answer counts.
const SAMPLES: usize = 5;

/// The database server's time, told by this machine's steady clock: hosts whose wall clocks
/// disagree, or are set back, agree by it.
///
/// It is made by [`PostgresStore::clock`], which asks the server, and is asked again every minute
/// while it is used. In between, and while the server does not answer, it runs on by itself. A
/// clone is the same clock.
///
/// It never goes back: a server that is behind what was told already is waited for.
#[derive(Clone)]
pub struct DatabaseClock {
    inner: Arc<Inner>,
}

struct Inner {
    start: Instant,
    /// The server's time at `start`, in microseconds since 1970.
    epoch: AtomicI64,
    /// The latest instant told.
    told: AtomicI64,
}

impl PostgresStore {
    /// The server's clock: for [`Ports::with_clock`](whatsapp_core::Ports::with_clock), in every
    /// process that sends or enqueues.
    ///
    /// # Errors
    /// [`StoreError`] when the server does not answer.
    pub async fn clock(&self) -> Result<DatabaseClock, StoreError> {
        let inner = Inner { start: now(), epoch: AtomicI64::new(0), told: AtomicI64::new(0) };
        inner.refresh(&self.workers).await?;
        let clock = DatabaseClock { inner: Arc::new(inner) };
        tokio::spawn(refresh(Arc::downgrade(&clock.inner), self.workers.clone()));
        Ok(clock)
    }
}

impl Inner {
    fn elapsed(&self) -> i64 {
        micros(self.start.elapsed())
    }

    /// Measures the server's time against this machine's: half of the way there and back after
    /// the question was asked.
    async fn refresh(&self, pool: &PgPool) -> Result<(), StoreError> {
        let mut connection = pool.acquire().await.map_err(store_error)?;
        let mut best: Option<(i64, i64)> = None;
        for _ in 0..SAMPLES {
            let asked = self.elapsed();
            let server: DateTime<Utc> = sqlx::query_scalar("SELECT clock_timestamp()")
                .persistent(false)
                .fetch_one(&mut *connection)
                .await
                .map_err(store_error)?;
            let took = self.elapsed() - asked;
            let epoch = server.timestamp_micros() - asked - took / 2;
            if best.is_none_or(|(quickest, _)| took < quickest) {
                best = Some((took, epoch));
            }
        }
        if let Some((_, epoch)) = best {
            self.epoch.store(epoch, Ordering::SeqCst);
        }
        Ok(())
    }
}

/// Asks the server again for as long as somebody has the clock and the store is open.
async fn refresh(inner: Weak<Inner>, pool: PgPool) {
    loop {
        tokio::select! {
            () = pool.close_event() => return,
            () = rest() => {}
        }
        let Some(inner) = inner.upgrade() else { return };
        if let Err(error) = inner.refresh(&pool).await {
            tracing::warn!(%error, "the database's time could not be asked for; the clock runs on");
        }
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> DateTime<Utc> {
        let inner = &self.inner;
        let now = inner.epoch.load(Ordering::SeqCst).saturating_add(inner.elapsed());
        let told = inner.told.fetch_max(now, Ordering::SeqCst).max(now);
        DateTime::from_timestamp_micros(told).unwrap_or(DateTime::UNIX_EPOCH)
    }

    fn monotonic(&self) -> Duration {
        self.inner.start.elapsed()
    }
}

impl fmt::Debug for DatabaseClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseClock").finish_non_exhaustive()
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "this is an edge at which time enters")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a clock is refreshed in the background")]
async fn rest() {
    tokio::time::sleep(REFRESH).await;
}
