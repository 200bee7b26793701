//! Preparation of messages from requests: customer, number, file, text.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};

use super::attach::Attaching;
use super::error::{AHEAD_MAX, SendErrorKind};
use super::request::{Request, Same};
use crate::audit::{Act, AuditChange, AuditTarget};
use crate::compose::{Chosen, Composer, Content};
use crate::consent::HasPassed;
use crate::id::{CustomerId, MessageId};
use crate::message::{
    AttachmentRef, CUSTOMER_NAME_MAX, Cause, Class, Facts, Failure, FailureKind, Fingerprint,
    MessageKey, NewMessage, Progress, SUBJECT_MAX, State, StateRow, Status, Trigger,
};
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::port::{Customer, DirectoryError, Enqueued, random};
use crate::private::Private;
use crate::settings::Settings;
use crate::template::YEARS;
use crate::time::spoken;
use crate::visible::sentence;
use crate::wiring::audit_entry;

/// The longest number that a refused message keeps (specification 4.1).
const NUMBER_COLUMN_MAX: usize = 20;

/// The most characters of the warnings about a message that are kept.
const WARNING_MAX: usize = 1_000;

/// Result of preparing a request.
#[derive(Debug)]
pub(super) enum Prepared {
    /// A message to enqueue.
    New(Box<NewMessage>),
    /// A message that can never be sent: it is logged, with a notice.
    Refused(Box<NewMessage>, SendErrorKind),
    /// The message was enqueued before.
    Known(Enqueued),
    /// The request was refused without a row.
    Error(SendErrorKind),
}

/// Makes messages of all requests of one call, in their order: to customers of the host's
/// directory, or all to one customer that the directory need not know.
pub(super) async fn all(
    composer: Composer<'_>,
    requests: &[Request],
    to: Option<Customer>,
) -> Vec<Prepared> {
    let customers = if let Some(customer) = to {
        Ok(BTreeMap::from([(customer.id.clone(), customer)]))
    } else {
        let allowed =
            requests.iter().filter(|request| composer.settings.allows(request.message_type()));
        composer.customers(allowed.map(|request| &request.customer_id)).await
    };
    let year = composer.settings.time_zone.local(composer.now).year();
    let alone = requests.len() == 1;
    let call = Call { composer, customers, year, alone };
    let mut prepared = Vec::with_capacity(requests.len());
    for (request, id) in requests.iter().zip(call.ids(requests.len())) {
        prepared.push(call.prepare(request, id).await.unwrap_or_else(Prepared::Error));
    }
    prepared
}

/// Data that the messages of one call share.
#[derive(Debug)]
struct Call<'a> {
    composer: Composer<'a>,
    /// The customers that exist, or the error of the host.
    customers: Result<BTreeMap<CustomerId, Customer>, DirectoryError>,
    year: i32,
    /// True if the request is alone in its call.
    alone: bool,
}

