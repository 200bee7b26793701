//! The rows of the table in `replies.md`: the row for each reply, and its consequences.

use whatsapp_core::message::Cause;
use whatsapp_core::port::TransportError;
use whatsapp_core::retry::Disposition;

use super::About;
use crate::body::Body;
use crate::http::Reply;
use crate::words::Hint;

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// The account, its session or its key is refused, whatever the message says.
    Account,
    /// As `Account`, by a server that may have sent the message before it broke.
    AccountBroke,
    /// The account is asked to wait.
    Limited,
    /// Something on the way asks to wait.
    LimitedByPage,
    /// Something on the way requires a login.
    Proxy,
    /// The account or the message is refused.
    Perhaps,
    /// Nothing exists at this address.
    Elsewhere,
    /// A redirect to ask at another address.
    Moved,
    /// A redirect that may mean that the request was done, and its result is elsewhere.
    MovedOn,
    /// A web page refuses.
    PageRefusal,
    /// A web page answers as if all were well.
    PageAnswer,
    /// The recipient's number is refused.
    Recipient,
    /// The message is refused for good.
    Message,
    /// The message is not accepted, without a known reason.
    SaysNo,
    /// The gateway stopped waiting.
    Late,
    /// The gateway, or something in front of it, is out of order.
    OutOfOrder,
    /// A 2xx that says neither yes nor no.
    Unclear,
}

/// Meaning of a status, the most cautious first: a doubt before a wait, a wait before a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    OutOfOrder,
    Late,
    Account,
    Proxy,
    Limited,
    Perhaps,
    Elsewhere,
    Message,
}

impl Class {
    const fn of(status: u16) -> Self {
        match status {
            400 | 409 | 411 | 413 | 414 | 415 | 422 | 431 => Self::Message,
            401 | 402 => Self::Account,
            407 => Self::Proxy,
            404 | 405 | 410 | 421 | 426 => Self::Elsewhere,
            408 | 499 => Self::Late,
            429 => Self::Limited,
            400..500 => Self::Perhaps,
            _ => Self::OutOfOrder,
        }
    }
}

impl Row {
    /// Returns the row of a reply with this body, whose words give this hint.
    pub(super) fn of(reply: &Reply, body: &Body, hint: Option<Hint>) -> Self {
        if (300..400).contains(&reply.status) {
            return match reply.status {
                301 | 307 | 308 => Self::Moved,
                302 if reply.moved => Self::Moved,
                _ => Self::MovedOn,
            };
        }
        let success = reply.is_success();
        if matches!(body, Body::Page(_)) {
            return match Class::of(reply.status) {
                _ if success => Self::PageAnswer,
                Class::OutOfOrder => Self::OutOfOrder,
                Class::Late => Self::Late,
                Class::Limited => Self::LimitedByPage,
                Class::Proxy => Self::Proxy,
                _ => Self::PageRefusal,
            };
        }
        let named = body.code().map(Class::of);
        let class = if success {
            named
        } else {
            Some(Class::of(reply.status)).into_iter().chain(named).min()
        };
        if success && !body.says_no() && !(body.fails() && (hint.is_some() || named.is_some())) {
            return Self::Unclear;
        }
        match (class, hint) {
            (Some(Class::OutOfOrder | Class::Late), Some(Hint::Account)) if body.is_a_refusal() => {
                Self::Account
            }
            (Some(Class::OutOfOrder | Class::Late), Some(Hint::Account | Hint::Broken)) => {
                Self::AccountBroke
            }
            (Some(Class::OutOfOrder), _) => Self::OutOfOrder,
            (Some(Class::Late), _) => Self::Late,
            (Some(Class::Limited), _) | (_, Some(Hint::Rate)) => Self::Limited,
            (Some(Class::Account), _) | (_, Some(Hint::Account | Hint::Broken)) => Self::Account,
            (Some(Class::Proxy), _) => Self::Proxy,
            (_, Some(Hint::Recipient)) => Self::Recipient,
            (Some(Class::Perhaps), _) | (_, Some(Hint::Either)) => Self::Perhaps,
            (Some(Class::Elsewhere), _) => Self::Elsewhere,
            (_, Some(Hint::Doubt)) => Self::Late,
            (_, Some(Hint::Fault)) => Self::OutOfOrder,
            (Some(Class::Message), _) => Self::Message,
            (None, _) => Self::SaysNo,
        }
    }

