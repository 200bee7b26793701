//! The record file: one line of JSON for every POST and every acceptance, in order.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::life::Accepted;
use super::post::Post;

/// One line of the record, told apart by `event`.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event<'a> {
    Post(&'a Post),
    Accepted(&'a Accepted),
}

#[derive(Debug)]
pub(super) struct Record(File);

impl Record {
    /// Opens the file for appending; creates it if need be.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        OpenOptions::new().create(true).append(true).open(path).map(Self)
    }

    /// Appends a line in one write, before anything is answered.
    pub(super) fn append(&mut self, event: &Event<'_>) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }
}
