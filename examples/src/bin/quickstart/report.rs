//! The report: every message with the specification's column names (4.1) and all its attempts, and
//! every row of the tables that was left out.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use whatsapp_core::message::{Attempt, AttemptOutcome, Delivery};
use whatsapp_core::time::Zone;
use whatsapp_core::{CustomerId, UserId};

use crate::data::{About, LeftOut};
use crate::log::{Entry, words};
use crate::plan::{Planned, greetings, told};

/// The whole file.
#[derive(Serialize)]
struct Report<'a> {
    messages: Vec<Row<'a>>,
    left_out: Vec<Missing<'a>>,
    /// Reminders of a played day; a report without them is that of an ordinary run.
    #[serde(skip_serializing_if = "Option::is_none")]
    reminders: Option<Vec<told::Row<'a>>>,
    /// Greetings that were armed, with the customers who got none.
    #[serde(skip_serializing_if = "Option::is_none")]
    greetings: Option<&'a [greetings::Row]>,
}

/// A row of a table that nothing was sent for.
#[derive(Serialize)]
struct Missing<'a> {
    file: &'static str,
    line: u64,
    reason: String,
    /// Messages that are not sent because of the row.
    about: Vec<String>,
    customer_id: Option<&'a str>,
}

/// A row of `whatsapp_message_logs`, with what the library adds to it.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    customer_id: &'a str,
    customer_name: &'a str,
    whatsapp_number: &'a str,
    message_type: &'a str,
    trigger_type: &'static str,
    status: &'static str,
    retry_count: u32,
    max_retries: u32,
    message_content: &'a str,
    template_id: Option<String>,
    attachment_url: Option<&'a str>,
    attachment_type: Option<&'static str>,
    failure_reason: Option<&'a str>,
    api_response: Option<&'a Value>,
    scheduled_for: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    created_by: Option<&'a str>,
    phase: String,
    why: &'a str,
    delivery: Option<&'static str>,
    message_key: &'a str,
    next_attempt_at: Option<DateTime<Utc>>,
    attempts: Vec<Try<'a>>,
}

/// A row of `whatsapp_message_attempts`.
#[derive(Serialize)]
struct Try<'a> {
    no: u32,
    part: &'static str,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    outcome: Option<&'static str>,
    http_status: Option<u16>,
    detail: Option<&'a str>,
    fetched_at: Option<DateTime<Utc>>,
    fetched_bytes: Option<u64>,
}

/// Checks, before anything is sent, that a report can be written there and overwrites nothing
/// except an older one.
pub(crate) fn check(path: &Path, database: &Path) -> Result<()> {
    let stem = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = std::fs::canonicalize(folder.unwrap_or(Path::new(".")));
        Some(folder.ok()?.join(path.file_name()?))
    };
    let (report, database) = (stem(path), stem(database));
    if report.is_none() || path.exists() && !path.is_file() {
        bail!("the report {} is not a file that can be written", path.display());
    }
    let beside = ["", "-wal", "-shm"].map(|end| {
        let mut file = database.clone().unwrap_or_default().into_os_string();
        file.push(end);
        PathBuf::from(file)
    });
    let own = ["clock.json", "gateway.jsonl", "files", "port", "secret"]
        .map(|end| database.clone().unwrap_or_default().with_extension(end));
    if report.is_some_and(|report| beside.iter().chain(&own).any(|file| *file == report)) {
        bail!("the report {} would overwrite the database; give another name", path.display());
    }
    let unfinished = path.with_extension("json.part");
    let failed = || format!("the report {} cannot be written", path.display());
    File::create(&unfinished).with_context(failed)?;
    std::fs::remove_file(&unfinished).with_context(failed)
}

/// Writes the report. An earlier report stays whole until the new one is written.
pub(crate) fn write(
    path: &Path,
    log: &[Entry],
    left_out: &[LeftOut],
    planned: Option<&Planned>,
    now: DateTime<Utc>,
    zone: &Zone,
) -> Result<()> {
    let messages = log.iter().map(|entry| row(entry, now, zone)).collect();
    let mut left_out: Vec<&LeftOut> = left_out.iter().collect();
    left_out.sort_by_key(|row| &row.place);
    let left_out = left_out.into_iter().map(missing).collect();
    let reminders = planned.map(|planned| told::rows(&planned.steps, &planned.words));
    let greetings = planned.map(|planned| planned.greeted.as_slice());
    let report = Report { messages, left_out, reminders, greetings };
    let unfinished = path.with_extension("json.part");
    let failed = || format!("the report {} cannot be written", path.display());
    let file = File::create(&unfinished).with_context(failed)?;
    let mut file = BufWriter::new(file);
    serde_json::to_writer_pretty(&mut file, &report).with_context(failed)?;
    file.write_all(b"\n").and_then(|()| file.flush()).with_context(failed)?;
    std::fs::rename(&unfinished, path).with_context(failed)
}

fn missing(row: &LeftOut) -> Missing<'_> {
    Missing {
        file: row.place.file,
        line: row.place.line,
        reason: row.reason.to_string(),
        about: row.what.iter().map(About::to_string).collect(),
        customer_id: row.owner.as_ref().map(CustomerId::as_str),
    }
}

fn row<'a>(entry: &'a Entry, now: DateTime<Utc>, zone: &Zone) -> Row<'a> {
    let message = &entry.message;
    let (facts, state) = (&message.facts, &message.state);
    Row {
        id: facts.id.to_string(),
        customer_id: facts.customer_id.as_str(),
        customer_name: facts.customer_name.as_str(),
        whatsapp_number: facts.whatsapp_number.as_str(),
        message_type: facts.message_type.as_str(),
        trigger_type: facts.trigger.as_str(),
        status: state.status.as_str(),
        retry_count: state.retry_count,
        max_retries: facts.max_retries,
        message_content: facts.text.as_str(),
        template_id: facts.template_id.map(|id| id.to_string()),
        attachment_url: facts.attachment.as_ref().map(|file| file.url.as_str()),
        attachment_type: facts.attachment.as_ref().map(|file| file.kind.as_str()),
        failure_reason: state.failure.as_ref().map(|why| why.reason.as_str()),
        api_response: message.api_response.as_ref(),
        scheduled_for: facts.scheduled_for,
        sent_at: state.sent_at,
        created_at: facts.created_at,
        updated_at: message.updated_at,
        created_by: facts.created_by.as_ref().map(UserId::as_str),
        phase: words(&entry.phase, now, zone),
        why: &entry.why,
        delivery: state.delivery.map(Delivery::as_str),
        message_key: facts.key.as_str(),
        next_attempt_at: state.next_attempt_at,
        attempts: entry.attempts.iter().map(attempt).collect(),
    }
}

fn attempt(attempt: &Attempt) -> Try<'_> {
    Try {
        no: attempt.no,
        part: attempt.part.as_str(),
        started_at: attempt.started_at,
        finished_at: attempt.finished_at,
        outcome: attempt.outcome.map(AttemptOutcome::as_str),
        http_status: attempt.http_status,
        detail: attempt.detail.as_deref(),
        fetched_at: attempt.fetched_at,
        fetched_bytes: attempt.fetched_bytes,
    }
}
