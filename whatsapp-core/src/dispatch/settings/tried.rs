//! Messages that wait for the end of a trial: due at once when the trial ends, or when its numbers
//! change.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::LatestSettings;
use crate::dispatch::locked;
use crate::message::HeldFor;
use crate::number::WhatsAppNumber;
use crate::port::StoreError;
use crate::wiring::Ports;

/// The interval at which the trial is looked up in the settings while nothing else asks for them.
const LOOKED_UP_EVERY: Duration = Duration::from_secs(60);

/// While messages are tried out, a caller that makes single passes comes back within this time.
/// Twice this time is what the question before the end of the trial promises.
const BACK_WITHIN: TimeDelta = TimeDelta::minutes(5);

/// The trial as this dispatcher last looked it up in the settings.
#[derive(Debug, Default)]
pub(crate) struct LastTrial(Mutex<Option<Tried>>);

/// The trial as it was looked up.
#[derive(Debug, Clone)]
struct Tried {
    at: Duration,
    is_on: bool,
    numbers: Vec<WhatsAppNumber>,
    /// Set if the trial was another one before.
    is_new: bool,
}

impl LastTrial {
    /// Makes messages due that wait for the end of the trial: when this process starts, and when it
    /// sees another trial in the settings. So they need not be looked at often.
    ///
    /// Messages that were in flight at that moment were decided by the trial before: the next look
    /// makes them due.
    pub(crate) async fn heed(
        &self,
        ports: &Ports,
        settings: &LatestSettings,
        now: DateTime<Utc>,
        mark: Duration,
    ) -> Result<(), StoreError> {
        let last = locked(&self.0).clone();
        if last.as_ref().is_some_and(|last| mark.saturating_sub(last.at) < LOOKED_UP_EVERY) {
            return Ok(());
        }
        // Settings that cannot be used stop all sending: the trial is looked up once they are
        // mended.
        let Ok(settings) = settings.at(ports, mark).await? else { return Ok(()) };
        let is_another =
            |last: &Tried| last.is_on != settings.trial || last.numbers != settings.trial_numbers;
        let is_new = last.as_ref().is_none_or(is_another);
        if is_new || last.is_some_and(|last| last.is_new) {
            ports.store.make_due(HeldFor::Trial, now).await?;
        }
        let (is_on, numbers) = (settings.trial, settings.trial_numbers.clone());
        *locked(&self.0) = Some(Tried { at: mark, is_on, numbers, is_new });
        Ok(())
    }

    /// Returns the time to come back, which is soon while messages are tried out.
    pub(crate) fn not_behind(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        let is_on = locked(&self.0).as_ref().is_some_and(|tried| tried.is_on);
        if is_on { at.min(now + BACK_WITHIN) } else { at }
    }
}
