//! The mutants. Each removes one safeguard by a wrapper around a port. The harness must catch all
//! of them, or it proves nothing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Postgres, Transaction};
use whatsapp_core::message::{MessageKey, NewMessage};
use whatsapp_core::port::{Begin, Begun, Claim, Lease, Settlement, Store, StoreError};
use whatsapp_core::time::Elapsed;

use super::beside::Beside;

/// A safeguard that is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutant {
    /// Writes under a lost lease pass.
    NoFence,
    /// The attempt is begun after its POST.
    LateIntent,
    /// The gateway's list is always complete and empty.
    NoLook,
    /// Writes pass where nobody holds the lease: `OR lease_token IS NULL`.
    NullPasses,
    /// A POST is counted when its outcome is written, not before it.
    LateCount,
    /// A 5xx counts as a refusal.
    ServerErrorRefuses,
    /// Any 2xx counts as an acceptance.
    AnySuccess,
    /// A message whose worker died is sent as if nothing had been sent before.
    ReaperForgets,
    /// The HTTP client follows redirects.
    FollowsRedirects,
    /// The HTTP client tries again after a broken connection.
    HttpRetries,
    /// The same message can be enqueued twice.
    KeyNotUnique,
    /// The notice follows the failure in a transaction of its own.
    LateNotice,
    /// A row of the list counts as another number's if its recipient is not written exactly alike.
    ExactRecipient,
    /// A row whose text and whose time both differ is another message's.
    TwoDoubts,
    /// Trouble of the account is taken for trouble of the message.
    NoScope,
    /// No list is ever taken for complete, so that every look is unclear.
    AlwaysUnclear,
    /// The list of another gateway is taken for that of the attempt's own.
    AnyList,
    /// Elapsed time follows the wall clock.
    ElapsedByWall,
    /// A transaction that stays open over the POST: the mutant of T14, and none of T11's.
    OpenTransaction,
}

impl Mutant {
    /// The mutants of T11.
    pub const ALL: [Self; 18] = [
        Self::NoFence,
        Self::LateIntent,
        Self::NoLook,
        Self::NullPasses,
        Self::LateCount,
        Self::ServerErrorRefuses,
        Self::AnySuccess,
        Self::ReaperForgets,
        Self::FollowsRedirects,
        Self::HttpRetries,
        Self::KeyNotUnique,
        Self::LateNotice,
        Self::ExactRecipient,
        Self::TwoDoubts,
        Self::NoScope,
        Self::AlwaysUnclear,
        Self::AnyList,
        Self::ElapsedByWall,
    ];

    /// Name of the mutant in reports and folders.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoFence => "no_fence",
            Self::LateIntent => "late_intent",
            Self::NoLook => "no_look",
            Self::NullPasses => "null_passes",
            Self::LateCount => "late_count",
            Self::ServerErrorRefuses => "server_error_refuses",
            Self::AnySuccess => "any_success",
            Self::ReaperForgets => "reaper_forgets",
            Self::FollowsRedirects => "follows_redirects",
            Self::HttpRetries => "http_retries",
            Self::KeyNotUnique => "key_not_unique",
            Self::LateNotice => "late_notice",
            Self::ExactRecipient => "exact_recipient",
            Self::TwoDoubts => "two_doubts",
            Self::NoScope => "no_scope",
            Self::AlwaysUnclear => "always_unclear",
            Self::AnyList => "any_list",
            Self::ElapsedByWall => "elapsed_by_wall",
            Self::OpenTransaction => "open_transaction",
        }
    }
}

/// Removes one safeguard from a store.
#[derive(Debug)]
pub(super) struct Tamper {
    mutant: Mutant,
    /// A way into the database past the store.
    beside: Beside,
    /// Attempts that were reported as open, and are not.
    pretended: Mutex<HashMap<Lease, Begin>>,
    /// Number of keys that were made unique.
    keys: AtomicU64,
    /// Transaction that is held over a POST.
    held: Arc<tokio::sync::Mutex<Option<Transaction<'static, Postgres>>>>,
}

impl Tamper {
    pub(super) fn new(mutant: Mutant, beside: Beside) -> Self {
        let (pretended, keys, held) = Default::default();
        Self { mutant, beside, pretended, keys, held }
    }

    /// Returns the messages as the mutant enqueues them.
    pub(super) fn enqueue(&self, messages: &[NewMessage]) -> Vec<NewMessage> {
        let mut messages = messages.to_vec();
        if self.mutant == Mutant::KeyNotUnique {
            for message in &mut messages {
                let no = self.keys.fetch_add(1, Ordering::SeqCst).to_string();
                message.facts.key =
                    MessageKey::of(message.facts.message_type, &[message.facts.key.as_str(), &no]);
            }
        }
        messages
    }

