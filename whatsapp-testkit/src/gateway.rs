//! The stand-in gateway: an HTTP server on loopback that behaves as the 360Messenger gateway does,
//! and misbehaves on request.
//!
//! It is a model of the outside world, not a list of expectations. It remembers every POST that
//! arrived and every message it accepted. From that memory it answers status questions and lists of
//! sent messages, page by page and as late as it is told. So a test can let the gateway accept a
//! message and break the connection, and then see whether the software under test finds out what
//! happened. [`MemoryGateway`] is the same without HTTP, for tests on a manual clock.
//!
//! ```
//! use whatsapp_testkit::gateway::{Answer, Fault, StandInGateway};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let gateway = StandInGateway::start().await?;
//! gateway.next(Fault::accept_then(Answer::Reset));
//!
//! let client = reqwest::Client::builder().no_proxy().build()?;
//! let sent = client
//!     .post(format!("{}/v2/sendMessage", gateway.url()))
//!     .bearer_auth(gateway.key())
//!     .json(&serde_json::json!({"phonenumber": "919876543210", "text": "Hello"}))
//!     .send()
//!     .await;
//!
//! assert!(sent.is_err()); // The client cannot know…
//! assert_eq!(gateway.accepted()[0].text, "Hello"); // …that the message was accepted.
//!
//! let list: serde_json::Value = client
//!     .get(format!("{}/v2/message/sentMessages?phonenumber=919876543210", gateway.url()))
//!     .bearer_auth(gateway.key())
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! assert_eq!(list["data"]["data"][0]["text"], "Hello"); // But it can look.
//! gateway.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What it speaks
//!
//! | Dialect | Send | Ask |
//! | --- | --- | --- |
//! | [`V2`](Dialect::V2) | `POST /v2/sendMessage` | `GET /v2/message/status?id=`, `/v2/message/sentMessages?page=&phonenumber=`, `/v2/client/getState`, `/v2/groupChat/getGroupList` |
//! | [`V1`](Dialect::V1) | `POST /sendMessage/<key>` | `GET /getStatus/<key>?id=`, `/showAllMessages/<key>?page=&phonenumber=` |
//! | [`Rest`](Dialect::Rest) | `POST /api/v1/messages/text`, `/api/v1/messages/media` | nothing |
//!
//! Bodies may be JSON, urlencoded or multipart. A POST with the wrong key gets 401, one without
//! the recipient field 403 `Forbidden resource`, one with nothing to say 400, an unknown path 404.
//! All dialects write into the same world: a message that came through one is listed by the
//! others, under the id that belongs to them.
//!
//! # What it fetches
//!
//! A gateway built with [`fetching`](GatewayBuilder::fetching) gets the file behind the link of
//! every message that it accepted, once the POST is answered and not before:
//!
//! | What the link gives | What the recipient gets | Status |
//! | --- | --- | --- |
//! | nothing yet | nothing yet | `PENDING` |
//! | a PDF, JPG or PNG, whole to its end | the file, under the name in its Content-Disposition or at the end of the link's path, or else as `Untitled` | `OK` |
//! | anything else, a web page, an error, half a file, nothing | nothing | `ERROR` |
//!
//! (The real gateway is reported to hand a web page on as an HTML file. Here it counts as not
//! delivered, so that a test sees what a customer would complain about.)
//!
//! [`Accepted::fetched`] holds the results. Tests can [hold](Fetches::hold) fetches back, and
//! choose [how](Fetches::ask) links are asked.
//!
//! # What happens to a POST
//!
//! An unfit request is refused as above. For any other, the first of these that applies decides:
//!
//! - the [trouble](Account::refuses) of the whole account;
//! - rules [for a number](StandInGateway::for_number) or [a predicate](StandInGateway::matching),
//!   in the order in which they were made;
//! - the queue of [`next`](StandInGateway::next) and [`next_times`](StandInGateway::next_times);
//! - [`always`](StandInGateway::always);
//! - the seeded [`mix`](StandInGateway::mix).
//!
//! If none applies, the message is accepted in the ordinary way. A followed redirect is not
//! scripted.
//!
//! Every answer has a [name](Fault). Those that other gateways of this kind were seen to give:
//!
//! | Name | Answer |
//! | --- | --- |
//! | `session-not-connected` | 404, `session_not_connected`: the linked phone is offline |
//! | `session-unexpected` | 422, "Session status is not as expected" |
//! | `session-down` | 200, `"success": false`, "Session is not connected" |
//! | `subscription-expired` | 402 |
//! | `daily-limit` | 429 with words, without `Retry-After` |
//! | `code:401`, `code:400`, `code:429` | 200, `"success": false`, the code in the body alone |
//! | `not-found-page` | 404 with a web server's page: a wrong base address |
//! | `redirect`, `redirect:301` | a redirect: a base address that has moved |
//! | `firewall-page` | 403 with a firewall's page |
//! | `maintenance-page` | 200 with a page |
//! | `hang` | none, ever |
//!
//! Deliveries have names too: `read`, `status:noAccount`, `status:-1` ([`Delivery`]).
//!
//! The POST is on record, and so is its acceptance, before the first byte of an answer is written:
//! a client that dies in between changes nothing.
//!
//! # What lists show
//!
//! A message is listed as it was sent, or in a [`Guise`] that other gateways were seen to give it.
//! A guise can show its recipient as an alias or with other digits, or its text escaped, replaced
//! or cut. It can also show its time in another zone, or leave a field out. The first of these that
//! applies decides:
//!
//! - rules [for a number](Guises::of_number) or [a predicate](Guises::matching), in the order in
//!   which they were made;
//! - the seeded [`mix`](Guises::mix);
//! - the guise [of all](Guises::of_all).
//!
//! Status answers are never disguised.

