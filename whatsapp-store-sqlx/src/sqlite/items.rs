//! Items of the batch statements: one JSON array for each item, with its values in the order in
//! which the statement names them. SQLite finds a value faster by its place than by a name.
#![expect(clippy::ref_option_ref, reason = "what is derived takes references of all fields")]

mod attempt;
mod message;
mod record;
mod work;

pub(super) use attempt::{AttemptItem, BeginItem, RecordItem, ReviseItem};
pub(super) use message::{ChangeItem, NewItem};
pub(super) use record::{
    AuditItem, BulkItemItem, BulkResultItem, RecipientItem, SettingItem, StepItem,
};
pub(super) use work::{LeaseItem, NoticeItem, OwedItem};
