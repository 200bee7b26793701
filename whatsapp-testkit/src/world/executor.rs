//! The executor of a simulated world: it polls exactly one future at a time, and the seed chooses
//! the next one. There is no thread and no real time.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::dice::Dice;
use super::span::{Micros, micros};

/// The number of a process in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Pid(pub(super) u32);

impl Pid {
    /// Everything that belongs to no process: the shop's people, the weather.
    pub(super) const WORLD: Self = Self(0);
}

/// Result of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A future was polled.
    Polled,
    /// Time has passed until the next timer.
    Waited,
    /// Nothing will ever happen again.
    Over,
}

/// Runs futures. Clones share the state.
#[derive(Clone)]
pub(super) struct Executor(Arc<Shared>);

struct Shared {
    ready: Arc<Mutex<Vec<usize>>>,
    tasks: Mutex<Tasks>,
    time: Mutex<Time>,
}

#[derive(Default)]
struct Tasks {
    slots: Vec<Option<Task>>,
    free: Vec<usize>,
    /// Processes that are frozen or dying, or once were.
    processes: BTreeMap<Pid, Hold>,
}

/// State of a process that was frozen or killed.
#[derive(Default)]
struct Hold {
    /// Time before which none of its tasks is polled.
    frozen_until: Micros,
    /// Tasks that became ready meanwhile.
    held: Vec<usize>,
    /// Set when all its tasks are dropped once the current poll has returned.
    dying: bool,
}

struct Task {
    owner: Pid,
    /// Absent while it is polled.
    future: Option<BoxFuture<'static, ()>>,
    bell: Arc<Bell>,
    waker: Waker,
}

/// Waker of a task: makes it ready once, until it is polled.
struct Bell {
    task: usize,
    is_ready: AtomicBool,
    is_over: AtomicBool,
    ready: Arc<Mutex<Vec<usize>>>,
}

#[derive(Default)]
struct Time {
    now: Micros,
    timers: BTreeMap<(Micros, u64), Waker>,
    made: u64,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_over.load(Ordering::Relaxed) && !self.is_ready.swap(true, Ordering::Relaxed) {
            locked(&self.ready).push(self.task);
        }
    }
}

impl Executor {
    pub(super) fn new() -> Self {
        let (ready, tasks, time) = Default::default();
        Self(Arc::new(Shared { ready, tasks, time }))
    }

    /// Returns the time that has passed in this world.
    pub(super) fn now(&self) -> Micros {
        locked(&self.0.time).now
    }

    /// Runs a future as a part of this process.
    pub(super) fn spawn(&self, owner: Pid, future: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = locked(&self.0.tasks);
        let task = tasks.free.pop().unwrap_or(tasks.slots.len());
        let bell = Arc::new(Bell {
            task,
            is_ready: AtomicBool::new(true),
            is_over: AtomicBool::new(false),
            ready: Arc::clone(&self.0.ready),
        });
        let waker = Waker::from(Arc::clone(&bell));
        let made = Task { owner, future: Some(Box::pin(future)), bell, waker };
        match tasks.slots.get_mut(task) {
            Some(slot) => *slot = Some(made),
            None => tasks.slots.push(Some(made)),
        }
        drop(tasks);
        locked(&self.0.ready).push(task);
    }

    /// Waits for this time.
    pub(super) fn sleep(&self, wait: Duration) -> Sleep {
        Sleep {
            executor: self.clone(),
            until: self.now().saturating_add(micros(wait)),
            timer: None,
        }
    }

    /// Polls nothing of this process for this time.
    pub(super) fn freeze(&self, process: Pid, wait: Duration) {
        let until = self.now().saturating_add(micros(wait));
        let mut tasks = locked(&self.0.tasks);
        let hold = tasks.processes.entry(process).or_default();
        hold.frozen_until = hold.frozen_until.max(until);
        drop(tasks);
        let (executor, sleep) = (self.clone(), self.sleep(wait));
        self.spawn(Pid::WORLD, async move {
            sleep.await;
            executor.thaw(process);
        });
    }

    fn thaw(&self, process: Pid) {
        let now = self.now();
        let mut tasks = locked(&self.0.tasks);
        if let Some(hold) = tasks.processes.get_mut(&process)
            && hold.frozen_until <= now
        {
            locked(&self.0.ready).append(&mut hold.held);
        }
    }

    /// Drops all tasks of this process as soon as the current poll has returned.
    pub(super) fn kill(&self, process: Pid) {
        locked(&self.0.tasks).processes.entry(process).or_default().dying = true;
    }

