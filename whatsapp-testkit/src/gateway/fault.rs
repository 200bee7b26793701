//! The faults of one POST, as two independent choices: whether the message is accepted, and what
//! the client gets to see.

mod name;
mod sample;

use std::time::Duration;

pub use name::ParseFaultError;
pub use sample::Sample;

/// The gateway's treatment of one POST: whether the message is accepted, how long the answer takes,
/// and the answer itself.
///
/// The two halves are independent, because that is what makes a gateway without idempotency keys
/// hard: any answer may hide an acceptance or the lack of one.
///
/// Every fault has a name, used by the `stand-in-gateway` binary, the record file and
/// [`FromStr`](std::str::FromStr):
///
/// ```
/// use std::time::Duration;
/// use whatsapp_testkit::gateway::{Answer, Fault};
///
/// let fault: Fault = "accept-then-reset".parse()?;
/// assert_eq!(fault, Fault::accept_then(Answer::Reset));
/// assert_eq!(Fault::refuse(Answer::Status(503)).to_string(), "503");
/// assert_eq!(
///     "slow-250ms-late-1500ms-then-hang".parse::<Fault>()?,
///     Fault::late_by(Duration::from_millis(1500), Answer::Hang).slowly(Duration::from_millis(250)),
/// );
/// # Ok::<(), whatsapp_testkit::gateway::ParseFaultError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    acceptance: Acceptance,
    delay: Duration,
    answer: Answer,
}

/// The time at which the message of a POST is accepted, if it is. From then on lists and status
/// answers show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acceptance {
    /// At once, before anything is answered.
    Now,
    /// Once this much time has passed on the gateway's clock, or at
    /// [`release_late`](super::StandInGateway::release_late).
    LateBy(Duration),
    /// At [`release_late`](super::StandInGateway::release_late) only.
    OnRelease,
    /// Never.
    Never,
}

/// The answer that the client of a POST gets to see. Replies are in the words of the dialect that
/// was spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The ordinary acceptance reply.
    Ordinary,
    /// Nothing; the connection stays open until the client or the gateway ends.
    Hang,
    /// A TCP reset (RST) in place of an answer.
    Reset,
    /// The connection is closed in an orderly way (FIN) without an answer.
    Close,
    /// This HTTP status with the gateway's error body. Status 403 has the framework's
    /// `{"message":"Forbidden resource"}`, 400 on v1 the bare text `Bad Request`.
    Status(u16),
    /// 429 with or without a `Retry-After` header.
    TooManyRequests(RetryAfter),
    /// This 3xx status with a `Location` below `/moved/` of the same gateway. A client that follows
    /// it is seen in [`posts`](super::StandInGateway::posts) with
    /// [`followed_redirect`](super::Post::followed_redirect).
    Redirect(u16),
    /// 200 and an HTML page.
    Garbage,
    /// The ordinary reply cut in half: `Content-Length` promises more than arrives.
    Truncated,
    /// 200 without a body.
    Empty,
    /// 200 with `"success": false` and this message.
    SuccessFalse(String),
    /// The ordinary reply without an id (on v1: a recipient without a tracking code).
    WithoutId,
    /// The ordinary reply with `"success": "true"`, a string.
    SuccessAsText,
    /// The ordinary reply with `data` as a one-element array.
    DataArray,
    /// An ordinary reply followed by blanks up to this many bytes: valid JSON, absurdly long.
    Huge(usize),
    /// An answer that another gateway of this kind was seen to give.
    Says(Sample),
    /// Exactly this answer.
    Raw {
        /// HTTP status.
        status: u16,
        /// Value of the `Content-Type` header.
        content_type: String,
        /// The body, sent unchanged.
        body: Vec<u8>,
    },
}

/// The `Retry-After` header of [`Answer::TooManyRequests`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// No such header.
    Absent,
    /// An HTTP-date this far ahead of the gateway's clock.
    Date(Duration),
    /// This text: `"120"`, `"-1"`, `"abc"`, `"999999999"`.
    Text(String),
}

impl Fault {
    /// No fault: accepts the message and says so.
    #[must_use]
    pub fn ordinary() -> Self {
        Self::accept_then(Answer::Ordinary)
    }

    /// Says that the message is accepted, but does not accept it.
    #[must_use]
    pub fn lost() -> Self {
        Self::refuse(Answer::Ordinary)
    }

    /// Accepts the message at once, then gives this answer.
    #[must_use]
    pub fn accept_then(answer: Answer) -> Self {
        Self::new(Acceptance::Now, answer)
    }

    /// Does not accept the message, and gives this answer.
    #[must_use]
    pub fn refuse(answer: Answer) -> Self {
        Self::new(Acceptance::Never, answer)
    }

    /// Gives this answer, and accepts the message when this much time has passed on the gateway's
    /// clock, or at [`release_late`](super::StandInGateway::release_late) if that comes first.
    #[must_use]
    pub fn late_by(late: Duration, answer: Answer) -> Self {
        Self::new(Acceptance::LateBy(late), answer)
    }

    /// Gives this answer, and accepts the message at
    /// [`release_late`](super::StandInGateway::release_late).
    #[must_use]
    pub fn on_release(answer: Answer) -> Self {
        Self::new(Acceptance::OnRelease, answer)
    }

    /// Waits this much real time between the arrival (and acceptance) and the answer.
    #[must_use]
    pub fn slowly(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Tells whether and when the message is accepted.
    #[must_use]
    pub fn acceptance(&self) -> Acceptance {
        self.acceptance
    }

    /// Real time between arrival and answer.
    #[must_use]
    pub fn delay(&self) -> Duration {
        self.delay
    }

    /// The answer that the client gets to see.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    fn new(acceptance: Acceptance, answer: Answer) -> Self {
        Self { acceptance, delay: Duration::ZERO, answer }
    }
}

impl Answer {
    /// 200 with `"success": false` and no reason that anybody could act on.
    #[must_use]
    pub fn not_taken() -> Self {
        Self::SuccessFalse(name::FAILED.to_owned())
    }

    /// 200 with `"success": false`, as from a gateway whose phone is not connected.
    #[must_use]
    pub fn session_down() -> Self {
        Self::SuccessFalse("Session is not connected".to_owned())
    }
}
