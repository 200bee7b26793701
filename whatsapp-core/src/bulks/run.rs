//! Doing confirmed acts, one message after the other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::Bulks;
use crate::bulk::{Bulk, BulkAct, BulkItem, BulkOutcome};
use crate::chore::{Chore, Next, Turn};
use crate::consent::Consent;
use crate::id::{AuditId, LeaseToken, MessageId};
use crate::messenger::{ManageError, Resend, Wish, resend_among_many};
use crate::port::{BulkClaim, BulkResult, BulkWrite, StoreError, random};
use crate::visible::sentence;
use crate::wake::Wake;
use crate::wiring::{Ports, WiringError};

/// Interval for finding acts that another process confirmed.
const EVERY: Duration = Duration::from_secs(10);

/// Rest of a runner after a turn with nothing to do, however often it is woken.
const REST: Duration = Duration::from_secs(1);

/// The lease of a claim: much longer than its messages take.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// The batch size: messages per claim. Outcomes are written down after each batch, so stopping an
/// act takes one batch at most.
const BATCH: u32 = 25;

/// Time that an unconfirmed act is kept.
const UNCONFIRMED: TimeDelta = TimeDelta::days(1);

/// Does confirmed acts on many messages. Each message is handled by an act of its own, with its
/// entry in the audit, and as it was seen. Messages that a process finished before it died are not
/// done again.
///
/// A [`Runner`](crate::Runner) runs it. Any number of processes may.
#[derive(Debug)]
pub struct BulkRunner {
    bulks: Bulks,
    stopping: AtomicBool,
    wake: Wake,
}

/// Reason why one message's turn failed.
enum Broken {
    /// Trouble with the database, the settings or the host's records: the rest has its turn later.
    Off(ManageError),
    /// Trouble of the message itself: the sentence says why.
    Own(BulkOutcome, String),
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Off(error.into())
    }
}

impl BulkRunner {
    /// A runner over these ports.
    ///
    /// # Errors
    /// [`WiringError::NoBulk`] where they keep no acts on many messages.
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let wake = ports.wake.below();
        Ok(Self { bulks: Bulks::new(ports)?, stopping: AtomicBool::new(false), wake })
    }

    /// Gives some messages of a confirmed act their turn; `false` where none were left to do.
    ///
    /// # Errors
    /// [`ManageError`] when the database or the host does not answer, or the settings cannot be
    /// used: the rest has its turn later.
    pub async fn tick(&self) -> Result<bool, ManageError> {
        let (ports, store) = (&self.bulks.ports, &self.bulks.store);
        let now = ports.clock.now();
        let token = LeaseToken::new(now, random(ports.entropy.as_ref()));
        let claim = BulkClaim { token, now, until: now + LEASE, limit: BATCH };
        let Some((bulk, items)) = store.claim_bulk(&claim).await? else {
            store.forget_bulk(now - UNCONFIRMED).await?;
            return Ok(false);
        };
        let (mut results, mut broke_off) = (Vec::with_capacity(items.len()), None);
        for item in &items {
            // After this long the lease may be over, and the claim another process's.
            let is_late = ports.clock.now() >= claim.until - LEASE / 2;
            if self.stopping.load(Ordering::SeqCst) || is_late {
                break;
            }
            match self.act(&bulk, item).await {
                Ok(fresh) => results.push(result(item, BulkOutcome::Done, None, fresh)),
                Err(Broken::Own(outcome, why)) => {
                    results.push(result(item, outcome, Some(sentence(&why)), None));
                }
                Err(Broken::Off(error)) => {
                    broke_off = Some(error);
                    break;
                }
            }
        }
        let at = ports.clock.now();
        store.write_bulk(&BulkWrite { id: bulk.id, token, at, results }).await?;
        broke_off.map_or(Ok(true), Err)
    }

    /// Does the act to one message, and returns the new message if it made one.
    async fn act(&self, bulk: &Bulk, item: &BulkItem) -> Result<Option<MessageId>, Broken> {
        let (messenger, id) = (&self.bulks.messenger, item.message_id);
        let hours = if bulk.agreed.hours { Consent::Given } else { Consent::NotAsked };
        let wish = || Wish::of(&bulk.by).over(item.seen).as_entry(item.entry);
        let done = match bulk.act {
            BulkAct::Retry => messenger.retry(id, hours, wish().after_resends(0)).await,
            BulkAct::Cancel => messenger.cancel(id, wish()).await,
            BulkAct::Resend => {
                if let Some(fresh) = self.sent_again(item).await? {
                    return Ok(Some(fresh));
                }
                let resend = Resend {
                    seen: Some(item.seen),
                    confirmed: bulk.agreed.arrived,
                    outside_hours: hours,
                    ..Resend::new(id, bulk.by.clone())
                };
                resend_among_many(&self.bulks.ports, &resend, item.entry).await.map(drop)
            }
        };
        match done {
            Ok(()) if bulk.act != BulkAct::Resend => Ok(None),
            // Another click may have been faster, to which the messenger gives the same answer.
            Ok(()) => match self.sent_again(item).await? {
                Some(fresh) => Ok(Some(fresh)),
                None => Err(changed()),
            },
            Err(ManageError::Changed | ManageError::Store(StoreError::Conflict { .. })) => {
                if self.is_entered(item.entry).await? { Ok(None) } else { Err(changed()) }
            }
            Err(error) => Err(broken(error)),
        }
    }

    /// The message that took this one's place by this very act; an error if another act
    /// replaced it.
    async fn sent_again(&self, item: &BulkItem) -> Result<Option<MessageId>, Broken> {
        let resends = self.bulks.messenger.resends(item.message_id).await?;
        let Some(fresh) = resends.first() else { return Ok(None) };
        if self.is_entered(item.entry).await? {
            return Ok(Some(*fresh));
        }
        Err(Broken::Own(BulkOutcome::LeftOut, "it was sent again already".to_owned()))
    }

    async fn is_entered(&self, entry: AuditId) -> Result<bool, StoreError> {
        Ok(!self.bulks.store.entered(&[entry]).await?.is_empty())
    }
}

