//! A gateway's list with something missing.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::Reported;
use whatsapp_core::port::{DeliveryReports, ListedMessage, Listing, TransportError};

/// The fault of a list: each takes from the look something that one of its rules needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mutant {
    /// No fault.
    None,
    /// The list is empty.
    Blind,
    /// Rows whose recipient is not exactly the number are left out.
    OtherRecipientsLeftOut,
    /// Rows with another text and a time outside the attempt's are left out.
    TwoDoubtsLeftOut,
    TimelessRowsLeftOut,
    NamelessRowsLeftOut,
    /// A recipient that tells nothing is shown as another customer's number.
    UnclearTakenForAnothers,
    /// The list never says that it is complete.
    AlwaysUnclear,
    /// No row has the id that its message was accepted under.
    OwnersForgotten,
    /// No row has a recipient.
    RecipientsForgotten,
}

/// A gateway that always lists these rows.
#[derive(Debug)]
pub(super) struct List {
    pub(super) rows: Vec<ListedMessage>,
    pub(super) mutant: Mutant,
    /// The text of the message that is looked for, and the time at which it was sent.
    pub(super) text: &'static str,
    pub(super) at: DateTime<Utc>,
}

impl List {
    /// The row as the mutant shows it, if it does.
    fn shown(&self, mut row: ListedMessage, number: &WhatsAppNumber) -> Option<ListedMessage> {
        let to = row.recipient.as_ref().map(|to| to.as_str().to_owned()).unwrap_or_default();
        let user = to.split('@').next().unwrap_or_default().trim_start_matches('+').to_owned();
        let near = TimeDelta::minutes(32);
        match self.mutant {
            Mutant::Blind => return None,
            Mutant::OtherRecipientsLeftOut if user != number.digits() => return None,
            Mutant::TwoDoubtsLeftOut => {
                let other = row.text.as_str() != self.text;
                let elsewhere = row.created_at.is_some_and(|at| (at - self.at).abs() > near);
                if other && elsewhere {
                    return None;
                }
            }
            Mutant::TimelessRowsLeftOut if row.created_at.is_none() => return None,
            Mutant::NamelessRowsLeftOut if row.gateway_id.is_none() => return None,
            Mutant::UnclearTakenForAnothers if to.ends_with("@lid") || to.is_empty() => {
                row.recipient = Some("447700900999".into());
            }
            Mutant::OwnersForgotten => {
                row.gateway_id = row.gateway_id.map(|id| format!("another-{id}"));
            }
            Mutant::RecipientsForgotten => row.recipient = None,
            Mutant::None
            | Mutant::AlwaysUnclear
            | Mutant::OtherRecipientsLeftOut
            | Mutant::TimelessRowsLeftOut
            | Mutant::NamelessRowsLeftOut
            | Mutant::UnclearTakenForAnothers => {}
        }
        Some(row)
    }
}

#[async_trait]
impl DeliveryReports for List {
    async fn status(&self, _gateway_id: &str) -> Result<Reported, TransportError> {
        Ok(Reported::Nothing)
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        _since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let rows = self.rows.iter().cloned();
        let messages = rows.filter_map(|row| self.shown(row, number)).collect();
        Ok(Listing::new(messages, self.mutant != Mutant::AlwaysUnclear))
    }
}
