//! A message with all that belongs to it.

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{
    Attempt, AttemptRecord, Failure, Message, OwedRow, Progress, SentText, StateRow, Step,
};
use whatsapp_core::port::{
    Begin, Claimed, Lane, Lease, Notice, QueuePoint, Settlement, StoreError,
};
use whatsapp_core::{AccountId, DigestId, LeaseToken, Private};

use super::Held;

/// A message with all that belongs to it. The outbox row is `message.state.owed`.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) message: Message,
    pub(super) account: AccountId,
    pub(super) lease: Option<Held>,
    pub(super) expired_leases: u32,
    pub(super) attempts: Vec<Attempt>,
    /// The number and text with which each attempt was begun.
    pub(super) sent: Vec<Sent>,
    pub(super) notice: Option<NoticeRecord>,
}

/// The text of an attempt, and the number that it went to.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) number_key: String,
    pub(super) number: Private,
    pub(super) text: SentText,
}

#[derive(Debug, Clone)]
pub(super) struct NoticeRecord {
    pub(super) notice: Notice,
    pub(super) digest: Option<DigestId>,
}

/// The number of [`Owed`](whatsapp_core::port::Owed) that counts a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Waiting,
    InDoubt,
    Watched,
}

impl Record {
    pub(super) fn new(message: Message, account: AccountId) -> Self {
        Self {
            message,
            account,
            lease: None,
            expired_leases: 0,
            attempts: Vec::new(),
            sent: Vec::new(),
            notice: None,
        }
    }

    /// The progress of the message, with the attempts counted in the ledger.
    fn progress(&self) -> Result<Progress, StoreError> {
        let state = &self.message.state;
        state
            .progress(state.counts(&self.attempts))
            .map_err(|wrong| StoreError::Corrupt { entity: "message", column: wrong.column })
    }

