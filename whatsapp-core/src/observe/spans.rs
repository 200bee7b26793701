//! The spans: their names and fields, and the functions that open them.
//!
//! A span of work on a message is of the level `info`, so that each warning within it tells its
//! message. A span by itself writes no line. Batches serve many messages, so their spans have no
//! parent: whichever message's task drives a batch, the batch is not its.

use chrono::NaiveDate;
use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

use super::field::{
    ACCOUNT, ATTEMPT, CAMPAIGN_ID, COUNT, DAY, HTTP_STATUS, MESSAGE_ID, MESSAGE_STEP, MESSAGE_TYPE,
    NOTICE_KIND, OUTCOME, PART,
};
use crate::id::{AccountId, CampaignId};
use crate::message::Progress;
use crate::port::Claimed;

/// A span by which a service is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpanDef {
    /// The name of the span.
    pub name: &'static str,
    /// The level of the span: `info` or `debug`.
    pub level: &'static str,
    /// The names of its fields. Some have no value before the end of the span.
    pub fields: &'static [&'static str],
}

impl SpanDef {
    const fn info(name: &'static str, fields: &'static [&'static str]) -> Self {
        Self { name, level: "info", fields }
    }
}

const ENQUEUE: SpanDef = SpanDef::info("whatsapp.enqueue", &[COUNT, MESSAGE_ID, ACCOUNT]);
const CLAIM: SpanDef =
    SpanDef { name: "whatsapp.claim", level: "debug", fields: &[COUNT, ACCOUNT] };
const MESSAGE: SpanDef =
    SpanDef::info("whatsapp.message", &[MESSAGE_ID, MESSAGE_TYPE, MESSAGE_STEP, ACCOUNT, OUTCOME]);
const BEGIN: SpanDef = SpanDef::info("whatsapp.begin", &[COUNT, ACCOUNT]);
const POST: SpanDef =
    SpanDef::info("whatsapp.post", &[MESSAGE_ID, ATTEMPT, PART, ACCOUNT, OUTCOME, HTTP_STATUS]);
const LOOK: SpanDef = SpanDef::info("whatsapp.look", &[MESSAGE_ID, ATTEMPT, ACCOUNT, OUTCOME]);
const SETTLE: SpanDef = SpanDef::info("whatsapp.settle", &[COUNT, ACCOUNT]);
const NOTICE: SpanDef = SpanDef::info("whatsapp.notice", &[NOTICE_KIND, COUNT, OUTCOME]);
const PLAN: SpanDef = SpanDef::info("whatsapp.plan", &[DAY, COUNT]);
const CAMPAIGN: SpanDef = SpanDef::info("whatsapp.campaign", &[CAMPAIGN_ID, COUNT]);

/// All spans of this crate: first those on the way of a message, in its order.
///
/// ```
/// use whatsapp_core::observe::SPANS;
///
/// let post = SPANS.iter().find(|span| span.name == "whatsapp.post");
/// assert!(post.is_some_and(|span| span.fields.contains(&"message.id")));
/// ```
pub const SPANS: &[SpanDef] =
    &[ENQUEUE, CLAIM, MESSAGE, BEGIN, POST, LOOK, SETTLE, NOTICE, PLAN, CAMPAIGN];

/// Opens the span of a call that enqueues `count` requests. A single message's id is recorded once
/// it is known.
pub(crate) fn enqueue(account: AccountId, count: usize) -> Span {
    info_span!(ENQUEUE.name, { COUNT } = count, { MESSAGE_ID } = Empty, { ACCOUNT } = account.get())
}

/// Opens the span of a pass's claims. The number of claimed messages is recorded at its end.
pub(crate) fn claim(account: AccountId) -> Span {
    debug_span!(CLAIM.name, { COUNT } = Empty, { ACCOUNT } = account.get())
}

/// Opens the span of the work on a claimed message, until its outcome is written down.
pub(crate) fn message(account: AccountId, claimed: &Claimed) -> Span {
    info_span!(
        MESSAGE.name,
        { MESSAGE_ID } = %claimed.lease.message_id,
        { MESSAGE_TYPE } = %claimed.message_type,
        { MESSAGE_STEP } = claimed.step.as_str(),
        { ACCOUNT } = account.get(),
        { OUTCOME } = Empty
    )
}

/// Opens the span of a batch of begins.
pub(crate) fn begin(account: AccountId, count: usize) -> Span {
    info_span!(parent: None, BEGIN.name, { COUNT } = count, { ACCOUNT } = account.get())
}

/// Opens the span of a POST. `waiting` is the message before it.
pub(crate) fn post(account: AccountId, claimed: &Claimed, waiting: &Progress) -> Span {
    info_span!(
        POST.name,
        { MESSAGE_ID } = %claimed.lease.message_id,
        { ATTEMPT } = waiting.posts + 1,
        { PART } = waiting.part.as_str(),
        { ACCOUNT } = account.get(),
        { OUTCOME } = Empty,
        { HTTP_STATUS } = Empty
    )
}

/// Opens the span of a look at an attempt in the gateway's list.
pub(crate) fn look(account: AccountId, claimed: &Claimed) -> Span {
    info_span!(
        LOOK.name,
        { MESSAGE_ID } = %claimed.lease.message_id,
        { ATTEMPT } = claimed.progress.posts,
        { ACCOUNT } = account.get(),
        { OUTCOME } = Empty
    )
}

/// Opens the span of a batch of outcomes, or of claims that are given back.
pub(crate) fn settle(account: AccountId, count: usize) -> Span {
    info_span!(parent: None, SETTLE.name, { COUNT } = count, { ACCOUNT } = account.get())
}

/// Opens the span of a mail about failures or about the account.
pub(crate) fn notice(kind: &'static str, count: usize) -> Span {
    info_span!(NOTICE.name, { NOTICE_KIND } = kind, { COUNT } = count, { OUTCOME } = Empty)
}

/// Opens the span of a planner's work on a date. The number of new messages is recorded at its end.
pub(crate) fn plan(day: NaiveDate) -> Span {
    info_span!(PLAN.name, { DAY } = %day, { COUNT } = Empty)
}

/// Opens the span of a turn of a campaign that runs. The number of new messages is recorded at its
/// end.
pub(crate) fn campaign(id: CampaignId) -> Span {
    info_span!(CAMPAIGN.name, { CAMPAIGN_ID } = %id, { COUNT } = Empty)
}
