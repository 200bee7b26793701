//! The checker: compares what was enqueued, what the gateway saw and what the database says.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_testkit::gateway::{Acceptance, Accepted, Post};

use super::beside::{Beside, Row};
use super::database::Kind;
use super::host::Placed;
use super::skies;
use super::verdict::{Faults, Verdict};
use super::witness::Seen;

/// Highest number of POSTs that a message may have.
const POSTS_MAX: i64 = 4;

/// Longest time between a POST and its acceptance that the library waits for. A later acceptance is
/// the one kind of duplicate that it does not promise to prevent.
const SETTLE_WINDOW: TimeDelta = TimeDelta::minutes(30);

/// All that is known about a run.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) run: String,
    pub(super) database: Kind,
    pub(super) beside: &'a Beside,
    pub(super) placed: &'a Placed,
    pub(super) posts: Vec<Post>,
    pub(super) accepted: Vec<Accepted>,
    /// Arrival numbers of messages that lists do not show as they were sent.
    pub(super) guised: HashSet<u64>,
    pub(super) seen: Seen,
    pub(super) faults: Faults,
    pub(super) seconds: u64,
}

impl Row {
    fn end(&self) -> String {
        match &self.failure_kind {
            _ if self.retrying => "retrying".to_owned(),
            Some(kind) => format!("failed_{kind}"),
            None => self.status.clone(),
        }
    }

    fn has_failed(&self) -> bool {
        self.status == "failed" && !self.retrying
    }

    fn is_settled(&self) -> bool {
        self.status != "pending" && !self.retrying && self.open == 0
    }

    /// Number of the message, as the gateway writes it.
    fn digits(&self) -> &str {
        self.number.as_deref().unwrap_or_default().trim_start_matches('+')
    }

    fn is_of_unknown_outcome(&self) -> bool {
        self.has_failed() && self.failure_kind.as_deref() == Some("unknown_outcome")
    }

    /// Returns true if the message's row and the gateway's record contradict each other.
    fn is_lost(&self, acceptances: usize) -> bool {
        match self.status.as_str() {
            status if status != "sent" && self.acknowledged => true,
            "sent" => acceptances == 0,
            "failed" if self.has_failed() => !self.is_of_unknown_outcome() && acceptances > 0,
            _ => false,
        }
    }
}