mod account;
mod answer;
mod ask;
mod builder;
mod clock;
mod delivery;
mod dialect;
mod fault;
mod fetch;
mod guise;
mod life;
mod look;
mod memory;
mod post;
mod record;
mod script;
mod send;
mod server;
mod wire;
mod world;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

pub use account::Account;
pub use builder::GatewayBuilder;
pub use clock::Now;
pub use delivery::Deliveries;
pub use dialect::{Envelope, V1Reply};
pub use fault::{Acceptance, Answer, Fault, ParseFaultError, RetryAfter, Sample};
pub use fetch::{Fetched, Fetches, Fetching};
pub use guise::{Guise, Guises, ParseGuiseError, Shown};
pub use life::{Accepted, Delivery, ParseDeliveryError};
pub use look::{Look, Probed, Question};
pub use memory::MemoryGateway;
pub use post::{Dialect, Payload, Post, PostedFile};

use builder::Config;
use clock::{Moment, Stopwatch};
use post::digits;
use script::{Applies, Script};
use world::World;

/// A running stand-in gateway. Dropping it stops it and breaks all its connections.
///
/// Every method may be called at any time, from any thread; a change holds from the next request
/// on. The predicates and the clock that a test hands in are called while the gateway's memory is
/// locked: they must not call the gateway.
#[derive(Debug)]
pub struct StandInGateway {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl StandInGateway {
    /// Starts a gateway on a free port of 127.0.0.1, with the key `stand-in-key`, no lags and no
    /// faults. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails if no port can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Prepares a gateway that differs from the default.
    pub fn builder() -> GatewayBuilder {
        GatewayBuilder::default()
    }

    /// The base URL, without a slash at the end: `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address that the gateway listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key that the gateway lets in.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.shared.config.key
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

    /// Plays this fault on the next `times` POSTs that the predicate picks. It is asked before the
    /// fault is known: [`Post::played`] says nothing yet.
    pub fn matching(
        &self,
        picks: impl Fn(&Post) -> bool + Send + Sync + 'static,
        fault: Fault,
        times: usize,
    ) {
        self.shared.script(|script| script.add(Applies::Matching(Box::new(picks)), fault, times));
    }

    /// Plays this fault on every POST that no more particular rule claims.
    pub fn always(&self, fault: Fault) {
        self.shared.script(|script| script.always(fault));
    }

    /// Plays random faults: each with this weight per hundred POSTs, the rest of the hundred being
    /// ordinary. (If the weights exceed a hundred, they are shares of their sum.) Seed and arrival
    /// number alone decide, so that a run can be repeated.
    pub fn mix(&self, seed: u64, faults: &[(u32, Fault)]) {
        self.shared.script(|script| script.mix(seed, faults.to_vec()));
    }

