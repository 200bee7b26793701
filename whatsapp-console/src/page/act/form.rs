//! The form of an act.

use chrono::{DateTime, NaiveDateTime, Utc};
use whatsapp_core::time::Zone;
use whatsapp_core::{MessageId, Private, WhatsAppNumber};

use super::Case;
use crate::page::back::checked;
use crate::page::eyes::Eyes;
use crate::typed::Typed;
use crate::words::times::field;

/// Value of the form's `seen` for a message whose row cannot be read.
pub(super) const UNREADABLE: &str = "unreadable";

/// The values of an act's form.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a tick of the form")]
pub(super) struct Form {
    /// Last change of the message as it was shown; `None` where its row could not be read.
    pub(super) seen: Option<DateTime<Utc>>,
    /// Number of times it had been sent again.
    pub(super) resends: usize,
    /// The page to go back to, from the console's root.
    pub(super) back: String,
    /// Agreement to send outside the hours.
    pub(super) hours: bool,
    /// Confirmation that the customer surely did not get it.
    pub(super) arrived: bool,
    /// Agreement to send once more, although it was sent again already.
    pub(super) again: bool,
    /// The number that was typed.
    pub(super) number: Private,
    /// The instant that was typed.
    pub(super) at: String,
    /// The instant that the field showed at first.
    pub(super) due: Option<DateTime<Utc>>,
    /// Agreement to send at once, where the instant has passed.
    pub(super) now: bool,
    /// Reason for the last refusal.
    pub(super) problem: Problem,
}

/// Reason for refusing an act, in a sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Problem {
    /// No refusal.
    #[default]
    None,
    /// A refusal of the value in the form's field.
    Field(String),
    /// A refusal for another reason.
    Form(String),
}

impl Form {
    /// The form as it is first shown.
    pub(super) fn fresh(case: &Case, eyes: &Eyes<'_>) -> Self {
        let message = case.message.as_ref();
        let due = message.and_then(|message| message.state.owed);
        let due = due.map(|owed| owed.due_at.max(eyes.now));
        Self {
            seen: message.map(|message| message.updated_at),
            resends: case.resends.len(),
            number: probably_meant(case, eyes).unwrap_or_default(),
            at: due.map(|at| eyes.times().field(at)).unwrap_or_default(),
            due,
            ..Self::default()
        }
    }

    /// Reads a form of an act on a message; `None` for what is no form of ours.
    pub(super) fn read(typed: &Typed, id: MessageId) -> Option<Self> {
        let is_ticked = |name| typed.get(name) == "yes";
        Some(Self {
            seen: match typed.get("seen") {
                UNREADABLE => None,
                seen => Some(DateTime::from_timestamp_micros(seen.parse().ok()?)?),
            },
            resends: typed.get("resends").parse().ok()?,
            back: checked(typed.get("back")).unwrap_or_else(|| format!("messages/{id}")),
            hours: is_ticked("hours"),
            arrived: is_ticked("arrived"),
            again: is_ticked("again"),
            number: typed.get("number").into(),
            at: typed.get("at").to_owned(),
            due: typed.get("due").parse().ok().and_then(DateTime::from_timestamp_micros),
            now: is_ticked("now"),
            problem: Problem::None,
        })
    }

    /// The instant that was typed.
    pub(super) fn instant(&self, zone: &Zone) -> Option<DateTime<Utc>> {
        instant(&self.at, self.due, zone)
    }
}

/// The number that the customer's record probably means, where it has a mistake that can be mended.
fn probably_meant(case: &Case, eyes: &Eyes<'_>) -> Option<Private> {
    let record = case.customer.as_ref()?.whatsapp_number.as_ref()?;
    if WhatsAppNumber::parse(record.as_str()).is_ok() {
        return None;
    }
    let meant = WhatsAppNumber::typed(record.as_str(), eyes.settings.country()).ok()?.number;
    Some(eyes.number(meant.as_str()).into())
}

/// Reads the instant of a field such as `2026-11-28T18:00`, by the clocks of the business. A field
/// that was not changed means the very instant that it showed. Where the clocks are set back, a
/// time comes twice: the one with the offset of the shown instant counts, or else the first. Where
/// they are set forward over the time, the moment of the change counts.
fn instant(typed: &str, shown: Option<DateTime<Utc>>, zone: &Zone) -> Option<DateTime<Utc>> {
    if let Some(shown) = shown.filter(|shown| field(*shown, zone) == typed) {
        return Some(shown);
    }
    let read = |format| NaiveDateTime::parse_from_str(typed, format).ok();
    let local = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))?;
    let all = zone.all_at(local.date(), local.time());
    let offset = |at| *zone.local(at).offset();
    let wanted = shown.map(offset);
    let alike = all.iter().find(|at| Some(offset(**at)) == wanted);
    alike.or(all.first()).copied().or_else(|| zone.first_at(local.date(), local.time()))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use whatsapp_core::time::Zone;

    use super::instant;
    use crate::words::times::field;

    #[test]
    fn an_instant_is_read_by_the_clocks_of_the_business() {
        let berlin = "Europe/Berlin".parse().unwrap();
        let read = |typed| instant(typed, None, &berlin).map(|at| at.to_rfc3339());
        assert_eq!(read("2026-11-28T18:00").as_deref(), Some("2026-11-28T17:00:00+00:00"));
        assert_eq!(read("2026-07-28T18:00:30").as_deref(), Some("2026-07-28T16:00:30+00:00"));
        // On this night 02:00 is 03:00.
        assert_eq!(read("2026-03-29T02:30").as_deref(), Some("2026-03-29T01:00:00+00:00"));
        for typed in ["", "tomorrow", "2026-02-30T10:00", "2026-11-28 18:00"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_a_field_showed_is_what_it_says_also_where_a_time_comes_twice() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        // On this night 02:00 to 03:00 comes twice.
        for shown in ["2026-10-25T00:30:59Z", "2026-10-25T01:30:07Z", "2026-07-01T10:00:01Z"] {
            let shown = at(shown);
            assert_eq!(instant(&field(shown, &berlin), Some(shown), &berlin), Some(shown));
        }
        for (shown, expected) in [
            (Some("2026-10-25T00:30:00Z"), "2026-10-25T00:45:00Z"),
            (Some("2026-10-25T01:30:00Z"), "2026-10-25T01:45:00Z"),
            (Some("2026-11-20T10:00:00Z"), "2026-10-25T01:45:00Z"),
            (None, "2026-10-25T00:45:00Z"),
        ] {
            let read = instant("2026-10-25T02:45", shown.map(at), &berlin);
            assert_eq!(read, Some(at(expected)), "{shown:?}");
        }
    }
}
