//! Putting messages in, our way and the peers' ways.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use tokio::task::JoinSet;

use crate::contest::{Contestant, mark};

/// A queue that messages are put into.
#[async_trait]
pub trait Sink: Send + Sync + 'static {
    /// The item that the queue takes.
    type Item: Send;

    /// Name of the queue in the table.
    fn name(&self) -> String;

    /// Makes items with these numbers.
    fn items(&self, numbers: std::ops::Range<u32>) -> Vec<Self::Item>;

    /// Empties the queue.
    async fn empty(&self) -> Result<()>;

    /// Puts messages in: all of them are durably there afterwards.
    async fn put(&self, items: Vec<Self::Item>) -> Result<()>;
}

/// A way to put messages in.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// Number of concurrent callers.
    pub callers: usize,
    /// Number of messages in each call.
    pub group: u32,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group {
            1 => write!(f, "one at a time, callers: {}", self.callers),
            group => write!(f, "{group} at a time, callers: {}", self.callers),
        }
    }
}

/// A sink as a contestant.
pub struct Enqueue<S: Sink> {
    sink: Arc<S>,
    way: Way,
    groups: Vec<Vec<S::Item>>,
}

impl<S: Sink> fmt::Debug for Enqueue<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enqueue").field("way", &self.way).finish_non_exhaustive()
    }
}

impl<S: Sink> Enqueue<S> {
    /// Fills `sink` in this way.
    pub const fn new(sink: Arc<S>, way: Way) -> Self {
        Self { sink, way, groups: Vec::new() }
    }
}

#[async_trait]
impl<S: Sink> Contestant for Enqueue<S> {
    fn name(&self) -> String {
        self.sink.name()
    }

    async fn prepare(&mut self, rows: u32) -> Result<()> {
        self.sink.empty().await?;
        let group = self.way.group;
        let starts = (0..rows).step_by(group as usize);
        self.groups = starts.map(|n| self.sink.items(n..(n + group).min(rows))).collect();
        Ok(())
    }

    async fn run(&mut self, _: u32) -> Result<Duration> {
        let mut shares: Vec<Vec<_>> = (0..self.way.callers).map(|_| Vec::new()).collect();
        for (place, group) in std::mem::take(&mut self.groups).into_iter().enumerate() {
            shares[place % self.way.callers].push(group);
        }
        let start = mark();
        let mut callers = JoinSet::new();
        for share in shares {
            let sink = Arc::clone(&self.sink);
            callers.spawn(async move {
                for group in share {
                    sink.put(group).await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(ended) = callers.join_next().await {
            ended??;
        }
        Ok(start.elapsed())
    }
}
