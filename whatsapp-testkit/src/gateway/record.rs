//! The record file: one line of JSON for every POST, every acceptance and every fetch, in order.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::fetch::Fetched;
use super::life::Accepted;
use super::post::{Dialect, Post};

/// One line of the record; its `event` field names the kind.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event<'a> {
    Post(&'a Post),
    Accepted(&'a Accepted),
    Fetched {
        arrival: u64,
        #[serde(flatten)]
        fetched: &'a Fetched,
    },
}

#[derive(Debug)]
pub(super) struct Record(File);

impl Record {
    /// Opens the file for appending; creates it if it is missing.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        OpenOptions::new().create(true).append(true).open(path).map(Self)
    }

    /// Reads the record of an earlier gateway: the messages it accepted, and the number of the last
    /// POST it saw. A last line that it could not finish does not count. A missing file counts as
    /// an empty one.
    pub(super) fn recall(path: &Path) -> io::Result<(Vec<Accepted>, u64)> {
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
            text => text?,
        };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            OpenOptions::new().write(true).open(path)?.set_len(whole as u64)?;
        }
        let (mut accepted, mut last) = (Vec::<Accepted>::new(), 0);
        for line in text[..whole].lines() {
            match serde_json::from_str(line)? {
                Remembered::Post { arrival } => last = last.max(arrival),
                Remembered::Accepted(message) => accepted.push(message.into()),
                Remembered::Fetched { arrival, fetched } => {
                    let of_it = accepted.iter_mut().rfind(|known| known.arrival == arrival);
                    if let Some(message) = of_it {
                        message.fetched.push(fetched);
                    }
                }
            }
        }
        Ok((accepted, last))
    }

    /// Appends a line in one write, before anything is answered.
    pub(super) fn append(&mut self, event: &Event<'_>) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }
}

/// The part of a line that is read back.
#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Remembered {
    Post {
        arrival: u64,
    },
    Accepted(RememberedMessage),
    Fetched {
        arrival: u64,
        #[serde(flatten)]
        fetched: Fetched,
    },
}

/// The part of an acceptance that is read back: everything but an uploaded file and this process's
/// time.
#[derive(Deserialize)]
struct RememberedMessage {
    arrival: u64,
    id: String,
    uuid: String,
    tracking_code: u64,
    dialect: Dialect,
    number: String,
    text: String,
    url: Option<String>,
    scheduled_at: Option<DateTime<Utc>>,
    accepted_at: DateTime<Utc>,
}

impl From<RememberedMessage> for Accepted {
    fn from(message: RememberedMessage) -> Self {
        Self {
            arrival: message.arrival,
            id: message.id,
            uuid: message.uuid,
            tracking_code: message.tracking_code,
            dialect: message.dialect,
            number: message.number,
            text: message.text,
            url: message.url,
            file: None,
            scheduled_at: message.scheduled_at,
            accepted_at: message.accepted_at,
            at: Duration::ZERO,
            fetched: Vec::new(),
        }
    }
}
