//! Stores that break one promise about acts on many messages each.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::bulk::{Bulk, BulkItem, BulkOutcome, BulkState};
use whatsapp_core::port::{BulkChange, BulkClaim, BulkStore, BulkWrite, Saved, StoreError};
use whatsapp_core::{AuditId, BulkId};
use whatsapp_testkit::MemoryStore;
use whatsapp_testkit::conformance::bulk::{BULK_CASES, BulkPorts};

/// The promise that a mutant breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    AddLosesTheLast,
    ItemsIgnoreThePlace,
    ItemsIgnoreTheOutcome,
    ChangeIgnoresTheState,
    ChangeForgetsWhatWasAgreed,
    ClaimIgnoresClaims,
    ClaimIgnoresTheLimit,
    WriteSaysYes,
    WriteForgetsTheSentence,
    EnteredKnowsAll,
    ForgetsTheEdge,
}

const FLAWS: [Flaw; 11] = [
    Flaw::AddLosesTheLast,
    Flaw::ItemsIgnoreThePlace,
    Flaw::ItemsIgnoreTheOutcome,
    Flaw::ChangeIgnoresTheState,
    Flaw::ChangeForgetsWhatWasAgreed,
    Flaw::ClaimIgnoresClaims,
    Flaw::ClaimIgnoresTheLimit,
    Flaw::WriteSaysYes,
    Flaw::WriteForgetsTheSentence,
    Flaw::EnteredKnowsAll,
    Flaw::ForgetsTheEdge,
];

/// The in-memory store with a flaw in front of it.
#[derive(Debug)]
struct Mutant {
    store: MemoryStore,
    flaw: Flaw,
}

impl Mutant {
    fn ports(flaw: Flaw) -> BulkPorts {
        let store = MemoryStore::new();
        let mut ports = BulkPorts::of(Arc::new(store.clone()));
        ports.bulk = Arc::new(Self { store, flaw });
        ports
    }
}

#[async_trait]
impl BulkStore for Mutant {
    async fn add_bulk(&self, bulk: &Bulk, items: &[BulkItem]) -> Result<(), StoreError> {
        let last = usize::from(self.flaw == Flaw::AddLosesTheLast).min(items.len());
        self.store.add_bulk(bulk, &items[..items.len() - last]).await
    }

    async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, StoreError> {
        self.store.bulk(id).await
    }

    async fn bulk_items(
        &self,
        id: BulkId,
        outcome: Option<BulkOutcome>,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<BulkItem>, StoreError> {
        let after = after.filter(|_| self.flaw != Flaw::ItemsIgnoreThePlace);
        let outcome = outcome.filter(|_| self.flaw != Flaw::ItemsIgnoreTheOutcome);
        self.store.bulk_items(id, outcome, after, limit).await
    }

    async fn change_bulk(&self, change: &BulkChange) -> Result<Saved, StoreError> {
        let mut change = change.clone();
        if self.flaw == Flaw::ChangeIgnoresTheState {
            let now = self.store.bulk(change.id).await?;
            change.from = now.map_or(BulkState::Counted, |bulk| bulk.state);
        }
        if self.flaw == Flaw::ChangeForgetsWhatWasAgreed {
            change.agreed = whatsapp_core::bulk::BulkAsks::default();
        }
        self.store.change_bulk(&change).await
    }

    async fn claim_bulk(
        &self,
        claim: &BulkClaim,
    ) -> Result<Option<(Bulk, Vec<BulkItem>)>, StoreError> {
        let mut claim = *claim;
        if self.flaw == Flaw::ClaimIgnoresClaims {
            claim.now += TimeDelta::days(1);
        }
        if self.flaw == Flaw::ClaimIgnoresTheLimit {
            claim.limit += 1;
        }
        self.store.claim_bulk(&claim).await
    }

    async fn write_bulk(&self, write: &BulkWrite) -> Result<bool, StoreError> {
        let mut write = write.clone();
        if self.flaw == Flaw::WriteForgetsTheSentence {
            write.results.iter_mut().for_each(|result| result.sentence = None);
        }
        Ok(self.store.write_bulk(&write).await? || self.flaw == Flaw::WriteSaysYes)
    }

    async fn entered(&self, entries: &[AuditId]) -> Result<Vec<AuditId>, StoreError> {
        if self.flaw == Flaw::EnteredKnowsAll {
            return Ok(entries.to_vec());
        }
        self.store.entered(entries).await
    }

    async fn forget_bulk(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let edge = TimeDelta::microseconds(i64::from(self.flaw == Flaw::ForgetsTheEdge));
        self.store.forget_bulk(before + edge).await
    }
}

/// The cases that fail on a store with this flaw.
async fn red(flaw: Flaw) -> Vec<&'static str> {
    let mut red = Vec::new();
    for case in BULK_CASES {
        if tokio::spawn((case.run)(Mutant::ports(flaw))).await.is_err() {
            red.push(case.name);
        }
    }
    red
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_on_many_without_a_flaw_pass_every_case() {
    assert!(red(Flaw::None).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flaw_of_acts_on_many_turns_a_case_red() {
    for flaw in FLAWS {
        let red = red(flaw).await;
        println!("{flaw:?}: {red:?}");
        assert!(!red.is_empty(), "{flaw:?} passes all cases");
    }
}
