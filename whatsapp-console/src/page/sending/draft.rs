//! A message as the form has it.

use std::collections::BTreeMap;

use whatsapp_core::attachment::KeptFile;
use whatsapp_core::message::{FileRule, Fingerprint, MessageType};
use whatsapp_core::port::random;
use whatsapp_core::{CustomerId, Private, TemplateId};

use super::{Seen, Token};
use crate::oops::Oops;
use crate::page::eyes::Eyes;
use crate::typed::Typed;
use crate::visit::Visit;

/// Beginning of the name of a value's field, before the placeholder's name.
pub(super) const VALUE: &str = "v-";

/// The form's word for a text that somebody writes.
pub(super) const OWN: &str = "own";

/// Source of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The text that messages of the type are made with.
    Used,
    /// A template that was chosen.
    Template(TemplateId),
    /// A text that somebody writes.
    Own,
}

impl Origin {
    /// The source's word in the form.
    pub(super) fn word(self) -> String {
        match self {
            Self::Used => String::new(),
            Self::Template(id) => id.to_string(),
            Self::Own => OWN.to_owned(),
        }
    }
}

/// A message as the form has it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// Search text for the customer.
    pub(super) who: Private,
    pub(super) customer: Option<CustomerId>,
    pub(super) seen: Option<Seen>,
    pub(super) message_type: MessageType,
    pub(super) origin: Origin,
    /// The text that somebody writes.
    pub(super) text: Private,
    /// Values by the names of their placeholders, as they were typed.
    pub(super) values: BTreeMap<String, Private>,
    /// The file that is kept for the message.
    pub(super) file: Option<KeptFile>,
    pub(super) link: Private,
    /// The field beside which a problem with the file is told.
    pub(super) file_field: &'static str,
    pub(super) is_later: bool,
    /// The instant that was typed.
    pub(super) at: String,
    /// Set for the second instant of a time that comes twice.
    pub(super) is_second: bool,
    /// Agreement to send outside the hours.
    pub(super) hours: bool,
    /// The number that a test goes to.
    pub(super) mine: Private,
    /// Random key of a test.
    pub(super) once: String,
}

impl Draft {
    /// The form as it is first shown: with the first type that is switched on, where the address
    /// names none.
    pub(super) fn fresh(visit: &Visit, eyes: &Eyes<'_>) -> Result<Self, Oops> {
        let unknown = || Oops::Bad(visit.texts().strange_type_what().to_owned());
        let types = visit.ports().types();
        let first = || types.iter().find(|of| eyes.settings.allows(*of)).or(types.iter().next());
        let of = match visit.parameter("type") {
            Some(name) => name.parse().ok().and_then(|name| types.get(name)).ok_or_else(unknown)?,
            None => first().unwrap_or(MessageType::INVOICE),
        };
        let customer = match visit.parameter("customer") {
            Some(id) => Some(CustomerId::new(id).map_err(|_| Oops::NoCustomer)?),
            None => None,
        };
        Ok(Self {
            who: Private::default(),
            customer,
            seen: None,
            message_type: of,
            origin: Origin::Used,
            text: Private::default(),
            values: BTreeMap::new(),
            file: None,
            link: Private::default(),
            file_field: file_field(of, "", visit),
            is_later: false,
            at: String::new(),
            is_second: false,
            hours: false,
            mine: visit.visitor.number.clone().unwrap_or_default(),
            once: once(visit),
        })
    }

    /// Reads a form; `None` for what is no form of ours.
    pub(super) fn read(typed: &Typed, visit: &Visit) -> Option<Self> {
        let of = typed.get("type").parse().ok();
        let origin = match typed.get("from") {
            "" => Origin::Used,
            OWN => Origin::Own,
            id => Origin::Template(id.parse().ok()?),
        };
        let values = typed.0.iter().filter_map(|(field, value)| {
            let name = field.strip_prefix(VALUE)?;
            Some((name.to_owned(), value.replace("\r\n", "\n").into()))
        });
        let seen = CustomerId::new(typed.get("seen-of")).ok();
        let message_type = visit.ports().types().get(of?)?;
        Some(Self {
            who: typed.get("who").into(),
            customer: CustomerId::new(typed.get("customer")).ok(),
            seen: seen.map(|of| Seen { of, last: typed.get("seen").parse().ok() }),
            message_type,
            origin,
            text: typed.as_typed("text").replace("\r\n", "\n").replace('\r', "\n").into(),
            values: values.collect(),
            file: Token::read(typed.get("file"), &visit.inner.secret),
            link: typed.get("link").into(),
            file_field: file_field(message_type, typed.get("link"), visit),
            is_later: typed.get("when") == "later",
            at: typed.get("at").to_owned(),
            is_second: typed.get("fold") == "second",
            hours: typed.get("hours") == "yes",
            mine: typed.get("mine").into(),
            once: typed.get("once").to_owned(),
        })
    }

    /// A value as it was typed.
    pub(super) fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |value| value.as_str().trim())
    }

    /// The hash of all that is asked for, by which a form that is sent twice is known.
    pub(super) fn same(&self) -> Fingerprint {
        let origin = self.origin.word();
        let file = self.file.as_ref().map(|file| format!("{}:{}", file.sha256, file.name));
        let at =
            if self.is_later { format!("{} {}", self.at, self.is_second) } else { String::new() };
        let text = if self.origin == Origin::Own { self.text.as_str().trim() } else { "" };
        let values = self.values.iter().filter(|(_, value)| !value.as_str().trim().is_empty());
        let mut parts = vec![
            ("form", "send"),
            ("customer", self.customer.as_ref().map_or("", CustomerId::as_str)),
            ("type", self.message_type.as_str()),
            ("from", &origin),
            ("text", text),
            ("file", file.as_deref().unwrap_or_default()),
            ("link", self.link.as_str()),
            ("at", &at),
        ];
        parts.extend(values.map(|(name, value)| (name.as_str(), value.as_str().trim())));
        Fingerprint::of(&parts)
    }
}

/// The field beside which a problem with the file is told. Where there is neither a field for a
/// file nor one for a link, it is the place where that is said.
fn file_field(of: MessageType, link: &str, visit: &Visit) -> &'static str {
    let (ports, takes_one) = (visit.ports(), of.file() != FileRule::None);
    match (ports.offers().keeps_files && takes_one, ports.offers().reads_files && takes_one) {
        _ if !link.is_empty() => "link",
        (true, _) => "upload",
        (false, true) => "link",
        (false, false) => "file",
    }
}

/// Makes the random key of a test.
pub(super) fn once(visit: &Visit) -> String {
    hex::encode(random::<8>(visit.ports().entropy()))
}
