//! Mutes: stops on messages of a category to a customer or number, or about an invoice.

use std::collections::BTreeSet;
use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::audit::Actor;
use crate::id::{AuditId, CustomerId, InvoiceId, MuteId};
use crate::mute::{Mute, MuteEnded, MuteOn};
use crate::private::Private;

/// A request to end a mute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteEnd {
    /// The mute to end.
    pub id: MuteId,
    /// The actor who asks for it.
    pub by: Actor,
    /// Time of the end.
    pub at: DateTime<Utc>,
    /// The id of the audit entry.
    pub audit: AuditId,
}

impl MuteEnd {
    /// The mute as it is once it has ended.
    #[must_use]
    pub fn apply(&self, mute: Mute) -> Mute {
        let ended = Some(MuteEnded { by: self.by.clone(), at: self.at });
        Mute { ended, ..mute }
    }
}

/// A message for which the mutes are looked up: its recipient and its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteQuestion {
    /// The customer.
    pub customer: CustomerId,
    /// The key that all spellings of the customer's number share; `None` where there is no number.
    pub number_key: Option<Private>,
    /// The invoice that the message names.
    pub invoice: Option<InvoiceId>,
}

impl MuteQuestion {
    /// All targets of mutes that can keep the message back.
    pub fn on(&self) -> impl Iterator<Item = MuteOn> {
        let customer = MuteOn::Customer(self.customer.clone());
        let number = self.number_key.clone().map(MuteOn::Number);
        let invoice = self.invoice.clone().map(MuteOn::Invoice);
        std::iter::once(customer).chain(number).chain(invoice)
    }
}

/// A filter for mutes. A mute must fit all of its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MuteFilter {
    /// Mutes on this target.
    pub on: Option<MuteOn>,
    /// Also mutes that have ended.
    pub ended: bool,
    /// Mutes with one of these ids; `None` for any.
    pub ids: Option<BTreeSet<MuteId>>,
}

impl MuteFilter {
    /// The mutes on this target that hold.
    #[must_use]
    pub fn about(target: MuteOn) -> Self {
        Self { on: Some(target), ..Self::default() }
    }

    /// The same filter, also for mutes that have ended.
    #[must_use]
    pub fn with_ended(mut self) -> Self {
        self.ended = true;
        self
    }
}

/// The place of a mute in the order of mutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MuteCursor {
    /// Time at which the mute was set.
    pub at: DateTime<Utc>,
    /// The id of the mute.
    pub id: MuteId,
}

impl MuteCursor {
    /// The place of a mute.
    #[must_use]
    pub const fn of(mute: &Mute) -> Self {
        Self { at: mute.at, id: mute.id }
    }
}

/// The table `whatsapp_mutes`.
///
/// # Contract
/// - A mute holds until it is ended, and its row stays. At any time at most one mute of the same
///   category holds on the same customer, number or invoice.
/// - Each change writes its audit entry, in the same transaction; a call that changes nothing
///   writes none.
/// - Mutes are shared: they hold for all accounts.
/// - No method reads a clock.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MuteStore: Debug + Send + Sync + 'static {
    /// Sets a mute, and returns it. Where the same mute holds already nothing is changed, and that
    /// one is returned.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed. [`StoreError::Conflict`] where another mute has
    /// its id.
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError>;

    /// Ends a mute, and returns it as it is then; `None` where no mute with this id holds.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError>;

    /// Mutes after `after`, the newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Corrupt`] for a row that
    /// cannot be read.
    async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError>;

    /// The mutes that hold for each message, in the order of the questions; those of one message
    /// the oldest first. One statement answers them all. A mute holds also where its row does not
    /// tell who set it: that was somebody [outside](Actor::Outside).
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError>;
}
