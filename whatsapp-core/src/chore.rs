//! Chores: what a [`Runner`](crate::Runner) runs again and again.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

use crate::wake::Wake;

/// Background work that is done again and again while a process lives.
///
/// # Contract
/// - [`turn`](Self::turn) does what is due and returns; it does not sleep. Turns of one chore never
///   overlap, only what they leave to run [beside](Turn::beside) them.
/// - After [`stop`](Self::stop) nothing new is begun.
#[async_trait]
pub trait Chore: Debug + Send + Sync + 'static {
    /// The chore's name in the log.
    fn name(&self) -> &'static str;

    /// The handle that makes the next turn come early.
    fn wake(&self) -> Wake;

    /// Does what is due at `now`, and says when to come again.
    async fn turn(&self, now: DateTime<Utc>) -> Turn;

    /// Tells the chore that the process stops: a turn that is under way ends soon.
    fn stop(&self);

    /// Writes down what is left, after the last turn and all work beside it.
    async fn finish(&self);
}

/// A chore that other code also calls, such as a planner through which a console
/// approves reminders.
#[async_trait]
impl<C: Chore> Chore for Arc<C> {
    fn name(&self) -> &'static str {
        self.as_ref().name()
    }

    fn wake(&self) -> Wake {
        self.as_ref().wake()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        self.as_ref().turn(now).await
    }

    fn stop(&self) {
        self.as_ref().stop();
    }

    async fn finish(&self) {
        self.as_ref().finish().await;
    }
}

/// The chore's plan after a turn.
#[non_exhaustive]
pub struct Turn {
    /// Time of the next turn.
    pub next: Next,
    /// Shortest time between the beginning of this turn and the next one, however often the chore
    /// is woken.
    pub rest: Duration,
    /// Work that goes on while further turns are taken. Its end is a reason for the next one.
    pub beside: Option<BoxFuture<'static, ()>>,
}

/// Time of a chore's next turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// At an instant of the wall clock, and after this time at the latest.
    At(DateTime<Utc>, Duration),
    /// After this time.
    In(Duration),
}

impl Turn {
    /// A turn after which the next one is due.
    #[must_use]
    pub const fn next(next: Next) -> Self {
        Self { next, rest: Duration::ZERO, beside: None }
    }

    /// The same with the shortest time between two turns.
    #[must_use]
    pub const fn with_rest(mut self, rest: Duration) -> Self {
        self.rest = rest;
        self
    }

    /// The same with work that goes on beside further turns.
    #[must_use]
    pub fn with_beside(mut self, work: BoxFuture<'static, ()>) -> Self {
        self.beside = Some(work);
        self
    }

    /// Time to wait from `now` until the next turn.
    pub(crate) fn wait(&self, now: DateTime<Utc>) -> Duration {
        match self.next {
            Next::At(at, most) => (at - now).to_std().unwrap_or_default().min(most),
            Next::In(wait) => wait,
        }
    }
}

impl Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn")
            .field("next", &self.next)
            .field("rest", &self.rest)
            .field("beside", &self.beside.is_some())
            .finish()
    }
}
