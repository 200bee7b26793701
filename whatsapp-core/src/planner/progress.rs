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
    /// How many steps wait of which managers are still to be told.
    pub(super) untold: u32,
}

/// The parts of a run, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// Looks at all unpaid invoices, from behind this one on.
    Survey { after: Option<String> },
    /// Dates anew what has been on its way since an earlier day.
    OnItsWay,
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
        let regime = before.and_then(|before| before.regime);
        let part = Part::Survey { after: None };
        Self { regime: next(regime, settings, on, day), part, untold: 0 }
    }

    /// The same run by the settings as they are now: where they were changed since it began, it looks at
    /// all invoices anew. What was switched off meanwhile stays off until the next date.
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

    /// Whether the invoices are to be looked at.
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

/// The rules of a date, after those before it.
fn next(before: Option<Regime>, settings: &Settings, on: bool, day: NaiveDate) -> Option<Regime> {
    let (from, days) = (settings.reminder_from, settings.reminder_days.as_slice());
    on.then(|| match before {
        Some(regime) => regime.on(day, from, days),
        None => Regime::begin(day, from, days),
    })
}
