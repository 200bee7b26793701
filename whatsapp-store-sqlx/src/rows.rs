//! Conversion of rows to the core's values: one reader for each kind of row, for every database.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::audit::{Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::message::{
    AttachmentRef, Attempt, Facts, Failure, Fingerprint, KeyMark, Message, MessageKey,
    MessageValues, OwedRow, PostCount, SentText, StateRow, Via,
};
use whatsapp_core::port::{
    Account, AccountEvent, AuditCursor, AuditFilter, AuditPage, BrokenRow, Claimed, Count, Digest,
    DigestMark, Doubt, Enqueued, Lane, LaneQueue, Lease, NextDue, Notice, Owed, Pause, Saved,
    SettingRow, Sibling, StoreError, StoredTemplate, TemplateList, TemplateVersion,
    TemplateVersions,
};
use whatsapp_core::{AuditId, CustomerId, InvoiceId, LeaseToken, MessageId, Private, UserId};

use crate::codec::{Columns, Reader};
use crate::error::row_count;

/// Reason for refusing a replacement that names no failed message.
pub(crate) const REPLACES_NONE: &str = "a replacement needs the message that it replaces";

/// A digest whose next try is further away than this has waited since before a clock was set back.
pub(crate) const AGAIN_HORIZON: TimeDelta = TimeDelta::hours(1);

fn failure<R: Columns>(row: &Reader<'_, R>) -> Result<Option<Failure>, StoreError> {
    match (row.parsed_or_null("failure_kind")?, row.text_or_null("failure_reason")?) {
        (Some(kind), Some(reason)) => {
            let cause = row.parsed("failure_cause")?;
            Ok(Some(Failure::new(kind, reason).caused_by(cause)))
        }
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(row.corrupt("failure_reason")),
    }
}

fn attachment<R: Columns>(row: &Reader<'_, R>) -> Result<Option<AttachmentRef>, StoreError> {
    let Some(url) = row.text_or_null("attachment_url")? else {
        return Ok(None);
    };
    let kind = row.parsed("attachment_type")?;
    let mut attachment = AttachmentRef::new(url, kind, row.text("attachment_name")?);
    attachment.size = row.number_or_null("attachment_size")?;
    attachment.sha256 = row.text_or_null("attachment_sha256")?;
    attachment.until = row.instant_or_null("attachment_until")?;
    Ok(Some(attachment))
}

fn values<R: Columns>(row: &Reader<'_, R>) -> Result<Option<MessageValues>, StoreError> {
    row.checked_or_null("placeholder_values", |json| MessageValues::from_json(&json))
}

fn state<R: Columns>(row: &Reader<'_, R>) -> Result<StateRow, StoreError> {
    let mut state = StateRow::empty(row.parsed("status")?);
    state.part = row.parsed("part")?;
    state.retry_count = row.number("retry_count")?;
    state.next_attempt_at = row.instant_or_null("next_attempt_at")?;
    state.sent_at = row.instant_or_null("sent_at")?;
    state.delivery = row.parsed_or_null("delivery")?;
    state.failure = failure(row)?;
    state.cancel_reason = row.parsed_or_null("cancel_reason")?;
    if let Some(step) = row.parsed_or_null("step")? {
        state.owed = Some(OwedRow {
            step,
            class: row.parsed("class")?,
            due_at: row.instant("due_at")?,
            open_since: row.instant_or_null("open_since")?,
            open_mark: row.elapsed_or_null("open_base", "open_elapsed")?,
            look_mark: row.elapsed_or_null("look_base", "look_elapsed")?,
            posts: row.number("posts")?,
            free_posts: row.number("free_posts")?,
            looks: row.number("looks")?,
            looks_unavailable: row.number("looks_unavailable")?,
        });
    }
    Ok(state)
}

