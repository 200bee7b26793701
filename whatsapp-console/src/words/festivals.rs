//! The texts about festival messages: greetings and announcements to many customers on one day.

use whatsapp_core::campaign::RecipientState;

/// The texts about festival messages: greetings and announcements to many customers on one day.
pub trait FestivalTexts {
    /// Title of the page of festival messages, and its label in the navigation.
    fn festivals(&self) -> &str;
    /// Text above the list: the purpose of the page.
    fn festivals_lead(&self) -> &str;
    /// Description of the keys `g f`.
    fn key_festivals(&self) -> &str;
    /// Heading of the festival messages whose day is still to come.
    fn festivals_ahead(&self) -> &str;
    /// Heading of the festival messages that are over or cancelled.
    fn festivals_over(&self) -> &str;
    /// Heading of an empty list.
    fn no_festival(&self) -> &str;
    /// Text that tells what an empty list would show.
    fn no_festival_yet(&self) -> &str;
    /// Title of the page for a new festival message, and label of the link to it.
    fn new_festival(&self) -> &str;
    /// Title of the page on which dates are pasted, and label of the link to it.
    fn import_dates(&self) -> &str;
    /// Heading of the festivals that the calendar suggests.
    fn suggestions(&self) -> &str;
    /// Text beside the suggestions: which festivals they are.
    fn suggestions_what(&self) -> &str;
    /// Label of the choice of a place whose festivals are suggested.
    fn festival_place(&self) -> &str;
    /// Sentences for a place without a known festival.
    fn nothing_suggested(&self) -> &str;
    /// Label of the button that makes a festival message of a suggestion.
    fn make_entry(&self) -> &str;
    /// Label of the link to the festival message that a suggestion has already.
    fn entry_is_there(&self) -> &str;
    /// Note for a date that depends on the moon.
    fn date_is_estimated(&self) -> &str;
    /// Name of the audience of all customers.
    fn to_everybody(&self) -> &str;
    /// Sentences for a draft whose day is over.
    fn draft_is_over(&self) -> &str;
    /// Sentence on what a draft still needs.
    fn draft_needs(&self) -> &str;
    /// Sentences for a paused festival message.
    fn festival_paused(&self) -> &str;
    /// Sentence for a festival message that is over.
    fn festival_over(&self) -> &str;
    /// Sentence for a cancelled festival message.
    fn festival_cancelled(&self) -> &str;
    /// Sentence for an estimated date that was confirmed.
    fn date_is_confirmed(&self) -> &str;
    /// Sentence for an estimated date that is to be confirmed now.
    fn date_to_confirm_now(&self) -> &str;
    /// Label of the link to the check and the confirmation page before arming.
    fn arm_asks(&self) -> &str;
    /// Label of the link to the page on which an estimated date is confirmed.
    fn confirm_asks(&self) -> &str;
    /// Label of the link to the confirmation page before a pause.
    fn festival_pause_asks(&self) -> &str;
    /// Label of the link to the confirmation page before a paused festival message goes on.
    fn festival_resume_asks(&self) -> &str;
    /// Label of the link to the confirmation page before a cancellation.
    fn festival_cancel_asks(&self) -> &str;
    /// Label of the link to the page that sends the message to one number as a trial.
    fn trial_asks(&self) -> &str;
    /// Label of the link to the confirmation page before a copy for the next year.
    fn copy_asks(&self) -> &str;
    /// Label of the link to the page on which a festival message is changed.
    fn edit_festival(&self) -> &str;
    /// Sentences on the effect of a pause.
    fn festival_pause_what(&self) -> &str;
    /// Label of the button that pauses.
    fn festival_pause_submit(&self) -> &str;
    /// Sentences on the effect of going on after a pause.
    fn festival_resume_what(&self) -> &str;
    /// Label of the button that ends a pause.
    fn festival_resume_submit(&self) -> &str;
    /// Sentences on the effect of a cancellation.
    fn festival_cancel_what(&self) -> &str;
    /// Label of the button that cancels.
    fn festival_cancel_submit(&self) -> &str;
    /// Name of the audience: a field, a fact and the heading of the recipients.
    fn festival_audience(&self) -> &str;
    /// Choice of the audience of named customers.
    fn to_these(&self) -> &str;
    /// Label of the field for the named customers.
    fn festival_customers(&self) -> &str;
    /// Hint for the field of named customers: the values it takes.
    fn festival_customers_hint(&self) -> &str;
    /// Name of a fact: the reasons why customers are left out.
    fn arm_left_out(&self) -> &str;
    /// Sentence saying that an armed message still needs its date confirmed.
    fn arm_estimated(&self) -> &str;
    /// Sentence saying that only the numbers of the trial get messages.
    fn arm_trial(&self) -> &str;
    /// Sentences on what is fixed once the message is armed.
    fn arm_frozen(&self) -> &str;
    /// Advice for a festival message that cannot be armed.
    fn arm_not_what(&self) -> &str;
    /// Sentences for figures that have changed since they were shown.
    fn arm_changed(&self) -> &str;
    /// Sentences on the confirmation of an estimated date.
    fn confirm_what(&self) -> &str;
    /// Label of the button that confirms a date.
    fn confirm_submit(&self) -> &str;
    /// Sentence for a date that needs no confirmation.
    fn confirm_nothing(&self) -> &str;
    /// Sentences on the effect of a copy.
    fn copy_what(&self) -> &str;
    /// Label of the button that makes a copy.
    fn copy_submit(&self) -> &str;
    /// Sentences on the effect of a trial.
    fn trial_what(&self) -> &str;
    /// Label of the field for the number of a trial.
    fn trial_number(&self) -> &str;
    /// Hint for the field of the number: its notation.
    fn trial_hint(&self) -> &str;
    /// Label of the button that sends a trial.
    fn trial_submit(&self) -> &str;
    /// Name of the kind of a greeting.
    fn kind_greeting(&self) -> &str;
    /// Name of the kind of an announcement.
    fn kind_announcement(&self) -> &str;
    /// Text above the form of a festival message, saying that saving sends nothing.
    fn nothing_sent_yet(&self) -> &str;
    /// Label of the field for the name.
    fn festival_name(&self) -> &str;
    /// Hint for the field of the name: the use of the name.
    fn festival_name_hint(&self) -> &str;
    /// Label of the field for the day.
    fn festival_date(&self) -> &str;
    /// Label of the field for the time of the first message.
    fn festival_time(&self) -> &str;
    /// Sentence for a missing name.
    fn name_is_missing(&self) -> &str;
    /// Sentence for a missing day.
    fn date_is_missing(&self) -> &str;
    /// Sentence for a missing time.
    fn time_is_missing(&self) -> &str;
    /// Label of the tick for an estimated date.
    fn date_depends_on_the_moon(&self) -> &str;
    /// Hint for the field of the text: its notation.
    fn festival_text_hint(&self) -> &str;
    /// Label of the button that puts the template's text into the field.
    fn fill_with_template(&self) -> &str;
    /// Label of the field for the template.
    fn festival_template(&self) -> &str;
    /// Name of a template that cannot be chosen any more.
    fn template_is_off(&self) -> &str;
    /// Note that the customer's name in a preview is a sample.
    fn name_is_sample(&self) -> &str;
    /// Note that the text of a preview is the template's.
    fn text_of_template(&self) -> &str;
    /// Source of a text that was written for this festival message.
    fn text_of_its_own(&self) -> &str;
    /// Source of a text that comes from the template in use when the message is armed.
    fn template_of_the_day(&self) -> &str;
    /// Advice for two people who edit the same festival message at once.
    fn festival_clash_what(&self) -> &str;
    /// Heading of the facts about a festival message.
    fn festival_facts(&self) -> &str;
    /// Name of a fact: the date that was entered at first.
    fn date_entered(&self) -> &str;
    /// Name of a fact: the time at which the date was confirmed.
    fn date_confirmed_on(&self) -> &str;
    /// Label of the link to the messages of a festival message in the log.
    fn its_messages(&self) -> &str;
    /// Heading of all recipients, and label of the link to them.
    fn all_recipients(&self) -> &str;
    /// Sentence for an empty list of recipients.
    fn no_recipients(&self) -> &str;
    /// Text above the import: its purpose.
    fn import_lead(&self) -> &str;
    /// Label of the field for a list of dates.
    fn import_field(&self) -> &str;
    /// Hint for the field of dates: the formats it takes.
    fn import_hint(&self) -> &str;
    /// Label of the button that reads the list without making anything.
    fn import_look(&self) -> &str;
    /// Label of the button that makes festival messages of the ticked lines.
    fn import_make(&self) -> &str;
    /// Note that a festival message of this name and date exists.
    fn import_known(&self) -> &str;
    /// Note that a date is over.
    fn import_over(&self) -> &str;
    /// Sentences after a festival message was made.
    fn done_festival_made(&self) -> &str;
    /// Sentences for a festival message that exists already.
    fn done_festival_known(&self) -> &str;
    /// Sentence after a festival message was saved.
    fn done_festival_saved(&self) -> &str;
    /// Sentences for a list that changed since its lines were ticked.
    fn import_changed(&self) -> &str;
    /// Sentence for an import without a ticked line.
    fn no_line_ticked(&self) -> &str;
    /// Sentences after a festival message was armed.
    fn done_festival_armed(&self) -> &str;
    /// Sentences after a festival message was paused.
    fn done_festival_paused(&self) -> &str;
    /// Sentence after a paused festival message went on.
    fn done_festival_resumed(&self) -> &str;
    /// Sentence after a festival message was cancelled.
    fn done_festival_cancelled(&self) -> &str;
    /// Sentence after a date was confirmed.
    fn done_festival_confirmed(&self) -> &str;
    /// Sentences after a trial was sent.
    fn done_festival_tried(&self) -> &str;
    /// Sentences for an act that was not done because the festival message has changed.
    fn done_festival_changed(&self) -> &str;
    /// Heading of the page for a festival message that does not exist.
    fn no_festival_title(&self) -> &str;
    /// Explanation for a festival message that does not exist.
    fn no_festival_text(&self) -> &str;
    /// Heading of the festival messages of the next days, on the first page.
    fn festivals_now(&self) -> &str;
    /// Label of the link from the first page to all festival messages.
    fn all_festivals(&self) -> &str;
    /// Words for a day and a time of day.
    fn festival_when(&self, day: &str, time: &str) -> String;
    /// Name of an audience of this number of chosen customers.
    fn to_chosen_customers(&self, number: u64) -> String;
    /// Sentence with the number of recipients who got the message.
    fn festival_sent(&self, sent: u64, all: u64) -> String;
    /// Sentence with the time at which an armed message goes out.
    fn festival_armed(&self, when: &str) -> String;
    /// Sentence with the time at which an armed message goes out once its date is confirmed.
    fn festival_armed_then(&self, when: &str) -> String;
    /// Sentence with the day from which an estimated date can be confirmed.
    fn date_to_confirm_from(&self, day: &str) -> String;
    /// Heading of the confirmation page before a pause.
    fn festival_pause_title(&self, name: &str) -> String;
    /// Heading of the confirmation page before a paused festival message goes on.
    fn festival_resume_title(&self, name: &str) -> String;
    /// Heading of the confirmation page before a cancellation.
    fn festival_cancel_title(&self, name: &str) -> String;
    /// Heading of the confirmation page before arming.
    fn arm_title(&self, name: &str) -> String;
    /// Heading for a festival message that cannot be armed.
    fn arm_not_title(&self, name: &str) -> String;
    /// Sentence with the number of customers, the day, and the first and the last time.
    fn arm_what(&self, number: u64, day: &str, from: &str, until: &str) -> String;
    /// Sentence with the number of recipients whose messages cannot go out by the end of the day.
    fn arm_left_over(&self, left: u64, all: u64) -> String;
    /// Sentences that name the other messages armed for the same day.
    fn arm_others(&self, names: &str) -> String;
    /// Label of the button that arms.
    fn arm_submit(&self, number: u64) -> String;
    /// Heading of the page on which an estimated date is confirmed.
    fn confirm_title(&self, name: &str) -> String;
    /// Hint with the days that may be confirmed.
    fn confirm_hint(&self, day: &str) -> String;
    /// Heading of the confirmation page before a copy.
    fn copy_title(&self, name: &str) -> String;
    /// Heading of the page that sends a trial.
    fn trial_title(&self, name: &str) -> String;
    /// Sentence with the time at which the first message would go out.
    fn would_begin(&self, at: &str) -> String;
    /// Sentence for a festival whose day is another one than the one entered.
    fn festival_is_on(&self, name: &str, place: &str, days: &str) -> String;
    /// Name of the choice of the template in use.
    fn template_in_use(&self, name: &str) -> String;
    /// Source of a text that comes from a version of a template.
    fn text_of_version(&self, name: &str, version: u32) -> String;
    /// Sentences for a line by which nobody is found.
    fn customer_unknown(&self, line: u64) -> String;
    /// Sentences for a line by which several customers are found.
    fn customer_unclear(&self, line: u64) -> String;
    /// Heading with the person who changed the festival message meanwhile, and the time.
    fn festival_clash(&self, who: &str, at: &str) -> String;
    /// Label for the recipients in this state.
    fn recipients_stand(&self, state: RecipientState) -> &str;
    /// Sentence with the time at which a recipient's message goes out.
    fn its_slot(&self, at: &str) -> String;
    /// Words for the line of a date in the list.
    fn import_line(&self, line: u64) -> String;
    /// Sentence with the numbers of lines read, possible messages, dates left out and wrong lines.
    fn import_sum(&self, rows: u64, fits: u64, left: u64, problems: u64) -> String;
    /// Sentences for too many ticked lines.
    fn import_too_many(&self, most: u64) -> String;
    /// Sentences with the number of festival messages made, and of those that existed.
    fn done_festivals_imported(&self, made: u64, known: u64) -> String;
    /// Sentences for an import that broke off, with the reason and the number of messages made.
    fn import_broke_off(&self, why: &str, made: u64) -> String;
}
