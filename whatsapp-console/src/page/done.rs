//! What was just done, as the address of the page after it says it: a reload says it again, and does nothing.
//!
//! Whoever makes such an address cannot make the console say what was not done: what it says is signed, holds
//! for the visit in which it was done, and for a quarter of an hour.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::Mac as _;
use url::form_urlencoded;
use whatsapp_core::audit::{Act as Audited, Actor, AuditEntry, AuditTarget};
use whatsapp_core::message::Message;
use whatsapp_core::port::AuditFilter;

use super::acts::Act;
use super::eyes::Eyes;
use super::timeline::{by_hand, who};
use crate::gate::Visitor;
use crate::oops::Oops;
use crate::secret::ConsoleSecret;
use crate::view::Shell;
use crate::visit::Visit;

/// How long it is said.
const SAID: TimeDelta = TimeDelta::minutes(15);

/// What was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// An act on a message.
    Act(Act),
    /// Nothing: somebody else, or something else, was faster.
    Changed,
    /// Nothing: it cannot be done as the message stands.
    NotNow,
    /// Nothing: no message was chosen.
    NoneChosen,
    /// All sending was stopped.
    Paused,
    /// It goes on.
    Resumed,
    /// A reminder was let go.
    Approved,
    /// A reminder was dropped.
    Dropped,
    /// Nothing: the reminder does not wait any more.
    HeldChanged,
    /// Messages are kept back from a customer.
    Muted,
    /// They go out again.
    Unmuted,
    /// Nothing: they did so already.
    UnmutedBefore,
    /// A view was saved.
    ViewSaved,
    /// A view was removed.
    ViewRemoved,
    /// Nothing: sending was paused or resumed by something else meanwhile.
    OtherPause,
}

impl Done {
    const ALL: [Self; 21] = [
        Self::Act(Act::Retry),
        Self::Act(Act::Resend),
        Self::Act(Act::Number),
        Self::Act(Act::Cancel),
        Self::Act(Act::Reschedule),
        Self::Act(Act::PutAside),
        Self::Act(Act::TakeUp),
        Self::Changed,
        Self::NotNow,
        Self::NoneChosen,
        Self::Paused,
        Self::Resumed,
        Self::Approved,
        Self::Dropped,
        Self::HeldChanged,
        Self::Muted,
        Self::Unmuted,
        Self::UnmutedBefore,
        Self::ViewSaved,
        Self::ViewRemoved,
        Self::OtherPause,
    ];

