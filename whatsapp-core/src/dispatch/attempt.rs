//! The beginning of an attempt: its slot, the mutes, its campaign, its row in the ledger.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::campaign::CampaignQuestion;
use super::host::Today;
use super::pass::{LEASE_NEEDED, Pass};
use super::preflight::Flight;
use super::{Dispatcher, decide};
use crate::books::Why;
use crate::id::InvoiceId;
use crate::message::{
    AttemptRecord, CancelReason, Category, Event, HeldFor, MessageType, Part, Progress, SentText,
};
use crate::mute;
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::port::{
    Begin, Begun, Claimed, Lease, MuteQuestion, Revision, Settlement, Transport, TransportError,
};
use crate::private::Private;
use crate::time::Moment;

/// The shortest and the longest time between two looks whether the trial lets a message go. Each
/// look takes the place of a request, so an older message is looked at less often. The end of the
/// trial makes it due at once.
const TRIAL_ASKED_AGAIN: [TimeDelta; 2] = [TimeDelta::minutes(1), TimeDelta::days(1)];

/// Time that a message waits when the mutes could not be read.
const ASK_MUTES_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// An attempt that a message wants to begin.
#[derive(Debug)]
pub(super) struct Ask {
    /// The question to the mutes; `None` for a text that follows its file.
    question: Option<(MuteQuestion, Category)>,
    /// The question to its campaign, where it may have one.
    campaign: Option<CampaignQuestion>,
    /// The invoices that it lists, each of which may be muted.
    listed: Vec<InvoiceId>,
    lease: Lease,
    no: u32,
    part: Part,
    number_key: String,
    number: Private,
    text: SentText,
    close: Option<AttemptRecord>,
    revision: Option<Revision>,
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

/// The number that an attempt goes to, if it can be read.
pub(super) type Number = Result<WhatsAppNumber, InvalidNumber>;

/// The way that attempts go; `None` if the gateway has only one way, an error if there is none.
pub(super) type Way = Result<Option<Arc<dyn Transport>>, TransportError>;

/// The decision about an attempt that a message wants to begin.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// It is open: it goes by this way, and began at this time by all clocks.
    Open { way: Way, at: Moment, mark: Duration },
    /// Nothing may be sent: the lease is lost.
    Fenced,
    /// Nothing is sent: this event settles the message, for this reason.
    Kept(Event, Why),
}

/// The outcome of one claimed message.
#[derive(Debug)]
pub(super) enum Outcome {
    /// An outcome to write down, after this number of POSTs.
    Settle(Box<Settlement>, u32),
    /// Nothing was begun, and nothing may be begun any more under this claim: it goes back.
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

