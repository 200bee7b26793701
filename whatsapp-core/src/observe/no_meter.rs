//! What `meter` has, for a build without the feature `metrics`: nothing is counted or measured.

use chrono::TimeDelta;

use crate::account::AccountEvent;
use crate::id::AccountId;
use crate::message::{Class, NewMessage};
use crate::port::Clock;

/// The place of a measured duration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timer;

impl Timer {
    pub(crate) fn start(_: &dyn Clock) -> Self {
        Self
    }

    pub(crate) fn stop(self, _: &dyn Clock) -> Self {
        self
    }
}

pub(crate) fn enqueued(_: AccountId, _: &NewMessage) {}

pub(crate) fn settled(_: AccountId, _: &'static str) {}

pub(crate) fn attempt(_: AccountId, _: &'static str, _: Option<Timer>) {}

pub(crate) fn delayed(_: AccountId, _: Class, _: TimeDelta) {}

pub(crate) fn paused(_: AccountId, _: &AccountEvent) {}

pub(crate) fn noticed(_: &'static str, _: &'static str) {}
