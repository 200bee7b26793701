//! From a request to a message: customer, number, template, values.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::attach::Attaching;
use super::error::SendErrorKind;
use super::request::{Content, Request};
use crate::format::Formats;
use crate::id::{MessageId, TemplateId};
use crate::message::{
    CUSTOMER_NAME_MAX, Cause, Class, Facts, Failure, FailureKind, Fingerprint, MessageType,
    NewMessage, Part, Progress, SUBJECT_MAX, State, StateRow, Trigger,
};
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::port::{Customer, Enqueued, random};
use crate::private::Private;
use crate::settings::Settings;
use crate::template::{Payload, Template, Values, built_in, free_text, not_yet_due_reminder};
use crate::wiring::Ports;

/// The longest number that a refused message keeps (specification 4.1).
const NUMBER_COLUMN_MAX: usize = 20;

/// How much of the warnings about a message is kept, in characters.
const WARNING_MAX: usize = 1_000;

/// What one enqueue works with: the settings and the instant of now.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) ports: &'a Ports,
    pub(super) settings: Settings,
    pub(super) formats: Formats,
    pub(super) now: DateTime<Utc>,
    pub(super) year: i32,
    /// Whether the request stands alone in its call.
    pub(super) alone: bool,
}

/// What a request came to.
#[derive(Debug)]
pub(super) enum Prepared {
    /// A message to enqueue.
    New(Box<NewMessage>),
    /// A message that can never be sent: to log, with a notice.
    Refused(Box<NewMessage>, SendErrorKind),
    /// It was enqueued before.
    Known(Enqueued),
    /// Refused without a row.
    Error(SendErrorKind),
}

/// A template, and where it came from.
struct Chosen {
    template: Template,
    id: Option<TemplateId>,
    /// What the manager should know about it, a sentence each.
    warnings: Vec<String>,
}

