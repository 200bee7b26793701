//! The optional sets on a real server that looks like Supabase: who may do what with the library's
//! tables, and what the host's tables are referred to for.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod access;
mod host;
mod matrix;
mod object;
mod persona;
mod references;
mod settings;
mod statement;