    /// Drops everything. Futures hold the world, which holds the executor: without this call
    /// neither would be freed.
    pub(super) fn end(&self) {
        let tasks = std::mem::take(&mut *locked(&self.0.tasks));
        let timers = std::mem::take(&mut locked(&self.0.time).timers);
        drop((tasks, timers));
        // A task that was dropped may have spawned others.
        locked(&self.0.tasks).slots.clear();
    }

    /// Lets every frozen process go on.
    pub(super) fn thaw_all(&self) {
        let mut tasks = locked(&self.0.tasks);
        for hold in tasks.processes.values_mut() {
            hold.frozen_until = 0;
            locked(&self.0.ready).append(&mut hold.held);
        }
    }

    /// Polls one future, or lets time pass until the next timer.
    pub(super) fn step(&self, dice: &mut Dice) -> Step {
        let picked = {
            let mut ready = locked(&self.0.ready);
            if ready.is_empty() {
                drop(ready);
                return if self.pass_time() { Step::Waited } else { Step::Over };
            }
            let place = dice.below(ready.len());
            ready.swap_remove(place)
        };
        self.poll(picked);
        self.bury();
        Step::Polled
    }

    fn poll(&self, task: usize) {
        let (mut future, waker) = {
            let mut tasks = locked(&self.0.tasks);
            let now = locked(&self.0.time).now;
            let Tasks { slots, processes, .. } = &mut *tasks;
            let Some(Some(found)) = slots.get_mut(task) else { return };
            if let Some(hold) = processes.get_mut(&found.owner)
                && hold.frozen_until > now
            {
                hold.held.push(task);
                return;
            }
            found.bell.is_ready.store(false, Ordering::Relaxed);
            let Some(future) = found.future.take() else { return };
            (future, found.waker.clone())
        };
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        let mut tasks = locked(&self.0.tasks);
        let Some(slot) = tasks.slots.get_mut(task) else { return };
        match (polled, slot.as_mut()) {
            (Poll::Pending, Some(found)) => found.future = Some(future),
            (Poll::Ready(()), _) => {
                if let Some(over) = slot.take() {
                    over.bell.is_over.store(true, Ordering::Relaxed);
                }
                tasks.free.push(task);
                drop(tasks);
                drop(future);
            }
            (Poll::Pending, None) => {}
        }
    }

    /// Drops the tasks of dying processes. Their drops may wake other tasks, but spawn nothing.
    fn bury(&self) {
        let mut dead = Vec::new();
        {
            let mut tasks = locked(&self.0.tasks);
            let Tasks { slots, free, processes } = &mut *tasks;
            for (pid, hold) in processes.iter_mut().filter(|(_, hold)| hold.dying) {
                for (no, slot) in slots.iter_mut().enumerate() {
                    if slot.as_ref().is_some_and(|task| task.owner == *pid)
                        && let Some(task) = slot.take()
                    {
                        task.bell.is_over.store(true, Ordering::Relaxed);
                        free.push(no);
                        dead.push((no, task));
                    }
                }
                *hold = Hold::default();
            }
            if !dead.is_empty() {
                let gone: Vec<usize> = dead.iter().map(|(no, _)| *no).collect();
                locked(&self.0.ready).retain(|no| !gone.contains(no));
            }
        }
        drop(dead);
    }

    /// Moves time on to the next timer. Returns false if there is none.
    fn pass_time(&self) -> bool {
        let mut time = locked(&self.0.time);
        let Some(((at, _), waker)) = time.timers.pop_first() else { return false };
        time.now = time.now.max(at);
        drop(time);
        waker.wake();
        true
    }
}

/// Yields once: other ready futures may go first, as the seed chooses.
pub(super) fn go_last() -> impl Future<Output = ()> + Send {
    let mut gone = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut gone, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Future that waits until an instant of the world.
pub(super) struct Sleep {
    executor: Executor,
    until: Micros,
    timer: Option<(Micros, u64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let shared = Arc::clone(&self.executor.0);
        let mut time = locked(&shared.time);
        if time.now >= self.until {
            if let Some(timer) = self.timer.take() {
                time.timers.remove(&timer);
            }
            return Poll::Ready(());
        }
        let timer = self.timer.unwrap_or_else(|| {
            time.made += 1;
            (self.until, time.made)
        });
        time.timers.insert(timer, context.waker().clone());
        drop(time);
        self.timer = Some(timer);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            locked(&self.executor.0.time).timers.remove(&timer);
        }
    }
}

/// Locks a mutex. Nobody else can hold it: one future runs at a time.
pub(super) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
