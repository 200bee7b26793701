//! Ports that are put together in one call.

use std::sync::Arc;

use whatsapp_core::{
    BulkRunner, CampaignFeeder, Campaigns, DailyTally, Dispatcher, Planner, Ports, WiringError,
};
use whatsapp_testkit::{FixedDirectory, FixedLedger, MemoryStore};

/// What ports lack for the use cases that need rows of their own.
fn lacks(ports: &Ports) -> Vec<WiringError> {
    let errors = [
        Planner::new(ports.clone()).err(),
        Campaigns::new(ports.clone()).err(),
        CampaignFeeder::new(ports.clone()).err(),
        DailyTally::new(ports.clone()).err(),
        BulkRunner::new(ports.clone()).err(),
    ];
    errors.into_iter().flatten().collect()
}

#[test]
fn a_store_that_keeps_everything_is_given_once() {
    let (store, customers) = (Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
    let ledger = Arc::new(FixedLedger::new());
    let all = Ports::over(store.clone(), customers.clone()).with_invoices(ledger.clone());
    assert_eq!(lacks(&all), []);
    assert!(all.offers().reads_audit && all.offers().keeps_mutes && all.plans().is_some());

    let bare = Ports::new(store, customers).with_invoices(ledger);
    assert_eq!(
        lacks(&bare),
        [
            WiringError::NoPlans,
            WiringError::NoCampaigns,
            WiringError::NoCampaigns,
            WiringError::NoDaily,
            WiringError::NoBulk,
        ]
    );
    assert!(!bare.offers().reads_audit && !bare.offers().keeps_mutes && bare.plans().is_none());
}

#[test]
fn what_is_missing_is_told_with_the_call_that_gives_it() {
    let ports = Ports::over(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
    let missing = Dispatcher::new(ports).unwrap_err();
    assert!(missing.to_string().contains("`Ports::with_gateway`"), "{missing}");
}
