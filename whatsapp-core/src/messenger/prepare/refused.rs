//! Messages that can never be sent: to an unknown customer, or to a number that cannot be used.

use super::super::attach::PendingFile;
use super::super::error::SendErrorKind;
use super::super::request::{Request, Same};
use super::{Call, Prepared, cut};
use crate::compose::{Composer, Content};
use crate::id::MessageId;
use crate::message::{
    AttachmentRef, Cause, Facts, Failure, FailureKind, Fingerprint, NewMessage, Progress, State,
    StateRow,
};
use crate::number::InvalidNumber;
use crate::port::Customer;
use crate::private::Private;
use crate::visible::sentence;

/// The longest number that a refused message keeps (specification 4.1).
const NUMBER_COLUMN_MAX: usize = 20;

impl Call<'_> {
    /// Returns a message that can never be sent, failed at once, for the log. It is kept under a
    /// key of its own, so that the corrected message can still be enqueued. It keeps everything
    /// that a resend needs: values, template and file, and the text of a message that a person
    /// wrote.
    pub(super) async fn refused(
        &self,
        request: &Request,
        id: MessageId,
        customer: Option<&Customer>,
        why: SendErrorKind,
    ) -> Prepared {
        let unknown = Customer::new(request.customer_id.clone(), "Unknown customer", None);
        let customer = customer.unwrap_or(&unknown);
        let number = customer.whatsapp_number.as_ref().map_or("", Private::as_str);
        let reason = match &why {
            SendErrorKind::Number(InvalidNumber::Missing) => {
                "The customer has no WhatsApp number.".to_owned()
            }
            SendErrorKind::Number(why) => sentence(&why.to_string()),
            other => sentence(&other.to_string()),
        };
        let fingerprint = match request.same {
            Same::As(given) => given,
            Same::Content | Same::Key => Fingerprint::of(&[
                ("refused", &reason),
                ("customer", request.customer_id.as_str()),
                ("number", number),
            ]),
        };
        let key = request.key(id, self.year).refused(&fingerprint);
        let cause = match &why {
            SendErrorKind::Number(_) => Cause::Recipient,
            _ => Cause::Host,
        };
        let failure = Failure::new(FailureKind::Invalid, reason).caused_by(cause);
        let failed = State::Failed(failure);
        let state = StateRow::of(&Progress::ended(failed));
        // The mark shows the cut: otherwise half a number could be taken for a whole one.
        let number = number.trim();
        let number = if number.chars().count() > NUMBER_COLUMN_MAX {
            cut(number, NUMBER_COLUMN_MAX - 1) + "…"
        } else {
            number.to_owned()
        };
        let mut stored = None;
        if request.template_id.is_some() {
            let chosen = self.composer.choose(&request.content, request.template_id).await;
            stored = chosen.ok().and_then(|chosen| chosen.stored);
        }
        let (template_id, template_version) = stored.unzip();
        let values = match request.content.check() {
            Ok(()) => Some(self.composer.known_values(&request.content, template_id).await),
            Err(_) => None,
        };
        let text = match &request.content {
            Content::Text { text, .. } => text.clone(),
            Content::Payload(_) | Content::Values { .. } => Private::default(),
        };
        let facts = self.facts(request, id, key, fingerprint, customer, &number);
        let attachment = self.file_of_refused(request, &facts).await;
        let facts = Facts { text, values, template_id, template_version, attachment, ..facts };
        Prepared::Refused(Box::new(NewMessage::new(facts, state)), why)
    }

    /// The file of a message that can never be sent, kept as long as that of any other; `None`
    /// where the file cannot be had, or where the log has the message already.
    async fn file_of_refused(&self, request: &Request, facts: &Facts) -> Option<AttachmentRef> {
        let Composer { ports, settings, .. } = &self.composer;
        request.attachment.as_ref()?;
        if ports.store.find_key(&facts.key, &facts.fingerprint).await.ok()?.is_some() {
            return None;
        }
        let file = PendingFile::begin(ports, request).await.ok()?;
        let due = self.due(request);
        let published = file.publish(ports, settings, request.message_type(), facts.id, due).await;
        Some(published.ok()??.0)
    }
}
