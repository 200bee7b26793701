//! The POST of one message, and the meaning of its reply.

use std::time::Duration;

use super::begin::Way;
use super::{Job, Outcome};
use crate::dispatch::conclude::Posted;
use crate::dispatch::decide;
use crate::dispatch::health::judge::{Judge, Judged};
use crate::dispatch::health::trial::scouted;
use crate::dispatch::sights::moment;
use crate::message::{Part, Progress};
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::port::{Accepted, OutgoingMessage, Reference, TransportError};
use crate::retry::Disposition;
use crate::time::Moment;

/// A POST follows its committed begin within this time, or is not made. A worker that was frozen in
/// between must not wake up and send what another worker has taken over.
const POST_WITHIN: Duration = Duration::from_secs(5);

/// The number that an attempt goes to, if it can be read.
pub(crate) type Number = Result<WhatsAppNumber, InvalidNumber>;

impl Job<'_> {
    /// POSTs the message by the way with which its attempt was begun, at `begun` and by the
    /// monotonic clock at `mark`. If it was refused before, only the refusal is recorded.
    pub(crate) async fn post(
        &self,
        refusal: Option<TransportError>,
        number: Number,
        waiting: &Progress,
        way: Way,
        (begun, mark): (Moment, Duration),
    ) -> Outcome {
        let (claimed, clock, health) = (self.claimed, &self.ports().clock, &self.shared().health);
        let frozen = clock.monotonic().saturating_sub(mark) >= POST_WITHIN;
        let refusal = refusal.or_else(|| {
            let held_up = "The program was held up right before sending; nothing was sent.";
            frozen.then(|| TransportError::new(Disposition::Transient, held_up).not_reached())
        });
        let made = refusal.is_none();
        let Judged { reply, free } = if let Some(refusal) = refusal {
            Judged { reply: Err(refusal), free: None }
        } else {
            let reply = self.request(number, waiting.posts + 1, way).await;
            let judge = Judge { ports: self.ports(), health, claimed, pass: self.pass };
            judge.judge(begun.now, reply).await
        };
        let end = moment(clock.as_ref());
        let failed = made && reply.is_err();
        let posted = Posted { begun, end, reply, free, made };
        let conclusion = self.ending().posted(waiting, posted);
        if failed {
            scouted(health, claimed, &conclusion.after, self.pass).await;
        }
        Outcome::Settle(Box::new(conclusion.settlement(claimed, end.now)), u32::from(made))
    }

    async fn request(
        &self,
        number: Number,
        attempt: u32,
        way: Way,
    ) -> Result<Accepted, TransportError> {
        let over = way?;
        let number = number.map_err(|error| {
            TransportError::new(Disposition::Permanent, error.to_string()).not_reached()
        })?;
        let claimed = self.claimed;
        let (text, attachment) = decide::sent(claimed);
        let mut message = OutgoingMessage::new(number, text)
            .with_reference(Reference { message_id: claimed.lease.message_id, attempt })
            .with_type(claimed.message_type);
        message.attachment = attachment.cloned();
        // A file that goes ahead of its text has its name as text, which uses no template.
        if claimed.progress.part != Part::File {
            message.values.clone_from(&claimed.values);
            message.template = claimed.template_id.zip(claimed.template_version);
        }
        over.as_ref().unwrap_or(&self.dispatcher.transport).send(&message).await
    }
}
