//! The shop on both databases: messages exist if, and only if, what they tell about was committed,
//! and each goes out once.

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
