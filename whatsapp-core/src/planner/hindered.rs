//! The obstacles that the write of a page has shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{CustomerId, MessageId};
use crate::message::NewMessage;
use crate::port::Leaving;
use crate::private::Private;

/// The obstacles to a page that was tried.
#[derive(Default)]
pub(super) struct Hindered {
    /// Customers who have a summary of the date already, or the record of a summary that could not
    /// be made.
    summaries: BTreeMap<CustomerId, NoSummary>,
    /// Messages that steps were to leave, and that are being sent or looked up.
    in_hand: BTreeSet<MessageId>,
}

impl Hindered {
    /// Returns whether one of these messages is being sent or looked up.
    pub(super) fn has(&self, leaving: &[Leaving]) -> bool {
        leaving.iter().any(|leaving| self.in_hand.contains(&leaving.message))
    }

    /// Returns the reason why the customer gets no summary on the date, if a write has shown one.
    pub(super) fn no_summary(&self, customer: &CustomerId) -> Option<&NoSummary> {
        self.summaries.get(customer)
    }

    /// Notes summaries of the date that were there already, or that could not be made.
    pub(super) fn note_made<'a>(&mut self, made: impl Iterator<Item = &'a NewMessage>) {
        let why = |message: &NewMessage| match &message.state.failure {
            Some(failure) => NoSummary::Refused(failure.reason.as_str().into()),
            None => NoSummary::Made,
        };
        let customers = made.map(|message| (message.facts.customer_id.clone(), why(message)));
        self.summaries.extend(customers);
    }

    /// Notes messages that are being sent or looked up.
    pub(super) fn note_in_hand(&mut self, leaving: &[Leaving]) {
        self.in_hand.extend(leaving.iter().map(|leaving| leaving.message));
    }
}

/// The reason why a customer gets no summary on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoSummary {
    /// The summary was made already.
    Made,
    /// The summary could not be made, for this reason.
    Refused(Private),
    /// A summary of an earlier date is being sent.
    OtherInHand,
}
