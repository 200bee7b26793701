//! A line for a message that needs a person: the customer, the reason, and the best act.

use whatsapp_core::message::Message;

use super::acts::{Act, Acts};
use super::eyes::Eyes;
use crate::view::NeedLine;

/// Makes the line; `is_silent` says that nothing is heard of the message.
pub(crate) fn line(message: &Message, is_silent: bool, eyes: &Eyes<'_>) -> NeedLine {
    with(Acts::of(message, false, eyes).best, message, is_silent, eyes)
}

/// The same with the best act.
pub(crate) fn with(
    act: Option<Act>,
    message: &Message,
    is_silent: bool,
    eyes: &Eyes<'_>,
) -> NeedLine {
    let (t, facts) = (eyes.t, &message.facts);
    let button = act.map(|act| Acts::button(act, message, eyes));
    let sent = message.state.sent_at.filter(|_| is_silent);
    NeedLine {
        href: eyes.message(facts.id),
        who: eyes.customer(message),
        what: facts.subject.clone().unwrap_or_else(|| eyes.kind(facts.message_type)),
        why: match sent {
            Some(at) => t.taken_and_silent(&eyes.times().short(at)),
            None => message.why(&eyes.told()),
        },
        act: button.as_ref().map(|it| it.label.clone()).unwrap_or_default(),
        act_href: button.as_ref().map(|it| it.href.clone()).unwrap_or_default(),
        act_full: button.map(|it| it.full).unwrap_or_default(),
    }
}
