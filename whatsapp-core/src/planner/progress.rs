//! How far the run of a date is.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::PlannerError;
use crate::schedule::Regime;
use crate::settings::Settings;

/// What the row of a run says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The rules that it goes by; `None` while reminders are off.
    pub(super) regime: Option<Regime>,
    /// The part that is next.
    pub(super) part: Part,
}

/// The parts of a run, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// Looks at all unpaid invoices, from behind this one on.
    Survey { after: Option<String> },
    /// Looks at what waits for approval.
    Waiting,
    /// Sends what is planned: also what is approved later on the same date.
    Send,
}

impl Progress {
    /// A new run on a date, after the one before it.
    pub(super) fn begin(
        before: Option<Self>,
        settings: &Settings,
        on: bool,
        day: NaiveDate,
    ) -> Self {
        let (from, days) = (settings.reminder_from, settings.reminder_days.as_slice());
        let regime = on.then(|| match before.and_then(|before| before.regime) {
            Some(regime) => regime.on(day, from, days),
            None => Regime::begin(day, from, days),
        });
        Self { regime, part: Part::Survey { after: None } }
    }

    /// The same by the settings as they are now: they may have been changed since the run began.
    pub(super) fn with(self, settings: &Settings, day: NaiveDate) -> Self {
        let (from, days) = (settings.reminder_from, settings.reminder_days.as_slice());
        Self { regime: self.regime.map(|regime| regime.on(day, from, days)), ..self }
    }

    pub(super) fn read(text: &str, day: NaiveDate) -> Result<Self, PlannerError> {
        let unread =
            |error: serde_json::Error| PlannerError::Progress { day, reason: error.to_string() };
        serde_json::from_str(text).map_err(unread)
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }
}
