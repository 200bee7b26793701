//! The last acts by hand on a thing, as the audit has them.

use whatsapp_core::audit::{Act, Actor, AuditEntry, AuditTarget};
use whatsapp_core::port::AuditFilter;

use super::super::eyes::Eyes;
use super::super::timeline::by_hand;
use crate::oops::Oops;
use crate::visit::Visit;

/// Says who acted, and when, in a sentence; empty where that is not known.
pub(crate) fn by(entry: Option<&AuditEntry>, eyes: &Eyes<'_>) -> String {
    let by = entry.and_then(|entry| {
        let who =
            if eyes.is_own(&entry.by) { eyes.t.you().to_owned() } else { eyes.who(&entry.by) };
        let said = by_hand(entry.act, &who, eyes)?;
        Some(eyes.t.at_time(&said, &eyes.times().short(entry.at)))
    });
    by.unwrap_or_default()
}

/// The last act on something by hand; `None` where nothing reads the audit.
pub(crate) async fn latest(visit: &Visit, of: AuditTarget) -> Result<Option<AuditEntry>, Oops> {
    Ok(by_hand_on(visit, of, 1).await?.into_iter().next())
}

/// The last acts on something by hand, the newest first; empty where nothing reads the audit.
pub(crate) async fn by_hand_on(
    visit: &Visit,
    of: AuditTarget,
    most: u32,
) -> Result<Vec<AuditEntry>, Oops> {
    if !visit.ports().offers().reads_audit {
        return Ok(Vec::new());
    }
    let filter = AuditFilter::about(of);
    Ok(visit.inner.desk.audit(&filter, None, most).await?.entries)
}

/// Tells whether the last act on something by hand is this act by this visitor. A form that was
/// sent twice finds in this way that it was done.
pub(crate) async fn is_mine(visit: &Visit, of: AuditTarget, act: Act) -> Result<bool, Oops> {
    let Actor::Person(visitor) = visit.actor() else { return Ok(false) };
    let entries = by_hand_on(visit, of, 5).await?;
    let newest = entries.first().map(|entry| entry.at);
    // Of the acts of one instant nobody knows which was last.
    let mut latest = entries.iter().take_while(|entry| Some(entry.at) == newest);
    Ok(latest.any(|entry| entry.act == act && entry.by.user() == Some(&visitor)))
}
