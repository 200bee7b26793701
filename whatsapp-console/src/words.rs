//! The trait of all texts of the pages, with one method for each text. A language is a type that
//! implements it.
//!
//! A missing translation does not compile, and no look-up can fail while a page is made. Templates
//! call the methods without arguments; sentences with numbers and names are made by the pages'
//! code.

mod audit;
mod customers;
mod english;
mod festivals;
mod labels;
pub(crate) mod number;
mod schedule;
mod sending;
mod sentences;
mod settings;
mod templates;
pub(crate) mod times;

use std::fmt::Debug;

pub use audit::{AuditLabels, AuditSentences};
pub use customers::Customers;
pub use english::English;
pub use festivals::FestivalTexts;
pub use labels::Labels;
pub use schedule::ScheduleTexts;
pub use sending::SendTexts;
pub use sentences::{
    ActSentences, BulkSentences, ListSentences, MessageSentences, Numbers, OverviewSentences,
};
pub use settings::{SettingLabels, SettingSentences};
pub use templates::TemplateTexts;

/// Makes the trait, with a method for each text.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// The texts of the console in one language.
        ///
        /// The core words what is said of messages (the reason for a failure, the meaning of a
        /// status), so that the API and e-mails say the same.
        pub trait Texts:
            ActSentences
            + AuditLabels
            + AuditSentences
            + BulkSentences
            + Customers
            + FestivalTexts
            + Labels
            + ListSentences
            + MessageSentences
            + Numbers
            + OverviewSentences
            + ScheduleTexts
            + SendTexts
            + SettingLabels
            + SettingSentences
            + TemplateTexts
            + Debug
            + Send
            + Sync
            + 'static
        {
            $($(#[$doc])* fn $name(&self) -> &str;)+
        }
    };
}

