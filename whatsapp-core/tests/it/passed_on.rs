//! A store's error reaches whoever enqueues as it is: of the same kind, and said once.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use whatsapp_core::messenger::{SendError, SendErrorKind};
use whatsapp_core::port::{Customer, Store, StoreError};
use whatsapp_core::template::StockDelivered;
use whatsapp_core::{CustomerId, Messenger, Ports, Request};
use whatsapp_testkit::{FixedDirectory, MemoryStore, StoreWrapper, forward_store};

/// A store that fails at one of its methods.
#[derive(Debug)]
struct Failing {
    inner: MemoryStore,
    at: &'static str,
    with: StoreError,
}

#[async_trait]
impl StoreWrapper for Failing {
    fn inner(&self) -> &dyn Store {
        &self.inner
    }

    async fn before(&self, method: &'static str) -> Result<(), StoreError> {
        if method == self.at { Err(self.with.clone()) } else { Ok(()) }
    }
}

forward_store!(Failing);

fn delivered(order: &str) -> Request {
    let order = StockDelivered {
        order_number: order.to_owned(),
        delivered_on: NaiveDate::from_ymd_opt(2026, 1, 27).unwrap(),
        items: vec!["20 × LED bulb 9 W".to_owned()],
    };
    Request::stock_delivered(CustomerId::new("C-1").unwrap(), order)
}

/// The errors of two messages that are enqueued together, over a store that fails so.
async fn errors(at: &'static str, with: StoreError) -> Vec<SendError> {
    let store = Failing { inner: MemoryStore::new(), at, with };
    let asha = Customer::new(CustomerId::new("C-1").unwrap(), "Asha", Some("+919876543210"));
    let messenger =
        Messenger::new(Ports::new(Arc::new(store), Arc::new(FixedDirectory::new([asha]))));
    let answers = messenger.enqueue_all(&[delivered("SO-1"), delivered("SO-2")]).await;
    answers.into_iter().map(Result::unwrap_err).collect()
}

#[tokio::test]
async fn an_error_of_the_store_keeps_its_kind_and_its_words() {
    let kinds = [
        StoreError::Conflict { entity: "message" },
        StoreError::Unavailable { reason: "all connections are busy".to_owned() },
        StoreError::Other { reason: "it is read-only".to_owned() },
    ];
    for at in ["load_settings", "enqueue"] {
        for with in &kinds {
            let errors = errors(at, with.clone()).await;
            assert_eq!(errors.len(), 2);
            for error in errors {
                assert_eq!(error.to_string(), with.to_string(), "at {at}");
                assert!(std::error::Error::source(&error).is_none(), "at {at}: {error:?}");
                let SendErrorKind::Store(kind) = error.kind() else { panic!("{error:?}") };
                assert_eq!(format!("{kind:?}"), format!("{with:?}"), "at {at}");
            }
        }
    }
}
