//! The server's clock, by which all workers agree on leases and on "30 minutes ago".

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::Row;
use whatsapp_core::port::{Clock, StoreError, SystemClock};
use whatsapp_core::time::{Elapsed, TimeBase};

use super::PostgresStore;
use super::work::Pool;
use crate::error::{other, store_error};

/// Interval at which the server is asked again: in it, two good clocks drift apart by a few
/// milliseconds.
const REFRESH: Duration = Duration::from_mins(1);

/// Number of questions each time; the fastest answer counts.
const SAMPLES: usize = 5;

const NOW: &str = "SELECT clock_timestamp()";

/// The database server's time, continued by this machine's steady clock. With it, hosts agree even
/// if their wall clocks differ or are set back.
///
/// [`PostgresStore::clock`] creates it and asks the server. The server is asked again every minute
/// while the clock is used. In between, and while the server does not answer, the clock continues
/// by itself. A clone is the same clock.
///
/// It never goes back by less than two seconds: if the server is so little behind the last time
/// returned, the clock waits for it.
///
/// Its elapsed time is the server's time as well, so that hosts agree on leases and on half an
/// hour. If the server's own clock is set while this one runs, the wall clock follows. The elapsed
/// time continues by this machine's steady clock, under a base of its own. Work begun before then
/// cannot be compared with that base, and waits longer.
#[derive(Clone)]
pub struct DatabaseClock {
    inner: Arc<Inner>,
}

struct Inner {
    local: SystemClock,
    /// The server's time when the steady clock was at zero, in microseconds since 1970.
    epoch: AtomicI64,
    /// The latest time returned.
    told: AtomicI64,
    /// The base of the elapsed time.
    base: AtomicI64,
    /// As `epoch`, but for the elapsed time: it does not follow a clock that is set.
    steady: AtomicI64,
    /// The latest elapsed time returned.
    passed: AtomicI64,
}

/// A server's clock was set if it moved against a steady one by more than this plus the time of the
/// question.
const SET_BY: i64 = 2_000_000;

impl PostgresStore {
    /// Returns the server's clock: for [`Ports::with_clock`](whatsapp_core::Ports::with_clock), in
    /// every process that sends or enqueues.
    ///
    /// # Errors
    /// [`StoreError`] when the server does not answer.
    pub async fn clock(&self) -> Result<DatabaseClock, StoreError> {
        let inner = Arc::new(Inner::new(SystemClock::new()));
        self.measure(&inner).await?;
        tokio::spawn(refresh(Arc::downgrade(&inner), self.clone()));
        Ok(DatabaseClock { inner })
    }

    /// Measures the server's time against this machine's. The server's answer counts for the
    /// middle of the round trip.
    async fn measure(&self, inner: &Arc<Inner>) -> Result<(), StoreError> {
        let asking = Arc::clone(inner);
        let best = self.read(Pool::Worker, move |session| {
            let inner = Arc::clone(&asking);
            Box::pin(async move {
                let mut best: Option<(i64, i64)> = None;
                for _ in 0..SAMPLES {
                    let asked = inner.elapsed();
                    let row = session.query(NOW).fetch_one(&mut *session.connection).await;
                    let server: DateTime<Utc> = row?.try_get(0).map_err(store_error)?;
                    let took = inner.elapsed() - asked;
                    let epoch = server.timestamp_micros() - asked - took / 2;
                    if best.is_none_or(|(quickest, _)| took < quickest) {
                        best = Some((took, epoch));
                    }
                }
                best.ok_or_else(|| other("it did not tell its time"))
            })
        });
        let (took, epoch) = best.await?;
        inner.measured(epoch, took);
        Ok(())
    }
}

impl Inner {
    fn new(local: SystemClock) -> Self {
        let [epoch, told, base, steady, passed] = Default::default();
        Self { local, epoch, told, base, steady, passed }
    }

    fn elapsed(&self) -> i64 {
        micros(self.local.monotonic())
    }

