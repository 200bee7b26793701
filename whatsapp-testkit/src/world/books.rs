//! The shop's own records behind the gate: customers, invoices, and mail.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::account::AccountMail;
use whatsapp_core::format::Amount;
use whatsapp_core::port::{
    Customer, CustomerDirectory, Digest, DirectoryError, Due, InvoiceLedger, Notifier, NotifyError,
    Told,
};
use whatsapp_core::template::Types;
use whatsapp_core::{CustomerId, DigestId, InvoiceId, MessageId};

use super::coverage::Phase;
use super::database::Way;
use super::executor::locked;
use super::sim::Gate;
use super::trouble::Trouble;

/// Access of one process to the shop's records.
#[derive(Clone)]
pub(super) struct GatedBooks {
    pub(super) customers: Arc<dyn CustomerDirectory>,
    pub(super) invoices: Arc<dyn InvoiceLedger>,
    pub(super) way: Way,
    pub(super) gate: Gate,
}

impl fmt::Debug for GatedBooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatedBooks").finish_non_exhaustive()
    }
}

impl GatedBooks {
    async fn ask(&self, question: &'static str) -> Result<(), DirectoryError> {
        self.gate.pass(question, Phase::Before).await;
        let sim = &self.gate.sim;
        if locked(&sim.weather).books_away > sim.executor.now() {
            sim.happens(Trouble::BooksAway, None);
            return Err(DirectoryError::new("the shop's database is away"));
        }
        Ok(())
    }
}

#[async_trait]
impl CustomerDirectory for GatedBooks {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        self.ask("find_many").await?;
        let found = self.way.finish(self.customers.find_many(ids)).await;
        self.gate.pass("find_many", Phase::After).await;
        found
    }

    async fn reachable(
        &self,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<Customer>, DirectoryError> {
        self.ask("reachable").await?;
        let found = self.way.finish(self.customers.reachable(after, limit)).await;
        self.gate.pass("reachable", Phase::After).await;
        found
    }
}

#[async_trait]
impl InvoiceLedger for GatedBooks {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        self.ask("due").await?;
        let found = self.way.finish(self.invoices.due(invoices)).await;
        self.gate.pass("due", Phase::After).await;
        found
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        self.ask("unpaid").await?;
        let found = self.way.finish(self.invoices.unpaid(after, limit)).await;
        self.gate.pass("unpaid", Phase::After).await;
        found
    }

    async fn credit(&self, customer: &CustomerId) -> Result<Vec<Amount>, DirectoryError> {
        self.ask("credit").await?;
        self.way.finish(self.invoices.credit(customer)).await
    }

    async fn payments_known_until(&self) -> Result<Option<DateTime<Utc>>, DirectoryError> {
        self.ask("payments_known_until").await?;
        self.way.finish(self.invoices.payments_known_until()).await
    }
}

/// The manager's mailbox: the mail that really arrived.
#[derive(Default)]
pub(super) struct Mailbox {
    digests: Mutex<BTreeMap<DigestId, BTreeSet<MessageId>>>,
}

impl Mailbox {
    /// Returns the messages whose failure was told in a mail.
    pub(super) fn told(&self) -> BTreeSet<MessageId> {
        locked(&self.digests).values().flatten().copied().collect()
    }
}

/// Access of one process to the mail server.
#[derive(Clone)]
pub(super) struct GatedMail {
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) gate: Gate,
}

impl fmt::Debug for GatedMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatedMail").finish_non_exhaustive()
    }
}

impl GatedMail {
    async fn reach(&self, what: &'static str) -> Result<(), NotifyError> {
        self.gate.pass(what, Phase::Before).await;
        let sim = &self.gate.sim;
        if locked(&sim.weather).mail_fails > sim.executor.now() {
            sim.happens(Trouble::MailFails, None);
            return Err(NotifyError::new("the mail server does not answer"));
        }
        Ok(())
    }
}

#[async_trait]
impl Notifier for GatedMail {
    async fn notify(
        &self,
        _recipient: &str,
        digest: &Digest,
        _types: &Types,
    ) -> Result<Told, NotifyError> {
        self.reach("notify").await?;
        let ids = digest.notices.iter().map(|notice| notice.message_id);
        locked(&self.mailbox.digests).entry(digest.id).or_default().extend(ids);
        self.gate.sim.note(self.gate.pid, "mail", digest.notices.len() as u64, || {
            format!("mails a digest of {} failures", digest.notices.len())
        });
        self.gate.pass("notify", Phase::After).await;
        Ok(Told::All)
    }

    async fn notify_account(&self, _: &str, _: &AccountMail) -> Result<(), NotifyError> {
        self.reach("notify_account").await?;
        self.gate.pass("notify_account", Phase::After).await;
        Ok(())
    }
}
