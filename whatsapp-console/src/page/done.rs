//! Notice of what was just done, which a cookie carries to the page after it. That page says it
//! once and takes the cookie away. So a reload, the way back and a link that somebody passes on
//! say nothing.
//!
//! Nobody can forge such a cookie to make the console report an act that was not done: its content
//! is signed. It holds only for its page and its visit, and for some minutes.

mod cookie;
mod festivals;
mod latest;

use axum::http::header::SET_COOKIE;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::Mac as _;
use url::form_urlencoded;
use whatsapp_core::audit::{AuditEntry, AuditTarget};
use whatsapp_core::message::{Message, Phase};

use cookie::{code, cookie, path, target};

use super::acts::Act;
use super::eyes::Eyes;
use super::see_other;
use crate::gate::Visitor;
use crate::oops::Oops;
use crate::secret::ConsoleSecret;
use crate::view::Shell;
use crate::visit::Visit;

pub(crate) use cookie::is_said;
pub(crate) use festivals::FestivalDone;
pub(crate) use latest::{by, by_hand_on, is_mine, latest};

/// Lifetime of the cookie: a browser asks for the page at once.
const WAITS: TimeDelta = TimeDelta::minutes(5);

/// The act that was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// An act on a message.
    Act(Act),
    /// Nothing: somebody else, or something else, was faster.
    Changed,
    /// Nothing: the message's state does not allow it.
    NotNow,
    /// Nothing: no message was chosen.
    NoneChosen,
    /// All sending was stopped.
    Paused,
    /// Sending goes on.
    Resumed,
    /// A reminder was approved.
    Approved,
    /// A reminder was dropped.
    Dropped,
    /// Nothing: the reminder does not wait any more.
    HeldChanged,
    /// Messages are kept back from a customer.
    Muted,
    /// Messages go out again to a customer.
    Unmuted,
    /// Nothing: the mute had ended already.
    UnmutedBefore,
    /// Nothing: no reminder was ticked.
    NoneTicked,
    /// Nothing: none of the reminders waits any more.
    NoneHeld,
    /// A customer was reminded at once.
    Reminded,
    /// Nothing: somebody else reminded the customer meanwhile.
    RemindedBefore,
    /// Nothing: none of the reminders is to come any more.
    NoneToCome,
    /// A view was saved.
    ViewSaved,
    /// A view was removed.
    ViewRemoved,
    /// Nothing: sending was paused or resumed by something else meanwhile.
    OtherPause,
    /// Settings were saved.
    SettingsSaved,
    /// Nothing: no setting was to be changed.
    SettingsSame,
    /// The gateway's address was changed.
    AddressChanged,
    /// A message that a person wrote was sent.
    Sent,
    /// The same form was sent before: it is one message.
    SentBefore,
    /// A template was saved.
    TemplateSaved,
    /// A template was switched on.
    TemplateOn,
    /// A template was switched off.
    TemplateOff,
    /// An earlier version of a template was made its newest.
    TemplateRestored,
    /// Nothing: somebody changed the template meanwhile.
    TemplateChanged,
    /// An act on an entry of the calendar of festivals.
    Festival(FestivalDone),
}

impl Done {
    const ALL: [Self; 36] = [
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
        Self::NoneTicked,
        Self::NoneHeld,
        Self::Muted,
        Self::Unmuted,
        Self::UnmutedBefore,
        Self::Reminded,
        Self::RemindedBefore,
        Self::NoneToCome,
        Self::ViewSaved,
        Self::ViewRemoved,
        Self::OtherPause,
        Self::SettingsSaved,
        Self::SettingsSame,
        Self::AddressChanged,
        Self::Sent,
        Self::SentBefore,
        Self::TemplateSaved,
        Self::TemplateOn,
        Self::TemplateOff,
        Self::TemplateRestored,
        Self::TemplateChanged,
    ];

