//! What a form of an act says.

use chrono::{DateTime, NaiveDateTime, Utc};
use whatsapp_core::time::Zone;
use whatsapp_core::{MessageId, Private};

use super::Case;
use crate::page::back::checked;
use crate::page::eyes::Eyes;
use crate::visit::Typed;

/// What a form of an act says.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    /// When the message had changed last, as it was shown.
    pub(super) seen: DateTime<Utc>,
    /// How often it had been sent again.
    pub(super) resends: usize,
    /// The page to go back to, from the console's root.
    pub(super) back: String,
    /// Also outside the hours.
    pub(super) hours: bool,
    /// The customer surely did not get it.
    pub(super) arrived: bool,
    /// Once more, although it was sent again already.
    pub(super) again: bool,
    /// The number that was typed.
    pub(super) number: Private,
    /// The instant that was typed.
    pub(super) at: String,
    /// Why the last try was refused.
    pub(super) problem: Problem,
}

/// Why an act was refused, in a sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Problem {
    /// It was not.
    #[default]
    None,
    /// For what was typed into the form's field.
    Field(String),
    /// For anything else.
    Form(String),
}

impl Form {
    /// The form as it is first shown.
    pub(super) fn fresh(case: &Case, eyes: &Eyes<'_>) -> Self {
        let message = case.message.as_ref();
        let due = message.and_then(|message| message.state.owed).map(|owed| owed.due_at);
        Self {
            seen: message.map(|message| message.updated_at).unwrap_or_default(),
            resends: case.resends.len(),
            at: due.map(|at| eyes.times().field(at.max(eyes.now))).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Reads a form of an act on a message; `None` for what is no form of ours.
    pub(super) fn read(typed: &Typed, id: MessageId) -> Option<Self> {
        let is_ticked = |name| typed.get(name) == "yes";
        Some(Self {
            seen: DateTime::from_timestamp_micros(typed.get("seen").parse().ok()?)?,
            resends: typed.get("resends").parse().ok()?,
            back: checked(typed.get("back")).unwrap_or_else(|| format!("messages/{id}")),
            hours: is_ticked("hours"),
            arrived: is_ticked("arrived"),
            again: is_ticked("again"),
            number: typed.get("number").into(),
            at: typed.get("at").to_owned(),
            problem: Problem::None,
        })
    }
}

/// The instant of a field such as `2026-11-28T18:00`, by the clocks of the business. Where they are set
/// forward over it, it is the moment at which they are.
pub(super) fn instant(typed: &str, zone: &Zone) -> Option<DateTime<Utc>> {
    let read = |format| NaiveDateTime::parse_from_str(typed, format).ok();
    let local = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))?;
    zone.first_at(local.date(), local.time())
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn an_instant_is_read_by_the_clocks_of_the_business() {
        let berlin = "Europe/Berlin".parse().unwrap();
        let read = |typed| instant(typed, &berlin).map(|at| at.to_rfc3339());
        assert_eq!(read("2026-11-28T18:00").as_deref(), Some("2026-11-28T17:00:00+00:00"));
        assert_eq!(read("2026-07-28T18:00:30").as_deref(), Some("2026-07-28T16:00:30+00:00"));
        // On this night 02:00 is 03:00.
        assert_eq!(read("2026-03-29T02:30").as_deref(), Some("2026-03-29T01:00:00+00:00"));
        for typed in ["", "tomorrow", "2026-02-30T10:00", "2026-11-28 18:00"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
