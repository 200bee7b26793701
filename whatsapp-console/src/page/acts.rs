//! What a person can do to a message, where it applies.

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
    /// It was settled in another way.
    PutAside,
    /// It was not.
    TakeUp,
}

impl Act {
    /// What a message's row alone offers.
    pub(crate) const OFFERED: [Self; 5] =
        [Self::Retry, Self::Resend, Self::Number, Self::Cancel, Self::Reschedule];

    /// As it stands at the end of an address.
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

    /// Whether it can be done; `None` for what its row alone does not tell.
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

    /// What can be done about a failed message that a person settles in another way.
    pub(crate) fn beside(message: &Message, is_aside: bool) -> Option<Self> {
        message.state.failed_for_good()?;
        Some(if is_aside { Self::TakeUp } else { Self::PutAside })
    }
}

/// What can be done to a message.
#[derive(Debug)]
pub(crate) struct Acts {
    /// What is best; `None` where it takes its course, or was sent again already.
    pub(crate) best: Option<Act>,
    /// All of it, the best first.
    pub(crate) all: Vec<Act>,
    /// Sending it again only helps once the customer's record was corrected.
    needs_correction: bool,
}

impl Acts {
    /// What this visitor can do to a message; `is_resent` says that it was sent again already.
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
            BestAct::Wait | BestAct::Nothing => (None, false),
        };
        let is_offered = |act: &Act| act.offer(&offers).is_some_and(Offer::is_open);
        let best = best.filter(is_offered).filter(|_| !is_resent);
        let others = Act::OFFERED.into_iter().filter(is_offered).filter(|act| Some(*act) != best);
        Self { best, all: best.into_iter().chain(others).collect(), needs_correction }
    }

    /// The same where the host's records do not have the customer any more: nothing can be sent again to the number
    /// there, and another one may be typed.
    pub(crate) fn without_record(mut self) -> Self {
        self.all.retain(|act| *act != Act::Resend);
        if self.best == Some(Act::Resend) {
            self.best = self.offers(Act::Number).then_some(Act::Number);
        }
        self
    }

    /// The same with what can be done about a message that is settled in another way. What was put aside has
    /// no best act.
    pub(crate) fn beside(mut self, message: &Message, is_aside: bool, eyes: &Eyes<'_>) -> Self {
        self.best = self.best.filter(|_| !is_aside);
        self.all.extend(Act::beside(message, is_aside).filter(|_| eyes.may_act));
        self
    }

    /// Whether this visitor can do this.
    pub(crate) fn offers(&self, act: Act) -> bool {
        self.all.contains(&act)
    }

    /// The button of a list's row: the best act, and for what waits that it can be withdrawn.
    pub(crate) fn row(&self) -> Option<Act> {
        self.best.or_else(|| self.all.contains(&Act::Cancel).then_some(Act::Cancel))
    }

    /// What the button of a list says.
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
