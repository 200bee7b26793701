//! Ports of the database.

mod account;
mod audit;
mod bulk;
mod campaigns;
mod count;
mod daily;
mod error;
mod fetches;
mod lane;
mod log;
mod mutes;
mod notices;
mod outbox;
mod planner;
mod settings;
mod templates;

pub use account::{AccountStore, EventClaim};
pub use audit::{AuditCursor, AuditFilter, AuditLog, AuditPage};
pub use bulk::{BULK_HORIZON, BulkChange, BulkClaim, BulkResult, BulkStore, BulkWrite};
pub use campaigns::{
    CampaignChange, CampaignCursor, CampaignStore, CampaignWrite, CampaignWritten, EndedRecipient,
    OfMessage, RecipientPoint, RecipientWrite, SeenCampaign, SlotsTaken,
};
pub use count::Count;
pub use daily::{DailyStore, DayCount, DayFill};
pub use error::StoreError;
pub use fetches::{Fetch, FetchLog};
pub use lane::{Lane, NextDue, QueuePoint};
pub use log::{
    Attention, AttentionFor, BrokenRow, CUSTOMERS_MAX, Cursor, EXPORT_MAX, ExportPage, ExportRow,
    LogFilter, LogPage, MessageLog, NAMES_MAX, SeenMessage, Sort, StatusCounts, Tally, Turn,
    WALK_ROWS, WALK_TIME,
};
pub use mutes::{MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore};
pub use notices::{Collect, Collected, Digest, DigestMark, Notice, NoticeQueue};
pub use outbox::{
    Amended, Amendment, Aside, Begin, Begun, Burial, Buried, Claim, ClaimOf, Claimed, Enqueued,
    GATEWAY_ID_MAX, LEASE_HORIZON, LaneQueue, Lease, Outbox, Owed, Redate, Replaced, Replacement,
    Reschedule, Revision, Settled, Settlement, Sibling,
};
pub use planner::{
    EndedStep, Leaving, PlanWrite, PlanWritten, PlannerRun, PlannerStore, RUN_HORIZON, RunClaim,
    RunWrite, StepMessage, StepPoint, StepWrite,
};
pub use settings::{Saved, SettingsSave, SettingsStore};
pub use templates::{
    StoredTemplate, TemplateList, TemplateOutside, TemplateSave, TemplateStore, TemplateVersion,
    TemplateVersions,
};

#[cfg(feature = "mock")]
pub use self::{
    account::MockAccountStore, audit::MockAuditLog, bulk::MockBulkStore,
    campaigns::MockCampaignStore, daily::MockDailyStore, fetches::MockFetchLog,
    log::MockMessageLog, mutes::MockMuteStore, notices::MockNoticeQueue, outbox::MockOutbox,
    planner::MockPlannerStore, settings::MockSettingsStore, templates::MockTemplateStore,
};

/// All storage ports in one: a database adapter implements them all.
///
/// # Contract
/// - Text comes back as it was written, with one exception: a NUL character may come back as
///   U+FFFD, because not every database has it. No text is refused or stuck because of one,
///   wherever it comes from: a name, a gateway's reply, a reason, an id.
/// - A gateway's reply comes back as the same JSON value: 64 levels deep, integers of 64 bits,
///   other numbers to 15 digits.
/// - A store works for one account ([`AccountId`](crate::AccountId)). Claims, siblings, rate
///   limits, pauses, account events and the uniqueness of gateway ids are that account's. The log,
///   templates, settings and notices are shared by all accounts.
/// - Instants have whole microseconds, from 1970 to the end of the year 9999.
/// - Names have as many characters as the specification's columns take: customers' 255, templates'
///   100, numbers' 20. A gateway's id has at most [`GATEWAY_ID_MAX`](super::GATEWAY_ID_MAX) bytes.
///   Other texts have no limit of the store's own.
/// - Calls on overlapping batches wait for each other, in whatever order their items come, and
///   never fail for that.
pub trait Store:
    Outbox + MessageLog + TemplateStore + SettingsStore + NoticeQueue + AccountStore + FetchLog
{
}

impl<T> Store for T where
    T: Outbox + MessageLog + TemplateStore + SettingsStore + NoticeQueue + AccountStore + FetchLog
{
}

/// All storage ports in one object, the optional ones among them:
/// [`Ports::over`](crate::Ports::over) takes it.
///
/// It is implemented for whatever implements them all. A host that keeps its store as
/// `Arc<dyn EveryStore>` need not say which database it is.
pub trait EveryStore:
    Store + AuditLog + PlannerStore + MuteStore + CampaignStore + DailyStore + BulkStore
{
}

impl<T> EveryStore for T where
    T: Store + AuditLog + PlannerStore + MuteStore + CampaignStore + DailyStore + BulkStore
{
}
