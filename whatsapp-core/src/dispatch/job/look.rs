//! The look: asks the gateway about an attempt whose outcome is unknown.

use chrono::{DateTime, Utc};
use tracing::Instrument;

use super::host::HostSays;
use super::{Job, Outcome};
use crate::dispatch::conclude::Conclusion;
use crate::dispatch::decide::{self, Plan};
use crate::dispatch::reconcile::{Look, Suspects, Wanted};
use crate::message::{Part, State, Step};
use crate::number::WhatsAppNumber;
use crate::observe::{field, spans};
use crate::port::{Claimed, StoreError, TransportError};

impl Job<'_> {
    /// Looks up an attempt whose outcome is unknown. If the gateway surely did not take the message
    /// and another attempt is due, makes it at once, under the same claim.
    pub(crate) async fn look(&self, started: DateTime<Utc>) -> Outcome {
        let (claimed, ending, times) = (self.claimed, self.ending(), &self.shared().times);
        let asked = times.moment_of(claimed, self.ports().clock.as_ref());
        let now = asked.now;
        let known = ending.unknown(asked);
        if matches!(known.state, State::Checking { next, .. } if next > now) {
            return Outcome::settle(Conclusion::of(known, None).settlement(claimed, now));
        }
        let Some(slot) = self.slot().await else { return Outcome::GiveBack };
        let mark = claimed.progress.opened().and_then(|(_, mark)| mark);
        let span = spans::look(self.dispatcher.account(), claimed);
        let look = self.in_the_list(asked.span(started, mark)).instrument(span.clone()).await;
        drop(slot);
        let look = match look {
            Ok(look) => look,
            Err(error) => {
                tracing::warn!(error = %error, "a look could not read the ledger");
                return Outcome::Left;
            }
        };
        span.record(field::OUTCOME, look.as_str());
        drop(span);
        if look.proves_nothing() && self.was_paused() {
            // A failure of the account uses up no look.
            return Outcome::GiveBack;
        }
        let now = self.ports().clock.now();
        let looked = ending.looked(&known, &look, asked, now);
        if looked.after.opened().is_none() {
            times.forget(claimed.lease.message_id);
        }
        let is_due = matches!(looked.after.state, State::Retrying { at, .. } if at <= now);
        if !is_due || self.dispatcher.stopping() || self.pass.only_looks {
            return Outcome::settle(looked.settlement(claimed, now));
        }
        self.again(looked, now).await
    }

    /// Makes the next attempt of a message right after a look, under the same claim.
    async fn again(&self, looked: Conclusion, now: DateTime<Utc>) -> Outcome {
        let after = &looked.after;
        let (progress, step) = (after.clone(), Step::Send);
        let retrying = Claimed { progress, step, expired_leases: 0, ..self.claimed.clone() };
        let job = Job { claimed: &retrying, ..*self };
        let says = match job.plan(now) {
            Plan::Settle(event, why) => HostSays::Settle(event, why),
            Plan::Send(of) => job.host(now).says(of).await,
            Plan::Look { .. } | Plan::Watch => HostSays::Send(Ok(None)),
        };
        let today = match says {
            HostSays::Send(today) => today,
            HostSays::Settle(event, why) => {
                let decided = (&event, why);
                return Outcome::settle(self.ending().decided(after, decided, looked.record, now));
            }
        };
        match job.attempt(after, looked.record.clone(), today).await {
            Some(outcome) => outcome,
            None => Outcome::settle(looked.settlement(self.claimed, now)),
        }
    }

    /// Looks for the message in the gateway's list. Its attempt began at `from` and is over by
    /// `until`.
    pub(crate) async fn in_the_list(
        &self,
        (from, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Look, StoreError> {
        let Ok(number) = WhatsAppNumber::parse(self.claimed.whatsapp_number.as_str()) else {
            return Ok(Look::Unclear);
        };
        let (ports, claimed) = (self.ports(), self.claimed);
        let Some(deliveries) = &ports.deliveries else {
            return Ok(Look::Unclear);
        };
        let (text, attachment) = decide::sent(claimed);
        let wanted = Wanted {
            message_id: claimed.lease.message_id,
            no: claimed.progress.posts,
            number: &number,
            text,
            url: attachment.map(|file| file.url.as_str()),
            is_a_name: claimed.progress.part == Part::File,
            started: from,
            tolerance: self.dispatcher.options.listing_tolerance,
        };
        let asked = async {
            let line = deliveries.line().await?;
            let over = line.as_ref().map_or(deliveries, |line| &line.over);
            let listing = over.sent_to(&number, wanted.listed_since()).await?;
            Ok::<_, TransportError>((line.map(|line| line.via), listing))
        };
        let (via, listing) = match asked.await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::info!(
                    message.id = %claimed.lease.message_id,
                    detail = error.detail(),
                    "the gateway could not be asked what became of a message"
                );
                self.shared().health.heed(&error).await;
                return Ok(Look::Unclear);
            }
        };
        let suspects = Suspects::new(wanted, &listing, via.as_ref(), until.max(ports.clock.now()));
        let (key, since) = (number.variant_key(), wanted.siblings_since());
        match ports.store.siblings(&key, since, &suspects.ids()).await {
            Ok(siblings) => Ok(suspects.compare(&siblings)),
            // A row that cannot be read stays so: the look must end at some time, with a notice.
            Err(error @ StoreError::Corrupt { .. }) => {
                tracing::error!(error = %error, "a row of the ledger cannot be read");
                Ok(Look::Unclear)
            }
            Err(error) => Err(error),
        }
    }
}