    pub(super) fn knows_no_keys(&self) -> bool {
        self.mutant == Mutant::KeyNotUnique
    }

    /// Does what the mutant does before a claim.
    pub(super) async fn claim(&self, claim: &Claim) -> Result<(), StoreError> {
        if self.mutant == Mutant::ReaperForgets {
            self.beside.forget_open_attempts(claim.now).await.map_err(unavailable)?;
        }
        Ok(())
    }

    /// Returns the answer to begins that the mutant does not write down yet.
    pub(super) fn pretends(&self, begins: &[Begin]) -> Option<Vec<Begun>> {
        (self.mutant == Mutant::LateIntent).then(|| {
            self.pretended().extend(begins.iter().map(|begin| (begin.lease, begin.clone())));
            vec![Begun::Open; begins.len()]
        })
    }

    /// Returns the begins as the mutant writes them.
    pub(super) async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begin>, StoreError> {
        let mut begins = begins.to_vec();
        for begin in &mut begins {
            begin.lease = self.unfenced(begin.lease, begin.at, Some(begin.elapsed)).await?;
        }
        Ok(begins)
    }

    /// Does what the mutant does after begins were written.
    pub(super) async fn begun(&self, begins: &[Begin], begun: &[Begun]) -> Result<(), StoreError> {
        for (begin, begun) in begins.iter().zip(begun) {
            if self.mutant == Mutant::LateCount && *begun == Begun::Open {
                self.beside.uncount(&begin.lease).await.map_err(unavailable)?;
            }
        }
        if let (Mutant::OpenTransaction, Beside::Postgres(pool)) = (self.mutant, &self.beside) {
            let transaction = pool.begin().await.map_err(unavailable)?;
            *self.held.lock().await = Some(transaction);
        }
        Ok(())
    }

    /// Returns the settlements as the mutant writes them.
    pub(super) async fn settle(
        &self,
        store: &dyn Store,
        settlements: &[Settlement],
    ) -> Result<Vec<Settlement>, StoreError> {
        drop(self.held.lock().await.take());
        let mut settlements = settlements.to_vec();
        for settlement in &mut settlements {
            let begin = self.pretended().remove(&settlement.lease);
            if let Some(begin) = begin {
                store.begin(&[begin]).await?;
            }
            settlement.lease = self.unfenced(settlement.lease, settlement.at, None).await?;
        }
        Ok(settlements)
    }

    /// Does what the mutant does right after settlements were written. Notices that came with their
    /// failures are taken back, as if they had never been in that transaction.
    pub(super) async fn settling(&self, settlements: &[Settlement]) -> Result<(), StoreError> {
        for settlement in settlements.iter().filter(|_| self.mutant == Mutant::LateNotice) {
            if settlement.state.failed_for_good().is_some() {
                let id = settlement.lease.message_id;
                self.beside.forget_notice(id).await.map_err(unavailable)?;
            }
        }
        Ok(())
    }

    /// Does what the mutant does later, if the worker lives.
    pub(super) async fn settled(&self, settlements: &[Settlement]) -> Result<(), StoreError> {
        for settlement in settlements.iter().filter(|_| self.mutant == Mutant::LateNotice) {
            if let Some(failure) = settlement.state.failed_for_good() {
                let (id, at) = (settlement.lease.message_id, settlement.at);
                self.beside.notify(id, failure, at).await.map_err(unavailable)?;
            }
        }
        Ok(())
    }

    /// Returns the lease as the mutant lets it pass. `NoFence` takes the token that now holds the
    /// message. If nobody holds the message, it is put under the lease again.
    async fn unfenced(
        &self,
        lease: Lease,
        now: DateTime<Utc>,
        elapsed: Option<Elapsed>,
    ) -> Result<Lease, StoreError> {
        if !matches!(self.mutant, Mutant::NoFence | Mutant::NullPasses) {
            return Ok(lease);
        }
        match self.beside.holder(&lease).await.map_err(unavailable)? {
            Some(Some(token)) if self.mutant == Mutant::NoFence => {
                let corrupt =
                    |_| StoreError::Corrupt { entity: "outbox row", column: "lease_token" };
                Ok(Lease { token: token.parse().map_err(corrupt)?, ..lease })
            }
            Some(None) => {
                let long = TimeDelta::minutes(2);
                let ends = elapsed.map(|elapsed| elapsed + long);
                self.beside.seize(&lease, now + long, ends).await.map_err(unavailable)?;
                Ok(lease)
            }
            Some(Some(_)) | None => Ok(lease),
        }
    }

    fn pretended(&self) -> MutexGuard<'_, HashMap<Lease, Begin>> {
        self.pretended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn unavailable(error: sqlx::Error) -> StoreError {
    StoreError::Unavailable { reason: error.to_string() }
}
