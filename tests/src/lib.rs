//! Tests of the whole system: the real stores and the real gateway adapter against the stand-in
//! gateway. Some have a clock that stands still, some have processes that are killed, and some live
//! through years of a shop on manual clocks.

pub mod console;
pub mod faults;
pub mod points;
pub mod year;
