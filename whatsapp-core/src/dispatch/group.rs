//! What many messages ask of the database at the same time, asked in one call.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, poll_fn};
use futures_util::lock::Mutex as Turn;

use super::locked;

/// Gathers askers while a call is under way, so that the next one is for all of them.
///
/// A transaction costs much the same for one message and for a hundred. Calls follow one another;
/// whoever asks during one is answered by the next, together with all others who did. Any asker's
/// future moves the call on, so that one who goes away takes nobody's answer along.
pub(super) struct Group<A, R> {
    open: Arc<Mutex<Option<Open<A, R>>>>,
    turn: Arc<Turn<()>>,
}

/// The askers whose call has not begun.
struct Open<A, R> {
    asked: Vec<A>,
    answers: Answers<R>,
}

type Answers<R> = Shared<BoxFuture<'static, Arc<[R]>>>;

impl<A: Send + 'static, R: Clone + Send + Sync + 'static> Group<A, R> {
    /// The answer to one asker; `call` gives those of all, in their order, or none when it failed.
    pub(super) async fn ask<F>(
        &self,
        asked: A,
        call: impl FnOnce(Vec<A>) -> F + Send + 'static,
    ) -> Option<R>
    where
        F: Future<Output = Vec<R>> + Send + 'static,
    {
        let (answers, place) = {
            let mut open = locked(&self.open);
            let open = open.get_or_insert_with(|| Open {
                asked: Vec::new(),
                answers: Self::answers(Arc::clone(&self.open), Arc::clone(&self.turn), call),
            });
            open.asked.push(asked);
            (open.answers.clone(), open.asked.len() - 1)
        };
        answers.await.get(place).cloned()
    }

    fn answers<F>(
        open: Arc<Mutex<Option<Open<A, R>>>>,
        turn: Arc<Turn<()>>,
        call: impl FnOnce(Vec<A>) -> F + Send + 'static,
    ) -> Answers<R>
    where
        F: Future<Output = Vec<R>> + Send + 'static,
    {
        async move {
            let _turn = turn.lock_owned().await;
            let mut seen = 0;
            let asked = loop {
                // Those that are ready to ask do so before this is polled again: the group is whole
                // when nobody joined in between.
                yield_now().await;
                let mut gathering = locked(&open);
                let count = gathering.as_ref().map_or(0, |open| open.asked.len());
                if count == seen {
                    break gathering.take().map(|open| open.asked).unwrap_or_default();
                }
                seen = count;
            };
            call(asked).await.into()
        }
        .boxed()
        .shared()
    }
}

impl<A, R> Default for Group<A, R> {
    fn default() -> Self {
        Self { open: Arc::default(), turn: Arc::default() }
    }
}

impl<A, R> fmt::Debug for Group<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").finish_non_exhaustive()
    }
}

/// Lets the others that are ready go first.
async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
