//! Customers and invoices without reminders: the customer does not want them, or a mute holds them.

use std::collections::BTreeMap;

use super::PlannerError;
use crate::id::{CustomerId, InvoiceId};
use crate::message::{Category, MessageType};
use crate::mute;
use crate::port::{Customer, Due, MuteQuestion};
use crate::private::Private;
use crate::wiring::{Ports, mutes_for};

const CATEGORY: Category = MessageType::PAYMENT_REMINDER.category();

/// Returns the reasons not to remind anybody of these invoices. Invoices that may be reminded
/// of are left out. The mutes are asked for in one question.
pub(super) async fn unwanted<'a>(
    ports: &Ports,
    due: impl Iterator<Item = &'a Due>,
    customers: &[Customer],
    number_keys: &BTreeMap<CustomerId, String>,
) -> Result<BTreeMap<InvoiceId, Private>, PlannerError> {
    let declined: BTreeMap<&CustomerId, Private> = customers
        .iter()
        .filter_map(|customer| Some((&customer.id, customer.declined(CATEGORY)?)))
        .collect();
    let (mut unwanted, mut asked) = (BTreeMap::new(), Vec::new());
    for due in due {
        if let Some(why) = declined.get(&due.customer) {
            unwanted.insert(due.invoice.clone(), why.clone());
        } else {
            let number_key = number_keys.get(&due.customer);
            asked.push(MuteQuestion {
                customer: due.customer.clone(),
                number_key: number_key.map(|key| key.as_str().into()),
                invoice: Some(due.invoice.clone()),
            });
        }
    }
    let answers = mutes_for(ports, &asked).await?;
    for (question, mutes) in asked.into_iter().zip(answers) {
        unwanted.extend(question.invoice.zip(mute::why(&mutes, CATEGORY)));
    }
    Ok(unwanted)
}

/// Returns the key that all spellings of a customer's number share.
pub(super) fn number_key(customer: &Customer) -> Option<String> {
    customer.number().ok().map(|number| number.variant_key())
}
