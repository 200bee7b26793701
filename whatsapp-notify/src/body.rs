//! Body of a mail about failed messages, as text and as HTML.

use std::borrow::Cow;
use std::collections::BTreeMap;

use askama::Template;
#[cfg(feature = "suggest")]
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{FailureKind, MessageType, TypeName};
use whatsapp_core::port::Notice;
use whatsapp_core::template::Types;
use whatsapp_core::time::Zone;

use crate::clean::one_line;
use crate::stamp::{local, stamp};

/// Maximum number of notices that are listed one by one; the counts cover all of them.
const LISTED_MAX: usize = 200;

/// Maximum number of characters of a customer's name, of a number, of a reason.
const NAME_MAX: usize = 120;
const NUMBER_MAX: usize = 40;
const REASON_MAX: usize = 300;

/// A host's choices for its mails.
#[derive(Debug, Clone, Default)]
pub(crate) struct Style {
    pub(crate) zone: Zone,
    pub(crate) console_url: Option<String>,
    /// The country of numbers that are written without a country code.
    #[cfg(feature = "suggest")]
    pub(crate) country: Option<String>,
}

impl Style {
    /// Suggests the number that was perhaps meant by a wrong number.
    #[cfg(feature = "suggest")]
    fn suggestion(&self, notice: &Notice) -> Option<String> {
        let country = self.country.as_deref()?;
        let wrong = notice.failure.kind == FailureKind::Invalid;
        let typed = wrong.then_some(notice.whatsapp_number.as_str())?;
        let meant = WhatsAppNumber::typed(typed, country).ok()?.number.as_str().to_owned();
        (meant != typed).then_some(meant)
    }

    #[cfg(not(feature = "suggest"))]
    #[expect(clippy::unused_self, reason = "with the feature it is used")]
    const fn suggestion(&self, _notice: &Notice) -> Option<String> {
        None
    }
}

/// The parts of a mail's body.
pub(crate) struct Body {
    subject: String,
    /// Present only if there are several notices.
    summary: Option<Summary>,
    entries: Vec<Entry>,
    total: usize,
    console_url: Option<String>,
}

/// A word by which messages are counted.
type Word = Cow<'static, str>;

/// Number of failed messages, and counts by reason.
struct Summary {
    headline: String,
    /// A title, and for each word below it the number of messages.
    counts: [(&'static str, Vec<(Word, usize)>); 2],
    perhaps_delivered: usize,
}

/// One failed message: the lines of specification 9.3, and the data needed to find the message.
struct Entry {
    lines: Vec<(&'static str, String)>,
    perhaps_delivered: bool,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a>(&'a Body);

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a>(&'a Body);

impl Body {
    pub(crate) fn new(notices: &[Notice], types: &Types, style: &Style) -> Self {
        let subject = match notices {
            [one] => format!("WhatsApp Message Failed - {}", types.label(one.message_type)),
            several => format!("WhatsApp Messages Failed - {} messages", several.len()),
        };
        Self {
            subject,
            summary: Summary::new(notices, types, &style.zone),
            entries: notices
                .iter()
                .take(LISTED_MAX)
                .map(|notice| Entry::new(notice, types, style))
                .collect(),
            total: notices.len(),
            console_url: style.console_url.clone(),
        }
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// Renders the text and the HTML.
    pub(crate) fn render(&self) -> Result<(String, String), askama::Error> {
        Ok((Text(self).render()?, Html(self).render()?))
    }

    /// Returns the number of notices that are not listed.
    fn more(&self) -> usize {
        self.total - self.entries.len()
    }
}

impl Summary {
    fn new(notices: &[Notice], types: &Types, zone: &Zone) -> Option<Self> {
        if notices.len() < 2 {
            return None;
        }
        let first = notices.iter().map(|notice| notice.failed_at).min()?;
        let last = notices.iter().map(|notice| notice.failed_at).max()?;
        Some(Self {
            headline: format!(
                "{} WhatsApp messages failed between {} and {}.",
                notices.len(),
                local(zone, first),
                stamp(zone, last),
            ),
            counts: [
                ("By message type", count(notices.iter().map(|n| types.label(n.message_type)))),
                ("By reason", count(notices.iter().map(|n| n.failure.kind.label().into()))),
            ],
            perhaps_delivered: notices.iter().filter(|n| is_perhaps_delivered(n)).count(),
        })
    }
}

impl Entry {
    fn new(notice: &Notice, types: &Types, style: &Style) -> Self {
        let mut lines = vec![("Customer", one_line(notice.customer_name.as_str(), NAME_MAX))];
        let customer_id = notice.customer_id.as_ref();
        lines.extend(customer_id.map(|id| ("Customer ID", one_line(id.as_str(), NAME_MAX))));
        lines.push(("WhatsApp", one_line(notice.whatsapp_number.as_str(), NUMBER_MAX)));
        lines.extend(style.suggestion(notice).map(|number| ("Did you mean", number)));
        lines.push(("Message Type", types.label(notice.message_type).into_owned()));
        if let Some(subject) = &notice.subject {
            lines.push((thing(notice.message_type, types), one_line(subject, NAME_MAX)));
        }
        lines.extend([
            ("Trigger", notice.trigger.label().to_owned()),
            ("Failure Reason", one_line(&notice.failure.reason, REASON_MAX)),
            ("Timestamp", stamp(&style.zone, notice.failed_at)),
            ("Retry Count", notice.retry_count.to_string()),
            ("Message ID", notice.message_id.to_string()),
        ]);
        Self { lines, perhaps_delivered: is_perhaps_delivered(notice) }
    }
}

/// The noun for the subject of a message of this type, which has a number or a name.
fn thing(name: TypeName, types: &Types) -> &'static str {
    types.get(name).and_then(MessageType::subject).map_or("Subject", |(_, thing)| thing)
}

fn is_perhaps_delivered(notice: &Notice) -> bool {
    notice.failure.kind == FailureKind::UnknownOutcome
}

/// Counts each word, the most frequent first.
fn count(words: impl Iterator<Item = Word>) -> Vec<(Word, usize)> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    counts
}
