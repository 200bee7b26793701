//! The console in a real browser, over SQLite. The tests cover what people do, by mouse, by keys
//! alone, without scripts and on a phone. They also cover hostile text, and whether everybody can
//! read the pages.
//!
//! The rules of the pages are tested without a browser, over all that can be asked. These tests
//! cover what only a browser shows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test needs and does not get is its failure"
)]

mod driver;
mod scenes;
mod shop;
mod site;
mod states;

mod access;
mod festivals;
mod hostile;
mod jobs;
mod live;
mod pictures;
mod schedule;
mod sending;
mod templates;
