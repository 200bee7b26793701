//! What was just done, as the address of the page after it says it: a reload says it again, and does nothing.

use url::form_urlencoded;
use whatsapp_core::MessageId;
use whatsapp_core::audit::{AuditEntry, AuditTarget};
use whatsapp_core::message::Message;
use whatsapp_core::port::AuditFilter;

use super::acts::Act;
use super::eyes::Eyes;
use super::timeline::{by_hand, who};
use crate::oops::Oops;
use crate::view::Shell;
use crate::visit::Visit;

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// An act on a message.
    Act(Act),
    /// Nothing: somebody else, or something else, was faster.
    Changed,
    /// Nothing: it cannot be done as the message stands.
    NotNow,
    /// All sending was stopped.
    Paused,
    /// It goes on.
    Resumed,
    /// Nothing: sending was paused or resumed by something else meanwhile.
    OtherPause,
}

impl Done {
    const ALL: [Self; 12] = [
        Self::Act(Act::Retry),
        Self::Act(Act::Resend),
        Self::Act(Act::Number),
        Self::Act(Act::Cancel),
        Self::Act(Act::Reschedule),
        Self::Act(Act::PutAside),
        Self::Act(Act::TakeUp),
        Self::Changed,
        Self::NotNow,
        Self::Paused,
        Self::Resumed,
        Self::OtherPause,
    ];

    /// Its word in an address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Act(Act::Retry) => "retried",
            Self::Act(Act::Resend) => "resent",
            Self::Act(Act::Number) => "resent-elsewhere",
            Self::Act(Act::Cancel) => "cancelled",
            Self::Act(Act::Reschedule) => "rescheduled",
            Self::Act(Act::PutAside) => "put-aside",
            Self::Act(Act::TakeUp) => "taken-up",
            Self::Changed => "changed",
            Self::NotNow => "not-now",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::OtherPause => "other-pause",
        }
    }

    /// What an address says of it, and of which message; nothing where it says nothing that is known.
    pub(crate) fn read(query: &str) -> Option<(Self, Option<MessageId>)> {
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let word = value("done")?;
        let done = Self::ALL.into_iter().find(|done| done.word() == word)?;
        Some((done, value("of").and_then(|id| id.parse().ok())))
    }

    /// An address from the console's root, with what was done behind it.
    pub(crate) fn behind(self, address: &str, of: Option<MessageId>) -> String {
        let mark = if address.contains('?') { '&' } else { '?' };
        let of = of.map(|id| format!("&of={id}")).unwrap_or_default();
        format!("{address}{mark}done={}{of}", self.word())
    }

    /// It in a sentence, and the tone of that. `latest` is what was last done to the message by hand.
    pub(crate) fn said(
        self,
        message: Option<&Message>,
        latest: Option<&AuditEntry>,
        eyes: &Eyes<'_>,
    ) -> (String, &'static str) {
        let t = eyes.t;
        let named = message.map_or_else(|| t.the_message().to_owned(), |it| eyes.named(it));
        match self {
            Self::Act(Act::Retry) => (t.done_retry(&named), "ok"),
            Self::Act(Act::Resend) => (t.done_resend(&named), "ok"),
            Self::Act(Act::Number) => (t.done_number(&named), "ok"),
            Self::Act(Act::Cancel) => (t.done_cancel(&named), "ok"),
            Self::Act(Act::Reschedule) => (t.done_reschedule(&named), "ok"),
            Self::Act(Act::PutAside) => (t.done_put_aside(&named), "ok"),
            Self::Act(Act::TakeUp) => (t.done_take_up(&named), "ok"),
            Self::Changed => {
                let by = latest.and_then(|entry| {
                    let said = by_hand(entry.act, &who(&entry.by, eyes), eyes)?;
                    Some(t.at_time(&said, &eyes.times().short(entry.at)))
                });
                (t.done_changed(by.as_deref().unwrap_or_default()), "warn")
            }
            Self::NotNow => (t.done_not_now().to_owned(), "warn"),
            Self::Paused => (t.done_pause().to_owned(), "warn"),
            Self::Resumed => (t.done_resume().to_owned(), "ok"),
            Self::OtherPause => (t.done_other_pause().to_owned(), "warn"),
        }
    }
}

/// Says on top of a page what was just done, where its address tells of it.
pub(crate) async fn flash(s: &mut Shell, visit: &Visit, eyes: &Eyes<'_>) -> Result<(), Oops> {
    let Some((done, of)) = Done::read(&visit.query) else { return Ok(()) };
    let message = match of {
        Some(id) => visit.ports().log().messages(&[id]).await?.pop(),
        None => None,
    };
    let latest = match of {
        Some(id) if done == Done::Changed => latest(visit, id).await?,
        _ => None,
    };
    let (said, tone) = done.said(message.as_ref(), latest.as_ref(), eyes);
    (s.flash, s.flash_tone) = (said, tone);
    Ok(())
}

/// What was last done to a message by hand; nothing where nothing reads the audit.
pub(crate) async fn latest(visit: &Visit, id: MessageId) -> Result<Option<AuditEntry>, Oops> {
    Ok(by_hand_on(visit, id, 1).await?.into_iter().next())
}

/// What was done to a message by hand, the newest first; nothing where nothing reads the audit.
pub(crate) async fn by_hand_on(
    visit: &Visit,
    id: MessageId,
    most: u32,
) -> Result<Vec<AuditEntry>, Oops> {
    if !visit.ports().reads_audit() {
        return Ok(Vec::new());
    }
    let filter = AuditFilter { on: Some(AuditTarget::Message(id)), ..AuditFilter::default() };
    Ok(visit.inner.desk.audit(&filter, None, most).await?.entries)
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::Done;

    #[test]
    fn an_address_says_what_was_done_and_to_which_message() {
        let id = new_message(7, START).facts.id;
        for done in Done::ALL {
            for address in ["overview", "messages?status=failed"] {
                let told = done.behind(address, Some(id));
                let (path, query) = told.split_once('?').unwrap();
                assert_eq!(Done::read(query), Some((done, Some(id))), "{told}");
                assert!(address.starts_with(path));
            }
        }
        assert_eq!(Done::read("done=all&of=1"), None);
        assert_eq!(Done::read("done=paused&of=x"), Some((Done::Paused, None)));
    }
}
