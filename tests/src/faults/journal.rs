//! What workers did that neither the database nor the gateway knows, kept over their deaths.

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
}

impl Event {
    const fn word(self) -> &'static str {
        match self {
            Self::Fenced => "fenced",
            Self::Held => "held",
        }
    }
}

/// A file that all workers append to. Each line is one write, so that a killed worker leaves none
/// half written and no line inside another.
#[derive(Debug)]
pub(super) struct Journal(Mutex<File>);

/// How often each event happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Entries {
    fenced: usize,
    held: usize,
}

impl Entries {
    /// What was done to the workers, together with what they noted themselves.
    pub(super) const fn joined(self, done: Faults) -> Faults {
        Faults { fenced: self.fenced, held: self.held, ..done }
    }
}

impl Journal {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Self(Mutex::new(file.context("no journal")?)))
    }

    /// Writes a line; a journal with holes would make a checker pass what it must fail, so a line
    /// that cannot be written ends the worker.
    #[expect(clippy::expect_used, reason = "a worker without its journal must not go on")]
    pub(super) fn note(&self, event: Event) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = format!("{}\n", event.word());
        file.write_all(line.as_bytes()).expect("the journal takes a line");
    }

    pub(super) fn read(path: &Path) -> Result<Entries> {
        let text = fs::read_to_string(path).context("no journal")?;
        let count = |event: Event| text.lines().filter(|line| *line == event.word()).count();
        Ok(Entries { fenced: count(Event::Fenced), held: count(Event::Held) })
    }
}
