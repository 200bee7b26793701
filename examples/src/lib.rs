//! Examples of wiring `whatsapp-core` into a back-end: the quickstart, its sample data, and short
//! programs to copy from.

/// The project's README, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;

/// The guide to attachments, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/attachments.md")]
#[derive(Debug)]
pub struct Attachments;

/// The recipe for a message type, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/message-types.md")]
#[derive(Debug)]
pub struct MessageTypes;

/// The guide to testing a back-end, whose code is compiled as a test. Its tests run as
/// `tests/testing_page`.
#[cfg(doctest)]
#[doc = include_str!("../../docs/testing.md")]
#[derive(Debug)]
pub struct Testing;

/// The page about dates of festivals, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/festivals.md")]
#[derive(Debug)]
pub struct Festivals;
