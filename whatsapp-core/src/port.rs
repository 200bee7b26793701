//! The ports: what the core asks of gateways, databases, e-mail, clocks and the host.
//!
//! Each port is a small async trait with a contract; adapters prove that they keep it with the
//! conformance suites of `whatsapp-testkit`. With the feature `mock` each has a `mockall` mock.

mod account;
mod clock;
mod directory;
mod key;
mod log;
mod media;
mod notices;
mod outbox;
mod runtime;
mod settings;
mod source;
mod store;
mod templates;
mod transport;

pub use account::{
    Account, AccountChange, AccountEvent, AccountEventKind, AccountLog, AccountMail, AccountStep,
    Changed, Doubt, EventClaim, Pause, PauseReason, Reservation, Reserve, Unclear, Verdict,
};
pub(crate) use account::{STUCK_AFTER, mail_due};
pub use clock::{Clock, Entropy, SystemClock, SystemEntropy};
pub use directory::{Customer, CustomerDirectory, DirectoryError, InvoiceLedger};
pub use key::{ApiKey, ApiKeyError, ApiKeySource, EnvironmentKey, FixedKey};
pub use log::{BrokenRow, Cursor, LogFilter, LogPage, MessageLog, Sort, StatusCounts};
pub use media::{Fetch, FetchLog, MediaError, MediaHost, MediaLink, Published};
pub use notices::{
    Collect, Collected, Digest, DigestMark, Notice, NoticeQueue, Notifier, NotifyError, Told,
};
pub use outbox::{
    Amended, Amendment, Begin, Begun, Claim, Claimed, Enqueued, GATEWAY_ID_MAX, LEASE_HORIZON,
    Lane, Lease, NextDue, Outbox, QueuePoint, Redate, Relink, Settled, Settlement, Sibling,
};
#[cfg(feature = "tokio")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
pub use runtime::TokioRuntime;
pub use runtime::{Runtime, Task};
pub use settings::{SettingRow, SettingsStore};
pub use source::{AttachmentSource, SourceError};
pub use store::{Store, StoreError};
pub use templates::{SavedTemplate, StoredTemplate, TemplateStore};
pub use transport::{
    Accepted, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Transport,
    TransportError,
};

#[cfg(feature = "mock")]
#[cfg_attr(docsrs, doc(cfg(feature = "mock")))]
pub use self::{
    account::MockAccountLog,
    clock::{MockClock, MockEntropy},
    directory::{MockCustomerDirectory, MockInvoiceLedger},
    key::MockApiKeySource,
    log::MockMessageLog,
    media::{MockFetchLog, MockMediaHost},
    notices::{MockNoticeQueue, MockNotifier},
    outbox::MockOutbox,
    runtime::MockRuntime,
    settings::MockSettingsStore,
    source::MockAttachmentSource,
    templates::MockTemplateStore,
    transport::{MockDeliveryReports, MockTransport},
};
