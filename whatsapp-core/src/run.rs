//! The runner: gives every chore its turns until it is time to stop.
//!
//! A sending process runs one:
//!
//! ```no_run
//! # async fn serve(
//! #     ports: whatsapp_core::Ports,
//! #     shutdown: impl Future<Output = ()> + Send,
//! # ) -> Result<(), whatsapp_core::WiringError> {
//! use whatsapp_core::{Dispatcher, Runner};
//!
//! Runner::sending(Dispatcher::new(ports)?)?.run(shutdown).await;
//! # Ok(())
//! # }
//! ```
//!
//! [`Runner::start`] runs it beside the rest of the program instead.
//!
//! A process that only enqueues does not need a runner.

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::bulks::BulkRunner;
use crate::chore::{Chore, Next, Turn};
use crate::daily::DailyTally;
use crate::dispatch::Dispatcher;
use crate::notices::Notices;
use crate::port::{Clock, Runtime, Task};
use crate::sweep::Sweep;
use crate::wake::{Wake, first};
use crate::wiring::{Ports, WiringError};

/// The shortest sleep: a chore whose next turn is due at once lets other chores go first.
const SHORTEST: Duration = Duration::from_millis(1);

/// Rest of a chore after a turn that panicked.
const AFTER_PANIC: Duration = Duration::from_secs(5);

/// Runs chores, each at its own rhythm and beside the others, and stops them gracefully.
///
/// ```
/// # #[cfg(not(feature = "tokio"))]
/// # fn main() {}
/// # #[cfg(feature = "tokio")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use std::sync::Arc;
/// # use whatsapp_core::port::{Clock, Outbox};
/// # use whatsapp_core::{Dispatcher, Messenger, Ports, Runner};
/// # use whatsapp_testkit::{FixedDirectory, MemoryStore, ScriptedTransport, fixtures};
/// # let (store, transport) = (Arc::new(MemoryStore::new()), Arc::new(ScriptedTransport::new()));
/// # let ports = Ports::new(store.clone(), Arc::new(FixedDirectory::default()));
/// # let ports = ports.with_transport(transport);
/// # let message = store.enqueue(&[fixtures::new_message(1, ports.clock().now())]).await?[0];
/// let running = Runner::sending(Dispatcher::new(ports.clone())?)?.start();
///
/// let sent = Messenger::new(ports).outcome(message.id()).await;
/// assert!(sent.is_some_and(|message| message.gateway_id.is_some()));
/// // What is under way is finished and recorded before it ends.
/// running.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a runner does nothing until it runs"]
pub struct Runner {
    clock: Arc<dyn Clock>,
    runtime: Arc<dyn Runtime>,
    chores: Vec<Arc<dyn Chore>>,
}

impl Runner {
    /// A runner without chores.
    ///
    /// # Errors
    /// [`WiringError::NoRuntime`] when the ports have no [`Runtime`].
    pub fn new(ports: &Ports) -> Result<Self, WiringError> {
        let runtime = ports.runtime.clone().ok_or(WiringError::NoRuntime)?;
        Ok(Self { clock: Arc::clone(&ports.clock), runtime, chores: Vec::new() })
    }

    /// A runner with the chores of every process that sends: the dispatcher, the failure notices,
    /// and the release of files whose links have ended. Where the ports keep them, the counts of
    /// days and acts on many messages are included.
    ///
    /// # Errors
    /// [`WiringError::NoRuntime`] when the dispatcher's ports have no [`Runtime`].
    pub fn sending(dispatcher: Dispatcher) -> Result<Self, WiringError> {
        let ports = dispatcher.ports().clone();
        let runner = Self::new(&ports)?;
        let mut runner = runner.with(dispatcher).with(Notices::new(ports.clone()));
        if ports.daily.is_some() {
            runner = runner.with(DailyTally::new(ports.clone())?);
        }
        if ports.bulk.is_some() {
            runner = runner.with(BulkRunner::new(ports.clone())?);
        }
        Ok(runner.with(Sweep::new(ports)))
    }

    /// The same runner with one more chore.
    pub fn with(mut self, chore: impl Chore) -> Self {
        self.chores.push(Arc::new(chore));
        self
    }

