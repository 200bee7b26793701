//! The texts about customers, their reminders and mutes, about saved views, and about messages that
//! arrive while a page is open.

use whatsapp_core::port::Count;

/// The texts about customers, their reminders and mutes, about saved views, and about messages that
/// arrive while a page is open.
pub trait Customers {
    /// Label of the link to a customer's page.
    fn all_about(&self, customer: &str) -> String;
    /// Heading of the page for a customer who is not known.
    fn no_customer_title(&self) -> &str;
    /// Explanation for a customer who is not known.
    fn no_customer_text(&self) -> &str;
    /// Sentences for a customer who is no longer in the host's records.
    fn customer_is_gone(&self) -> &str;
    /// Sentences for records of the host that do not answer, on a page that shows the rest.
    fn records_do_not_answer(&self) -> &str;
    /// Heading of the reminders that are planned, held or on their way.
    fn planned_and_held(&self) -> &str;
    /// Sentence for a customer without planned or held reminders.
    fn nothing_planned(&self) -> &str;
    /// Sentence for a shop that plans no reminders.
    fn no_reminders_here(&self) -> &str;
    /// Sentence saying that more reminders are planned than are shown.
    fn more_is_planned(&self, shown: usize) -> String;
    /// Heading of all messages of a customer.
    fn all_messages(&self) -> &str;
    /// Text that tells what an empty list of a customer's messages would show.
    fn no_message_yet(&self) -> &str;
    /// Heading of the column that tells what a message is about.
    fn message(&self) -> &str;
    /// Label of the link to a customer's failed messages.
    fn all_that_failed(&self) -> &str;
    /// Sentence for a customer without a message that needs a person.
    fn nothing_of_theirs_needs_you(&self) -> &str;

    /// Heading of a customer's mutes: the messages that are kept back.
    fn mutes(&self) -> &str;
    /// Sentence for a customer without mutes.
    fn nothing_muted(&self) -> &str;
    /// Line with the person who set a mute, and the time.
    fn muted_by(&self, who: &str, at: &str) -> String;
    /// Label of the link to the confirmation page before a mute.
    fn mute_asks(&self) -> &str;
    /// Heading of the confirmation page before a mute.
    fn mute_title(&self) -> &str;
    /// Sentences on the effect of a mute.
    fn mute_what(&self, customer: &str) -> String;
    /// Legend of the choice of messages to mute.
    fn mute_which(&self) -> &str;
    /// Label of the button that sets a mute.
    fn mute_submit(&self) -> &str;
    /// Label of the link to the confirmation page before a mute ends.
    fn unmute_asks(&self) -> &str;
    /// Heading of the confirmation page before a mute ends.
    fn unmute_title(&self) -> &str;
    /// Sentences on the effect of ending a mute.
    fn unmute_what(&self) -> &str;
    /// Label of the button that ends a mute.
    fn unmute_submit(&self) -> &str;
    /// Sentence after a mute was set.
    fn done_mute(&self) -> &str;
    /// Sentence after a mute was ended.
    fn done_unmute(&self) -> &str;
    /// Sentence for a mute that had ended already.
    fn done_unmuted_before(&self) -> &str;

