//! Messages that are still owed, and what stands in their way.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use whatsapp_core::message::Phase;
use whatsapp_core::port::{Pause, PauseReason};

use super::{READINGS, Summary};
use crate::dispatch::Ending;
use crate::log::{Entry, time};
use crate::words::{more, number, plain, were};

impl Summary<'_> {
    /// Tells which messages are still owed, and what stands in their way.
    pub(super) fn waiting(&self) -> String {
        let mut text = self.held();
        let at = |at| time(at, self.now, self.zone);
        let retrying = self.earliest(|entry| match entry.phase {
            Phase::Retrying { at } => Some(at),
            _ => None,
        });
        if let Some((count, first)) = retrying {
            let wait = if count == 1 { "message waits" } else { "messages wait" };
            let _ = writeln!(text, "{count} {wait} for another attempt, from {} on.", at(first));
            text.push_str(&self.reasons_to_wait());
        }
        let due = |entry: &Entry| entry.message.state.owed.map(|owed| owed.due_at);
        let checking = self.earliest(|entry| match entry.phase {
            Phase::Checking => due(entry),
            _ => None,
        });
        if let Some((count, first)) = checking {
            let _ = writeln!(
                text,
                "For {} the gateway gave no clear answer: it is asked at {} whether it has {}, and \
                 nothing is sent twice.",
                number(count, "message"),
                at(first),
                if count == 1 { "it" } else { "them" }
            );
        }
        let sending = self.earliest(|entry| match entry.phase {
            Phase::Sending => due(entry),
            _ => None,
        });
        if let (Some((count, _)), Ending::Waiting(next)) = (sending, &self.ending) {
            let _ = writeln!(
                text,
                "{} being sent when the program ended; the gateway is asked about {} at {}.",
                were(count, "message"),
                if count == 1 { "it" } else { "them" },
                at(*next)
            );
        }
        text
    }

    /// Tells why messages wait that are not tried again, each reason once.
    fn held(&self) -> String {
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        let waits =
            |entry: &&Entry| matches!(entry.phase, Phase::Held { .. } | Phase::Scheduled { .. });
        for entry in self.log.iter().filter(waits) {
            *reasons.entry(entry.why.as_str()).or_default() += 1;
        }
        let hidden = reasons.len().saturating_sub(READINGS);
        let told = reasons.into_iter().take(READINGS);
        let told =
            told.map(|(why, count)| format!("{}: {}\n", number(count, "message"), plain(why)));
        told.collect::<String>() + &more(hidden)
    }

    /// Tells what went wrong with the messages that are tried again, each reason once.
    fn reasons_to_wait(&self) -> String {
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for entry in self.log.iter().filter(|entry| matches!(entry.phase, Phase::Retrying { .. })) {
            if let Some(why) = entry.attempts.last().and_then(|last| last.detail.as_deref()) {
                *reasons.entry(why).or_default() += 1;
            }
        }
        let hidden = reasons.len().saturating_sub(READINGS);
        let told = reasons.into_iter().take(READINGS);
        let told =
            told.map(|(why, count)| format!("  {}: {}\n", number(count, "message"), plain(why)));
        told.collect::<String>() + &more(hidden)
    }

    pub(super) fn paused(&self, pause: &Pause) -> String {
        let advice = match pause.reason {
            PauseReason::KeyRefused => {
                "Check the key (WHATSAPP_API_KEY) and the account, then run this again."
            }
            PauseReason::Misconfigured => {
                "Check the address (--gateway), the --dialect and the key, then run this again."
            }
            PauseReason::RateLimited => "Run this again then, or with --until-idle.",
            PauseReason::Outage => {
                "Check the address (--gateway) and the network, then run this again."
            }
            reason => reason.advice(),
        };
        format!(
            "Nothing is sent for now. {}\nIt is asked again at {}. {advice}\nNo message is lost.\n",
            pause.words(),
            time(pause.until, self.now, self.zone)
        )
    }

    /// Counts the entries that `pick` picks, and returns the earliest of their instants.
    fn earliest(
        &self,
        pick: impl Fn(&Entry) -> Option<DateTime<Utc>>,
    ) -> Option<(u64, DateTime<Utc>)> {
        let instants: Vec<_> = self.log.iter().filter_map(pick).collect();
        instants.iter().min().map(|first| (instants.len() as u64, *first))
    }
}
