//! Sending failed messages again as new ones: one that a manager chose, or all that failed for a
//! cause that was not theirs.

mod again;
mod bulk;

pub use bulk::{LeftOut, Resent};

use super::{ManageError, Messenger};
use crate::audit::Actor;
use crate::consent::Consent;
use crate::id::MessageId;
use crate::message::{Class, Fingerprint, Forbidden, MessageKey, Part, State, Trigger};
use again::{Again, may_have_arrived, was_refused};

/// A resend that a manager asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resend {
    /// The failed message.
    pub message_id: MessageId,
    /// Names the click: the same action twice makes one message.
    pub action: String,
    /// The manager knows that the customer did not get it. Needed after an unknown outcome.
    pub confirmed: bool,
    /// A person agreed that it goes out outside the hours. Needed where it would.
    pub outside_hours: Consent,
    /// Who asks.
    pub by: Actor,
}

impl Messenger {
    /// Sends a failed message again as a new one, to the customer's number of now; the old one
    /// stays as it is.
    ///
    /// # Errors
    /// [`ManageError`] when the message has not failed for good, may have been delivered and that is
    /// not confirmed, or the customer's number is no good; [`ManageError::OutsideHours`] where a person
    /// has to be asked first.
    pub async fn resend(&self, resend: &Resend) -> Result<MessageId, ManageError> {
        let (message, progress) = self.standing(resend.message_id).await?;
        let failure = match &progress.state {
            State::Failed(failure) => failure,
            State::Sent { .. } => return Err(ManageError::Forbidden(Forbidden::AlreadySent)),
            State::Cancelled(_) => return Err(ManageError::Forbidden(Forbidden::Cancelled)),
            State::Waiting { .. }
            | State::Sending { .. }
            | State::Checking { .. }
            | State::Retrying { .. } => {
                return Err(ManageError::Forbidden(Forbidden::UnderWay));
            }
        };
        if may_have_arrived(failure, progress.part) && !resend.confirmed {
            return Err(ManageError::Unconfirmed);
        }
        let was_refused = was_refused(&message);
        let old = message.facts;
        let of = self.type_of(&old)?;
        let settings = self.ports.settings().await?;
        let now = self.ports.clock.now();
        self.ask(old.message_type, Part::Whole, now, &settings, resend.outside_hours)?;
        let action = Fingerprint::of(&[("action", &resend.action)]);
        let id = old.id.to_string();
        let again = Again {
            key: MessageKey::of(old.message_type, &["resend", &id, &action.to_hex()[..16]]),
            trigger: Trigger::Manual,
            expires_at: None,
            by: resend.by.clone(),
            class: Class::Transactional,
            of,
        };
        let id = self.send_again(old, was_refused, again).await?;
        self.ports.wake.wake();
        Ok(id)
    }
}