    /// Label of the page of reminders that wait for approval, in the navigation.
    fn approvals(&self) -> &str;
    /// Heading of the page of reminders that wait for approval.
    fn held_title(&self) -> &str;
    /// Text above the reminders: what happens to them.
    fn held_lead(&self) -> &str;
    /// Heading of an empty list of reminders that wait for approval.
    fn nothing_held(&self) -> &str;
    /// Sentence on how reminders come to wait for approval.
    fn how_steps_are_held(&self) -> &str;
    /// Label of the link to the next page of a list.
    fn more_held(&self) -> &str;
    /// Description of the keys `g a`.
    fn key_approvals(&self) -> &str;
    /// Name of a reminder: its invoice, and the number of days after the invoice's date.
    fn reminder_after(&self, subject: &str, days: u16) -> String;
    /// Name of a reminder that somebody asked for.
    fn reminder_by_hand(&self, subject: &str) -> String;
    /// Words for the day that the rule gives a reminder.
    fn its_day(&self, day: &str) -> String;
    /// Label of the link to the confirmation page before a reminder goes out.
    fn approve_asks(&self) -> &str;
    /// Heading of the confirmation page before a reminder goes out.
    fn approve_title(&self) -> &str;
    /// Sentence on the effect of approving a reminder.
    fn approve_what(&self, reminder: &str) -> String;
    /// Label of the button that approves a reminder.
    fn approve_submit(&self) -> &str;
    /// Label of the link to the confirmation page before a reminder is dropped.
    fn drop_asks(&self) -> &str;
    /// Heading of the confirmation page before a reminder is dropped.
    fn drop_title(&self) -> &str;
    /// Sentences on the effect of dropping a reminder.
    fn drop_what(&self, reminder: &str) -> String;
    /// Label of the button that drops a reminder.
    fn drop_submit(&self) -> &str;
    /// Sentences after a reminder was approved.
    fn done_approve(&self) -> &str;
    /// Sentence after a reminder was dropped.
    fn done_drop(&self) -> &str;
    /// Label of the button to the confirmation page before the ticked reminders go out.
    fn approve_ticked_asks(&self) -> &str;
    /// Label of the button to the confirmation page before the ticked reminders are dropped.
    fn drop_ticked_asks(&self) -> &str;
    /// Label of the link to the confirmation page before all reminders go out.
    fn approve_all_asks(&self, count: Count) -> String;
    /// Label of the link to the confirmation page before all reminders are dropped.
    fn drop_all_asks(&self, count: Count) -> String;
    /// Heading of the confirmation page before several reminders go out.
    fn approve_many_title(&self, reminders: u64) -> String;
    /// Sentence on the effect of approving several reminders of several customers.
    fn approve_many_what(&self, reminders: u64, customers: u64) -> String;
    /// Sentence with the number of reminders whose day is still to come, by day.
    fn approve_many_later(&self, days: &[(String, u64)]) -> String;
    /// Label of the button that approves several reminders.
    fn approve_many_submit(&self, reminders: u64) -> String;
    /// Heading of the confirmation page before several reminders are dropped.
    fn drop_many_title(&self, reminders: u64) -> String;
    /// Sentences on the effect of dropping several reminders of several customers.
    fn drop_many_what(&self, reminders: u64, customers: u64) -> String;
    /// Label of the button that drops several reminders.
    fn drop_many_submit(&self, reminders: u64) -> String;
    /// Sentence with the number of reminders left as they are because their customers are no longer
    /// in the host's records.
    fn many_of_nobody(&self, reminders: u64) -> String;
    /// Sentence saying that nothing goes to a customer's number because the customer is no longer
    /// in the host's records.
    fn nobody_to_send_to(&self) -> &str;
    /// Name of a fact: the amount of an invoice that is still open.
    fn still_to_be_paid(&self) -> &str;
    /// Sentence for a reminder whose customer is no longer in the host's records.
    fn nobody_to_remind(&self) -> &str;
    /// Sentence with the number of ticked reminders that no longer wait.
    fn many_gone(&self, reminders: u64) -> String;
    /// Sentence saying that more reminders wait than can be decided at once.
    fn many_more(&self, most: u64) -> String;
    /// Heading with the number of reminders approved.
    fn approved_many(&self, reminders: u64) -> String;
    /// Sentence on the time at which approved reminders go out.
    fn approved_many_go(&self) -> &str;
    /// Heading with the number of reminders dropped.
    fn dropped_many(&self, reminders: u64) -> String;
    /// Sentence with the number of reminders left as they are.
    fn many_left(&self, reminders: u64) -> String;
    /// Sentences for a reminder that was not decided because the database did not answer.
    fn not_decided_now(&self) -> &str;
    /// Sentence saying that no reminder was ticked.
    fn none_ticked(&self) -> &str;
    /// Sentence saying that none of the reminders waits any more.
    fn none_held(&self) -> &str;
    /// Sentence for a reminder that no longer waits, with the act that changed it (or nothing).
    fn done_held_changed(&self, by: &str) -> String;
    /// Sentence with the person who approved a reminder.
    fn approved_by(&self, who: &str) -> String;
    /// Sentence with the person who dropped a reminder.
    fn dropped_by(&self, who: &str) -> String;
    /// Heading of the page for a reminder that does not exist.
    fn no_reminder_title(&self) -> &str;
    /// Explanation for a reminder that does not exist.
    fn no_reminder_text(&self) -> &str;

    /// Label of the part in which a filter is saved as a view.
    fn save_view(&self) -> &str;
    /// Label of the field for the name of a view.
    fn name_of_view(&self) -> &str;
    /// Label of the button that saves a view.
    fn save(&self) -> &str;
    /// Label of the button that removes a view.
    fn remove_view(&self, name: &str) -> String;
    /// Sentence after a view was saved.
    fn done_view_saved(&self) -> &str;
    /// Sentence after a view was removed.
    fn done_view_removed(&self) -> &str;
    /// Sentence with the rule for the name of a view.
    fn bad_view_name(&self, most: usize) -> String;
    /// Sentence saying that no further view can be saved.
    fn too_many_views(&self, most: usize) -> String;

    /// Label of the link that shows new messages; `#` stands for their number.
    fn show_new(&self) -> &str;
    /// Range of the rows on a page other than the first, and the number of all rows.
    fn between(&self, first: &str, last: &str, count: Count) -> String;
    /// Place of a row in a list ordered by status: its status and its time.
    fn status_at(&self, status: &str, at: &str) -> String;
    /// Advice for a setting that cannot be used.
    fn setting_todo(&self, is_paused: bool) -> &str;
    /// Advice for failures that nobody is told of.
    fn address_todo(&self) -> &str;
}