pub(crate) fn message(row: &impl Columns) -> Result<Message, StoreError> {
    let row = &Reader::new(row, "message");
    let held_for = row.parsed_or_null("held_for")?;
    let explanation = row.text_or_null("explanation")?.map(Private::from);
    Ok(Message {
        facts: Facts {
            id: row.parsed("id")?,
            key: row.checked("message_key", |key| MessageKey::new(key).ok())?,
            fingerprint: row.checked("fingerprint", |hex| Fingerprint::from_hex(&hex))?,
            customer_id: row.checked("customer_id", |id| CustomerId::new(id).ok())?,
            customer_name: row.private("customer_name")?,
            whatsapp_number: row.private("whatsapp_number")?,
            message_type: row.parsed("message_type")?,
            trigger: row.parsed("trigger_type")?,
            max_retries: row.number("max_retries")?,
            text: row.private("message_content")?,
            values: values(row)?,
            template_id: row.parsed_or_null("template_id")?,
            template_version: row.number_or_null("template_version")?,
            attachment: attachment(row)?,
            invoice_id: row.checked_or_null("invoice_id", |id| InvoiceId::new(id).ok())?,
            scheduled_for: row.instant_or_null("scheduled_for")?,
            expires_at: row.instant_or_null("expires_at")?,
            subject: row.text_or_null("subject")?,
            warning: row.text_or_null("warning")?,
            resend_of: row.parsed_or_null("resend_of")?,
            created_by: row.checked_or_null("created_by", |id| UserId::new(id).ok())?,
            created_at: row.instant("created_at")?,
        },
        state: state(row)?.explained(held_for, explanation),
        gateway_id: row.text_or_null("gateway_id")?,
        api_response: row.json_or_null("api_response")?,
        updated_at: row.instant("updated_at")?,
    })
}

pub(crate) fn claimed(row: &impl Columns, token: LeaseToken) -> Result<Claimed, StoreError> {
    let row = &Reader::new(row, "message");
    let state = state(row)?;
    let owed = state.owed.ok_or(row.corrupt("step"))?;
    let progress =
        state.progress(PostCount::default()).map_err(|wrong| row.corrupt(wrong.column))?;
    Ok(Claimed {
        lease: Lease { message_id: row.parsed("message_id")?, token },
        step: owed.step,
        due_at: owed.due_at,
        progress,
        reaps: row.number("reaps")?,
        key: row.checked("message_key", |key| MessageKey::new(key).ok())?,
        message_type: row.parsed("message_type")?,
        customer_id: row.checked("customer_id", |id| CustomerId::new(id).ok())?,
        whatsapp_number: row.private("whatsapp_number")?,
        text: row.private("message_content")?,
        values: values(row)?,
        template_id: row.parsed_or_null("template_id")?,
        template_version: row.number_or_null("template_version")?,
        attachment: attachment(row)?,
        invoice_id: row.checked_or_null("invoice_id", |id| InvoiceId::new(id).ok())?,
        created_at: row.instant("created_at")?,
        scheduled_for: row.instant_or_null("scheduled_for")?,
        expires_at: row.instant_or_null("expires_at")?,
        max_retries: row.number("max_retries")?,
        gateway_id: row.text_or_null("gateway_id")?,
    })
}

/// A message whose row cannot be read.
pub(crate) struct Unreadable {
    /// The id, in the form that the row has.
    pub(crate) id: String,
    pub(crate) column: &'static str,
    pub(crate) attempt_is_open: bool,
}

/// A claimed message, or its unreadable row.
pub(crate) fn claimed_or_unreadable(
    row: &impl Columns,
    token: LeaseToken,
) -> Result<Result<Claimed, Unreadable>, StoreError> {
    match claimed(row, token) {
        Err(StoreError::Corrupt { column, .. }) => {
            let row = Reader::new(row, "message");
            let attempt_is_open = !matches!(row.instant_or_null("open_since"), Ok(None));
            Ok(Err(Unreadable { id: row.text("message_id")?, column, attempt_is_open }))
        }
        claimed => claimed.map(Ok),
    }
}