    /// Runs beside the caller's work, until the returned handle is stopped or dropped.
    pub fn start(self) -> Running {
        let bell = Wake::new();
        let (stop, runtime, before) = (bell.clone(), Arc::clone(&self.runtime), bell.rings());
        let task = runtime.spawn(Box::pin(self.run(async move { bell.rung_since(before).await })));
        Running { task: Some(task), stop }
    }

    /// Gives the chores their turns until `shutdown` resolves, and then lets each finish.
    ///
    /// Work in progress is finished and recorded: a graceful stop leaves no unknown outcome. That
    /// takes 33 seconds at most, also when the database is away for a part of them. Must not be
    /// dropped before it returns, or attempts stay open until the next start looks them up.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let stop = Wake::new();
        let running = stop.rings();
        let tasks: FuturesUnordered<Task> = self
            .chores
            .iter()
            .map(|chore| {
                let keeper = Keeper {
                    chore: Arc::clone(chore),
                    clock: Arc::clone(&self.clock),
                    runtime: Arc::clone(&self.runtime),
                };
                let stop = stop.clone();
                self.runtime.spawn(Box::pin(async move {
                    keeper.keep(stop.rung_since(running)).await;
                }))
            })
            .collect();
        shutdown.await;
        stop.wake();
        tasks.collect::<()>().await;
    }
}

/// A [`Runner`] that runs: see [`Runner::start`].
///
/// If it is dropped, the runner stops as well, and nobody waits for the end of its work.
#[must_use = "the runner stops when this is dropped"]
pub struct Running {
    task: Option<Task>,
    stop: Wake,
}

impl Running {
    /// Stops the runner, and waits until all work under way is finished and recorded: 33 seconds at
    /// most.
    pub async fn stop(mut self) {
        self.stop.wake();
        if let Some(task) = self.task.take() {
            task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.task.is_some() {
            tracing::warn!("what `Runner::start` returned was dropped: the runner stops");
        }
        self.stop.wake();
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Running")
    }
}

/// The loop that gives one chore its turns.
struct Keeper {
    chore: Arc<dyn Chore>,
    clock: Arc<dyn Clock>,
    runtime: Arc<dyn Runtime>,
}

impl Keeper {
    async fn keep(&self, stop: impl Future<Output = ()> + Send) {
        let mut stop = std::pin::pin!(stop);
        let wake = self.chore.wake();
        let mut beside = FuturesUnordered::new();
        loop {
            let (seen, began) = (wake.rings(), self.clock.monotonic());
            let turn = std::pin::pin!(self.turn(self.clock.now()));
            let turn = match select(&mut stop, turn).await {
                Either::Right((turn, _)) => turn,
                Either::Left(((), turn)) => {
                    self.chore.stop();
                    beside.extend(turn.await.beside.map(|work| self.runtime.spawn(work)));
                    break;
                }
            };
            let (rest, wait) = (turn.rest, turn.wait(self.clock.now()).max(SHORTEST));
            beside.extend(turn.beside.map(|work| self.runtime.spawn(work)));
            let next = async {
                let woken = first(wake.rung_since(seen), ended(&mut beside));
                first(woken, self.runtime.sleep(wait)).await;
                let spent = self.clock.monotonic().saturating_sub(began);
                if let Some(left) = rest.checked_sub(spent).filter(|left| !left.is_zero()) {
                    self.runtime.sleep(left).await;
                }
            };
            if let Either::Left(_) = select(&mut stop, std::pin::pin!(next)).await {
                self.chore.stop();
                break;
            }
        }
        beside.collect::<()>().await;
        self.chore.finish().await;
    }

    /// Runs one turn. A panic in it is logged and does not end the chore: nobody would know that
    /// nothing is sent any more.
    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        let turn = AssertUnwindSafe(self.chore.turn(now)).catch_unwind().await;
        turn.unwrap_or_else(|_| {
            tracing::error!(chore = self.chore.name(), "a turn panicked; the next one follows");
            Turn::next(Next::In(AFTER_PANIC)).with_rest(AFTER_PANIC)
        })
    }
}

/// Waits for the end of some work that runs beside the turns; for ever when there is none.
async fn ended(beside: &mut FuturesUnordered<Task>) {
    if beside.next().await.is_none() {
        std::future::pending::<()>().await;
    }
}
