//! The date that a run plans, and what its decisions go by.

use chrono::{DateTime, NaiveDate, Utc};

use super::Planner;
use crate::schedule::Rules;
use crate::settings::Settings;

/// A date that is planned: by whom, by which settings and rules, and when.
pub(super) struct Date<'a> {
    pub(super) planner: &'a Planner,
    pub(super) settings: &'a Settings,
    pub(super) rules: Rules,
    pub(super) now: DateTime<Utc>,
}

impl Date<'_> {
    /// Returns the date.
    pub(super) const fn today(&self) -> NaiveDate {
        self.rules.today
    }
}
