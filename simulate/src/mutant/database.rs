//! Databases with one safeguard removed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use whatsapp_core::InvoiceId;
use whatsapp_core::message::{
    AttemptOutcome, AttemptRecord, Class, Fingerprint, MessageKey, NewMessage, Progress, State,
    StateRow, Step,
};
use whatsapp_core::port::{
    Begin, Begun, Claim, Claimed, Enqueued, EveryStore, Lane, Lease, Notice, PlanWrite,
    PlanWritten, Settled, Settlement, StoreError,
};
use whatsapp_core::schedule::ReminderStep;
use whatsapp_testkit::MemoryStore;
use whatsapp_testkit::world::Tamper;

use super::locks::Locks;
use super::{Mutant, locked};

/// One process's database with one safeguard removed.
#[derive(Debug)]
pub(super) struct Tampered {
    pub(super) mutant: Mutant,
    pub(super) memory: MemoryStore,
    pub(super) keys: Arc<AtomicU64>,
    pub(super) locks: Arc<Locks>,
    /// Attempts that were reported as open and are not.
    pub(super) pretended: Mutex<Vec<Begin>>,
    /// Notices that are still to be written.
    pub(super) withheld: Mutex<Vec<Notice>>,
}

impl Tampered {
    /// Gives the lease the token that holds the message now, if the mutant lets it pass.
    fn unfenced(&self, lease: Lease) -> Lease {
        if self.mutant != Mutant::NoFence {
            return lease;
        }
        self.memory.lease(lease.message_id).map_or(lease, |(token, _)| Lease { token, ..lease })
    }
}

#[async_trait]
impl Tamper for Tampered {
    async fn enqueue(
        &self,
        store: &dyn EveryStore,
        messages: &[NewMessage],
    ) -> Result<Vec<Enqueued>, StoreError> {
        let mut messages = messages.to_vec();
        let _held = match self.mutant {
            Mutant::AnyOrder => Some(self.locks.of_all(&messages).await?),
            _ => None,
        };
        if self.mutant == Mutant::KeyNotUnique {
            for message in &mut messages {
                let no = self.keys.fetch_add(1, Ordering::SeqCst).to_string();
                let (kind, key) = (message.facts.message_type, message.facts.key.as_str());
                message.facts.key = MessageKey::of(kind, &[key, &no]);
            }
        }
        store.enqueue(&messages).await
    }

    async fn find_key(
        &self,
        store: &dyn EveryStore,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        if self.mutant == Mutant::KeyNotUnique {
            return Ok(None);
        }
        store.find_key(key, fingerprint).await
    }

    async fn claim(
        &self,
        store: &dyn EveryStore,
        claim: &Claim,
    ) -> Result<Vec<Claimed>, StoreError> {
        let is_urgent = claim.lane == Lane::of(Step::Send, Class::Transactional);
        if self.mutant == Mutant::UrgentWaits
            && is_urgent
            && !self.keys.fetch_add(1, Ordering::SeqCst).is_multiple_of(8)
        {
            return Ok(Vec::new());
        }
        let mut claimed = store.claim(claim).await?;
        match self.mutant {
            Mutant::LateCount => {
                for claimed in &mut claimed {
                    claimed.progress.free_posts = claimed.progress.posts;
                }
            }
            Mutant::PoisonRow => {
                let is_poison = |claimed: &Claimed| claimed.key.as_str().ends_with("17");
                if claimed.iter().any(is_poison) {
                    return Err(StoreError::Corrupt { entity: "message", column: "status" });
                }
            }
            Mutant::ReaperForgets => {
                let mut kept = Vec::new();
                for claimed in claimed {
                    if claimed.step != Step::Look || claimed.expired_leases == 0 {
                        kept.push(claimed);
                        continue;
                    }
                    let no = claimed.progress.posts;
                    let state = State::Waiting { due: claim.now };
                    let record = AttemptRecord {
                        no,
                        finished_at: claim.now,
                        outcome: Some(AttemptOutcome::NotAccepted),
                        http_status: None,
                        detail: None,
                        gateway_id: None,
                    };
                    let again = Settlement {
                        lease: claimed.lease,
                        attempt: Some(record),
                        state: StateRow::of(&Progress { state, ..claimed.progress }),
                        gateway_id: None,
                        api_response: None,
                        at: claim.now,
                    };
                    store.settle(&[again]).await?;
                }
                claimed = kept;
            }
            _ => {}
        }
        Ok(claimed)
    }

    async fn begin(
        &self,
        store: &dyn EveryStore,
        begins: &[Begin],
    ) -> Result<Vec<Begun>, StoreError> {
        if self.mutant == Mutant::LateIntent {
            locked(&self.pretended).extend_from_slice(begins);
            return Ok(vec![Begun::Open; begins.len()]);
        }
        let unfenced = |begin: &Begin| Begin { lease: self.unfenced(begin.lease), ..begin.clone() };
        let begins: Vec<_> = begins.iter().map(unfenced).collect();
        store.begin(&begins).await
    }

    async fn settle(
        &self,
        store: &dyn EveryStore,
        settlements: &[Settlement],
    ) -> Result<Vec<Settled>, StoreError> {
        let mut settlements = settlements.to_vec();
        for settlement in &mut settlements {
            let begin = {
                let mut pretended = locked(&self.pretended);
                let place = pretended.iter().position(|begin| begin.lease == settlement.lease);
                place.map(|place| pretended.swap_remove(place))
            };
            if let Some(begin) = begin {
                store.begin(&[begin]).await?;
            }
            settlement.lease = self.unfenced(settlement.lease);
            if self.mutant == Mutant::HotLook
                && let Some(owed) = &mut settlement.state.owed
                && owed.step == Step::Look
            {
                (owed.due_at, owed.look_mark) = (settlement.at, None);
            }
        }
        let settled = store.settle(&settlements).await?;
        if self.mutant == Mutant::LateNotice {
            // The earlier notices are written now, if the process lived so long.
            locked(&self.withheld).drain(..).for_each(|notice| self.memory.put_notice(notice));
            let failed = settlements.iter().filter(|of| of.state.failed_for_good().is_some());
            let notices = failed.filter_map(|of| self.memory.take_notice(of.lease.message_id));
            locked(&self.withheld).extend(notices);
        }
        Ok(settled)
    }

    async fn steps_of(
        &self,
        store: &dyn EveryStore,
        invoices: &[InvoiceId],
    ) -> Result<Vec<ReminderStep>, StoreError> {
        if self.mutant == Mutant::ForgetfulPlan {
            return Ok(Vec::new());
        }
        store.steps_of(invoices).await
    }

    async fn write_plan(
        &self,
        store: &dyn EveryStore,
        write: &PlanWrite,
    ) -> Result<PlanWritten, StoreError> {
        if self.mutant != Mutant::ForgetfulPlan {
            return store.write_plan(write).await;
        }
        let mut write = write.clone();
        for message in &mut write.messages {
            let no = self.keys.fetch_add(1, Ordering::SeqCst).to_string();
            message.facts.key = MessageKey::of(message.facts.message_type, &["step", &no]);
        }
        for item in &mut write.steps {
            let rows = store.steps_of(std::slice::from_ref(&item.step.invoice)).await?;
            let row = rows.into_iter().find(|row| row.name == item.step.name);
            item.seen = row.map(|row| row.revision);
        }
        store.write_plan(&write).await
    }
}
