//! Enqueues the messages of several simultaneous callers in one transaction.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::Sqlite;
use sqlx::pool::PoolConnection;
use tokio::sync::oneshot;
use tracing::Instrument;
use whatsapp_core::AccountId;
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{Enqueued, StoreError};

use super::super::SqliteStore;
use super::super::work::transaction_on;
use super::enqueue::enqueue;
use crate::error::{other, store_error};

/// Maximum number of messages that several callers may have in one transaction: all other writes
/// wait for it.
const TOGETHER_MOST: usize = 200;

/// The callers whose messages are not written yet. Clones share them.
///
/// A commit waits for the disk, and so costs about the same for one message as for a hundred. While
/// one transaction is in progress, new callers gather here, and the next transaction is for all of
/// them.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Gathering(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    callers: VecDeque<Caller>,
    /// True if a task writes for them.
    is_served: bool,
}

/// A caller that waits for an answer.
#[derive(Debug)]
struct Caller {
    account: AccountId,
    messages: Arc<[NewMessage]>,
    answer: oneshot::Sender<Heard>,
}

/// The answer to a caller.
type Heard = Result<Vec<Enqueued>, StoreError>;

impl SqliteStore {
    /// Adds messages, together with those of simultaneous callers. An error of one caller affects
    /// only that caller. The work runs to its end even if the caller goes away.
    pub(super) async fn enqueue_together(&self, messages: &[NewMessage]) -> Heard {
        let (answer, answered) = oneshot::channel();
        let caller = Caller { account: self.account, messages: messages.into(), answer };
        if self.gathering.join(caller) {
            let service = Service::of(self.gathering.clone());
            tokio::spawn(self.clone().serve(service).in_current_span());
        }
        answered.await.unwrap_or_else(|_| Err(other("the task that wrote was stopped")))
    }

    /// Writes for all waiting callers, until there are none.
    async fn serve(self, mut service: Service) {
        while service.goes_on() {
            let connection = self.writer.acquire().await.map_err(store_error);
            let callers = service.take();
            let written = match connection {
                Ok(connection) => self.write_for(connection, &callers).await,
                Err(error) => Err(error),
            };
            match written {
                Ok(answers) => {
                    for (caller, answer) in callers.into_iter().zip(answers) {
                        caller.hears(Ok(answer));
                    }
                }
                Err(error) if callers.len() == 1 || is_of_all(&error) => {
                    for caller in callers {
                        caller.hears(Err(error.clone()));
                    }
                }
                Err(_) => self.write_alone(callers).await,
            }
        }
    }

    /// Runs one transaction for each caller: the error of one does not affect the others.
    async fn write_alone(&self, callers: Vec<Caller>) {
        for caller in callers {
            let written = match self.writer.acquire().await.map_err(store_error) {
                Ok(connection) => self.write_for(connection, std::slice::from_ref(&caller)).await,
                Err(error) => Err(error),
            };
            let answer = written.map(|answers| answers.into_iter().flatten().collect());
            caller.hears(answer);
        }
    }

    /// Runs one transaction for these callers, of one account. Returns the answers of each.
    async fn write_for(
        &self,
        connection: PoolConnection<Sqlite>,
        callers: &[Caller],
    ) -> Result<Vec<Vec<Enqueued>>, StoreError> {
        let account = callers.first().map_or(self.account, |caller| caller.account);
        let lengths: Vec<_> = callers.iter().map(|caller| caller.messages.len()).collect();
        let messages: Arc<[NewMessage]> = match callers {
            [caller] => Arc::clone(&caller.messages),
            _ => callers.iter().flat_map(|caller| caller.messages.iter().cloned()).collect(),
        };
        let enqueued = transaction_on(connection, self.synchronous, move |connection| {
            Box::pin(async move { enqueue(connection, account, &messages).await })
        });
        let mut enqueued = enqueued.await?.into_iter();
        Ok(lengths.into_iter().map(|length| enqueued.by_ref().take(length).collect()).collect())
    }
}

/// Returns true if an error does not depend on the messages of one caller.
const fn is_of_all(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable { .. })
}

impl Caller {
    fn hears(self, answer: Heard) {
        // A caller that went away meanwhile gets no answer.
        let _ = self.answer.send(answer);
    }
}

impl Gathering {
    /// Adds a caller; returns true if a new service must be started.
    fn join(&self, caller: Caller) -> bool {
        let mut waiting = self.waiting();
        waiting.callers.push_back(caller);
        !std::mem::replace(&mut waiting.is_served, true)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one task that serves. If it is stopped, the waiting callers get an error, and the next
/// caller starts another one.
#[derive(Debug)]
struct Service {
    gathering: Gathering,
    is_over: bool,
}

impl Service {
    const fn of(gathering: Gathering) -> Self {
        Self { gathering, is_over: false }
    }

    /// Returns true if a caller waits; otherwise the service ends.
    fn goes_on(&mut self) -> bool {
        let mut waiting = self.gathering.waiting();
        waiting.is_served = !waiting.callers.is_empty();
        self.is_over = !waiting.is_served;
        waiting.is_served
    }

    /// Takes the next callers: of the first one's account, as many as fit into one transaction.
    fn take(&self) -> Vec<Caller> {
        let mut waiting = self.gathering.waiting();
        let mut taken: Vec<Caller> = Vec::new();
        let mut count = 0;
        while let Some(next) = waiting.callers.front() {
            count += next.messages.len();
            let fits =
                taken.first().is_none_or(|it| it.account == next.account && count <= TOGETHER_MOST);
            if !fits {
                break;
            }
            taken.extend(waiting.callers.pop_front());
        }
        taken
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if !self.is_over {
            let mut waiting = self.gathering.waiting();
            waiting.is_served = false;
            let left = std::mem::take(&mut waiting.callers);
            drop(waiting);
            drop(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn caller(account: AccountId, gathering: &Gathering) -> (bool, oneshot::Receiver<Heard>) {
        let (answer, heard) = oneshot::channel();
        let messages = Arc::from([]);
        (gathering.join(Caller { account, messages, answer }), heard)
    }

    #[test]
    fn callers_of_one_account_are_taken_together() {
        let gathering = Gathering::default();
        let other = AccountId::new(2);
        let accounts = [AccountId::DEFAULT, AccountId::DEFAULT, other, AccountId::DEFAULT];
        let joined: Vec<_> = accounts.map(|account| caller(account, &gathering)).into();
        // The first caller starts the service, and no other does.
        assert_eq!(
            joined.iter().map(|(first, _)| *first).collect::<Vec<_>>(),
            [true, false, false, false]
        );
        let mut service = Service::of(gathering);
        let mut sizes = Vec::new();
        while service.goes_on() {
            sizes.push(service.take().len());
        }
        assert_eq!(sizes, [2, 1, 1]);
    }

    #[tokio::test]
    async fn where_the_service_is_stopped_all_hear_of_it_and_the_next_has_another() {
        let gathering = Gathering::default();
        let (first, heard) = caller(AccountId::DEFAULT, &gathering);
        assert!(first);
        let service = Service::of(gathering.clone());
        let stopped = tokio::spawn(async move {
            let _service = service;
            pending::<()>().await;
        });
        stopped.abort();
        assert!(heard.await.is_err());
        assert!(caller(AccountId::DEFAULT, &gathering).0);
    }
}
