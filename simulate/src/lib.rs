//! Simulated worlds by the thousand: a hunt for broken promises, a report on what was reached,
//! mutants, and the worlds that once failed. The mutants prove that a missing safeguard is found.
//!
//! The world itself is [`whatsapp_testkit::world`]; `cargo xtask simulate` runs this.

pub mod corpus;
pub mod hunt;
pub mod mutant;
pub mod report;
pub mod table;