impl Desk<'_> {
    pub(super) async fn prepare(&self, request: &Request) -> Prepared {
        match self.try_prepare(request).await {
            Ok(prepared) => prepared,
            Err(kind) => Prepared::Error(kind),
        }
    }

    async fn try_prepare(&self, request: &Request) -> Result<Prepared, SendErrorKind> {
        let message_type = request.message_type();
        if !self.settings.allows(message_type) {
            return Err(SendErrorKind::SwitchedOff(message_type));
        }
        let customer = self.ports.customers.find(&request.customer_id).await;
        let Some(customer) = customer.map_err(SendErrorKind::Directory)? else {
            return Ok(self.refuse(request, None, SendErrorKind::CustomerUnknown));
        };
        let number = customer.whatsapp_number.as_ref().map_or("", Private::as_str);
        let number = match WhatsAppNumber::parse(number) {
            Ok(number) => number,
            Err(why) => {
                return Ok(self.refuse(request, Some(&customer), SendErrorKind::Number(why)));
            }
        };
        if let Content::Payload(payload) = &request.content {
            payload.check().map_err(SendErrorKind::Text)?;
        }
        let mut chosen = self.choose(request).await?;
        let file = Attaching::begin(self.ports, request).await?;

        let id = MessageId::new(self.now, random(self.ports.entropy.as_ref()));
        let key = request.key(id, self.year);
        let name = customer.name.as_str();
        let identity = file.identity();
        let fingerprint = Fingerprint::of(&[
            ("type", message_type.as_str()),
            ("customer", request.customer_id.as_str()),
            ("number", number.as_str()),
            ("attachment", &identity),
            ("text", &self.render(request, &chosen.template, name, &identity)?),
        ]);
        if request.attachment.is_some() {
            let known = self.ports.store.find_key(&key, &fingerprint).await;
            if let Some(known) = known.map_err(SendErrorKind::Store)? {
                return Ok(Prepared::Known(known));
            }
        }
        let due = request.scheduled_for.unwrap_or(self.now).max(self.now);
        let (attachment, doubts) =
            file.publish(self.ports, &self.settings, message_type, id, due).await?.unzip();
        chosen.warnings.extend(doubts.unwrap_or_default());
        let link = attachment.as_ref().map_or("", |file| file.url.as_str());
        let text = self.render(request, &chosen.template, name, link)?;
        chosen.warnings.extend(number.warning().map(str::to_owned));
        chosen.warnings.extend(self.doubts(request, &chosen.template, name, link));
        let part = Part::first(&text, attachment.is_some());
        let facts = Facts {
            text: text.into(),
            template_id: chosen.id,
            warning: warning(&chosen.warnings),
            attachment,
            ..self.facts(request, id, key, fingerprint, &customer, number.as_str())
        };
        let progress = Progress::new(due).with_part(part).with_class(self.class(request));
        let state = StateRow::of(&progress);
        Ok(Prepared::New(Box::new(NewMessage { facts, state })))
    }

    /// How urgent a message is: what a person sends singly is, whatever its type.
    fn class(&self, request: &Request) -> Class {
        if self.alone && request.trigger == Trigger::Manual {
            Class::Transactional
        } else {
            request.message_type().class()
        }
    }

    /// What is known of a message before it has a text.
    fn facts(
        &self,
        request: &Request,
        id: MessageId,
        key: crate::message::MessageKey,
        fingerprint: Fingerprint,
        customer: &Customer,
        number: &str,
    ) -> Facts {
        Facts {
            id,
            key,
            fingerprint,
            customer_id: request.customer_id.clone(),
            customer_name: cut(customer.name.as_str(), CUSTOMER_NAME_MAX).into(),
            whatsapp_number: number.into(),
            message_type: request.message_type(),
            trigger: request.trigger,
            max_retries: self.settings.retry_max,
            text: Private::default(),
            template_id: None,
            attachment: None,
            invoice_id: request.invoice_id.clone(),
            scheduled_for: request.scheduled_for,
            expires_at: request.expires_at,
            subject: request.subject().map(|subject| cut(subject, SUBJECT_MAX)),
            warning: None,
            resend_of: None,
            created_by: request.created_by.clone(),
            created_at: self.now,
        }
    }

    /// A message that can never be sent, as it stands in the log: failed at once. It is kept under
    /// a key of its own, so that the corrected message can still be enqueued.
    fn refuse(
        &self,
        request: &Request,
        customer: Option<&Customer>,
        why: SendErrorKind,
    ) -> Prepared {
        let id = MessageId::new(self.now, random(self.ports.entropy.as_ref()));
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
        let fingerprint = Fingerprint::of(&[
            ("refused", &reason),
            ("customer", request.customer_id.as_str()),
            ("number", number),
        ]);
        let key = request.key(id, self.year).refused(&fingerprint);
        let cause = match &why {
            SendErrorKind::Number(_) => Cause::Recipient,
            _ => Cause::Host,
        };
        let failure = Failure::new(FailureKind::Invalid, reason).caused_by(cause);
        let failed = State::Failed(failure);
        let state = StateRow::of(&Progress::ended(failed));
        let number = cut(number, NUMBER_COLUMN_MAX);
        let facts = self.facts(request, id, key, fingerprint, customer, &number);
        Prepared::Refused(Box::new(NewMessage { facts, state }), why)
    }

    /// The template: the one that was asked for, the active one of the type, or the built-in one. A
    /// reminder for an invoice that is not overdue yet never says "0 days overdue".
    async fn choose(&self, request: &Request) -> Result<Chosen, SendErrorKind> {
        let message_type = request.message_type();
        if let Content::Text { text, .. } = &request.content {
            let text = free_text(text.as_str()).map_err(SendErrorKind::Text)?;
            return Ok(lenient(message_type, &text, None));
        }
        let store = &self.ports.store;
        if let Some(id) = request.template_id {
            let stored = store.template(id).await.map_err(SendErrorKind::Store)?;
            let stored = stored.ok_or(SendErrorKind::TemplateUnknown)?;
            if stored.message_type != message_type {
                return Err(SendErrorKind::TemplateType(stored.message_type));
            }
            if !stored.is_active {
                return Err(SendErrorKind::TemplateInactive);
            }
            return Ok(lenient(message_type, &stored.content, Some(id)));
        }
        let stored = store.active_template(message_type).await.map_err(SendErrorKind::Store)?;
        let chosen = match stored {
            Some(stored) => lenient(message_type, &stored.content, Some(stored.id)),
            None => lenient(message_type, built_in(message_type), None),
        };
        let not_overdue = matches!(
            &request.content,
            Content::Payload(Payload::PaymentReminder(reminder)) if reminder.days_overdue() == 0
        );
        if not_overdue && chosen.template.uses("daysOverdue") {
            return Ok(lenient(message_type, not_yet_due_reminder(), None));
        }
        Ok(chosen)
    }

    fn render(
        &self,
        request: &Request,
        template: &Template,
        customer_name: &str,
        link: &str,
    ) -> Result<String, SendErrorKind> {
        self.with_values(request, customer_name, link, |values| template.render(values))
            .map_err(SendErrorKind::Text)
    }

    /// What the manager should know about the values of a message, a sentence each.
    fn doubts(
        &self,
        request: &Request,
        template: &Template,
        customer_name: &str,
        link: &str,
    ) -> Vec<String> {
        let mut doubts =
            self.with_values(request, customer_name, link, |values| template.warnings(values));
        if let Content::Payload(payload) = &request.content {
            doubts.extend(payload.warnings());
        }
        doubts
    }

    /// Works on the values of a request as they are written out for a customer.
    fn with_values<T>(
        &self,
        request: &Request,
        customer_name: &str,
        link: &str,
        work: impl FnOnce(&Values<'_>) -> T,
    ) -> T {
        match &request.content {
            Content::Payload(payload) => {
                work(&payload.values(customer_name, link, &self.formats).values())
            }
            Content::Values { message_type, values }
            | Content::Text { message_type, values, .. } => {
                let mut all: BTreeMap<&str, &str> =
                    BTreeMap::from([("customerName", customer_name), ("invoiceLink", link)]);
                all.extend(values.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                let pairs = all.iter().map(|(name, value)| (*name, *value));
                work(&Values::from_pairs(*message_type, pairs))
            }
        }
    }
}

fn lenient(message_type: MessageType, text: &str, id: Option<TemplateId>) -> Chosen {
    let (template, problems) = Template::lenient(message_type, text);
    let left = problems.iter().map(|problem| sentence(&problem.kind.to_string())).collect();
    Chosen { template, id, warnings: left }
}

/// What the manager should know about a message, as its row keeps it.
fn warning(warnings: &[String]) -> Option<String> {
    let sentences: Vec<_> = warnings.iter().map(|warning| sentence(warning)).collect();
    (!sentences.is_empty()).then(|| cut(&sentences.join(" "), WARNING_MAX))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut characters = clause.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if clause.ends_with(['?', '.']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}
