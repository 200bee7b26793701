//! Result of a test: one plain line, and every detail.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;

/// The one line of a test on a database.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Name of the test: `T6`.
    pub test: &'static str,
    /// Name of the database: `postgres`, `sqlite`.
    pub on: String,
    /// Figures by their names, in order.
    pub figures: Vec<(String, Value)>,
    /// Promises that did not hold, in plain words.
    pub broken: Vec<String>,
    /// Further details for a person to read: a table, one line each.
    pub table: Vec<String>,
}

impl Line {
    /// Makes a line without figures.
    pub fn new(test: &'static str, on: impl fmt::Display) -> Self {
        let on = on.to_string();
        Self { test, on, figures: Vec::new(), broken: Vec::new(), table: Vec::new() }
    }

    /// Adds a figure.
    pub fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.push((name.to_owned(), value.into()));
    }

    /// Adds a number.
    pub fn count(&mut self, name: &str, count: usize) {
        self.figure(name, count);
    }

    /// Adds a number that must be 0.
    pub fn none(&mut self, name: &str, count: usize) {
        self.count(name, count);
        self.bar(count == 0, || format!("{name} is {count} and not 0"));
    }

    /// Adds a number that must be at least `least`, or the run proves nothing.
    pub fn at_least(&mut self, name: &str, count: usize, least: usize) {
        self.count(name, count);
        self.bar(count >= least, || format!("{name} is {count} and not {least} at least"));
    }

    /// Notes a promise that did not hold.
    pub fn bar(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(otherwise());
        }
    }

    /// Returns true if every promise held.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.broken.is_empty()
    }

    /// Writes every detail into `<folder>/<test>-<on>.json`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).context("no folder for the reports")?;
        let report = serde_json::to_vec_pretty(self)?;
        fs::write(folder.join(format!("{}-{}.json", self.test, self.on)), report)
            .context("no report")
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.test, self.on)?;
        for (name, value) in &self.figures {
            match value {
                Value::String(word) => write!(f, " {name}={}", word.replace(' ', "_"))?,
                value => write!(f, " {name}={value}")?,
            }
        }
        for broken in &self.broken {
            write!(f, " BROKEN({broken})")?;
        }
        Ok(())
    }
}
