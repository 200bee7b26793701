//! One claimed message: what it needs, and its outcome.

pub(super) mod attempt;
pub(super) mod begin;
pub(super) mod campaign;
pub(super) mod host;
pub(super) mod look;
pub(super) mod post;
pub(super) mod preflight;
pub(super) mod summary;
pub(super) mod watch;

use async_lock::SemaphoreGuardArc;
use chrono::{DateTime, Utc};

use super::conclude::Ending;
use super::decide::{self, Plan};
use super::pass::Pass;
use super::pass::in_flight::has_come;
use super::{Dispatcher, Shared};
use crate::books::Why;
use crate::message::{AttemptRecord, Event, MessageType, Progress, Step};
use crate::port::{Claimed, Settlement};
use crate::settings::Settings;
use crate::wiring::Ports;
use host::{Host, HostSays};

/// One claimed message, in the pass that works on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) dispatcher: &'a Dispatcher,
    pub(super) pass: &'a Pass,
    pub(super) claimed: &'a Claimed,
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

impl Outcome {
    /// An outcome to write down of a message that was not POSTed.
    pub(super) fn settle(settlement: Settlement) -> Self {
        Self::Settle(Box::new(settlement), 0)
    }
}

impl<'a> Job<'a> {
    pub(super) const fn ports(&self) -> &'a Ports {
        &self.dispatcher.ports
    }

    pub(super) fn shared(&self) -> &'a Shared {
        &self.dispatcher.shared
    }

    pub(super) fn settings(&self) -> &'a Settings {
        &self.pass.settings
    }

    /// Returns the type of the message, if this program knows it.
    pub(super) fn of(&self) -> Option<MessageType> {
        self.ports().types.get(self.claimed.message_type)
    }

    /// Returns the rules by which its claim ends.
    pub(super) fn ending(&self) -> Ending<'a> {
        self.dispatcher.ending(self.claimed, self.settings())
    }

    /// Does what the message needs.
    pub(super) async fn outcome(&self) -> Outcome {
        if self.dispatcher.stopping() {
            return Outcome::GiveBack;
        }
        let now = self.ports().clock.now();
        match self.plan(now) {
            Plan::Send(_) if self.pass.only_looks => Outcome::GiveBack,
            Plan::Send(of) => match self.host(now).says(of).await {
                HostSays::Send(today) => {
                    let attempt = self.attempt(&self.claimed.progress, None, today);
                    attempt.await.unwrap_or(Outcome::GiveBack)
                }
                HostSays::Settle(event, why) => self.decided(&event, why),
            },
            Plan::Look { started } => Box::pin(self.look(started)).await,
            Plan::Watch => self.watch().await,
            Plan::Settle(event, why) => self.decided(&event, why),
        }
    }

    /// Decides what the message needs.
    pub(super) fn plan(&self, now: DateTime<Utc>) -> Plan {
        let claimed = self.claimed;
        if self.of().is_none() && claimed.step == Step::Send {
            tracing::warn!(
                message.id = %claimed.lease.message_id,
                message.r#type = %claimed.message_type,
                "the message type is not known here, so the message is not sent: add the type to \
                 Ports::with_types"
            );
        }
        decide::plan(claimed, &self.ports().types, self.settings(), now)
    }

    /// Returns the questions to the host about the message.
    pub(super) fn host(&self, now: DateTime<Utc>) -> Host<'a> {
        Host {
            ports: self.ports(),
            health: &self.shared().health,
            claimed: self.claimed,
            settings: self.settings(),
            now,
        }
    }

    /// Waits for a free slot; `None` when nothing may be begun any more under this claim. Then the
    /// process stops, the account was paused, or the claim became too old while it waited.
    pub(super) async fn slot(&self) -> Option<SemaphoreGuardArc> {
        let slot = self.dispatcher.slots.acquire_arc().await;
        let late = has_come(self.pass.begin_by, self.ports().clock.elapsed());
        (!self.dispatcher.stopping() && !self.was_paused() && !late).then_some(slot)
    }

    /// Returns whether the account was paused from here since the message was claimed.
    pub(super) fn was_paused(&self) -> bool {
        self.pass.pauses != self.shared().health.pauses()
    }

    /// Settles the message by this event, without any request.
    pub(super) fn decided(&self, event: &Event, why: Why) -> Outcome {
        self.decided_after(&self.claimed.progress, event, why, None)
    }

    /// Settles a message that is not sent now. `close` is the record of the attempt before, if a
    /// look has just found that it was not accepted.
    pub(super) fn decided_after(
        &self,
        waiting: &Progress,
        event: &Event,
        why: Why,
        close: Option<AttemptRecord>,
    ) -> Outcome {
        let now = self.ports().clock.now();
        Outcome::settle(self.ending().decided(waiting, (event, why), close, now))
    }
}
