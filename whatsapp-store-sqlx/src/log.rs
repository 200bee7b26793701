//! Queries of the log, and the assembly of pages and counts, for every database.

mod ask;
mod read;
mod rows;
mod walk;

pub(crate) use ask::{Ask, Plain, Point, Words};
pub(crate) use read::{count, export, ids, page};
pub(crate) use rows::{
    Candidate, Named, Placed, TakenOut, candidate, counts, named, number, oldest_first, placed,
    readable, resend, taken_out, tally, up_to,
};
pub(crate) use walk::{PagePlan, ReadLog};
