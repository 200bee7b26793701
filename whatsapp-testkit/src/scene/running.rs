//! A scene that runs: time passes, and a test looks at the results.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{Message, Step};
use whatsapp_core::port::{Clock as _, LogFilter, OutgoingMessage, Sort, Turn};
use whatsapp_core::{MessageId, Messenger, Ports};

use super::engine::{Engine, IDLE_WITHIN, Stuck};
use super::mails::{Mail, Mails};
use super::posts::{Posted, Posts};
use crate::gateway::{MemoryGateway, Post};
use crate::{
    FixedDirectory, FixedLedger, FixedSource, ManualClock, MemoryMedia, RecordingNotifier,
};

/// The most messages of which an error tells why they are not over.
const TOLD_MOST: usize = 5;

/// The most rows of a page of the log.
const PAGE: u32 = 200;

/// A scene whose parts are put together: made by [`Scene::start`](super::Scene::start), whose type
/// has the whole contract.
///
/// Keep it for as long as its messenger is used. Whatever goes wrong in it panics, because a test
/// ends there.
pub struct RunningScene {
    pub(super) started_at: DateTime<Utc>,
    pub(super) engine: Arc<Engine>,
    pub(super) ports: Ports,
    pub(super) messenger: Messenger,
    pub(super) parts: Parts,
}

/// The stand-ins of a scene. Those that a line of the scene replaced are not asked.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) clock: ManualClock,
    pub(super) gateway: MemoryGateway,
    pub(super) customers: FixedDirectory,
    pub(super) invoices: FixedLedger,
    pub(super) files: FixedSource,
    pub(super) media: MemoryMedia,
    pub(super) mailbox: RecordingNotifier,
}

impl RunningScene {
    /// The messenger, for the code under test. [`Messenger::send`] works too: while it waits for
    /// the gateway's answer, the scene's time passes.
    #[must_use]
    pub fn messenger(&self) -> &Messenger {
        &self.messenger
    }

    /// The ports, for everything else that the code under test makes of them, such as a `Desk` or a
    /// console. Clones work over the same scene.
    #[must_use]
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// The one clock of the scene. Code of the host that asks for the time gets a clone.
    #[must_use]
    pub fn clock(&self) -> &ManualClock {
        &self.parts.clock
    }

    /// The time at which the scene began.
    #[must_use]
    pub fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    /// The gateway, for faults of single POSTs, numbers, lists and deliveries, and for what it
    /// accepted.
    #[must_use]
    pub fn gateway(&self) -> &MemoryGateway {
        &self.parts.gateway
    }

    /// The customers of [`Scene::customer`](super::Scene::customer), who may change.
    #[must_use]
    pub fn customers(&self) -> &FixedDirectory {
        &self.parts.customers
    }

    /// The invoices of [`Scene::invoice`](super::Scene::invoice), which may be paid.
    #[must_use]
    pub fn invoices(&self) -> &FixedLedger {
        &self.parts.invoices
    }

    /// The files that `Attachment::path`, `key` and `link` lead to; none at first.
    #[must_use]
    pub fn files(&self) -> &FixedSource {
        &self.parts.files
    }

    /// The media host, from which a test fetches an attached file as the gateway does.
    #[must_use]
    pub fn media(&self) -> &MemoryMedia {
        &self.parts.media
    }

    /// The mail server, which may fail.
    #[must_use]
    pub fn mail_server(&self) -> &RecordingNotifier {
        &self.parts.mailbox
    }

    /// Lets time pass until nothing is left to do, and gives every chore its turns on the way.
    ///
    /// A scene is idle when
    ///
    /// - no message is to be sent or looked up within the next 3 days,
    /// - no delivery is to be asked for within the next hour,
    /// - no mail about a failed message is owed, or there is no address for it,
    /// - and no chore wants to come back at once.
    ///
    /// While a person has paused sending, messages that wait do not count. Reminders and campaigns
    /// of coming days do not count either: let these days pass by [`run_until`](Self::run_until) or
    /// [`pass`](Self::pass). A message that waits for something (the host's books, the end of a
    /// trial) is waited for until the library gives it up, which takes up to a week.
    ///
    /// # Panics
    /// Panics if the scene is not idle after 14 days. The message names what is still owed, and the
    /// reason for each. Panics if the store does not answer.
    pub async fn run_until_idle(&self) {
        if let Err(stuck) = self.engine.run_until_idle().await {
            self.give_up(stuck).await;
        }
    }

    /// Lets time pass until this instant, and gives every chore its turns on the way, also those
    /// that are due at the instant itself.
    ///
    /// # Panics
    /// Panics if the instant is past, or the store does not answer.
    pub async fn run_until(&self, instant: DateTime<Utc>) {
        let now = self.parts.clock.now();
        assert!(now <= instant, "the scene cannot go back from {now} to {instant}");
        if let Err(stuck) = self.engine.run_until(instant).await {
            self.give_up(stuck).await;
        }
    }

    /// Lets this much time pass, as [`run_until`](Self::run_until) does.
    ///
    /// # Panics
    /// Panics if the time is negative, or the store does not answer.
    pub async fn pass(&self, time: TimeDelta) {
        self.run_until(self.parts.clock.now() + time).await;
    }

