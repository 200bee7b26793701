//! The texts about customers, their reminders and mutes, about saved views, and about what comes while
//! somebody looks.

use whatsapp_core::port::Count;

/// The texts about customers, their reminders and mutes, about saved views, and about what comes while
/// somebody looks.
pub trait Customers {
    /// Leads to a customer's page.
    fn all_about(&self, customer: &str) -> String;
    /// Over the page for a customer of whom nothing is known.
    fn no_customer_title(&self) -> &str;
    /// What that means.
    fn no_customer_text(&self) -> &str;
    /// That the host's records do not have a customer any more.
    fn customer_is_gone(&self) -> &str;
    /// That the host's records do not answer, on a page that shows the rest.
    fn records_do_not_answer(&self) -> &str;
    /// What is planned, held and on its way.
    fn planned_and_held(&self) -> &str;
    /// That nothing is.
    fn nothing_planned(&self) -> &str;
    /// That the shop plans no reminders.
    fn no_reminders_here(&self) -> &str;
    /// That more is planned than is shown.
    fn more_is_planned(&self, shown: usize) -> String;
    /// All messages of a customer.
    fn all_messages(&self) -> &str;
    /// What would be here.
    fn no_message_yet(&self) -> &str;
    /// The head of a column: what a message is about.
    fn message(&self) -> &str;
    /// Leads to the list of a customer's messages that failed.
    fn all_that_failed(&self) -> &str;
    /// That nothing of a customer's needs a person.
    fn nothing_of_theirs_needs_you(&self) -> &str;

    /// What is kept back from a customer.
    fn mutes(&self) -> &str;
    /// That nothing is.
    fn nothing_muted(&self) -> &str;
    /// Who set a mute, and when.
    fn muted_by(&self, who: &str, at: &str) -> String;
    /// Leads to the question before a mute.
    fn mute_asks(&self) -> &str;
    /// The question.
    fn mute_title(&self) -> &str;
    /// What will happen.
    fn mute_what(&self, customer: &str) -> String;
    /// What is chosen.
    fn mute_which(&self) -> &str;
    /// Its button.
    fn mute_submit(&self) -> &str;
    /// Leads to the question before the end of a mute.
    fn unmute_asks(&self) -> &str;
    /// The question.
    fn unmute_title(&self) -> &str;
    /// What will happen.
    fn unmute_what(&self) -> &str;
    /// Its button.
    fn unmute_submit(&self) -> &str;
    /// What was done.
    fn done_mute(&self) -> &str;
    /// What was done.
    fn done_unmute(&self) -> &str;
    /// That a mute had ended already.
    fn done_unmuted_before(&self) -> &str;

