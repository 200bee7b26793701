//! All texts of the pages: one trait, one method a text. A language is a type that implements it.
//!
//! A missing translation does not compile, and no look-up can fail while a page is made. Templates call
//! the methods without arguments; sentences with numbers and names in them are made by the pages' code.

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

/// Makes the trait: a method for each text.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// The texts of the console in one language.
        ///
        /// What the core says of messages (why one failed, what a status means) comes from there, so that
        /// the API and e-mails say the same.
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
    /// The language's tag, for the page.
    language;
    /// The link that leaves the navigation out.
    skip;
    /// What the navigation is called.
    console;
    /// Behind a number in the navigation, for those who hear it.
    need_you;
    /// The field and button to find messages.
    find;
    /// What can be found.
    find_what;
    /// The button that ends the visit.
    sign_out;
    /// The page of words.
    words;
    /// The page of messages.
    messages;

    /// Lifts a pause.
    resume;
    /// Leads to the question before a pause.
    pause_asks;
    /// What needs a person.
    needs_you;
    /// That nothing does.
    nothing_needs_you;
    /// What would stand here.
    what_would_need_you;
    /// Today's numbers.
    today;
    /// Messages that failed.
    failed;
    /// What waits to be sent.
    queue;

    /// Copies the address of the page.
    copy_link;
    /// That it is copied.
    link_copied;
    /// Ready-made and saved filters.
    views;
    /// The filter by type.
    type_of_message;
    /// The filter by day.
    when;
    /// The order of the list.
    order;
    /// The button of the filters, without scripts.
    show;
    /// Further filters.
    more_filters;
    /// The filter by status.
    status;
    /// The filter by delivery.
    delivery;
    /// The filter by what set a message off.
    trigger;
    /// The first day of a filter.
    first_day;
    /// The last day of a filter.
    last_day;
    /// The column of buttons.
    what_you_can_do;
    /// The links to other pages of the list.
    pages;
    /// Goes on where a search stopped.
    look_further;

    /// The strip of a message's progress.
    how_far_it_is;
    /// The timeline of a message.
    what_happened;
    /// What is known of a message.
    facts;
    /// The text as WhatsApp shows it.
    as_the_customer_sees_it;

    /// Leads to the host's own page of a customer.
    customers_record;

    /// Leaves a question without doing anything.
    do_nothing;
    /// Leads to the message that was made.
    new_message;

    /// What the page of words is for.
    words_lead;
    /// The parts of a page.
    on_this_page;
    /// Words for what is under way.
    words_progress;
    /// Where they stand.
    words_progress_lead;
    /// What a status is.
    words_status_lead;
    /// What a delivery is.
    words_delivery_lead;
    /// How a message fails.
    words_failed;
    /// Where that stands.
    words_failed_lead;
    /// Why a message is withdrawn.
    words_cancelled;
    /// What that means of all of them.
    words_cancelled_lead;
    /// Why a message waits.
    words_held;
    /// What that means of all of them.
    words_held_lead;
    /// How an attempt ends.
    words_attempts;
    /// What an attempt is.
    words_attempts_lead;
    /// What it means that a message is queued.
    help_queued;
    /// What it means that it has a time.
    help_scheduled;
    /// What it means that it is tried again.
    help_retrying;
    /// What it means that it is held.
    help_held;
    /// What it means that it waits for the account.
    help_paused;
    /// What to do about it.
    help_paused_todo;
    /// What it means that it is being sent.
    help_sending;
    /// What it means that its outcome is looked up.
    help_checking;
    /// What to do about it.
    help_checking_todo;
    /// The page of keys.
    keys;
    /// What the keys are for.
    keys_lead;
    /// Switches them on.
    keys_on;
    /// Switches them off.
    keys_off;

    /// The page, the button and its heading.
    sign_in;
    /// The same for somebody who is in, and may not be here.
    sign_in_as_another;
    /// Asks for the same page once more.
    try_again;
    /// Names a request in a log.
    request_id;

    /// The first page.
    overview;
    /// The button that makes the pages dark.
    theme_dark;
    /// The button that makes them light.
    theme_light;
    /// What `/` does.
    key_find;
    /// What `g o` does.
    key_overview;
    /// What `g m` does.
    key_messages;
    /// What `g w` does.
    key_words;
    /// What `j` does.
    key_next;
    /// What `k` does.
    key_previous;
    /// What `x` does.
    key_tick;
    /// What `?` does.
    key_keys;

    /// Over the page for whoever is not signed in.
    nobody_title;
    /// What that means.
    nobody_text;
    /// What to do about it.
    nobody_todo;
    /// Over the page for whoever shows something that does not hold.
    bad_sign_in_title;
    /// Over the page for whoever is known and may not enter.
    not_allowed_title;
    /// What to do about it.
    not_allowed_todo;
    /// Over a page that another try may show.
    not_now_title;
    /// What to do about it.
    not_now_todo;
    /// That nobody can tell who asks.
    unavailable_text;
    /// Over the page for whoever may only look.
    only_managers_title;
    /// What that means.
    only_managers_text;
    /// Over the page for what another site asked for.
    foreign_title;
    /// What that means.
    foreign_text;
    /// What to do about it.
    foreign_todo;
    /// Over a form that is shown once more.
    again_title;
    /// Why it is.
    again_text;
    /// Its button.
    again;
    /// Over the page for an address that does not exist.
    no_page_title;
    /// What that means.
    no_page_text;
    /// Over the page for a message that does not exist.
    no_message_title;
    /// What that means.
    no_message_text;
    /// Over the page for a request of the wrong method.
    not_this_way_title;
    /// That a request changed nothing.
    nothing_done;
    /// Over the page for an address that says what cannot be.
    bad_title;
    /// Over the page for a form that is too large.
    too_large_title;
    /// What to do about it.
    too_large_todo;
    /// That an answer took too long.
    too_long_text;
    /// What to do about it.
    too_long_todo;
    /// That the database does not answer.
    store_text;
    /// That the host's own records do not answer.
    host_text;
    /// Over the page that settings keep from being shown.
    settings_title;
    /// What that means.
    settings_text;
    /// Over the page of a mistake of the program's.
    broken_title;
    /// What that means.
    broken_text;
    /// What to do where somebody else has to mend it.
    tell_todo;

    /// That a form is kept until its sender has signed in with the host.
    kept_text;
    /// Over the fields to sign in.
    sign_in_lead;
    /// The field for the name.
    sign_in_name;
    /// The field for the password.
    sign_in_password;
    /// That the name or the password is none.
    sign_in_wrong;
    /// That too many sign in at this moment.
    sign_in_busy;
    /// That a sign-in has ended.
    sign_in_ended;
    /// That tokens are not taken here.
    no_tokens_here;
    /// That what was typed comes back after signing in.
    typed_is_kept;
    /// That one is signed out.
    signed_out;
    /// That an account is switched off.
    account_off;
    /// That others than managers do not come in.
    for_managers_alone;
    /// Over a link that signs somebody in.
    link_title;
    /// What it does.
    link_text;
    /// Its button.
    link_button;
    /// That it did so already.
    link_used;
    /// That nobody signs in over plain http.
    needs_https_title;
    /// Why, and what to do.
    needs_https_text;
}

/// A text of the core's or of an error as a sentence: with a capital first, and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{end}", capital(text))
}

/// A text with a capital first.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}
