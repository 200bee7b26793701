//! The chore that sets the gauges: the queue, its oldest message, and the account's pause.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::chore::{Chore, Next, Turn};
use crate::observe::meters;
use crate::port::StoreError;
use crate::wake::Wake;
use crate::wiring::Ports;

/// The interval at which the database is asked.
const EVERY: Duration = Duration::from_secs(15);

/// The largest number of messages that is counted in a lane.
const MOST: u64 = 10_000;

/// Sets the gauges of [`METRICS`](crate::observe::METRICS) every 15 seconds, by three questions to
/// the database.
///
/// The gauges are about the account, and so the same in each process that sets them. A host gives
/// the chore to the runner of one process, or of each: it is part of no runner by itself.
///
/// ```
/// use whatsapp_core::{Dispatcher, Gauges, Ports, Runner, WiringError};
///
/// fn watched(ports: Ports) -> Result<Runner, WiringError> {
///     Ok(Runner::sending(Dispatcher::new(ports.clone())?)?.with(Gauges::new(ports)))
/// }
/// ```
#[derive(Debug)]
pub struct Gauges {
    ports: Ports,
    wake: Wake,
}

impl Gauges {
    /// Creates the chore for the account of these ports.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        // New messages need not be counted at once, so it has a bell of its own.
        Self { ports, wake: Wake::new() }
    }

    /// Sets all gauges once.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer. The gauges keep their values then.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let store = &self.ports.store;
        let backlog = store.backlog(now, MOST).await?;
        let next = store.next_due().await?;
        let is_paused = store.account().await?.pause.is_some();
        let account = store.account_id();
        for lane in backlog {
            meters::queue(account, lane, next.in_lane(lane.lane), now);
        }
        meters::is_paused(account, is_paused);
        Ok(())
    }
}

#[async_trait]
impl Chore for Gauges {
    fn name(&self) -> &'static str {
        "gauges"
    }

    fn wake(&self) -> Wake {
        self.wake.clone()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        if let Err(error) = self.tick(now).await {
            tracing::warn!(error = %error, "the queue could not be counted; trying again");
        }
        Turn::next(Next::In(EVERY))
    }

    fn stop(&self) {}

    async fn finish(&self) {}
}