    /// All variants, those about festivals too.
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(FestivalDone::ALL.iter().copied().map(Self::Festival))
    }

    /// The variant's word in the cookie.
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
            Self::NoneTicked => "none-ticked",
            Self::NoneHeld => "none-held",
            Self::Muted => "muted",
            Self::Unmuted => "unmuted",
            Self::UnmutedBefore => "unmuted-before",
            Self::Reminded => "reminded",
            Self::RemindedBefore => "reminded-before",
            Self::NoneToCome => "none-to-come",
            Self::ViewSaved => "view-saved",
            Self::ViewRemoved => "view-removed",
            Self::OtherPause => "other-pause",
            Self::SettingsSaved => "settings-saved",
            Self::SettingsSame => "settings-same",
            Self::AddressChanged => "address-changed",
            Self::Sent => "sent",
            Self::SentBefore => "sent-before",
            Self::TemplateSaved => "template-saved",
            Self::TemplateOn => "template-on",
            Self::TemplateOff => "template-off",
            Self::TemplateRestored => "template-restored",
            Self::TemplateChanged => "template-changed",
            Self::Festival(done) => done.word(),
        }
    }

    /// The text of the cookie: the word, and the counts where there are some.
    fn written(self) -> String {
        match self {
            Self::Festival(done) => done.written(),
            _ => self.word().to_owned(),
        }
    }

    /// Reads the text of a cookie.
    fn of(written: &str) -> Option<Self> {
        let imported = || FestivalDone::read_imported(written).map(Self::Festival);
        Self::all().find(|done| done.written() == written).or_else(imported)
    }

    /// Leads to a page by its address from the console's root. That page then says what was done in
    /// this visit, and to what.
    pub(crate) fn lead(
        self,
        address: &str,
        of: Option<&AuditTarget>,
        visit: &Visit,
    ) -> Result<Response, Oops> {
        let told = self.told(address, of, &visit.inner.secret, &visit.visitor, visit.now);
        let mut response = see_other(&visit.links.page(address))?;
        response.headers_mut().append(SET_COOKIE, cookie(&told, WAITS)?);
        Ok(response)
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
        let word = self.written();
        let proof = code(secret, visitor, path(address), &word, &of, &at);
        let proof = proof.finalize().into_bytes();
        let proof = URL_SAFE_NO_PAD.encode(proof.get(..16).unwrap_or_default());
        let of: String = form_urlencoded::byte_serialize(of.as_bytes()).collect();
        format!("{word}.{at}.{proof}.{of}")
    }

    /// Reads the notice that a cookie carries to the page at this path; `None` where the cookie is
    /// not valid.
    pub(crate) fn read(
        cookie: &str,
        path: &str,
        secret: &ConsoleSecret,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Option<Told> {
        let mut parts = cookie.splitn(4, '.');
        let (word, at, proof) = (parts.next()?, parts.next()?, parts.next()?);
        // The text is the name of a pair without a value.
        let of = form_urlencoded::parse(parts.next()?.as_bytes()).next();
        let of = of.map(|(of, _)| of.into_owned()).unwrap_or_default();
        let proof = URL_SAFE_NO_PAD.decode(proof).ok().filter(|proof| proof.len() == 16)?;
        code(secret, visitor, path, word, &of, at).verify_truncated_left(&proof).ok()?;
        let age = now - DateTime::from_timestamp(at.parse().ok()?, 0)?;
        if age > WAITS || age < TimeDelta::minutes(-1) {
            return None;
        }
        let done = Self::of(word)?;
        let of = of.split_once(':').and_then(|(kind, id)| AuditTarget::read(kind, id));
        Some(Told { done, of })
    }

    /// The notice in a sentence, and its tone. `latest` is the last act by hand on the same thing.
    fn said(
        self,
        message: Option<&Message>,
        latest: Option<&AuditEntry>,
        eyes: &Eyes<'_>,
    ) -> (String, &'static str) {
        let t = eyes.t;
        let named = || message.map_or_else(|| t.the_message().to_owned(), |it| eyes.named(it));
        let by = || by(latest, eyes);
        match self {
            Self::Act(Act::Retry) => (t.done_retry(&named()), "ok"),
            Self::Act(Act::Resend) => (t.done_resend(&named()), "ok"),
            Self::Act(Act::Number) => {
                let number = message.map(|it| eyes.number(it.facts.whatsapp_number.as_str()));
                (t.done_number(&named(), number.as_deref()), "ok")
            }
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
            Self::NoneTicked => (t.none_ticked().to_owned(), "warn"),
            Self::NoneHeld => (t.none_held().to_owned(), "warn"),
            Self::Muted => (t.done_mute().to_owned(), "ok"),
            Self::Unmuted => (t.done_unmute().to_owned(), "ok"),
            Self::UnmutedBefore => (t.done_unmuted_before().to_owned(), "warn"),
            Self::Reminded => (t.done_remind_now().to_owned(), "ok"),
            Self::RemindedBefore => (t.done_reminded_before().to_owned(), "warn"),
            Self::NoneToCome => (t.none_to_come().to_owned(), "warn"),
            Self::ViewSaved => (t.done_view_saved().to_owned(), "ok"),
            Self::ViewRemoved => (t.done_view_removed().to_owned(), "ok"),
            Self::OtherPause => (t.done_other_pause().to_owned(), "warn"),
            Self::SettingsSaved => (t.done_settings().to_owned(), "ok"),
            Self::SettingsSame => (t.done_settings_same().to_owned(), "info"),
            Self::AddressChanged => (t.done_address().to_owned(), "ok"),
            Self::Sent => sent(message, &named(), eyes),
            Self::SentBefore => (t.done_sent_before(&named()), "info"),
            Self::TemplateSaved => (t.done_template_saved().to_owned(), "ok"),
            Self::TemplateOn => (t.done_template_on().to_owned(), "ok"),
            Self::TemplateOff => (t.done_template_off().to_owned(), "ok"),
            Self::TemplateRestored => (t.done_template_restored().to_owned(), "ok"),
            Self::TemplateChanged => (t.done_template_changed().to_owned(), "warn"),
            Self::Festival(done) => done.said(t),
        }
    }
}

