//! Reads a host's files from where they lie.
