//! Cases for campaigns and their recipients.

mod cases;
/// Writing campaigns, and reading them.
pub mod plans;
/// Collecting recipients, finding them, and their results.
pub mod recipients;
/// Writing campaigns with recipients, messages and slots.
pub mod writes;

use std::sync::Arc;

use chrono::NaiveDate;
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::campaign::{
    Campaign, CampaignPlan, CampaignState, FrozenText, Recipient, RecipientState,
};
use whatsapp_core::port::{
    AuditLog, CampaignChange, CampaignStore, CampaignWrite, CampaignWritten, PlannerStore,
    RecipientWrite, SeenCampaign, Store,
};
use whatsapp_core::{CampaignId, CustomerId, Private, WhatsAppNumber};

use super::trial::Trial;
use crate::fixtures::{self, START};

pub use cases::{CAMPAIGN_CASES, CampaignCase};

/// One store, as the ports that the cases of campaigns use.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CampaignPorts {
    /// The storage ports.
    pub store: Arc<dyn Store>,
    /// Campaigns.
    pub campaigns: Arc<dyn CampaignStore>,
    /// The planner's rows.
    pub planner: Arc<dyn PlannerStore>,
    /// The audit.
    pub audit: Arc<dyn AuditLog>,
}

impl CampaignPorts {
    /// Makes the ports of a store that implements all of them.
    pub fn of(store: Arc<impl Store + CampaignStore + PlannerStore + AuditLog>) -> Self {
        let (campaigns, planner) = (store.clone(), store.clone());
        Self { store: store.clone(), campaigns, planner, audit: store }
    }
}

const DONE: CampaignWritten = CampaignWritten::Done(Vec::new());

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn id(no: u8) -> CampaignId {
    CampaignId::new(START, [no; 10])
}

/// Makes draft `no` for this day.
fn draft(no: u8, date: &str) -> Campaign {
    Campaign::new(id(no), CampaignPlan::festival(format!("Festival {no}"), day(date)), START)
}

/// The same campaign in another state, with its text.
fn standing(campaign: Campaign, state: CampaignState) -> Campaign {
    let frozen = Some(FrozenText { text: "Dear {customerName}!".into(), template: None });
    Campaign { frozen, ..campaign }.stands(state, None, START)
}

/// Adds a campaign in this state whose recipients are numbers 0 to `count`.
async fn with_recipients(
    table: &Table,
    no: u8,
    date: &str,
    state: CampaignState,
    count: u64,
) -> (Campaign, Vec<Recipient>) {
    let campaign = table.add(draft(no, date)).await;
    let rows: Vec<_> = (0..count).map(|seed| recipient(&campaign, seed)).collect();
    let freeze = table.campaigns.begin_freeze(seen(&campaign)).await.expect("begin_freeze");
    let freeze = freeze.expect("it is a draft");
    let added = table.campaigns.freeze(seen(&campaign), freeze, &rows).await.expect("freeze");
    assert_eq!(added, Some(count));
    let campaign = Campaign { freeze, ..campaign };
    let stands = standing(campaign.clone(), state);
    let campaign = table.changed(&campaign, stands).await;
    let rows = table.rows(campaign.id).await;
    (campaign, rows)
}

fn recipient(campaign: &Campaign, seed: u64) -> Recipient {
    let customer = CustomerId::new(format!("C-{seed}")).expect("an id");
    let number = WhatsAppNumber::parse(&fixtures::number(seed)).expect("a number");
    Recipient::new(campaign.id, &number, customer, START)
}

const fn seen(campaign: &Campaign) -> SeenCampaign {
    SeenCampaign { id: campaign.id, revision: campaign.revision }
}

fn change(campaign: Campaign, seen: Option<u32>) -> CampaignWrite {
    let change = CampaignChange { campaign, seen };
    CampaignWrite { change: Some(change), ..CampaignWrite::default() }
}

fn of_recipients(rows: impl IntoIterator<Item = Recipient>) -> CampaignWrite {
    let write = |recipient| RecipientWrite { recipient, message: None };
    let recipients = rows.into_iter().map(write).collect();
    CampaignWrite { recipients, ..CampaignWrite::default() }
}

/// Queues the recipient: its message is number `place` of the write.
fn queued(recipient: Recipient, place: usize) -> RecipientWrite {
    let recipient = Recipient { slot: Some(START), ..recipient };
    let recipient = recipient.stands(RecipientState::Queued, None, START);
    RecipientWrite { recipient, message: Some(place) }
}

fn entry(on: CampaignId) -> AuditEntry {
    AuditEntry {
        id: fixtures::audit_id(START),
        at: START,
        by: Actor::Host,
        act: Act::CampaignPaused,
        on: AuditTarget::Campaign(on),
        change: AuditChange::state("running", "paused"),
    }
}

/// A store under test as campaigns see it.
#[derive(Debug, Clone)]
struct Table {
    trial: Trial,
    campaigns: Arc<dyn CampaignStore>,
    planner: Arc<dyn PlannerStore>,
    audit: Arc<dyn AuditLog>,
}

impl Table {
    fn new(ports: CampaignPorts) -> Self {
        let CampaignPorts { store, campaigns, planner, audit } = ports;
        Self { trial: Trial::new(store), campaigns, planner, audit }
    }

    async fn write(&self, write: &CampaignWrite) -> CampaignWritten {
        self.campaigns.write_campaign(write).await.expect("write_campaign")
    }

    /// Adds a campaign, which must be new.
    async fn add(&self, campaign: Campaign) -> Campaign {
        assert_eq!(self.write(&change(campaign.clone(), None)).await, DONE);
        campaign
    }

    /// Writes a campaign over the row that was read.
    async fn changed(&self, before: &Campaign, after: Campaign) -> Campaign {
        assert_eq!(self.write(&change(after, Some(before.revision))).await, DONE);
        self.row(before.id).await.expect("a row")
    }

    async fn row(&self, id: CampaignId) -> Option<Campaign> {
        self.campaigns.campaign(id).await.expect("campaign")
    }

    async fn rows(&self, id: CampaignId) -> Vec<Recipient> {
        self.page(id, None, None, 10_000).await
    }

    async fn page(
        &self,
        id: CampaignId,
        state: Option<RecipientState>,
        after: Option<Private>,
        limit: u32,
    ) -> Vec<Recipient> {
        self.campaigns.recipients(id, state, after, limit).await.expect("recipients")
    }
}