    /// Settles a message without any request, with the reason. For a message that waits, the moment
    /// that a person chose is over, unless it waits because nobody answered.
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
        if why.ends_a_chosen_moment(event) {
            let of = self.ports.types.get(claimed.message_type);
            decide::by_itself(&mut progress, of, &pass.settings);
        }
        let settlement = why.of(decide::settlement(claimed, &progress, None, now));
        Outcome::Settle(Box::new(settlement), 0)
    }

    /// Waits for a free slot, begins a message's next attempt and POSTs it. The slot is free again
    /// before the outcome is written down. `None` when the slot came too late and nothing was
    /// begun, or when the send window has closed meanwhile.
    ///
    /// `None` also after a pre-flight that took long: the reservation was only for the moment of
    /// the claim.
    ///
    /// `close` is the record of the attempt before, if a look has just found that it was not
    /// accepted. `today` is the message as the host wants it today.
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
        let revised = revision.as_ref().map(|revision| Box::new(revision.apply(claimed)));
        let claimed = revised.as_deref().unwrap_or(claimed);
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
        let message = flight.message();
        let number = WhatsAppNumber::parse(message.whatsapp_number.as_str());
        // A trial may have begun meanwhile, too.
        let settings = match self.settings(self.ports.clock.monotonic()).await {
            Ok(Ok(settings)) => settings,
            Ok(Err(_)) => return None,
            Err(_) => return Some(Outcome::Left),
        };
        if number.as_ref().is_ok_and(|number| !settings.lets_through(number)) {
            let (event, why) = kept_by_trial(claimed, waiting.part, now);
            return Some(self.keep(claimed, waiting, close, (&event, why), pass));
        }
        let is_summary = of == Some(MessageType::PAYMENT_SUMMARY) && waiting.part != Part::Text;
        let listed = if is_summary { self.listed_in(claimed).await } else { Ok(Vec::new()) };
        let Ok(listed) = listed else { return Some(Outcome::Left) };
        let ask = Ask {
            listed,
            question: of.and_then(|of| self.question(claimed, &number, waiting.part, of)),
            campaign: CampaignQuestion::about(claimed, waiting, of, pass),
            lease: claimed.lease,
            no: waiting.posts + 1,
            part: waiting.part,
            number_key: number_key(&number, message),
            number: message.whatsapp_number.clone(),
            text: SentText::of(decide::sent(message).0),
            close: close.clone(),
            revision: flight.revision.clone(),
        };
        let begin = |dispatcher: Self, asked| async move { dispatcher.begin(asked).await };
        Some(match self.shared.begins.ask(ask, self, begin).await {
            Some(Answer::Open { way, at, mark }) => {
                self.post(&flight, number, waiting, way, (at, mark), pass).await
            }
            Some(Answer::Fenced) => Outcome::Fenced,
            Some(Answer::Kept(event, why)) => {
                self.keep(claimed, waiting, close, (&event, why), pass)
            }
            None => Outcome::Left,
        })
    }

    /// Settles a message that is not sent now.
    fn keep(
        &self,
        claimed: &Claimed,
        waiting: &Progress,
        close: Option<AttemptRecord>,
        (event, why): (&Event, Why),
        pass: &Pass,
    ) -> Outcome {
        let now = self.ports.clock.now();
        let policy = decide::policy(claimed, &pass.settings);
        let mut after = decide::after(waiting, event, now, &policy);
        if why.ends_a_chosen_moment(event) {
            let of = self.ports.types.get(claimed.message_type);
            decide::by_itself(&mut after, of, &pass.settings);
        }
        let settlement = decide::settlement(claimed, &after, close, now);
        Outcome::Settle(Box::new(why.of(settlement)), 0)
    }

    /// Begins attempts as one batch: those of all messages that have just got a slot, except
    /// messages that are muted or whose campaign is stopped.
    async fn begin(&self, asked: Vec<Ask>) -> Vec<Answer> {
        // The ledger records which way they go, and they go that way, whatever is changed
        // meanwhile.
        let line = self.transport.line().await;
        let via = line.as_ref().ok().and_then(|line| line.as_ref()).map(|line| line.via.clone());
        let way = line.map(|line| line.map(|line| line.over));
        let kept = self.kept(&asked).await;
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

    /// Decides which of these messages are not to be sent. A message whose campaign is stopped is
    /// withdrawn, and so is a muted message. A message about which nobody answers waits. A summary
    /// that lists an invoice muted a moment ago is listed anew. The mutes are asked in one
    /// question, and last. Nothing comes between that and the begin, so a mute that is written
    /// before is obeyed.
    async fn kept(&self, asked: &[Ask]) -> Vec<Option<(Event, Why)>> {
        let questions: Vec<Option<&CampaignQuestion>> =
            asked.iter().map(|ask| ask.campaign.as_ref()).collect();
        let campaigns = self.campaigns_say(&questions).await;
        let questions: Vec<MuteQuestion> = asked.iter().flat_map(Ask::questions).collect();
        let answers = self.ports.mutes_for(&questions).await;
        if let Err(error) = &answers {
            tracing::warn!(error = %error, "the mutes could not be read; asking again later");
        }
        let mut answers = answers.map(Vec::into_iter);
        let now = self.ports.clock.now();
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

    /// Returns the question to the mutes about a message, if there are mutes. Once its file is with
    /// the customer, its text follows without a question.
    fn question(
        &self,
        claimed: &Claimed,
        number: &Number,
        part: Part,
        of: MessageType,
    ) -> Option<(MuteQuestion, Category)> {
        if self.ports.mutes.is_none() || part == Part::Text {
            return None;
        }
        let question = MuteQuestion {
            customer: claimed.customer_id.clone(),
            number_key: number.as_ref().ok().map(|number| number.variant_key().into()),
            invoice: claimed.invoice_id.clone(),
        };
        Some((question, of.category()))
    }
}

/// Decides about a message to a number that gets none while messages are tried out. It waits for
/// the end of the trial, until it is too late. Once its file is with the customer, its text is
/// never too late.
fn kept_by_trial(claimed: &Claimed, part: Part, now: DateTime<Utc>) -> (Event, Why) {
    let wanted = claimed.scheduled_for.unwrap_or(claimed.created_at).max(claimed.created_at);
    let age = now - wanted;
    if age >= decide::WAIT_MAX && part != Part::Text {
        let why = Why::said("The trial went on for too long.");
        return (Event::Withdrawn(CancelReason::Expired), why);
    }
    let [least, most] = TRIAL_ASKED_AGAIN;
    let until = now + age.clamp(least, most);
    // A text whose file went ahead is not withdrawn at either of these ends.
    let ends = [Some(wanted + decide::WAIT_MAX), claimed.expires_at].into_iter().flatten();
    let until = ends.filter(|end| *end > now).fold(until, Ord::min);
    let why =
        Why::held(HeldFor::Trial, "Messages are tried out, and its number gets none meanwhile.");
    (Event::Postponed { until }, why)
}

/// Returns the key that all variants of a message's number share. A number that cannot be read
/// shares its key with no other number: it is never POSTed.
fn number_key(number: &Number, claimed: &Claimed) -> String {
    let as_it_stands = |_: &InvalidNumber| claimed.whatsapp_number.as_str().to_owned();
    number.as_ref().map_or_else(as_it_stands, WhatsAppNumber::variant_key)
}
