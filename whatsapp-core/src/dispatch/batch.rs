//! Batches: questions of many messages to the database at the same time, asked in one call.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, poll_fn};
use futures_util::lock::Mutex as Turn;

use super::locked;

/// Gathers askers into a batch while a call is under way, so that the next call is for all of them.
///
/// A transaction costs much the same for one message and for a hundred. Calls follow one another. A
/// task that asks during one call is answered by the next, together with all others that did.
pub(super) struct Batcher<A, R> {
    open: Arc<Mutex<Option<Open<A, R>>>>,
    turn: Arc<Turn<()>>,
}

/// The askers whose call has not begun. The askers own the call, and the call owns its caller,
/// which owns this group. If the group owned the call too, neither would ever be dropped.
struct Open<A, R> {
    asked: Vec<A>,
    call: Weak<Mutex<Call<R>>>,
}

/// A call for several askers, each of whom has a place.
///
/// One of them drives it, and the others sleep until it is over. If the driver is dropped, another
/// asker takes over, so that nobody's answer is lost.
struct Call<R> {
    /// The running call; `None` while its driver polls it.
    under_way: Option<BoxFuture<'static, Vec<R>>>,
    driver: Option<usize>,
    /// The wakers of the sleeping askers, by place.
    sleepers: Vec<Option<Waker>>,
    /// The answers by place, each until it is taken.
    answers: Option<Vec<Option<R>>>,
}

/// The answer to one asker; `None` where the call failed.
pub(super) struct Answer<R> {
    call: Arc<Mutex<Call<R>>>,
    place: usize,
}

impl<A: Send + 'static, R: Send + 'static> Batcher<A, R> {
    /// Asks together with others. The first asker's `call` is made, with a clone of its `caller`.
    /// It returns the answers in the order of the questions, or none if it failed.
    pub(super) fn ask<C, F>(
        &self,
        asked: A,
        caller: &C,
        call: impl FnOnce(C, Vec<A>) -> F + Send + 'static,
    ) -> Answer<R>
    where
        C: Clone + Send + 'static,
        F: Future<Output = Vec<R>> + Send + 'static,
    {
        let mut open = locked(&self.open);
        if let Some(open) = &mut *open
            && let Some(call) = open.call.upgrade()
        {
            open.asked.push(asked);
            return Answer { call, place: open.asked.len() - 1 };
        }
        let under_way = Self::call(&self.open, &self.turn, caller.clone(), call);
        let call =
            Call { under_way: Some(under_way), driver: None, sleepers: Vec::new(), answers: None };
        let call = Arc::new(Mutex::new(call));
        *open = Some(Open { asked: vec![asked], call: Arc::downgrade(&call) });
        Answer { call, place: 0 }
    }

    fn call<C, F>(
        open: &Arc<Mutex<Option<Open<A, R>>>>,
        turn: &Arc<Turn<()>>,
        caller: C,
        call: impl FnOnce(C, Vec<A>) -> F + Send + 'static,
    ) -> BoxFuture<'static, Vec<R>>
    where
        C: Send + 'static,
        F: Future<Output = Vec<R>> + Send + 'static,
    {
        let (open, turn) = (Arc::clone(open), Arc::clone(turn));
        async move {
            let _turn = turn.lock_owned().await;
            let mut seen = 0;
            let asked = loop {
                // Tasks that are ready to ask do so before this is polled again: the batch is
                // complete when nobody joined in between.
                yield_now().await;
                let mut gathering = locked(&open);
                let count = gathering.as_ref().map_or(0, |open| open.asked.len());
                if count == seen {
                    break gathering.take().map(|open| open.asked).unwrap_or_default();
                }
                seen = count;
            };
            call(caller, asked).await
        }
        .boxed()
    }
}

impl<A, R> Default for Batcher<A, R> {
    fn default() -> Self {
        Self { open: Arc::default(), turn: Arc::default() }
    }
}

impl<A, R> fmt::Debug for Batcher<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batcher").finish_non_exhaustive()
    }
}

impl<R> Call<R> {
    fn sleep(&mut self, place: usize, waker: &Waker) {
        if self.sleepers.len() <= place {
            self.sleepers.resize(place + 1, None);
        }
        self.sleepers[place] = Some(waker.clone());
    }

    fn is_over(&mut self, answers: Vec<R>) {
        self.answers = Some(answers.into_iter().map(Some).collect());
    }
}

/// Wakes all sleepers, with the call unlocked: each of them looks at it.
fn wake<R>(call: &Mutex<Call<R>>) {
    let sleepers = std::mem::take(&mut locked(call).sleepers);
    sleepers.into_iter().flatten().for_each(Waker::wake);
}

