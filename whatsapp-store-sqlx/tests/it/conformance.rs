//! Every case of the suites, on a file and in memory.

use std::sync::Arc;

use tempfile::TempDir;
use whatsapp_core::port::Store;
use whatsapp_store_sqlx::SqliteStore;

pub(crate) async fn on_file() -> (Arc<dyn Store>, TempDir) {
    let (store, folder) = crate::on_file().await;
    (store, folder)
}

pub(crate) async fn in_memory() -> Arc<dyn Store> {
    Arc::new(SqliteStore::in_memory().await.unwrap())
}

mod file {
    whatsapp_testkit::store_conformance! { open = crate::conformance::on_file }
}

mod memory {
    whatsapp_testkit::store_conformance! { open = crate::conformance::in_memory }
}
