//! The texts of the schedule: the messages and reminders of the next days.

use whatsapp_core::schedule::ReminderFrom;

/// The texts of the schedule: the messages and reminders of the next days.
pub trait ScheduleTexts {
    /// Label of the schedule in the navigation.
    fn schedule(&self) -> &str;
    /// Description of the keys `g c`.
    fn key_schedule(&self) -> &str;
    /// Label of the link from the first page to the schedule.
    fn look_at_schedule(&self) -> &str;
    /// Title of the schedule, with its number of days.
    fn schedule_title(&self, days: u64) -> String;
    /// Text above the schedule: the time of the forecast, and that it may change.
    fn schedule_lead(&self, at: &str) -> String;
    /// Label of the tab of what goes out.
    fn coming(&self) -> &str;
    /// Label of the tab of what waits for approval.
    fn waiting_for_you(&self) -> &str;
    /// Heading of the days.
    fn day_by_day(&self) -> &str;
    /// Note on today.
    fn is_today(&self) -> &str;
    /// Note on a day on which the shop is closed.
    fn is_closed(&self) -> &str;
    /// Number of reminders, in words.
    fn reminders(&self, number: u64) -> String;
    /// Number of messages that wait or have a time, in words.
    fn messages_that_wait(&self, number: u64) -> String;
    /// Number of greetings and announcements of campaigns, in words.
    fn of_campaigns(&self, number: u64) -> String;
    /// Sentence for a day on which nothing goes out.
    fn nothing_goes_out(&self) -> &str;
    /// Number of entries held back, in words.
    fn held_back(&self, number: u64) -> String;
    /// Reason with the number of entries that it holds for; without a number it holds for all.
    fn reason_of(&self, reason: &str, number: Option<u64>) -> String;
    /// Heading of an empty schedule.
    fn nothing_coming(&self) -> &str;
    /// Text that tells what an empty schedule would show.
    fn what_would_come(&self) -> &str;
    /// Text for an empty schedule where no reminders are planned.
    fn what_would_come_without_reminders(&self) -> &str;
    /// Sentence for a day without entries of the kind that is shown.
    fn nothing_of_these(&self) -> &str;
    /// Sentence for a day that is over.
    fn day_is_over(&self) -> &str;
    /// Sentence for a day beyond the forecast.
    fn day_is_far(&self, days: u64) -> String;
    /// Label of the link to the messages of a day that is over.
    fn messages_of_that_day(&self) -> &str;
    /// Label of the link to all days.
    fn all_days(&self) -> &str;
    /// Sentence for reminders that are switched off.
    fn reminders_are_off(&self) -> &str;
    /// Sentence for a forecast that did not read all unpaid invoices.
    fn cut_invoices(&self, number: u64) -> String;
    /// Sentence for a forecast that did not read all planned and held reminders.
    fn cut_steps(&self, number: u64) -> String;
    /// Sentence for a forecast that did not read all waiting messages.
    fn cut_messages(&self, number: u64) -> String;
    /// Label of the link to a forecast that reads more.
    fn look_at_more(&self) -> &str;

    /// Label of the tab of all entries of a day.
    fn all_of_day(&self) -> &str;
    /// Label of the entries that go out, and of their tab.
    fn goes_out(&self) -> &str;
    /// Label of the entries that are held back, and of their tab.
    fn is_held_back(&self) -> &str;
    /// Range of the entries on a page, and the number of all.
    fn rows_of(&self, first: u64, last: u64, all: u64) -> String;
    /// Label of a tab with the number of its entries.
    fn tab_of(&self, label: &str, number: u64) -> String;
    /// Label of the filter for the reminders of a day.
    fn only_reminders(&self) -> &str;
    /// Label of the filter for the waiting messages of a day.
    fn only_messages(&self) -> &str;
    /// Label of the filter for the campaigns of a day.
    fn only_campaigns(&self) -> &str;
    /// Name of an entry, for screen readers: its subject and its recipient.
    fn entry_to(&self, what: &str, who: &str) -> String;
    /// Name for the customer of an invoice whose name is not known.
    fn the_customer(&self) -> &str;
    /// Heading of the column with the fate of an entry.
    fn what_becomes_of_it(&self) -> &str;
    /// Heading of the column with the time from which an entry goes out.
    fn goes_out_from(&self) -> &str;
    /// Note with the number of other reminders that go in the same message.
    fn in_one_message(&self, others: u64) -> String;
    /// Recipients of a campaign's messages: the number of customers.
    fn to_customers(&self, number: u64) -> String;
    /// Note with the time of a campaign's last message.
    fn until_about(&self, at: &str) -> String;
    /// Sentence for a reminder on its own day: the number of days after a date of the invoice.
    fn because_of_its_day(&self, days: u16, from: ReminderFrom) -> String;
    /// Sentence for a reminder later than its own day, which may be a closed one.
    fn put_off_from(&self, day: &str, is_closed: bool) -> String;
    /// Sentence for a reminder that a person approved or asked for.
    fn because_of_a_person(&self) -> &str;
    /// Label of the part with further buttons of an entry.
    fn more_acts(&self) -> &str;

