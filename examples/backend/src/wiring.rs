//! The library put together over the shop's database and a gateway.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use tokio::sync::watch;
use tokio::task::JoinSet;
use whatsapp_360messenger::Gateway;
use whatsapp_console::Console;
use whatsapp_core::port::{ApiKey, ApiKeySource, FixedKey, SystemEntropy};
use whatsapp_core::{CampaignFeeder, Dispatcher, Messenger, Planner, Ports, Runner};
use whatsapp_media::{LinkSecret, StoredMedia};

use crate::database::Database;
use crate::routes::{self, FILES};
use crate::shop::Shop;
use crate::staff::{self, CONSOLE, FUNCTIONS};

/// Address and key of the gateway.
#[derive(Debug, Clone)]
pub struct GatewayAt {
    /// Address of the gateway.
    pub url: String,
    /// Key of the gateway.
    pub key: String,
}

/// Location of the PDFs.
#[derive(Debug, Clone)]
pub struct FilesAt {
    /// Folder that keeps the PDFs while the gateway may fetch them; the secret that signs their
    /// links lies beside it. Processes on several machines would share an object store instead.
    pub folder: PathBuf,
    /// Address at which the gateway reaches this back-end.
    pub public_url: String,
}

impl FilesAt {
    fn open(&self) -> Result<StoredMedia> {
        let secret = LinkSecret::kept_in(self.folder.with_extension("secret"), &SystemEntropy)?;
        let address = format!("{}{FILES}", self.public_url.trim_end_matches('/'));
        Ok(StoredMedia::on_disk(&self.folder, &address, secret)?)
    }
}

/// Parts of a process of the back-end. The web server has one shop and some dispatchers, a worker
/// only dispatchers.
#[derive(Debug)]
pub struct Backend {
    /// The shop.
    pub shop: Shop,
    /// Adapters of the library.
    pub ports: Ports,
    planner: Arc<Planner>,
    leave: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl Backend {
    /// Wires the library up and starts `workers` dispatchers.
    ///
    /// # Errors
    /// Returns an error if the database's clock, the gateway's address, or the files' secret cannot
    /// be used.
    pub async fn start(
        database: Database,
        gateway: GatewayAt,
        files: &FilesAt,
        workers: u8,
    ) -> Result<Self> {
        let key: Arc<dyn ApiKeySource> = Arc::new(FixedKey(ApiKey::new(gateway.key)?));
        let gateway = Arc::new(Gateway::builder(key.clone()).base_url(gateway.url).build()?);
        let records: Arc<Database> = Arc::new(database.clone());
        let clock = database.clock().await?;
        let store = database.store();
        let media = files.open()?.with_clock(clock.clone());
        let ports = Ports::over(store.clone(), records.clone())
            .with_search(records.clone())
            .with_gateway(gateway)
            // The console's page of settings shows whose key it is.
            .with_key(key)
            .with_invoices(records)
            .with_media(Arc::new(media.clone()))
            .with_clock(clock.clone());

        let (leave, closing) = watch::channel(false);
        let mut running = JoinSet::new();
        // Every process may plan: a row for each date decides which of them does. This planner is
        // also asked by the shop and the console.
        let planner = Arc::new(Planner::new(ports.clone())?);
        for no in 0..workers {
            let mut closing = closing.clone();
            // Every process may feed campaigns: their rows decide whose turn it is.
            let feeder = CampaignFeeder::new(ports.clone())?;
            let runner = Runner::sending(Dispatcher::new(ports.clone())?)?;
            let runner = runner.with(feeder);
            let runner = if no == 0 { runner.with(planner.clone()) } else { runner };
            running.spawn(runner.run(async move {
                // An error means that the sender is gone: time to stop as well.
                let _ = closing.wait_for(|stop| *stop).await;
            }));
        }
        let shop = Shop {
            messenger: Messenger::new(ports.clone()),
            planner: planner.clone(),
            database,
            store,
            clock,
            wake: ports.wake(),
            media,
        };
        shop.database.listen(ports.wake());
        Ok(Self { shop, ports, planner, leave, running })
    }

    /// Makes the managers' pages; `users` is the file of the people who may open them. Only a web
    /// server needs these pages.
    ///
    /// # Errors
    /// Returns an error if the secret beside that file cannot be used.
    pub fn console(&self, users: &Path) -> Result<Console> {
        staff::console(self.ports.clone(), users, self.planner.clone())
    }

    /// Makes the whole site: the shop in JSON, the managers' pages, and the functions of front
    /// ends. Callers of these functions are signed in to the console.
    pub fn site(&self, console: &Console) -> Router {
        let shop = routes::router(self.shop.clone()).nest(FUNCTIONS, console.functions());
        console.mount(shop, CONSOLE)
    }

    /// Lets the dispatchers finish their work under way, 30 seconds at most, and closes the
    /// database.
    pub async fn stop(mut self) {
        self.leave.send_replace(true);
        while self.running.join_next().await.is_some() {}
        self.shop.database.close().await;
    }
}
