//! Forecasts of the planner: its own turns, rehearsed over a copy of its rows that is never
//! written.

mod limits;
mod messages;
mod rehearsal;
mod told;
mod waited;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use limits::{ForecastCut, ForecastLimits};
pub use messages::ForecastMessage;
pub use told::{Forecast, ForecastReminder};

use super::run::RUN_AT;
use super::{Planner, PlannerError};
use crate::port::{Clock, PlannerStore};
use crate::schedule::{DailyAt, StepState};
use crate::time::Elapsed;
use crate::wiring::Ports;
use limits::Glance;
use messages::{InOutbox, Waits};
use rehearsal::Rehearsal;

impl Planner {
    /// Forecasts the reminders and messages of the next days, today included, and those that are
    /// held or put off, with the reasons. It rehearses the planner's own turns, of which nothing is
    /// written, and looks at the messages that wait in the outbox. Each day sends what its forecast
    /// says, if nothing changes until then. Further attempts of messages that failed are not
    /// foretold.
    ///
    /// While the account is paused until somebody puts it right, all of them are kept, with that
    /// reason.
    ///
    /// Keeps in memory the steps that change in these days, and the messages that wait. `days`
    /// beyond 60 count as 60.
    ///
    /// # Errors
    /// [`PlannerError`] as in a turn.
    pub async fn forecast(&self, days: u16) -> Result<Forecast, PlannerError> {
        self.foretold(days, None).await
    }

    /// Makes a [`forecast`](Self::forecast) over a limited number of invoices, steps and messages:
    /// for a caller that waits for it. It [tells](Forecast::cut) what was not looked at. The ledger
    /// is asked once for each invoice, and what is looked at is kept in memory.
    ///
    /// The [others](Forecast::others) also contain reminders of these days that people left out.
    ///
    /// # Errors
    /// As [`forecast`](Self::forecast).
    pub async fn forecast_within(
        &self,
        days: u16,
        limits: ForecastLimits,
    ) -> Result<Forecast, PlannerError> {
        self.foretold(days, Some(limits)).await
    }

    async fn foretold(
        &self,
        days: u16,
        limits: Option<ForecastLimits>,
    ) -> Result<Forecast, PlannerError> {
        let settings = self.ports.settings().await?;
        let now = self.ports.clock.now();
        let daily = DailyAt::new(RUN_AT, settings.time_zone.clone());
        let today = settings.time_zone.date(now);
        let rehearsal =
            Rehearsal::over(Arc::clone(&self.plans), Arc::clone(&self.ports.store), today);
        let rehearsal = Arc::new(match limits {
            Some(limits) => rehearsal.looking_at(limits.steps),
            None => rehearsal,
        });
        let glance = limits
            .map(|limits| Arc::new(Glance::over(Arc::clone(&self.invoices), limits.invoices)));
        let mut instants = vec![now];
        let (dates, mut last) = (usize::from(days.min(60)), today);
        for date in today.iter_days().take(dates) {
            last = date;
            instants.extend(daily.on(date).filter(|at| *at > now));
        }
        let pause = self.ports.store.account().await?.pause;
        let most = limits.map_or(u32::MAX, |limits| limits.messages);
        let waits = Waits { ports: &self.ports };
        let waits = waits.in_outbox(&settings, pause.as_ref(), (now, last), most).await?;
        let InOutbox { messages, steps, is_cut } = waits;
        rehearsal.begin_with(steps).await?;
        for at in instants {
            let clock = Arc::new(Standing { at, elapsed: self.ports.clock.elapsed() });
            let plans: Arc<dyn PlannerStore> = rehearsal.clone();
            let mut ports = self.ports.clone().with_clock(clock).with_plans(plans);
            if let Some(glance) = &glance {
                ports = ports.with_invoices(glance.clone());
            }
            let mut planner = Self::new(ports).map_err(|_| PlannerError::Contended)?;
            planner.is_rehearsal = true;
            planner.tick(at).await?;
        }
        for state in [StepState::Held, StepState::Planned] {
            rehearsal.tell_all(state, last).await?;
        }
        rehearsal.tell_left_out(last);
        let cut = ForecastCut {
            invoices: glance.is_some_and(|glance| glance.is_cut()),
            steps: rehearsal.is_cut(),
            messages: is_cut,
        };
        let mut forecast = Forecast { messages, cut, ..rehearsal.forecast() };
        if let Some(pause) = &pause {
            forecast.wait_for(pause, &settings.time_zone);
        }
        Ok(forecast)
    }
}

impl Forecast {
    /// Forecasts the messages that wait in the outbox and go out on the next days, today included.
    /// This is the whole forecast of a host that plans no reminders. It looks at no more messages
    /// than the limits say.
    ///
    /// # Errors
    /// [`PlannerError`] when the host, its settings or the database do not answer.
    pub async fn of_messages(
        ports: &Ports,
        days: u16,
        limits: ForecastLimits,
    ) -> Result<Self, PlannerError> {
        let (settings, now) = (ports.settings().await?, ports.clock.now());
        let today = settings.time_zone.date(now);
        let ahead = usize::from(days.min(60)).saturating_sub(1);
        let last = today.iter_days().nth(ahead).unwrap_or(today);
        let pause = ports.store.account().await?.pause;
        let waits = Waits { ports };
        let waits =
            waits.in_outbox(&settings, pause.as_ref(), (now, last), limits.messages).await?;
        let cut = ForecastCut { messages: waits.is_cut, ..ForecastCut::default() };
        Ok(Self { messages: waits.messages, cut, ..Self::default() })
    }
}

/// A clock that shows one instant.
#[derive(Debug)]
struct Standing {
    at: DateTime<Utc>,
    elapsed: Elapsed,
}

impl Clock for Standing {
    fn now(&self) -> DateTime<Utc> {
        self.at
    }

    fn elapsed(&self) -> Elapsed {
        self.elapsed
    }
}
