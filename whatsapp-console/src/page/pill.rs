//! The word beside a message, with its sign and colour.

use whatsapp_core::message::{FailureKind, Message, Phase};

use super::eyes::Eyes;
use crate::view::Pill;

/// The word of where a message stands.
pub(crate) fn pill(message: &Message, eyes: &Eyes<'_>) -> Pill {
    let (t, times) = (eyes.t, eyes.times());
    let made = |tone, icon, word: &str| Pill { tone, icon, word: word.to_owned() };
    match eyes.phase(message) {
        Phase::Queued => made("idle", "clock", t.queued()),
        Phase::Scheduled { at } => {
            Pill { tone: "idle", icon: "clock", word: t.scheduled(&times.short(at)) }
        }
        Phase::Held { .. } => made("warn", "wait", t.held()),
        Phase::Paused { .. } => made("warn", "wait", t.paused()),
        Phase::Sending => made("info", "sent", t.sending()),
        Phase::Checking => made("warn", "look", t.checking()),
        Phase::Retrying { at } => {
            Pill { tone: "warn", icon: "again", word: t.retrying(&times.short(at)) }
        }
        Phase::Sent => made("info", "sent", t.sent()),
        Phase::Delivered => made("ok", "ok", t.delivered()),
        Phase::Read => made("ok", "read", t.read()),
        Phase::Failed(failure) => match failure.kind {
            FailureKind::UnknownOutcome => made("bad", "look", t.unknown()),
            FailureKind::Undelivered => made("bad", "x", t.undelivered()),
            FailureKind::Rejected
            | FailureKind::Exhausted
            | FailureKind::Invalid
            | FailureKind::Poison => made("bad", "x", t.failed()),
        },
        Phase::Cancelled(_) => made("idle", "minus", t.cancelled()),
        // The core may learn of states that this console has no word for yet.
        other => made("idle", "clock", other.word()),
    }
}
