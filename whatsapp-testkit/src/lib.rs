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

mod clock;
pub mod conformance;
mod directory;
pub mod fixtures;
pub mod gateway;
mod memory;
mod notifier;
mod scaled;
mod transport;

pub use clock::{ManualClock, SeededEntropy};
pub use directory::{FixedDirectory, FixedLedger};
pub use memory::MemoryStore;
pub use notifier::RecordingNotifier;
pub use scaled::ScaledClock;
pub use transport::ScriptedTransport;
