//! The truth about a world: what arrived at its gateway, and what was taken.

use whatsapp_core::message::Reported;
use whatsapp_core::port::{ListedMessage, Reference};

use super::span::Micros;

/// What arrived at the gateway.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) reference: Reference,
    pub(super) at: Micros,
    /// The telephone and the text, in a number: copies that are alike have the same.
    pub(super) what: u64,
    /// It was refused for the account's sake.
    pub(super) is_troubled: bool,
    /// So were all before it for the better part of a day, or longer: such attempts may count.
    pub(super) is_long_troubled: bool,
    /// Its process was held up shortly before.
    pub(super) is_hindered: bool,
}

/// What the gateway took: a copy on its way to a telephone.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) reference: Reference,
    /// As [`Post::what`] has it.
    pub(super) what: u64,
    /// When.
    pub(super) at: Micros,
    /// From when on lists show it.
    pub(super) listed: Micros,
    /// Whether the gateway reports that it was not delivered.
    pub(super) reports_failure: bool,
    /// Its row in lists.
    pub(super) row: ListedMessage,
    /// What is reported of it, and from when on.
    pub(super) reports: Vec<(Micros, Reported)>,
}