/// Returns true if a message changed last at this time. A message whose time cannot be read is not
/// in the state that anybody saw.
pub(crate) fn is_as_seen<R: Columns>(row: &R, seen: DateTime<Utc>) -> bool {
    Reader::new(row, "message").instant("updated_at").is_ok_and(|at| at == seen)
}

/// Returns the fault if a message's row cannot be read; `owed` is its row of the outbox.
pub(crate) fn unreadable<R: Columns>(row: &R, owed: &R) -> Result<Option<Unreadable>, StoreError> {
    let column = match message(row) {
        Ok(read) => match read.state.progress(PostCount::default()) {
            Ok(_) => return Ok(None),
            Err(wrong) => wrong.column,
        },
        Err(StoreError::Corrupt { column, .. }) => column,
        Err(error) => return Err(error),
    };
    let id = Reader::new(row, "message").text("id")?;
    let open_since = Reader::new(owed, "outbox row").instant_or_null("open_since");
    Ok(Some(Unreadable { id, column, attempt_is_open: !matches!(open_since, Ok(None)) }))
}

pub(crate) fn attempt(row: &impl Columns) -> Result<Attempt, StoreError> {
    let row = &Reader::new(row, "attempt");
    let mut attempt = Attempt::begun(row.number("no")?, row.instant("started_at")?);
    attempt.part = row.parsed("part")?;
    attempt.via = via(row)?;
    attempt.finished_at = row.instant_or_null("finished_at")?;
    attempt.outcome = row.parsed_or_null("outcome")?;
    attempt.http_status = row.number_or_null("http_status")?;
    attempt.detail = row.text_or_null("detail")?;
    attempt.gateway_id = row.text_or_null("gateway_id")?;
    attempt.fetched_at = row.instant_or_null("fetched_at")?;
    attempt.fetched_bytes = row.number_or_null("fetched_bytes")?;
    Ok(attempt)
}

pub(crate) fn sibling(row: &impl Columns) -> Result<Sibling, StoreError> {
    let row = &Reader::new(row, "attempt");
    Ok(Sibling {
        message_id: row.parsed("message_id")?,
        no: row.number("no")?,
        number: row.private("whatsapp_number")?,
        text: row.checked("text_sha256", |hex| SentText::from_hex(&hex))?,
        via: via(row)?,
        started_at: row.instant("started_at")?,
        outcome: row.parsed_or_null("outcome")?,
        gateway_id: row.text_or_null("gateway_id")?,
    })
}

fn via<R: Columns>(row: &Reader<'_, R>) -> Result<Option<Via>, StoreError> {
    let host = row.text_or_null("gateway_host")?;
    let key = row.checked_or_null("key_mark", |hex| KeyMark::from_hex(&hex))?;
    Ok(host.zip(key).map(|(host, key)| Via::new(&host, key)))
}

pub(crate) fn owed(row: &impl Columns) -> Result<Owed, StoreError> {
    let row = &Reader::new(row, "outbox row");
    Ok(Owed {
        waiting: row.number("waiting")?,
        in_doubt: row.number("in_doubt")?,
        watched: row.number("watched")?,
    })
}

/// The first due time of each lane; a lane without a row is empty.
pub(crate) fn next_due<R: Columns>(rows: &[R]) -> Result<NextDue, StoreError> {
    let mut first = BTreeMap::new();
    for row in rows {
        let row = Reader::new(row, "outbox row");
        let lane: Lane = row.parsed("lane")?;
        first.extend(row.instant_or_null("at")?.map(|at| (lane, at)));
    }
    Ok(NextDue::of(|lane| first.get(&lane).copied()))
}

pub(crate) fn lane_queue(row: &impl Columns) -> Result<LaneQueue, StoreError> {
    let row = &Reader::new(row, "outbox row");
    Ok(LaneQueue {
        lane: row.parsed("lane")?,
        due: row.number("due")?,
        later: row.number("later")?,
    })
}

pub(crate) fn in_order_of_lanes(mut queues: Vec<LaneQueue>) -> Vec<LaneQueue> {
    queues.sort_unstable_by_key(|queue| queue.lane);
    queues
}

