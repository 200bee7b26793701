//! Work that goes on to its end even if the browser that asked for it has gone.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// Time for which the end waits for work under way.
const ENDED_WITHIN: Duration = Duration::from_secs(30);

/// The work that is under way.
#[derive(Debug, Default)]
pub(crate) struct Work(TaskTracker);

/// The work broke off: it panicked.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the work broke off")]
pub(crate) struct BrokeOff;

impl Work {
    /// Carries work on to its end, also when nobody waits for it any more: a browser that hangs up
    /// changes nothing.
    pub(crate) async fn finish<F>(&self, work: F) -> Result<F::Output, BrokeOff>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.0.spawn(work.in_current_span()).await.map_err(|_| BrokeOff)
    }

    /// Waits for all work under way, for half a minute at most: work that never ends must not keep
    /// the host from ending. Work that is cut off is done wholly or not at all, as in a crash.
    pub(crate) async fn end(&self) {
        self.0.close();
        if timeout(ENDED_WITHIN, self.0.wait()).await.is_err() {
            let count = self.0.len();
            tracing::warn!(
                count,
                "acts of people are still under way; the console waits no longer"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_for_it_and_the_end_waits_for_it() {
        let work = Arc::new(Work::default());
        let (go, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let asked = tokio::spawn({
            let (work, go, done) = (work.clone(), go.clone(), done.clone());
            async move {
                let under_way = work.finish(async move {
                    done.notify_one();
                    go.notified().await;
                });
                under_way.await
            }
        });
        done.notified().await;
        asked.abort();
        assert!(asked.await.is_err(), "whoever asked has gone");
        let end = tokio::spawn({
            let work = work.clone();
            async move { work.end().await }
        });
        tokio::task::yield_now().await;
        assert!(!end.is_finished(), "the work is under way still");
        go.notify_one();
        end.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_does_not_wait_for_ever() {
        let work = Arc::new(Work::default());
        let hangs = tokio::spawn({
            let work = work.clone();
            async move { work.finish(std::future::pending::<()>()).await }
        });
        tokio::task::yield_now().await;
        let began = tokio::time::Instant::now();
        work.end().await;
        assert_eq!(began.elapsed().as_secs(), ENDED_WITHIN.as_secs());
        hangs.abort();
    }

    #[tokio::test]
    async fn work_that_panics_is_told_apart() {
        let work = Work::default();
        assert_eq!(work.finish(async { 7 }).await.unwrap(), 7);
        let broken = work.finish(async { panic!("on purpose") }).await;
        assert_eq!(broken.unwrap_err().to_string(), "the work broke off");
    }
}
