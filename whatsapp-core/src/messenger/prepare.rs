//! Preparation of messages from requests: customer, number, file, text.

mod refused;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};

use super::attach::PendingFile;
use super::error::{AHEAD_MAX, SendErrorKind};
use super::request::{Request, Same};
use crate::audit::{Act, AuditChange, AuditTarget};
use crate::compose::{Chosen, Composer};
use crate::consent::HasPassed;
use crate::id::{CustomerId, MessageId};
use crate::message::{
    CUSTOMER_NAME_MAX, Class, Facts, Fingerprint, MessageKey, NewMessage, Progress, SUBJECT_MAX,
    StateRow, Status, Trigger,
};
use crate::number::WhatsAppNumber;
use crate::port::{Customer, DirectoryError, Enqueued, random};
use crate::private::Private;
use crate::settings::Settings;
use crate::template::YEARS;
use crate::time::spoken;
use crate::visible::sentence;
use crate::wiring::audit_entry;

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

/// A customer who can get a message, and the number that it goes to.
struct Recipient<'a> {
    customer: &'a Customer,
    number: WhatsAppNumber,
}

/// The reason why nobody can get a message.
enum Unfit<'a> {
    /// The request is refused without a row.
    Error(SendErrorKind),
    /// The message can never be sent: it is logged, with the customer where there is one.
    Logged(Option<&'a Customer>, SendErrorKind),
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
        if let Some(known) = self.known(request, id).await? {
            return Ok(Prepared::Known(known));
        }
        self.may_be_made(request)?;
        match self.recipient(request) {
            Ok(recipient) => self.made(request, id, &recipient).await,
            Err(Unfit::Error(why)) => Err(why),
            Err(Unfit::Logged(customer, why)) => Ok(self.refused(request, id, customer, why).await),
        }
    }

    /// Refuses a request that nobody may make a message of, whoever the customer is.
    fn may_be_made(&self, request: &Request) -> Result<(), SendErrorKind> {
        let Composer { ports, settings, now, .. } = &self.composer;
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
        Ok(())
    }

    /// Returns the customer and the number that a message goes to.
    fn recipient(&self, request: &Request) -> Result<Recipient<'_>, Unfit<'_>> {
        let customers = self.customers.as_ref();
        let customers =
            customers.map_err(|error| Unfit::Error(SendErrorKind::Directory(error.clone())))?;
        let Some(customer) = customers.get(&request.customer_id) else {
            return Err(Unfit::Logged(None, SendErrorKind::CustomerUnknown));
        };
        let category = request.message_type().category();
        if customer.declines.contains(&category) {
            return Err(Unfit::Error(SendErrorKind::Declined(category)));
        }
        match customer.number() {
            Ok(number) => Ok(Recipient { customer, number }),
            Err(why) => Err(Unfit::Logged(Some(customer), SendErrorKind::Number(why))),
        }
    }

    /// Makes the message to a recipient who can get it.
    async fn made(
        &self,
        request: &Request,
        id: MessageId,
        recipient: &Recipient<'_>,
    ) -> Result<Prepared, SendErrorKind> {
        let Composer { ports, settings, now, .. } = &self.composer;
        let Recipient { customer, number } = recipient;
        let message_type = request.message_type();
        request.content.check().map_err(SendErrorKind::Text)?;
        let chosen = match &request.frozen {
            Some(frozen) => Arc::new(Chosen::frozen(message_type, frozen)),
            None => self.composer.choose(&request.content, request.template_id).await?,
        };
        let due = self.due(request);
        if self.is_by_hand(request)
            && let Some(question) = request.consent.to(settings.outside_hours(message_type, due))
        {
            return Err(SendErrorKind::OutsideHours(question));
        }
        let file = PendingFile::begin(ports, request).await?;
        let key = request.key(id, self.year);
        let fingerprint = self.fingerprint(request, recipient, &chosen, &file)?;
        if request.attachment.is_some() {
            let known = ports.store.find_key(&key, &fingerprint).await;
            if let Some(known) = known.map_err(SendErrorKind::Store)? {
                return Ok(Prepared::Known(known));
            }
        }
        let (attachment, doubts) =
            file.publish(ports, settings, message_type, id, due).await?.unzip();
        let link = attachment.as_ref().map(|file| file.url.as_str());
        let (name, day) = (customer.name.as_str(), settings.time_zone.date(due));
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

    /// Returns the hash by which the same request is known later. A published file has another link
    /// each time, so the text is taken with the file's identity in place of its link.
    fn fingerprint(
        &self,
        request: &Request,
        Recipient { customer, number }: &Recipient<'_>,
        chosen: &Chosen,
        file: &PendingFile,
    ) -> Result<Fingerprint, SendErrorKind> {
        let identity = file.identity();
        let text = self.composer.text(chosen, &request.content, customer.name.as_str(), &identity);
        let text = text.map_err(SendErrorKind::Text)?;
        let of = request.message_type();
        let who = [("type", of.as_str()), ("customer", request.customer_id.as_str())];
        let what = [("number", number.as_str()), ("attachment", &identity), ("text", &text)];
        Ok(match request.same {
            Same::Content => Fingerprint::of(&[who.as_slice(), what.as_slice()].concat()),
            Same::Key => Fingerprint::of(&who),
            Same::As(given) => given,
        })
    }

    /// Returns the time at which a message is due.
    fn due(&self, request: &Request) -> DateTime<Utc> {
        request.scheduled_for.unwrap_or(self.composer.now).max(self.composer.now)
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
