//! The stand-in gateway without HTTP: the same memory and the same faults, behind the ports of
//! `whatsapp_core`.

mod told;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::sync::watch;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Delivery as Reached, Reported};
use whatsapp_core::port::{
    Accepted as Answered, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe,
    Transport, TransportError,
};

use super::account::Account;
use super::builder::Config;
use super::clock::{Moment, Stopwatch};
use super::delivery::Deliveries;
use super::fault::Fault;
use super::life::{Accepted, Delivery};
use super::look::{Look, Probed, Question};
use super::post::{Post, digits};
use super::script::{Applies, Script};
use super::world::World;
use super::{Counts, Shared};

/// The [stand-in gateway](super::StandInGateway) in this process: a [`Transport`] and
/// [`DeliveryReports`] without sockets, for tests on a manual clock. Clones share their memory.
///
/// It plays the same [`Fault`]s, remembers the same POSTs and accepted messages, and answers looks
/// from that memory. So a message whose answer was lost can be found in its list:
///
/// ```
/// use whatsapp_core::WhatsAppNumber;
/// use whatsapp_core::port::{DeliveryReports, OutgoingMessage, Transport};
/// use whatsapp_core::retry::Disposition;
/// use whatsapp_testkit::fixtures::START;
/// use whatsapp_testkit::gateway::{Answer, Fault, MemoryGateway};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gateway = MemoryGateway::new(|| START);
/// gateway.next(Fault::accept_then(Answer::Reset));
///
/// let message = OutgoingMessage::new(WhatsAppNumber::parse("+919876543210")?, "Hello");
/// let error = gateway.send(&message).await.unwrap_err();
/// assert_eq!(error.disposition(), Disposition::Unknown);
/// assert_eq!(gateway.sent_to(&message.number, START).await?.messages.len(), 1);
/// # Ok(())
/// # }
/// ```
///
/// A sender learns from a fault what `whatsapp_360messenger` reads out of the same answer over
/// HTTP; a test of that crate compares the two, fault by fault. Only words are not read here. An
/// [`Answer::SuccessFalse`] is a message that may be taken later, except
/// [`Answer::session_down`]. A [`Delivery::Words`] is a word that nobody knows. An [`Answer::Raw`]
/// panics. An answer takes no time: [`Fault::slowly`] changes nothing, and [`Answer::Hang`] is a
/// time-out at once.
///
/// Without a script everything is accepted and delivered. [What decides about a
/// POST](crate::gateway#what-happens-to-a-post) is the same as over HTTP.
///
/// [`Answer::SuccessFalse`]: super::Answer::SuccessFalse
/// [`Answer::session_down`]: super::Answer::session_down
/// [`Answer::Raw`]: super::Answer::Raw
/// [`Answer::Hang`]: super::Answer::Hang
#[derive(Debug, Clone)]
pub struct MemoryGateway {
    shared: Arc<Shared>,
    /// The message of each POST, in order of arrival.
    sends: Arc<Mutex<Vec<OutgoingMessage>>>,
}

