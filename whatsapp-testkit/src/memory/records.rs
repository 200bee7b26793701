//! All messages, and the indexes that find them.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use whatsapp_core::message::{Attempt, AttemptRecord, MessageKey, Step, Via};
use whatsapp_core::port::{Lane, Lease, QueuePoint, StoreError};
use whatsapp_core::{AccountId, DigestId, MessageId};

use super::record::{Record, Stage};
use super::table::{Index, Table, undo_all};

/// All messages, read as a map by their ids.
#[derive(Debug, Default)]
pub(super) struct Records {
    rows: Table<MessageId, Arc<Record>>,
    pub(super) by: Indexes,
}

/// The indexes over messages. Only [`follow`](Self::follow) writes them.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    /// The unique index over message keys.
    keys: Table<MessageKey, MessageId>,
    /// All messages by the time at which they were made.
    pub(super) age: Table<(DateTime<Utc>, MessageId), ()>,
    /// Owed messages in a lane, in the order of claims.
    pub(super) due: Index<(AccountId, Lane), QueuePoint>,
    /// The looks among the owed messages.
    pub(super) look: Index<(AccountId, Lane), QueuePoint>,
    /// Owed messages in a lane, by the time at which they are due or their lease ends.
    pub(super) wake: Index<(AccountId, Lane), (DateTime<Utc>, MessageId)>,
    /// Owed messages, by the stage that counts them.
    pub(super) stage: Index<(AccountId, Stage), MessageId>,
    /// Messages with a notice, by the digest that the notice is in.
    pub(super) digest: Index<Option<DigestId>, MessageId>,
    /// The resends of a message.
    pub(super) resend: Index<MessageId, MessageId>,
    /// Messages with an attempt.
    pub(super) attempted: Index<AccountId, MessageId>,
    /// Messages by the key of a number to which an attempt went, and the time of the attempt.
    pub(super) number: Index<(AccountId, String), (DateTime<Utc>, MessageId)>,
    /// The owners of a gateway id: a message, and the place of its attempt, counted from 0.
    pub(super) gateway_id: Index<(AccountId, String), (MessageId, usize)>,
}

undo_all!(Records { rows, by });

undo_all!(Indexes {
    keys,
    age,
    due,
    look,
    wake,
    stage,
    digest,
    resend,
    attempted,
    number,
    gateway_id,
});

impl Records {
    /// Adds a message, whose id and key are free.
    pub(super) fn add(&mut self, record: Record) {
        self.by.follow(None, &record);
        self.rows.insert(record.message.facts.id, Arc::new(record));
    }

    /// Changes a message: the one place where that is done, so that the indexes follow. `None` if
    /// there is no message of this id.
    pub(super) fn change<T>(
        &mut self,
        id: MessageId,
        change: impl FnOnce(&mut Record) -> T,
    ) -> Option<T> {
        let record = self.rows.get_mut(&id)?;
        let old = Arc::clone(record);
        let answer = change(Arc::make_mut(record));
        self.by.follow(Some(&old), record);
        Some(answer)
    }

    /// Messages that were made from one instant on and before another, the oldest first.
    pub(super) fn made(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> impl DoubleEndedIterator<Item = &Arc<Record>> {
        let first = MessageId::from_bytes([0; 16]);
        // If the second instant is before the first, the range is empty.
        let made = self.by.age.range((from, first)..(until.max(from), first));
        made.filter_map(|((_, id), ())| self.get(id))
    }

    pub(super) fn by_key(&self, key: &MessageKey) -> Option<&Record> {
        self.get(self.by.keys.get(key)?).map(Arc::as_ref)
    }

    /// The record that exactly this lease is for, even if the lease has run out: nobody else has
    /// claimed the message since.
    pub(super) fn held(&self, lease: Lease) -> Option<&Record> {
        let record = self.get(&lease.message_id)?;
        record.lease.filter(|held| held.token == lease.token).map(|_| record.as_ref())
    }

    /// Checks the unique index over the gateway ids of an account and a gateway's host, before
    /// `known` is written about an attempt.
    pub(super) fn check_owner(
        &self,
        id: MessageId,
        known: &AttemptRecord,
    ) -> Result<(), StoreError> {
        let (Some(record), Some(gateway_id)) = (self.get(&id), &known.gateway_id) else {
            return Ok(());
        };
        let mut attempts = record.attempts.iter();
        let own = attempts.find(|attempt| attempt.no == known.no).and_then(host);
        let is_other = |&(owner, place): &(MessageId, usize)| {
            let attempt = self.get(&owner).and_then(|record| record.attempts.get(place));
            attempt.is_some_and(|attempt| {
                host(attempt) == own && (owner, attempt.no) != (id, known.no)
            })
        };
        let mut owners = self.by.gateway_id.of(&(record.account, gateway_id.clone()));
        if owners.any(is_other) {
            return Err(StoreError::Conflict { entity: "gateway id" });
        }
        Ok(())
    }
}

impl Deref for Records {
    type Target = BTreeMap<MessageId, Arc<Record>>;

    fn deref(&self) -> &Self::Target {
        &self.rows
    }
}

impl Indexes {
    /// Moves a message in the indexes from its old state to its new one: all indexes are written
    /// here, and nowhere else.
    fn follow(&mut self, old: Option<&Record>, new: &Record) {
        let id = new.message.facts.id;
        if old.is_none() {
            let facts = &new.message.facts;
            self.keys.insert(facts.key.clone(), id);
            self.age.insert((facts.created_at, id), ());
            self.resend.moved(None, facts.resend_of.map(|resent| (resent, id)));
        }
        self.due.moved(old.and_then(due), due(new));
        self.look.moved(old.and_then(look), look(new));
        self.wake.moved(old.and_then(wake), wake(new));
        self.stage.moved(old.and_then(stage), stage(new));
        self.digest.moved(old.and_then(digest), digest(new));
        let known = old.map(|old| old.attempts.as_slice()).unwrap_or_default();
        for (place, (attempt, sent)) in new.attempts.iter().zip(&new.sent).enumerate() {
            let known = known.get(place);
            if known.is_none() {
                self.attempted.moved(None, Some((new.account, id)));
                let number = (new.account, sent.number_key.clone());
                self.number.moved(None, Some((number, (attempt.started_at, id))));
            }
            let known = known.and_then(|known| known.gateway_id.as_ref());
            if attempt.gateway_id.as_ref() != known {
                let owner = |gateway_id: &String| ((new.account, gateway_id.clone()), (id, place));
                let (known, new) = (known.map(owner), attempt.gateway_id.as_ref().map(owner));
                self.gateway_id.moved(known, new);
            }
        }
    }
}

fn host(attempt: &Attempt) -> Option<&str> {
    attempt.via.as_ref().map(Via::host)
}

type InLane<T> = Option<((AccountId, Lane), T)>;

fn due(record: &Record) -> InLane<QueuePoint> {
    Some(((record.account, record.lane()?), record.point()?))
}

fn look(record: &Record) -> InLane<QueuePoint> {
    due(record).filter(|_| record.message.state.owed.is_some_and(|owed| owed.step == Step::Look))
}

fn wake(record: &Record) -> InLane<(DateTime<Utc>, MessageId)> {
    let place = (record.wakes_at()?, record.message.facts.id);
    Some(((record.account, record.lane()?), place))
}

fn stage(record: &Record) -> Option<((AccountId, Stage), MessageId)> {
    Some(((record.account, record.stage()?), record.message.facts.id))
}

fn digest(record: &Record) -> Option<(Option<DigestId>, MessageId)> {
    Some((record.notice.as_ref()?.digest, record.message.facts.id))
}
