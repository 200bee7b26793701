//! Slots: the times at which messages of campaigns go out, one after another.

use std::collections::VecDeque;
use std::ops::Range;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};

use crate::schedule::SendWindow;
use crate::settings::Settings;

const HOUR: TimeDelta = TimeDelta::hours(1);

/// Slots further ahead than this come from a clock that was set back since. They delay no later
/// slot, but count for their day.
const AHEAD: TimeDelta = TimeDelta::hours(1);

/// The rate limit of campaigns, over all campaigns together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CampaignRate {
    /// The most messages within any hour.
    pub per_hour: u32,
    /// The most messages on a date of the business.
    pub per_day: u32,
    /// The least time between two messages.
    pub gap_least: TimeDelta,
    /// The most time between two messages, where nothing else holds them back.
    pub gap_most: TimeDelta,
}

impl CampaignRate {
    /// Returns the rate limit of the settings.
    #[must_use]
    pub const fn of(settings: &Settings) -> Self {
        Self {
            per_hour: settings.bulk_per_hour,
            per_day: settings.bulk_per_day,
            gap_least: settings.bulk_gap_least,
            gap_most: settings.bulk_gap_most,
        }
    }

    /// Returns a random gap, evenly distributed between the least and the most.
    #[must_use]
    pub fn gap(&self, random: [u8; 4]) -> TimeDelta {
        let least = self.gap_least.num_milliseconds();
        let range = (self.gap_most.num_milliseconds() - least).max(0);
        let part = i64::from(u32::from_be_bytes(random));
        let more = range.saturating_mul(part) / i64::from(u32::MAX);
        TimeDelta::milliseconds(least.saturating_add(more))
    }

    /// Returns the gap in the middle. Forecasts of a campaign's end use it.
    #[must_use]
    pub fn middle(&self) -> TimeDelta {
        (self.gap_least + self.gap_most) / 2
    }
}

/// Gives out the slots of a day, each after all slots that were given before.
///
/// ```
/// use chrono::{DateTime, TimeDelta, Utc};
/// use whatsapp_core::campaign::{CampaignRate, Slots};
/// use whatsapp_core::schedule::SendWindow;
/// use whatsapp_core::settings::Settings;
///
/// let at = |text: &str| text.parse::<DateTime<Utc>>();
/// let day = at("2026-11-07T18:30:00Z")?..at("2026-11-08T18:30:00Z")?;
/// let gap = TimeDelta::seconds(60);
/// let mut rate = CampaignRate::of(&Settings::default());
/// (rate.gap_least, rate.gap_most) = (gap, gap);
/// let window = SendWindow::always("Asia/Kolkata".parse()?);
/// let ten = at("2026-11-08T04:30:00Z")?;
/// let mut slots = Slots::new(rate, &window, day, ten, []);
/// assert_eq!(slots.next(ten, gap), Some(ten));
/// assert_eq!(slots.next(ten, gap), Some(ten + gap));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Slots<'a> {
    rate: CampaignRate,
    window: &'a SendWindow,
    day: Range<DateTime<Utc>>,
    /// The last slots, the oldest first: at most as many as the hourly limit.
    last: VecDeque<DateTime<Utc>>,
    /// Number of the day's slots that were given.
    given: u32,
    new: Vec<DateTime<Utc>>,
}

impl<'a> Slots<'a> {
    /// Creates the slots of a day, after the `taken` slots: those of the day and of the hour before
    /// it.
    pub fn new(
        rate: CampaignRate,
        window: &'a SendWindow,
        day: Range<DateTime<Utc>>,
        now: DateTime<Utc>,
        taken: impl IntoIterator<Item = DateTime<Utc>>,
    ) -> Self {
        let mut taken: Vec<_> = taken.into_iter().collect();
        let given = taken.iter().filter(|at| day.contains(at)).count();
        let given = u32::try_from(given).unwrap_or(u32::MAX);
        taken.retain(|at| *at <= now + AHEAD);
        taken.sort_unstable();
        let hour = usize::try_from(rate.per_hour).unwrap_or(usize::MAX);
        let last = taken.split_off(taken.len().saturating_sub(hour)).into();
        Self { rate, window, day, last, given, new: Vec::new() }
    }

