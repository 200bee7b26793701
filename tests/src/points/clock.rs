//! A clock that several processes share, and that stands still until one of them moves it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::port::Clock;
use whatsapp_core::time::Elapsed;
use whatsapp_testkit::fixtures::{self, START};

/// A clock in a file. Every process that has the file sees the same time, also one that was frozen
/// while another one moved the clock. Elapsed time is the same time.
#[derive(Debug, Clone)]
pub struct SharedClock {
    file: PathBuf,
}

impl SharedClock {
    /// Makes a clock that stands at [`START`].
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn set(file: PathBuf) -> Result<Self> {
        let clock = Self { file };
        clock.move_to(START)?;
        Ok(clock)
    }

    /// Returns the clock in this file.
    #[must_use]
    pub const fn of(file: PathBuf) -> Self {
        Self { file }
    }

    /// Path of the file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.file.clone()
    }

    /// Lets time pass.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn advance(&self, time: TimeDelta) -> Result<()> {
        self.move_to(self.now() + time)
    }

    /// Lets time pass until it is `at`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn move_to(&self, at: DateTime<Utc>) -> Result<()> {
        // The file is replaced in one step, so that nobody reads half of it.
        let fresh = self.file.with_extension("next");
        fs::write(&fresh, at.timestamp_micros().to_string()).context("the clock does not move")?;
        fs::rename(&fresh, &self.file).context("the clock does not move")
    }
}

impl Clock for SharedClock {
    #[expect(clippy::expect_used, reason = "without time a harness must not go on")]
    fn now(&self) -> DateTime<Utc> {
        let text = fs::read_to_string(&self.file).expect("the clock is there");
        let micros = text.parse().expect("the clock shows a time");
        DateTime::from_timestamp_micros(micros).expect("the clock shows a time")
    }

    fn elapsed(&self) -> Elapsed {
        fixtures::elapsed(self.now())
    }
}
