//! What was foretold, kept for half a minute: one reader reads at a time, and the others wait for what it brings.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tracing::Instrument as _;
use whatsapp_core::{Campaigns, Planner, Ports, SettingsUnread};

use super::{Coming, ComingError, Entry, Shared};
use crate::cache::Cache;
use crate::links::schedule::Key;

/// How long it is shown.
const KEPT: TimeDelta = TimeDelta::seconds(30);

/// How long a page waits for it. It is read to its end all the same, for the next one.
const WAITS: Duration = Duration::from_secs(12);

/// What was foretold last, of what is looked at first and of what is looked at by whoever looks further.
#[derive(Debug, Default)]
pub(crate) struct Foretold([Arc<Slot>; 2]);

#[derive(Debug, Default)]
struct Slot {
    kept: Mutex<Option<Kept>>,
    reading: Mutex<()>,
}

#[derive(Debug)]
struct Kept {
    coming: Shared,
    /// How often somebody had changed something when it was read.
    changes: u64,
}

/// Why nothing is foretold.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    #[error("{0}")]
    Settings(#[from] SettingsUnread),
    #[error("{0}")]
    Coming(#[from] ComingError),
    /// It takes longer than a page waits, and is still being read.
    #[error("it takes too long")]
    Late,
}

/// By what it is foretold.
#[derive(Debug, Clone)]
pub(crate) struct By {
    pub(crate) ports: Ports,
    pub(crate) planner: Option<Arc<Planner>>,
    pub(crate) cache: Cache,
}

impl Foretold {
    /// What is foretold now, or was half a minute ago where nobody changed anything since.
    pub(crate) async fn read(&self, by: By, is_further: bool) -> Result<Shared, Unread> {
        let slot = self.0[usize::from(is_further)].clone();
        if let Some(fresh) = slot.fresh(&by).await {
            return Ok(fresh);
        }
        let work = async move { slot.read(&by, is_further).await };
        match timeout(WAITS, tokio::spawn(work.in_current_span())).await {
            Ok(Ok(read)) => read,
            Ok(Err(_)) | Err(_) => Err(Unread::Late),
        }
    }

    /// A reminder as it was foretold last, however long ago: whom it was to go to is told also of one that does
    /// not go out any more.
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

impl Slot {
    async fn last(&self) -> Option<Shared> {
        self.kept.lock().await.as_ref().map(|kept| kept.coming.clone())
    }

    async fn read(&self, by: &By, is_further: bool) -> Result<Shared, Unread> {
        let _alone = self.reading.lock().await;
        if let Some(fresh) = self.fresh(by).await {
            return Ok(fresh);
        }
        let changes = by.cache.changes().await;
        let (settings, now) = (by.ports.settings().await?, by.ports.clock().now());
        let campaigns = Campaigns::new(by.ports.clone()).ok();
        let (planner, campaigns) = (by.planner.as_deref(), campaigns.as_ref());
        let coming = Coming::foretell(planner, campaigns, &settings, now, is_further).await?;
        let coming = Arc::new(coming);
        *self.kept.lock().await = Some(Kept { coming: coming.clone(), changes });
        Ok(coming)
    }

    async fn fresh(&self, by: &By) -> Option<Shared> {
        let (changes, now) = (by.cache.changes().await, by.ports.clock().now());
        let kept = self.kept.lock().await;
        let kept = kept.as_ref().filter(|kept| kept.changes == changes)?;
        let is_fresh = (TimeDelta::zero()..KEPT).contains(&(now - kept.coming.at));
        is_fresh.then(|| kept.coming.clone())
    }
}