    /// Records that the server's time was `epoch` when the steady clock was at zero, measured by a
    /// question that took `took`.
    fn measured(&self, epoch: i64, took: i64) {
        let moved = epoch.saturating_sub(self.epoch.swap(epoch, Ordering::SeqCst));
        let server = TimeBase::shared(b"the database server's clock");
        if self.base.load(Ordering::SeqCst) == 0 {
            self.steady.store(epoch, Ordering::SeqCst);
            self.base.store(server.to_i64(), Ordering::SeqCst);
        } else if moved.abs() > SET_BY + took {
            tracing::warn!(seconds = moved / 1_000_000, "the database server's clock was set");
            // To the microsecond, no other process measures the same.
            let seed = format!("{epoch} {moved} {}", self.passed.load(Ordering::SeqCst));
            self.base.store(TimeBase::own(seed.as_bytes()).to_i64(), Ordering::SeqCst);
            self.told.store(epoch.saturating_add(self.elapsed()), Ordering::SeqCst);
        } else if self.base.load(Ordering::SeqCst) == server.to_i64() {
            self.steady.store(epoch, Ordering::SeqCst);
        }
    }
}

/// Asks the server again for as long as the clock is in use and the store is open.
async fn refresh(inner: Weak<Inner>, store: PostgresStore) {
    loop {
        tokio::select! {
            () = store.workers.close_event() => return,
            () = rest() => {}
        }
        let Some(inner) = inner.upgrade() else { return };
        if let Err(error) = store.measure(&inner).await {
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

    fn elapsed(&self) -> Elapsed {
        let inner = &self.inner;
        let base = TimeBase::from_i64(inner.base.load(Ordering::SeqCst));
        let passed = inner.steady.load(Ordering::SeqCst).saturating_add(inner.elapsed());
        Elapsed::new(base, inner.passed.fetch_max(passed, Ordering::SeqCst).max(passed))
    }

    fn monotonic(&self) -> Duration {
        self.inner.local.monotonic()
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

#[expect(clippy::disallowed_methods, reason = "a clock is refreshed in the background")]
async fn rest() {
    tokio::time::sleep(REFRESH).await;
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const YEAR_2026: i64 = 1_770_000_000_000_000;

    fn measured() -> DatabaseClock {
        let inner = Inner::new(SystemClock::with_base(TimeBase::own(b"here")));
        inner.measured(YEAR_2026, 1_000);
        DatabaseClock { inner: Arc::new(inner) }
    }

    #[test]
    fn hosts_share_the_servers_base_whatever_their_own_is() {
        let (one, other) = (measured(), measured());
        assert!(one.elapsed().base.is_shared());
        assert!(other.elapsed().since(one.elapsed()).is_some());
    }

    #[test]
    fn a_server_that_drifts_is_followed_and_never_back() {
        let clock = measured();
        let (now, elapsed) = (clock.now(), clock.elapsed());
        for drift in [-1_900_000, -500_000] {
            clock.inner.measured(YEAR_2026 + drift, 1_000);
            assert!(clock.now() >= now);
            let passed = clock.elapsed().since(elapsed).expect("the same base");
            assert!((TimeDelta::zero()..TimeDelta::minutes(1)).contains(&passed), "{passed}");
        }
    }

    #[test]
    fn a_server_whose_clock_is_set_moves_the_wall_clock_and_no_elapsed_time() {
        for hours in [-2, 2] {
            let clock = measured();
            let (now, elapsed) = (clock.now(), clock.elapsed());
            clock.inner.measured(YEAR_2026 + hours * 3_600_000_000, 1_000);
            assert_eq!(((clock.now() - now).num_seconds() + 30).div_euclid(3_600), hours);
            let later = clock.elapsed();
            assert_eq!(later.since(elapsed), None, "nothing from before can be compared");
            assert!(!later.base.is_shared());
            let passed = TimeDelta::microseconds(later.micros - elapsed.micros);
            assert!((TimeDelta::zero()..TimeDelta::minutes(1)).contains(&passed), "{passed}");
            clock.inner.measured(YEAR_2026 + hours * 3_600_000_000 + 5, 1_000);
            assert!(clock.elapsed().since(later).is_some(), "the new base stays");
        }
    }
}
