//! A ledger that was spoiled by something other than the library: an outcome that it held
//! stays unclear.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::message::{Attempt, Delivery, FailureKind, Phase, Reported, Status};
use whatsapp_core::port::{Outbox as _, Sibling, Store, StoreError};
use whatsapp_core::retry::Disposition;
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use crate::shop::{Shop, error};

/// A store whose ledger cannot be read while it is spoiled.
#[derive(Debug)]
struct Spoiled {
    inner: MemoryStore,
    is_spoiled: Arc<AtomicBool>,
}

impl Spoiled {
    fn ledger(&self) -> Result<(), StoreError> {
        let column = "text_sha256";
        let spoiled = self.is_spoiled.load(Ordering::SeqCst);
        if spoiled { Err(StoreError::Corrupt { entity: "attempt", column }) } else { Ok(()) }
    }
}

#[async_trait]
impl StoreWrapper for Spoiled {
    fn inner(&self) -> &dyn Store {
        &self.inner
    }

    async fn siblings(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
        ids: &[String],
    ) -> Result<Vec<Sibling>, StoreError> {
        self.ledger()?;
        self.inner().siblings(number_key, since, ids).await
    }

    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        self.ledger()?;
        self.inner().attempts(id).await
    }
}

forward_store!(Spoiled);

/// A shop over a ledger that is spoiled as long as the flag says so.
fn spoiled() -> (Shop, Arc<AtomicBool>) {
    let is_spoiled = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&is_spoiled);
    (Shop::through(|inner| Arc::new(Spoiled { inner, is_spoiled })), flag)
}

#[tokio::test]
async fn a_look_that_cannot_read_the_ledger_is_unclear_and_three_of_them_end_with_a_notice() {
    let (shop, _) = spoiled();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = shop.enqueued("SO-1").await;
    // A complete and empty list would prove that the message was not taken.
    shop.live_for(TimeDelta::hours(3)).await;
    let Phase::Failed(failure) = shop.phase(id).await else { panic!("it goes on") };
    assert_eq!(failure.kind, FailureKind::UnknownOutcome);
    assert_eq!((shop.gateway.sent().len(), shop.gateway.looks().len()), (1, 3));
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn a_ledger_that_is_mended_in_time_lets_the_next_look_prove() {
    let (shop, is_spoiled) = spoiled();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = shop.enqueued("SO-1").await;
    shop.live_for(TimeDelta::minutes(10)).await;
    assert_eq!(shop.gateway.looks().len(), 2);
    is_spoiled.store(false, Ordering::SeqCst);
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.gateway.sent().len(), 2);
}

#[tokio::test]
async fn a_watch_that_cannot_read_the_ledger_asks_nothing_goes_on_and_ends() {
    for mended in [true, false] {
        let (shop, is_spoiled) = spoiled();
        let id = shop.enqueued("SO-1").await;
        shop.live_for(TimeDelta::minutes(10)).await;
        assert_eq!(shop.gateway.asked(), Vec::<String>::new());
        assert_eq!(shop.store.owed().await.unwrap().watched, 1, "it goes on");
        is_spoiled.store(!mended, Ordering::SeqCst);
        shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
        shop.live_for(TimeDelta::hours(40)).await;
        assert_eq!(shop.store.owed().await.unwrap().watched, 0, "and ends");
        let expected = if mended { Delivery::Delivered } else { Delivery::Accepted };
        let state = shop.message(id).await.state;
        assert_eq!((state.status, state.delivery), (Status::Sent, Some(expected)));
    }
}
