//! The planner: once on every date of the business, it plans the reminders whose day has come.
//!
//! A run takes the date, in the business's time zone, at 02:00. It asks the host's ledger for all
//! unpaid invoices, page by page, and gives each step whose day has come a row. The messages of
//! steps that nothing holds back go into the outbox, for the hours in which customers may be
//! written to. Any number of hosts may run a planner: a row for each date decides which of them has
//! the run, and lets it go on where a killed one stopped.
//!
//! ```
//! # use std::sync::Arc;
//! # use whatsapp_core::format::Amount;
//! # use whatsapp_core::port::{Customer, Due};
//! # use whatsapp_core::{CustomerId, InvoiceId, Planner, Ports};
//! # use whatsapp_testkit::{FixedDirectory, FixedLedger, ManualClock, MemoryStore};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let asha = CustomerId::new("C-1")?;
//! # let customers =
//! #     FixedDirectory::new([Customer::new(asha.clone(), "Asha Traders", Some("+919876543210"))]);
//! # let invoice = InvoiceId::new("81")?;
//! // An invoice of 24 November, whose first reminder is due three days later.
//! let due = Due::new(
//!     invoice.clone(),
//!     asha,
//!     "INV-2026-0042",
//!     "2026-11-24".parse()?,
//!     "2026-12-09".parse()?,
//!     Amount::rupees("15000")?,
//! );
//! let ledger = FixedLedger::new();
//! ledger.owe(due);
//! let store = Arc::new(MemoryStore::new());
//! let clock = ManualClock::starting_at("2026-11-26T21:00:00Z".parse()?);
//! let ports = Ports::over(store, Arc::new(customers))
//!     .with_invoices(Arc::new(ledger))
//!     .with_clock(Arc::new(clock.clone()));
//!
//! // A service gives it to its runner: `Runner::sending(dispatcher)?.with(planner)`. One turn is:
//! let planner = Planner::new(ports)?;
//! let report = planner.tick("2026-11-26T21:00:00Z".parse()?).await?;
//! assert_eq!(report.queued, 1);
//! let steps = planner.steps(&invoice).await?;
//! assert_eq!(steps[0].name.to_string(), "T+3");
//! # Ok(())
//! # }
//! ```

mod acts;
mod date;
mod decide;
mod ended;
mod error;
mod forecast;
mod gather;
mod hindered;
mod known;
mod leave;
mod outcome;
mod page;
mod progress;
mod run;
mod send;
mod summary;
mod survey;
mod together;
mod unwanted;
mod waiting;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

pub use acts::{Anyway, ReminderActError, ReminderQuestion};
pub use error::PlannerError;
pub use forecast::{Forecast, ForecastCut, ForecastLimits, ForecastMessage, ForecastReminder};

use crate::chore::{Chore, Next, Turn};
use crate::id::InvoiceId;
use crate::port::{
    DirectoryError, Due, InvoiceLedger, PlannerStore, StepPoint, StoreError, due_on,
};
use crate::schedule::{LAST_DAY, ReminderStep, StepState};
use crate::wake::Wake;
use crate::wiring::{Ports, WiringError};
use leave::Ties;

/// The interval at which the planner looks for work.
const EVERY: Duration = Duration::from_secs(60);

/// Plans reminders, and carries out what people do with them.
///
/// ```
/// # use std::sync::Arc;
/// use whatsapp_core::port::{CustomerDirectory, EveryStore, InvoiceLedger, Transport};
/// use whatsapp_core::{Dispatcher, Planner, Ports, Runner, WiringError};
///
/// /// A process that sends, and reminds by itself.
/// fn reminding<H: CustomerDirectory + InvoiceLedger>(
///     store: Arc<dyn EveryStore>,
///     host: Arc<H>,
///     gateway: Arc<dyn Transport>,
/// ) -> Result<Runner, WiringError> {
///     let ports = Ports::over(store, host.clone())
///         .with_invoices(host)
///         .with_transport(gateway);
///     Ok(Runner::sending(Dispatcher::new(ports.clone())?)?.with(Planner::new(ports)?))
/// }
/// ```
#[derive(Debug)]
pub struct Planner {
    ports: Ports,
    plans: Arc<dyn PlannerStore>,
    invoices: Arc<dyn InvoiceLedger>,
    stopping: AtomicBool,
    wake: Wake,
    /// Set for a rehearsal, which writes nothing.
    is_rehearsal: bool,
    /// Before this instant, the rest of a date is not tried again.
    rest_until: Mutex<Option<DateTime<Utc>>>,
}

/// Result of a turn of the planner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PlannerReport {
    /// Number of unpaid invoices that were looked at.
    pub invoices: u64,
    /// Number of reminders that were put into the outbox.
    pub queued: u64,
    /// Number of steps that now wait for a person's approval.
    pub held: u64,
    /// Number of steps that were put off to another day.
    pub put_off: u64,
    /// Number of steps that ended without a message: paid, given way, dropped.
    pub ended: u64,
    /// Set while steps of the date are left whose messages could not be made just now. They are
    /// tried again within minutes.
    pub left: bool,
}

impl Planner {
    /// Creates a planner over these ports.
    ///
    /// # Errors
    /// [`WiringError`] where the ports have no [`InvoiceLedger`] or no [`PlannerStore`].
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let plans = ports.plans.clone().ok_or(WiringError::NoPlans)?;
        let invoices = ports.invoices.clone().ok_or(WiringError::NoInvoices)?;
        let (stopping, rest_until) = (AtomicBool::new(false), Mutex::new(None));
        // New messages give the planner nothing to do, so it has a bell of its own.
        let wake = Wake::new();
        Ok(Self { ports, plans, invoices, stopping, wake, is_rehearsal: false, rest_until })
    }

    /// Returns all steps of an invoice, in their present state.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn steps(&self, invoice: &InvoiceId) -> Result<Vec<ReminderStep>, StoreError> {
        self.plans.steps_of(std::slice::from_ref(invoice)).await
    }

    /// Returns what the host's ledger knows about an invoice; `None` if it does not know the
    /// invoice.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host does not answer.
    pub async fn due(&self, invoice: &InvoiceId) -> Result<Option<Due>, DirectoryError> {
        due_on(self.invoices.as_ref(), invoice).await
    }

    /// Returns at most `limit` steps that wait for a person's approval, the oldest first, after the
    /// point `after`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn waiting(
        &self,
        after: Option<StepPoint>,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        self.plans.steps_by(StepState::Held, LAST_DAY, after, limit).await
    }

    /// The ties of steps to their messages.
    fn ties(&self) -> Ties<'_> {
        let Self { ports, plans, is_rehearsal, .. } = self;
        Ties { ports, plans: plans.as_ref(), is_rehearsal: *is_rehearsal }
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn rests(&self, now: DateTime<Utc>) -> bool {
        let until = *self.rest_until.lock().unwrap_or_else(PoisonError::into_inner);
        // An instant far ahead comes from a clock that was set back since.
        until.is_some_and(|until| now < until && until - now <= run::ASK_AGAIN)
    }

    fn rest(&self, until: Option<DateTime<Utc>>) {
        *self.rest_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

#[async_trait]
impl Chore for Planner {
    fn name(&self) -> &'static str {
        "planner"
    }

    fn wake(&self) -> Wake {
        self.wake.clone()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        if let Err(error) = self.tick(now).await {
            tracing::warn!(error = %error, "reminders could not be planned; trying again");
        }
        Turn::next(Next::In(EVERY))
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    async fn finish(&self) {}
}
