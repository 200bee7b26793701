//! The console as a browser sees it: over the in-memory store, and without a network.

mod shop;

mod canary;
mod days;
mod hostile;
mod jobs;
mod once;
mod pages;
