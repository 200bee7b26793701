//! Templates that something else than the library wrote.

use crate::port::{StoreError, StoredTemplate, TemplateOutside};
use crate::wiring::{Ports, audit_id};

/// Returns a template as it is used. If its versions lack its current state, it gets its version
/// first, with an entry in the audit. `None` where it was deleted meanwhile.
pub(crate) async fn met(
    ports: &Ports,
    stored: StoredTemplate,
) -> Result<Option<StoredTemplate>, StoreError> {
    if stored.is_recorded {
        return Ok(Some(stored));
    }
    let (at, audit) = (ports.clock.now(), audit_id(ports));
    ports.store.record_template(&TemplateOutside { id: stored.id, at, audit }).await
}
