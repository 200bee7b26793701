//! Tests of the whole system: the real stores and the real gateway adapter against the stand-in
//! gateway, some with a clock that stands still, some with processes that are killed, and years of a shop
//! on manual clocks.

pub mod console;
pub mod faults;
pub mod points;
pub mod year;