impl Call<'_> {
    /// Returns the ids of the call's messages, in rising order. So of messages that are due at the
    /// same time the first requested is sent first, and rows that are written together are stored
    /// together.
    fn ids(&self, requests: usize) -> Vec<MessageId> {
        let Composer { ports, now, .. } = &self.composer;
        let id = |_| MessageId::new(*now, random(ports.entropy.as_ref()));
        let mut ids: Vec<_> = (0..requests).map(id).collect();
        ids.sort_unstable();
        ids
    }

    async fn prepare(&self, request: &Request, id: MessageId) -> Result<Prepared, SendErrorKind> {
        let Composer { ports, settings, now, .. } = &self.composer;
        if let Some(known) = self.known(request, id).await? {
            return Ok(Prepared::Known(known));
        }
        let message_type = request.message_type();
        if !ports.types.has(message_type) {
            return Err(SendErrorKind::TypeUnknown(message_type.name()));
        }
        if !settings.allows(message_type) {
            return Err(SendErrorKind::SwitchedOff(message_type));
        }
        for (what, at) in [("schedule", request.scheduled_for), ("expiry", request.expires_at)] {
            if let Some(year) = at.map(|at| at.year()).filter(|year| !YEARS.contains(year)) {
                return Err(SendErrorKind::Year { what, year });
            }
        }
        if let Some(day) = request.scheduled_for.and_then(|at| too_far_ahead(at, *now, settings)) {
            return Err(SendErrorKind::TooFarAhead { day });
        }
        let by_host = request.trigger != Trigger::Manual;
        if request.content.is_free() && by_host && !message_type.allows_free_text() {
            return Err(SendErrorKind::TextByHost(message_type));
        }
        let customers =
            self.customers.as_ref().map_err(|error| SendErrorKind::Directory(error.clone()))?;
        let Some(customer) = customers.get(&request.customer_id) else {
            return Ok(self.refuse(request, id, None, SendErrorKind::CustomerUnknown).await);
        };
        if customer.declines.contains(&message_type.category()) {
            return Err(SendErrorKind::Declined(message_type.category()));
        }
        let number = customer.whatsapp_number.as_ref().map_or("", Private::as_str);
        let number = match WhatsAppNumber::parse(number) {
            Ok(number) => number,
            Err(why) => {
                let why = SendErrorKind::Number(why);
                return Ok(self.refuse(request, id, Some(customer), why).await);
            }
        };
        request.content.check().map_err(SendErrorKind::Text)?;
        let chosen = match &request.frozen {
            Some(frozen) => Arc::new(Chosen::frozen(message_type, frozen)),
            None => self.composer.choose(&request.content, request.template_id).await?,
        };
        let due = request.scheduled_for.unwrap_or(*now).max(*now);
        if self.is_by_hand(request)
            && let Some(question) = request.consent.to(settings.outside_hours(message_type, due))
        {
            return Err(SendErrorKind::OutsideHours(question));
        }
        let file = Attaching::begin(ports, request).await?;

        let key = request.key(id, self.year);
        let name = customer.name.as_str();
        // The text as it is compared with that of the same request later. A published file has
        // another link each time, so the text contains the file's identity in place of its link.
        let identity = file.identity();
        let compared = self.composer.text(&chosen, &request.content, name, &identity);
        let compared = compared.map_err(SendErrorKind::Text)?;
        let who = [("type", message_type.as_str()), ("customer", request.customer_id.as_str())];
        let what = [("number", number.as_str()), ("attachment", &identity), ("text", &compared)];
        let fingerprint = match request.same {
            Same::Content => Fingerprint::of(&[who.as_slice(), what.as_slice()].concat()),
            Same::Key => Fingerprint::of(&who),
            Same::As(given) => given,
        };
        if request.attachment.is_some() {
            let known = ports.store.find_key(&key, &fingerprint).await;
            if let Some(known) = known.map_err(SendErrorKind::Store)? {
                return Ok(Prepared::Known(known));
            }
        }
        let (attachment, doubts) =
            file.publish(ports, settings, message_type, id, due).await?.unzip();
        let link = attachment.as_ref().map(|file| file.url.as_str());
        let day = settings.time_zone.date(due);
        let composed = self.composer.compose(&chosen, &request.content, name, link, day);
        let composed = composed.map_err(SendErrorKind::Text)?;
        let passed = request.scheduled_for.and_then(|at| settings.has_passed(at, *now));
        let late = passed.as_ref().map(late);
        let warnings = request.warnings.iter().chain(&chosen.warnings).cloned().chain(late);
        let warnings = warnings.chain(doubts.unwrap_or_default());
        let warnings = warnings.chain(number.warning().map(str::to_owned)).chain(composed.warnings);
        let (template_id, template_version) = chosen.stored.unzip();
        let facts = Facts {
            text: composed.text.into(),
            values: composed.values,
            template_id,
            template_version,
            warning: warning(warnings),
            attachment,
            ..self.facts(request, id, key, fingerprint, customer, number.as_str())
        };
        let progress = Progress::new(due).with_part(composed.part).with_class(self.class(request));
        let state = StateRow::of(&progress);
        let audit = request.audited.as_ref().map(|by| {
            let sent = AuditChange::state(Status::Pending, Status::Pending);
            Box::new(audit_entry(ports, by, Act::MessageSent, AuditTarget::Message(id), sent))
        });
        Ok(Prepared::New(Box::new(NewMessage { audit, ..NewMessage::new(facts, state) })))
    }

    /// Returns the message in the log for a request that has its own fingerprint: the message of
    /// that request, or the one as which it was refused.
    async fn known(
        &self,
        request: &Request,
        id: MessageId,
    ) -> Result<Option<Enqueued>, SendErrorKind> {
        let Same::As(given) = request.same else { return Ok(None) };
        let key = request.key(id, self.year);
        for key in [key.refused(&given), key] {
            let known = self.composer.ports.store.find_key(&key, &given).await;
            if let Some(known) = known.map_err(SendErrorKind::Store)? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// Returns true if a person waits for this very message.
    fn is_by_hand(&self, request: &Request) -> bool {
        self.alone && request.trigger == Trigger::Manual
    }

    /// Returns the urgency of a message: a message that a person sends singly is transactional,
    /// whatever its type.
    fn class(&self, request: &Request) -> Class {
        if self.is_by_hand(request) {
            Class::Transactional
        } else {
            self.composer.settings.class(request.message_type())
        }
    }

    /// The facts of a message before it has a text.
    fn facts(
        &self,
        request: &Request,
        id: MessageId,
        key: MessageKey,
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
            message_type: request.message_type().name(),
            trigger: request.trigger,
            max_retries: self.composer.settings.retry_max,
            text: Private::default(),
            values: None,
            template_id: None,
            template_version: None,
            attachment: None,
            invoice_id: request.invoice_id.clone(),
            scheduled_for: request.scheduled_for,
            expires_at: request.expires_at,
            subject: request.subject().map(|subject| cut(subject, SUBJECT_MAX)),
            warning: None,
            resend_of: None,
            created_by: request.created_by.clone(),
            created_at: self.composer.now,
        }
    }

    /// Returns a message that can never be sent, failed at once, for the log. It is kept under a
    /// key of its own, so that the corrected message can still be enqueued. It keeps everything
    /// that a resend needs: values, template and file, and the text of a message that a person
    /// wrote.
    async fn refuse(
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
        let Composer { ports, settings, now, .. } = &self.composer;
        request.attachment.as_ref()?;
        if ports.store.find_key(&facts.key, &facts.fingerprint).await.ok()?.is_some() {
            return None;
        }
        let file = Attaching::begin(ports, request).await.ok()?;
        let due = request.scheduled_for.unwrap_or(*now).max(*now);
        let published = file.publish(ports, settings, request.message_type(), facts.id, due).await;
        Some(published.ok()??.0)
    }
}