    /// Its word in an address.
    const fn word(self) -> &'static str {
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
            Self::NoneChosen => "none-chosen",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Approved => "approved",
            Self::Dropped => "dropped",
            Self::HeldChanged => "held-changed",
            Self::Muted => "muted",
            Self::Unmuted => "unmuted",
            Self::UnmutedBefore => "unmuted-before",
            Self::ViewSaved => "view-saved",
            Self::ViewRemoved => "view-removed",
            Self::OtherPause => "other-pause",
        }
    }

    /// An address from the console's root, with what was done in this visit behind it, and to what.
    pub(crate) fn behind(self, address: &str, of: Option<&AuditTarget>, visit: &Visit) -> String {
        self.told(address, of, &visit.inner.secret, &visit.visitor, visit.now)
    }

    fn told(
        self,
        address: &str,
        of: Option<&AuditTarget>,
        secret: &ConsoleSecret,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> String {
        let (of, at) = (of.map(target).unwrap_or_default(), now.timestamp().to_string());
        let proof = code(secret, visitor, self.word(), &of, &at).finalize().into_bytes();
        let proof = URL_SAFE_NO_PAD.encode(proof.get(..16).unwrap_or_default());
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("done", &format!("{}.{at}.{proof}", self.word()));
        if !of.is_empty() {
            pairs.append_pair("of", &of);
        }
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{}", pairs.finish())
    }

    /// What an address says of it, and of what it was done to; nothing where that does not hold.
    fn read(
        query: &str,
        secret: &ConsoleSecret,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Option<(Self, Option<AuditTarget>)> {
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        let (said, of) = (value("done")?, value("of").unwrap_or_default());
        let mut parts = said.split('.');
        let (word, at, proof) = (parts.next()?, parts.next()?, parts.next()?);
        let proof = URL_SAFE_NO_PAD.decode(proof).ok().filter(|proof| proof.len() == 16)?;
        code(secret, visitor, word, &of, at).verify_truncated_left(&proof).ok()?;
        let age = now - DateTime::from_timestamp(at.parse().ok()?, 0)?;
        if age > SAID || age < TimeDelta::minutes(-1) {
            return None;
        }
        let done = Self::ALL.into_iter().find(|done| done.word() == word)?;
        let of = of.split_once(':').and_then(|(kind, id)| AuditTarget::read(kind, id));
        Some((done, of))
    }

    /// It in a sentence, and the tone of that. `latest` is what was last done to the same by hand.
    fn said(
        self,
        message: Option<&Message>,
        latest: Option<&AuditEntry>,
        eyes: &Eyes<'_>,
    ) -> (String, &'static str) {
        let t = eyes.t;
        let named = || message.map_or_else(|| t.the_message().to_owned(), |it| eyes.named(it));
        let by = || {
            let by = latest.and_then(|entry| {
                let said = by_hand(entry.act, &who(&entry.by, eyes), eyes)?;
                Some(t.at_time(&said, &eyes.times().short(entry.at)))
            });
            by.unwrap_or_default()
        };
        match self {
            Self::Act(Act::Retry) => (t.done_retry(&named()), "ok"),
            Self::Act(Act::Resend) => (t.done_resend(&named()), "ok"),
            Self::Act(Act::Number) => (t.done_number(&named()), "ok"),
            Self::Act(Act::Cancel) => (t.done_cancel(&named()), "ok"),
            Self::Act(Act::Reschedule) => (t.done_reschedule(&named()), "ok"),
            Self::Act(Act::PutAside) => (t.done_put_aside(&named()), "ok"),
            Self::Act(Act::TakeUp) => (t.done_take_up(&named()), "ok"),
            Self::Changed => (t.done_changed(&by()), "warn"),
            Self::NotNow => (t.done_not_now().to_owned(), "warn"),
            Self::NoneChosen => (t.none_chosen().to_owned(), "warn"),
            Self::Paused => (t.done_pause().to_owned(), "warn"),
            Self::Resumed => (t.done_resume().to_owned(), "ok"),
            Self::Approved => (t.done_approve().to_owned(), "ok"),
            Self::Dropped => (t.done_drop().to_owned(), "ok"),
            Self::HeldChanged => (t.done_held_changed(&by()), "warn"),
            Self::Muted => (t.done_mute().to_owned(), "ok"),
            Self::Unmuted => (t.done_unmute().to_owned(), "ok"),
            Self::UnmutedBefore => (t.done_unmuted_before().to_owned(), "warn"),
            Self::ViewSaved => (t.done_view_saved().to_owned(), "ok"),
            Self::ViewRemoved => (t.done_view_removed().to_owned(), "ok"),
            Self::OtherPause => (t.done_other_pause().to_owned(), "warn"),
        }
    }
}

/// Says on top of a page what was just done, where its address tells of it.
pub(crate) async fn flash(s: &mut Shell, visit: &Visit, eyes: &Eyes<'_>) -> Result<(), Oops> {
    let read = Done::read(&visit.query, &visit.inner.secret, &visit.visitor, visit.now);
    let Some((done, of)) = read else { return Ok(()) };
    let message = match &of {
        Some(AuditTarget::Message(id)) => visit.ports().log().messages(&[*id]).await?.pop(),
        _ => None,
    };
    let latest = match of {
        Some(of) if matches!(done, Done::Changed | Done::HeldChanged) => latest(visit, of).await?,
        _ => None,
    };
    (s.flash, s.flash_tone) = done.said(message.as_ref(), latest.as_ref(), eyes);
    Ok(())
}

/// What was last done to something by hand; nothing where nothing reads the audit.
pub(crate) async fn latest(visit: &Visit, of: AuditTarget) -> Result<Option<AuditEntry>, Oops> {
    Ok(by_hand_on(visit, of, 1).await?.into_iter().next())
}

/// What was done to something by hand, the newest first; nothing where nothing reads the audit.
pub(crate) async fn by_hand_on(
    visit: &Visit,
    of: AuditTarget,
    most: u32,
) -> Result<Vec<AuditEntry>, Oops> {
    if !visit.ports().reads_audit() {
        return Ok(Vec::new());
    }
    let filter = AuditFilter { on: Some(of), ..AuditFilter::default() };
    Ok(visit.inner.desk.audit(&filter, None, most).await?.entries)
}

/// Whether the last that was done to something by hand is this, by this visitor: a form that was sent twice
/// finds so that it was done.
pub(crate) async fn is_mine(visit: &Visit, of: AuditTarget, act: Audited) -> Result<bool, Oops> {
    let Actor::Person(visitor) = visit.actor() else { return Ok(false) };
    let entries = by_hand_on(visit, of, 5).await?;
    let newest = entries.first().map(|entry| entry.at);
    // Of what was done at one instant nobody knows which was last.
    let mut latest = entries.iter().take_while(|entry| Some(entry.at) == newest);
    Ok(latest.any(|entry| entry.act == act && entry.by.user() == Some(&visitor)))
}

fn target(of: &AuditTarget) -> String {
    format!("{}:{}", of.kind(), of.id())
}

fn code(
    secret: &ConsoleSecret,
    visitor: &Visitor,
    word: &str,
    of: &str,
    at: &str,
) -> hmac::Hmac<sha2::Sha256> {
    secret.over(&["done", visitor.user.as_str(), visitor.session.as_str(), word, of, at])
}

#[cfg(test)]
mod tests {
    use whatsapp_core::audit::AuditTarget;
    use whatsapp_core::schedule::StepName;
    use whatsapp_core::{InvoiceId, UserId};
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::{Done, SAID};
    use crate::gate::{Credential, Role, Visitor};
    use crate::secret::ConsoleSecret;

    fn visitor(name: &str, session: &str) -> Visitor {
        let user = UserId::new(name).unwrap();
        Visitor::new(user, name, Role::Manager, Credential::Ambient, session)
    }

    #[test]
    fn an_address_says_what_was_done_and_to_what() {
        let (secret, asha) = (ConsoleSecret::fresh([7; 32]), visitor("asha", "1"));
        let message = AuditTarget::Message(new_message(7, START).facts.id);
        let reminder =
            AuditTarget::Reminder(StepName::After(3), InvoiceId::new("INV&7=?").unwrap());
        for done in Done::ALL {
            for of in [None, Some(&message), Some(&reminder)] {
                for address in ["overview", "messages?status=failed"] {
                    let told = done.told(address, of, &secret, &asha, START);
                    let (path, query) = told.split_once('?').unwrap();
                    let read = Done::read(query, &secret, &asha, START);
                    assert_eq!(read, Some((done, of.cloned())), "{told}");
                    assert!(address.starts_with(path));
                }
            }
        }
    }

    #[test]
    fn nobody_can_make_a_page_say_what_was_not_done() {
        let (secret, asha) = (ConsoleSecret::fresh([7; 32]), visitor("asha", "1"));
        let told = Done::Paused.told("x", None, &secret, &asha, START);
        let query = told.trim_start_matches("x?");
        let read = |query: &str| Done::read(query, &secret, &asha, START);
        assert_eq!(read(query), Some((Done::Paused, None)));
        let other = query.replace("paused", "resumed");
        let id = new_message(7, START).facts.id;
        for made_up in ["done=paused", "done=paused.1.x", "", &other, &query[..query.len() - 1]] {
            assert_eq!(read(made_up), None, "{made_up}");
        }
        assert_eq!(read(&format!("{query}&of=message:{id}")), None, "it was done to nothing");
        for (of, now) in [
            (visitor("meena", "1"), START),
            (visitor("asha", "2"), START),
            (asha.clone(), START + SAID + chrono::TimeDelta::seconds(1)),
        ] {
            assert_eq!(Done::read(query, &secret, &of, now), None, "{of:?} at {now}");
        }
    }
}