/// Says that a message which a person wrote was sent, waits, or did not go.
fn sent(message: Option<&Message>, named: &str, eyes: &Eyes<'_>) -> (String, &'static str) {
    let t = eyes.t;
    match message.map(|message| eyes.phase(message)) {
        Some(Phase::Sent | Phase::Delivered | Phase::Read) => (t.done_sent(named), "ok"),
        Some(Phase::Scheduled { .. } | Phase::Held { .. } | Phase::Paused { .. }) => {
            (t.done_waits(named), "info")
        }
        Some(Phase::Failed(_) | Phase::Cancelled(_)) => (t.done_not_gone(named), "bad"),
        // The message is queued, or under way.
        _ => (t.done_on_its_way(named), "ok"),
    }
}

/// The notice that a cookie carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    done: Done,
    /// The thing that was acted on.
    of: Option<AuditTarget>,
}

/// Says on top of a page what was just done, where the cookie is for this page.
pub(crate) async fn flash(s: &mut Shell, visit: &Visit, eyes: &Eyes<'_>) -> Result<(), Oops> {
    let told = visit.told.as_deref().and_then(|told| {
        Done::read(told, &visit.path, &visit.inner.secret, &visit.visitor, visit.now)
    });
    let Some(Told { done, of }) = told else { return Ok(()) };
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

#[cfg(test)]
mod tests {
    use whatsapp_core::audit::AuditTarget;
    use whatsapp_core::schedule::StepName;
    use whatsapp_core::{InvoiceId, UserId};
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::{Done, Told, WAITS};
    use crate::gate::{Credential, Role, Visitor};
    use crate::secret::ConsoleSecret;

    fn visitor(name: &str, session: &str) -> Visitor {
        let user = UserId::new(name).unwrap();
        Visitor::new(user, name, Role::Manager, Credential::Ambient, session)
    }

    #[test]
    fn a_cookie_says_to_its_page_what_was_done_and_to_what() {
        let (secret, asha) = (ConsoleSecret::fresh([7; 32]), visitor("asha", "1"));
        let message = AuditTarget::Message(new_message(7, START).facts.id);
        let reminder =
            AuditTarget::Reminder(StepName::After(3), InvoiceId::new("INV.&7=?;%").unwrap());
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_%+*".contains(&byte);
        for done in Done::all() {
            for of in [None, Some(&message), Some(&reminder)] {
                for address in ["overview", "messages?status=failed"] {
                    let told = done.told(address, of, &secret, &asha, START);
                    assert!(told.bytes().all(is_plain), "{told}");
                    let path = address.split('?').next().unwrap();
                    let read = Done::read(&told, path, &secret, &asha, START);
                    assert_eq!(read, Some(Told { done, of: of.cloned() }), "{told}");
                    assert_eq!(Done::read(&told, "held", &secret, &asha, START), None);
                }
            }
        }
    }

    #[test]
    fn nobody_can_make_a_page_say_what_was_not_done() {
        let (secret, asha) = (ConsoleSecret::fresh([7; 32]), visitor("asha", "1"));
        let told = Done::Paused.told("x", None, &secret, &asha, START);
        let read = |cookie: &str| Done::read(cookie, "x", &secret, &asha, START);
        assert_eq!(read(&told), Some(Told { done: Done::Paused, of: None }));
        let other = told.replace("paused", "resumed");
        let id = new_message(7, START).facts.id;
        for made_up in ["paused", "paused.1.x.", "", "...", &other, &told[..told.len() - 2]] {
            assert_eq!(read(made_up), None, "{made_up}");
        }
        assert_eq!(read(&format!("{told}message%3A{id}")), None, "it was done to nothing");
        for (of, now) in [
            (visitor("meena", "1"), START),
            (visitor("asha", "2"), START),
            (asha.clone(), START + WAITS + chrono::TimeDelta::seconds(1)),
        ] {
            assert_eq!(Done::read(&told, "x", &secret, &of, now), None, "{of:?} at {now}");
        }
    }
}
