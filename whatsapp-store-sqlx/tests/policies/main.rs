//! The optional sets on a real server that looks like Supabase: the permissions on the library's
//! tables, and the references to the host's tables.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod access;
mod host;
mod matrix;
mod object;
mod persona;
mod references;
mod settings;
mod statement;
