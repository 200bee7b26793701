//! The beginning of an attempt: what the host says before it, its slot, its row in the ledger.

use std::sync::Arc;
use std::time::Duration;

use super::host::Today;
use super::pass::{LEASE_NEEDED, Pass};
use super::preflight::Flight;
use super::{Dispatcher, decide};
use crate::books::Why;
use crate::message::{AttemptRecord, Event, Part, Progress, SentText};
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::port::{Begin, Begun, Claimed, Lease, Revision, Settlement, Transport, TransportError};
use crate::private::Private;
use crate::time::Moment;

/// An attempt that a message wants to begin.
#[derive(Debug)]
pub(super) struct Ask {
    lease: Lease,
    no: u32,
    part: Part,
    number_key: String,
    number: Private,
    text: SentText,
    close: Option<AttemptRecord>,
    revision: Option<Revision>,
}

/// The number that an attempt goes to, where it can be read.
pub(super) type Number = Result<WhatsAppNumber, InvalidNumber>;

/// The way that attempts go; `None` where the gateway has only one, an error where there is none.
pub(super) type Way = Result<Option<Arc<dyn Transport>>, TransportError>;

/// Whether it was opened, by which way, and when by all clocks.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    begun: Begun,
    way: Way,
    at: Moment,
    mark: Duration,
}

/// What became of one claimed message.
#[derive(Debug)]
pub(super) enum Outcome {
    /// An outcome to write down, after this number of POSTs.
    Settle(Box<Settlement>, u32),
    /// Nothing was begun, and nothing may be any more under this claim: it goes back.
    GiveBack,
    /// Nothing may be written: the lease is lost.
    Fenced,
    /// The database did not answer before anything was sent: the lease runs out by itself.
    Left,
}

impl Dispatcher {
    /// Settles a message without any request.
    pub(super) fn settle_by(&self, claimed: &Claimed, event: &Event, pass: &Pass) -> Outcome {
        self.settle_for(claimed, event, Why::default(), pass)
    }

    /// The same, with why. The moment that a person chose is over for a message that waits.
    pub(super) fn settle_for(
        &self,
        claimed: &Claimed,
        event: &Event,
        why: Why,
        pass: &Pass,
    ) -> Outcome {
        let now = self.ports.clock.now();
        let policy = decide::policy(claimed, &pass.settings);
        let mut progress = decide::after(&claimed.progress, event, now, &policy);
        if matches!(event, Event::Postponed { .. }) {
            let of = self.ports.types.get(claimed.message_type);
            decide::by_itself(&mut progress, of, &pass.settings);
        }
        let settlement = why.of(decide::settlement(claimed, &progress, None, now));
        Outcome::Settle(Box::new(settlement), 0)
    }

    /// Gets a free slot, begins a message's next attempt and POSTs it. The slot is free again before
    /// the outcome is written down. `None` when the slot came too late and nothing was begun, or when the
    /// send window has closed meanwhile.
    ///
    /// `None` also after a pre-flight that took long: the reservation was for the moment of the claim.
    ///
    /// `close` is the record of the attempt before, where a look has just found it not accepted;
    /// `today` is the message as the host wants it today.
    pub(super) async fn attempt(
        &self,
        claimed: &Claimed,
        waiting: &Progress,
        close: Option<AttemptRecord>,
        today: Today,
        pass: &Pass,
    ) -> Option<Outcome> {
        let (revision, refusal) = match today {
            Ok(revision) => (revision, None),
            Err(why) => (None, Some(why)),
        };
        let revised = revision.as_ref().map(|revision| revision.apply(claimed));
        let claimed = revised.as_ref().unwrap_or(claimed);
        let mut flight = match refusal {
            Some(why) => Flight::refused(claimed, why),
            None => self.preflight(claimed, &pass.settings).await?,
        };
        flight.revision = flight.revision.take().or(revision);
        let _slot = self.slot(pass).await?;
        // The window may have closed while it waited.
        let of = self.ports.types.get(claimed.message_type);
        let now = self.ports.clock.now();
        if of.is_some_and(|of| decide::must_wait(waiting, of, &pass.settings, now)) {
            return None;
        }
        let message = flight.message.as_ref();
        let number = WhatsAppNumber::parse(message.whatsapp_number.as_str());
        let ask = Ask {
            lease: claimed.lease,
            no: waiting.posts + 1,
            part: waiting.part,
            number_key: number_key(&number, message),
            number: message.whatsapp_number.clone(),
            text: SentText::of(decide::sent(message).0),
            close,
            revision: flight.revision.clone(),
        };
        let dispatcher = self.clone();
        let begin = |asked| async move { dispatcher.begin(asked).await };
        Some(match self.shared.begins.ask(ask, begin).await {
            Some(Opened { begun: Begun::Open, way, at, mark }) => {
                self.post(&flight, number, waiting, way, (at, mark), pass).await
            }
            Some(Opened { begun: Begun::Fenced, .. }) => Outcome::Fenced,
            None => Outcome::Left,
        })
    }

    /// Begins attempts together: of all messages that have just got a slot.
    async fn begin(&self, asked: Vec<Ask>) -> Vec<Opened> {
        // The ledger says which way they go, and they go that way, whatever is changed meanwhile.
        let line = self.transport.line().await;
        let via = line.as_ref().ok().and_then(|line| line.as_ref()).map(|line| line.via.clone());
        let way = line.map(|line| line.map(|line| line.over));
        let mark = self.ports.clock.monotonic();
        let elapsed = self.ports.clock.elapsed();
        let at = self.ports.clock.now();
        let moment = Moment::new(at, elapsed);
        let begins: Vec<_> = asked
            .into_iter()
            .map(|Ask { lease, no, part, number_key, number, text, close, revision }| Begin {
                lease,
                no,
                part,
                number_key,
                number,
                text,
                via: via.clone(),
                at,
                elapsed,
                lease_needed: LEASE_NEEDED,
                close,
                revision,
            })
            .collect();
        match self.ports.store.begin(&begins).await {
            Ok(begun) => {
                let opened = |begun| Opened { begun, way: way.clone(), at: moment, mark };
                begun.into_iter().map(opened).collect()
            }
            Err(error) => {
                tracing::warn!(error = %error, "attempts could not be begun; nothing was sent");
                Vec::new()
            }
        }
    }
}

/// What all variants of a message's number have in common. A number that cannot be read is nobody
/// else's: it is never POSTed.
fn number_key(number: &Number, claimed: &Claimed) -> String {
    let as_it_stands = |_: &InvalidNumber| claimed.whatsapp_number.as_str().to_owned();
    number.as_ref().map_or_else(as_it_stands, WhatsAppNumber::variant_key)
}