texts! {
    /// Tag of the language, for the `lang` attribute of the page.
    language;
    /// Label of the link that skips the navigation.
    skip;
    /// Name of the navigation, for screen readers.
    console;
    /// Text after a count in the navigation, for screen readers.
    need_you;
    /// Label of the search field and of its button.
    find;
    /// Placeholder of the search field: the things that can be found.
    find_what;
    /// Label of the button that signs the visitor out.
    sign_out;
    /// Title of the page that explains the words of the console.
    words;
    /// Title of the list of messages.
    messages;

    /// Label of the button that lifts a pause.
    resume;
    /// Label of the link to the confirmation page before a pause.
    pause_asks;
    /// Heading of the list of all that needs a person, and name of a filter.
    needs_you;
    /// Text for an empty list of what needs a person.
    nothing_needs_you;
    /// Text that tells what an empty list of what needs a person would show.
    what_would_need_you;
    /// Heading of today's numbers, and a choice of the filter by day.
    today;
    /// Label of messages that failed: a status, a tab, and the heading of a column.
    failed;
    /// Heading of the messages that wait to be sent.
    queue;

    /// Label of the button that copies the address of the page.
    copy_link;
    /// Sentence saying that the address is copied.
    link_copied;
    /// Name of the row of ready-made and saved filters, for screen readers.
    views;
    /// Label of the filter by type; also a field, a fact and the heading of a column.
    type_of_message;
    /// Label of the filter by day.
    when;
    /// Label of the choice of the list's order.
    order;
    /// Label of the button that applies the filters.
    show;
    /// Label of the part with further filters.
    more_filters;
    /// Label of the filter by status; also the heading of a column and of a group of words.
    status;
    /// Label of the filter by delivery; also the heading of a column and of a group of words.
    delivery;
    /// Label of the filter by what set a message off; also a fact and the heading of a column.
    trigger;
    /// Label of the field for the first day of a filter.
    first_day;
    /// Label of the field for the last day of a filter.
    last_day;
    /// Heading of the column of buttons, for screen readers.
    what_you_can_do;
    /// Name of the links to other pages of a list, for screen readers.
    pages;
    /// Label of the link that continues a search where it stopped.
    look_further;

    /// Name of the strip with a message's progress, for screen readers.
    how_far_it_is;
    /// Heading of the timeline of a message or a festival.
    what_happened;
    /// Heading of the facts about a message.
    facts;
    /// Heading of the text as WhatsApp shows it.
    as_the_customer_sees_it;

    /// Label of the link to the host's own page of a customer.
    customers_record;

    /// Label of the link that leaves a form or a confirmation page without doing anything.
    do_nothing;
    /// Label of the link to the message that was made.
    new_message;

    /// Text above the explained words: the purpose of the page.
    words_lead;
    /// Name of the links to the parts of a page, for screen readers.
    on_this_page;
    /// Heading of the words for a message's progress.
    words_progress;
    /// Text that explains the words for a message's progress.
    words_progress_lead;
    /// Text that explains the words of the filter by status.
    words_status_lead;
    /// Text that explains the words of the filter by delivery.
    words_delivery_lead;
    /// Heading of the words for the reasons of a failure.
    words_failed;
    /// Text that explains the reasons of a failure.
    words_failed_lead;
    /// Heading of the words for the reasons of a cancellation.
    words_cancelled;
    /// Text that explains all reasons of a cancellation together.
    words_cancelled_lead;
    /// Heading of the words for the reasons why a due message waits.
    words_held;
    /// Text that explains all reasons of waiting together.
    words_held_lead;
    /// Heading of the words for the outcomes of an attempt.
    words_attempts;
    /// Text that explains the outcomes of an attempt.
    words_attempts_lead;
    /// Meaning of the word for a queued message.
    help_queued;
    /// Meaning of the word for a message with a time.
    help_scheduled;
    /// Meaning of the word for a message that is tried again.
    help_retrying;
    /// Meaning of the word for a held message.
    help_held;
    /// Meaning of the word for a message that waits because sending is paused.
    help_paused;
    /// Advice for a message that waits because sending is paused.
    help_paused_todo;
    /// Meaning of the word for a message that is being sent.
    help_sending;
    /// Meaning of the word for a message whose outcome is looked up.
    help_checking;
    /// Advice for a message whose outcome is looked up.
    help_checking_todo;
    /// Title of the page of keyboard shortcuts.
    keys;
    /// Text above the keyboard shortcuts: the pages on which they work.
    keys_lead;
    /// Label of the button that switches keyboard shortcuts on.
    keys_on;
    /// Label of the button that switches keyboard shortcuts off.
    keys_off;

    /// Label of the link and the button to sign in, and heading of the sign-in page.
    sign_in;
    /// Label of the link to sign in, for a visitor who is signed in and not allowed on this page.
    sign_in_as_another;
    /// Label of the link that requests the same page once more.
    try_again;
    /// Text before the id under which the log has the request.
    request_id;

    /// Title of the first page.
    overview;
    /// Label of the button that makes the pages dark.
    theme_dark;
    /// Label of the button that makes the pages light.
    theme_light;
    /// Description of the key `/`.
    key_find;
    /// Description of the keys `g o`.
    key_overview;
    /// Description of the keys `g m`.
    key_messages;
    /// Description of the keys `g w`.
    key_words;
    /// Description of the key `j`.
    key_next;
    /// Description of the key `k`.
    key_previous;
    /// Description of the key `x`.
    key_tick;
    /// Description of the key `?`.
    key_keys;

    /// Heading of the page for a visitor who is not signed in.
    nobody_title;
    /// Explanation for a visitor who is not signed in.
    nobody_text;
    /// Advice for a visitor who is not signed in, or whose sign-in is not accepted.
    nobody_todo;
    /// Heading of the page for a visitor whose token or session is not accepted.
    bad_sign_in_title;
    /// Heading of the page for a visitor who is known and may not enter.
    not_allowed_title;
    /// Advice for a visitor who may not enter.
    not_allowed_todo;
    /// Heading of the page for a failure that may pass.
    not_now_title;
    /// Advice to try again after a failure that may pass.
    not_now_todo;
    /// Explanation for a visitor whose identity cannot be checked at present.
    unavailable_text;
    /// Heading of the page for a visitor who may only look.
    only_managers_title;
    /// Explanation for a visitor who may only look.
    only_managers_text;
    /// Heading of the page for a request that another site caused.
    foreign_title;
    /// Explanation for a request that another site caused, or whose origin is not known.
    foreign_text;
    /// Advice for a request that another site caused.
    foreign_todo;
    /// Heading of the page that shows a form once more.
    again_title;
    /// Sentence with the reason why a form is shown once more.
    again_text;
    /// Label of the button of a form that is shown once more.
    again;
    /// Heading of the page for an address that does not exist.
    no_page_title;
    /// Explanation for an address that does not exist.
    no_page_text;
    /// Heading of the page for a message that does not exist.
    no_message_title;
    /// Explanation for a message that does not exist.
    no_message_text;
    /// Heading of the page for a request with the wrong method.
    not_this_way_title;
    /// Sentence saying that a request changed nothing.
    nothing_done;
    /// Heading of the page for an address or a form with a value that cannot be used.
    bad_title;
    /// Heading of the page for a form that is too large.
    too_large_title;
    /// Advice for a form that is too large: the limit.
    too_large_todo;
    /// Explanation for an answer that took too long.
    too_long_text;
    /// Advice after an answer that took too long.
    too_long_todo;
    /// Heading of the page for something that somebody else did at the same moment.
    meanwhile_title;
    /// Explanation for something that somebody else did at the same moment.
    meanwhile_text;
    /// Advice after something that somebody else did at the same moment.
    meanwhile_todo;
    /// Explanation for a database that does not answer.
    store_text;
    /// Explanation for records of the host that do not answer.
    host_text;
    /// Heading of the page for settings that cannot be used.
    settings_title;
    /// Explanation of what settings that cannot be used do to messages.
    settings_text;
    /// Heading of the page for a fault of the program.
    broken_title;
    /// Explanation for a fault of the program.
    broken_text;
    /// Advice to tell whoever runs the program, who alone can mend it.
    tell_todo;

    /// Text above a form that is kept until its sender has signed in with the host.
    kept_text;
    /// Text above the fields to sign in.
    sign_in_lead;
    /// Label of the field for the name.
    sign_in_name;
    /// Label of the field for the password.
    sign_in_password;
    /// Sentence for a wrong name or password.
    sign_in_wrong;
    /// Sentence for too many sign-ins at this moment.
    sign_in_busy;
    /// Sentence for a sign-in that has ended.
    sign_in_ended;
    /// Sentence saying that tokens are not taken here.
    no_tokens_here;
    /// Sentence saying that the typed values come back after signing in.
    typed_is_kept;
    /// Sentence saying that the visitor is signed out.
    signed_out;
    /// Sentence for an account that is switched off.
    account_off;
    /// Sentence for a visitor who is no manager, where only managers may enter.
    for_managers_alone;
    /// Heading of the page of a link that signs somebody in.
    link_title;
    /// Explanation of a link that signs somebody in.
    link_text;
    /// Label of the button on the page of a link that signs somebody in.
    link_button;
    /// Sentence for a sign-in link that was used already or is too old.
    link_used;
    /// Heading of the sign-in page over plain HTTP, where nobody can sign in.
    needs_https_title;
    /// Sentences with the reason for requiring HTTPS, and what to do.
    needs_https_text;
}

/// Turns a text of the core or of an error into a sentence, with a capital first and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{end}", capital(text))
}

/// Makes the first letter of a text a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
