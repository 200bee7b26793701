//! Wakes dispatchers in other processes: `NOTIFY` after something was enqueued, and `LISTEN` to it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};
use whatsapp_core::Wake;

use super::PostgresStore;
use super::statements as sql;
use super::work::Pool;
use crate::error::store_error;

/// The channel: one for each database.
const CHANNEL: &str = "whatsapp_outbox";

/// Time to wait before the server is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Notifies the dispatchers, once for everything that was enqueued since the last time.
///
/// A `NOTIFY` inside the transaction that enqueues would make all these transactions commit one
/// after the other: Postgres locks the whole server from there to the end of the commit. So it
/// follows in a transaction of its own. If a process dies in between, the dispatchers' polling
/// finds the message.
#[derive(Debug, Default)]
pub(super) struct WakeUp {
    waiting: Arc<AtomicBool>,
}

impl WakeUp {
    pub(super) fn send(&self, store: &PostgresStore) {
        if self.waiting.swap(true, Ordering::SeqCst) {
            return;
        }
        let (waiting, store) = (Arc::clone(&self.waiting), store.clone());
        let begun = Arc::clone(&waiting);
        tokio::spawn(async move {
            let waking = store.read(Pool::Client, move |session| {
                // Messages enqueued from here on notify again.
                begun.store(false, Ordering::SeqCst);
                Box::pin(async move {
                    let query = session.query(sql::WAKE_UP);
                    query.execute(&mut *session.connection).await.map(drop)
                })
            });
            if let Err(error) = waking.await {
                waiting.store(false, Ordering::SeqCst);
                tracing::debug!(%error, "dispatchers were not woken; they find messages by polling");
            }
        });
    }
}

impl PostgresStore {
    /// Signals `wake` whenever any process has enqueued a message, so that a dispatcher need not
    /// wait for its next poll. Runs until the store is closed. A lost connection is opened again,
    /// and then `wake` is signalled too, for messages that may have been missed.
    ///
    /// It has a connection of its own. Behind a transaction pooler, listening is not possible and
    /// the future does nothing: dispatchers poll.
    ///
    /// ```no_run
    /// # async fn wake(
    /// #     store: whatsapp_store_sqlx::PostgresStore,
    /// #     ports: whatsapp_core::Ports,
    /// # ) {
    /// tokio::spawn(store.listen(ports.wake()));
    /// # }
    /// ```
    pub fn listen(&self, wake: Wake) -> impl Future<Output = ()> + Send + use<> + 'static {
        let options = self.shared.connect.clone();
        let usable = !self.shared.behind_pooler;
        let closed = self.workers.clone();
        async move {
            if !usable {
                tracing::info!("behind a pooler nothing can be listened to; dispatchers poll");
                return;
            }
            let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
            tokio::select! {
                () = closed.close_event() => {}
                () = listen(&pool, &wake) => {}
            }
            pool.close().await;
        }
    }
}

async fn listen(pool: &PgPool, wake: &Wake) {
    loop {
        if let Err(error) = listen_once(pool, wake).await {
            let error = store_error(error);
            tracing::warn!(%error, "cannot listen for new messages; trying again");
        }
        pause().await;
    }
}

/// Listens until the connection is lost and cannot be opened again.
async fn listen_once(pool: &PgPool, wake: &Wake) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        wake.wake();
        // `None`: the connection was lost and is opened again by the next call.
        listener.try_recv().await?;
        // One wake-up is enough for all notifications that came together.
        while listener.next_buffered().is_some() {}
    }
}

#[expect(clippy::disallowed_methods, reason = "a server that is away is not asked all the time")]
async fn pause() {
    tokio::time::sleep(RETRY).await;
}
