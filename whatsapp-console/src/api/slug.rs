//! Kinds of problem, one word for each.

use axum::http::StatusCode;

/// Makes the kinds: each with its word, HTTP status, title, and advice.
macro_rules! slugs {
    ($($name:ident => $word:literal, $status:ident, $title:literal, $todo:literal;)+) => {
        /// A kind of problem, as a word for programs to decide by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Slug {
            $(#[doc = $title] $name,)+
        }

        impl Slug {
            /// All kinds of problem.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word of this kind.
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The HTTP status of the answer.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// The title of this kind.
            pub(crate) const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// The advice to the caller.
            pub(crate) const fn todo(self) -> &'static str {
                match self { $(Self::$name => $todo,)+ }
            }
        }
    };
}

slugs! {
    NotSignedIn => "not-signed-in", UNAUTHORIZED, "Nobody is signed in",
        "Send the signed-in manager's access token in the header Authorization: Bearer.";
    BadCredential => "bad-credential", UNAUTHORIZED, "The token is not valid",
        "Get a new token, and send it in the header Authorization: Bearer.";
    NotAllowed => "not-allowed", FORBIDDEN, "The person has no access",
        "Ask the person who manages the accounts.";
    OnlyManagers => "only-managers", FORBIDDEN, "Only a manager may do this",
        "Let a manager make the call.";
    Foreign => "foreign-request", FORBIDDEN,
        "The request does not prove that it comes from the console's own pages",
        "Send a token in the header Authorization: Bearer. With a cookie, send the headers Origin \
         and X-CSRF-Token.";
    BadToken => "bad-form-token", FORBIDDEN, "The header X-CSRF-Token is not valid",
        "Take the token of a form of the console's own pages, or send a bearer token instead of a \
         cookie.";
    NoRoute => "no-such-address", NOT_FOUND, "There is no such address",
        "Look the address up in the API's OpenAPI document.";
    UnknownMessage => "unknown-message", NOT_FOUND, "There is no such message",
        "Read the list of messages again. Old messages are deleted after the time that the host \
         keeps them.";
    UnknownCustomer => "unknown-customer", NOT_FOUND, "There is no such customer",
        "Search for the customer again.";
    UnknownReminder => "unknown-reminder", NOT_FOUND, "There is no such reminder",
        "Read the list of reminders that wait for approval again.";
    UnknownInvoice => "unknown-invoice", NOT_FOUND, "There is no such invoice",
        "Use the host's key of an invoice.";
    UnknownDay => "unknown-day", NOT_FOUND, "There is no forecast for that day",
        "Name today or one of the 13 days after it.";
    UnknownMute => "unknown-mute", NOT_FOUND, "There is no such mute",
        "Read the customer's mutes again.";
    UnknownBulk => "unknown-bulk", NOT_FOUND, "There is no such bulk act",
        "Count the act again. An act that nobody confirms is forgotten after a day.";
    UnknownSetting => "unknown-setting", NOT_FOUND, "There is no such setting",
        "Use one of the keys in the list of settings.";
    NoTemplate => "no-such-template", NOT_FOUND,
        "There is no such template, or no such version of it",
        "Read the list of templates again.";
    NoFestival => "no-such-festival", NOT_FOUND,
        "There is no such entry in the calendar of festivals",
        "Read the list of festivals again.";
    NotSetUp => "not-set-up", NOT_FOUND, "This program does not have this function",
        "Ask the host's developers to set it up.";
    Method => "method-not-allowed", METHOD_NOT_ALLOWED, "This method is not allowed here",
        "Use one of the methods in the header Allow.";
    TooLarge => "too-large", PAYLOAD_TOO_LARGE, "The body is too large",
        "Send 256 kB at most; a file may have 10 MB.";
    NotJson => "not-json", UNSUPPORTED_MEDIA_TYPE,
        "The header Content-Type is not application/json",
        "Send the header Content-Type: application/json.";
    Malformed => "malformed-json", BAD_REQUEST, "The body is not valid JSON",
        "Correct the body at the place that the detail names.";
    Body => "invalid-body", BAD_REQUEST, "The body does not have the expected form",
        "Correct the member that the pointer names.";
    Contradiction => "contradictory-body", UNPROCESSABLE_ENTITY,
        "The members of the body contradict each other",
        "Leave one of the members out, as the detail says.";
    Query => "invalid-query", BAD_REQUEST, "A parameter of the address cannot be used",
        "Leave the parameter out, or write it as the detail says.";
    Value => "invalid-value", UNPROCESSABLE_ENTITY, "A value cannot be used",
        "Write the value as the detail says.";
    Key => "invalid-idempotency-key", BAD_REQUEST, "The header Idempotency-Key cannot be used",
        "Send the header once, with 1 to 255 visible ASCII characters.";
    OtherBody => "idempotency-key-reused", UNPROCESSABLE_ENTITY,
        "The Idempotency-Key came with another body before",
        "Use a new key for another message.";
    InHand => "in-hand", CONFLICT, "The same call is in progress",
        "Call again after the number of seconds in the header Retry-After.";
    NothingChosen => "nothing-chosen", UNPROCESSABLE_ENTITY, "No message is chosen",
        "Choose at least one message.";
    UnknownType => "unknown-message-type", UNPROCESSABLE_ENTITY, "There is no such message type",
        "Use one of the types that the detail names.";
    Declined => "declined", UNPROCESSABLE_ENTITY, "The customer does not want such messages",
        "Do not send the message.";
    UnknownTemplate => "unknown-template", UNPROCESSABLE_ENTITY, "There is no such template",
        "Leave templateId out, or name a template that exists.";
    Template => "template-unusable", UNPROCESSABLE_ENTITY, "The template cannot be used",
        "Correct the template, or name another template.";
    NameTaken => "name-taken", CONFLICT, "Another template has this name",
        "Choose another name.";
    TagMissing => "version-missing", PRECONDITION_REQUIRED,
        "The change does not name the version that it is based on",
        "Read the resource again, and send its ETag in the header If-Match.";
    TagUnfit => "version-unusable", BAD_REQUEST, "The header If-Match cannot be used",
        "Send the ETag of an answer once and unchanged, such as \"3\".";
    TagPassed => "version-passed", PRECONDITION_FAILED, "Somebody changed it since you read it",
        "Read it again, and decide with both versions in view.";
    Missing => "missing-value", UNPROCESSABLE_ENTITY, "The template cannot be filled",
        "Give values for the placeholders that the pointers name.";
    Text => "text-unusable", UNPROCESSABLE_ENTITY, "The text cannot be sent",
        "Correct the text as the detail says.";
    TextByHost => "text-not-allowed", UNPROCESSABLE_ENTITY, "Only a manager may write this text",
        "Send triggerType manual with a customMessage, or leave the customMessage out.";
    Attachment => "attachment-unusable", UNPROCESSABLE_ENTITY, "The file cannot be sent",
        "Correct the file as the detail says.";
    AttachmentMissing => "attachment-missing", UNPROCESSABLE_ENTITY, "A file is needed",
        "Give attachmentUrl, attachmentFileId or uploadedFile.";
    AttachmentForbidden => "attachment-not-allowed", UNPROCESSABLE_ENTITY,
        "Messages of this type have no file",
        "Leave the file out.";
    NoFiles => "files-not-set-up", UNPROCESSABLE_ENTITY, "This program cannot send such files",
        "Ask the host's developers to set it up.";
    FileUnreachable => "file-unreachable", SERVICE_UNAVAILABLE,
        "The file cannot be read at the moment",
        "Call again in a minute.";
    Instant => "instant-unusable", UNPROCESSABLE_ENTITY, "The message cannot be sent at that time",
        "Choose another time, as the detail says.";
    OutsideHours => "outside-hours", CONFLICT, "It would go out outside the permitted hours",
        "Ask a person, and call again with outsideHours: true.";
    RemindedToday => "reminded-today", CONFLICT, "The customer was already reminded today",
        "Ask a person, and call again with againToday: true.";
    HasPassed => "instant-passed", CONFLICT, "The time has passed",
        "Choose another time, or call again with atOnce: true.";
    MayHaveArrived => "may-have-arrived", CONFLICT, "The customer may already have the message",
        "Ask the customer, and call again with notArrived: true.";
    Changed => "changed", CONFLICT, "It changed since you read it",
        "Read it again, and decide again.";
    Unconfirmed => "confirmation-needed", CONFLICT, "The change moves or stops messages",
        "Ask a person, and call again with confirmed: true.";
    GatewayAddress => "gateway-address-unusable", UNPROCESSABLE_ENTITY,
        "The gateway's address cannot be used",
        "Give another address, as the detail says.";
    NotPossible => "not-possible", CONFLICT, "This cannot be done in the present state",
        "Do what the detail says.";
    BadNumber => "number-unusable", UNPROCESSABLE_ENTITY, "The number cannot be used",
        "Correct the number in the customer's record, or give a number for this message.";
    FileGone => "file-gone", CONFLICT, "The file of the message is not available any more",
        "Send a new message with the file.";
    NotTogether => "not-together", UNPROCESSABLE_ENTITY,
        "Such messages cannot be sent again in one act",
        "Send them again one by one.";
    OfReminder => "of-a-reminder", CONFLICT, "The message is a planned reminder",
        "Hold or skip the reminder.";
    OfCampaign => "of-a-campaign", CONFLICT, "The message belongs to a campaign",
        "Pause or cancel the campaign.";
    RemindersOff => "reminders-off", CONFLICT, "Reminders are switched off",
        "Approve the reminder once reminders are switched on again.";
    Settings => "settings-unusable", SERVICE_UNAVAILABLE, "The settings cannot be used",
        "Nothing is sent until the settings are corrected.";
    Records => "records-unavailable", SERVICE_UNAVAILABLE,
        "The host's records cannot be read at the moment",
        "Call again in a minute.";
    Database => "database-unavailable", SERVICE_UNAVAILABLE,
        "The database does not answer at the moment",
        "Call again in a minute.";
    Unavailable => "sign-in-unavailable", SERVICE_UNAVAILABLE,
        "The sign-in cannot be checked at the moment",
        "Call again in a minute.";
    TooLong => "too-slow", SERVICE_UNAVAILABLE, "The answer took too long",
        "Find out whether the call was done, or call again with the same Idempotency-Key.";
    Unreadable => "unreadable", INTERNAL_SERVER_ERROR, "A stored row cannot be read",
        "Report the request id to the host's developers.";
    Broken => "mistake", INTERNAL_SERVER_ERROR, "The program has an error",
        "Report the request id to the host's developers.";
}

impl Slug {
    /// Number of seconds after which the same call may succeed, in the form of a header.
    pub(crate) const fn retry_after(self) -> Option<&'static str> {
        match self {
            Self::InHand => Some("1"),
            Self::FileUnreachable | Self::Records | Self::Database | Self::Unavailable => {
                Some("60")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Slug;

    #[test]
    fn each_word_is_one_of_its_own_and_says_what_to_do() {
        let words: BTreeSet<_> = Slug::ALL.iter().map(|slug| slug.word()).collect();
        assert_eq!(words.len(), Slug::ALL.len());
        for slug in Slug::ALL {
            let is_plain = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(slug.word().chars().all(is_plain), "{}", slug.word());
            assert!(slug.todo().ends_with('.') && !slug.title().ends_with('.'), "{}", slug.word());
            assert!(slug.status().is_client_error() || slug.status().is_server_error());
        }
    }
}