/// The warning for a message whose send time was in the past.
pub(super) fn late(passed: &HasPassed) -> String {
    format!("{LATE}{}{AT_ONCE}", spoken(passed.at))
}

const LATE: &str = "It was to go out on ";
const AT_ONCE: &str = ", which has passed: it goes out at once.";

/// The warning of a message without the sentence about a send time in the past.
pub(super) fn without_late(warning: &str) -> String {
    let rest = warning.split_once(LATE).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(AT_ONCE)?;
        Some(format!("{} {}", before.trim_end(), after.trim_start()).trim().to_owned())
    });
    rest.unwrap_or_else(|| warning.to_owned())
}

/// The day, in the time zone of the business, of an instant that is too far ahead; `None` where it
/// is not.
pub(super) fn too_far_ahead(
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    settings: &Settings,
) -> Option<NaiveDate> {
    (at - now > TimeDelta::days(AHEAD_MAX)).then(|| settings.time_zone.date(at))
}

/// The warnings for the manager about a message, as its row keeps them.
pub(super) fn warning(warnings: impl IntoIterator<Item = String>) -> Option<String> {
    let sentences: Vec<_> = warnings.into_iter().map(|warning| sentence(&warning)).collect();
    (!sentences.is_empty()).then(|| cut(&sentences.join(" "), WARNING_MAX))
}

pub(super) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
