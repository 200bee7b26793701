//! The acts on a message that apply to it.

use whatsapp_core::MessageId;
use whatsapp_core::message::{BestAct, Message, Offer, Offers};

use super::eyes::Eyes;
use crate::view::{ActLink, RowAct};

/// An act on one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Retry,
    Resend,
    Number,
    Cancel,
    Reschedule,
    /// Marks it as settled in another way.
    PutAside,
    /// Takes that mark away.
    TakeUp,
}

impl Act {
    /// The acts that a message's row alone offers.
    pub(crate) const OFFERED: [Self; 5] =
        [Self::Retry, Self::Resend, Self::Number, Self::Cancel, Self::Reschedule];

    /// The act's part at the end of an address.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Resend => "resend",
            Self::Number => "number",
            Self::Cancel => "cancel",
            Self::Reschedule => "reschedule",
            Self::PutAside => "put-aside",
            Self::TakeUp => "take-up",
        }
    }

    /// Returns the offer of this act; `None` if the message's row alone does not tell.
    pub(crate) const fn offer(self, offers: &Offers) -> Option<&Offer> {
        match self {
            Self::Retry => Some(&offers.retry),
            Self::Resend => Some(&offers.resend),
            Self::Number => Some(&offers.other_number),
            Self::Cancel => Some(&offers.cancel),
            Self::Reschedule => Some(&offers.reschedule),
            Self::PutAside | Self::TakeUp => None,
        }
    }

    /// The act on a failed message that a person settles in another way.
    pub(crate) fn beside(message: &Message, is_aside: bool) -> Option<Self> {
        message.state.failed_for_good()?;
        Some(if is_aside { Self::TakeUp } else { Self::PutAside })
    }
}

/// The acts on a message.
#[derive(Debug)]
pub(crate) struct Acts {
    /// The best act; `None` where the message takes its course, or was sent again already.
    pub(crate) best: Option<Act>,
    /// All acts, the best first.
    pub(crate) all: Vec<Act>,
    /// Set where sending it again only helps once the customer's record was corrected.
    needs_correction: bool,
}

impl Acts {
    /// The acts that this visitor can do; `is_resent` says that the message was sent again already.
    pub(crate) fn of(message: &Message, is_resent: bool, eyes: &Eyes<'_>) -> Self {
        if !eyes.may_act {
            return Self { best: None, all: Vec::new(), needs_correction: false };
        }
        let told = eyes.told();
        let offers = message.offers(&told, eyes.settings, eyes.types);
        let (best, needs_correction) = match message.best_act(&told) {
            BestAct::Retry => (Some(Act::Retry), false),
            BestAct::Resend => (Some(Act::Resend), false),
            BestAct::OtherNumber => (Some(Act::Number), true),
            BestAct::CorrectRecord => (Some(Act::Resend), true),
            _ => (None, false),
        };
        let is_offered = |act: &Act| act.offer(&offers).is_some_and(Offer::is_open);
        let best = best.filter(is_offered).filter(|_| !is_resent);
        let others = Act::OFFERED.into_iter().filter(is_offered).filter(|act| Some(*act) != best);
        Self { best, all: best.into_iter().chain(others).collect(), needs_correction }
    }

    /// The same where the host's records do not have the customer any more. Nothing can be sent
    /// again to the number there, and another number may be typed.
    pub(crate) fn without_record(mut self) -> Self {
        self.all.retain(|act| *act != Act::Resend);
        if self.best == Some(Act::Resend) {
            self.best = self.offers(Act::Number).then_some(Act::Number);
        }
        self
    }

    /// The same with the act on a message that is settled in another way. A message that was put
    /// aside has no best act.
    pub(crate) fn beside(mut self, message: &Message, is_aside: bool, eyes: &Eyes<'_>) -> Self {
        self.best = self.best.filter(|_| !is_aside);
        self.all.extend(Act::beside(message, is_aside).filter(|_| eyes.may_act));
        self
    }

    /// Returns true if this visitor can do this act.
    pub(crate) fn offers(&self, act: Act) -> bool {
        self.all.contains(&act)
    }

    /// The button of a list's row: the best act, or cancelling for a message that waits.
    pub(crate) fn row(&self) -> Option<Act> {
        self.best.or_else(|| self.all.contains(&Act::Cancel).then_some(Act::Cancel))
    }

    /// Makes the button of a list's row.
    pub(crate) fn button(act: Act, message: &Message, eyes: &Eyes<'_>) -> RowAct {
        let (t, id) = (eyes.t, message.facts.id);
        let label = match act {
            Act::Retry => t.retry_asks(),
            Act::Resend => t.resend_asks(),
            Act::Number => t.number_asks(),
            Act::Cancel => t.cancel_asks(),
            Act::Reschedule => t.reschedule_asks(),
            Act::PutAside => t.put_aside_asks(),
            Act::TakeUp => t.take_up_asks(),
        };
        let full = t.button_of(label, &eyes.named(message));
        RowAct { href: question(id, act, eyes), label: label.to_owned(), full }
    }

    /// The buttons of the message's own page.
    pub(crate) fn links(&self, message: &Message, eyes: &Eyes<'_>) -> Vec<ActLink> {
        let t = eyes.t;
        let link = |act: &Act| {
            let label = match act {
                Act::Retry => t.retry_asks(),
                Act::Resend if self.needs_correction => t.corrected_asks(),
                Act::Resend => t.resend_asks(),
                Act::Number => t.number_of_message_asks(),
                Act::Cancel => t.cancel_asks(),
                Act::Reschedule => t.reschedule_asks(),
                Act::PutAside => t.put_aside_asks(),
                Act::TakeUp => t.take_up_asks(),
            };
            let href = question(message.facts.id, *act, eyes);
            ActLink { href, label: label.to_owned(), is_best: self.best == Some(*act) }
        };
        self.all.iter().map(link).collect()
    }
}

/// The address of the question before an act, which leads back to this page.
pub(crate) fn question(id: MessageId, act: Act, eyes: &Eyes<'_>) -> String {
    let path = format!("messages/{id}/{}", act.path());
    eyes.links.query(&path, (!eyes.back.is_empty()).then_some(("back", eyes.back)))
}