/// The number of ending messages among those that were checked; it is exact if fewer than `most`
/// were checked.
pub(crate) fn ending(
    row: &impl Columns,
    most: u64,
) -> Result<(Count, Option<DateTime<Utc>>), StoreError> {
    let row = &Reader::new(row, "outbox row");
    let looked: u64 = row.number("looked")?;
    let number = Count { number: row.number("number")?, is_exact: looked < most };
    Ok((number, row.instant_or_null("first")?))
}

pub(crate) fn account(row: &impl Columns) -> Result<Account, StoreError> {
    let row = &Reader::new(row, "account");
    let pause = match row.parsed_or_null("pause_reason")? {
        None => None,
        Some(reason) => Some(Pause {
            reason,
            detail: row.text_or_null("pause_detail")?,
            since: row.instant("pause_since")?,
            until: row.instant("pause_until")?,
            scout: row.parsed_or_null("pause_scout")?,
        }),
    };
    let doubt = match row.parsed_or_null("doubt_cause")? {
        None => None,
        Some(cause) => Some(Doubt {
            cause,
            message_id: row.parsed("doubt_message")?,
            at: row.instant("doubt_at")?,
        }),
    };
    let taken = match row.parsed_or_null("taken_message")? {
        None => None,
        Some(message_id) => Some((message_id, row.instant("taken_at")?)),
    };
    Ok(Account {
        pause,
        next_slot: row.elapsed_or_null("slot_base", "slot_elapsed")?,
        doubt,
        taken,
        resumed_at: row.instant_or_null("resumed_at")?,
        undelivered: row.number("undelivered")?,
        undelivered_told: row.flag("undelivered_told")?,
        stale_told: row.instant_or_null("stale_told")?,
    })
}

pub(crate) fn account_event(row: &impl Columns) -> Result<AccountEvent, StoreError> {
    let row = &Reader::new(row, "account event");
    Ok(AccountEvent {
        id: row.parsed("id")?,
        kind: row.parsed("kind")?,
        reason: row.parsed_or_null("reason")?,
        detail: row.text_or_null("detail")?,
        at: row.instant("at")?,
        told_at: row.instant_or_null("told_at")?,
    })
}

pub(crate) fn template(row: &impl Columns) -> Result<StoredTemplate, StoreError> {
    let row = &Reader::new(row, "template");
    Ok(StoredTemplate {
        id: row.parsed("id")?,
        name: row.text("template_name")?,
        message_type: row.parsed("message_type")?,
        content: row.text("template_content")?,
        placeholders: row.checked("placeholders", |json| serde_json::from_str(&json).ok())?,
        is_active: row.flag("is_active")?,
        version: row.number("version")?,
        is_recorded: row.flag("is_recorded")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
        created_by: row.checked_or_null("created_by", |id| UserId::new(id).ok())?,
    })
}

pub(crate) fn notice(row: &impl Columns) -> Result<Notice, StoreError> {
    let row = &Reader::new(row, "notice");
    // The notice may be about this fault, that the message's row cannot be read.
    let customer_id = row.text_or_null("customer_id").ok().flatten();
    Ok(Notice {
        message_id: row.parsed("message_id")?,
        subject: row.text_or_null("subject").ok().flatten(),
        customer_id: customer_id.and_then(|id| CustomerId::new(id).ok()),
        customer_name: row.private("customer_name")?,
        whatsapp_number: row.private("whatsapp_number")?,
        message_type: row.parsed("message_type")?,
        trigger: row.parsed("trigger_type")?,
        failure: failure(row)?.ok_or(row.corrupt("failure_kind"))?,
        failed_at: row.instant("created_at")?,
        retry_count: row.number("retry_count")?,
    })
}

/// A row that was read; for a row that cannot be read its id and its creation time in the column
/// `made`.
pub(crate) fn or_broken<T>(
    row: &impl Columns,
    made: &'static str,
    read: Result<T, StoreError>,
) -> Result<Result<T, BrokenRow>, StoreError> {
    let Err(StoreError::Corrupt { entity, column }) = read else { return read.map(Ok) };
    let row = Reader::new(row, entity);
    let id = row.text("id").unwrap_or_default();
    Ok(Err(BrokenRow { id, created_at: row.instant(made).ok(), column }))
}

