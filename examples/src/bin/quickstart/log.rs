//! The message log with its attempts, and the words for a phase.

use anyhow::Result;
use chrono::{DateTime, Utc};
use whatsapp_core::message::{Attempt, FailureKind, Message, Phase};
use whatsapp_core::port::{LogFilter, Sort, Store};
use whatsapp_core::time::Zone;
use whatsapp_core::why::Now;

/// A message with all its attempts.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) message: Message,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) phase: Phase,
    /// Reason for its present state.
    pub(crate) why: String,
}

/// The whole log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Messages, the oldest first.
    pub(crate) entries: Vec<Entry>,
    /// Rows that cannot be read, by their ids.
    pub(crate) broken: Vec<String>,
}

/// Reads the whole log.
pub(crate) async fn read(store: &dyn Store, now: DateTime<Utc>, zone: &Zone) -> Result<Log> {
    let mut log = Log::default();
    let pause = store.account().await?.pause;
    let paused_until = pause.as_ref().map(|pause| pause.until);
    let told = Now::new(now, zone).with_pause(pause.as_ref());
    let mut after = None;
    loop {
        let page = store.page(&LogFilter::default(), Sort::Oldest, after.into(), 200).await?;
        for message in page.messages {
            let attempts = store.attempts(message.facts.id).await?;
            let (phase, why) = (message.phase_while(now, paused_until), message.why(&told));
            log.entries.push(Entry { message, attempts, phase, why });
        }
        log.broken.extend(page.broken.into_iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            return Ok(log);
        }
    }
}

/// A phase with its detail, such as `retrying at 14:05` or `failed (outcome unknown)`.
pub(crate) fn words(phase: &Phase, now: DateTime<Utc>, zone: &Zone) -> String {
    let word = phase.word();
    match phase {
        Phase::Scheduled { at } | Phase::Retrying { at } => {
            format!("{word} at {}", time(*at, now, zone))
        }
        Phase::Held { by, .. } => format!("{word} ({})", by.as_str().replace('_', " ")),
        Phase::Failed(why) => format!("{word} ({})", failure(why.kind)),
        Phase::Cancelled(why) => format!("{word} ({})", why.as_str().replace('_', " ")),
        _ => word.to_owned(),
    }
}

/// Names the reason of a failure, in two or three words.
pub(crate) const fn failure(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Rejected => "refused by the gateway",
        FailureKind::Exhausted => "all attempts failed",
        FailureKind::Invalid => "could not be sent",
        FailureKind::UnknownOutcome => "outcome unknown",
        FailureKind::Undelivered => "not delivered",
        FailureKind::Poison => "broke down three times",
        other => other.label(),
    }
}

/// Formats a time of day in the business's zone, with the date if it is not today's.
pub(crate) fn time(at: DateTime<Utc>, now: DateTime<Utc>, zone: &Zone) -> String {
    let (at, now) = (zone.local(at), zone.local(now));
    let form = if at.date_naive() == now.date_naive() { "%H:%M" } else { "%-d %b %H:%M" };
    at.format(form).to_string()
}
