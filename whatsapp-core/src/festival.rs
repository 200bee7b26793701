//! The dates of festivals: those of India as data, those of other countries from a file, and the
//! handling of dates that depend on the moon.
//!
//! A date here is a suggestion. Nothing is sent for it until a person says so.
//!
//! ```
//! use whatsapp_core::festival::{Festival, NextTime, Place, next_time, suggestions};
//!
//! let pune: Place = "IN-MH".parse()?;
//! let found = suggestions(pune, "2026-11-01".parse()?..="2026-12-31".parse()?);
//! let names: Vec<_> = found.dates.iter().map(|date| date.festival.label()).collect();
//! assert_eq!(names, ["Diwali", "Guru Nanak Jayanti", "Christmas"]);
//!
//! // Last year's entry again, on the day that it has this year.
//! let again = next_time("Happy Diwali 2026", "2026-11-08".parse()?, pune)?;
//! assert_eq!(again.date(), "2027-10-29".parse()?);
//!
//! // Eid is on the day after the new moon is seen.
//! let eid = Festival::EidAlFitr.next_after("2026-11-28".parse()?, pune)?;
//! assert_eq!((eid.date, eid.estimated), ("2027-03-10".parse()?, true));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod again;
mod date;
mod estimate;
pub mod import;
mod name;
mod place;
#[cfg(test)]
mod tests;

pub use again::{NextTime, next_time};
pub use date::{FestivalDate, KNOWN_YEARS, Suggestions, UnknownDate, suggestions};
pub use estimate::{Estimate, NotNow};
pub use name::Festival;
pub use place::{Place, UnknownPlace};
