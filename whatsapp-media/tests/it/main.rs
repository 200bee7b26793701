//! The outside of this crate.