/// Judges a run by everything that is known about it.
pub(super) async fn judge(evidence: Evidence<'_>) -> Result<Verdict> {
    let rows = evidence.beside.rows().await.context("the database cannot be read")?;
    let integrity = evidence.beside.integrity().await?;
    let in_time = InTime::of(&evidence.posts, &evidence.accepted);
    let mut posts = HashMap::<&str, Posts>::new();
    for post in &evidence.posts {
        posts.entry(post.text.as_str()).or_default().count(post);
    }
    let shown_otherwise: HashSet<&str> = evidence
        .accepted
        .iter()
        .filter(|message| evidence.guised.contains(&message.arrival))
        .map(|message| message.number.as_str())
        .collect();
    let pick = |wrong: &dyn Fn(&Row) -> bool| -> Vec<String> {
        rows.iter().filter(|row| wrong(row)).map(|row| row.id.clone()).collect()
    };
    let posted = |row: &Row| posts.get(row.text.as_str()).copied().unwrap_or_default();
    let known: HashMap<&str, &Row> = rows.iter().map(|row| (row.text.as_str(), row)).collect();
    let there: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let is_there = |id: &MessageId| there.contains(id.to_string().as_str());
    let placed = evidence.placed;

    let mut lost = pick(&|row| row.is_lost(in_time.all(row)));
    lost.extend(placed.committed.iter().filter(|id| !is_there(id)).map(MessageId::to_string));
    let unasked = |text: &str| known.get(text).is_none_or(|row| row.status == "cancelled");
    let mut phantom: Vec<_> =
        posts.keys().filter(|text| unasked(text)).map(|text| (*text).to_owned()).collect();
    phantom.extend(placed.rolled_back.iter().filter(|id| is_there(id)).map(MessageId::to_string));
    let mut ends = BTreeMap::new();
    for row in &rows {
        *ends.entry(row.end()).or_default() += 1;
    }
    let mut verdict = Verdict {
        run: evidence.run,
        database: evidence.database,
        messages: placed.committed.len(),
        rolled_back: placed.rolled_back.len(),
        faults: evidence.faults,
        posts: evidence.posts.len(),
        accepted: evidence.accepted.len(),
        ends,
        lost,
        duplicated: pick(&|row| in_time.punctual(row) > 1),
        late: pick(&|row| in_time.all(row) > 1 && in_time.punctual(row) <= 1),
        stuck: pick(&|row| !row.is_settled()),
        posts_over_4: pick(&|row| posted(row).of_its_own(row) > POSTS_MAX),
        unledgered: evidence.seen.unledgered,
        misnumbered: pick(&|row| row.attempts != row.highest),
        phantom,
        unnoticed: pick(&|row| row.notices != i64::from(row.has_failed())),
        failed_for_account: pick(&|row| {
            let certain = row.has_failed() && !row.is_of_unknown_outcome();
            certain && in_time.all(row) == 0 && posted(row).is_charged_for_account(row)
        }),
        unknown_for_nothing: pick(&|row| {
            row.is_of_unknown_outcome() && !shown_otherwise.contains(row.digits())
        }),
        idle_in_transaction: evidence.seen.idle_in_transaction,
        integrity,
        attempts: BTreeMap::new(),
        seconds: evidence.seconds,
    };
    let mut attempts = BTreeMap::new();
    for id in verdict.named() {
        attempts.insert(id.clone(), evidence.beside.ledger(id).await?);
    }
    verdict.attempts = attempts;
    Ok(verdict)
}

/// The POSTs of one text.
#[derive(Debug, Clone, Copy, Default)]
struct Posts {
    all: i64,
    /// Attempts that were refused because of the account, and that no message pays for.
    troubled: i64,
    /// Attempts that were refused for any other reason.
    refused: i64,
}

impl Posts {
    fn count(&mut self, post: &Post) {
        let (never, troubled) =
            (post.played.acceptance() == Acceptance::Never, skies::met_trouble(post));
        self.all += 1;
        self.troubled += i64::from(troubled);
        self.refused += i64::from(never && !troubled);
    }

    /// Returns the number of the message's own POSTs. That is the larger of the gateway's count and
    /// the ledger's, less the POSTs that count for the account alone.
    fn of_its_own(&self, row: &Row) -> i64 {
        self.all.max(row.highest) - self.troubled
    }

    /// Returns true if the ledger charges the message with a refusal that was about the account. A
    /// POST whose answer nobody heard, since the worker died or the gateway hung, counts as the
    /// storm's.
    fn is_charged_for_account(&self, row: &Row) -> bool {
        self.troubled > 0 && row.refused > self.refused
    }
}

/// Counts of acceptances by text: all, and those within the settle window after their POST.
struct InTime<'a>(HashMap<&'a str, (usize, usize)>);

impl<'a> InTime<'a> {
    fn of(posts: &[Post], accepted: &'a [Accepted]) -> Self {
        let arrived: HashMap<u64, _> =
            posts.iter().map(|post| (post.arrival, post.received_at)).collect();
        let mut by_text = HashMap::<&str, (usize, usize)>::new();
        for accepted in accepted {
            let (all, punctual) = by_text.entry(accepted.text.as_str()).or_default();
            *all += 1;
            let posted = arrived.get(&accepted.arrival);
            let late = posted.is_some_and(|at| accepted.accepted_at - *at > SETTLE_WINDOW);
            *punctual += usize::from(!late);
        }
        Self(by_text)
    }

    fn all(&self, row: &Row) -> usize {
        self.0.get(row.text.as_str()).map_or(0, |(all, _)| *all)
    }

    fn punctual(&self, row: &Row) -> usize {
        self.0.get(row.text.as_str()).map_or(0, |(_, punctual)| *punctual)
    }
}
