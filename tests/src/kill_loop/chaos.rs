//! Worker processes, and what happens to them.
//!
//! There are four seats. A worker in the first dies within a quarter of a second, which hits every
//! point of a message's way; workers in the next two live for seconds, because fast kills hide what
//! a long pause does; the one in the last is never killed, only frozen.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::nap;
use super::worker::Spec;

/// What happens to workers just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// They are killed and frozen.
    Storm,
    /// They are left alone.
    Calm,
    /// They are asked to stop.
    Over,
    /// They are killed, and that is the end.
    Dead,
}

/// What the workers of one seat suffer, in milliseconds of real time.
#[derive(Debug, Clone)]
enum Seat {
    /// They are killed after so long.
    Killed(Range<u64>),
    /// Every so often they are frozen.
    Frozen { every: Range<u64>, pause: Range<u64> },
}

fn seats() -> [(Seat, u32); 4] {
    [
        (Seat::Killed(20..250), 4),
        (Seat::Killed(1_500..9_000), 16),
        (Seat::Killed(1_500..9_000), 16),
        (Seat::Frozen { every: 1_000..4_000, pause: 2_500..3_300 }, 16),
    ]
}

/// How long a worker may take to stop gracefully: it may be held up for 10 seconds.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// What was done to the workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) kills: u32,
    pub(super) pauses: u32,
}

#[derive(Debug, Default)]
struct Tally {
    kills: AtomicU32,
    pauses: AtomicU32,
}

/// The running workers.
#[derive(Debug)]
pub(super) struct Chaos {
    phase: watch::Sender<Phase>,
    seats: Vec<JoinHandle<Result<()>>>,
    tally: Arc<Tally>,
}

impl Chaos {
    /// Starts a worker in each seat, and the storm.
    pub(super) fn start(program: &Path, folder: &Path, seed: u64, spec: &Spec) -> Self {
        let (phase, watching) = watch::channel(Phase::Storm);
        let tally = Arc::<Tally>::default();
        let mut random = fastrand::Rng::with_seed(seed);
        let seats = seats().into_iter().enumerate().map(|(no, (seat, slots))| {
            let mut occupied = Occupied {
                program: program.to_owned(),
                log: folder.join(format!("worker-{no}.log")),
                spec: Spec { slots, ..spec.clone() },
                random: fastrand::Rng::with_seed(random.u64(..)),
                phase: watching.clone(),
                tally: Arc::clone(&tally),
            };
            tokio::spawn(async move { occupied.run(&seat).await })
        });
        let seats = seats.collect();
        Self { phase, seats, tally }
    }

    pub(super) fn kills(&self) -> u32 {
        self.tally.kills.load(Ordering::SeqCst)
    }

    pub(super) fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// Fails when a worker ended by itself; [`stop`](Self::stop) then says why.
    pub(super) fn check(&self) -> Result<()> {
        let ended = self.seats.iter().any(JoinHandle::is_finished);
        ensure!(!ended, "a worker ended by itself");
        Ok(())
    }

    /// Ends all workers: gracefully, or not.
    pub(super) async fn stop(self, graceful: bool) -> Result<Done> {
        self.enter(if graceful { Phase::Over } else { Phase::Dead });
        for seat in self.seats {
            seat.await.context("a seat broke down")??;
        }
        let count = |counter: &AtomicU32| counter.load(Ordering::SeqCst);
        Ok(Done { kills: count(&self.tally.kills), pauses: count(&self.tally.pauses) })
    }
}

/// A seat with a worker in it.
struct Occupied {
    program: PathBuf,
    log: PathBuf,
    spec: Spec,
    random: fastrand::Rng,
    phase: watch::Receiver<Phase>,
    tally: Arc<Tally>,
}

impl Occupied {
    async fn run(&mut self, seat: &Seat) -> Result<()> {
        let mut worker = self.spawn()?;
        while *self.phase.borrow() == Phase::Storm {
            let quiet = match seat {
                Seat::Killed(after) => self.random.u64(after.clone()),
                Seat::Frozen { every, .. } => self.random.u64(every.clone()),
            };
            let quiet = Duration::from_millis(quiet);
            tokio::select! {
                status = worker.wait() => bail!("a worker ended by itself: {}", status?),
                changed = self.phase.changed() => changed?,
                () = nap(quiet) => match seat {
                    Seat::Killed(_) => {
                        worker.kill().await?;
                        self.tally.kills.fetch_add(1, Ordering::SeqCst);
                        worker = self.spawn()?;
                    }
                    Seat::Frozen { pause, .. } => {
                        let pause = Duration::from_millis(self.random.u64(pause.clone()));
                        signal(&worker, Signal::STOP)?;
                        nap(pause).await;
                        signal(&worker, Signal::CONT)?;
                        self.tally.pauses.fetch_add(1, Ordering::SeqCst);
                    }
                },
            }
        }
        tokio::select! {
            status = worker.wait() => bail!("a worker ended by itself: {}", status?),
            over = self.phase.wait_for(|phase| *phase >= Phase::Over) => { over?; }
        }
        if *self.phase.borrow() == Phase::Dead {
            return Ok(worker.kill().await?);
        }
        signal(&worker, Signal::TERM)?;
        let status = tokio::time::timeout(STOPPED_WITHIN, worker.wait())
            .await
            .context("a worker did not stop")??;
        ensure!(status.success(), "a worker did not stop gracefully: {status}");
        Ok(())
    }

    fn spawn(&mut self) -> Result<Child> {
        let spec = Spec { seed: self.random.u64(..), ..self.spec.clone() };
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        Command::new(&self.program)
            .arg("worker")
            .arg(serde_json::to_string(&spec)?)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))
    }
}

fn signal(worker: &Child, signal: Signal) -> Result<()> {
    let pid = worker.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    kill_process(pid.context("the worker has ended")?, signal)?;
    Ok(())
}
