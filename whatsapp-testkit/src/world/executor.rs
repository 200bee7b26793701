//! The executor of a simulated world: it polls exactly one future at a time, and the seed chooses the
//! next one. There is no thread and no real time.

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

/// A process of the world, by its number; the world itself has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Pid(pub(super) u32);

impl Pid {
    /// What belongs to no process: the shop's people, the weather.
    pub(super) const WORLD: Self = Self(0);
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A future was polled.
    Polled,
    /// Time has passed until the next timer.
    Waited,
    /// Nothing will ever happen again.
    Over,
}

/// Runs futures. Clones share it.
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
    /// What was spawned while a task was polled.
    processes: BTreeMap<Pid, Hold>,
}

/// Whether a process goes on.
#[derive(Default)]
struct Hold {
    /// Until when nothing of it is polled.
    frozen_until: Micros,
    /// What became ready meanwhile.
    held: Vec<usize>,
    /// Everything of it is dropped once the task that is being polled has returned.
    dying: bool,
}

struct Task {
    owner: Pid,
    /// Away while it is polled.
    future: Option<BoxFuture<'static, ()>>,
    bell: Arc<Bell>,
    waker: Waker,
}

/// Makes a task ready, once until it is polled.
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

    /// The time that has passed in this world.
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

    /// Waits for this long.
    pub(super) fn sleep(&self, wait: Duration) -> Sleep {
        Sleep {
            executor: self.clone(),
            until: self.now().saturating_add(micros(wait)),
            timer: None,
        }
    }

    /// Polls nothing of this process for so long.
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

    /// Drops all that this process does as soon as the task that is being polled has returned.
    pub(super) fn kill(&self, process: Pid) {
        locked(&self.0.tasks).processes.entry(process).or_default().dying = true;
    }

    /// Drops everything. Futures hold the world, which holds this: only so does it go away.
    pub(super) fn end(&self) {
        let tasks = std::mem::take(&mut *locked(&self.0.tasks));
        let timers = std::mem::take(&mut locked(&self.0.time).timers);
        drop((tasks, timers));
        // What was spawned by something that was dropped.
        locked(&self.0.tasks).slots.clear();
    }

    /// Everything that is frozen goes on.
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

    /// Drops the tasks of processes that die. What they drop may wake others, and spawns nothing.
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

    /// Goes on to the next timer. False where there is none.
    fn pass_time(&self) -> bool {
        let mut time = locked(&self.0.time);
        let Some(((at, _), waker)) = time.timers.pop_first() else { return false };
        time.now = time.now.max(at);
        drop(time);
        waker.wake();
        true
    }
}

/// Lets every other future that is ready go before, as the seed will have it.
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

/// Waits until an instant of the world.
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

/// A lock that nobody else can hold: one future runs at a time.
pub(super) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
