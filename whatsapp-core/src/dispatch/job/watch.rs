//! The watch: asks whether an accepted message was delivered or read.

use chrono::TimeDelta;

use super::{Job, Outcome};
use crate::account::AccountStep;
use crate::books::Why;
use crate::dispatch::decide;
use crate::dispatch::reconcile::Look;
use crate::message::{Attempt, AttemptOutcome, Delivery, Event, Part, Reported, State, Via};
use crate::port::StoreError;

/// After this time without a word of delivery, an accepted message counts as undelivered.
const SILENCE: TimeDelta = TimeDelta::minutes(30);

impl Job<'_> {
    /// Asks how far an accepted message has come. A message without the gateway's id is first
    /// looked for in the list.
    pub(crate) async fn watch(&self) -> Outcome {
        let (claimed, ports) = (self.claimed, self.ports());
        let Some(slot) = self.slot().await else { return Outcome::GiveBack };
        let attempts = match ports.store.attempts(claimed.lease.message_id).await {
            Ok(attempts) => attempts,
            // Without a readable ledger nothing is asked. The watch goes on in its rhythm, and
            // ends.
            Err(error @ StoreError::Corrupt { .. }) => {
                tracing::error!(error = %error, "a row of the ledger cannot be read");
                return self.decided(&Event::Reported(Reported::Nothing), Why::default());
            }
            Err(error) => {
                tracing::warn!(error = %error, "the ledger could not be read");
                return Outcome::GiveBack;
            }
        };
        let via = attempts.last().and_then(|attempt| attempt.via.as_ref());
        let mut gateway_id = attempts.last().and_then(|attempt| attempt.gateway_id.clone());
        let known = gateway_id.is_some();
        if !known
            && let State::Sent { at, .. } = claimed.progress.state
            && let Ok(Look::Listed(id)) = self.in_the_list((at, ports.clock.now())).await
        {
            gateway_id = Some(id);
        }
        let answer = self.status(gateway_id.as_deref(), via).await;
        let reported = answer.clone().unwrap_or(Reported::Nothing);
        let event = match claimed.progress.part {
            Part::Whole | Part::File => Event::Reported(reported),
            Part::Text => decide::reported(&self.status_of_file(&attempts).await, &reported),
        };
        drop(slot);
        self.count_undelivered(answer.as_ref()).await;
        let now = ports.clock.now();
        let found = gateway_id.filter(|_| !known);
        let watched = self.ending().watched(&event, found.as_deref(), now);
        Outcome::settle(watched.settlement(claimed, now))
    }

    /// Returns the gateway's answer about the message with this id, which an attempt that went
    /// `via` has; `None` when it cannot be asked. Another gateway or another key is not asked: it
    /// may have given the id to another message.
    async fn status(&self, gateway_id: Option<&str>, via: Option<&Via>) -> Option<Reported> {
        let (deliveries, id) = self.ports().deliveries.as_ref().zip(gateway_id)?;
        let line = deliveries.line().await.ok()?;
        if line.as_ref().map(|line| &line.via) != via {
            return None;
        }
        let over = line.as_ref().map_or(deliveries, |line| &line.over);
        over.status(id).await.ok()
    }

    /// Counts messages in a row that were accepted half an hour ago and are not delivered, each
    /// once. Many accepted and none delivered point to the account, and nobody would notice
    /// otherwise.
    async fn count_undelivered(&self, answer: Option<&Reported>) {
        let State::Sent { at, delivery, watch } = &self.claimed.progress.state else { return };
        let silence = *at + SILENCE;
        let counts_now =
            self.ports().clock.now() >= silence && watch.is_some_and(|planned| planned <= silence);
        match answer {
            Some(Reported::Reached(Delivery::Delivered | Delivery::Read)) if self.pass.in_doubt => {
                self.shared().health.change(AccountStep::Delivered).await;
            }
            Some(Reported::Nothing | Reported::Reached(Delivery::Accepted))
                if *delivery == Delivery::Accepted && counts_now =>
            {
                let alert = self.settings().undelivered_alert;
                if alert > 0 {
                    self.shared().health.change(AccountStep::Undelivered { alert }).await;
                }
            }
            _ => {}
        }
    }

    /// Returns the gateway's answer about the file that went ahead of a message's text.
    async fn status_of_file(&self, attempts: &[Attempt]) -> Reported {
        let file = attempts.iter().rev().find(|attempt| {
            attempt.part == Part::File && attempt.outcome == Some(AttemptOutcome::Accepted)
        });
        let Some(file) = file else { return Reported::Nothing };
        let reported = self.status(file.gateway_id.as_deref(), file.via.as_ref()).await;
        reported.unwrap_or(Reported::Nothing)
    }
}