    /// The page of reminders that wait for approval, in the navigation.
    fn approvals(&self) -> &str;
    /// Its title.
    fn held_title(&self) -> &str;
    /// What happens to them.
    fn held_lead(&self) -> &str;
    /// That none waits.
    fn nothing_held(&self) -> &str;
    /// How reminders come to wait.
    fn how_steps_are_held(&self) -> &str;
    /// Leads on.
    fn more_held(&self) -> &str;
    /// What `g a` does.
    fn key_approvals(&self) -> &str;
    /// A reminder: of which invoice, and so many days after its date.
    fn reminder_after(&self, subject: &str, days: u16) -> String;
    /// A reminder that somebody asked for.
    fn reminder_by_hand(&self, subject: &str) -> String;
    /// The day that the rule gives a reminder.
    fn its_day(&self, day: &str) -> String;
    /// Leads to the question before a reminder goes out.
    fn approve_asks(&self) -> &str;
    /// The question.
    fn approve_title(&self) -> &str;
    /// What will happen.
    fn approve_what(&self, reminder: &str) -> String;
    /// Its button.
    fn approve_submit(&self) -> &str;
    /// Leads to the question before a reminder is dropped.
    fn drop_asks(&self) -> &str;
    /// The question.
    fn drop_title(&self) -> &str;
    /// What will happen.
    fn drop_what(&self, reminder: &str) -> String;
    /// Its button.
    fn drop_submit(&self) -> &str;
    /// What was done.
    fn done_approve(&self) -> &str;
    /// What was done.
    fn done_drop(&self) -> &str;
    /// Leads to the question before those that are ticked go out.
    fn approve_ticked_asks(&self) -> &str;
    /// Leads to the question before those that are ticked are dropped.
    fn drop_ticked_asks(&self) -> &str;
    /// Leads to the question before all go out.
    fn approve_all_asks(&self, count: Count) -> String;
    /// Leads to the question before all are dropped.
    fn drop_all_asks(&self, count: Count) -> String;
    /// The question before so many go out.
    fn approve_many_title(&self, reminders: u64) -> String;
    /// What will happen to how many, and to how many customers they go.
    fn approve_many_what(&self, reminders: u64, customers: u64) -> String;
    /// How many of them have their day before them, by day.
    fn approve_many_later(&self, days: &[(String, u64)]) -> String;
    /// Its button.
    fn approve_many_submit(&self, reminders: u64) -> String;
    /// The question before so many are dropped.
    fn drop_many_title(&self, reminders: u64) -> String;
    /// What will happen to how many, and to how many customers they were to go.
    fn drop_many_what(&self, reminders: u64, customers: u64) -> String;
    /// Its button.
    fn drop_many_submit(&self, reminders: u64) -> String;
    /// How many are left because the host's records do not have their customers any more.
    fn many_of_nobody(&self, reminders: u64) -> String;
    /// That nothing goes to a customer's number because the host's records do not have the customer any more.
    fn nobody_to_send_to(&self) -> &str;
    /// A fact: what is open of an invoice.
    fn still_to_be_paid(&self) -> &str;
    /// That nobody is reminded for the same reason.
    fn nobody_to_remind(&self) -> &str;
    /// How many were ticked that do not wait any more.
    fn many_gone(&self, reminders: u64) -> String;
    /// That more wait than are decided at once.
    fn many_more(&self, most: u64) -> String;
    /// How many were approved.
    fn approved_many(&self, reminders: u64) -> String;
    /// When these go out.
    fn approved_many_go(&self) -> &str;
    /// How many were dropped.
    fn dropped_many(&self, reminders: u64) -> String;
    /// How many were left as they are.
    fn many_left(&self, reminders: u64) -> String;
    /// Why one was not decided while the database did not answer.
    fn not_decided_now(&self) -> &str;
    /// That no reminder was ticked.
    fn none_ticked(&self) -> &str;
    /// That none of the reminders waits any more.
    fn none_held(&self) -> &str;
    /// That a reminder does not wait any more, and who changed it (or nothing).
    fn done_held_changed(&self, by: &str) -> String;
    /// Who approved a reminder.
    fn approved_by(&self, who: &str) -> String;
    /// Who dropped it.
    fn dropped_by(&self, who: &str) -> String;
    /// Over the page for a reminder that does not exist.
    fn no_reminder_title(&self) -> &str;
    /// What that means.
    fn no_reminder_text(&self) -> &str;

    /// Keeps a filter as a view of one's own.
    fn save_view(&self) -> &str;
    /// Its field.
    fn name_of_view(&self) -> &str;
    /// Its button.
    fn save(&self) -> &str;
    /// Takes a view of one's own away.
    fn remove_view(&self, name: &str) -> String;
    /// What was done.
    fn done_view_saved(&self) -> &str;
    /// What was done.
    fn done_view_removed(&self) -> &str;
    /// What a view's name may be.
    fn bad_view_name(&self, most: usize) -> String;
    /// That there are as many views as can be.
    fn too_many_views(&self, most: usize) -> String;

    /// Shows what came since; `#` stands for how many.
    fn show_new(&self) -> &str;
    /// The rows of a page that is not the first: from where to where, of how many.
    fn between(&self, first: &str, last: &str, count: Count) -> String;
    /// A row by its status, of a list in that order.
    fn status_at(&self, status: &str, at: &str) -> String;
    /// What can be done about a setting that cannot be used.
    fn setting_todo(&self, is_paused: bool) -> &str;
    /// What can be done about failures that nobody is told of.
    fn address_todo(&self) -> &str;
}