/// All templates, by type and name in the order of bytes, which no collation of a database changes.
pub(crate) fn templates(rows: &[impl Columns]) -> Result<TemplateList, StoreError> {
    let mut list = TemplateList::default();
    for row in rows {
        match or_broken(row, "created_at", template(row))? {
            Ok(template) => list.templates.push(template),
            Err(broken) => list.broken.push(broken),
        }
    }
    let order = |a: &StoredTemplate, b: &StoredTemplate| {
        (a.message_type, &a.name).cmp(&(b.message_type, &b.name))
    };
    list.templates.sort_unstable_by(order);
    list.broken.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok(list)
}

fn template_version(row: &impl Columns) -> Result<TemplateVersion, StoreError> {
    let row = &Reader::new(row, "template version");
    Ok(TemplateVersion {
        version: row.number("version")?,
        name: row.text("template_name")?,
        message_type: row.parsed("message_type")?,
        content: row.text("template_content")?,
        is_active: row.flag("is_active")?,
        at: row.instant("at")?,
        by: actor(row)?,
        note: row.text_or_null("note")?,
    })
}

/// Maximum number of versions on a page.
const VERSIONS_MAX: u32 = 200;

/// The number of versions on a page with this limit.
pub(crate) fn version_rows(limit: u32) -> u32 {
    limit.clamp(1, VERSIONS_MAX)
}

/// A page of versions, made from its rows. There is one row more than fits if another page follows.
pub(crate) fn template_versions<R: Columns>(
    rows: &[R],
    limit: u32,
) -> Result<TemplateVersions, StoreError> {
    let (rows, last) = shown(rows, version_rows(limit));
    let mut page = TemplateVersions::default();
    for row in rows {
        match or_broken(row, "at", template_version(row))? {
            Ok(version) => page.versions.push(version),
            Err(broken) => page.broken.push(broken),
        }
    }
    let version = |row| Reader::new(row, "template version").number("version");
    page.next = last.map(version).transpose()?;
    Ok(page)
}

/// The rows that a page shows, and the last of them if another page follows.
fn shown<R>(rows: &[R], limit: u32) -> (&[R], Option<&R>) {
    match rows.get(..limit as usize) {
        Some(page) if rows.len() > page.len() => (page, page.last()),
        _ => (rows, None),
    }
}

pub(crate) fn actor<R: Columns>(row: &Reader<'_, R>) -> Result<Actor, StoreError> {
    let user = row.checked_or_null("user_id", |id| UserId::new(id).ok())?;
    row.checked("actor", |word| Actor::read(&word, user))
}

pub(crate) fn setting(row: &impl Columns) -> Result<SettingRow, StoreError> {
    let row = Reader::new(row, "setting");
    let value = row.text_or_null("config_value")?.unwrap_or_default();
    Ok(SettingRow { key: row.text("config_key")?, value })
}

/// The error that undoes a save which came too late.
const TOO_LATE: &str = "save that came too late";

/// Checks that as many rows were written as expected: a row that has changed since it was seen is
/// not written.
pub(crate) fn all_as_seen(written: u64, expected: usize) -> Result<(), StoreError> {
    row_count(written, expected).map_err(|_| StoreError::Conflict { entity: TOO_LATE })
}

/// Converts the result of a save.
pub(crate) fn saved(result: Result<(), StoreError>) -> Result<Saved, StoreError> {
    match result {
        Ok(()) => Ok(Saved::Done),
        Err(StoreError::Conflict { entity: TOO_LATE }) => Ok(Saved::Stale),
        Err(error) => Err(error),
    }
}

/// Maximum number of entries on a page of the audit.
const AUDIT_MAX: u32 = 200;

