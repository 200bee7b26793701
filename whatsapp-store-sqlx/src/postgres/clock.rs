//! The server's clock, by which all workers agree on leases and on "30 minutes ago".

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::Row;
use whatsapp_core::port::{Clock, StoreError};

use super::PostgresStore;
use super::work::Who;
use crate::error::{other, store_error};

/// How often the server is asked again: two good clocks drift apart by a few milliseconds in it.
const REFRESH: Duration = Duration::from_mins(1);

/// How often it is asked each time; the quickest answer counts.
const SAMPLES: usize = 5;

const NOW: &str = "SELECT clock_timestamp()";

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
        let start = now();
        let epoch = AtomicI64::new(self.epoch(start).await?);
        let inner = Arc::new(Inner { start, epoch, told: AtomicI64::new(0) });
        tokio::spawn(refresh(Arc::downgrade(&inner), self.clone()));
        Ok(DatabaseClock { inner })
    }

    /// The server's time at `start`, in microseconds since 1970: half of the way there and back
    /// after the question was asked.
    async fn epoch(&self, start: Instant) -> Result<i64, StoreError> {
        self.read(Who::Worker, move |session| {
            Box::pin(async move {
                let mut best: Option<(i64, i64)> = None;
                for _ in 0..SAMPLES {
                    let asked = micros(start.elapsed());
                    let row = session.query(NOW).fetch_one(&mut *session.connection).await;
                    let server: DateTime<Utc> =
                        row.and_then(|row| row.try_get(0)).map_err(store_error)?;
                    let took = micros(start.elapsed()) - asked;
                    let epoch = server.timestamp_micros() - asked - took / 2;
                    if best.is_none_or(|(quickest, _)| took < quickest) {
                        best = Some((took, epoch));
                    }
                }
                best.map(|(_, epoch)| epoch).ok_or_else(|| other("it did not tell its time"))
            })
        })
        .await
    }
}

impl Inner {
    fn elapsed(&self) -> i64 {
        micros(self.start.elapsed())
    }
}

/// Asks the server again for as long as somebody has the clock and the store is open.
async fn refresh(inner: Weak<Inner>, store: PostgresStore) {
    loop {
        tokio::select! {
            () = store.workers.close_event() => return,
            () = rest() => {}
        }
        let Some(inner) = inner.upgrade() else { return };
        match store.epoch(inner.start).await {
            Ok(epoch) => inner.epoch.store(epoch, Ordering::SeqCst),
            Err(error) => {
                tracing::warn!(%error, "the database's time could not be asked for; the clock runs on");
            }
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
