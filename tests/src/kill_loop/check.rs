//! The checker: holds what was enqueued, what the gateway saw and what the database says against
//! each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, FromRow, query_as, query_scalar};
use whatsapp_core::MessageId;
use whatsapp_testkit::gateway::{Accepted, Post};

use super::Plan;
use super::journal::Entries;

/// The most POSTs that a message may have.
const POSTS_MAX: i64 = 4;

/// An acceptance later than this after its POST is the one kind of duplicate that the library does
/// not promise to prevent.
const SETTLE_WINDOW: TimeDelta = TimeDelta::minutes(30);

/// All that is known about a run.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) plan: &'a Plan,
    pub(super) database: &'a Path,
    pub(super) enqueued: &'a [MessageId],
    pub(super) posts: Vec<Post>,
    pub(super) accepted: Vec<Accepted>,
    pub(super) unledgered: Vec<String>,
    pub(super) journal: Entries,
    pub(super) kills: u32,
    pub(super) pauses: u32,
    pub(super) seconds: u64,
}

/// What a run came to. The lists name messages; each must be empty.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Which run it was.
    pub run: String,
    /// Messages enqueued.
    pub messages: usize,
    /// Workers killed with SIGKILL.
    pub kills: u32,
    /// Workers frozen with SIGSTOP for longer than their leases.
    pub pauses: u32,
    /// Workers held up between a reply and its settle.
    pub held: usize,
    /// POSTs that arrived at the gateway.
    pub posts: usize,
    /// Those of them that it accepted.
    pub accepted: usize,
    /// Writes that the fence refused.
    pub fenced: usize,
    /// How many messages ended how.
    pub ends: BTreeMap<String, usize>,
    /// Enqueued but not in the database; `sent` but never accepted; `failed`, for another reason than
    /// an unknown outcome, but accepted; accepted by the ledger's own account but not `sent`.
    pub lost: Vec<String>,
    /// Accepted more than once.
    pub duplicated: Vec<String>,
    /// Accepted once more, but later after the POST than the library waits: not its fault.
    pub late: Vec<String>,
    /// Not settled in time, or settled with an attempt still open.
    pub stuck: Vec<String>,
    /// POSTed or attempted more than four times.
    pub over4: Vec<String>,
    /// POSTs that came before their attempt was in the ledger.
    pub unledgered: Vec<String>,
    /// Whose attempts are not numbered 1, 2, 3…
    pub misnumbered: Vec<String>,
    /// Texts that were POSTed and never enqueued, or whose message was cancelled.
    pub phantom: Vec<String>,
    /// Failed without a notice, or with a notice and not failed.
    pub unnoticed: Vec<String>,
    /// What SQLite says about its file: `ok`.
    pub integrity: String,
    /// How long the run took.
    pub seconds: u64,
}

impl Verdict {
    /// Whether nothing was found, and there was something to find: writes that came too late.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings().iter().all(|(_, found)| *found == 0)
            && self.integrity == "ok"
            && self.fenced > 0
    }

    /// Whether a customer got nothing or too much.
    #[must_use]
    pub const fn is_caught(&self) -> bool {
        !self.duplicated.is_empty() || !self.lost.is_empty()
    }

    fn findings(&self) -> [(&'static str, usize); 8] {
        [
            ("lost", self.lost.len()),
            ("duplicated", self.duplicated.len()),
            ("stuck", self.stuck.len()),
            ("over4", self.over4.len()),
            ("unledgered", self.unledgered.len()),
            ("misnumbered", self.misnumbered.len()),
            ("phantom", self.phantom.len()),
            ("unnoticed", self.unnoticed.len()),
        ]
    }
}

/// The one line that tells it all.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "KILL-LOOP run={} messages={} kills={} pauses={} held={} posts={} accepted={} fenced={}",
            self.run,
            self.messages,
            self.kills,
            self.pauses,
            self.held,
            self.posts,
            self.accepted,
            self.fenced,
        )?;
        for (name, found) in self.findings() {
            write!(f, " {name}={found}")?;
        }
        write!(f, " late={} integrity={}", self.late.len(), self.integrity)?;
        for (end, count) in &self.ends {
            write!(f, " {end}={count}")?;
        }
        write!(f, " seconds={}", self.seconds)
    }
}

#[derive(Debug, FromRow)]
struct Row {
    id: String,
    text: String,
    status: String,
    failure_kind: Option<String>,
    retrying: bool,
    notices: i64,
    open: i64,
    attempts: i64,
    highest: i64,
    acknowledged: bool,
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
}

