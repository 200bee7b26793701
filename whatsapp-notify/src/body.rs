//! What a mail says, as text and as HTML.

use std::collections::BTreeMap;

use askama::Template;
use whatsapp_core::message::FailureKind;
use whatsapp_core::port::Notice;

use crate::clean::one_line;
use crate::zone::TimeZone;

/// The most notices that are listed one by one; the counts cover all.
const LISTED_MAX: usize = 200;

/// The most characters of a customer's name, of a number, of a reason.
const NAME_MAX: usize = 120;
const NUMBER_MAX: usize = 40;
const REASON_MAX: usize = 300;

/// The parts of a mail's body.
pub(crate) struct Body {
    subject: String,
    /// Only when there are several notices.
    summary: Option<Summary>,
    entries: Vec<Entry>,
    total: usize,
    console_url: Option<String>,
}

/// How many failed, and why.
struct Summary {
    headline: String,
    /// A title, and how many messages each word below it stands for.
    counts: [(&'static str, Vec<(&'static str, usize)>); 2],
    perhaps_delivered: usize,
}

/// One failed message: the lines of specification 9.3.
struct Entry {
    lines: [(&'static str, String); 7],
    perhaps_delivered: bool,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a>(&'a Body);

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a>(&'a Body);

impl Body {
    pub(crate) fn new(notices: &[Notice], zone: TimeZone, console_url: Option<&str>) -> Self {
        let subject = match notices {
            [one] => format!("WhatsApp Message Failed - {}", one.message_type.label()),
            several => format!("WhatsApp Messages Failed - {} messages", several.len()),
        };
        Self {
            subject,
            summary: Summary::new(notices, zone),
            entries: notices
                .iter()
                .take(LISTED_MAX)
                .map(|notice| Entry::new(notice, zone))
                .collect(),
            total: notices.len(),
            console_url: console_url.map(ToOwned::to_owned),
        }
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// The text and the HTML.
    pub(crate) fn render(&self) -> Result<(String, String), askama::Error> {
        Ok((Text(self).render()?, Html(self).render()?))
    }

    /// How many notices are not listed.
    fn more(&self) -> usize {
        self.total - self.entries.len()
    }
}

impl Summary {
    fn new(notices: &[Notice], zone: TimeZone) -> Option<Self> {
        if notices.len() < 2 {
            return None;
        }
        let first = notices.iter().map(|notice| notice.failed_at).min()?;
        let last = notices.iter().map(|notice| notice.failed_at).max()?;
        Some(Self {
            headline: format!(
                "{} WhatsApp messages failed between {} and {}.",
                notices.len(),
                zone.local(first),
                zone.stamp(last),
            ),
            counts: [
                ("By message type", count(notices.iter().map(|n| n.message_type.label()))),
                ("By reason", count(notices.iter().map(|n| n.failure.kind.label()))),
            ],
            perhaps_delivered: notices.iter().filter(|n| is_perhaps_delivered(n)).count(),
        })
    }
}

impl Entry {
    fn new(notice: &Notice, zone: TimeZone) -> Self {
        let lines = [
            ("Customer", one_line(notice.customer_name.as_str(), NAME_MAX)),
            ("WhatsApp", one_line(notice.whatsapp_number.as_str(), NUMBER_MAX)),
            ("Message Type", notice.message_type.label().to_owned()),
            ("Trigger", notice.trigger.label().to_owned()),
            ("Failure Reason", one_line(&notice.failure.reason, REASON_MAX)),
            ("Timestamp", zone.stamp(notice.failed_at)),
            ("Retry Count", notice.retry_count.to_string()),
        ];
        Self { lines, perhaps_delivered: is_perhaps_delivered(notice) }
    }
}

fn is_perhaps_delivered(notice: &Notice) -> bool {
    notice.failure.kind == FailureKind::UnknownOutcome
}

/// How often each word occurs, the most frequent first.
fn count(words: impl Iterator<Item = &'static str>) -> Vec<(&'static str, usize)> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    counts
}
