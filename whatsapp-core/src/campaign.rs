//! Campaigns: a greeting or an announcement to many customers on one day.
//!
//! A [`Campaign`] is a draft until a person arms it. Its recipients are frozen then, one message a
//! number, and so is its text. On its day the recipients are written to one after another, in the
//! hours in which customers may be written to. Campaigns have a [rate limit](CampaignRate) of their
//! own. At the end of its day the campaign ends.

mod left_out;
mod plan;
mod recipient;
mod slots;

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

pub use left_out::{LeftOut, REASONS_MAX};
pub use plan::{AUDIENCE_MAX, Audience, CampaignKind, CampaignPlan, InvalidPlan, NAME_MAX};
pub(crate) use recipient::is_of_campaign;
pub use recipient::{Figures, Recipient, RecipientCounts, RecipientState};
pub use slots::{CampaignRate, Slots};

use crate::festival::Estimate;
use crate::id::{CampaignId, TemplateId};
use crate::private::Private;
use crate::time::Zone;
use crate::word::words;

words!(
    /// The state of a campaign.
    CampaignState, "campaign state", "draft, armed, running, paused, finished, cancelled",
    {
        /// Nothing is sent until a person arms it.
        Draft => "draft", "Draft";
        /// It waits for its day and hour.
        Armed => "armed", "Armed";
        /// Its messages go out one after another.
        Running => "running", "Running";
        /// A person stopped it, until a person resumes it.
        Paused => "paused", "Paused";
        /// Every recipient was written to, or its day is over.
        Finished => "finished", "Finished";
        /// A person stopped it for good.
        Cancelled => "cancelled", "Cancelled";
    }
);

impl CampaignState {
    /// Returns whether it may still send: it was armed, and has not ended.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Armed | Self::Running | Self::Paused)
    }
}

words!(
    /// The latest automatic notice to managers about a campaign.
    #[non_exhaustive]
    CampaignTold, "campaign notice", "nothing, eve, hour, end",
    {
        /// No notice yet.
        Nothing => "nothing", "Nothing";
        /// On the eve: its date must be confirmed.
        Eve => "eve", "To be confirmed";
        /// At its hour: it is not sent, because nobody has confirmed its date.
        Hour => "hour", "Not sent";
        /// The result, where there was something to tell. No recipient waits any more.
        End => "end", "Ended";
    }
);

/// The text of a campaign's messages, as it was when the campaign was armed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenText {
    /// The text, with its placeholders.
    pub text: Private,
    /// The stored template and its version; `None` for the campaign's own text, and for the
    /// built-in template.
    pub template: Option<(TemplateId, u32)>,
}

/// A campaign: the plan of a person, and its progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// The id of the campaign.
    pub id: CampaignId,
    /// The plan, as a person made it.
    pub plan: CampaignPlan,
    /// The date that a person entered. A confirmation moves the plan's date, and not this one.
    pub entered: NaiveDate,
    /// The text of its messages; set once it was armed.
    pub frozen: Option<FrozenText>,
    /// The day on which a person confirmed an estimated date.
    pub confirmed_on: Option<NaiveDate>,
    /// The state of the campaign.
    pub state: CampaignState,
    /// Time since which it is in this state.
    pub since: DateTime<Utc>,
    /// The reason, where there is a sentence.
    pub sentence: Option<Private>,
    /// The latest notice to managers.
    pub told: CampaignTold,
    /// Number of times recipients were collected. Each time, the recipients that were collected
    /// before are removed.
    pub freeze: u32,
    /// Number of changes.
    pub revision: u32,
}

impl Campaign {
    /// Creates a new draft.
    #[must_use]
    pub const fn new(id: CampaignId, plan: CampaignPlan, now: DateTime<Utc>) -> Self {
        Self {
            id,
            entered: plan.date,
            plan,
            frozen: None,
            confirmed_on: None,
            state: CampaignState::Draft,
            since: now,
            sentence: None,
            told: CampaignTold::Nothing,
            freeze: 0,
            revision: 0,
        }
    }

    /// Returns the campaign with another plan. If the plan has another date, this is the new
    /// entered date.
    #[must_use]
    pub fn planned(self, plan: CampaignPlan) -> Self {
        let is_same = self.plan.date == plan.date;
        // A new date must be confirmed anew.
        let confirmed_on = self.confirmed_on.filter(|_| is_same);
        let entered = if is_same { self.entered } else { plan.date };
        Self { plan, entered, confirmed_on, ..self }
    }

