//! Examples of wiring; this page is the project's README, whose code is compiled as a test.
#![doc = include_str!("../../README.md")]
