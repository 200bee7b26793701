//! The console as a browser sees it: over the in-memory store, and without a network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test needs and does not get is its failure"
)]

mod door;
mod shop;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "supabase")]
mod supabase;

mod access;
mod api;
mod canary;
mod days;
mod export;
mod guard;
mod hostile;
mod jobs;
mod live;
mod log;
mod mounts;
mod mutants;
mod once;
mod pages;
mod views;
mod weight;
