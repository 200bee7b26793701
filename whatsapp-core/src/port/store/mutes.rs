//! Mutes: who is not written to, and about what.

use std::collections::BTreeSet;
use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::audit::Actor;
use crate::id::{AuditId, CustomerId, InvoiceId, MuteId};
use crate::mute::{Mute, MuteEnded, MuteOn};
use crate::private::Private;

/// The end of a mute that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteEnd {
    /// Which mute.
    pub id: MuteId,
    /// Who asks for it.
    pub by: Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// The entry of the audit.
    pub audit: AuditId,
}

impl MuteEnd {
    /// The mute as it is once it ended.
    #[must_use]
    pub fn apply(&self, mute: Mute) -> Mute {
        let ended = Some(MuteEnded { by: self.by.clone(), at: self.at });
        Mute { ended, ..mute }
    }
}

/// A message about which the mutes are asked: whom it goes to, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteQuestion {
    /// The customer.
    pub customer: CustomerId,
    /// What all spellings of its number have in common; `None` where it has no number.
    pub number_key: Option<Private>,
    /// The invoice that it names.
    pub invoice: Option<InvoiceId>,
}

impl MuteQuestion {
    /// All that a mute which keeps the message back can be about.
    pub fn on(&self) -> impl Iterator<Item = MuteOn> {
        let customer = MuteOn::Customer(self.customer.clone());
        let number = self.number_key.clone().map(MuteOn::Number);
        let invoice = self.invoice.clone().map(MuteOn::Invoice);
        std::iter::once(customer).chain(number).chain(invoice)
    }
}

/// Which mutes are asked for: those that fit all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MuteFilter {
    /// About this.
    pub on: Option<MuteOn>,
    /// Also those that ended.
    pub ended: bool,
    /// One of these; `None` for any.
    pub ids: Option<BTreeSet<MuteId>>,
}

/// A mute's place in the order of mutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MuteCursor {
    /// When it was set.
    pub at: DateTime<Utc>,
    /// Its id.
    pub id: MuteId,
}

impl MuteCursor {
    /// Where a mute stands.
    #[must_use]
    pub const fn of(mute: &Mute) -> Self {
        Self { at: mute.at, id: mute.id }
    }
}

/// The table `whatsapp_mutes`.
///
/// # Contract
/// - A mute holds until it is ended, and its row stays. At any time one mute at most holds of the same
///   category about the same customer, number or invoice.
/// - What is done leaves its entry in the audit, in the same transaction; what changes nothing leaves
///   none.
/// - Mutes are everybody's: they hold for all accounts.
/// - No method reads a clock.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MuteStore: Debug + Send + Sync + 'static {
    /// Sets a mute that holds, and gives it back. Where the same one holds already nothing is changed, and
    /// that one is given back.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed. [`StoreError::Conflict`] where another mute has its id.
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError>;

    /// Ends a mute, and gives it back as it is then; `None` where no mute of this id holds.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError>;

    /// Mutes behind `after`, the newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Corrupt`] for a row that cannot
    /// be read.
    async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError>;

    /// The mutes that hold for each message, in the order of the questions; those of one message the
    /// oldest first. All are answered by one statement. A mute holds also where its row does not tell
    /// who set it: that was somebody [outside](Actor::Outside).
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError>;
}
