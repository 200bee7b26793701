//! Rows of the account and its events.

use whatsapp_core::port::{Account, AccountEvent, Doubt, Pause, StoreError};

use crate::codec::{Columns, Reader};

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
