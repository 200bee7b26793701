//! The completion of the calls of the database that a world runs over, and of the books.

use std::future::poll_fn;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

/// Way in which a call of the database or of the books is completed.
#[derive(Debug, Clone, Default)]
pub(super) enum Way {
    /// The call is done when it is first polled.
    #[default]
    AtOnce,
    /// The call is polled until it is done, while the whole world waits. Threads of this runtime
    /// help it.
    Waiting(Handle),
}

impl Way {
    pub(super) fn finish<'a, T: 'a>(&self, mut call: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
        match self {
            Self::AtOnce => call,
            Self::Waiting(handle) => {
                let handle = handle.clone();
                Box::pin(poll_fn(move |_| Poll::Ready(handle.block_on(call.as_mut()))))
            }
        }
    }

    /// Makes a call from outside of the world. `None` if it is not done when it is first polled.
    pub(super) fn ask<T>(&self, mut call: BoxFuture<'_, T>) -> Option<T> {
        match self {
            Self::AtOnce => call.now_or_never(),
            Self::Waiting(handle) => Some(handle.block_on(call.as_mut())),
        }
    }
}
