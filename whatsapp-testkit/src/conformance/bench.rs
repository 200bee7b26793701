//! The benches of the suites for gateways: a stand-in that can be told how to behave, and the
//! adapter under test pointed at it.
//!
//! Nothing here knows how to speak to a gateway. The suites ask for an answer by its [`Meaning`].
//! The bench knows which answers of its gateway have that meaning, and says so if there is none.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::message::Reported;
use whatsapp_core::port::{DeliveryReports, Transport};

use crate::ManualClock;

/// The meaning of an answer to a send, in whatever words a gateway says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// Neither an acceptance nor a refusal: a broken connection, a server's error, half an answer.
    Unclear,
    /// No answer, ever.
    Silence,
    /// The gateway has moved to another address, and took nothing.
    Moved,
    /// The answer is to be read at another address: it does not say whether the message was taken.
    Elsewhere,
    /// A refusal that is surely about the account: its key, its money, its phone.
    Account,
    /// A refusal that is about the account, or about this message.
    PerhapsAccount,
    /// A refusal that is about the address of the gateway, or about this message.
    PerhapsAddress,
    /// A refusal in the words of something on the way, such as a firewall.
    Between,
    /// A page from something on the way that looks like a success.
    Page,
    /// The number cannot get messages, now or later.
    Recipient,
    /// The request is wrong, now and later.
    Request,
    /// The message was not taken, and may be later.
    NotNow,
    /// The gateway is asked too often.
    TooOften,
}

impl Meaning {
    /// All meanings.
    pub const ALL: &'static [Self] = &[
        Self::Unclear,
        Self::Silence,
        Self::Moved,
        Self::Elsewhere,
        Self::Account,
        Self::PerhapsAccount,
        Self::PerhapsAddress,
        Self::Between,
        Self::Page,
        Self::Recipient,
        Self::Request,
        Self::NotNow,
        Self::TooOften,
    ];
}

/// An answer that a stand-in can be made to give.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// Name of the reply among the answers of its stand-in.
    pub name: String,
    /// Words of the gateway in the reply, which the transport's error has to repeat.
    pub words: Option<&'static str>,
    /// The HTTP status that the error of a refused request has to give; `None` without HTTP.
    pub http_status: Option<u16>,
    /// The wait that the reply asks for, if it says so in a way that has to be understood.
    pub wait: Option<TimeDelta>,
}

impl Reply {
    /// Makes an answer with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), words: None, http_status: None, wait: None }
    }

    /// Adds words that an error has to repeat.
    #[must_use]
    pub const fn with_words(mut self, words: &'static str) -> Self {
        self.words = Some(words);
        self
    }

    /// Adds the HTTP status that an error has to give.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// Adds the wait that an error has to give.
    #[must_use]
    pub const fn with_wait(mut self, wait: TimeDelta) -> Self {
        self.wait = Some(wait);
        self
    }
}

/// A request to send, as it arrived at the stand-in, whatever happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The recipient as it was written.
    pub number: String,
    /// The text.
    pub text: String,
    /// The link to the file.
    pub link: Option<String>,
}

/// A message that the stand-in took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Id of the message, as the transport should return it.
    pub id: String,
    /// Text of the message.
    pub text: String,
}

/// A gateway's stand-in, fresh and ordinary until told otherwise, with the transport under test
/// pointed at it.
///
/// Give the transport a short timeout: one case waits for it. [`StandInBench`](super::StandInBench)
/// is the bench of the 360Messenger gateway.
#[async_trait]
pub trait TransportBench: Debug + Send + Sync {
    /// The transport, with the gateway's key.
    fn transport(&self) -> Arc<dyn Transport>;

    /// The same transport with a key that the gateway does not know; `None` if it has no keys.
    fn stranger(&self) -> Option<Arc<dyn Transport>>;

    /// Texts that errors and replies must not show, besides numbers and texts: the key, the
    /// address.
    fn secrets(&self) -> Vec<String>;

    /// All answers of this meaning that the stand-in can give; none if its gateway has none.
    fn replies(&self, meaning: Meaning) -> Vec<Reply>;

    /// Gives this answer to the next send, after the message was taken or not. Calls queue up; when
    /// they are used up, sends are taken and answered in the ordinary way.
    fn next(&self, reply: &Reply, taken: bool);

    /// Gives this answer to every send until [`recover`](Self::recover), and takes none. A probe
    /// gets the same answer if `shows` is set; otherwise it is told that all is well.
    fn trouble(&self, reply: &Reply, shows: bool);

    /// Ends the trouble that [`trouble`](Self::trouble) began.
    fn recover(&self);

    /// Every request to send that arrived, in order of arrival.
    fn posts(&self) -> Vec<Posted>;

    /// Every message that was taken, in order.
    fn taken(&self) -> Vec<Taken>;

    /// Goes out of reach: from now on nothing answers at the gateway's address.
    async fn stop(&self);
}

/// Questions for a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asked {
    /// The messages that were sent to a number.
    List,
    /// The delivery of a message.
    Status,
}

/// The bench of the adapter that asks for the delivery of messages. The stand-in lists three
/// messages a page, if it has pages.
#[async_trait]
pub trait ReportsBench: TransportBench {
    /// The adapter under test.
    fn reports(&self) -> Arc<dyn DeliveryReports>;

    /// The stand-in's clock, which begins at [`START`](crate::fixtures::START).
    fn clock(&self) -> ManualClock;

    /// Returns true if the gateway lists sent messages.
    fn lists(&self) -> bool;

    /// The names of the ways in which the stand-in can fail to answer a question.
    fn failures(&self, asked: Asked) -> Vec<String>;

    /// Fails in this way at every question of this kind.
    fn fail(&self, asked: Asked, failure: &str);

    /// The names of the ways in which rows of the list can say less than they should, or something
    /// else.
    fn guises(&self) -> Vec<String>;

    /// Lists every message in this way.
    fn disguise(&self, guise: &str);

    /// Sets the delivery of the messages to this number; returns `false` if the gateway has no word
    /// for it.
    fn deliver(&self, number: &str, reported: &Reported) -> bool;
}

/// Beginning of the panic message of a case that the bench cannot play.
const UNSUPPORTED: &str = "the stand-in cannot play this case: ";

/// Ends a case that the bench cannot play: it has to be declared as unsupported.
pub(super) fn unsupported(why: &str) -> ! {
    panic!("{UNSUPPORTED}{why}");
}

/// Runs a case that an author declared as unsupported. It must end for exactly that reason, so that
/// a declaration that is no longer true is found.
///
/// # Panics
/// Panics if the case passes, or fails for another reason.
#[doc(hidden)]
#[expect(clippy::print_stdout, reason = "what is not tested is said in the test's output")]
pub async fn expect_unsupported(why: &str, case: impl Future<Output = ()> + Send + 'static) {
    let ended = tokio::spawn(case).await;
    let error = ended.expect_err("the stand-in can play this case: it is not unsupported");
    let panic = error.into_panic();
    let message = panic.downcast_ref::<String>().map_or("", String::as_str);
    assert!(message.starts_with(UNSUPPORTED), "the case fails for another reason: {message}");
    println!("unsupported: {why}");
}
