//! Conversion of rows to the core's values: one reader for each kind of row, for every database.

mod account;
mod attempt;
mod audit;
mod message;
mod notice;
mod page;
mod queue;
mod save;
mod template;

pub(crate) use account::{account, account_event};
pub(crate) use attempt::{attempt, sibling};
pub(crate) use audit::{actor, audit_before, audit_page, audit_rows};
pub(crate) use message::{
    KeyHolder, REPLACES_NONE, Unreadable, bytes, claimed_or_unreadable, is_as_seen, message,
    unreadable,
};
pub(crate) use notice::{AGAIN_HORIZON, digest, digest_mark, notice, told};
pub(crate) use page::or_broken;
pub(crate) use queue::{ending, in_order_of_lanes, lane_queue, next_due, owed};
pub(crate) use save::{all_as_seen, saved, setting};
pub(crate) use template::{template, template_versions, templates, version_rows};