    /// Forgets everything that [`next`](Self::next), [`for_number`](Self::for_number),
    /// [`matching`](Self::matching), [`always`](Self::always) and [`mix`](Self::mix) asked for.
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

    /// The guises in which lists show messages.
    #[must_use]
    pub fn guises(&self) -> Guises<'_> {
        Guises { shared: &self.shared }
    }

    /// Sets how status questions are answered from now on.
    pub fn statuses(&self, look: Look) {
        self.shared.with(|world, _| world.statuses = look);
    }

    /// Changes [`GatewayBuilder::list_lag`], for messages accepted before too.
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

    /// The fetches of links, with [`GatewayBuilder::fetching`].
    #[must_use]
    pub fn fetches(&self) -> Fetches<'_> {
        Fetches { shared: &self.shared }
    }

    /// Every POST that arrived in full, in order of arrival.
    #[must_use]
    pub fn posts(&self) -> Vec<Post> {
        self.shared.with(|world, _| world.posts.clone())
    }

    /// Every accepted message, in order of acceptance.
    #[must_use]
    pub fn accepted(&self) -> Vec<Accepted> {
        self.shared.with(|world, _| world.accepted.clone())
    }

    /// Every question that was asked with the right key, in order of arrival.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        self.shared.with(|world, _| world.questions.clone())
    }

    /// Waits until at least this many POSTs have arrived, and returns all of them.
    pub async fn wait_for_posts(&self, posts: usize) -> Vec<Post> {
        self.shared.wait_until(|counts| counts.posts >= posts).await;
        self.posts()
    }

    /// Waits until at least this many messages are accepted, and returns all of them.
    pub async fn wait_for_accepted(&self, accepted: usize) -> Vec<Accepted> {
        self.shared.wait_until(|counts| counts.accepted >= accepted).await;
        self.accepted()
    }

    /// Waits until at least this many questions were asked, and returns all of them.
    pub async fn wait_for_questions(&self, questions: usize) -> Vec<Question> {
        self.shared.wait_until(|counts| counts.questions >= questions).await;
        self.questions()
    }

    /// Stops listening, breaks all connections, and returns when that is done.
    pub async fn shutdown(self) {
        let Self { stop, serving, .. } = self;
        drop(stop);
        // An error means that the server has ended already.
        let _ = serving.await;
    }

    /// Serves until the gateway cannot go on, for a process that does nothing else.
    pub async fn stopped(self) {
        // An error means that the server panicked, which is reported where it happened.
        let _ = self.serving.await;
        drop(self.stop);
    }
}

/// State that handlers, the accept loop and the handle share.
struct Shared {
    config: Config,
    started: Stopwatch,
    world: Mutex<World>,
    counts: watch::Sender<Counts>,
}

/// Counts of what has happened, for a caller that waits.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    posts: usize,
    accepted: usize,
    questions: usize,
    fetched: usize,
}

impl Shared {
    /// The one way to the world: brings it up to the present, and wakes the callers that wait.
    #[expect(
        clippy::expect_used,
        reason = "the lock is poisoned only after a panic that nothing may cover up"
    )]
    fn with<T>(&self, act: impl FnOnce(&mut World, Moment) -> T) -> T {
        let mut world = self.world.lock().expect("a request to the stand-in gateway panicked");
        let now = self.now();
        let moment = Moment { at: self.started.elapsed(now), now };
        world.release_late(moment, false);
        let result = act(&mut world, moment);
        let counts = Counts {
            posts: world.posts.len(),
            accepted: world.accepted.len(),
            questions: world.questions.len(),
            fetched: world.fetched,
        };
        self.counts.send_if_modified(|known| std::mem::replace(known, counts) != counts);
        result
    }

    fn script(&self, change: impl FnOnce(&mut Script)) {
        self.with(|world, _| change(&mut world.script));
    }

    async fn wait_until(&self, reached: impl Fn(&Counts) -> bool + Send) {
        let mut counts = self.counts.subscribe();
        // The sender lives in `self`, so the channel cannot close.
        let _ = counts.wait_for(reached).await;
    }

    fn now(&self) -> DateTime<Utc> {
        (self.config.now)()
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("counts", &*self.counts.borrow()).finish_non_exhaustive()
    }
}
