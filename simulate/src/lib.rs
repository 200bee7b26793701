//! Simulated worlds by the thousand: looking for broken promises, telling what was reached, proving that
//! a missing safeguard is found, and keeping the worlds that once failed.
//!
//! The world itself is [`whatsapp_testkit::world`]; `cargo xtask simulate` runs this.

pub mod corpus;
pub mod hunt;
pub mod mutant;
pub mod report;
pub mod table;
