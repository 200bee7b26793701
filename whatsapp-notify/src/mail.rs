//! One digest as one mail, ready to be sent.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue, To};
use lettre::message::{Mailbox, Mailboxes, MultiPart, SinglePart};
use lettre::{Address, Message};
use whatsapp_core::port::{AccountMail, Digest, NotifyError};
use whatsapp_core::template::Types;

use crate::account::AccountBody;
use crate::body::{Body, Style};

/// The last second that a `Date` header can express.
const LAST_SECOND: i64 = 253_402_300_799;

/// A mail: it has the same bytes whenever it is composed from the same digest.
pub(crate) struct Mail {
    pub(crate) from: Address,
    pub(crate) bytes: Vec<u8>,
}

/// The content from which a mail is composed.
struct Letter<'a> {
    /// Identifies the letter: the same letter is the same mail.
    id: String,
    at: DateTime<Utc>,
    subject: &'a str,
    text: String,
    html: String,
}

impl Mail {
    pub(crate) fn compose(
        from: &Mailbox,
        to: Vec<Mailbox>,
        digest: &Digest,
        types: &Types,
        style: &Style,
    ) -> Result<Self, NotifyError> {
        let body = Body::new(&digest.notices, types, style);
        let (text, html) = body.render().map_err(|_| cannot_be_put_together())?;
        let (id, at) = (digest.id.to_string(), digest.created_at);
        Self::from_letter(from, to, Letter { id, at, subject: body.subject(), text, html })
    }

    pub(crate) fn about_account(
        from: &Mailbox,
        to: Vec<Mailbox>,
        mail: &AccountMail,
        style: &Style,
    ) -> Result<Self, NotifyError> {
        let body = AccountBody::new(mail, &style.zone, style.console_url.as_deref());
        let (text, html) = body.render().map_err(|_| cannot_be_put_together())?;
        let (id, at) = (mail.id.to_string(), mail.at);
        Self::from_letter(from, to, Letter { id, at, subject: body.subject(), text, html })
    }

    fn from_letter(
        from: &Mailbox,
        to: Vec<Mailbox>,
        letter: Letter<'_>,
    ) -> Result<Self, NotifyError> {
        let Letter { id, at, subject, text, html } = letter;
        let message = Message::builder()
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .date(date(at))
            .from(from.clone())
            .mailbox(To::from(to.into_iter().collect::<Mailboxes>()))
            .subject(subject)
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(
                MultiPart::alternative()
                    .boundary(format!("=_{id}"))
                    .singlepart(part(ContentType::TEXT_PLAIN, text))
                    .singlepart(part(ContentType::TEXT_HTML, html)),
            )
            .map_err(|_| cannot_be_put_together())?;
        Ok(Self { from: from.email.clone(), bytes: message.formatted() })
    }
}

/// Quoted-printable text contains no `=_`, so that no body can contain the boundary.
fn part(kind: ContentType, body: String) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(body)
}

/// Limits the year to 1970 through 9999: writing any other would panic.
fn date(instant: DateTime<Utc>) -> SystemTime {
    let seconds = instant.timestamp().clamp(0, LAST_SECOND);
    DateTime::from_timestamp(seconds, 0).map_or(SystemTime::UNIX_EPOCH, SystemTime::from)
}

fn cannot_be_put_together() -> NotifyError {
    NotifyError::new("the mail could not be put together")
}
