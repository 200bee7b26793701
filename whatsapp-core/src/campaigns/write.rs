//! Rows of campaigns: what is read and written, by whomever.

use super::error::CampaignError;
use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::campaign::{Campaign, CampaignState};
use crate::id::CampaignId;
use crate::port::{CampaignStore, CampaignWrite, CampaignWritten, SeenCampaign};
use crate::wiring::{Ports, audit_entry};

/// Number of tries of a write that somebody else's changes prevent.
pub(super) const TRIES: u32 = 5;

/// Returns the campaign with this id; an error where there is none.
pub(super) async fn found(
    store: &dyn CampaignStore,
    id: CampaignId,
) -> Result<Campaign, CampaignError> {
    store.campaign(id).await?.ok_or(CampaignError::Unknown)
}

/// Writes to the rows; `false` where somebody else changed them meanwhile.
pub(super) async fn write(
    store: &dyn CampaignStore,
    write: &CampaignWrite,
) -> Result<bool, CampaignError> {
    let written = store.write_campaign(write).await?;
    Ok(matches!(written, CampaignWritten::Done(_)))
}

/// Returns the audit entry about an act.
pub(super) fn entry(
    ports: &Ports,
    by: &Actor,
    act: Act,
    id: CampaignId,
    change: AuditChange,
) -> AuditEntry {
    audit_entry(ports, by, act, AuditTarget::Campaign(id), change)
}

/// Returns the change of a campaign's state for the audit.
pub(super) fn from(before: CampaignState, after: CampaignState) -> AuditChange {
    AuditChange::state(before, after)
}

/// Returns a campaign at the revision that was read.
pub(super) const fn seen(campaign: &Campaign) -> SeenCampaign {
    SeenCampaign { id: campaign.id, revision: campaign.revision }
}
