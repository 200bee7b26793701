//! Sending failed messages again whose cause was not their own (`--resend-failed`).

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use whatsapp_core::Messenger;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Cause, Failure, FailureKind, Part};
use whatsapp_core::messenger::Resent;

use crate::words::{number, plain, were};

/// Sends again every message that failed for such a cause, however long ago.
pub(crate) async fn resend(messenger: &Messenger) -> Result<Resent> {
    let since = DateTime::<Utc>::UNIX_EPOCH;
    let cannot = "what failed cannot be sent again";
    let mut all = messenger.resend_failed(since, None, None, &Actor::Host).await.context(cannot)?;
    while let Some(after) = all.next {
        all.add(
            messenger
                .resend_failed(since, None, Some(after), &Actor::Host)
                .await
                .context(cannot)?,
        );
    }
    Ok(all)
}

/// Returns true if sending again is likely to help a message that failed in this way.
pub(crate) fn helps(failure: &Failure, part: Part) -> bool {
    let was_another =
        matches!(failure.cause, Cause::Account | Cause::Address | Cause::Between | Cause::Gateway);
    was_another && failure.kind != FailureKind::UnknownOutcome && part != Part::Text
}

/// Tells which messages were sent again, and which were not.
pub(crate) fn text(resent: &Resent) -> String {
    let mut text =
        format!("{} enqueued again.\n", were(resent.messages.len() as u64, "failed message"));
    let left_out = &resent.left_out;
    for (count, why) in [
        (left_out.unknown_outcome, "may have been delivered"),
        (left_out.paid, "were paid meanwhile"),
        (left_out.expired, "are too late"),
        (left_out.of_a_past_day, "were for a day that has passed"),
        (left_out.of_a_campaign, "are of a festival message, which has a pace of its own"),
        (left_out.switched_off, "are switched off in the settings"),
        (left_out.put_aside, "were put aside, as settled in another way"),
    ] {
        if count > 0 {
            let _ = writeln!(text, "  Not again: {}, for they {why}.", number(count, "message"));
        }
    }
    for (id, why) in &left_out.refused {
        let _ = writeln!(text, "  Not again: message {id}: {}.", plain(why));
    }
    text
}