impl<R> Future for Answer<R> {
    type Output = Option<R>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<R>> {
        let mut call = locked(&self.call);
        if let Some(answers) = &mut call.answers {
            return Poll::Ready(answers.get_mut(self.place).and_then(Option::take));
        }
        if *call.driver.get_or_insert(self.place) != self.place {
            call.sleep(self.place, context.waker());
            return Poll::Pending;
        }
        let Some(mut under_way) = call.under_way.take() else { return Poll::Ready(None) };
        drop(call);
        let polled = under_way.as_mut().poll(context);
        let mut call = locked(&self.call);
        let Poll::Ready(answers) = polled else {
            call.under_way = Some(under_way);
            return Poll::Pending;
        };
        call.is_over(answers);
        let answer = call.answers.as_mut().and_then(|answers| answers.get_mut(self.place)?.take());
        drop(call);
        wake(&self.call);
        Poll::Ready(answer)
    }
}

impl<R> Drop for Answer<R> {
    fn drop(&mut self) {
        let mut call = locked(&self.call);
        if call.driver != Some(self.place) || call.answers.is_some() {
            return;
        }
        call.driver = None;
        if call.under_way.is_none() {
            // The call panicked while this polled it.
            call.is_over(Vec::new());
        }
        drop(call);
        wake(&self.call);
    }
}

/// Lets other tasks that are ready go first.
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

#[cfg(test)]
mod tests {
    use futures_util::future::{join, join_all, poll_immediate};

    use super::*;

    /// The calls that were made.
    type Calls = Arc<Mutex<Vec<Vec<u32>>>>;

    /// Answers each number with its double, after it let others go first.
    async fn doubles(calls: Calls, asked: Vec<u32>) -> Vec<u32> {
        yield_now().await;
        let answers = asked.iter().map(|number| 2 * number).collect();
        locked(&calls).push(asked);
        answers
    }

    #[tokio::test]
    async fn all_who_ask_together_are_answered_by_one_call() {
        let (batcher, calls) = (Batcher::default(), Calls::default());
        let asked = (0..100).map(|number| batcher.ask(number, &calls, doubles));
        let answers = join_all(asked).await;
        assert_eq!(answers, (0..100).map(|number| Some(2 * number)).collect::<Vec<_>>());
        assert_eq!(*locked(&calls), [(0..100).collect::<Vec<_>>()]);
    }

    #[tokio::test]
    async fn whoever_asks_during_a_call_is_answered_by_the_next() {
        let (batcher, calls) = (Batcher::default(), Calls::default());
        let mut first = batcher.ask(1, &calls, doubles);
        while !locked(&batcher.open).is_none() {
            assert_eq!(poll_immediate(&mut first).await, None);
        }
        let second = join_all([2, 3].map(|number| batcher.ask(number, &calls, doubles)));
        let (first, second) = join(first, second).await;
        assert_eq!((first, second), (Some(2), vec![Some(4), Some(6)]));
        assert_eq!(*locked(&calls), [vec![1], vec![2, 3]]);
    }

    #[tokio::test]
    async fn a_driver_who_goes_away_takes_no_answer_along() {
        for polls in 0..4 {
            let (batcher, calls) = (Batcher::default(), Calls::default());
            let mut driver = batcher.ask(1, &calls, doubles);
            let other = tokio::spawn(batcher.ask(2, &calls, doubles));
            let third = batcher.ask(3, &calls, doubles);
            for _ in 0..polls {
                assert_eq!(poll_immediate(&mut driver).await, None);
                tokio::task::yield_now().await;
            }
            drop((driver, third));
            assert_eq!(other.await.unwrap(), Some(4), "after {polls} polls");
        }
    }

    #[tokio::test]
    async fn a_call_that_nobody_waits_for_any_more_keeps_its_caller_no_longer() {
        let (batcher, calls) = (Batcher::default(), Calls::default());
        drop(batcher.ask(1, &calls, doubles));
        assert_eq!(Arc::strong_count(&calls), 1);
        assert_eq!(batcher.ask(2, &calls, doubles).await, Some(4));
        assert_eq!(*locked(&calls), [vec![2]]);
    }

    #[tokio::test]
    async fn a_call_that_panics_answers_nobody_and_the_next_is_made() {
        let (batcher, calls) = (Batcher::default(), Calls::default());
        let panics = |_: Calls, _: Vec<u32>| async { panic!("it was to be") };
        let driver = tokio::spawn(batcher.ask(1, &calls, panics));
        let other = batcher.ask(2, &calls, doubles);
        assert!(driver.await.unwrap_err().is_panic());
        assert_eq!(other.await, None);
        assert_eq!(batcher.ask(3, &calls, doubles).await, Some(6));
    }
}
