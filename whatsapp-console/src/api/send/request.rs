//! Conversion of a call's body into a request of the core.

use std::collections::BTreeMap;

use whatsapp_core::message::{MessageType, Trigger, TypeName};
use whatsapp_core::messenger::Consent;
use whatsapp_core::template::Types;
use whatsapp_core::{Attachment, CustomerId, Request, UserId};

use super::{Filling, SendBody};
use crate::api::problem::{Fault, Problem};
use crate::api::slug::Slug;
use crate::page::sending::Token;
use crate::secret::ConsoleSecret;

/// Maximum number of names that a warning lists.
const NAMED: usize = 10;

/// The message type that a body names.
pub(super) fn kind(body: &SendBody, types: &Types) -> Result<MessageType, Problem> {
    let name = TypeName::new(&body.message_type)
        .map_err(|wrong| Problem::of_member(Slug::Body, "messageType", &wrong))?;
    types.get(name).ok_or_else(|| {
        let known: Vec<_> = types.iter().map(whatsapp_core::message::MessageType::as_str).collect();
        let right = format!("one of {} is expected", known.join(", "));
        Problem::of_member(Slug::UnknownType, "messageType", &right)
    })
}

/// The request that a body describes.
pub(super) fn request(
    body: SendBody,
    kind: MessageType,
    by: &UserId,
    secret: &ConsoleSecret,
) -> Result<Request, Problem> {
    let customer = CustomerId::new(body.customer_id.as_str())
        .map_err(|wrong| Problem::of_member(Slug::Body, "customerId", &wrong))?;
    let attachment = attachment(&body, secret)?;
    let (values, unknown) = values(body.placeholders.unwrap_or_default(), kind)?;
    let mut request = match body.custom_message {
        Some(text) => Request::text(customer, kind, text, values),
        None => Request::values(customer, kind, values),
    };
    request = request
        .with_trigger(body.trigger_type.unwrap_or(Trigger::Manual))
        .with_consent(if body.outside_hours { Consent::Given } else { Consent::NotAsked })
        .with_creator(by.clone());
    if let Some(template) = body.template_id {
        request = request.with_template(template);
    }
    if let Some(attachment) = attachment {
        request = request.with_attachment(attachment);
    }
    if let Some(at) = body.scheduled_for {
        request = request.with_schedule(at);
    }
    if let Some(warning) = left_out(&unknown) {
        tracing::warn!(
            names = unknown.len(),
            "a call gives values for which its message has no place"
        );
        request = request.with_warning(warning);
    }
    Ok(request)
}

/// The file that a body names.
fn attachment(body: &SendBody, secret: &ConsoleSecret) -> Result<Option<Attachment>, Problem> {
    let named = [&body.attachment_url, &body.attachment_file_id, &body.uploaded_file];
    if named.iter().filter(|it| it.is_some()).count() > 1 {
        let why = "another member names a file already: leave one of them out";
        return Err(Problem::of_member(Slug::Attachment, body.file_member(), &why));
    }
    if let Some(token) = &body.uploaded_file {
        let why = "it is none that was given here: upload the file once more";
        let file = Token::read(token, secret);
        let file = file.ok_or_else(|| Problem::of_member(Slug::Attachment, "uploadedFile", &why));
        return Ok(Some(Attachment::Kept(file?)));
    }
    if let Some(key) = &body.attachment_file_id {
        return Ok(Some(Attachment::key(key)));
    }
    let link = body.attachment_url.as_ref().map(Attachment::link).transpose();
    link.map_err(|wrong| Problem::of_member(Slug::Attachment, "attachmentUrl", &wrong))
}

/// The values for which the type has a placeholder, and the names of the others.
fn values(
    given: BTreeMap<String, Filling>,
    kind: MessageType,
) -> Result<(BTreeMap<String, String>, Vec<String>), Problem> {
    let (mut values, mut unknown) = (BTreeMap::new(), Vec::new());
    for (name, value) in given {
        if !kind.placeholders().iter().any(|placeholder| placeholder.name == name) {
            unknown.push(name);
            continue;
        }
        let Some(text) = value.into_text() else {
            let why = "is no whole number: give it as a text, as customers are to read it";
            let fault = Fault::at(&["placeholders", name.as_str()], why);
            return Err(Problem::new(Slug::Body, format!("placeholders.{name} {why}.")).with(fault));
        };
        values.insert(name, text);
    }
    Ok((values, unknown))
}

/// The warning for the manager about values that have no placeholder.
fn left_out(names: &[String]) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    // Text that does not look like a name could be a value in the wrong place.
    let is_name = |name: &&String| {
        name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let mut told: Vec<String> =
        names.iter().filter(is_name).take(NAMED).map(|name| format!("{{{name}}}")).collect();
    let more = names.len() - told.len();
    if more > 0 {
        told.push(format!("{more} more"));
    }
    Some(format!("Values without a place in the text were left out: {}.", told.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_none_are_counted_and_not_told() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(left_out(&[]), None);
        assert_eq!(
            left_out(&names(&["branch", "Asha Traders", "invoiceCount"])).unwrap(),
            "Values without a place in the text were left out: {branch}, {invoiceCount}, 1 more."
        );
        let many: Vec<String> = (0..12).map(|no| format!("n{no}")).collect();
        assert!(left_out(&many).unwrap().ends_with("{n9}, 2 more."));
    }
}