    /// Returns the slots that it has given.
    #[must_use]
    pub fn given(&self) -> &[DateTime<Utc>] {
        &self.new
    }

    /// Returns the next slot at or after `from`, `gap` after the last one; `None` when the day has
    /// no more slots.
    pub fn next(&mut self, from: DateTime<Utc>, gap: TimeDelta) -> Option<DateTime<Utc>> {
        if self.given >= self.rate.per_day {
            return None;
        }
        let mut at = from.max(self.day.start);
        if let Some(last) = self.last.back() {
            at = at.max(*last + gap);
        }
        let hour = usize::try_from(self.rate.per_hour).unwrap_or(usize::MAX);
        if self.last.len() >= hour
            && let Some(first) = self.last.front()
        {
            at = at.max(*first + HOUR);
        }
        let at = self.window.next_opening(at)?.trunc_subsecs(6);
        if at >= self.day.end {
            return None;
        }
        if self.last.len() >= hour {
            self.last.pop_front();
        }
        self.last.push_back(at);
        self.new.push(at);
        self.given += 1;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::SendHours;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-08T{text}+05:30").parse().unwrap()
    }

    fn day() -> Range<DateTime<Utc>> {
        at("00:00:00")..at("00:00:00") + TimeDelta::days(1)
    }

    fn seconds(count: i64) -> TimeDelta {
        TimeDelta::seconds(count)
    }

    fn window(from: &str, until: &str) -> SendWindow {
        let (from, until) = (from.parse().unwrap(), until.parse().unwrap());
        let hours = SendHours { from, until, ..SendHours::ALWAYS };
        SendWindow::new(hours, "Asia/Kolkata".parse().unwrap()).unwrap()
    }

    const RATE: CampaignRate = CampaignRate {
        per_hour: 60,
        per_day: 400,
        gap_least: TimeDelta::seconds(20),
        gap_most: TimeDelta::seconds(100),
    };

    #[test]
    fn the_gap_lies_between_the_least_and_the_most() {
        assert_eq!(RATE.gap([0; 4]), seconds(20));
        assert_eq!(RATE.gap([255; 4]), seconds(100));
        assert_eq!(RATE.gap([127, 255, 255, 255]).num_seconds(), 59);
        assert_eq!(RATE.middle(), seconds(60));
        let even = CampaignRate { gap_most: seconds(20), ..RATE };
        assert_eq!(even.gap([9; 4]), seconds(20));
    }

    #[test]
    fn no_hour_has_more_than_its_cap_and_no_day_either() {
        let window = window("09:00", "20:00");
        let rate = CampaignRate { per_hour: 3, per_day: 7, ..RATE };
        let from = at("10:00:00");
        let mut slots = Slots::new(rate, &window, day(), from, []);
        let given: Vec<_> = std::iter::from_fn(|| slots.next(from, seconds(20))).collect();
        let minutes: Vec<_> = given.iter().map(|at| (*at - from).num_seconds()).collect();
        assert_eq!(minutes, [0, 20, 40, 3_600, 3_620, 3_640, 7_200]);
    }