const ROWS: &str = "SELECT l.id, l.message_content AS text, l.status, l.failure_kind, \
     l.next_attempt_at IS NOT NULL AS retrying, \
     (SELECT count(*) FROM whatsapp_notices AS n WHERE n.message_id = l.id) AS notices, \
     (SELECT count(*) FROM whatsapp_message_attempts AS a \
      WHERE a.message_id = l.id AND a.outcome IS NULL) AS open, \
     (SELECT count(*) FROM whatsapp_message_attempts AS a WHERE a.message_id = l.id) AS attempts, \
     (SELECT coalesce(max(a.no), 0) FROM whatsapp_message_attempts AS a \
      WHERE a.message_id = l.id) AS highest, \
     EXISTS (SELECT 1 FROM whatsapp_message_attempts AS a \
      WHERE a.message_id = l.id AND a.outcome = 'accepted') AS acknowledged \
     FROM whatsapp_message_logs AS l ORDER BY l.id";

/// How many messages are accepted by the ledger's own account but not `sent`. Both are written in
/// one transaction, so that at no instant there may be any.
const CONTRADICTIONS: &str = "SELECT count(DISTINCT l.id) FROM whatsapp_message_attempts AS a \
     JOIN whatsapp_message_logs AS l ON l.id = a.message_id \
     WHERE a.outcome = 'accepted' AND l.status <> 'sent'";

/// Whether the ledger contradicts the log at this instant.
pub(super) async fn has_contradictions(database: &Path) -> Result<bool> {
    let mut connection = reader(database).await?;
    let count: i64 = query_scalar(CONTRADICTIONS).fetch_one(&mut connection).await?;
    Ok(count > 0)
}

async fn reader(database: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    options.connect().await.context("the database cannot be read")
}

/// Whether any text was accepted twice.
pub(super) fn has_duplicates(accepted: &[Accepted]) -> bool {
    let mut texts = BTreeSet::new();
    !accepted.iter().all(|accepted| texts.insert(accepted.text.as_str()))
}

/// Looks at everything that is known.
pub(super) async fn judge(evidence: &Evidence<'_>) -> Result<Verdict> {
    let mut connection = reader(evidence.database).await?;
    let rows: Vec<Row> = query_as(ROWS).fetch_all(&mut connection).await?;
    let integrity = integrity(&mut connection).await?;
    let in_time = InTime::of(&evidence.posts, &evidence.accepted);
    let posts = evidence.posts.iter().fold(HashMap::<&str, i64>::new(), |mut posts, post| {
        *posts.entry(post.text.as_str()).or_default() += 1;
        posts
    });
    let pick = |wrong: &dyn Fn(&Row) -> bool| -> Vec<String> {
        rows.iter().filter(|row| wrong(row)).map(|row| row.id.clone()).collect()
    };
    let posted = |row: &Row| posts.get(row.text.as_str()).copied().unwrap_or(0);
    let there: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let known: HashMap<&str, &Row> = rows.iter().map(|row| (row.text.as_str(), row)).collect();
    let mut lost = pick(&|row| match row.status.as_str() {
        status if status != "sent" && row.acknowledged => true,
        "sent" => in_time.all(row) == 0,
        "failed" if !row.retrying && row.failure_kind.as_deref() != Some("unknown_outcome") => {
            in_time.all(row) > 0
        }
        _ => false,
    });
    let ids = evidence.enqueued.iter().map(MessageId::to_string);
    lost.extend(ids.filter(|id| !there.contains(id.as_str())));
    let mut ends = BTreeMap::new();
    for row in &rows {
        *ends.entry(row.end()).or_default() += 1;
    }
    Ok(Verdict {
        run: evidence.plan.name(),
        messages: evidence.enqueued.len(),
        kills: evidence.kills,
        pauses: evidence.pauses,
        held: evidence.journal.held,
        posts: evidence.posts.len(),
        accepted: evidence.accepted.len(),
        fenced: evidence.journal.fenced,
        ends,
        lost,
        duplicated: pick(&|row| in_time.punctual(row) > 1),
        late: pick(&|row| in_time.all(row) > 1 && in_time.punctual(row) <= 1),
        stuck: pick(&|row| !row.is_settled()),
        over4: pick(&|row| posted(row) > POSTS_MAX || row.highest > POSTS_MAX),
        unledgered: evidence.unledgered.clone(),
        misnumbered: pick(&|row| row.attempts != row.highest),
        phantom: posts
            .keys()
            .filter(|text| known.get(**text).is_none_or(|row| row.status == "cancelled"))
            .map(|text| (*text).to_owned())
            .collect(),
        unnoticed: pick(&|row| row.notices != i64::from(row.has_failed())),
        integrity,
        seconds: evidence.seconds,
    })
}

/// Acceptances by text: all, and those within the settle window after their POST.
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

async fn integrity(connection: &mut SqliteConnection) -> Result<String> {
    let lines: Vec<String> = query_scalar("PRAGMA integrity_check").fetch_all(connection).await?;
    Ok(lines.join("; "))
}
