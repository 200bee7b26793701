//! A shop on a database of its own, with the stand-in gateway.

use std::path::PathBuf;

use tempfile::TempDir;
use uuid::Uuid;
use whatsapp_core::Dispatcher;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit, TickReport};
use whatsapp_core::format::Amount;
use whatsapp_example_backend::database::Database;
use whatsapp_example_backend::shop::{NewInvoice, Shop};
use whatsapp_example_backend::staff::first_manager;
use whatsapp_example_backend::wiring::{Backend, FilesAt, GatewayAt};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::fixtures::{AT_ALL_HOURS, START, save_settings};
use whatsapp_testkit::gateway::{GatewayBuilder, StandInGateway};

/// Makes one test for each database.
macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$case(crate::trial::Place::file()).await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                super::$case(crate::trial::Place::server().await).await;
            })+
        }
    };
}

pub(crate) use on_both;

/// Location of a database, which is removed with this value.
pub(crate) enum Place {
    File(TempDir),
    Server(Box<TestDatabase>),
}

impl Place {
    pub(crate) fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    pub(crate) async fn server() -> Self {
        Self::Server(Box::new(TestDatabase::create().await))
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::File(folder) => format!("sqlite:{}", folder.path().join("shop.db").display()),
            Self::Server(database) => database.url().to_owned(),
        }
    }
}

/// A shop without running dispatchers: a test runs them when it wants.
pub(crate) struct Trial {
    pub(crate) backend: Backend,
    pub(crate) gateway: StandInGateway,
    pub(crate) customer: Uuid,
    pub(crate) files: FilesAt,
    pub(crate) users: PathBuf,
    /// Password of the manager.
    pub(crate) password: String,
    place: Place,
    _folder: TempDir,
}

impl Trial {
    pub(crate) async fn open(place: Place) -> Self {
        Self::open_at(place, "https://shop.example", StandInGateway::builder()).await
    }

    /// Opens a shop whose web server is reached at this address.
    pub(crate) async fn open_at(place: Place, public_url: &str, gateway: GatewayBuilder) -> Self {
        let database = Database::open(&place.url()).await.unwrap();
        Self::open_on(database, place, public_url, gateway).await
    }

    pub(crate) async fn open_on(
        database: Database,
        place: Place,
        public_url: &str,
        gateway: GatewayBuilder,
    ) -> Self {
        let gateway = gateway.start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let files =
            FilesAt { folder: folder.path().join("shop.files"), public_url: public_url.to_owned() };
        let at = GatewayAt { url: gateway.url(), key: gateway.key().to_owned() };
        let users = folder.path().join("shop.users");
        let password = first_manager(&users).unwrap().unwrap();
        let backend = Backend::start(database, at, &files, 0).await.unwrap();
        let name = "Asha Traders".to_owned();
        let number = Some("+919876543210".to_owned());
        let customer = backend.shop.add_customer(name, number).await.unwrap().id;
        let store = backend.shop.database().store();
        save_settings(&*store, &[("whatsapp_requests_per_second", "50")], START).await;
        save_settings(&*store, &AT_ALL_HOURS, START).await;
        Self { backend, gateway, customer, files, users, password, place, _folder: folder }
    }

    pub(crate) fn shop(&self) -> &Shop {
        &self.backend.shop
    }

    pub(crate) fn url(&self) -> String {
        self.place.url()
    }

    pub(crate) fn invoice(&self, number: &str) -> NewInvoice {
        NewInvoice {
            customer_id: self.customer,
            number: number.to_owned(),
            amount: Amount::rupees("123456").unwrap(),
            due_on: "2026-12-31".parse().unwrap(),
        }
    }

    /// Sends everything that is due, without the account's rate limit.
    pub(crate) async fn dispatch(&self) -> TickReport {
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        let dispatcher = Dispatcher::new(self.backend.ports.clone()).unwrap().with_options(options);
        dispatcher.tick(self.shop().now()).await.unwrap()
    }

    /// Counts the messages in the log, whatever became of them.
    pub(crate) async fn messages(&self) -> u64 {
        let counts = self.shop().database().store().counts(u64::MAX).await.unwrap();
        counts.pending + counts.sent + counts.failed + counts.cancelled
    }

    /// Returns the texts that the gateway took.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.gateway.accepted().into_iter().map(|message| message.text).collect()
    }
}
