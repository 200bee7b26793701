//! Verdict on a run.

use std::collections::BTreeMap;

use serde::Serialize;

use super::beside::Attempted;
use super::database::Kind;

/// Result of a run. The lists name messages; each must be empty, except [`late`](Self::late).
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Name of the run.
    pub run: String,
    /// Database of the run.
    pub database: Kind,
    /// Messages whose enqueue was committed.
    pub messages: usize,
    /// Messages whose transaction the host rolled back.
    pub rolled_back: usize,
    /// Faults that the workers and the server suffered.
    pub faults: Faults,
    /// POSTs that arrived at the gateway.
    pub posts: usize,
    /// POSTs that the gateway accepted.
    pub accepted: usize,
    /// Number of messages by the state in which they ended.
    pub ends: BTreeMap<String, usize>,
    /// Messages that are lost: committed but not in the database; `sent` but never accepted;
    /// `failed`, for another reason than an unknown outcome, but accepted; accepted by the ledger
    /// but not `sent`.
    pub lost: Vec<String>,
    /// Messages accepted more than once.
    pub duplicated: Vec<String>,
    /// Messages accepted once more, but later after the POST than the library waits: not its fault.
    pub late: Vec<String>,
    /// Messages not settled in time, or settled with an attempt still open.
    pub stuck: Vec<String>,
    /// Messages POSTed or attempted more than four times.
    pub posts_over_4: Vec<String>,
    /// POSTs that came before their attempt was in the ledger.
    pub unledgered: Vec<String>,
    /// Messages whose attempts are not numbered 1, 2, 3…
    pub misnumbered: Vec<String>,
    /// Messages POSTed and never enqueued, rolled back or cancelled; or in the log though rolled
    /// back.
    pub phantom: Vec<String>,
    /// Messages that failed without a notice, or have a notice and did not fail.
    pub unnoticed: Vec<String>,
    /// POSTs that were made while a transaction of a worker stood open.
    pub idle_in_transaction: Vec<String>,
    /// Messages that failed though the gateway never took them, and that were charged for the
    /// account's trouble: the ledger counts more refusals against them than the gateway made about
    /// them.
    pub failed_for_account: Vec<String>,
    /// Messages of unknown outcome though the list could tell: it showed every message to their
    /// number as it was sent.
    pub unknown_for_nothing: Vec<String>,
    /// Answer of SQLite's integrity check, which is `ok` for a sound file. `None` on Postgres.
    pub integrity: Option<String>,
    /// Attempts of every message that is named above.
    pub attempts: BTreeMap<String, Vec<Attempted>>,
    /// Duration of the run, in seconds.
    pub seconds: u64,
}

/// Faults that the workers and the server suffered in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Faults {
    /// Workers killed with SIGKILL.
    pub kills: usize,
    /// Workers frozen with SIGSTOP.
    pub pauses: usize,
    /// Crashes of the database server.
    pub crashes: usize,
    /// Workers held up between a reply and its settle.
    pub held: usize,
    /// Writes that the fence refused.
    pub fenced: usize,
    /// Messages that a worker had taken when it died, or could not go on for want of a database.
    pub interrupted: usize,
    /// Accepted messages that lists showed in another way than they were sent.
    pub guised: usize,
    /// POSTs that were refused because of the account.
    pub troubled: usize,
    /// Forms of the account's trouble that POSTs met.
    pub forms: usize,
    /// Times that a host's wall clock was set.
    pub jumps: usize,
}

impl Verdict {
    /// Counts the findings, each kind with its name. All counts must be 0.
    #[must_use]
    pub fn findings(&self) -> [(&'static str, usize); 12] {
        let corrupt = self.integrity.as_ref().is_some_and(|word| word != "ok");
        [
            ("lost", self.lost.len()),
            ("duplicated", self.duplicated.len()),
            ("stuck", self.stuck.len()),
            ("posts_over_4", self.posts_over_4.len()),
            ("phantom", self.phantom.len()),
            ("unledgered", self.unledgered.len()),
            ("misnumbered", self.misnumbered.len()),
            ("unnoticed", self.unnoticed.len()),
            ("idle_in_transaction", self.idle_in_transaction.len()),
            ("failed_for_account", self.failed_for_account.len()),
            ("unknown_for_nothing", self.unknown_for_nothing.len()),
            ("corrupt", usize::from(corrupt)),
        ]
    }

    /// Returns the messages that were found wanting.
    pub(super) fn named(&self) -> impl Iterator<Item = &String> {
        [
            &self.lost,
            &self.duplicated,
            &self.late,
            &self.stuck,
            &self.posts_over_4,
            &self.misnumbered,
            &self.unnoticed,
            &self.failed_for_account,
            &self.unknown_for_nothing,
        ]
        .into_iter()
        .flatten()
    }

    /// Returns true if nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings().iter().all(|(_, found)| *found == 0)
    }
}
