//! The in-memory store, tested against the contracts of the storage ports.

use std::sync::Arc;

use whatsapp_core::AccountId;
use whatsapp_core::port::{AuditLog, Store};
use whatsapp_testkit::MemoryStore;
use whatsapp_testkit::conformance::bulk::BulkPorts;
use whatsapp_testkit::conformance::campaigns::CampaignPorts;
use whatsapp_testkit::conformance::daily::DailyPorts;
use whatsapp_testkit::conformance::mutes::MutePorts;
use whatsapp_testkit::conformance::planner::PlannerPorts;

async fn open() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

whatsapp_testkit::store_conformance! { open = open }

#[expect(clippy::unused_async, reason = "other stores have to be opened")]
async fn two_accounts() -> (Arc<dyn Store>, Arc<dyn Store>, ()) {
    let store = MemoryStore::new();
    (Arc::new(store.with_account(AccountId::new(2))), Arc::new(store), ())
}

whatsapp_testkit::accounts_conformance! { open = two_accounts }

mod audit {
    use super::*;

    #[expect(clippy::unused_async, reason = "other stores have to be opened")]
    async fn open() -> (Arc<dyn Store>, Arc<dyn AuditLog>, ()) {
        let store = MemoryStore::new();
        (Arc::new(store.clone()), Arc::new(store), ())
    }

    whatsapp_testkit::audit_conformance! { open = open }
}

mod planner {
    use super::*;

    #[expect(clippy::unused_async, reason = "other stores have to be opened")]
    async fn open() -> (PlannerPorts, ()) {
        (PlannerPorts::of(Arc::new(MemoryStore::new())), ())
    }

    whatsapp_testkit::planner_conformance! { open = open }
}

mod mutes {
    use super::*;

    #[expect(clippy::unused_async, reason = "other stores have to be opened")]
    async fn open() -> (MutePorts, ()) {
        (MutePorts::of(Arc::new(MemoryStore::new())), ())
    }

    whatsapp_testkit::mutes_conformance! { open = open }
}

mod campaigns {
    use super::*;

    #[expect(clippy::unused_async, reason = "other stores have to be opened")]
    async fn open() -> (CampaignPorts, ()) {
        (CampaignPorts::of(Arc::new(MemoryStore::new())), ())
    }

    whatsapp_testkit::campaigns_conformance! { open = open }
}

mod daily {
    use super::*;

    #[expect(clippy::unused_async, reason = "other stores have to be opened")]
    async fn open() -> (DailyPorts, ()) {
        (DailyPorts::of(Arc::new(MemoryStore::new())), ())
    }

    whatsapp_testkit::daily_conformance! { open = open }
}

mod bulk {
    use super::*;

    #[expect(clippy::unused_async, reason = "other stores have to be opened")]
    async fn open() -> (BulkPorts, ()) {
        (BulkPorts::of(Arc::new(MemoryStore::new())), ())
    }

    whatsapp_testkit::bulk_conformance! { open = open }
}
