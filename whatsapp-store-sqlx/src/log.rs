//! How the log is asked and how pages and counts are put together, whatever the database.

mod ask;
mod read;
mod rows;
mod walk;

pub(crate) use ask::{Ask, Plain, Point};
pub(crate) use read::{count, export, ids, page};
pub(crate) use rows::{
    Candidate, Named, Placed, TakenOut, candidate, counts, named, number, oldest_first, placed,
    readable, resend, taken_out, tally, up_to,
};
pub(crate) use walk::{ReadLog, Walk};
