//! What the core asks of the back-end that it is built into, and of the machine.

mod clock;
mod directory;
mod key;
mod key_file;
mod notifier;
mod runtime;
mod source;

pub use clock::{Clock, Entropy, SystemClock, SystemEntropy, random};
pub use directory::{Customer, CustomerDirectory, DirectoryError, Due, InvoiceLedger, Standing};
pub use key::{ApiKey, ApiKeyError, ApiKeySource, EnvironmentKey, FixedKey, KeyFileProblem};
pub use key_file::FileKey;
pub use notifier::{Notifier, NotifyError, Told};
#[cfg(feature = "tokio")]
pub use runtime::TokioRuntime;
pub use runtime::{Runtime, Task};
pub use source::{AttachmentSource, SourceError};

#[cfg(feature = "mock")]
pub use self::{
    clock::{MockClock, MockEntropy},
    directory::{MockCustomerDirectory, MockInvoiceLedger},
    key::MockApiKeySource,
    notifier::MockNotifier,
    runtime::MockRuntime,
    source::MockAttachmentSource,
};
