//! Ports of the back-end that the core is built into, and of the machine.

mod clock;
mod directory;
mod key;
mod key_file;
mod ledger;
mod notifier;
mod runtime;
mod search;
mod source;

pub use clock::{Clock, Entropy, SystemClock, SystemEntropy, random};
pub use directory::{Customer, CustomerDirectory, DirectoryError};
pub use key::{
    ApiKey, ApiKeyError, ApiKeySource, EnvironmentKey, FixedKey, KeyFileProblem, KeyOrigin,
};
pub use key_file::FileKey;
pub use ledger::{Due, InvoiceLedger, Standing};
pub(crate) use ledger::{due_on, due_on_all};
pub use notifier::{Notifier, NotifyError, Told};
#[cfg(feature = "tokio")]
pub use runtime::TokioRuntime;
pub use runtime::{Runtime, Task};
pub use search::{CustomerSearch, Sought};
pub use source::{AttachmentSource, SourceError};

#[cfg(feature = "mock")]
pub use self::{
    clock::{MockClock, MockEntropy},
    directory::MockCustomerDirectory,
    key::MockApiKeySource,
    ledger::MockInvoiceLedger,
    notifier::MockNotifier,
    runtime::MockRuntime,
    search::MockCustomerSearch,
    source::MockAttachmentSource,
};
