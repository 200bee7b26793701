//! Every case of the conformance suites, on a file and in memory.

use std::sync::Arc;

use tempfile::TempDir;
use whatsapp_core::AccountId;
use whatsapp_core::port::{AuditLog, Store};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::conformance::bulk::BulkPorts;
use whatsapp_testkit::conformance::campaigns::CampaignPorts;
use whatsapp_testkit::conformance::daily::DailyPorts;
use whatsapp_testkit::conformance::mutes::MutePorts;
use whatsapp_testkit::conformance::planner::PlannerPorts;

pub(crate) async fn on_file() -> (Arc<dyn Store>, TempDir) {
    let (store, folder) = crate::on_file().await;
    (store, folder)
}

pub(crate) async fn in_memory() -> Arc<dyn Store> {
    Arc::new(SqliteStore::in_memory().await.unwrap())
}

pub(crate) async fn on_postgres() -> (Arc<dyn Store>, TestDatabase) {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    (Arc::new(store), database)
}

mod file {
    whatsapp_testkit::store_conformance! { open = crate::conformance::on_file }
}

mod memory {
    whatsapp_testkit::store_conformance! { open = crate::conformance::in_memory }
}

mod postgres {
    whatsapp_testkit::store_conformance! { open = crate::conformance::on_postgres }
}

mod file_accounts {
    use super::*;

    async fn open() -> (Arc<dyn Store>, Arc<dyn Store>, TempDir) {
        let (store, folder) = crate::on_file().await;
        (Arc::new(store.with_account(AccountId::new(2))), store, folder)
    }

    whatsapp_testkit::accounts_conformance! { open = open }
}

mod postgres_accounts {
    use super::*;

    async fn open() -> (Arc<dyn Store>, Arc<dyn Store>, TestDatabase) {
        let database = TestDatabase::create().await;
        let store = PostgresStore::open(database.url()).await.unwrap();
        (Arc::new(store.with_account(AccountId::new(2))), Arc::new(store), database)
    }

    whatsapp_testkit::accounts_conformance! { open = open }
}

mod file_audit {
    use super::*;

    async fn open() -> (Arc<dyn Store>, Arc<dyn AuditLog>, TempDir) {
        let (store, folder) = crate::on_file().await;
        (store.clone(), store, folder)
    }

    whatsapp_testkit::audit_conformance! { open = open }
}

mod postgres_audit {
    use super::*;

    async fn open() -> (Arc<dyn Store>, Arc<dyn AuditLog>, TestDatabase) {
        let database = TestDatabase::create().await;
        let store = Arc::new(PostgresStore::open(database.url()).await.unwrap());
        (store.clone(), store, database)
    }

    whatsapp_testkit::audit_conformance! { open = open }
}

mod file_planner {
    use super::*;

    async fn open() -> (PlannerPorts, TempDir) {
        let (store, folder) = crate::on_file().await;
        (PlannerPorts::of(store), folder)
    }

    whatsapp_testkit::planner_conformance! { open = open }
}

mod postgres_planner {
    use super::*;

    async fn open() -> (PlannerPorts, TestDatabase) {
        let database = TestDatabase::create().await;
        let store = PostgresStore::open(database.url()).await.unwrap();
        (PlannerPorts::of(Arc::new(store)), database)
    }

    whatsapp_testkit::planner_conformance! { open = open }
}

mod file_mutes {
    use super::*;

    async fn open() -> (MutePorts, TempDir) {
        let (store, folder) = crate::on_file().await;
        (MutePorts::of(store), folder)
    }

    whatsapp_testkit::mutes_conformance! { open = open }
}

mod postgres_mutes {
    use super::*;

    async fn open() -> (MutePorts, TestDatabase) {
        let database = TestDatabase::create().await;
        let store = PostgresStore::open(database.url()).await.unwrap();
        (MutePorts::of(Arc::new(store)), database)
    }

    whatsapp_testkit::mutes_conformance! { open = open }
}

mod file_campaigns {
    use super::*;

    async fn open() -> (CampaignPorts, TempDir) {
        let (store, folder) = crate::on_file().await;
        (CampaignPorts::of(store), folder)
    }

    whatsapp_testkit::campaigns_conformance! { open = open }
}

mod postgres_campaigns {
    use super::*;

    async fn open() -> (CampaignPorts, TestDatabase) {
        let database = TestDatabase::create().await;
        let store = PostgresStore::open(database.url()).await.unwrap();
        (CampaignPorts::of(Arc::new(store)), database)
    }

    whatsapp_testkit::campaigns_conformance! { open = open }
}

mod file_daily {
    use super::*;

    async fn open() -> (DailyPorts, TempDir) {
        let (store, folder) = crate::on_file().await;
        (DailyPorts::of(store), folder)
    }

    whatsapp_testkit::daily_conformance! { open = open }
}

mod postgres_daily {
    use super::*;

    async fn open() -> (DailyPorts, TestDatabase) {
        let database = TestDatabase::create().await;
        let store = PostgresStore::open(database.url()).await.unwrap();
        (DailyPorts::of(Arc::new(store)), database)
    }

    whatsapp_testkit::daily_conformance! { open = open }
}

mod file_bulk {
    use super::*;

    async fn open() -> (BulkPorts, TempDir) {
        let (store, folder) = crate::on_file().await;
        (BulkPorts::of(store), folder)
    }

    whatsapp_testkit::bulk_conformance! { open = open }
}

mod postgres_bulk {
    use super::*;

    async fn open() -> (BulkPorts, TestDatabase) {
        let database = TestDatabase::create().await;
        let store = PostgresStore::open(database.url()).await.unwrap();
        (BulkPorts::of(Arc::new(store)), database)
    }

    whatsapp_testkit::bulk_conformance! { open = open }
}