fn changed() -> Broken {
    let why = "somebody changed the message after it was counted";
    Broken::Own(BulkOutcome::LeftOut, why.to_owned())
}

/// Sorts an error: trouble of one message, or of all.
fn broken(error: ManageError) -> Broken {
    let why = error.to_string();
    match error {
        // A row that cannot be read any more is the message's own trouble.
        ManageError::Store(StoreError::Corrupt { .. })
        | ManageError::Number(_)
        | ManageError::Compose(_)
        | ManageError::FileGone
        | ManageError::FileUnreachable => Broken::Own(BulkOutcome::Failed, why),
        ManageError::Store(_) | ManageError::Settings(_) | ManageError::Directory(_) => {
            Broken::Off(error)
        }
        ManageError::Unconfirmed => {
            let why = "it may have arrived, and nobody confirmed that it did not";
            Broken::Own(BulkOutcome::LeftOut, why.to_owned())
        }
        ManageError::OutsideHours(_) => {
            let why = "it would have gone out outside the hours, and nobody agreed to that";
            Broken::Own(BulkOutcome::LeftOut, why.to_owned())
        }
        ManageError::Unknown
        | ManageError::Forbidden(_)
        | ManageError::TypeUnknown(_)
        | ManageError::NotInBulk
        | ManageError::OnlyAlone(_)
        | ManageError::Declined(_)
        | ManageError::NotOffered(_)
        | ManageError::HasPassed(_)
        | ManageError::Year(_)
        | ManageError::TooFarAhead { .. }
        | ManageError::TooLate(_)
        | ManageError::OfReminder { .. }
        | ManageError::OfCampaign(_)
        | ManageError::Changed => Broken::Own(BulkOutcome::LeftOut, why),
    }
}

fn result(
    item: &BulkItem,
    outcome: BulkOutcome,
    why: Option<String>,
    fresh: Option<MessageId>,
) -> BulkResult {
    BulkResult { no: item.no, outcome, sentence: why.map(Into::into), fresh }
}

#[async_trait]
impl Chore for BulkRunner {
    fn name(&self) -> &'static str {
        "bulk"
    }

    fn wake(&self) -> Wake {
        self.wake.clone()
    }

    async fn turn(&self, _: DateTime<Utc>) -> Turn {
        match self.tick().await {
            Ok(true) => Turn::next(Next::In(Duration::ZERO)),
            Ok(false) => Turn::next(Next::In(EVERY)).with_rest(REST),
            Err(error) => {
                tracing::warn!(error = %error, "an act on many messages broke off; it goes on later");
                Turn::next(Next::In(EVERY)).with_rest(EVERY)
            }
        }
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    async fn finish(&self) {}
}