    /// Label of the link to the confirmation page before a reminder is left out.
    fn skip_asks(&self) -> &str;
    /// Label of the link to the confirmation page before a reminder is held.
    fn hold_asks(&self) -> &str;
    /// Label of the button to the confirmation page before the ticked reminders are left out.
    fn skip_ticked_asks(&self) -> &str;
    /// Label of the button to the confirmation page before the ticked reminders are held.
    fn hold_ticked_asks(&self) -> &str;
    /// Heading of the confirmation page before reminders are left out.
    fn skip_title(&self, reminders: u64) -> String;
    /// Heading of the confirmation page before reminders are held.
    fn hold_title(&self, reminders: u64) -> String;
    /// Sentences on the effect of leaving out this number of reminders of this number of customers.
    fn skip_what(&self, reminders: u64, customers: u64) -> String;
    /// Sentence on the effect of holding this number of reminders of this number of customers.
    fn hold_what(&self, reminders: u64, customers: u64) -> String;
    /// Label of the button that leaves reminders out.
    fn skip_submit(&self, reminders: u64) -> String;
    /// Label of the button that holds reminders.
    fn hold_submit(&self, reminders: u64) -> String;
    /// Sentence with the number of ticked reminders that went out or ended meanwhile.
    fn steps_gone(&self, reminders: u64) -> String;
    /// Words for the number of reminders beyond those named.
    fn and_more(&self, reminders: u64) -> String;
    /// Heading with the number of reminders left out.
    fn skipped_many(&self, reminders: u64) -> String;
    /// Heading with the number of reminders held.
    fn held_many(&self, reminders: u64) -> String;
    /// Sentence on what becomes of held reminders.
    fn held_many_wait(&self) -> &str;
    /// Sentences for a reminder that has changed, with the act that changed it (or nothing).
    fn step_stands(&self, state: &str, by: &str) -> String;
    /// Sentence with the person who left a reminder out.
    fn skipped_by(&self, who: &str) -> String;
    /// Sentence with the person who held a reminder.
    fn held_by(&self, who: &str) -> String;
    /// Sentence with the person who asked for a reminder.
    fn reminded_by(&self, who: &str) -> String;
    /// Sentence saying that none of the reminders can be changed any more.
    fn none_to_come(&self) -> &str;

    /// Label of the link to the confirmation page before a customer is reminded at once.
    fn remind_now_asks(&self) -> &str;
    /// Heading of the confirmation page before a customer is reminded at once.
    fn remind_now_title(&self) -> &str;
    /// Sentences on the effect of reminding a customer at once.
    fn remind_now_what(&self, invoice: &str, customer: &str) -> String;
    /// Label of the button that reminds a customer at once.
    fn remind_now_submit(&self) -> &str;
    /// Sentence after a customer was reminded at once.
    fn done_remind_now(&self) -> &str;
    /// Sentences for a reminder that somebody else asked for meanwhile.
    fn done_reminded_before(&self) -> &str;

    /// Legend of the choice of a mute's scope: a customer, a number or an invoice.
    fn mute_whom(&self) -> &str;
    /// Choice of a mute for a customer, whatever the number.
    fn mute_customer(&self) -> &str;
    /// Choice of a mute for a number, whoever has it.
    fn mute_number(&self, number: &str) -> String;
    /// Choice of a mute for an invoice.
    fn mute_invoice(&self, invoice: &str) -> String;
}
