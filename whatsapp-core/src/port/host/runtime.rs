//! Sleeping, and running work concurrently.

use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::BoxFuture;

/// Work that runs by itself: resolves when it has ended, also by a panic. Dropping this future does
/// not stop the work.
pub type Task = BoxFuture<'static, ()>;

/// An async runtime for the [`Runner`](crate::Runner) and
/// [`Messenger::send`](crate::Messenger::send). With the feature `tokio` there is [`TokioRuntime`],
/// and [`Ports`](crate::Ports) use it by default.
///
/// # Contract
/// - A sleep resolves once that much time has passed, and not before; dropping it ends it.
/// - Spawned work runs to its end, whether or not somebody waits for it.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Runtime: Debug + Send + Sync + 'static {
    /// Waits for this time.
    fn sleep(&self, wait: Duration) -> BoxFuture<'static, ()>;

    /// Runs work concurrently with the caller's.
    fn spawn(&self, work: BoxFuture<'static, ()>) -> Task;
}

/// The tokio runtime that the caller runs in. Calls outside a tokio runtime panic.
#[cfg(feature = "tokio")]
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioRuntime;

#[cfg(feature = "tokio")]
impl Runtime for TokioRuntime {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that sleeps")]
    fn sleep(&self, wait: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(wait))
    }

    fn spawn(&self, work: BoxFuture<'static, ()>) -> Task {
        let task = tokio::spawn(work);
        Box::pin(async move {
            // An error is a panic in the task, which is reported there.
            let _ = task.await;
        })
    }
}
