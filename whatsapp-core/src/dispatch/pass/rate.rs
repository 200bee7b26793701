//! The account's rate limit: when a request may go out.

use std::sync::Mutex;

use chrono::TimeDelta;

use crate::account::{Reservation, Reserve, SeenSlot};
use crate::dispatch::{RateLimit, locked};
use crate::port::{Entropy, StoreError};
use crate::settings::Settings;
use crate::time::Elapsed;
use crate::wiring::Ports;

/// The knowledge of one dispatcher about the slots of the account's rate limit.
#[derive(Debug, Default)]
pub(crate) struct KnownSlots {
    /// The account's slot, if it has another time base, and the time at which it was first seen
    /// here.
    seen: Mutex<Option<SeenSlot>>,
    /// The account's next slot, where it is known: until then nobody has to ask for it.
    next: Mutex<Option<Elapsed>>,
}

impl KnownSlots {
    /// Returns the slot of another time base, as it was seen here.
    pub(crate) fn seen(&self) -> Option<SeenSlot> {
        *locked(&self.seen)
    }

    /// Returns how far ahead the account's next slot is, where that is known. Other processes may
    /// move it further ahead meanwhile, and never back. A pause is seen when the slot comes, before
    /// anything is sent.
    pub(crate) fn ahead(&self, elapsed: Elapsed) -> Option<TimeDelta> {
        let ahead = locked(&self.next).and_then(|slot| slot.since(elapsed));
        ahead.filter(|ahead| *ahead > TimeDelta::zero())
    }

    /// Reserves slots of the rate limit. Without a rate limit there is nothing to reserve: a read
    /// tells whether the account is paused.
    pub(crate) async fn reserve(
        &self,
        ports: &Ports,
        reserve: &Reserve,
    ) -> Result<Reservation, StoreError> {
        if reserve.interval.is_zero() {
            return Ok(ports.store.account().await?.reserve(reserve));
        }
        let mut reservation = ports.store.reserve(reserve).await?;
        let seen = reservation.heard(reserve, ports.clock.elapsed());
        *locked(&self.seen) = seen;
        let is_slot = reservation.pause.is_none() && reservation.foreign.is_none();
        let next = is_slot.then(|| reserve.elapsed + (reservation.again_at - reserve.now));
        *locked(&self.next) = next;
        Ok(reservation)
    }
}

/// Returns the least time between two requests, and a random part of up to a twentieth of it. So
/// requests are never as regular as a machine's, and hardly slower than the setting.
pub(crate) fn interval(
    rate_limit: RateLimit,
    settings: &Settings,
    entropy: &dyn Entropy,
) -> (TimeDelta, TimeDelta) {
    match rate_limit {
        RateLimit::Unlimited => (TimeDelta::zero(), TimeDelta::zero()),
        RateLimit::FromSettings => {
            let mut random = [0_u8; 2];
            entropy.fill(&mut random);
            let seconds = 1.0 / settings.requests_per_second;
            let part = f64::from(u16::from_be_bytes(random)) / f64::from(u16::MAX);
            (microseconds(seconds), microseconds(seconds * part / 20.0))
        }
    }
}

/// Returns these seconds in whole microseconds, rounded up.
fn microseconds(seconds: f64) -> TimeDelta {
    #[expect(clippy::cast_possible_truncation, reason = "at most 10 seconds")]
    let micros = (seconds * 1_000_000.0).ceil() as i64;
    TimeDelta::microseconds(micros)
}
