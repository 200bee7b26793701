//! The texts about festivals.

use whatsapp_core::campaign::RecipientState;

/// The texts about festivals.
pub trait FestivalTexts {
    /// The page of festivals, in the navigation and over it.
    fn festivals(&self) -> &str;
    /// What the page is for.
    fn festivals_lead(&self) -> &str;
    /// What `g f` does.
    fn key_festivals(&self) -> &str;
    /// Over entries that are ahead.
    fn festivals_ahead(&self) -> &str;
    /// Over entries that are over.
    fn festivals_over(&self) -> &str;
    /// That there is no entry.
    fn no_festival(&self) -> &str;
    /// What would stand here.
    fn no_festival_yet(&self) -> &str;
    /// Leads to the page of a new entry, and stands over it.
    fn new_festival(&self) -> &str;
    /// Leads to the page on which dates are pasted, and stands over it.
    fn import_dates(&self) -> &str;
    /// Over what the calendar suggests.
    fn suggestions(&self) -> &str;
    /// What they are.
    fn suggestions_what(&self) -> &str;
    /// Whose festivals are suggested.
    fn festival_place(&self) -> &str;
    /// That none is known.
    fn nothing_suggested(&self) -> &str;
    /// A button: makes an entry of a suggestion.
    fn make_entry(&self) -> &str;
    /// Leads to the entry that is there already.
    fn entry_is_there(&self) -> &str;
    /// Beside a date that depends on the moon.
    fn date_is_estimated(&self) -> &str;
    /// Whom an entry writes to: all.
    fn to_everybody(&self) -> &str;
    /// Where a draft stands whose day is over.
    fn draft_is_over(&self) -> &str;
    /// What a draft needs.
    fn draft_needs(&self) -> &str;
    /// What a pause means.
    fn festival_paused(&self) -> &str;
    /// Where an entry stands that is over.
    fn festival_over(&self) -> &str;
    /// Where an entry stands that was cancelled.
    fn festival_cancelled(&self) -> &str;
    /// That an estimated date was confirmed.
    fn date_is_confirmed(&self) -> &str;
    /// That an estimated date is to be confirmed now.
    fn date_to_confirm_now(&self) -> &str;
    /// Leads to the check and the question before an entry is armed.
    fn arm_asks(&self) -> &str;
    /// Leads to the question on which day it is.
    fn confirm_asks(&self) -> &str;
    /// Leads to the question before an entry is paused.
    fn festival_pause_asks(&self) -> &str;
    /// Leads to the question before it goes on.
    fn festival_resume_asks(&self) -> &str;
    /// Leads to the question before it is cancelled.
    fn festival_cancel_asks(&self) -> &str;
    /// Leads to the question to which number its message is sent first.
    fn trial_asks(&self) -> &str;
    /// Leads to the question before it is copied.
    fn copy_asks(&self) -> &str;
    /// Leads to the page on which it is changed.
    fn edit_festival(&self) -> &str;
    /// What a pause will do.
    fn festival_pause_what(&self) -> &str;
    /// Its button.
    fn festival_pause_submit(&self) -> &str;
    /// What will happen when it goes on.
    fn festival_resume_what(&self) -> &str;
    /// Its button.
    fn festival_resume_submit(&self) -> &str;
    /// What a cancellation will do.
    fn festival_cancel_what(&self) -> &str;
    /// Its button.
    fn festival_cancel_submit(&self) -> &str;
    /// The field for whom it writes to.
    fn festival_audience(&self) -> &str;
    /// Whom an entry writes to: some.
    fn to_these(&self) -> &str;
    /// The field for these.
    fn festival_customers(&self) -> &str;
    /// What may stand in it.
    fn festival_customers_hint(&self) -> &str;
    /// Beside why customers are left out.
    fn arm_left_out(&self) -> &str;
    /// That an armed entry still needs its date confirmed.
    fn arm_estimated(&self) -> &str;
    /// That only the numbers of a trial get messages.
    fn arm_trial(&self) -> &str;
    /// What is fixed from then on.
    fn arm_frozen(&self) -> &str;
    /// What can be done.
    fn arm_not_what(&self) -> &str;
    /// That the figures are others by now.
    fn arm_changed(&self) -> &str;
    /// What a confirmation does.
    fn confirm_what(&self) -> &str;
    /// Its button.
    fn confirm_submit(&self) -> &str;
    /// That there is nothing to confirm.
    fn confirm_nothing(&self) -> &str;
    /// What a copy is.
    fn copy_what(&self) -> &str;
    /// Its button.
    fn copy_submit(&self) -> &str;
    /// What a trial does.
    fn trial_what(&self) -> &str;
    /// The field for the number.
    fn trial_number(&self) -> &str;
    /// How it is written.
    fn trial_hint(&self) -> &str;
    /// Its button.
    fn trial_submit(&self) -> &str;
    /// A kind of entries.
    fn kind_greeting(&self) -> &str;
    /// A kind of entries.
    fn kind_announcement(&self) -> &str;
    /// Over the form of an entry.
    fn nothing_sent_yet(&self) -> &str;
    /// The field for its name.
    fn festival_name(&self) -> &str;
    /// What the name is for.
    fn festival_name_hint(&self) -> &str;
    /// The field for its day.
    fn festival_date(&self) -> &str;
    /// The field for its hour.
    fn festival_time(&self) -> &str;
    /// That no name is typed.
    fn name_is_missing(&self) -> &str;
    /// That no day is typed.
    fn date_is_missing(&self) -> &str;
    /// That no hour is typed.
    fn time_is_missing(&self) -> &str;
    /// A tick: the date is estimated.
    fn date_depends_on_the_moon(&self) -> &str;
    /// How the text is written.
    fn festival_text_hint(&self) -> &str;
    /// A button: puts the template's text into the field.
    fn fill_with_template(&self) -> &str;
    /// The field for the template.
    fn festival_template(&self) -> &str;
    /// A template that cannot be chosen any more.
    fn template_is_off(&self) -> &str;
    /// That the customer's name in a preview is a sample.
    fn name_is_sample(&self) -> &str;
    /// That the text is the template's.
    fn text_of_template(&self) -> &str;
    /// Where a text comes from: it was written here.
    fn text_of_its_own(&self) -> &str;
    /// Where a text comes from: the template of that day.
    fn template_of_the_day(&self) -> &str;
    /// What can be done where two people edit at once.
    fn festival_clash_what(&self) -> &str;
    /// Over what an entry is.
    fn festival_facts(&self) -> &str;
    /// The date that was entered at first.
    fn date_entered(&self) -> &str;
    /// When its date was confirmed.
    fn date_confirmed_on(&self) -> &str;
    /// Leads to its messages in the log.
    fn its_messages(&self) -> &str;
    /// All recipients of an entry.
    fn all_recipients(&self) -> &str;
    /// That nobody stands here.
    fn no_recipients(&self) -> &str;
    /// What an import is for.
    fn import_lead(&self) -> &str;
    /// The field for the list.
    fn import_field(&self) -> &str;
    /// What may stand in it.
    fn import_hint(&self) -> &str;
    /// A button: looks the list over.
    fn import_look(&self) -> &str;
    /// A button: makes entries of the ticked lines.
    fn import_make(&self) -> &str;
    /// That there is an entry of this name and date.
    fn import_known(&self) -> &str;
    /// That a date is over.
    fn import_over(&self) -> &str;
    /// That an entry was made.
    fn done_festival_made(&self) -> &str;
    /// That there is such an entry.
    fn done_festival_known(&self) -> &str;
    /// That an entry was saved.
    fn done_festival_saved(&self) -> &str;
    /// That the list was changed since its ticks were shown.
    fn import_changed(&self) -> &str;
    /// That no line was ticked.
    fn no_line_ticked(&self) -> &str;
    /// That an entry was armed.
    fn done_festival_armed(&self) -> &str;
    /// That an entry was paused.
    fn done_festival_paused(&self) -> &str;
    /// That an entry goes on.
    fn done_festival_resumed(&self) -> &str;
    /// That an entry was cancelled.
    fn done_festival_cancelled(&self) -> &str;
    /// That its date was confirmed.
    fn done_festival_confirmed(&self) -> &str;
    /// That its message was tried out.
    fn done_festival_tried(&self) -> &str;
    /// That nothing was done, because it stands otherwise by now.
    fn done_festival_changed(&self) -> &str;
    /// Over the page of an entry that is not there.
    fn no_festival_title(&self) -> &str;
    /// What that means.
    fn no_festival_text(&self) -> &str;
    /// Over what runs, on the first page.
    fn festivals_now(&self) -> &str;
    /// Leads from the first page to all entries.
    fn all_festivals(&self) -> &str;
    /// An entry's day and hour.
    fn festival_when(&self, day: &str, time: &str) -> String;
    /// Whom an entry writes to: so many of a list.
    fn to_chosen_customers(&self, number: u64) -> String;
    /// How many got it.
    fn festival_sent(&self, sent: u64, all: u64) -> String;
    /// When an armed entry goes out.
    fn festival_armed(&self, when: &str) -> String;
    /// The same of one whose date has to be confirmed first.
    fn festival_armed_then(&self, when: &str) -> String;
    /// From which day on an estimated date can be confirmed.
    fn date_to_confirm_from(&self, day: &str) -> String;
    /// The question before a pause.
    fn festival_pause_title(&self, name: &str) -> String;
    /// The question before it goes on.
    fn festival_resume_title(&self, name: &str) -> String;
    /// The question before a cancellation.
    fn festival_cancel_title(&self, name: &str) -> String;
    /// The question before an entry is armed.
    fn arm_title(&self, name: &str) -> String;
    /// That it cannot be armed.
    fn arm_not_title(&self, name: &str) -> String;
    /// How many get it, when, and until when that takes.
    fn arm_what(&self, number: u64, day: &str, from: &str, until: &str) -> String;
    /// How many cannot go out by the end of the day.
    fn arm_left_over(&self, left: u64, all: u64) -> String;
    /// That others of that day are armed.
    fn arm_others(&self, names: &str) -> String;
    /// The button that arms it.
    fn arm_submit(&self, number: u64) -> String;
    /// The question on which day it is.
    fn confirm_title(&self, name: &str) -> String;
    /// Which days may be confirmed.
    fn confirm_hint(&self, day: &str) -> String;
    /// The question before it is copied.
    fn copy_title(&self, name: &str) -> String;
    /// The question to which number it is sent first.
    fn trial_title(&self, name: &str) -> String;
    /// When an entry would begin.
    fn would_begin(&self, at: &str) -> String;
    /// That a festival is on another day.
    fn festival_is_on(&self, name: &str, place: &str, days: &str) -> String;
    /// The template that is in use.
    fn template_in_use(&self, name: &str) -> String;
    /// Where a text comes from: a version of a template.
    fn text_of_version(&self, name: &str, version: u32) -> String;
    /// That nobody is found by a line.
    fn customer_unknown(&self, line: u64) -> String;
    /// That several are found by a line.
    fn customer_unclear(&self, line: u64) -> String;
    /// That somebody changed an entry meanwhile: who, and when.
    fn festival_clash(&self, who: &str, at: &str) -> String;
    /// Recipients who stand so.
    fn recipients_stand(&self, state: RecipientState) -> &str;
    /// When a recipient's message goes out.
    fn its_slot(&self, at: &str) -> String;
    /// Where a date stands in the list.
    fn import_line(&self, line: u64) -> String;
    /// How much was read, and what becomes of it.
    fn import_sum(&self, rows: u64, fits: u64, left: u64, problems: u64) -> String;
    /// That too many lines are ticked.
    fn import_too_many(&self, most: u64) -> String;
    /// How many entries were made of a list, and how many were there already.
    fn done_festivals_imported(&self, made: u64, known: u64) -> String;
    /// That an import ended before its end: why, and how many entries there are.
    fn import_broke_off(&self, why: &str, made: u64) -> String;
}
