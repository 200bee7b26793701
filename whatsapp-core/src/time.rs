//! The two times: the time of the wall clock, which people read and correct, and elapsed time.
//!
//! The wall clock decides when a message is due, and the meaning of a date or a window. Elapsed
//! time, which nobody sets, decides how long a lease holds, how old an attempt is and how far apart
//! looks are.
//!
//! People read the wall clock in the business's [`Zone`], by the newest [`ZoneRules`] at hand.

mod elapsed;
mod rules;
mod spoken;
mod zone;

pub use elapsed::{Elapsed, Moment, TimeBase};
pub use rules::ZoneRules;
pub(crate) use spoken::{spoken, spoken_date};
pub use zone::{InvalidZone, Zone};