    /// Returns true if sending waits for as long as the gateway asks.
    pub(super) const fn is_limited(self) -> bool {
        matches!(self, Self::Limited | Self::LimitedByPage)
    }

    /// Returns the meaning for the message, and the party at fault. The last value is `false` if
    /// the message may be at fault too.
    const fn meaning(self) -> (Disposition, Cause, bool) {
        match self {
            Self::Account => (Disposition::Account, Cause::Account, true),
            Self::AccountBroke => (Disposition::Unknown, Cause::Account, true),
            Self::Limited => (Disposition::Transient, Cause::Account, true),
            Self::LimitedByPage => (Disposition::Transient, Cause::Between, true),
            Self::Proxy => (Disposition::Account, Cause::Between, true),
            Self::Perhaps => (Disposition::Account, Cause::Account, false),
            Self::Elsewhere | Self::Moved => (Disposition::Account, Cause::Address, false),
            Self::MovedOn => (Disposition::Unknown, Cause::Address, false),
            Self::PageRefusal => (Disposition::Account, Cause::Between, false),
            Self::PageAnswer => (Disposition::Unknown, Cause::Between, false),
            Self::Recipient => (Disposition::Permanent, Cause::Recipient, true),
            Self::Message => (Disposition::Permanent, Cause::Message, true),
            Self::SaysNo => (Disposition::Transient, Cause::Message, true),
            Self::Late | Self::OutOfOrder | Self::Unclear => {
                (Disposition::Unknown, Cause::Gateway, true)
            }
        }
    }

    /// Builds the error of this row, followed by the gateway's own words or the title of the page.
    pub(super) fn error(
        self,
        reply: &Reply,
        said: Option<String>,
        about: About<'_>,
    ) -> TransportError {
        let (disposition, cause, sure) = self.meaning();
        let status = reply.status;
        let what = match about {
            About::Message(_) => "message",
            About::Question => "question",
        };
        let sentence = match self {
            Self::Account => "The gateway refused the API key or the account".to_owned(),
            Self::AccountBroke => format!("The gateway's account broke off (HTTP {status})"),
            Self::Limited => {
                "The gateway is asked too often; sending pauses for a while".to_owned()
            }
            Self::LimitedByPage => {
                "Something before the gateway is asked too often; sending pauses for a while"
                    .to_owned()
            }
            Self::Proxy => format!("Something before the gateway wants a login (HTTP {status})"),
            Self::Perhaps => format!("The gateway refused the API key, the account or the {what}"),
            Self::Elsewhere => format!(
                "The gateway has nothing at this address (HTTP {status}); check the gateway's \
                 address in the settings"
            ),
            Self::Moved | Self::MovedOn => {
                "The gateway redirected the request to another address; \
                 check the gateway's address in the settings"
                    .to_owned()
            }
            Self::PageRefusal => format!(
                "Something before the gateway refused: a web page came back (HTTP {status}); check \
                 the gateway's address in the settings"
            ),
            Self::PageAnswer => {
                "Something before the gateway answered: a web page came back; check \
                 the gateway's address in the settings"
                    .to_owned()
            }
            Self::Recipient => "The gateway refused the customer's number".to_owned(),
            Self::Message | Self::SaysNo if said.is_some() => {
                format!("The gateway refused the {what}")
            }
            Self::Message | Self::SaysNo => {
                format!("The gateway refused the {what} (HTTP {status})")
            }
            Self::Late => format!("The gateway did not answer in time (HTTP {status})"),
            Self::OutOfOrder => format!("The gateway answered with an error (HTTP {status})"),
            Self::Unclear => {
                format!("The gateway's answer does not say whether it took the {what}")
            }
        };
        let detail = match said {
            Some(said) => format!("{sentence}: {said}"),
            None => sentence,
        };
        let error = TransportError::new(disposition, detail).with_status(status);
        if sure { error.with_cause(cause) } else { error.perhaps(cause) }
    }
}