    pub(super) fn open_attempt(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|a| a.outcome.is_none())
    }

    /// The lane of the message; `None` when nothing is owed.
    pub(super) fn lane(&self) -> Option<Lane> {
        self.message.state.owed.map(|owed| Lane::of(owed.step, owed.class))
    }

    /// The message's place in the order of claims; `None` when nothing is owed.
    pub(super) fn point(&self) -> Option<QueuePoint> {
        let Message { facts, state, .. } = &self.message;
        state.owed.map(|owed| QueuePoint { due_at: owed.due_at, message_id: facts.id })
    }

    /// Time at which the message is due, or the end of its lease; `None` when nothing is owed.
    pub(super) fn wakes_at(&self) -> Option<DateTime<Utc>> {
        let owed = self.message.state.owed?;
        Some(self.lease.map_or(owed.due_at, |held| held.until))
    }

    /// The stage under which people count what is owed.
    pub(super) fn stage(&self) -> Option<Stage> {
        self.message.state.owed.map(|owed| match owed {
            OwedRow { step: Step::Watch, .. } => Stage::Watched,
            OwedRow { open_since: None, .. } => Stage::Waiting,
            _ => Stage::InDoubt,
        })
    }

    /// Opens an attempt.
    pub(super) fn begin(&mut self, begin: &Begin, owed: OwedRow) {
        let mut attempt = Attempt::begun(begin.no, begin.at);
        attempt.part = begin.part;
        attempt.via.clone_from(&begin.via);
        self.attempts.push(attempt);
        self.sent.push(Sent {
            number_key: begin.number_key.clone(),
            number: begin.number.clone(),
            text: begin.text,
        });
        if let Some(revision) = &begin.revision {
            let facts = &mut self.message.facts;
            facts.whatsapp_number = revision.number.clone();
            facts.text = revision.text.clone();
            facts.values.clone_from(&revision.values);
            facts.template_id = revision.template_id;
            facts.template_version = revision.template_version;
            if let (Some(file), Some(link)) = (&mut facts.attachment, &revision.link) {
                *file = file.clone().behind(link.clone());
            }
        }
        self.message.state.owed = Some(OwedRow {
            step: Step::Send,
            class: owed.class,
            due_at: owed.due_at,
            open_since: Some(begin.at),
            open_mark: Some(begin.elapsed),
            look_mark: None,
            posts: begin.no,
            free_posts: owed.free_posts,
            looks: 0,
            looks_unavailable: 0,
        });
    }

    /// Writes the result of the message.
    pub(super) fn settle(&mut self, settlement: &Settlement) -> Result<(), StoreError> {
        if let Some(known) = &settlement.attempt {
            self.write_attempt(known)?;
        }
        self.change(&settlement.state, settlement.at);
        let message = &mut self.message;
        keep_or_set(&mut message.gateway_id, settlement.gateway_id.as_ref());
        keep_or_set(&mut message.api_response, settlement.api_response.as_ref());
        if let Some(failure) = settlement.state.failed_for_good() {
            self.owe_notice(failure, settlement.at);
        }
        Ok(())
    }

    /// Writes what is now known about an attempt. Without an outcome it stays as open as it was.
    pub(super) fn write_attempt(&mut self, known: &AttemptRecord) -> Result<(), StoreError> {
        let attempt = self.attempts.iter_mut().find(|a| a.no == known.no);
        let attempt = attempt.ok_or_else(|| StoreError::Other {
            reason: "the attempt is not in the ledger".to_owned(),
        })?;
        if known.gateway_id.is_some() && attempt.outcome.or(known.outcome).is_none() {
            let reason = "an attempt that is open owns no id".to_owned();
            return Err(StoreError::Other { reason });
        }
        attempt.finished_at = Some(known.finished_at);
        keep_or_set(&mut attempt.outcome, known.outcome.as_ref());
        keep_or_set(&mut attempt.http_status, known.http_status.as_ref());
        keep_or_set(&mut attempt.detail, known.detail.as_ref());
        keep_or_set(&mut attempt.gateway_id, known.gateway_id.as_ref());
        Ok(())
    }

    /// Writes a new state: the one place where a message changes and leases end.
    pub(super) fn change(&mut self, state: &StateRow, at: DateTime<Utc>) {
        state.clone_into(&mut self.message.state);
        let later = self.message.updated_at + TimeDelta::microseconds(1);
        self.message.updated_at = later.max(at);
        self.lease = None;
        self.expired_leases = 0;
    }

    /// Owes a notice about the failure, unless one was ever owed before.
    pub(super) fn owe_notice(&mut self, failure: &Failure, at: DateTime<Utc>) {
        let Message { facts, state, .. } = &self.message;
        let notice = Notice {
            message_id: facts.id,
            subject: facts.subject.clone(),
            customer_id: Some(facts.customer_id.clone()),
            customer_name: facts.customer_name.clone(),
            whatsapp_number: facts.whatsapp_number.clone(),
            message_type: facts.message_type,
            trigger: facts.trigger,
            failure: failure.clone(),
            failed_at: at,
            retry_count: state.retry_count,
        };
        self.notice.get_or_insert(NoticeRecord { notice, digest: None });
    }

    pub(super) fn claimed(&self, token: LeaseToken) -> Result<Option<Claimed>, StoreError> {
        let Some(owed) = self.message.state.owed else {
            return Ok(None);
        };
        let facts = &self.message.facts;
        Ok(Some(Claimed {
            lease: Lease { message_id: facts.id, token },
            step: owed.step,
            due_at: owed.due_at,
            progress: self.progress()?,
            expired_leases: self.expired_leases,
            key: facts.key.clone(),
            message_type: facts.message_type,
            customer_id: facts.customer_id.clone(),
            whatsapp_number: facts.whatsapp_number.clone(),
            text: facts.text.clone(),
            values: facts.values.clone(),
            template_id: facts.template_id,
            template_version: facts.template_version,
            attachment: facts.attachment.clone(),
            invoice_id: facts.invoice_id.clone(),
            created_at: facts.created_at,
            scheduled_for: facts.scheduled_for,
            expires_at: facts.expires_at,
            max_retries: facts.max_retries,
            gateway_id: self.message.gateway_id.clone(),
        }))
    }
}

/// Sets a column; `None` keeps the old value.
fn keep_or_set<T: Clone>(column: &mut Option<T>, value: Option<&T>) {
    if value.is_some() {
        *column = value.cloned();
    }
}
