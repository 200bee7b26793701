//! The host's books about an invoice, as the values of a message.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Composer, Content};
use crate::message::{MessageType, MessageValues, Source};
use crate::port::Due;
use crate::template::{RenderError, check_year, days_overdue};

impl Composer<'_> {
    /// The content of a message that was enqueued with these values, brought up to date with the
    /// books. The customer's name is left to the customer's record.
    ///
    /// # Errors
    /// [`RenderError::Year`] for a date that no message may say.
    pub(crate) fn by_the_books(
        &self,
        message_type: MessageType,
        values: &MessageValues,
        due: &Due,
        today: NaiveDate,
    ) -> Result<Content, RenderError> {
        let dates = [("invoiceDate", due.date), ("dueDate", due.due), ("daysOverdue", today)];
        for (name, date) in dates.into_iter().filter(|(name, _)| message_type.slot(name).is_some())
        {
            check_year(name, date)?;
        }
        let formats = &self.formats;
        let mut said = BTreeMap::from([
            ("invoiceNumber", due.number.clone()),
            ("invoiceDate", formats.date(due.date)),
            ("dueDate", formats.date(due.due)),
            ("daysOverdue", days_overdue(due.due, today).to_string()),
            ("amount", formats.amount(due.outstanding)),
        ]);
        let link = due.pay_link.as_ref().map(|link| link.as_str().to_owned());
        said.extend(link.map(|link| ("paymentLink", link)));
        let known = message_type.placeholders().iter();
        let values = known
            .filter(|placeholder| placeholder.source != Source::CustomerName)
            .filter_map(|placeholder| {
                let name = placeholder.name;
                let kept = || values.get(name).map(str::to_owned);
                Some((name.to_owned(), said.get(name).cloned().or_else(kept)?))
            })
            .collect();
        Ok(Content::Values { message_type, values })
    }
}
