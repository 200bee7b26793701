//! The POST of one message, and the meaning of its reply.

use std::time::Duration;

use tracing::{Instrument, Span};

use super::begin::Way;
use super::{Job, Outcome};
use crate::dispatch::conclude::{Conclusion, Posted};
use crate::dispatch::decide;
use crate::dispatch::health::judge::{Judge, Judged};
use crate::dispatch::health::trial::scouted;
use crate::dispatch::sights::moment;
use crate::message::{AttemptOutcome, Part, Progress, State};
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::observe::meters::{self, Timer};
use crate::observe::{field, spans};
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
        let (mut span, mut took) = (Span::none(), None);
        let Judged { reply, free } = if let Some(refusal) = refusal {
            Judged { reply: Err(refusal), free: None }
        } else {
            span = spans::post(self.dispatcher.account(), claimed, waiting);
            let request = self.request(number, waiting.posts + 1, way);
            let (reply, time) = request.instrument(span.clone()).await;
            took = time;
            let judge = Judge { ports: self.ports(), health, claimed, pass: self.pass };
            judge.judge(begun.now, reply).await
        };
        let end = moment(clock.as_ref());
        let failed = made && reply.is_err();
        let posted = Posted { begun, end, reply, free, made };
        let conclusion = self.ending().posted(waiting, posted);
        self.observe(&span, took, &conclusion, end);
        if failed {
            scouted(health, claimed, &conclusion.after, self.pass).await;
        }
        Outcome::Settle(Box::new(conclusion.settlement(claimed, end.now)), u32::from(made))
    }

    /// Tells those who watch the service about an attempt that is over. `took` is the time of its
    /// request, if one was sent.
    fn observe(&self, span: &Span, took: Option<Timer>, conclusion: &Conclusion, end: Moment) {
        let (claimed, account) = (self.claimed, self.dispatcher.account());
        let record = conclusion.record.as_ref();
        let outcome = record.and_then(|record| record.outcome);
        let outcome = outcome.map_or("unknown", AttemptOutcome::as_str);
        span.record(field::OUTCOME, outcome);
        if let Some(status) = record.and_then(|record| record.http_status) {
            span.record(field::HTTP_STATUS, status);
        }
        meters::attempt(account, outcome, took);
        if matches!(conclusion.after.state, State::Sent { .. }) {
            meters::delayed(account, claimed.progress.class, end.now - claimed.due_at);
        }
    }

    /// Makes the request. Also returns the time that it took, unless there was nothing to send.
    async fn request(
        &self,
        number: Number,
        attempt: u32,
        way: Way,
    ) -> (Result<Accepted, TransportError>, Option<Timer>) {
        let sendable = way.and_then(|over| Ok((over, self.outgoing(number, attempt)?)));
        let (over, message) = match sendable {
            Ok(sendable) => sendable,
            Err(error) => return (Err(error), None),
        };
        let clock = self.ports().clock.as_ref();
        let timer = Timer::start(clock);
        let reply = over.as_ref().unwrap_or(&self.dispatcher.transport).send(&message).await;
        (reply, Some(timer.stop(clock)))
    }

    /// Returns what the gateway is given.
    fn outgoing(&self, number: Number, attempt: u32) -> Result<OutgoingMessage, TransportError> {
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
        Ok(message)
    }
}
