//! Sees each POST at the instant it arrives, and asks the database whether it was announced.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, query_scalar};
use whatsapp_testkit::gateway::{Fault, StandInGateway};

/// How many attempts of the message with this text are in the ledger.
const ATTEMPTS: &str = "SELECT count(*) FROM whatsapp_message_attempts AS a \
     JOIN whatsapp_message_logs AS l ON l.id = a.message_id WHERE l.message_content = ?1";

/// Holds every POST up until it is known whether the ledger, as committed then, has a row for it.
#[derive(Debug)]
pub(super) struct Witness {
    unledgered: Arc<Mutex<Vec<String>>>,
}

/// A POST's text, and where the answer goes that it may go on.
type Sight = (String, Sender<()>);

impl Witness {
    /// Watches all POSTs of a gateway from now on.
    pub(super) fn watch(gateway: &StandInGateway, database: &Path) -> Result<Self> {
        let unledgered = Arc::new(Mutex::new(Vec::new()));
        let (sights, seen) = channel::<Sight>();
        let options = SqliteConnectOptions::new()
            .filename(database)
            .read_only(true)
            .busy_timeout(Duration::from_secs(5));
        let (record, runtime) = (
            Arc::clone(&unledgered),
            tokio::runtime::Builder::new_current_thread().build().context("no runtime")?,
        );
        thread::spawn(move || runtime.block_on(ask(options, seen, record)));
        let sights = Mutex::new(sights);
        let look = move |text: &str| {
            let (go_on, may_go_on) = channel();
            let sight = (text.to_owned(), go_on);
            let sent = sights.lock().unwrap_or_else(PoisonError::into_inner).send(sight);
            // An error means that the witness has died, which `unledgered` has on record.
            if sent.is_ok() {
                let _ = may_go_on.recv();
            }
        };
        let picks_none = move |post: &whatsapp_testkit::gateway::Post| {
            look(&post.text);
            false
        };
        gateway.matching(picks_none, Fault::ordinary(), usize::MAX);
        Ok(Self { unledgered })
    }

    /// The texts of POSTs without an attempt of their own in the ledger, as they came; and what
    /// kept the witness from looking.
    pub(super) fn unledgered(&self) -> Vec<String> {
        self.unledgered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn ask(
    options: SqliteConnectOptions,
    seen: Receiver<Sight>,
    unledgered: Arc<Mutex<Vec<String>>>,
) {
    let note = |what: String| {
        unledgered.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    };
    let mut connection = match options.connect().await {
        Ok(connection) => connection,
        Err(error) => return note(format!("the witness saw nothing: {error}")),
    };
    let mut posts: HashMap<String, i64> = HashMap::new();
    for (text, go_on) in seen {
        let attempts = attempts(&mut connection, &text).await;
        let posts = posts.entry(text.clone()).or_default();
        *posts += 1;
        match attempts {
            Ok(attempts) if attempts >= *posts => {}
            Ok(_) => note(text),
            Err(error) => note(format!("the witness could not look: {error}")),
        }
        // An error means that the gateway has gone; nothing waits for the answer then.
        let _ = go_on.send(());
    }
}

async fn attempts(connection: &mut SqliteConnection, text: &str) -> Result<i64, sqlx::Error> {
    query_scalar(ATTEMPTS).bind(text).fetch_one(connection).await
}
