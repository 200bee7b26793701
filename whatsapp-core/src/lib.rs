//! The pure core.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod attachment;
pub mod format;
mod id;
pub mod message;
mod number;
pub mod port;
mod private;
pub mod retry;
pub mod settings;
pub mod template;

pub use attachment::Attachment;
pub use id::{
    CustomerId, DigestId, HOST_KEY_MAX, InvalidHostKey, InvalidId, InvoiceId, LeaseToken,
    MessageId, TemplateId, UserId,
};
pub use number::{InvalidNumber, WhatsAppNumber};
pub use private::Private;
