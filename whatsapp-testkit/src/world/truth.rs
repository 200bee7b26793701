//! The truth about a world: the POSTs that arrived at its gateway, and the messages that were
//! taken.

use whatsapp_core::message::Reported;
use whatsapp_core::port::{ListedMessage, Reference};

use super::span::Micros;

/// A POST that arrived at the gateway.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) reference: Reference,
    pub(super) at: Micros,
    /// Hash of the telephone and the text: the same for copies that are alike.
    pub(super) what: u64,
    /// Set when it was refused because of the account.
    pub(super) is_troubled: bool,
    /// Set when all POSTs before it were refused so too, for the better part of a day or longer:
    /// such attempts may count.
    pub(super) is_long_troubled: bool,
    /// Set when its process was held up shortly before.
    pub(super) is_hindered: bool,
}

/// A message that the gateway took: a copy on its way to a telephone.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) reference: Reference,
    /// Hash as in [`Post::what`].
    pub(super) what: u64,
    /// Time at which it was taken.
    pub(super) at: Micros,
    /// Time from which lists show it.
    pub(super) listed: Micros,
    /// Set when the gateway reports that it was not delivered.
    pub(super) reports_failure: bool,
    /// Its row in lists.
    pub(super) row: ListedMessage,
    /// Reports on it, each with the time from which it is given.
    pub(super) reports: Vec<(Micros, Reported)>,
}
