//! Worker processes, and the faults that they and their database server suffer.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use whatsapp_testdb::Cluster;

use super::jumps::Jumps;
use super::nap;
use super::store::AT_WORK;
use super::verdict::Faults;
use super::worker::Spec;

/// Phase of a storm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Workers are killed and frozen, servers crash.
    Storm,
    /// All workers are left alone.
    Calm,
    /// Workers are asked to stop.
    Over,
}

/// Faults of the workers of one seat, with times in milliseconds of real time.
#[derive(Debug, Clone)]
pub(super) enum Seat {
    /// A worker is killed this long after it took its first message. About every eighth is killed
    /// this long after its start instead, which is mostly before its first message.
    Killed(Range<u64>),
    /// A worker is frozen again and again.
    Frozen { every: Range<u64>, pause: Range<u64> },
}

/// Longest wait for a worker's first message. After it, the time until the worker is killed or
/// frozen runs anyway.
const IDLE_MOST: Duration = Duration::from_millis(1_500);

/// One worker in this many is killed whether or not it works yet.
const KILLED_AT_THE_START: u32 = 8;

/// Longest life of a worker that counts as dying young, in milliseconds.
const YOUNG: u64 = 1_000;

/// In-flight limit of workers that die young, so that they do not hold all messages.
const SLOTS_OF_THE_YOUNG: u32 = 4;

/// Longest time for a graceful stop: a worker may be held up for 10 seconds.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct Tally {
    kills: AtomicUsize,
    pauses: AtomicUsize,
    crashes: AtomicUsize,
}

/// The workers of a storm, and what is done to them.
#[derive(Debug)]
pub(super) struct Chaos {
    program: PathBuf,
    folder: PathBuf,
    spec: Spec,
    random: fastrand::Rng,
    phase: watch::Sender<Phase>,
    seats: Vec<JoinHandle<Result<()>>>,
    tally: Arc<Tally>,
}

impl Chaos {
    /// Makes a storm without workers yet. Their logs go into `folder`.
    pub(super) fn new(program: &Path, folder: &Path, spec: &Spec, seed: u64) -> Self {
        Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            spec: spec.clone(),
            random: fastrand::Rng::with_seed(seed),
            phase: watch::Sender::new(Phase::Storm),
            seats: Vec::new(),
            tally: Arc::default(),
        }
    }

    /// Starts a worker in a new seat, with the faults that it suffers.
    pub(super) fn seat(&mut self, seat: Seat) {
        let young = matches!(&seat, Seat::Killed(after) if after.end <= YOUNG);
        let slots = if young { SLOTS_OF_THE_YOUNG } else { self.spec.slots };
        // The clock of its host is set at the same times whichever worker sits here.
        let seed = self.random.u64(..);
        let jumps = self.spec.jumps.map(|jumps| Jumps { seed, ..jumps });
        let mut occupied = Occupied {
            program: self.program.clone(),
            log: self.folder.join(format!("worker-{}.log", self.seats.len())),
            spec: Spec { slots, jumps, ..self.spec.clone() },
            random: fastrand::Rng::with_seed(self.random.u64(..)),
            phase: self.phase.subscribe(),
            tally: Arc::clone(&self.tally),
        };
        self.seats.push(tokio::spawn(async move { occupied.run(&seat).await }));
    }

    /// Crashes the database server again and again, at this interval.
    pub(super) fn crash(&mut self, cluster: Arc<Cluster>, every: Duration) {
        let (mut phase, tally) = (self.phase.subscribe(), Arc::clone(&self.tally));
        self.seats.push(tokio::spawn(async move {
            loop {
                tokio::select! {
                    calm = phase.wait_for(|phase| *phase > Phase::Storm) => { calm?; break }
                    () = nap(every) => {}
                }
                let cluster = Arc::clone(&cluster);
                tokio::task::spawn_blocking(move || cluster.crash_and_restart()).await??;
                tally.crashes.fetch_add(1, Ordering::SeqCst);
            }
            phase.wait_for(|phase| *phase >= Phase::Over).await?;
            Ok(())
        }));
    }

    pub(super) fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// Fails if a worker ended by itself; [`stop`](Self::stop) then gives the reason.
    pub(super) fn check(&self) -> Result<()> {
        let ended = self.seats.iter().any(JoinHandle::is_finished);
        ensure!(!ended, "a worker ended by itself");
        Ok(())
    }

    /// Ends all workers gracefully, and returns the faults that were done to them.
    pub(super) async fn stop(self) -> Result<Faults> {
        self.enter(Phase::Over);
        for seat in self.seats {
            seat.await.context("a seat broke down")??;
        }
        let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        Ok(Faults {
            kills: count(&self.tally.kills),
            pauses: count(&self.tally.pauses),
            crashes: count(&self.tally.crashes),
            ..Faults::default()
        })
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
        let (mut worker, mut says) = self.spawn()?;
        while *self.phase.borrow() == Phase::Storm {
            let (quiet, at_the_start) = match seat {
                Seat::Killed(after) => (after, self.random.u32(0..KILLED_AT_THE_START) == 0),
                Seat::Frozen { every, .. } => (every, false),
            };
            let quiet = Duration::from_millis(self.random.u64(quiet.clone()));
            let its_time = async {
                if !at_the_start {
                    says.at_work().await;
                }
                nap(quiet).await;
            };
            tokio::select! {
                status = worker.wait() => bail!("a worker ended by itself: {}", status?),
                changed = self.phase.changed() => changed?,
                () = its_time => match seat {
                    Seat::Killed(_) => {
                        worker.kill().await?;
                        self.tally.kills.fetch_add(1, Ordering::SeqCst);
                        (worker, says) = self.spawn()?;
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
        signal(&worker, Signal::TERM)?;
        let status = tokio::time::timeout(STOPPED_WITHIN, worker.wait())
            .await
            .context("a worker did not stop")??;
        ensure!(status.success(), "a worker did not stop gracefully: {status}");
        Ok(())
    }

    fn spawn(&mut self) -> Result<(Child, Says)> {
        let spec = Spec { seed: self.random.u64(..), ..self.spec.clone() };
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut worker = Command::new(&self.program)
            .arg("worker")
            .arg(serde_json::to_string(&spec)?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let output = worker.stdout.take().context("a worker without an output")?;
        Ok((worker, Says { output, at_work: false }))
    }
}

/// Standard output of a worker. `at_work` is set once the wait for its first message is over.
struct Says {
    output: ChildStdout,
    at_work: bool,
}

impl Says {
    /// Returns once the worker has taken a message, or has had time enough to find one. Returns at
    /// once if the worker has ended.
    async fn at_work(&mut self) {
        if !self.at_work {
            let mut word = [0; AT_WORK.len()];
            let said = self.output.read_exact(&mut word);
            let _ = tokio::time::timeout(IDLE_MOST, said).await;
            self.at_work = true;
        }
    }
}

fn signal(worker: &Child, signal: Signal) -> Result<()> {
    let pid = worker.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    kill_process(pid.context("the worker has ended")?, signal)?;
    Ok(())
}
