//! The ports: traits for everything that the core asks of gateways, databases, e-mail, clocks and
//! the host.
//!
//! Each port is a small async trait with a contract; adapters prove that they keep it with the
//! conformance suites of `whatsapp-testkit`. With the feature `mock` each has a `mockall` mock.
//! They are grouped by who answers: `store`, `gateway` and `host`.

mod gateway;
mod host;
mod store;

pub use gateway::{
    Accepted, AddressError, AddressedGateway, DeliveryReports, GatewayAddress, Line, ListedMessage,
    Listing, MediaError, MediaHost, OutgoingMessage, Probe, Published, Reference, Transport,
    TransportError,
};
#[cfg(feature = "tokio")]
pub use host::TokioRuntime;
pub use host::{
    ApiKey, ApiKeyError, ApiKeySource, AttachmentSource, Clock, Customer, CustomerDirectory,
    CustomerSearch, DirectoryError, Due, Entropy, EnvironmentKey, FileKey, FixedKey, InvoiceLedger,
    KeyFileProblem, KeyOrigin, Notifier, NotifyError, Runtime, Sought, SourceError, Standing,
    SystemClock, SystemEntropy, Task, Told, random,
};
pub(crate) use host::{due_on, due_on_all};
pub use store::{
    AccountStore, Amended, Amendment, Aside, Attention, AttentionFor, AuditCursor, AuditFilter,
    AuditLog, AuditPage, BULK_HORIZON, Begin, Begun, BrokenRow, BulkChange, BulkClaim, BulkResult,
    BulkStore, BulkWrite, Burial, Buried, CUSTOMERS_MAX, CampaignChange, CampaignCursor,
    CampaignStore, CampaignWrite, CampaignWritten, Claim, ClaimOf, Claimed, Collect, Collected,
    Count, Cursor, DailyStore, DayCount, DayFill, Digest, DigestMark, EXPORT_MAX, EndedRecipient,
    EndedStep, Enqueued, EventClaim, EveryStore, ExportPage, ExportRow, Fetch, FetchLog,
    GATEWAY_ID_MAX, LEASE_HORIZON, Lane, LaneQueue, Lease, Leaving, LogFilter, LogPage, MessageLog,
    MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, NAMES_MAX, NextDue, Notice,
    NoticeQueue, OfMessage, Outbox, Owed, PlanWrite, PlanWritten, PlannerRun, PlannerStore,
    QueuePoint, RUN_HORIZON, RecipientPoint, RecipientWrite, Redate, Replaced, Replacement,
    Reschedule, Revision, RunClaim, RunWrite, Saved, SeenCampaign, SeenMessage, SettingsSave,
    SettingsStore, Settled, Settlement, Sibling, SlotsTaken, Sort, StatusCounts, StepMessage,
    StepPoint, StepWrite, Store, StoreError, StoredTemplate, Tally, TemplateList, TemplateOutside,
    TemplateSave, TemplateStore, TemplateVersion, TemplateVersions, Turn, WALK_ROWS, WALK_TIME,
};

pub use crate::account::{
    Account, AccountChange, AccountEvent, AccountEventKind, AccountMail, AccountStep, Changed,
    Doubt, Pause, PauseReason, Reservation, Reserve, SeenPause, SeenSlot, Unclear, Verdict,
};
pub use crate::attachment::MediaLink;
pub use crate::settings::SettingRow;

#[cfg(feature = "mock")]
pub use self::{
    gateway::{MockAddressedGateway, MockDeliveryReports, MockMediaHost, MockTransport},
    host::{
        MockApiKeySource, MockAttachmentSource, MockClock, MockCustomerDirectory,
        MockCustomerSearch, MockEntropy, MockInvoiceLedger, MockNotifier, MockRuntime,
    },
    store::{
        MockAccountStore, MockAuditLog, MockBulkStore, MockCampaignStore, MockDailyStore,
        MockFetchLog, MockMessageLog, MockMuteStore, MockNoticeQueue, MockOutbox, MockPlannerStore,
        MockSettingsStore, MockTemplateStore,
    },
};
