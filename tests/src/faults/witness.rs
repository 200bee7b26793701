//! A witness that sees each POST at the instant it arrives. It asks the database whether the POST
//! was announced, and whether a transaction stands open meanwhile.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use whatsapp_testkit::gateway::{Fault, StandInGateway};

use super::beside::Beside;
use super::{nap, now};

/// Number of looks in a row that must find a session idle in its transaction, while the POST waits
/// for its answer. After these the transaction counts as held over the POST. Between two statements
/// of a transaction a session is idle for a moment, too; but then it goes on, whatever becomes of
/// the POST. Looks are counted and not time: a busy machine may stand still between two looks, and
/// the session with it.
const HELD: u32 = 150;

/// Time between two looks, in which the session's client may go on.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// Longest time that the witness tries to ask a server that is down.
const PATIENCE: Duration = Duration::from_secs(30);

/// Findings of the witness.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Texts of POSTs without an attempt of their own in the ledger, in order of arrival, and
    /// errors that kept the witness from looking.
    pub(super) unledgered: Vec<String>,
    /// Texts of POSTs over which a transaction was held.
    pub(super) idle_in_transaction: Vec<String>,
}

/// Holds up every POST until it is known what the database, as committed then, says about it.
#[derive(Debug)]
pub(super) struct Witness {
    seen: Arc<Mutex<Seen>>,
}

/// Text of a POST, and the channel that lets the POST go on.
type Sight = (String, Sender<()>);

impl Witness {
    /// Watches all POSTs of a gateway from now on, and their transactions too if `transactions` is
    /// set. A worker that is frozen in a transaction could not be told from one that holds it.
    ///
    /// The gateway's runtime must have several threads, more than there are POSTs at once.
    pub(super) fn watch(
        gateway: &StandInGateway,
        beside: Beside,
        transactions: bool,
    ) -> Result<Self> {
        let seen = Arc::<Mutex<Seen>>::default();
        let (sights, arriving) = channel::<Sight>();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("no runtime")?;
        let record = Arc::clone(&seen);
        thread::spawn(move || runtime.block_on(look(beside, transactions, arriving, record)));
        let sights = Mutex::new(sights);
        let hold_up = move |text: &str| {
            let (go_on, may_go_on) = channel();
            let sight = (text.to_owned(), go_on);
            let sent = sights.lock().unwrap_or_else(PoisonError::into_inner).send(sight);
            // An error means that the witness has gone; then nobody asks for POSTs any more. Other
            // tasks of this thread go on meanwhile: one may be a worker in its transaction.
            if sent.is_ok() {
                let _ = tokio::task::block_in_place(|| may_go_on.recv());
            }
        };
        let picks_none = move |post: &whatsapp_testkit::gateway::Post| {
            hold_up(&post.text);
            false
        };
        gateway.matching(picks_none, Fault::ordinary(), usize::MAX);
        Ok(Self { seen })
    }

    /// Returns the findings so far.
    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn look(
    beside: Beside,
    transactions: bool,
    arriving: Receiver<Sight>,
    seen: Arc<Mutex<Seen>>,
) {
    let note = |what: &dyn Fn(&mut Seen)| {
        what(&mut seen.lock().unwrap_or_else(PoisonError::into_inner));
    };
    let mut posts: HashMap<String, i64> = HashMap::new();
    for (text, go_on) in arriving {
        let posts = posts.entry(text.clone()).or_default();
        *posts += 1;
        match attempts(&beside, &text).await {
            Ok(attempts) if attempts >= *posts => {}
            Ok(_) => note(&|seen| seen.unledgered.push(text.clone())),
            Err(error) => note(&|seen| seen.unledgered.push(format!("not looked up: {error}"))),
        }
        if transactions && holds_a_transaction(&beside).await {
            note(&|seen| seen.idle_in_transaction.push(text.clone()));
        }
        // An error means that the gateway has gone; nothing waits for the answer then.
        let _ = go_on.send(());
    }
}

/// Counts the attempts, and asks again while the server is down.
async fn attempts(beside: &Beside, text: &str) -> Result<i64, sqlx::Error> {
    let asked = now();
    loop {
        match beside.attempts(text).await {
            Err(_) if asked.elapsed() < PATIENCE => nap(Duration::from_millis(20)).await,
            answer => return answer,
        }
    }
}

/// Returns true if some session stays idle in the same transaction for as long as the POST is held
/// up. A server that goes down meanwhile holds none.
async fn holds_a_transaction(beside: &Beside) -> bool {
    let Ok(mut idle) = beside.idle_in_transaction().await else { return false };
    for _ in 0..HELD {
        if idle.is_empty() {
            return false;
        }
        nap(BETWEEN_LOOKS).await;
        let Ok(still) = beside.idle_in_transaction().await else { return false };
        idle.retain(|session| still.contains(session));
    }
    !idle.is_empty()
}
