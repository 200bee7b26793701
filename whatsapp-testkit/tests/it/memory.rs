//! The in-memory store, held to the contracts of the storage ports.

use std::sync::Arc;

use whatsapp_core::port::Store;
use whatsapp_testkit::MemoryStore;

async fn open() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

whatsapp_testkit::store_conformance! { open = open }
