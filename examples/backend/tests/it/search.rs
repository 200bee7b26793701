//! Search for the shop's customers.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use uuid::Uuid;
use whatsapp_core::CustomerId;
use whatsapp_core::port::CustomerSearch;
use whatsapp_example_backend::database::Database;
use whatsapp_example_backend::records::Customer;
use whatsapp_testkit::conformance::search::SearchBench;

use crate::trial::Place;

struct Bench {
    database: Database,
    added: AtomicU64,
    _place: Place,
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.database.fmt(f)
    }
}

impl Bench {
    async fn open(place: Place) -> Arc<dyn SearchBench> {
        let database = Database::open(&place.url()).await.unwrap();
        Arc::new(Self { database, added: AtomicU64::new(1), _place: place })
    }
}

#[async_trait]
impl SearchBench for Bench {
    fn search(&self) -> Arc<dyn CustomerSearch> {
        Arc::new(self.database.clone())
    }

    async fn add(&self, name: &str, number: Option<&str>) -> CustomerId {
        let id = Uuid::from_u128(self.added.fetch_add(1, Ordering::Relaxed).into());
        let whatsapp_number = number.map(str::to_owned);
        let customer = Customer { id, name: name.to_owned(), whatsapp_number };
        self.database.add_customer(&customer).await.unwrap();
        id.into()
    }
}

mod sqlite {
    use super::*;

    async fn open() -> Arc<dyn SearchBench> {
        Bench::open(Place::file()).await
    }

    whatsapp_testkit::search_conformance! { open = open }
}

mod postgres {
    use super::*;

    async fn open() -> Arc<dyn SearchBench> {
        Bench::open(Place::server().await).await
    }

    whatsapp_testkit::search_conformance! { open = open }
}
