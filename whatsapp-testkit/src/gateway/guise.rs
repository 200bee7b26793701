//! The looks of accepted messages in the gateway's lists, if they differ from what was sent.

mod name;
mod wardrobe;

use chrono::{FixedOffset, TimeDelta};
use serde_json::{Value, json};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::port::ListedMessage;

pub use name::ParseGuiseError;
pub use wardrobe::Guises;
pub(super) use wardrobe::Wardrobe;

use super::clock::stamp;
use super::life::Accepted;

/// One part of a message that a list shows in another form than it was sent, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shown {
    /// The recipient as an alias: `100000000000042@lid`.
    Lid,
    /// The recipient as an alias without `@lid`.
    BareLid,
    /// The recipient with a linked device: `919876543210:12@s.whatsapp.net`.
    Device,
    /// The recipient at its server: `919876543210@s.whatsapp.net`.
    Server,
    /// The recipient as whatsapp-web.js writes it: `919876543210@c.us`.
    Contact,
    /// The recipient with other digits before its last eight. Brazil's ninth digit, Mexico's 1 and
    /// Argentina's 9 are left out if present and put in if missing. Elsewhere a 0 follows the
    /// country code.
    OtherDigits,
    /// The chat of a number that the gateway spells in its own way, in countries with two spellings
    /// (Brazil, Mexico, Argentina). The recipient has other digits as in
    /// [`OtherDigits`](Self::OtherDigits), and a question for a number finds the message only if it
    /// has exactly these digits.
    OwnSpelling,
    /// The recipient as it is dialled inside its country, without the country code.
    Domestic,
    /// No recipient.
    NoRecipient,
    /// The text escaped for HTML: `D&#039;Souza &amp; Sons`.
    Escaped,
    /// The text escaped once more.
    EscapedTwice,
    /// The text with a number in place of each character that is not ASCII: `&#2344;`.
    EscapedNumbers,
    /// The text with `?` for each character that is not ASCII.
    QuestionMarks,
    /// The text with U+FFFD for each byte that is not ASCII.
    Replaced,
    /// The first characters of the text; the number says how many.
    Cut(usize),
    /// The time moved later by this number of minutes; earlier if negative.
    Shift(i64),
    /// No time.
    NoTime,
    /// No id.
    NoId,
}

/// The look of one listed message: any of [`Shown`] together, each by its name and joined by `+`.
///
/// ```
/// use whatsapp_testkit::gateway::{Guise, Shown};
///
/// let guise: Guise = "lid+escaped+shift:-330".parse()?;
/// assert_eq!(guise, Guise::of([Shown::Lid, Shown::Escaped, Shown::Shift(-330)]));
/// assert_eq!(guise.to_string(), "lid+escaped+shift:-330");
/// assert_eq!("as-sent".parse::<Guise>()?, Guise::default());
/// # Ok::<(), whatsapp_testkit::gateway::ParseGuiseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guise(Vec<Shown>);

impl Guise {
    /// Combines all of these, one after the other; an empty guise is a message as it was sent.
    #[must_use]
    pub fn of(shown: impl IntoIterator<Item = Shown>) -> Self {
        Self(shown.into_iter().collect())
    }

    /// Returns a text as this guise shows it.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let shown = self.0.iter();
        shown.fold(text.to_owned(), |text, shown| shown.text(&text).unwrap_or(text))
    }

    /// Tells whether a question for this number, in full or its beginning, is answered with a
    /// message.
    fn is_asked_for(&self, filter: &str, message: &Accepted) -> bool {
        if self.0.contains(&Shown::OwnSpelling)
            && let Some(spelled) = own_spelling(&message.number)
        {
            return filter.is_empty() || filter == spelled;
        }
        message.number.starts_with(filter)
    }

    /// Applies the guise to a row as it is read: of the message of this arrival, to these digits.
    pub(crate) fn listed(
        &self,
        mut row: ListedMessage,
        digits: &str,
        arrival: u64,
    ) -> ListedMessage {
        for shown in &self.0 {
            if let Some(text) = shown.text(row.text.as_str()) {
                row.text = text.into();
            } else if let Some(recipient) = shown.recipient(digits, arrival) {
                row.recipient = Some(recipient).filter(|to| !to.is_empty()).map(Into::into);
            }
            match shown {
                Shown::Shift(minutes) => {
                    row.created_at = row.created_at.map(|at| at + TimeDelta::minutes(*minutes));
                }
                Shown::NoTime => row.created_at = None,
                Shown::NoId => row.gateway_id = None,
                _ => {}
            }
        }
        row
    }

    /// Applies the guise to a row of a list, whose times are in `zone`.
    fn dress(&self, row: &mut Value, message: &Accepted, zone: FixedOffset) {
        for shown in &self.0 {
            shown.dress(row, message, zone);
        }
    }
}

