//! The begins of attempts, for many messages at once: who may go out, and the rows in the ledger.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tracing::Instrument;

use super::campaign::{CampaignQuestion, campaigns_say};
use crate::books::Why;
use crate::dispatch::batch::Batcher;
use crate::dispatch::pass::LEASE_NEEDED;
use crate::id::InvoiceId;
use crate::message::{AttemptRecord, CancelReason, Category, Event, HeldFor, Part, SentText};
use crate::mute;
use crate::observe::spans;
use crate::port::{Begin, Begun, Lease, MuteQuestion, Revision, Transport, TransportError};
use crate::private::Private;
use crate::time::Moment;
use crate::wiring::{Ports, mutes_for};

/// Time that a message waits when the mutes could not be read.
const ASK_MUTES_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// An attempt that a message wants to begin.
#[derive(Debug)]
pub(crate) struct Ask {
    /// The question to the mutes; `None` for a text that follows its file.
    pub(crate) question: Option<(MuteQuestion, Category)>,
    /// The question to its campaign, where it may have one.
    pub(crate) campaign: Option<CampaignQuestion>,
    /// The invoices that it lists, each of which may be muted.
    pub(crate) listed: Vec<InvoiceId>,
    pub(crate) lease: Lease,
    pub(crate) no: u32,
    pub(crate) part: Part,
    pub(crate) number_key: String,
    pub(crate) number: Private,
    pub(crate) text: SentText,
    pub(crate) close: Option<AttemptRecord>,
    pub(crate) revision: Option<Revision>,
}

impl Ask {
    /// Returns the questions to the mutes: about the message, then about each invoice that it
    /// lists.
    fn questions(&self) -> Vec<MuteQuestion> {
        let Some((question, _)) = &self.question else { return Vec::new() };
        let of = |invoice: &InvoiceId| MuteQuestion {
            invoice: Some(invoice.clone()),
            ..question.clone()
        };
        std::iter::once(question.clone()).chain(self.listed.iter().map(of)).collect()
    }
}

/// The way that attempts go; `None` if the gateway has only one way, an error if there is none.
pub(crate) type Way = Result<Option<Arc<dyn Transport>>, TransportError>;

/// The decision about an attempt that a message wants to begin.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// It is open: it goes by this way, and began at this time by all clocks.
    Open { way: Way, at: Moment, mark: Duration },
    /// Nothing may be sent: the lease is lost.
    Fenced,
    /// Nothing is sent: this event settles the message, for this reason.
    Kept(Event, Why),
}

/// The begins of one dispatcher.
#[derive(Debug)]
pub(crate) struct Begins {
    ports: Ports,
    transport: Arc<dyn Transport>,
    batcher: Batcher<Ask, Answer>,
}

impl Begins {
    pub(crate) fn new(ports: Ports, transport: Arc<dyn Transport>) -> Self {
        Self { ports, transport, batcher: Batcher::default() }
    }

    /// Begins an attempt, together with all others that are ready; `None` when the database did not
    /// answer.
    pub(crate) async fn begin(self: &Arc<Self>, ask: Ask) -> Option<Answer> {
        let begin = |begins: Arc<Self>, asked: Vec<Ask>| async move {
            let span = spans::begin(begins.ports.store.account_id(), asked.len());
            begins.begin_all(asked).instrument(span).await
        };
        self.batcher.ask(ask, self, begin).await
    }

    /// Begins attempts as one batch: those of all messages that have just got a slot, except
    /// messages that are muted or whose campaign is stopped.
    async fn begin_all(&self, asked: Vec<Ask>) -> Vec<Answer> {
        // The ledger records which way they go, and they go that way, whatever is changed
        // meanwhile.
        let line = self.transport.line().await;
        let via = line.as_ref().ok().and_then(|line| line.as_ref()).map(|line| line.via.clone());
        let way = line.map(|line| line.map(|line| line.over));
        let kept = kept(&self.ports, &asked).await;
        let mark = self.ports.clock.monotonic();
        let elapsed = self.ports.clock.elapsed();
        let at = self.ports.clock.now();
        let moment = Moment::new(at, elapsed);
        let begins: Vec<_> = asked
            .into_iter()
            .zip(&kept)
            .filter(|(_, kept)| kept.is_none())
            .map(|(ask, _)| Begin {
                lease: ask.lease,
                no: ask.no,
                part: ask.part,
                number_key: ask.number_key,
                number: ask.number,
                text: ask.text,
                via: via.clone(),
                at,
                elapsed,
                lease_needed: LEASE_NEEDED,
                close: ask.close,
                revision: ask.revision,
            })
            .collect();
        let begun = match begins.as_slice() {
            [] => Ok(Vec::new()),
            begins => self.ports.store.begin(begins).await,
        };
        let mut begun = match begun {
            Ok(begun) => begun.into_iter(),
            Err(error) => {
                tracing::warn!(error = %error, "attempts could not be begun; nothing was sent");
                return Vec::new();
            }
        };
        let mut answer = |kept| match kept {
            Some((event, why)) => Answer::Kept(event, why),
            None if begun.next() == Some(Begun::Open) => {
                Answer::Open { way: way.clone(), at: moment, mark }
            }
            None => Answer::Fenced,
        };
        kept.into_iter().map(&mut answer).collect()
    }
}

/// Decides which of these messages are not to be sent. A message whose campaign is stopped is
/// withdrawn, and so is a muted message. A message about which nobody answers waits. A summary
/// that lists an invoice muted a moment ago is listed anew. The mutes are asked in one
/// question, and last. Nothing comes between that and the begin, so a mute that is written
/// before is obeyed.
async fn kept(ports: &Ports, asked: &[Ask]) -> Vec<Option<(Event, Why)>> {
    let questions: Vec<Option<&CampaignQuestion>> =
        asked.iter().map(|ask| ask.campaign.as_ref()).collect();
    let campaigns = campaigns_say(ports, &questions).await;
    let questions: Vec<MuteQuestion> = asked.iter().flat_map(Ask::questions).collect();
    let answers = mutes_for(ports, &questions).await;
    if let Err(error) = &answers {
        tracing::warn!(error = %error, "the mutes could not be read; asking again later");
    }
    let mut answers = answers.map(Vec::into_iter);
    let now = ports.clock.now();
    let until = now + ASK_MUTES_AGAIN;
    let mut kept = |ask: &Ask| {
        let (_, category) = ask.question.as_ref()?;
        let Ok(answers) = &mut answers else {
            let why = Why::held(HeldFor::Records, "The mutes could not be read.");
            return Some((Event::Postponed { until }, why));
        };
        let why = mute::why(&answers.next()?, *category);
        let listed = answers.by_ref().take(ask.listed.len());
        let listed: Vec<_> = listed.map(|mutes| mute::why(&mutes, *category)).collect();
        if let Some(why) = why {
            return Some((Event::Withdrawn(CancelReason::Muted), Why::said(why)));
        }
        let why = listed.into_iter().flatten().next()?;
        Some((Event::Postponed { until: now }, Why::said(why)))
    };
    let muted: Vec<_> = asked.iter().map(&mut kept).collect();
    muted.into_iter().zip(campaigns).map(|(muted, campaign)| muted.or(campaign)).collect()
}
