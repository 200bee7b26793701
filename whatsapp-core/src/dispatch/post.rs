//! The POST of one message, and the meaning of its reply.

use std::time::Duration;

use super::attempt::{Number, Outcome, Way};
use super::pass::Pass;
use super::preflight::Flight;
use super::trouble::Judged;
use super::{Dispatcher, decide};
use crate::message::{Event, Part, Progress};
use crate::port::{Accepted, Claimed, OutgoingMessage, Reference, TransportError};
use crate::retry::Disposition;
use crate::time::Moment;

/// A POST follows its committed begin within this time, or is not made. A worker that was frozen in
/// between must not wake up and send what another worker has taken over.
const POST_WITHIN: Duration = Duration::from_secs(5);

impl Dispatcher {
    /// POSTs a message by the way with which its attempt was begun, at `begun` and by the monotonic
    /// clock at `mark`. If the pre-flight refused the message, only the refusal is recorded.
    pub(super) async fn post(
        &self,
        flight: &Flight<'_>,
        number: Number,
        waiting: &Progress,
        way: Way,
        (begun, mark): (Moment, Duration),
        pass: &Pass,
    ) -> Outcome {
        let claimed = flight.message();
        let policy = decide::policy(claimed, &pass.settings);
        let frozen = self.ports.clock.monotonic().saturating_sub(mark) >= POST_WITHIN;
        let refusal = flight.refusal.clone().or_else(|| {
            let held_up = "The program was held up right before sending; nothing was sent.";
            frozen.then(|| TransportError::new(Disposition::Transient, held_up).not_reached())
        });
        let posted = refusal.is_none();
        let Judged { reply, free } = if let Some(refusal) = refusal {
            Judged { reply: Err(refusal), free: None }
        } else {
            let reply = self.request(claimed, number, waiting.posts + 1, way).await;
            self.judge(claimed, begun.now, reply, pass).await
        };
        let end = self.moment();
        let now = end.now;
        let mark = begun.elapsed.zip(end.elapsed);
        let mark = mark.map(|(begun, end)| decide::mark_of_post(begun, end));
        let begun = Moment { elapsed: mark, ..begun };
        let sending = decide::after(waiting, &Event::Begun, begun, &policy);
        let (event, record) = decide::reply(sending.posts, &reply, free, now);
        let mut after = decide::after(&sending, &event, end, &policy);
        self.stop_watching(&mut after);
        if posted {
            let of = self.ports.types.get(claimed.message_type);
            decide::by_itself(&mut after, of, &pass.settings);
        }
        decide::keep_place(claimed, &mut after, free);
        if reply.is_err() && posted {
            self.scouted(claimed, &after, pass).await;
        }
        let mut settlement = decide::settlement(claimed, &after, Some(record), now);
        if let Ok(Accepted { response, .. }) = reply {
            settlement.api_response = response;
        }
        Outcome::Settle(Box::new(settlement), u32::from(posted))
    }

    async fn request(
        &self,
        claimed: &Claimed,
        number: Number,
        attempt: u32,
        way: Way,
    ) -> Result<Accepted, TransportError> {
        let over = way?;
        let number = number.map_err(|error| {
            TransportError::new(Disposition::Permanent, error.to_string()).not_reached()
        })?;
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
        over.as_ref().unwrap_or(&self.transport).send(&message).await
    }
}
