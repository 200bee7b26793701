//! Forecasts kept for half a minute. There is one reading at a time; a visitor who comes meanwhile
//! waits for its result.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;
use tracing::Instrument as _;
use whatsapp_core::campaigns::CampaignError;
use whatsapp_core::planner::PlannerError;
use whatsapp_core::{Campaigns, Planner, Ports};

use super::{Coming, ComingError, Entry, Shared};
use crate::cache::Cache;
use crate::links::schedule::Key;
use crate::oops::Oops;

/// Time for which a forecast is shown after it was read.
const KEPT: TimeDelta = TimeDelta::seconds(30);

/// Time for which a failed reading is not tried again.
const RESTS: TimeDelta = TimeDelta::seconds(5);

/// Timeout of a page that waits for a forecast. The reading goes on to its end, for the next page.
const WAITS: Duration = Duration::from_secs(12);

/// The last forecasts: within the first limits, and within the wider ones.
#[derive(Debug, Default)]
pub(crate) struct Foretold([Arc<Slot>; 2]);

#[derive(Debug, Default)]
struct Slot(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The last forecast.
    last: Option<Shared>,
    /// Result of the last reading.
    ended: Option<Ended>,
    /// The reading that is under way. Its sender is dropped if it broke off.
    reading: Option<Answer>,
}

/// Result of a reading that ended.
#[derive(Debug)]
struct Ended {
    came: Came,
    /// Time of the reading's end; the result is shown from then on.
    at: DateTime<Utc>,
    /// Number of changes by people when the reading began.
    changes: u64,
}

/// Result of a reading, and the channel on which it arrives.
type Came = Result<Shared, Oops>;
type Answer = watch::Receiver<Option<Came>>;

/// The adapters that a forecast is read with.
#[derive(Debug, Clone)]
pub(crate) struct By {
    pub(crate) ports: Ports,
    pub(crate) planner: Option<Arc<Planner>>,
    pub(crate) cache: Cache,
}

impl Foretold {
    /// Returns the present forecast, or that of half a minute ago if nobody changed anything since.
    /// Otherwise returns the result of the reading under way. A reading that failed some seconds
    /// ago counts as failed.
    pub(crate) async fn read(&self, by: By, is_further: bool) -> Result<Shared, Oops> {
        let mut answer = match self.0[usize::from(is_further)].ask(by, is_further).await {
            Asked::Known(came) => return came,
            Asked::Reading(answer) => answer,
        };
        match timeout(WAITS, answer.changed()).await {
            // The result arrives once, or not at all where the reading broke off.
            Ok(_) => {
                let came = answer.borrow().clone();
                came.unwrap_or(Err(Oops::Broken("nothing could be foretold")))
            }
            Err(_) => Err(Oops::TooLong),
        }
    }

