//! A pause by hand: nothing is sent, but messages that went out are looked up and followed all the
//! same.

use chrono::{DateTime, Utc};

use super::hand::Room;
use super::pass::Pass;
use super::tick::Work;
use super::{Dispatcher, TickReport, decide, locked};
use crate::id::LeaseToken;
use crate::message::Event;
use crate::port::{Claim, Claimed, Lane, Settlement, StoreError, random};
use crate::settings::Settings;

impl Dispatcher {
    /// Claims messages that wait for a look, then messages that are watched, as far as the rate
    /// limit has granted.
    pub(super) async fn look_on(
        &self,
        mut pass: Pass,
        now: DateTime<Utc>,
        granted: u32,
        next_slot: DateTime<Utc>,
        mut report: TickReport,
        mut room: Room,
    ) -> Result<Work, StoreError> {
        let claimed = self.claim_looks(now, granted).await?;
        report.claimed = u32::try_from(claimed.len()).unwrap_or(u32::MAX);
        if report.claimed >= granted {
            // There may be more, or the slot was not free yet.
            report.again_at = report.again_at.min(Some(next_slot));
        }
        if claimed.is_empty() {
            return Ok(Work::nothing(report, room));
        }
        pass.only_looks = true;
        room.take(&claimed, self.ports.clock.elapsed() + self.lease());
        Ok(Work::of(claimed, pass, report, room))
    }

    async fn claim_looks(
        &self,
        now: DateTime<Utc>,
        granted: u32,
    ) -> Result<Vec<Claimed>, StoreError> {
        let (store, elapsed, lease) = (&self.ports.store, self.ports.clock.elapsed(), self.lease());
        let token = LeaseToken::new(now, random(self.ports.entropy.as_ref()));
        let in_hand = locked(&self.shared.hand).run_out(elapsed);
        let mut claimed = Vec::new();
        for &lane in Lane::ALL {
            let limit = granted.saturating_sub(u32::try_from(claimed.len()).unwrap_or(granted));
            if limit == 0 {
                break;
            }
            let (only, after, excluding) = (None, None, in_hand.clone());
            let claim = Claim { lane, only, after, token, now, elapsed, lease, limit, excluding };
            let found = match lane {
                Lane::Watch => store.claim(&claim).await?,
                _ => store.claim_looks(&claim).await?,
            };
            claimed.extend(found);
        }
        Ok(claimed)
    }

    /// Returns the settlement of a message whose attempt a crash left open: it waits for a look,
    /// which finds it.
    pub(super) fn to_be_looked_up(&self, claimed: &Claimed, settings: &Settings) -> Settlement {
        let (moment, policy) = (self.moment_of(claimed), decide::policy(claimed, settings));
        let known = decide::after(&claimed.progress, &Event::OutcomeUnknown, moment, &policy);
        decide::settlement(claimed, &known, None, moment.now)
    }
}
