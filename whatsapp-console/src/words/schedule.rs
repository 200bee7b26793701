//! The texts about what goes out in the next days.

use whatsapp_core::schedule::ReminderFrom;

/// The texts about what goes out in the next days.
pub trait ScheduleTexts {
    /// The page of the next days, in the navigation.
    fn schedule(&self) -> &str;
    /// What `g c` does.
    fn key_schedule(&self) -> &str;
    /// Leads there from the first page.
    fn look_at_schedule(&self) -> &str;
    /// Over the page.
    fn schedule_title(&self, days: u64) -> String;
    /// When it was foretold, and that it may change.
    fn schedule_lead(&self, at: &str) -> String;
    /// The tab of what goes out.
    fn coming(&self) -> &str;
    /// The tab of what waits for approval.
    fn waiting_for_you(&self) -> &str;
    /// Over the days.
    fn day_by_day(&self) -> &str;
    /// Beside the day that it is.
    fn is_today(&self) -> &str;
    /// Beside a day on which the shop is closed.
    fn is_closed(&self) -> &str;
    /// So many reminders.
    fn reminders(&self, number: u64) -> String;
    /// So many messages that were scheduled or wait.
    fn messages_that_wait(&self, number: u64) -> String;
    /// So many greetings and announcements of campaigns.
    fn of_campaigns(&self, number: u64) -> String;
    /// That nothing goes out on a day.
    fn nothing_goes_out(&self) -> &str;
    /// So many are held back.
    fn held_back(&self, number: u64) -> String;
    /// A reason, and for how many it holds; for all where that is not said.
    fn reason_of(&self, reason: &str, number: Option<u64>) -> String;
    /// That there is nothing.
    fn nothing_coming(&self) -> &str;
    /// What would be here.
    fn what_would_come(&self) -> &str;
    /// The same where no reminders are planned.
    fn what_would_come_without_reminders(&self) -> &str;
    /// That nothing fits what is shown.
    fn nothing_of_these(&self) -> &str;
    /// That a day is over.
    fn day_is_over(&self) -> &str;
    /// That a day is further ahead than is foretold.
    fn day_is_far(&self, days: u64) -> String;
    /// Leads to the messages of a day that is over.
    fn messages_of_that_day(&self) -> &str;
    /// Leads to all days.
    fn all_days(&self) -> &str;
    /// That reminders are switched off.
    fn reminders_are_off(&self) -> &str;
    /// That not all unpaid invoices were looked at.
    fn cut_invoices(&self, number: u64) -> String;
    /// That not all reminders that stand already were looked at.
    fn cut_steps(&self, number: u64) -> String;
    /// That not all messages that wait were looked at.
    fn cut_messages(&self, number: u64) -> String;
    /// Leads to a page that looks at more.
    fn look_at_more(&self) -> &str;

    /// The tab of all entries of a day.
    fn all_of_day(&self) -> &str;
    /// The tab, and the word, of what goes out.
    fn goes_out(&self) -> &str;
    /// The tab, and the word, of what is held back.
    fn is_held_back(&self) -> &str;
    /// Which entries of how many a page has.
    fn rows_of(&self, first: u64, last: u64, all: u64) -> String;
    /// A tab with how many it has.
    fn tab_of(&self, label: &str, number: u64) -> String;
    /// Beside a day: of its entries the reminders alone.
    fn only_reminders(&self) -> &str;
    /// Of its entries the messages that wait alone.
    fn only_messages(&self) -> &str;
    /// Of its entries the campaigns alone.
    fn only_campaigns(&self) -> &str;
    /// An entry in a few words, for those who hear it: what, and to whom.
    fn entry_to(&self, what: &str, who: &str) -> String;
    /// The customer of an invoice, whose name is not known.
    fn the_customer(&self) -> &str;
    /// The head of a column: what becomes of an entry.
    fn what_becomes_of_it(&self) -> &str;
    /// The head of a column: from when on it goes out.
    fn goes_out_from(&self) -> &str;
    /// How many other reminders go in the same message.
    fn in_one_message(&self, others: u64) -> String;
    /// Whom a campaign's messages go to.
    fn to_customers(&self, number: u64) -> String;
    /// When the last of a campaign's messages goes out.
    fn until_about(&self, at: &str) -> String;
    /// Why a reminder goes out: its day, so many days after a date of the invoice.
    fn because_of_its_day(&self, days: u16, from: ReminderFrom) -> String;
    /// Why a reminder goes out later than on its own day, which may be a closed one.
    fn put_off_from(&self, day: &str, is_closed: bool) -> String;
    /// That a person approved or asked for it.
    fn because_of_a_person(&self) -> &str;
    /// Opens what can be done as well.
    fn more_acts(&self) -> &str;

    /// Leads to the question before a reminder is left out.
    fn skip_asks(&self) -> &str;
    /// Leads to the question before a reminder is held.
    fn hold_asks(&self) -> &str;
    /// The same of those that are ticked.
    fn skip_ticked_asks(&self) -> &str;
    /// The same of those that are ticked.
    fn hold_ticked_asks(&self) -> &str;
    /// The question before so many are left out.
    fn skip_title(&self, reminders: u64) -> String;
    /// The question before so many are held.
    fn hold_title(&self, reminders: u64) -> String;
    /// What will happen to how many, of how many customers.
    fn skip_what(&self, reminders: u64, customers: u64) -> String;
    /// What will happen to how many, of how many customers.
    fn hold_what(&self, reminders: u64, customers: u64) -> String;
    /// Its button.
    fn skip_submit(&self, reminders: u64) -> String;
    /// Its button.
    fn hold_submit(&self, reminders: u64) -> String;
    /// How many were ticked that have gone out or ended meanwhile.
    fn steps_gone(&self, reminders: u64) -> String;
    /// So many more than are named.
    fn and_more(&self, reminders: u64) -> String;
    /// How many were left out.
    fn skipped_many(&self, reminders: u64) -> String;
    /// How many are held.
    fn held_many(&self, reminders: u64) -> String;
    /// What becomes of what is held.
    fn held_many_wait(&self) -> &str;
    /// That a reminder stands otherwise by now, and who did that (or nothing).
    fn step_stands(&self, state: &str, by: &str) -> String;
    /// Who left a reminder out.
    fn skipped_by(&self, who: &str) -> String;
    /// Who held it.
    fn held_by(&self, who: &str) -> String;
    /// Who asked for it.
    fn reminded_by(&self, who: &str) -> String;
    /// That none of the reminders can be changed any more.
    fn none_to_come(&self) -> &str;

    /// Leads to the question before a customer is reminded at once.
    fn remind_now_asks(&self) -> &str;
    /// The question.
    fn remind_now_title(&self) -> &str;
    /// What will happen.
    fn remind_now_what(&self, invoice: &str, customer: &str) -> String;
    /// Its button.
    fn remind_now_submit(&self) -> &str;
    /// What was done.
    fn done_remind_now(&self) -> &str;
    /// That somebody else did it meanwhile.
    fn done_reminded_before(&self) -> &str;

    /// What is chosen: to whom or about what nothing is sent.
    fn mute_whom(&self) -> &str;
    /// A customer, whatever the number.
    fn mute_customer(&self) -> &str;
    /// A number, whoever has it.
    fn mute_number(&self, number: &str) -> String;
    /// An invoice.
    fn mute_invoice(&self, invoice: &str) -> String;
}
