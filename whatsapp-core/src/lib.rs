//! The pure core.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod attachment;
pub mod dispatch;
pub mod format;
mod id;
pub mod message;
pub mod messenger;
pub mod notices;
mod number;
pub mod port;
mod ports;
mod private;
pub mod retry;
pub mod settings;
pub mod template;

pub use attachment::Attachment;
pub use dispatch::{DispatchOptions, Dispatcher};
pub use id::{
    CustomerId, DigestId, HOST_KEY_MAX, InvalidHostKey, InvalidId, InvoiceId, LeaseToken,
    MessageId, TemplateId, UserId,
};
pub use messenger::{Messenger, Request};
pub use number::{InvalidNumber, WhatsAppNumber};
pub use ports::Ports;
pub use private::Private;
