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
    BadCredential => "bad-credential", UNAUTHORIZED, "The token does not hold",
        "Get a new token, and send it in the header Authorization: Bearer.";
    NotAllowed => "not-allowed", FORBIDDEN, "Not allowed",
        "Ask whoever manages the accounts.";
    OnlyManagers => "only-managers", FORBIDDEN, "Only a manager may do this",
        "Let a manager do it.";
    Foreign => "foreign-request", FORBIDDEN, "The request does not show that it comes from the console's own pages",
        "Send a token in the header Authorization: Bearer; or, with a cookie, the headers Origin and X-CSRF-Token.";
    BadToken => "bad-form-token", FORBIDDEN, "The header X-CSRF-Token does not hold",
        "Take the token of a form of the console's own pages, or send a bearer token instead of a cookie.";
    NoRoute => "no-such-address", NOT_FOUND, "There is no such address",
        "Look it up in the API's document.";
    UnknownMessage => "unknown-message", NOT_FOUND, "There is no such message",
        "Read the list of messages anew: what is old is deleted after the time that the host keeps it.";
    UnknownCustomer => "unknown-customer", NOT_FOUND, "There is no such customer",
        "Search for the customer anew.";
    UnknownReminder => "unknown-reminder", NOT_FOUND, "There is no such reminder",
        "Read the list of what waits for approval anew.";
    UnknownInvoice => "unknown-invoice", NOT_FOUND, "There is no such invoice",
        "Use the host's key of an invoice.";
    UnknownDay => "unknown-day", NOT_FOUND, "Nothing is foretold of that day",
        "Name today or one of the 13 days behind it.";
    UnknownMute => "unknown-mute", NOT_FOUND, "There is no such mute",
        "Read the customer anew.";
    UnknownBulk => "unknown-bulk", NOT_FOUND, "There is no such act on many messages",
        "Count it anew: an act that nobody confirms is forgotten after a day.";
    UnknownSetting => "unknown-setting", NOT_FOUND, "There is no such setting",
        "Use one of the keys of the list of settings.";
    NoTemplate => "no-such-template", NOT_FOUND, "There is no such template, or no such version of it",
        "Read the list of templates anew.";
    NoFestival => "no-such-festival", NOT_FOUND, "There is no such entry in the calendar of festivals",
        "Read the list of festivals anew.";
    NotSetUp => "not-set-up", NOT_FOUND, "This program has no such thing",
        "It is for the host's developers to set it up.";
    Method => "method-not-allowed", METHOD_NOT_ALLOWED, "This method is not allowed here",
        "Use one of the methods in the header Allow.";
    TooLarge => "too-large", PAYLOAD_TOO_LARGE, "The body is too large",
        "Send up to 256 kB.";
    NotJson => "not-json", UNSUPPORTED_MEDIA_TYPE, "The body is not said to be JSON",
        "Send the header Content-Type: application/json.";
    Malformed => "malformed-json", BAD_REQUEST, "The body is no JSON",
        "Mend it at the place that the detail names.";
    Body => "invalid-body", BAD_REQUEST, "The body is not what is expected here",
        "Mend the member that the pointer names.";
    Contradiction => "contradictory-body", UNPROCESSABLE_ENTITY, "The members of the body contradict each other",
        "Leave one of them out, as the detail says.";
    Query => "invalid-query", BAD_REQUEST, "A parameter of the address cannot be used",
        "Leave it out, or write it as the detail says.";
    Value => "invalid-value", UNPROCESSABLE_ENTITY, "A value cannot be used",
        "Write it as the detail says.";
    Key => "invalid-idempotency-key", BAD_REQUEST, "The header Idempotency-Key cannot be used",
        "Send it once, with 1 to 255 visible ASCII characters.";
    OtherBody => "idempotency-key-reused", UNPROCESSABLE_ENTITY,
        "The Idempotency-Key came with another body before",
        "Take a new key for another message.";
    InHand => "in-hand", CONFLICT, "The same call is being answered just now",
        "Call again after the seconds of the header Retry-After.";
    NothingChosen => "nothing-chosen", UNPROCESSABLE_ENTITY, "No message is chosen",
        "Choose at least one.";
    UnknownType => "unknown-message-type", UNPROCESSABLE_ENTITY, "The message type is not known here",
        "Use one of the types that the detail names.";
    Declined => "declined", UNPROCESSABLE_ENTITY, "The customer does not want such messages",
        "Do not send it.";
    UnknownTemplate => "unknown-template", UNPROCESSABLE_ENTITY, "There is no such template",
        "Leave templateId out, or name a template that there is.";
    Template => "template-unusable", UNPROCESSABLE_ENTITY, "The template cannot be used",
        "Mend the template, or name another one.";
    NameTaken => "name-taken", CONFLICT, "Another one has this name",
        "Choose another name.";
    TagMissing => "version-missing", PRECONDITION_REQUIRED, "The change does not say which version it is decided over",
        "Read it anew, and send its ETag in the header If-Match.";
    TagUnfit => "version-unusable", BAD_REQUEST, "The header If-Match cannot be used",
        "Send the ETag of an answer as it is, such as \"3\", once.";
    TagPassed => "version-passed", PRECONDITION_FAILED, "Somebody changed it meanwhile",
        "Read it anew, and decide over both.";
    Missing => "missing-value", UNPROCESSABLE_ENTITY, "The template cannot be filled",
        "Give the placeholders that the pointers name.";
    Text => "text-unusable", UNPROCESSABLE_ENTITY, "The text cannot be sent",
        "Mend it as the detail says.";
    TextByHost => "text-not-allowed", UNPROCESSABLE_ENTITY, "Only a manager may write this text",
        "Send triggerType manual with a customMessage, or leave the customMessage out.";
    Attachment => "attachment-unusable", UNPROCESSABLE_ENTITY, "The file cannot be sent",
        "Mend it as the detail says.";
    AttachmentMissing => "attachment-missing", UNPROCESSABLE_ENTITY, "A file is needed",
        "Give attachmentUrl or attachmentFileId.";
    AttachmentForbidden => "attachment-not-allowed", UNPROCESSABLE_ENTITY,
        "No file goes with such messages",
        "Leave the attachment out.";
    NoFiles => "files-not-set-up", UNPROCESSABLE_ENTITY, "This program sends no such files",
        "It is for the host's developers to set it up.";
    FileUnreachable => "file-unreachable", SERVICE_UNAVAILABLE, "The file cannot be read just now",
        "Call again in a minute.";
    Instant => "instant-unusable", UNPROCESSABLE_ENTITY, "It cannot be sent at that instant",
        "Choose another instant, as the detail says.";
    OutsideHours => "outside-hours", CONFLICT, "It would go out outside the hours",
        "Ask a person, and call again with outsideHours: true.";
    RemindedToday => "reminded-today", CONFLICT, "The customer is reminded today already",
        "Ask a person, and call again with againToday: true.";
    HasPassed => "instant-passed", CONFLICT, "The instant has passed",
        "Choose another one, or call again with atOnce: true.";
    MayHaveArrived => "may-have-arrived", CONFLICT, "The customer may have it already",
        "Ask the customer, and call again with notArrived: true.";
    Changed => "changed", CONFLICT, "It changed meanwhile",
        "Read it anew, and decide anew.";
    Unconfirmed => "confirmation-needed", CONFLICT, "It moves or stops messages",
        "Ask a person, and call again with confirmed: true.";
    GatewayAddress => "gateway-address-unusable", UNPROCESSABLE_ENTITY,
        "The gateway's address cannot be used",
        "Give another one, as the detail says.";
    NotPossible => "not-possible", CONFLICT, "That cannot be done as it stands now",
        "Do what the detail says.";
    BadNumber => "number-unusable", UNPROCESSABLE_ENTITY, "The number cannot be used",
        "Correct the number in the customer's record, or give one for this message.";
    FileGone => "file-gone", CONFLICT, "The file of the message cannot be had any more",
        "Send the message anew, with its file.";
    NotTogether => "not-together", UNPROCESSABLE_ENTITY, "Such messages are sent again one by one",
        "Send them again one by one.";
    OfReminder => "of-a-reminder", CONFLICT, "The message is a planned reminder",
        "Hold the reminder or leave it out.";
    OfCampaign => "of-a-campaign", CONFLICT, "The message is of a campaign",
        "Pause or cancel the campaign.";
    RemindersOff => "reminders-off", CONFLICT, "Reminders are switched off",
        "Approve it once they are on again.";
    Settings => "settings-unusable", SERVICE_UNAVAILABLE, "The settings cannot be used",
        "Nothing is sent until they are mended.";
    Records => "records-unavailable", SERVICE_UNAVAILABLE, "The host's records cannot be read just now",
        "Call again in a minute.";
    Database => "database-unavailable", SERVICE_UNAVAILABLE, "The database does not answer just now",
        "Call again in a minute.";
    Unavailable => "sign-in-unavailable", SERVICE_UNAVAILABLE, "Who asks cannot be told just now",
        "Call again in a minute.";
    TooLong => "too-slow", SERVICE_UNAVAILABLE, "The answer took too long",
        "Read what became of it, or call again with the same Idempotency-Key.";
    Unreadable => "unreadable", INTERNAL_SERVER_ERROR, "A stored row cannot be read",
        "Tell the host's developers the request id.";
    Broken => "mistake", INTERNAL_SERVER_ERROR, "The mistake is in the program",
        "Tell the host's developers the request id.";
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
