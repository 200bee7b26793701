//! The shop on both databases. Messages exist if, and only if, the events that they tell about were
//! committed, and each goes out once.

#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is its failure")]

mod console;
mod greetings;
mod hang_ups;
mod http;
mod reminders;
mod search;
mod transactions;
mod trial;
mod workers;
