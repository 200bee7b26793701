//! The record of a world: its digest, its story in plain lines, and the promises that were broken.

use std::fmt;

use whatsapp_core::MessageId;

use super::executor::Pid;
use super::span::Micros;

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Name of the promise, in a word or two.
    pub promise: &'static str,
    /// The message that the promise was about, if any.
    pub message: Option<MessageId>,
    /// Time in microseconds since the world began.
    pub at: u64,
    /// The observation.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { promise, message, at, what } = self;
        write!(f, "{} {promise}: {what}", clock(*at))?;
        message.iter().try_for_each(|id| write!(f, " ({id})"))
    }
}

/// Number of broken promises that are kept: the first ones say the most.
const VIOLATIONS_MOST: usize = 50;

/// The record of a world.
#[derive(Debug)]
pub(super) struct Story {
    tells: bool,
    digest: u64,
    lines: Vec<String>,
    violations: Vec<Violation>,
}

impl Story {
    pub(super) fn new(tells: bool) -> Self {
        let (lines, violations) = (Vec::new(), Vec::new());
        Self { tells, digest: 0xCBF2_9CE4_8422_2325, lines, violations }
    }

    /// Records an event. Its line is made only if the story is told; the digest is made of the
    /// rest.
    pub(super) fn note(
        &mut self,
        at: Micros,
        who: Pid,
        what: &'static str,
        of: u64,
        told: impl FnOnce() -> String,
    ) {
        self.mix(at);
        self.mix(u64::from(who.0));
        self.mix(of);
        for byte in what.bytes() {
            self.mix(u64::from(byte));
        }
        if self.tells {
            let name =
                if who == Pid::WORLD { String::new() } else { format!("process {} ", who.0) };
            self.lines.push(format!("{} {name}{}", clock(at), told()));
        }
    }

    pub(super) fn violate(&mut self, violation: Violation) {
        self.mix(violation.at);
        if self.tells {
            self.lines.push(format!("!! {violation}"));
        }
        if self.violations.len() < VIOLATIONS_MOST {
            self.violations.push(violation);
        }
    }

    pub(super) fn parts(self) -> (u64, Vec<String>, Vec<Violation>) {
        (self.digest, self.lines, self.violations)
    }

    const fn mix(&mut self, value: u64) {
        self.digest = (self.digest ^ value).wrapping_mul(0x0100_0000_01B3).rotate_left(23);
    }
}

/// Formats time since the world began as a story writes it: hours, minutes, seconds and
/// thousandths.
fn clock(at: Micros) -> String {
    let (millis, seconds) = (at / 1_000 % 1_000, at / 1_000_000);
    let (seconds, minutes, hours) = (seconds % 60, seconds / 60 % 60, seconds / 3_600);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
}
