//! Messages that failed for good: by reason, with what can be done.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use whatsapp_core::message::{Failure, FailureKind, Message, Phase};
use whatsapp_core::{MessageId, WhatsAppNumber};

use crate::again;
use crate::data::{About, country};
use crate::log::Entry;
use crate::words::{more, number, plain, sentence, some};

/// The most customers that a reason names; the report has all.
const NAMES: usize = 10;

/// What can be done about a failure, why it failed, and whom it concerns.
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
        // Of a customer that there is not the id alone tells who is meant.
        let is_unknown = why.reason.contains("no such customer");
        let who = if is_unknown { facts.customer_id.as_str() } else { name };
        return (Remedy::Correct, why.reason.clone(), who.to_owned());
    }
    if typed.ends_with('…') {
        // What was cut off is not here any more, and the reason was found with it.
        return (Remedy::Correct, why.reason.clone(), format!("{name}: {typed}"));
    }
    match WhatsAppNumber::from_typed(typed, country) {
        Ok(meant) => {
            let who = format!("{name}: {typed}, did you mean {}?", meant.as_str());
            (Remedy::Accept, "The number cannot be used as it stands.".to_owned(), who)
        }
        Err(why) => (Remedy::Correct, sentence(&why.to_string()), format!("{name}: {typed}")),
    }
}

/// What can be done about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Remedy {
    /// `--accept-suggestions`, or correcting the number.
    Accept,
    /// Correcting the table.
    Correct,
    /// `--resend-failed`.
    Resend,
    /// Nothing that a run does.
    Ended,
}

/// Failed messages by what can be done and why they failed.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    groups: BTreeMap<(Remedy, String), BTreeMap<String, Vec<About>>>,
}

impl Failures {
    /// Finds them in the log. `about` says what the messages of this run's rows are about.
    pub(crate) fn of(log: &[Entry], about: &HashMap<MessageId, About>, locale: &str) -> Self {
        let mut failures = Self::default();
        let resent: HashSet<_> =
            log.iter().filter_map(|entry| entry.message.facts.resend_of).collect();
        for entry in log {
            let facts = &entry.message.facts;
            let Phase::Failed(why) = &entry.phase else { continue };
            let original = facts.resend_of.unwrap_or(facts.id);
            let known = about.get(&facts.id).or_else(|| about.get(&original));
            // A mistake in the data that is mended by now, and what was sent again as another.
            if why.kind == FailureKind::Invalid && known.is_none() || resent.contains(&facts.id) {
                continue;
            }
            let (remedy, reason, who) = told(&entry.message, why, country(locale));
            // A message of an earlier run: its row is not in the folder any more.
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

    /// What to tell of them. A reminder that failed is over: the invoice's next one may still go out.
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
