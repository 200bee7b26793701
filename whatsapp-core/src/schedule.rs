//! Times by the business's clocks: a rule for every day, the hours in which customers may be
//! written to, and the reminders of invoices. Pure over values, and exact through every change of
//! the clocks.

mod daily;
mod day_time;
mod plan;
mod rules;
mod step;
mod window;

pub use daily::DailyAt;
pub use day_time::{DayTime, InvalidDayTime};
pub(crate) use plan::{Assigned, Seen, assign, given_way, held_if_late, moved, plan, put_off};
pub(crate) use rules::{Dated, Rules};
pub use rules::{LAST_DAY, Regime, ReminderFrom};
pub use step::{InvalidStep, ReminderStep, StepName, StepReason, StepState};
pub use window::{InvalidWindow, SendHours, SendWindow};
