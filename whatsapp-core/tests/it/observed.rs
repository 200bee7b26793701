//! A store that records its calls.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use whatsapp_core::port::{Claim, Claimed, Lease, Settled, Settlement, Store, StoreError};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

/// The in-memory store with a list of the calls that reached it.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    store: MemoryStore,
    calls: Arc<Mutex<Vec<&'static str>>>,
    claims: Arc<Mutex<Vec<Claim>>>,
    settling: Arc<tokio::sync::Mutex<()>>,
    away: Arc<AtomicBool>,
}

impl Observed {
    pub(crate) fn over(store: MemoryStore) -> Self {
        Self {
            store,
            calls: Arc::default(),
            claims: Arc::default(),
            settling: Arc::default(),
            away: Arc::default(),
        }
    }

    /// Calls since the last call of this function.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    /// Holds settlements until the guard is dropped.
    pub(crate) async fn hold_settlements(&self) -> tokio::sync::OwnedMutexGuard<()> {
        Arc::clone(&self.settling).lock_owned().await
    }

    /// Sets whether the store is away. It takes no claim back then.
    pub(crate) fn is_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// Claims since the last call of this function.
    pub(crate) fn claims(&self) -> Vec<Claim> {
        std::mem::take(&mut self.claims.lock().unwrap())
    }
}

#[async_trait]
impl StoreWrapper for Observed {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn before(&self, method: &'static str) -> Result<(), StoreError> {
        self.calls.lock().unwrap().push(method);
        // As at a real database, other callers come before the answer.
        tokio::task::yield_now().await;
        Ok(())
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        self.claims.lock().unwrap().push(claim.clone());
        self.inner().claim(claim).await
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { reason: "it is away".to_owned() });
        }
        self.inner().release(leases).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        let _held = self.settling.lock().await;
        self.inner().settle(settlements).await
    }
}

forward_store!(Observed);
