//! The progress of a date's run.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::PlannerError;
use crate::schedule::Regime;
use crate::settings::Settings;

/// The content of a run's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The rules of the run; `None` while reminders are off.
    pub(super) regime: Option<Regime>,
    /// The next part of the run.
    pub(super) part: Part,
    /// Number of waiting steps that managers are still to be told of.
    pub(super) untold: u32,
}

/// The parts of a run, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// Looks at all unpaid invoices, starting after this one.
    Survey { after: Option<String> },
    /// Sets the day of steps on their way since an earlier day to today.
    OnItsWay,
    /// Looks at the steps that wait for approval.
    Waiting,
    /// Sends the planned steps, also those that are approved later on the same date.
    Send,
}

impl Progress {
    /// Creates a new run on a date, after the run before it.
    pub(super) fn begin(
        before: Option<Self>,
        settings: &Settings,
        on: bool,
        day: NaiveDate,
    ) -> Self {
        let regime = before.and_then(|before| before.regime);
        let part = Part::Survey { after: None };
        Self { regime: next(regime, settings, on, day), part, untold: 0 }
    }

    /// Returns the same run with the settings as they are now. If the settings changed since the
    /// run began, it looks at all invoices anew. Reminders that were switched off meanwhile stay
    /// off until the next date.
    pub(super) fn with(self, settings: &Settings, on: bool, day: NaiveDate) -> Self {
        if !on {
            return self;
        }
        let regime = next(self.regime.clone(), settings, on, day);
        if regime == self.regime {
            return self;
        }
        Self { regime, part: Part::Survey { after: None }, ..self }
    }

    /// Returns whether the invoices are still to be looked at.
    pub(super) const fn surveys(&self) -> bool {
        matches!(self.part, Part::Survey { .. })
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

/// Returns the rules of a date, from the rules before it.
fn next(before: Option<Regime>, settings: &Settings, on: bool, day: NaiveDate) -> Option<Regime> {
    let (from, days) = (settings.reminder_from, settings.reminder_days.as_slice());
    on.then(|| match before {
        Some(regime) => regime.on(day, from, days),
        None => Regime::begin(day, from, days),
    })
}
