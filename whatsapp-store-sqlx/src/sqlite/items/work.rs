//! Work that is left to do, and the leases of those who do it.

use chrono::{DateTime, Utc};
use serde_tuple::Serialize_tuple;
use whatsapp_core::message::{Cause, Class, Failure, FailureKind, OwedRow, Step};
use whatsapp_core::port::Lease;
use whatsapp_core::{LeaseToken, MessageId};

use super::super::codec::micros;

/// The work that is left to do for a message.
#[derive(Serialize_tuple)]
pub(in super::super) struct OwedItem {
    message_id: MessageId,
    step: Step,
    class: Class,
    due_at: i64,
    open_since: Option<i64>,
    open_base: Option<i64>,
    open_elapsed: Option<i64>,
    look_base: Option<i64>,
    look_elapsed: Option<i64>,
    posts: u32,
    free_posts: u32,
    looks: u32,
    looks_unavailable: u32,
}

impl OwedItem {
    pub(in super::super) fn new(message_id: MessageId, owed: &OwedRow) -> Self {
        Self {
            message_id,
            step: owed.step,
            class: owed.class,
            due_at: micros(owed.due_at),
            open_since: owed.open_since.map(micros),
            open_base: owed.open_mark.map(|mark| mark.base.to_i64()),
            open_elapsed: owed.open_mark.map(|mark| mark.micros),
            look_base: owed.look_mark.map(|mark| mark.base.to_i64()),
            look_elapsed: owed.look_mark.map(|mark| mark.micros),
            posts: owed.posts,
            free_posts: owed.free_posts,
            looks: owed.looks,
            looks_unavailable: owed.looks_unavailable,
        }
    }
}

/// A lease to check or to end.
#[derive(Serialize_tuple)]
pub(in super::super) struct LeaseItem {
    message_id: MessageId,
    token: LeaseToken,
}

impl LeaseItem {
    pub(in super::super) const fn new(lease: &Lease) -> Self {
        Self { message_id: lease.message_id, token: lease.token }
    }
}

/// A notice to be sent.
#[derive(Serialize_tuple)]
pub(in super::super) struct NoticeItem<'a> {
    message_id: MessageId,
    created_at: i64,
    failure_kind: FailureKind,
    failure_cause: Cause,
    failure_reason: &'a str,
    retry_count: u32,
}

impl<'a> NoticeItem<'a> {
    /// The notice of a message that failed for good at `at`, after these retries.
    pub(in super::super) fn new(
        message_id: MessageId,
        failure: &'a Failure,
        retry_count: u32,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            message_id,
            created_at: micros(at),
            failure_kind: failure.kind,
            failure_cause: failure.cause,
            failure_reason: &failure.reason,
            retry_count,
        }
    }
}
