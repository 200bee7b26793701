//! The words beside messages, with their icons and tones: lists, messages' pages, filters and the
//! help page take them from here.

use whatsapp_core::message::{Delivery, FailureKind, Message, Phase, Status};

use super::eyes::Eyes;
use crate::view::Pill;
use crate::words::Texts;

/// The word beside a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    Queued,
    Scheduled,
    Held,
    Paused,
    Sending,
    Checking,
    Retrying,
    Sent,
    Delivered,
    Read,
    Failed,
    Unknown,
    Undelivered,
    Cancelled,
}

impl Beside {
    pub(crate) const ALL: [Self; 14] = [
        Self::Queued,
        Self::Scheduled,
        Self::Held,
        Self::Paused,
        Self::Sending,
        Self::Checking,
        Self::Retrying,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::Unknown,
        Self::Undelivered,
        Self::Cancelled,
    ];

    /// Tone and icon.
    const fn look(self) -> (&'static str, &'static str) {
        match self {
            Self::Queued | Self::Scheduled => ("idle", "clock"),
            Self::Held | Self::Paused => ("warn", "wait"),
            Self::Sending | Self::Sent => ("info", "sent"),
            Self::Checking => ("warn", "look"),
            Self::Retrying => ("warn", "again"),
            Self::Delivered => ("ok", "ok"),
            Self::Read => ("ok", "read"),
            Self::Failed | Self::Undelivered => ("bad", "x"),
            Self::Unknown => ("bad", "look"),
            Self::Cancelled => ("idle", "minus"),
        }
    }

    /// The word, with the time where the word has one.
    pub(crate) fn pill(self, at: &str, t: &dyn Texts) -> Pill {
        let word = match self {
            Self::Scheduled => t.scheduled(at),
            Self::Retrying => t.retrying(at),
            Self::Queued => t.queued().to_owned(),
            Self::Held => t.held().to_owned(),
            Self::Paused => t.paused().to_owned(),
            Self::Sending => t.sending().to_owned(),
            Self::Checking => t.checking().to_owned(),
            Self::Sent => t.sent().to_owned(),
            Self::Delivered => t.delivered().to_owned(),
            Self::Read => t.read().to_owned(),
            Self::Failed => t.failed().to_owned(),
            Self::Unknown => t.unknown().to_owned(),
            Self::Undelivered => t.undelivered().to_owned(),
            Self::Cancelled => t.cancelled().to_owned(),
        };
        let (tone, icon) = self.look();
        Pill { tone, icon, word }
    }
}

/// The word for a message's phase.
pub(crate) fn pill(message: &Message, eyes: &Eyes<'_>) -> Pill {
    let plain = |beside: Beside| beside.pill("", eyes.t);
    match eyes.phase(message) {
        Phase::Queued => plain(Beside::Queued),
        Phase::Scheduled { at } => Beside::Scheduled.pill(&eyes.times().short(at), eyes.t),
        Phase::Held { .. } => plain(Beside::Held),
        Phase::Paused { .. } => plain(Beside::Paused),
        Phase::Sending => plain(Beside::Sending),
        Phase::Checking => plain(Beside::Checking),
        Phase::Retrying { at } => Beside::Retrying.pill(&eyes.times().short(at), eyes.t),
        Phase::Sent => plain(Beside::Sent),
        Phase::Delivered => plain(Beside::Delivered),
        Phase::Read => plain(Beside::Read),
        Phase::Failed(failure) => plain(match failure.kind {
            FailureKind::UnknownOutcome => Beside::Unknown,
            FailureKind::Undelivered => Beside::Undelivered,
            _ => Beside::Failed,
        }),
        Phase::Cancelled(_) => plain(Beside::Cancelled),
        // The core may learn of states that this console has no word for yet.
        other => Pill { word: other.word().to_owned(), ..plain(Beside::Queued) },
    }
}

/// The word of a status, by which messages are filtered.
pub(crate) fn status(of: Status, t: &dyn Texts) -> &str {
    match of {
        Status::Pending => t.tab_waiting(),
        Status::Sent => t.sent(),
        Status::Failed => t.failed(),
        Status::Cancelled => t.cancelled(),
    }
}

/// The word for a delivery state, by which messages are filtered.
pub(crate) fn delivery(of: Delivery, t: &dyn Texts) -> &str {
    match of {
        Delivery::Accepted => t.sent_so_far(),
        Delivery::Delivered => t.delivered(),
        Delivery::Read => t.read(),
        Delivery::Undelivered => t.undelivered(),
    }
}
