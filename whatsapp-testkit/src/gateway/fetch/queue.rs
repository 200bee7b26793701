//! The links that wait to be fetched.

use std::collections::HashSet;

use tokio::sync::mpsc::UnboundedSender;

use super::Fetching;

/// A link that is to be fetched now.
#[derive(Debug)]
pub(in crate::gateway) struct Errand {
    pub(in crate::gateway) arrival: u64,
    pub(in crate::gateway) link: String,
    pub(in crate::gateway) fetching: Fetching,
}

/// Links of accepted messages, from the acceptance until the fetch is done.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Queue {
    pub(in crate::gateway) fetching: Fetching,
    pub(in crate::gateway) held: bool,
    /// Channel to the task that fetches; `None` when nothing is fetched.
    errands: Option<UnboundedSender<Errand>>,
    /// POSTs whose answer is not written yet.
    unanswered: HashSet<u64>,
    waiting: Vec<(u64, String)>,
}

impl Queue {
    /// Turns fetching on: from now on links are fetched.
    pub(in crate::gateway) fn open(&mut self, errands: UnboundedSender<Errand>) {
        self.errands = Some(errands);
    }

    /// Returns true if links are fetched at all.
    pub(in crate::gateway) fn is_open(&self) -> bool {
        self.errands.is_some()
    }

    /// Makes the links of a POST wait for its answer.
    pub(in crate::gateway) fn received(&mut self, arrival: u64) {
        if self.is_open() {
            self.unanswered.insert(arrival);
        }
    }

    /// Notes that the answer to a POST is written, or that there will be none.
    pub(in crate::gateway) fn answered(&mut self, arrival: u64) {
        self.unanswered.remove(&arrival);
    }

    /// Notes that the link of an accepted message waits to be fetched.
    pub(in crate::gateway) fn accepted(&mut self, arrival: u64, link: &str) {
        if self.is_open() {
            self.waiting.push((arrival, link.to_owned()));
        }
    }

    /// Begins every fetch that may begin; returns how many.
    pub(in crate::gateway) fn begin(&mut self) -> usize {
        let Some(errands) = self.errands.as_ref().filter(|_| !self.held) else {
            return 0;
        };
        let ripe = self.waiting.extract_if(.., |(arrival, _)| !self.unanswered.contains(arrival));
        ripe.map(|(arrival, link)| {
            // Fails only if the gateway has ended.
            let _ = errands.send(Errand { arrival, link, fetching: self.fetching });
        })
        .count()
    }
}
