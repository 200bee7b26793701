//! Messages that failed for good, by reason, with the remedies.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use whatsapp_core::message::{Failure, FailureKind, Message, Phase};
use whatsapp_core::{MessageId, WhatsAppNumber};

use crate::again;
use crate::data::{About, country};
use crate::log::Entry;
use crate::words::{more, number, plain, sentence, some};

/// Largest number of customers that a reason names; the report has all.
const NAMES: usize = 10;

/// Returns the remedy for a failure, its reason, and the customer that it concerns.
fn told(message: &Message, why: &Failure, country: &str) -> (Remedy, String, String) {
    let facts = &message.facts;
    let typed = facts.whatsapp_number.as_str();
    let name = facts.customer_name.as_str();
    if why.kind != FailureKind::Invalid {
        let helps = again::helps(why, message.state.part);
        let remedy = if helps { Remedy::Resend } else { Remedy::Ended };
        return (remedy, why.reason.clone(), name.to_owned());
    }
    if typed.is_empty() {
        // If the customer does not exist, only the id tells who is meant.
        let is_unknown = why.reason.contains("no such customer");
        let who = if is_unknown { facts.customer_id.as_str() } else { name };
        return (Remedy::Correct, why.reason.clone(), who.to_owned());
    }
    if typed.ends_with('…') {
        // The end of the text was cut off, and the reason was found while it was whole.
        return (Remedy::Correct, why.reason.clone(), format!("{name}: {typed}"));
    }
    match WhatsAppNumber::typed(typed, country) {
        Ok(meant) => {
            let who = format!("{name}: {typed}, did you mean {}?", meant.number.as_str());
            (Remedy::Accept, "The number cannot be used as it stands.".to_owned(), who)
        }
        Err(why) => (Remedy::Correct, sentence(&why.to_string()), format!("{name}: {typed}")),
    }
}

/// Remedy for a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Remedy {
    /// `--accept-suggestions`, or a correction of the number.
    Accept,
    /// A correction of the table.
    Correct,
    /// `--resend-failed`.
    Resend,
    /// No run helps.
    Ended,
}

/// Failed messages by remedy and reason.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    groups: BTreeMap<(Remedy, String), BTreeMap<String, Vec<About>>>,
}

impl Failures {
    /// Finds failed messages in the log. `about` gives the subjects of the messages of this run's
    /// rows.
    pub(crate) fn of(log: &[Entry], about: &HashMap<MessageId, About>, locale: &str) -> Self {
        let mut failures = Self::default();
        let resent: HashSet<_> =
            log.iter().filter_map(|entry| entry.message.facts.resend_of).collect();
        for entry in log {
            let facts = &entry.message.facts;
            let Phase::Failed(why) = &entry.phase else { continue };
            let original = facts.resend_of.unwrap_or(facts.id);
            let known = about.get(&facts.id).or_else(|| about.get(&original));
            // These are mistakes in the data that are mended by now, and messages that were sent
            // again as others.
            if why.kind == FailureKind::Invalid && known.is_none() || resent.contains(&facts.id) {
                continue;
            }
            let (remedy, reason, who) = told(&entry.message, why, country(locale));
            // This is a message of an earlier run: its row is not in the folder any more.
            let key = || About { kind: "message", number: facts.key.to_string() };
            let what = known.cloned().unwrap_or_else(key);
            let group = failures.groups.entry((remedy, reason)).or_default();
            group.entry(who).or_default().push(what);
        }
        failures
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Tells of the failures. A reminder that failed is over: the invoice's next one may still go
    /// out.
    pub(crate) fn text(&self, are_reminders: bool) -> String {
        if self.is_empty() {
            return String::new();
        }
        let all = self.groups.values().flat_map(BTreeMap::values).map(Vec::len).sum::<usize>();
        let mut text = format!("Not sent: {}.\n", number(all as u64, "message"));
        for ((_, reason), who) in &self.groups {
            let _ = writeln!(text, "  {}", plain(reason));
            for (who, what) in who.iter().take(NAMES) {
                let _ = writeln!(text, "    {} ({})", plain(who), plain(&some(what.clone())));
            }
            let more = more(who.len().saturating_sub(NAMES));
            if !more.is_empty() {
                let _ = write!(text, "    {more}");
            }
        }
        let count = |remedy| {
            let groups = self.groups.iter().filter(|((known, _), _)| *known == remedy);
            groups.flat_map(|(_, who)| who.values()).map(Vec::len).sum::<usize>() as u64
        };
        let [accept, correct, resend, ended] =
            [Remedy::Accept, Remedy::Correct, Remedy::Resend, Remedy::Ended].map(count);
        if are_reminders {
            if accept > 0 {
                text.push_str(
                    "--accept-suggestions takes the numbers that were probably meant, for the next reminders.\n",
                );
            }
            text.push_str(
                "A reminder that failed is not sent again; the invoice's next one goes by the data of its day.\n",
            );
            return text;
        }
        if accept > 0 {
            text.push_str(
                "--accept-suggestions takes the numbers that were probably meant, and sends to them.\n",
            );
        }
        if accept + correct > 0 {
            text.push_str(
                "Once customers.csv is corrected, another run sends what could not be sent for its sake.\n",
            );
        }
        if resend > 0 {
            let what = number(resend, "message");
            let _ = writeln!(
                text,
                "{what} failed for the account's or the gateway's sake: once that is mended, \
                 --resend-failed sends again; another run without it does not.",
            );
        }
        if ended > 0 {
            let what = number(ended, "message");
            let _ = writeln!(text, "{what} failed in the end at the gateway: no run sends again.");
        }
        text
    }
}
