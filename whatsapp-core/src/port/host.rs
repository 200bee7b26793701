//! What the core asks of the back-end that it is built into, and of the machine.

mod clock;
mod directory;
mod key;
mod notifier;
mod source;

pub use clock::{Clock, Entropy, SystemClock, SystemEntropy, random};
pub use directory::{Customer, CustomerDirectory, DirectoryError, InvoiceLedger};
pub use key::{ApiKey, ApiKeyError, ApiKeySource, EnvironmentKey, FixedKey};
pub use notifier::{Notifier, NotifyError, Told};
pub use source::{AttachmentSource, SourceError};

#[cfg(feature = "mock")]
pub use self::{
    clock::{MockClock, MockEntropy},
    directory::{MockCustomerDirectory, MockInvoiceLedger},
    key::MockApiKeySource,
    notifier::MockNotifier,
    source::MockAttachmentSource,
};
