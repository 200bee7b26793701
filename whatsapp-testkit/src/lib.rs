//! The test kit for software that sends WhatsApp messages with `whatsapp-core`: what a test needs
//! to stand in for the outside world. It is for tests, examples and harnesses, never for
//! production.
//!
//! [`gateway`] holds the stand-in gateway, an HTTP server that remembers what it accepted and
//! misbehaves on request; its page has a complete example.
//!
//! # Features
//!
//! | Feature | Adds |
//! | --- | --- |
//! | `bin` | the `stand-in-gateway` binary, for harnesses that kill their workers |

pub mod gateway;