    /// Every POST that the gateway got, whatever it answered, in order.
    ///
    /// # Panics
    /// Panics if the store does not answer.
    pub async fn posts(&self) -> Posts {
        Posts::of_all(self.posted().await, ["POST", "POSTs"])
    }

    /// The messages that the gateway accepted by now, whatever it answered: those that customers
    /// get. They are in the order of their POSTs.
    ///
    /// # Panics
    /// Panics if the store does not answer.
    pub async fn sent(&self) -> Posts {
        let mut posted = self.posted().await;
        posted.retain(|posted| posted.gateway_id.is_some());
        Posts::of_all(posted, ["accepted message", "accepted messages"])
    }

    /// The mails that went out to the managers.
    pub fn mails(&self) -> Mails {
        let (failures, account) = (self.parts.mailbox.sent(), self.parts.mailbox.account_mails());
        let failures = failures.into_iter().map(|(to, digest)| Mail::of_failures(to, digest));
        let account = account.into_iter().map(|(to, mail)| Mail::of_account(to, mail));
        Mails::of_all(failures.chain(account).collect(), ["mail", "mails"])
    }

    /// All messages of the log, the oldest first.
    ///
    /// # Panics
    /// Panics if the store does not answer.
    pub async fn log(&self) -> Vec<Message> {
        let (mut messages, mut turn) = (Vec::new(), Turn::First);
        loop {
            let page = self.ports.log().page(&LogFilter::default(), Sort::Oldest, turn, PAGE).await;
            let page = page.unwrap_or_else(|error| panic!("the log cannot be read: {error}"));
            let rest = page.rest();
            messages.extend(page.messages);
            match rest {
                Some(at) => turn = Turn::After(at),
                None => return messages,
            }
        }
    }

    /// All POSTs, with what the log says of their messages.
    async fn posted(&self) -> Vec<Posted> {
        let gateway = &self.parts.gateway;
        let sends: Vec<_> = std::iter::zip(gateway.posts(), gateway.sends()).collect();
        let ids: BTreeSet<_> = sends.iter().filter_map(|(_, sent)| id_of(sent)).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let messages = self.ports.log().messages(&ids).await;
        let messages = messages.unwrap_or_else(|error| panic!("the log cannot be read: {error}"));
        let messages: BTreeMap<_, _> =
            messages.into_iter().map(|message| (message.facts.id, message)).collect();
        let accepted = gateway.accepted().into_iter();
        let accepted: BTreeMap<_, _> = accepted.map(|it| (it.arrival, it.id)).collect();
        let posted = |(post, sent): (Post, OutgoingMessage)| {
            let facts = id_of(&sent).and_then(|id| messages.get(&id)).map(|it| &it.facts);
            Posted {
                at: post.received_at,
                since_start: post.received_at - self.started_at,
                message_id: id_of(&sent),
                attempt: sent.reference.map(|reference| reference.attempt),
                customer: facts.map(|facts| facts.customer_id.clone()),
                number: sent.number,
                message_type: sent.message_type,
                subject: facts.and_then(|facts| facts.subject.clone()),
                invoice: facts.and_then(|facts| facts.invoice_id.clone()),
                text: sent.text,
                attachment: sent.attachment,
                gateway_id: accepted.get(&post.arrival).cloned(),
                fault: post.played,
            }
        };
        sends.into_iter().map(posted).collect()
    }

    /// Panics with the reason why time does not go on.
    async fn give_up(&self, stuck: Stuck) -> ! {
        match stuck {
            Stuck::Store(error) => panic!("the store of the scene does not answer: {error}"),
            Stuck::Spinning(chore) => {
                panic!("the chores of the scene wake each other without an end: {chore} was last")
            }
            Stuck::Busy(chores, untold) => panic!("{}", self.busy(&chores, untold).await),
        }
    }

    /// The message of a scene that is not idle in time.
    async fn busy(&self, chores: &[&str], untold: u64) -> String {
        let mut text = format!("the scene is not idle after {} days", IDLE_WITHIN.num_days());
        if !chores.is_empty() {
            // Writing into a string does not fail.
            let _ = write!(text, "; these chores want to come back at once: {}", chores.join(", "));
        }
        let mut owed = self.log().await;
        let is_owed = |message: &Message| {
            message.state.owed.as_ref().is_some_and(|owed| owed.step != Step::Watch)
        };
        owed.retain(is_owed);
        let _ = write!(text, "; failures that no mail has told of: {untold}");
        let _ = write!(text, "; messages that are not over: {}", owed.len());
        for message in owed.iter().take(TOLD_MOST) {
            let facts = &message.facts;
            let why = self.messenger.why(facts.id).await;
            let why = why.unwrap_or_else(|error| error.to_string());
            let subject = facts.subject.as_deref().unwrap_or("nothing that has a number");
            let (name, customer) = (facts.message_type, &facts.customer_id);
            let _ = write!(text, "\n  {name} about {subject} to {customer}: {why}");
        }
        text
    }
}

fn id_of(sent: &OutgoingMessage) -> Option<MessageId> {
    sent.reference.map(|reference| reference.message_id)
}

impl fmt::Debug for RunningScene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningScene").field("engine", &self.engine).finish_non_exhaustive()
    }
}
