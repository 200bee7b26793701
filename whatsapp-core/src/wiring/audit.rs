//! The audit: new entries, and pages of it.

use super::Ports;
use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::id::AuditId;
use crate::port::{AuditCursor, AuditFilter, AuditPage, StoreError, random};

/// Returns a page of the audit, the newest entries first.
pub(crate) async fn audit_page(
    ports: &Ports,
    filter: &AuditFilter,
    after: Option<AuditCursor>,
    limit: u32,
) -> Result<AuditPage, StoreError> {
    match &ports.audit {
        Some(audit) => audit.audit(filter, after, limit).await,
        None => Err(StoreError::Other {
            reason: "nothing reads the audit: make the ports by `Ports::over`, or add `with_audit`"
                .to_owned(),
        }),
    }
}

/// Returns a new entry of the audit.
pub(crate) fn audit_entry(
    ports: &Ports,
    by: &Actor,
    act: Act,
    on: AuditTarget,
    change: AuditChange,
) -> AuditEntry {
    let at = ports.clock.now();
    AuditEntry { id: audit_id(ports), at, by: by.clone(), act, on, change }
}

/// Returns a new id for an entry of the audit.
pub(crate) fn audit_id(ports: &Ports) -> AuditId {
    AuditId::new(ports.clock.now(), random(ports.entropy.as_ref()))
}
