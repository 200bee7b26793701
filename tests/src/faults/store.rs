//! The store as a worker of the harness sees it. It counts what the fence refused, can die right
//! after a commit, and is the place where most mutants remove their safeguard.

use std::io::Write as _;
use std::sync::{Arc, Once};

use async_trait::async_trait;
use whatsapp_core::message::{Fingerprint, MessageKey, NewMessage};
use whatsapp_core::port::{
    Begin, Begun, Claim, Claimed, Enqueued, Lease, Settled, Settlement, Store, StoreError,
};
use whatsapp_testkit::{StoreWrapper, forward_store};

use super::journal::{Event, Journal};
use super::mutant::Tamper;

/// A store, with the harness's additions.
#[derive(Debug)]
pub(super) struct HarnessStore {
    pub(super) inner: Arc<dyn Store>,
    pub(super) journal: Arc<Journal>,
    /// Removes a safeguard, if the worker is a mutant.
    pub(super) tamper: Option<Tamper>,
    /// If set, the worker dies right after the first transaction of its next settlement, and
    /// notifies this.
    pub(super) deathbed: Option<Arc<tokio::sync::Notify>>,
    /// If set, says [`AT_WORK`] on standard output when the first message is claimed.
    pub(super) at_work: Option<Once>,
}

/// Line that a worker process prints once it has taken a message.
pub(super) const AT_WORK: &[u8] = b"at work\n";

impl HarnessStore {
    /// Notes the number of answers that equal `this`.
    fn note<T: PartialEq>(&self, event: Event, answers: &[T], this: &T) {
        let times = answers.iter().filter(|answer| *answer == this).count();
        self.journal.note(event, times);
    }
}

#[async_trait]
impl StoreWrapper for HarnessStore {
    fn inner(&self) -> &dyn Store {
        self.inner.as_ref()
    }

    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        match &self.tamper {
            Some(tamper) => self.inner.enqueue(&tamper.enqueue(messages)).await,
            None => self.inner.enqueue(messages).await,
        }
    }

    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        match &self.tamper {
            Some(tamper) if tamper.knows_no_keys() => Ok(None),
            _ => self.inner.find_key(key, fingerprint).await,
        }
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        if let Some(tamper) = &self.tamper {
            tamper.claim(claim).await?;
        }
        let claimed = self.inner.claim(claim).await?;
        self.journal.note(Event::Taken, claimed.len());
        if let (Some(at_work), false) = (&self.at_work, claimed.is_empty()) {
            // An error means that nobody listens any more, and then nobody kills either.
            at_work.call_once(|| drop(std::io::stdout().write_all(AT_WORK)));
        }
        Ok(claimed)
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        let Some(tamper) = &self.tamper else {
            let begun = self.inner.begin(begins).await?;
            self.note(Event::Fenced, &begun, &Begun::Fenced);
            return Ok(begun);
        };
        if let Some(answer) = tamper.pretends(begins) {
            return Ok(answer);
        }
        let begun = self.inner.begin(&tamper.begin(begins).await?).await?;
        tamper.begun(begins, &begun).await?;
        Ok(begun)
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        let settled = match &self.tamper {
            Some(tamper) => {
                let tampered = tamper.settle(self.inner.as_ref(), settlements).await?;
                let settled = self.inner.settle(&tampered).await?;
                tamper.settling(settlements).await?;
                settled
            }
            None => self.inner.settle(settlements).await?,
        };
        if let Some(deathbed) = &self.deathbed {
            deathbed.notify_one();
            std::future::pending::<()>().await;
        }
        if let Some(tamper) = &self.tamper {
            tamper.settled(settlements).await?;
        }
        self.note(Event::Fenced, &settled, &Settled::Fenced);
        self.note(Event::Done, &settled, &Settled::Done);
        Ok(settled)
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        self.inner.release(leases).await?;
        self.journal.note(Event::Done, leases.len());
        Ok(())
    }
}

forward_store!(HarnessStore);
