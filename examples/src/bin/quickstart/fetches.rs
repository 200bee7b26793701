//! Waiting for the gateway, which fetches files after it has accepted their messages: the program
//! must not end before.

use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::port::Store;
use whatsapp_core::time::Zone;

use crate::log::{self, Entry};

/// Interval at which the database is asked which files were fetched.
const LOOK: Duration = Duration::from_millis(100);

/// Longest time without a fetch, after which the gateway is waited for no longer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Counts of messages with a file of ours, and of those whose file the gateway fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fetches {
    pub(crate) sent: usize,
    pub(crate) fetched: usize,
}

impl Fetches {
    /// Counts these messages in the log.
    pub(crate) fn of(log: &[Entry]) -> Self {
        let sent = || log.iter().filter(|entry| has_gone_out(entry));
        Self { sent: sent().count(), fetched: sent().filter(|entry| is_fetched(entry)).count() }
    }
}

/// Waits until the gateway has fetched every file that it may still fetch, or fetches no more.
pub(crate) async fn wait(store: &dyn Store, now: DateTime<Utc>, zone: &Zone) -> Result<()> {
    let log = log::read(store, now, zone).await?;
    let open = log.entries.iter().filter(|entry| has_gone_out(entry) && !is_fetched(entry));
    let open = open.filter(|entry| link_end(entry).is_some_and(|until| until > now));
    let mut open: Vec<MessageId> = open.map(|entry| entry.message.facts.id).collect();
    let mut look = tokio::time::interval(LOOK);
    let mut news = look.tick().await;
    while !open.is_empty() {
        let now = look.tick().await;
        if now - news > PATIENCE {
            break;
        }
        let mut still = Vec::with_capacity(open.len());
        for id in &open {
            let attempts = store.attempts(*id).await?;
            if attempts.iter().all(|attempt| attempt.fetched_at.is_none()) {
                still.push(*id);
            }
        }
        if still.len() < open.len() {
            (open, news) = (still, now);
        }
    }
    Ok(())
}

/// Returns true if the gateway took a message whose file is served here.
fn has_gone_out(entry: &Entry) -> bool {
    entry.message.state.sent_at.is_some() && link_end(entry).is_some()
}

/// Returns the end of the link to a file that is served here.
fn link_end(entry: &Entry) -> Option<DateTime<Utc>> {
    entry.message.facts.attachment.as_ref()?.until
}

fn is_fetched(entry: &Entry) -> bool {
    entry.attempts.iter().any(|attempt| attempt.fetched_at.is_some())
}