impl MemoryGateway {
    /// Makes a gateway with this clock, no lags and no faults.
    #[must_use]
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        let started = Stopwatch::Clock(now());
        let shared = Shared {
            config: Config { now: Arc::new(now), ..Config::default() },
            started,
            world: Mutex::new(World::new(0, None)),
            counts: watch::Sender::new(Counts::default()),
        };
        Self { shared: Arc::new(shared), sends: Arc::default() }
    }

    /// Plays this fault on the next POST that no more particular rule claims. Calls queue up.
    pub fn next(&self, fault: Fault) {
        self.next_times(fault, 1);
    }

    /// Plays this fault on the next `times` POSTs that no more particular rule claims.
    pub fn next_times(&self, fault: Fault, times: usize) {
        self.shared.script(|script| script.add(Applies::Any, fault, times));
    }

    /// Plays this fault on the next `times` POSTs to this number; only its digits count.
    pub fn for_number(&self, number: &str, fault: Fault, times: usize) {
        self.shared.script(|script| script.add(Applies::Number(digits(number)), fault, times));
    }

    /// Plays this fault on every POST that no more particular rule claims.
    pub fn always(&self, fault: Fault) {
        self.shared.script(|script| script.always(fault));
    }

    /// Forgets everything that the four methods above asked for.
    pub fn behave(&self) {
        self.shared.script(|script| *script = Script::default());
    }

    /// Accepts all messages whose acceptance is still to come; returns how many.
    #[must_use = "a test that releases nothing may be wrong about what it did before"]
    pub fn release_late(&self) -> usize {
        self.shared.with(|world, moment| world.release_late(moment, true))
    }

    /// Sets how lists of sent messages are answered from now on.
    pub fn lists(&self, look: Look) {
        self.shared.with(|world, _| world.lists = look);
    }

    /// Sets the time, by the gateway's clock, from a message's acceptance until lists and status
    /// answers show it. At first there is none.
    pub fn list_lag(&self, lag: Duration) {
        self.shared.with(|world, _| world.list_lag = lag);
    }

    /// The account behind the key, which may be in trouble.
    #[must_use]
    pub fn account(&self) -> Account<'_> {
        Account { shared: &self.shared }
    }

    /// The deliveries of messages.
    #[must_use]
    pub fn deliveries(&self) -> Deliveries<'_> {
        Deliveries { shared: &self.shared }
    }

    /// Every POST that arrived, in order of arrival.
    #[must_use]
    pub fn posts(&self) -> Vec<Post> {
        self.shared.with(|world, _| world.posts.clone())
    }

    /// The message of every POST as the sender gave it, in the order of [`posts`](Self::posts).
    #[must_use]
    pub fn sends(&self) -> Vec<OutgoingMessage> {
        self.sent().clone()
    }

    /// Every accepted message, in order of acceptance.
    #[must_use]
    pub fn accepted(&self) -> Vec<Accepted> {
        self.shared.with(|world, _| world.accepted.clone())
    }

    /// Every question that was asked, in order of arrival, under the path that it has over HTTP.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        self.shared.with(|world, _| world.questions.clone())
    }

    fn sent(&self) -> MutexGuard<'_, Vec<OutgoingMessage>> {
        self.sends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for MemoryGateway {
    async fn send(&self, message: &OutgoingMessage) -> Result<Answered, TransportError> {
        let post = Post::without_http(
            message.number.digits().to_owned(),
            message.text.as_str().to_owned(),
            message.attachment.as_ref().map(|file| file.url.clone()),
        );
        self.shared.with(|world, moment| {
            let (post, ids) = world.receive(post, None, moment);
            self.sent().push(message.clone());
            told::reply(post.played.answer(), &ids.uuid)
        })
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.shared.with(|world, moment| {
            world.questions.push(question("/v2/client/getState", moment));
            if let Some((answer, Probed::No)) = &world.trouble {
                return told::probed(answer);
            }
            let is_up = world.connection == "CONNECTED";
            Ok(if is_up { Probe::Ready } else { Probe::Refused })
        })
    }
}

#[async_trait]
impl DeliveryReports for MemoryGateway {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        self.shared.with(|world, moment| {
            let question = question("/v2/message/status", moment);
            world.questions.push(Question { id: Some(gateway_id.to_owned()), ..question });
            let known = world.known(moment.now).find(|message| message.uuid == gateway_id);
            Ok(known.map_or(Reported::Nothing, |message| {
                reported(world.delivery(message, moment.now).0)
            }))
        })
    }

    /// All messages to the number that are listed by now, also those before `since`.
    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        _since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let spellings: Vec<_> =
            number.spellings().iter().map(|it| it.digits().to_owned()).collect();
        self.shared.with(|world, moment| {
            let question = question("/v2/message/sentMessages", moment);
            let asked = Some(number.digits().to_owned());
            world.questions.push(Question { number: asked, ..question });
            let look = world.lists.clone();
            if let Some(error) = told::unanswered(&look) {
                return Err(error);
            }
            let is_asked_for = |message: &&Accepted| match look {
                Look::Nothing | Look::WrongPage => false,
                Look::Unfiltered => true,
                _ => spellings.contains(&message.number),
            };
            let messages: Vec<_> =
                world.known(moment.now).filter(is_asked_for).map(listed).collect();
            if messages.is_empty() && look == Look::NoSuchChat {
                return Err(told::not_found());
            }
            Ok(Listing::new(messages, look != Look::WrongPage))
        })
    }
}

/// A question without parameters.
fn question(path: &str, moment: Moment) -> Question {
    let (at, received_at) = (moment.at, moment.now);
    Question { path: path.to_owned(), number: None, page: None, id: None, at, received_at }
}

/// A message as lists show it.
fn listed(message: &Accepted) -> ListedMessage {
    ListedMessage::new(Some(message.uuid.clone()), message.text.as_str())
        .with_recipient(Some(message.number.as_str().into()))
        .with_created_at(Some(message.accepted_at))
        .with_url(message.url.as_deref().map(Into::into))
}

/// A delivery as the core learns of it.
fn reported(delivery: &Delivery) -> Reported {
    match delivery {
        Delivery::Pending => Reported::Nothing,
        Delivery::Delivered => Reported::Reached(Reached::Delivered),
        Delivery::Read => Reported::Reached(Reached::Read),
        Delivery::Failed => Reported::Reached(Reached::Undelivered),
        Delivery::NotOnWhatsApp => Reported::NotOnWhatsApp,
        Delivery::Words { status, .. } => Reported::Unreadable(status.clone()),
    }
}