    /// Returns the campaign in a new state, with the reason.
    #[must_use]
    pub fn stands(
        self,
        state: CampaignState,
        sentence: Option<Private>,
        now: DateTime<Utc>,
    ) -> Self {
        Self { state, sentence, since: now, ..self }
    }

    /// Returns whether its messages may go out on this date of the business. It must be the
    /// campaign's own date, and an estimated date must be confirmed.
    #[must_use]
    pub fn may_be_sent(&self, today: NaiveDate) -> bool {
        let date = self.plan.date;
        if self.plan.estimated {
            Estimate::of(date).may_be_sent(today, self.confirmed_on)
        } else {
            today == date
        }
    }

    /// Returns whether its date is estimated and was not confirmed by this date.
    #[must_use]
    pub fn is_unconfirmed(&self, today: NaiveDate) -> bool {
        let estimate = Estimate::of(self.plan.date);
        self.plan.estimated && !estimate.is_confirmed(today, self.confirmed_on)
    }

    /// Returns the reason why its messages do not go out on this date, as a sentence; `None` where
    /// they do.
    #[must_use]
    pub fn why_not(&self, today: NaiveDate) -> Option<&'static str> {
        match self.state {
            CampaignState::Paused => Some("The festival message is paused."),
            CampaignState::Cancelled => Some("The festival message was cancelled."),
            CampaignState::Finished => Some("The festival message has ended."),
            CampaignState::Draft => Some("The festival message is not armed."),
            _ if today > self.plan.date => Some("The day of the festival message is over."),
            _ if today < self.plan.date => Some("The day of the festival message has not come."),
            _ if self.is_unconfirmed(today) => Some("The date was not confirmed."),
            CampaignState::Armed | CampaignState::Running => None,
        }
    }
}

/// Returns the time span of a date in a time zone; `None` for a date that does not exist there.
#[must_use]
pub fn day(date: NaiveDate, zone: &Zone) -> Option<Range<DateTime<Utc>>> {
    let first = zone.first_at(date, NaiveTime::MIN)?;
    // A zone that moves across the date line skips a date.
    let mut later = date.iter_days().skip(1).take(2);
    let end = later.find_map(|date| zone.first_at(date, NaiveTime::MIN))?;
    Some(first..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn campaign(estimated: bool) -> Campaign {
        let plan = CampaignPlan::festival("Eid al-Fitr", date("2027-03-10"));
        let plan = CampaignPlan { estimated, ..plan };
        let id = CampaignId::new(DateTime::UNIX_EPOCH, [7; 10]);
        let campaign = Campaign::new(id, plan, DateTime::UNIX_EPOCH);
        campaign.stands(CampaignState::Running, None, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn it_is_sent_on_its_own_date_and_an_estimated_one_only_if_it_is_confirmed() {
        let [eve, own, after] = ["2027-03-09", "2027-03-10", "2027-03-11"].map(date);
        for (today, why) in [
            (eve, Some("The day of the festival message has not come.")),
            (own, None),
            (after, Some("The day of the festival message is over.")),
        ] {
            assert_eq!(campaign(false).why_not(today), why);
            assert_eq!(campaign(false).may_be_sent(today), why.is_none());
        }
        assert_eq!(campaign(true).why_not(own), Some("The date was not confirmed."));
        for (on, sent) in [("2027-03-06", false), ("2027-03-07", true), ("2027-03-10", true)] {
            let confirmed = Campaign { confirmed_on: Some(date(on)), ..campaign(true) };
            assert_eq!(confirmed.may_be_sent(own), sent, "{on}");
            assert_eq!(confirmed.why_not(own).is_none(), sent, "{on}");
            assert!(!confirmed.may_be_sent(after));
        }
    }

    #[test]
    fn only_what_runs_is_sent() {
        let own = date("2027-03-10");
        for &state in CampaignState::ALL {
            let stands = campaign(false).stands(state, None, DateTime::UNIX_EPOCH);
            let runs = matches!(state, CampaignState::Armed | CampaignState::Running);
            assert_eq!(stands.why_not(own).is_none(), runs, "{state}");
        }
    }

    #[test]
    fn a_day_ends_with_the_next_date_that_there_is() {
        let apia: Zone = "Pacific/Apia".parse().unwrap();
        let day_of = |text| day(date(text), &apia);
        assert_eq!(day_of("2011-12-30"), None);
        let eve = day_of("2011-12-29").unwrap();
        assert_eq!(eve.end - eve.start, chrono::TimeDelta::days(1));
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let long = day(date("2026-10-25"), &berlin).unwrap();
        assert_eq!((long.end - long.start).num_hours(), 25);
    }
}