    /// Looks up a reminder in the last forecasts, however old. So the customer of a reminder that
    /// does not go out any more can still be named.
    pub(crate) async fn reminder<T>(
        &self,
        key: &Key,
        told: impl Fn(&Entry) -> Option<T>,
    ) -> Option<T> {
        for slot in &self.0 {
            let last = slot.last().await;
            let found = last.as_ref().and_then(|coming| coming.reminder(key)).and_then(&told);
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// Answer of a slot.
enum Asked {
    Known(Came),
    Reading(Answer),
}

impl Slot {
    async fn last(&self) -> Option<Shared> {
        self.0.lock().await.last.clone()
    }

    /// Returns the known result or the reading under way; where there is neither, starts a reading.
    async fn ask(self: &Arc<Self>, by: By, is_further: bool) -> Asked {
        let changes = by.cache.changes().await;
        let mut state = self.0.lock().await;
        let now = by.ports.clock().now();
        if let Some(ended) = state.ended.as_ref().filter(|ended| ended.holds(changes, now)) {
            return Asked::Known(ended.came.clone());
        }
        if let Some(reading) = state.reading.as_ref().filter(|it| it.has_changed().is_ok()) {
            return Asked::Reading(reading.clone());
        }
        let (tell, answer) = watch::channel(None);
        state.reading = Some(answer.clone());
        let slot = Arc::clone(self);
        let work = async move {
            let came = read(&by, is_further).await;
            slot.end(Ended { came: came.clone(), at: by.ports.clock().now(), changes }).await;
            tell.send_replace(Some(came));
        };
        drop(tokio::spawn(work.in_current_span()));
        Asked::Reading(answer)
    }

    async fn end(&self, ended: Ended) {
        let mut state = self.0.lock().await;
        if let Ok(coming) = &ended.came {
            state.last = Some(Arc::clone(coming));
        }
        (state.ended, state.reading) = (Some(ended), None);
    }
}

impl Ended {
    /// Returns true while this result may still be shown.
    fn holds(&self, changes: u64, now: DateTime<Utc>) -> bool {
        let told_for = if self.came.is_ok() { KEPT } else { RESTS };
        self.changes == changes && (TimeDelta::zero()..told_for).contains(&(now - self.at))
    }
}

async fn read(by: &By, is_further: bool) -> Came {
    let (settings, now) = (by.ports.settings().await?, by.ports.clock().now());
    let campaigns = Campaigns::new(by.ports.clone()).ok();
    let (planner, campaigns) = (by.planner.as_deref(), campaigns.as_ref());
    let coming = Coming::foretell(&by.ports, planner, campaigns, &settings, now, is_further).await;
    Ok(Arc::new(coming.map_err(refused)?))
}

fn refused(error: ComingError) -> Oops {
    match error {
        ComingError::Planner(PlannerError::Directory(error)) => error.into(),
        ComingError::Planner(PlannerError::Store(error))
        | ComingError::Campaigns(CampaignError::Store(error)) => error.into(),
        error => {
            tracing::error!("nothing could be foretold: {error}");
            Oops::Broken("nothing could be foretold")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    use tokio::sync::Semaphore;
    use whatsapp_core::InvoiceId;
    use whatsapp_core::port::{DirectoryError, Due, InvoiceLedger};
    use whatsapp_testkit::fixtures::START;
    use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore};

    use super::*;

    /// Books that answer only as long as the test lets them.
    #[derive(Debug)]
    struct Books {
        gate: Semaphore,
        reads: AtomicU64,
        fail: AtomicBool,
    }

    #[async_trait::async_trait]
    impl InvoiceLedger for Books {
        async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
            Ok(invoices.iter().map(|_| None).collect())
        }

        async fn unpaid(&self, _: Option<InvoiceId>, _: u32) -> Result<Vec<Due>, DirectoryError> {
            self.reads.fetch_add(1, Ordering::SeqCst);
            let _let = self.gate.acquire().await;
            if self.fail.load(Ordering::SeqCst) {
                return Err(DirectoryError::new("the books are closed"));
            }
            Ok(Vec::new())
        }
    }

    struct Scene {
        books: Arc<Books>,
        clock: ManualClock,
        by: By,
        foretold: Foretold,
    }

    impl Scene {
        fn new() -> Self {
            let (store, clock) = (Arc::new(MemoryStore::new()), ManualClock::starting_at(START));
            let (gate, reads) = (Semaphore::new(1), AtomicU64::new(0));
            let books = Arc::new(Books { gate, reads, fail: AtomicBool::new(false) });
            let ports = Ports::new(store.clone(), Arc::new(FixedDirectory::default()))
                .with_invoices(books.clone())
                .with_plans(store)
                .with_clock(Arc::new(clock.clone()));
            let planner = Some(Arc::new(Planner::new(ports.clone()).unwrap()));
            let by = By { ports, planner, cache: Cache::default() };
            Self { books, clock, by, foretold: Foretold::default() }
        }

        async fn read(&self) -> Result<Shared, Oops> {
            self.foretold.read(self.by.clone(), false).await
        }

        /// Number of times the books were asked.
        fn reads(&self) -> u64 {
            self.books.reads.load(Ordering::SeqCst)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_longer_than_it_is_shown_is_read_once_and_shown_from_its_end_on() {
        let scene = Scene::new();
        let held = scene.books.gate.acquire().await.unwrap();
        let (one, other) = tokio::join!(scene.read(), scene.read());
        assert!(matches!((one, other), (Err(Oops::TooLong), Err(Oops::TooLong))));
        assert_eq!(scene.reads(), 1, "one reading, whoever waits");
        scene.clock.advance(KEPT + TimeDelta::seconds(10));
        let (came, ()) = tokio::join!(scene.read(), async { drop(held) });
        came.unwrap();
        let for_one = scene.reads();
        scene.clock.advance(KEPT - TimeDelta::microseconds(1));
        scene.read().await.unwrap();
        assert_eq!(scene.reads(), for_one);
        scene.clock.advance(TimeDelta::microseconds(1));
        scene.read().await.unwrap();
        assert_eq!(scene.reads(), 2 * for_one);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_after_an_act_takes_what_is_being_read_and_the_next_one_reads_anew() {
        let scene = Scene::new();
        let held = scene.books.gate.acquire().await.unwrap();
        let after = async {
            scene.by.cache.forget().await;
            scene.read().await
        };
        let (before, after, ()) = tokio::join!(scene.read(), after, async { drop(held) });
        let (before, after) = (before.unwrap(), after.unwrap());
        assert!(Arc::ptr_eq(&before, &after));
        let next = scene.read().await.unwrap();
        assert!(!Arc::ptr_eq(&before, &next));
        assert!(Arc::ptr_eq(&next, &scene.read().await.unwrap()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_failed_is_not_tried_again_for_some_seconds_unless_somebody_changed_something() {
        let scene = Scene::new();
        scene.books.fail.store(true, Ordering::SeqCst);
        assert!(matches!(scene.read().await, Err(Oops::Host(_))));
        let for_one = scene.reads();
        scene.clock.advance(RESTS - TimeDelta::microseconds(1));
        assert!(matches!(scene.read().await, Err(Oops::Host(_))));
        assert_eq!(scene.reads(), for_one);
        scene.clock.advance(TimeDelta::microseconds(1));
        assert!(matches!(scene.read().await, Err(Oops::Host(_))));
        assert_eq!(scene.reads(), 2 * for_one);
        scene.books.fail.store(false, Ordering::SeqCst);
        scene.by.cache.forget().await;
        scene.read().await.unwrap();
    }
}
