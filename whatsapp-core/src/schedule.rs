//! When something is to happen by the business's clocks: a rule for every day, and the hours in which
//! customers may be written to. Pure over values, and exact through every change of the clocks.

mod daily;
mod day_time;
mod plan;
mod step;
mod window;

pub use daily::DailyAt;
pub use day_time::{DayTime, InvalidDayTime};
pub use plan::{Assigned, Dated, Regime, ReminderFrom, Rules, Seen, assign, plan};
pub(crate) use plan::{LAST_DAY, given_way, held_if_late, moved, put_off};
pub use step::{InvalidStep, ReminderStep, StepName, StepReason, StepState};
pub use window::{InvalidWindow, SendHours, SendWindow};