impl Shown {
    fn dress(self, row: &mut Value, message: &Accepted, zone: FixedOffset) {
        if let Some(text) = self.text(row["text"].as_str().unwrap_or_default()) {
            row["text"] = json!(text);
            return;
        }
        let (name, value) = match self {
            Self::Shift(minutes) => {
                let shifted = message.accepted_at + TimeDelta::minutes(minutes);
                ("createdAt", json!(stamp(shifted, zone)))
            }
            Self::NoTime => ("createdAt", Value::Null),
            Self::NoId => ("id", Value::Null),
            _ => match self.recipient(&message.number, message.arrival) {
                Some(recipient) if recipient.is_empty() => ("phonenumber", Value::Null),
                Some(recipient) => ("phonenumber", json!(recipient)),
                None => return,
            },
        };
        row[name] = value;
    }

    /// A recipient as it is shown, empty if it is left out; `None` if it is shown unchanged.
    fn recipient(self, number: &str, arrival: u64) -> Option<String> {
        Some(match self {
            Self::Lid => format!("{}@lid", lid(arrival)),
            Self::BareLid => lid(arrival),
            Self::Device => format!("{number}:12@s.whatsapp.net"),
            Self::Server => format!("{number}@s.whatsapp.net"),
            Self::Contact => format!("{number}@c.us"),
            Self::OtherDigits => other_digits(number),
            Self::OwnSpelling => own_spelling(number)?,
            Self::Domestic => format!("0{}", split(number).1),
            Self::NoRecipient => String::new(),
            _ => return None,
        })
    }

    /// A text as it is shown; `None` if it is shown unchanged.
    fn text(self, text: &str) -> Option<String> {
        Some(match self {
            Self::Escaped => escaped(text),
            Self::EscapedTwice => escaped(&escaped(text)),
            Self::EscapedNumbers => escaped_numbers(text),
            Self::QuestionMarks => ascii_or(text, "?"),
            Self::Replaced => text.chars().map(replaced).collect(),
            Self::Cut(most) => text.chars().take(most).collect(),
            _ => return None,
        })
    }
}

/// An alias of the recipient, the same in each list: 15 digits that are no phone number.
fn lid(arrival: u64) -> String {
    format!("1{arrival:014}")
}

/// Splits a number into its country code and the rest.
fn split(number: &str) -> (String, &str) {
    let key = WhatsAppNumber::parse(&format!("+{number}")).map(|number| number.variant_key());
    let code = key.ok().and_then(|key| key.split_once('-').map(|(code, _)| code.to_owned()));
    let code = code.unwrap_or_default();
    let rest = number.strip_prefix(code.as_str()).unwrap_or(number);
    (code, rest)
}

fn other_digits(number: &str) -> String {
    let (code, rest) = split(number);
    match (code.as_str(), rest.len(), rest.split_at_checked(2)) {
        ("55", 11, Some((area, local))) => {
            format!("55{area}{}", local.get(1..).unwrap_or_default())
        }
        ("55", 10, Some((area, local))) => format!("55{area}9{local}"),
        ("52" | "54", 11, _) => format!("{code}{}", rest.get(1..).unwrap_or_default()),
        ("52", ..) => format!("521{rest}"),
        ("54", ..) => format!("549{rest}"),
        _ => format!("{code}0{rest}"),
    }
}

/// The gateway's own spelling of a number; `None` in countries with one spelling only.
fn own_spelling(number: &str) -> Option<String> {
    matches!(split(number).0.as_str(), "52" | "54" | "55").then(|| other_digits(number))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#039;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn escaped_numbers(text: &str) -> String {
    let number = |c: char| {
        if c.is_ascii() && c != '&' { c.to_string() } else { format!("&#{};", u32::from(c)) }
    };
    text.chars().map(number).collect()
}

fn ascii_or(text: &str, other: &str) -> String {
    let written = |c: char| if c.is_ascii() { c.to_string() } else { other.to_owned() };
    text.chars().map(written).collect()
}

fn replaced(c: char) -> String {
    if c.is_ascii() { c.to_string() } else { "\u{FFFD}".repeat(c.len_utf8()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_digits_are_those_that_networks_leave_out_or_put_in() {
        for (number, listed) in [
            ("5531987654321", "553187654321"),
            ("553187654321", "5531987654321"),
            ("5215512345678", "525512345678"),
            ("525512345678", "5215512345678"),
            ("5491123456789", "541123456789"),
            ("541123456789", "5491123456789"),
            ("919876543210", "9109876543210"),
            ("2290197123456", "22900197123456"),
        ] {
            assert_eq!(other_digits(number), listed);
            assert!(WhatsAppNumber::parse(&format!("+{number}")).unwrap().may_be(listed));
        }
    }

    #[test]
    fn texts_are_shown_as_careless_gateways_show_them() {
        assert_eq!(
            escaped("D'Souza & \"Sons\" <x>"),
            "D&#039;Souza &amp; &quot;Sons&quot; &lt;x&gt;"
        );
        assert_eq!(escaped_numbers("न & é"), "&#2344; &#38; &#233;");
        assert_eq!(ascii_or("नमः Asha", "?"), "??? Asha");
        assert_eq!("é!".chars().map(replaced).collect::<String>(), "\u{FFFD}\u{FFFD}!");
    }
}
