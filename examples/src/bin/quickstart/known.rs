//! Messages of earlier runs by their subjects: exports may give new ids to their rows.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use whatsapp_core::CustomerId;
use whatsapp_core::message::{FailureKind, Message, MessageKey, SUBJECT_MAX, TypeName};
use whatsapp_core::port::{LogFilter, Sort, Store};

use crate::errand::Errand;

/// Subject of a message: its type, its customer, and the number of the invoice or order.
type Subject = (TypeName, CustomerId, String);

/// Messages that earlier runs made.
#[derive(Debug, Default)]
pub(crate) struct Known {
    messages: HashMap<Subject, Vec<Message>>,
    /// Rows of this run.
    rows: HashSet<(MessageKey, Subject)>,
}

/// Returns a number as a message keeps it.
pub(crate) fn subject(number: &str) -> String {
    number.trim().chars().take(SUBJECT_MAX).collect()
}

impl Known {
    /// Reads the log before these rows are enqueued.
    pub(crate) async fn read(store: &dyn Store, errands: &[Errand<'_>]) -> Result<Self> {
        let rows = errands.iter().map(|errand| (errand.key(), subject_of(errand))).collect();
        let mut known = Self { rows, ..Self::default() };
        let mut after = None;
        loop {
            let page = store.page(&LogFilter::default(), Sort::Oldest, after.into(), 200).await?;
            for message in page.messages {
                let facts = &message.facts;
                // If a message goes out again, the first one stands for both. A message that was
                // refused before it was sent is made again from the corrected row.
                let refused = message.state.failure.as_ref().map(|why| why.kind);
                let counts = facts.resend_of.is_none() && refused != Some(FailureKind::Invalid);
                if let (true, Some(number)) = (counts, facts.subject.clone()) {
                    let subject = (facts.message_type, facts.customer_id.clone(), number);
                    known.messages.entry(subject).or_default().push(message);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(known);
            }
        }
    }

    /// Returns the message that was made for this row when it had another id. If a row with that id
    /// and this number is still there, both are meant, as the deliveries of one order are.
    pub(crate) fn under_another_id(&self, errand: &Errand<'_>) -> Option<&Message> {
        let subject = subject_of(errand);
        let made = self.messages.get(&subject)?;
        let is_gone = |message: &&Message| {
            let key = message.facts.key.clone();
            key != errand.key() && !self.rows.contains(&(key, subject.clone()))
        };
        made.iter().rfind(is_gone)
    }
}

fn subject_of(errand: &Errand<'_>) -> Subject {
    (errand.message_type().name(), errand.customer().clone(), subject(&errand.about().number))
}
