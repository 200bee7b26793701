//! An attempt of one message: everything that may hold it back before its begin.

use chrono::{DateTime, TimeDelta, Utc};

use super::begin::{Answer, Ask};
use super::campaign::CampaignQuestion;
use super::host::Today;
use super::post::Number;
use super::preflight::{Preflight, preflight};
use super::summary::listed_in;
use super::{Job, Outcome};
use crate::books::Why;
use crate::dispatch::decide;
use crate::message::{
    AttemptRecord, CancelReason, Category, Event, HeldFor, MessageType, Part, Progress, SentText,
};
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::port::{Claimed, MuteQuestion, StoreError};

/// The shortest and the longest time between two looks whether the trial lets a message go. Each
/// look takes the place of a request, so an older message is looked at less often. The end of the
/// trial makes it due at once.
const TRIAL_ASKED_AGAIN: [TimeDelta; 2] = [TimeDelta::minutes(1), TimeDelta::days(1)];

impl Job<'_> {
    /// Waits for a free slot, begins the message's next attempt and POSTs it. The slot is free
    /// again before the outcome is written down. `None` when the slot came too late and nothing was
    /// begun, or when the send window has closed meanwhile.
    ///
    /// `None` also after a pre-flight that took long: the reservation was only for the moment of
    /// the claim.
    ///
    /// `close` is the record of the attempt before, if a look has just found that it was not
    /// accepted. `today` is the message as the host wants it today.
    pub(crate) async fn attempt(
        &self,
        waiting: &Progress,
        close: Option<AttemptRecord>,
        today: Today,
    ) -> Option<Outcome> {
        let (revision, refusal) = match today {
            Ok(revision) => (revision, None),
            Err(why) => (None, Some(why)),
        };
        let (ports, shared) = (self.ports(), self.shared());
        let revised = revision.as_ref().map(|revision| Box::new(revision.apply(self.claimed)));
        let claimed = revised.as_deref().unwrap_or(self.claimed);
        let job = Job { claimed, ..*self };
        let mut checked = match refusal {
            Some(why) => Preflight::refused(claimed, why),
            None => preflight(ports, &shared.preflights, claimed, self.settings()).await?,
        };
        checked.revision = checked.revision.take().or(revision);
        let _slot = self.slot().await?;
        // The window may have closed while it waited.
        let now = ports.clock.now();
        if job.of().is_some_and(|of| decide::must_wait(waiting, of, self.settings(), now)) {
            return None;
        }
        let message = checked.message();
        let number = WhatsAppNumber::parse(message.whatsapp_number.as_str());
        // A trial may have begun meanwhile, too.
        let settings = match shared.settings.at(ports, ports.clock.monotonic()).await {
            Ok(Ok(settings)) => settings,
            Ok(Err(_)) => return None,
            Err(_) => return Some(Outcome::Left),
        };
        if number.as_ref().is_ok_and(|number| !settings.lets_through(number)) {
            let (event, why) = kept_by_trial(claimed, waiting.part, now);
            return Some(job.decided_after(waiting, &event, why, close));
        }
        let Ok(ask) = job.ask(&checked, &number, waiting, close.clone()).await else {
            return Some(Outcome::Left);
        };
        Some(match shared.begins.begin(ask).await {
            Some(Answer::Open { way, at, mark }) => {
                let refusal = checked.refusal.clone();
                let job = Job { claimed: checked.message(), ..job };
                job.post(refusal, number, waiting, way, (at, mark)).await
            }
            Some(Answer::Fenced) => Outcome::Fenced,
            Some(Answer::Kept(event, why)) => job.decided_after(waiting, &event, why, close),
            None => Outcome::Left,
        })
    }

    /// Returns the question whether the attempt may begin, with what the ledger gets of it.
    async fn ask(
        &self,
        checked: &Preflight<'_>,
        number: &Number,
        waiting: &Progress,
        close: Option<AttemptRecord>,
    ) -> Result<Ask, StoreError> {
        let (claimed, message, of) = (self.claimed, checked.message(), self.of());
        let is_summary = of == Some(MessageType::PAYMENT_SUMMARY) && waiting.part != Part::Text;
        let listed = if is_summary { listed_in(self.ports(), claimed).await? } else { Vec::new() };
        Ok(Ask {
            listed,
            question: of.and_then(|of| self.question(number, waiting.part, of)),
            campaign: CampaignQuestion::about(claimed, waiting, of, self.pass),
            lease: claimed.lease,
            no: waiting.posts + 1,
            part: waiting.part,
            number_key: number_key(number, message),
            number: message.whatsapp_number.clone(),
            text: SentText::of(decide::sent(message).0),
            close,
            revision: checked.revision.clone(),
        })
    }

    /// Returns the question to the mutes about a message, if there are mutes. Once its file is with
    /// the customer, its text follows without a question.
    fn question(
        &self,
        number: &Number,
        part: Part,
        of: MessageType,
    ) -> Option<(MuteQuestion, Category)> {
        if self.ports().mutes.is_none() || part == Part::Text {
            return None;
        }
        let question = MuteQuestion {
            customer: self.claimed.customer_id.clone(),
            number_key: number.as_ref().ok().map(|number| number.variant_key().into()),
            invoice: self.claimed.invoice_id.clone(),
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
