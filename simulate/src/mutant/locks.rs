//! The locks of a database in which each caller locks rows in its own order.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use whatsapp_core::Wake;
use whatsapp_core::message::{MessageKey, NewMessage};
use whatsapp_core::port::StoreError;

use super::locked;

/// Number of a caller.
type Caller = u64;

/// The messages that are locked, and the callers that wait for one.
#[derive(Debug, Default)]
pub(super) struct Locks {
    table: Mutex<Table>,
    freed: Wake,
}

#[derive(Debug, Default)]
struct Table {
    callers: Caller,
    held: BTreeMap<MessageKey, Caller>,
    waiting: BTreeMap<Caller, MessageKey>,
}

/// Result of asking for a lock.
enum Answer {
    Held,
    Wait,
    /// The caller that holds it waits for a lock that this caller holds.
    Circle,
}

impl Locks {
    /// Locks every message, one after the other. Others may come in between.
    pub(super) async fn of_all(
        self: &Arc<Self>,
        messages: &[NewMessage],
    ) -> Result<Held, StoreError> {
        let caller = {
            let mut table = locked(&self.table);
            table.callers += 1;
            table.callers
        };
        let held = Held { locks: Arc::clone(self), caller };
        for message in messages {
            loop {
                let rings = self.freed.rings();
                // The lock on the table must be released before the answer is handled.
                let answer = locked(&self.table).ask(caller, &message.facts.key);
                match answer {
                    Answer::Held => break,
                    Answer::Wait => self.freed.rung_since(rings).await,
                    Answer::Circle => {
                        let reason = "deadlock detected".to_owned();
                        return Err(StoreError::Unavailable { reason });
                    }
                }
            }
            others_first().await;
        }
        Ok(held)
    }
}

impl Table {
    fn ask(&mut self, caller: Caller, key: &MessageKey) -> Answer {
        self.waiting.remove(&caller);
        let mut holder = self.held.get(key).copied();
        if holder.is_none_or(|holder| holder == caller) {
            self.held.insert(key.clone(), caller);
            return Answer::Held;
        }
        while let Some(other) = holder {
            if other == caller {
                return Answer::Circle;
            }
            holder = self.waiting.get(&other).and_then(|key| self.held.get(key)).copied();
        }
        self.waiting.insert(caller, key.clone());
        Answer::Wait
    }
}

/// The locks of one caller, until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    locks: Arc<Locks>,
    caller: Caller,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut table = locked(&self.locks.table);
        table.waiting.remove(&self.caller);
        table.held.retain(|_, holder| *holder != self.caller);
        drop(table);
        self.locks.freed.wake();
    }
}

/// Lets others go first, once.
async fn others_first() {
    let mut has_waited = false;
    poll_fn(|context| {
        if has_waited {
            return Poll::Ready(());
        }
        has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
