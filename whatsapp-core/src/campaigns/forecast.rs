//! Forecasts of campaigns.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::Campaigns;
use super::checked::RunTold;
use super::error::CampaignError;
use super::times::{hours, told};
use crate::campaign::{Campaign, CampaignRate, CampaignState, Slots, day};

/// Forecast of a campaign, if nothing changes meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CampaignForecast {
    /// The campaign.
    pub campaign: Campaign,
    /// Number of recipients who wait.
    pub waiting: u64,
    /// Times of their messages, and the number left over; `None` where nothing goes out.
    pub run: Option<RunTold>,
    /// The step that a person must take first, or the reason why nothing goes out, as a sentence.
    pub sentence: Option<String>,
}

impl Campaigns {
    /// Returns forecasts of the campaigns of the next days, today included. They use the same slots
    /// as the feeder, with gaps of the middle length. Writes nothing. `days` beyond 366 count as
    /// 366.
    ///
    /// # Errors
    /// [`CampaignError`] when something cannot be read.
    pub async fn forecast(&self, days: u16) -> Result<Vec<CampaignForecast>, CampaignError> {
        let settings = self.ports.settings().await?;
        let (now, zone) = (self.ports.clock.now(), &settings.time_zone);
        let today = zone.date(now);
        let until = today.checked_add_days(Days::new(days.min(366).into())).unwrap_or(today);
        let rate = CampaignRate::of(&settings);
        let mut taken: BTreeMap<NaiveDate, Vec<DateTime<Utc>>> = BTreeMap::new();
        let mut forecasts = Vec::new();
        for campaign in self.store.open_campaigns().await? {
            let date = campaign.plan.date;
            if date < today || date >= until {
                continue;
            }
            let waiting = self.counts(campaign.id).await?.waiting;
            let of = campaign.plan.kind.message_type();
            let (Some(day), Some(start)) = (day(date, zone), campaign.plan.start(zone)) else {
                continue;
            };
            let taken = match taken.entry(date) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let from = day.start - TimeDelta::hours(1);
                    new.insert(self.store.slots_taken(from).await?.slots)
                }
            };
            let sentence = if campaign.state == CampaignState::Paused {
                campaign.why_not(today).map(str::to_owned)
            } else if !settings.allows(of) {
                Some(format!("{} messages are switched off.", of.label()))
            } else {
                None
            };
            let run = sentence.is_none().then(|| {
                let window = hours(&settings, of);
                let horizon = day.end;
                let mut slots = Slots::new(rate, &window, day, horizon, taken.iter().copied());
                let run = told(&mut slots, start.max(now), waiting, rate.middle());
                taken.extend(slots.given());
                run
            });
            let unconfirmed = campaign.is_unconfirmed(today);
            let confirm = || "The date must be confirmed first: it depends on the moon.".to_owned();
            let sentence = sentence.or_else(|| unconfirmed.then(confirm));
            forecasts.push(CampaignForecast { campaign, waiting, run, sentence });
        }
        Ok(forecasts)
    }
}