/// The number of entries on a page with this limit.
pub(crate) fn audit_rows(limit: u32) -> u32 {
    limit.clamp(1, AUDIT_MAX)
}

/// The point before which a page of the audit begins: that of the cursor, or the end of the filter.
pub(crate) fn audit_before(
    filter: &AuditFilter,
    after: Option<AuditCursor>,
) -> (Option<DateTime<Utc>>, Option<AuditId>) {
    match (filter.until, after) {
        (Some(until), Some(after)) if after.at < until => (Some(after.at), Some(after.id)),
        // Without an id, no entry of the end itself is shown.
        (Some(until), _) => (Some(until), None),
        (None, after) => (after.map(|after| after.at), after.map(|after| after.id)),
    }
}

/// A page of the audit, made from its rows. There is one row more than fits if another page
/// follows.
pub(crate) fn audit_page(rows: &[impl Columns], limit: u32) -> Result<AuditPage, StoreError> {
    let (rows, last) = shown(rows, audit_rows(limit));
    let mut page = AuditPage::default();
    for row in rows {
        match or_broken(row, "at", audit_entry(row))? {
            Ok(entry) => page.entries.push(entry),
            Err(broken) => page.broken.push(broken),
        }
    }
    if let Some(last) = last {
        // The tables accept no id and no instant that cannot be read.
        let row = Reader::new(last, "audit entry");
        page.next = Some(AuditCursor { at: row.instant("at")?, id: row.parsed("id")? });
    }
    Ok(page)
}

fn audit_entry(row: &impl Columns) -> Result<AuditEntry, StoreError> {
    let row = &Reader::new(row, "audit entry");
    let target_id = row.text("target_id")?;
    Ok(AuditEntry {
        id: row.parsed("id")?,
        at: row.instant("at")?,
        by: actor(row)?,
        act: row.parsed("act")?,
        on: row.checked("target", |kind| AuditTarget::read(&kind, &target_id))?,
        change: row.checked("change", |json| AuditChange::from_json(&json))?,
    })
}

/// A digest that was claimed, without its notices.
pub(crate) fn digest(row: &impl Columns) -> Result<Digest, StoreError> {
    let row = Reader::new(row, "digest");
    let told = row.text_or_null("told")?;
    Ok(Digest {
        id: row.parsed("id")?,
        created_at: row.instant("created_at")?,
        notices: Vec::new(),
        told: told.iter().flat_map(|told| told.lines()).map(Private::from).collect(),
    })
}

/// The recipients who have a digest, in the form of its row.
pub(crate) fn told(addresses: &[Private]) -> Option<String> {
    let addresses: Vec<&str> = addresses.iter().map(Private::as_str).collect();
    (!addresses.is_empty()).then(|| addresses.join("\n"))
}

pub(crate) fn digest_mark(row: &impl Columns) -> Result<DigestMark, StoreError> {
    let row = Reader::new(row, "digest");
    Ok(DigestMark {
        id: row.parsed("id")?,
        created_at: row.instant("created_at")?,
        sent_at: row.instant_or_null("sent_at")?,
    })
}

/// The message that has a key.
pub(crate) struct KeyHolder {
    id: MessageId,
    fingerprint: Fingerprint,
}

impl KeyHolder {
    /// Reads the key of a row, and the message that has it.
    pub(crate) fn read(row: &impl Columns) -> Result<(String, Self), StoreError> {
        let row = Reader::new(row, "message");
        let fingerprint = row.checked("fingerprint", |hex| Fingerprint::from_hex(&hex))?;
        let holder = Self { id: row.parsed("id")?, fingerprint };
        Ok((row.text("message_key")?, holder))
    }

    /// Returns the answer for a message with this fingerprint and the same key.
    pub(crate) fn answer(&self, fingerprint: &Fingerprint) -> Enqueued {
        if self.fingerprint == *fingerprint {
            Enqueued::AlreadyPresent(self.id)
        } else {
            Enqueued::Conflict(self.id)
        }
    }
}

/// A number of bytes in the form of a database.
pub(crate) fn bytes(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
