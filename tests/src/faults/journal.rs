//! A journal of what workers did that neither the database nor the gateway knows. It outlives them.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};

use super::verdict::Faults;

/// An event worth counting, one line each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// The database refused a write whose lease was lost.
    Fenced,
    /// A worker was held up between a reply and its settle.
    Held,
    /// A worker took a message.
    Taken,
    /// A worker wrote down the outcome of a message, or gave the message back.
    Done,
}

impl Event {
    const fn word(self) -> &'static str {
        match self {
            Self::Fenced => "fenced",
            Self::Held => "held",
            Self::Taken => "taken",
            Self::Done => "done",
        }
    }
}

/// A file that all workers append to. Each write is of whole lines, so that a killed worker leaves
/// none half written and no line inside another.
#[derive(Debug)]
pub(super) struct Journal(Mutex<File>);

/// Counts of the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Entries {
    fenced: usize,
    held: usize,
    interrupted: usize,
}

impl Entries {
    /// Adds what the workers noted themselves to the faults that were done to them.
    pub(super) const fn joined(self, done: Faults) -> Faults {
        let Self { fenced, held, interrupted } = self;
        Faults { held, fenced, interrupted, ..done }
    }
}

impl Journal {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Self(Mutex::new(file.context("no journal")?)))
    }

    /// Writes `times` lines. A journal with holes would make a checker pass what it must fail, so a
    /// line that cannot be written ends the worker.
    #[expect(clippy::expect_used, reason = "a worker without its journal must not go on")]
    pub(super) fn note(&self, event: Event, times: usize) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = format!("{}\n", event.word()).repeat(times);
        file.write_all(lines.as_bytes()).expect("the journal takes a line");
    }

    pub(super) fn read(path: &Path) -> Result<Entries> {
        let text = fs::read_to_string(path).context("no journal")?;
        let count = |event: Event| text.lines().filter(|line| *line == event.word()).count();
        let (fenced, ended) = (count(Event::Fenced), count(Event::Done));
        let interrupted = count(Event::Taken).saturating_sub(ended + fenced);
        Ok(Entries { fenced, held: count(Event::Held), interrupted })
    }
}
