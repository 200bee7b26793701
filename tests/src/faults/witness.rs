//! Sees each POST at the instant it arrives, and asks the database whether it was announced, and
//! whether a transaction stands open meanwhile.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use whatsapp_testkit::gateway::{Fault, StandInGateway};

use super::beside::Beside;
use super::{nap, now};

/// How often in a row a session must be found doing nothing in its transaction, while the POST waits
/// for its answer, until the transaction counts as held over the POST. Between two statements of a
/// transaction a session is idle for a moment, too; but then it goes on, whatever becomes of the
/// POST. Looks are counted and not time: a busy machine may stand still between two looks, and the
/// session with it.
const HELD: u32 = 150;

/// The time between two looks, in which the session's client may go on.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// How long the witness tries to ask a server that is down.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the witness saw.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// The texts of POSTs without an attempt of their own in the ledger, as they came; and what
    /// kept the witness from looking.
    pub(super) unledgered: Vec<String>,
    /// The texts of POSTs over which a transaction was held.
    pub(super) idle_in_transaction: Vec<String>,
}

/// Holds every POST up until it is known what the database, as committed then, says about it.
#[derive(Debug)]
pub(super) struct Witness {
    seen: Arc<Mutex<Seen>>,
}

/// A POST's text, and where the answer goes that it may go on.
type Sight = (String, Sender<()>);

impl Witness {
    /// Watches all POSTs of a gateway from now on; their transactions too, if `transactions`. A
    /// worker that is frozen in a transaction could not be told from one that holds it.
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
            // An error means that the witness has gone, which nobody outlives who asks for POSTs. Other
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

    /// What was seen so far.
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

/// Asks until the database answers: its server may be down just now.
async fn attempts(beside: &Beside, text: &str) -> Result<i64, sqlx::Error> {
    let asked = now();
    loop {
        match beside.attempts(text).await {
            Err(_) if asked.elapsed() < PATIENCE => nap(Duration::from_millis(20)).await,
            answer => return answer,
        }
    }
}

/// Whether some session stays idle in the same transaction for as long as the POST is held up. A
/// server that goes down meanwhile holds none.
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
