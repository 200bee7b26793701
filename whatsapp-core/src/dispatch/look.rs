//! The look: asks the gateway about an attempt whose outcome is unknown.

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};

use super::attempt::Outcome;
use super::host::HostSays;
use super::pass::Pass;
use super::reconcile::{Look, Suspects, Wanted};
use super::{Dispatcher, decide, locked};
use crate::message::{Event, Part, State, Step};
use crate::number::WhatsAppNumber;
use crate::port::{Claimed, StoreError, TransportError};

impl Dispatcher {
    /// Looks up an attempt whose outcome is unknown. If the gateway surely did not take the message
    /// and another attempt is due, makes it at once, under the same claim.
    pub(super) async fn look(
        &self,
        claimed: &Claimed,
        started: DateTime<Utc>,
        pass: &Pass,
    ) -> Outcome {
        let policy = decide::policy(claimed, &pass.settings);
        let asked = self.moment_of(claimed);
        let now = asked.now;
        let known = decide::after(&claimed.progress, &Event::OutcomeUnknown, asked, &policy);
        if matches!(known.state, State::Checking { next, .. } if next > now) {
            return Outcome::Settle(Box::new(decide::settlement(claimed, &known, None, now)), 0);
        }
        let Some(slot) = self.slot(pass).await else { return Outcome::GiveBack };
        let mark = claimed.progress.opened().and_then(|(_, mark)| mark);
        let (from, until) = asked.span(started, mark);
        let look = self.ask(claimed, from, until).await;
        drop(slot);
        let look = match look {
            Ok(look) => look,
            Err(error) => {
                tracing::warn!(error = %error, "a look could not read the ledger");
                return Outcome::Left;
            }
        };
        if look.proves_nothing() && pass.pauses != self.shared.pauses.load(Ordering::SeqCst) {
            // A failure of the account uses up no look.
            return Outcome::GiveBack;
        }
        // A list proves nothing about the time after it was asked for, however long the answer took
        // or this process stood still afterwards.
        let mut after = decide::after(&known, &decide::looked(&look), asked, &policy);
        let now = self.ports.clock.now();
        if after.opened().is_none() {
            locked(&self.shared.sights).forget(claimed.lease.message_id);
        }
        let record = decide::look_record(known.posts, &look, &after, now);
        self.stop_watching(&mut after);
        decide::by_itself(&mut after, self.ports.types.get(claimed.message_type), &pass.settings);
        decide::keep_place(claimed, &mut after, None);
        let resend = matches!(after.state, State::Retrying { at, .. } if at <= now);
        if !resend || self.stopping() || pass.only_looks {
            return Outcome::Settle(Box::new(decide::settlement(claimed, &after, record, now)), 0);
        }
        let mut retrying = Claimed { progress: after.clone(), step: Step::Send, ..claimed.clone() };
        retrying.reaps = 0;
        let says = match self.plan(&retrying, pass, now) {
            decide::Plan::Settle(event, why) => HostSays::Settle(event, why),
            decide::Plan::Send(of) => self.host_says(&retrying, of, &pass.settings, now).await,
            decide::Plan::Look { .. } | decide::Plan::Watch => HostSays::Send(Ok(None)),
        };
        let today = match says {
            HostSays::Send(today) => today,
            HostSays::Settle(event, why) => {
                let after = decide::after(&after, &event, now, &policy);
                let settlement = why.of(decide::settlement(claimed, &after, record, now));
                return Outcome::Settle(Box::new(settlement), 0);
            }
        };
        match self.attempt(&retrying, &after, record.clone(), today, pass).await {
            Some(outcome) => outcome,
            None => Outcome::Settle(Box::new(decide::settlement(claimed, &after, record, now)), 0),
        }
    }

    pub(super) async fn ask(
        &self,
        claimed: &Claimed,
        started: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Look, StoreError> {
        let Ok(number) = WhatsAppNumber::parse(claimed.whatsapp_number.as_str()) else {
            return Ok(Look::Unclear);
        };
        let Some(deliveries) = &self.ports.deliveries else {
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
            started,
            tolerance: self.options.listing_tolerance,
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
                self.heed(&error).await;
                return Ok(Look::Unclear);
            }
        };
        let suspects =
            Suspects::new(wanted, &listing, via.as_ref(), until.max(self.ports.clock.now()));
        let (key, since) = (number.variant_key(), wanted.siblings_since());
        match self.ports.store.siblings(&key, since, &suspects.ids()).await {
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