    #[test]
    fn what_others_took_counts() {
        let window = window("09:00", "20:00");
        let rate = CampaignRate { per_hour: 2, per_day: 3, ..RATE };
        let from = at("10:00:00");
        let taken = [at("09:30:00"), at("09:45:00")];
        let mut slots = Slots::new(rate, &window, day(), from, taken);
        assert_eq!(slots.next(from, seconds(20)), Some(at("10:30:00")));
        assert_eq!(slots.next(from, seconds(20)), None, "the day is full");
        // Slots of the day before count only for the hourly limit.
        let taken = [at("00:00:00") - seconds(60), at("00:00:00") - seconds(30)];
        let open = SendWindow::always("Asia/Kolkata".parse().unwrap());
        let mut slots = Slots::new(rate, &open, day(), at("00:00:00"), taken);
        let first = slots.next(at("00:00:00"), seconds(20));
        assert_eq!(first, Some(at("00:59:00")));
        assert!(slots.next(at("00:00:00"), seconds(20)).is_some());
        assert!(slots.next(at("00:00:00"), seconds(20)).is_some());
        assert_eq!(slots.next(at("00:00:00"), seconds(20)), None);
    }

    #[test]
    fn what_a_clock_took_that_was_set_back_is_in_nobodys_way() {
        let window = window("09:00", "20:00");
        let from = at("10:00:00");
        let far = from + TimeDelta::days(300);
        let mut slots = Slots::new(RATE, &window, day(), from, [far]);
        assert_eq!(slots.next(from, seconds(20)), Some(from));
        // The slot within this day was used, so it counts.
        let rate = CampaignRate { per_day: 2, ..RATE };
        let mut slots = Slots::new(rate, &window, day(), from, [from + TimeDelta::hours(3)]);
        assert_eq!(slots.next(from, seconds(20)), Some(from));
        assert_eq!(slots.next(from, seconds(20)), None, "the day is full");
    }

    #[test]
    fn a_slot_lies_in_the_hours_and_the_day_ends_them() {
        let nine_to_ten = window("09:00", "10:00");
        let from = at("08:00:00");
        let mut slots = Slots::new(RATE, &nine_to_ten, day(), from, []);
        assert_eq!(slots.next(from, seconds(20)), Some(at("09:00:00")));
        assert_eq!(slots.next(at("09:59:59"), seconds(20)), Some(at("09:59:59")));
        assert_eq!(slots.next(from, seconds(20)), None, "the hours of the next day are another's");
        // The campaign's own day ends hours that go over midnight.
        let night = window("22:00", "02:00");
        let mut slots = Slots::new(RATE, &night, day(), from, []);
        assert_eq!(slots.next(at("03:00:00"), seconds(20)), Some(at("22:00:00")));
        assert_eq!(slots.next(at("23:59:59"), seconds(20)), Some(at("23:59:59")));
        assert_eq!(slots.next(from, seconds(20)), None);
    }

    proptest! {
        #[test]
        fn slots_keep_gaps_caps_hours_and_day(
            per_hour in 1_u32..80, per_day in 1_u32..120, start in 0_i64..86_400,
            gaps in prop::collection::vec(20_i64..=100, 1..150),
            taken in prop::collection::vec(-3_600_i64..86_400, 0..40),
        ) {
            let window = window("09:00", "20:00");
            let rate = CampaignRate { per_hour, per_day, ..RATE };
            let from = day().start + seconds(start);
            let taken: Vec<_> = taken.into_iter().map(|s| day().start + seconds(s))
                .filter(|at| *at <= from).collect();
            let before = taken.iter().filter(|at| day().contains(at)).count();
            let mut slots = Slots::new(rate, &window, day(), from, taken.clone());
            let mut given: Vec<DateTime<Utc>> = Vec::new();
            for gap in gaps {
                let Some(at) = slots.next(from, seconds(gap)) else { break };
                prop_assert!(at >= from && day().contains(&at) && window.is_open(at));
                if let Some(last) = given.last() {
                    prop_assert!(at - *last >= seconds(gap));
                }
                given.push(at);
            }
            prop_assert!(given.is_empty() || before + given.len() <= per_day as usize);
            let all: Vec<_> = taken.iter().chain(&given).copied().collect();
            for at in &given {
                let hour = all.iter().filter(|other| **other > *at - HOUR && **other <= *at);
                prop_assert!(hour.count() <= per_hour as usize);
            }
        }
    }
}
