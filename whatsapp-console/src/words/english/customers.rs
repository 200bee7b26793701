//! English texts about customers, reminders, mutes and views.

use whatsapp_core::port::Count;

use super::English;
use super::numbers::things;
use crate::words::{Customers, Numbers as _};

/// Maximum number of days named in a sentence.
const DAYS_NAMED: usize = 5;

impl Customers for English {
    fn all_about(&self, customer: &str) -> String {
        format!("All about {customer}")
    }

    fn no_customer_title(&self) -> &'static str {
        "There is no such customer"
    }

    fn no_customer_text(&self) -> &'static str {
        "The shop's records do not have this customer, and no message was made for them."
    }

    fn customer_is_gone(&self) -> &'static str {
        "The shop's records do not have this customer any more, so nothing new is made for them, and no reminder. What failed can go to another number alone, and what waits may still go out: cancel what should not."
    }

    fn records_do_not_answer(&self) -> &'static str {
        "The shop's own records do not answer just now: names and numbers are those of the messages, and a customer whose name is missing stands here by their id. Try again in a minute."
    }

    fn planned_and_held(&self) -> &'static str {
        "Planned and held"
    }

    fn nothing_planned(&self) -> &'static str {
        "No reminder is planned or waits for approval."
    }

    fn no_reminders_here(&self) -> &'static str {
        "This program was set up without reminders. Whoever runs it can add them."
    }

    fn more_is_planned(&self, shown: usize) -> String {
        format!("The first {shown} are shown; there are more.")
    }

    fn all_messages(&self) -> &'static str {
        "All messages"
    }

    fn no_message_yet(&self) -> &'static str {
        "No message was made for this customer yet. What is sent to them stands here."
    }

    fn message(&self) -> &'static str {
        "Message"
    }

    fn all_that_failed(&self) -> &'static str {
        "All that failed"
    }

    fn nothing_of_theirs_needs_you(&self) -> &'static str {
        "No message to this customer needs you."
    }

    fn mutes(&self) -> &'static str {
        "Kept back"
    }

    fn nothing_muted(&self) -> &'static str {
        "Nothing is kept back from this customer."
    }

    fn muted_by(&self, who: &str, at: &str) -> String {
        format!("{who}, {at}")
    }

    fn mute_asks(&self) -> &'static str {
        "Keep messages back…"
    }

    fn mute_title(&self) -> &'static str {
        "Keep messages back from this customer?"
    }

    fn mute_what(&self, customer: &str) -> String {
        format!(
            "What is chosen here is not sent to {customer} until somebody ends it. What waits to be sent is \
             cancelled when its turn comes."
        )
    }

    fn mute_which(&self) -> &'static str {
        "Which messages"
    }

    fn mute_submit(&self) -> &'static str {
        "Keep back"
    }

    fn unmute_asks(&self) -> &'static str {
        "Let them go out again…"
    }

    fn unmute_title(&self) -> &'static str {
        "Let these messages go out again?"
    }

    fn unmute_what(&self) -> &'static str {
        "New messages are not kept back any more. What was cancelled meanwhile stays cancelled."
    }

    fn unmute_submit(&self) -> &'static str {
        "Let them go out again"
    }

    fn done_mute(&self) -> &'static str {
        "These messages are kept back from now on."
    }

    fn done_unmute(&self) -> &'static str {
        "New messages go out to this customer again."
    }

    fn done_unmuted_before(&self) -> &'static str {
        "That had ended already. Nothing was done."
    }

    fn approvals(&self) -> &'static str {
        "Approvals"
    }

    fn held_title(&self) -> &'static str {
        "Reminders that wait for approval"
    }

    fn held_lead(&self) -> &'static str {
        "They go out once somebody approves them, and are left out after 14 days."
    }

    fn nothing_held(&self) -> &'static str {
        "No reminder waits for approval"
    }

    fn how_steps_are_held(&self) -> &'static str {
        "Reminders wait here when their day passed while nothing was sent, or when somebody held them."
    }

    fn more_held(&self) -> &'static str {
        "More"
    }

    fn key_approvals(&self) -> &'static str {
        "Go to the reminders that wait for approval"
    }

    fn reminder_after(&self, subject: &str, days: u16) -> String {
        let unit = if days == 1 { "day" } else { "days" };
        format!("Reminder of {subject} after {days} {unit}")
    }

    fn reminder_by_hand(&self, subject: &str) -> String {
        format!("Reminder of {subject} by hand")
    }

    fn its_day(&self, day: &str) -> String {
        format!("for {day}")
    }

    fn approve_asks(&self) -> &'static str {
        "Approve…"
    }

    fn approve_title(&self) -> &'static str {
        "Let the reminder go out?"
    }

    fn approve_what(&self, reminder: &str) -> String {
        format!(
            "{reminder} goes out within the hours in which customers are written to, unless the invoice was paid \
             or the customer was reminded shortly before."
        )
    }

    fn approve_submit(&self) -> &'static str {
        "Approve"
    }

    fn drop_asks(&self) -> &'static str {
        "Leave out…"
    }

    fn drop_title(&self) -> &'static str {
        "Leave the reminder out?"
    }

    fn drop_what(&self, reminder: &str) -> String {
        format!("{reminder} is not sent. Later reminders of the invoice go out as ever.")
    }

    fn drop_submit(&self) -> &'static str {
        "Leave it out"
    }

    fn done_approve(&self) -> &'static str {
        "The reminder is approved. It goes out within the hours in which customers are written to."
    }

    fn done_drop(&self) -> &'static str {
        "The reminder is left out."
    }

    fn approve_ticked_asks(&self) -> &'static str {
        "Approve these"
    }

    fn drop_ticked_asks(&self) -> &'static str {
        "Leave these out"
    }

    fn approve_all_asks(&self, count: Count) -> String {
        format!("Approve all {}…", self.count(count))
    }

    fn drop_all_asks(&self, count: Count) -> String {
        format!("Leave all {} out…", self.count(count))
    }

    fn approve_many_title(&self, reminders: u64) -> String {
        format!("Let {} go out?", things(reminders, "reminder", "reminders"))
    }

    fn approve_many_what(&self, reminders: u64, customers: u64) -> String {
        format!(
            "{} to {} within the hours in which customers are written to, over several days where a customer gets \
             many, unless the invoice was paid or the customer was reminded shortly before.",
            things(reminders, "reminder goes out", "reminders go out"),
            things(customers, "customer", "customers")
        )
    }

    fn approve_many_later(&self, days: &[(String, u64)]) -> String {
        let reminders = days.iter().map(|(_, number)| number).sum();
        let (named, others) = days.split_at(days.len().min(DAYS_NAMED));
        let named = named.iter().map(|(day, number)| format!("{} on {day}", self.number(*number)));
        let others: u64 = others.iter().map(|(_, number)| number).sum();
        let others = (others > 0).then(|| format!("{} later", self.number(others)));
        let days = named.chain(others).collect::<Vec<_>>().join(", ");
        match reminders {
            1 => format!("1 of them goes out on its own day, which is still to come: {days}."),
            _ => format!(
                "{} of them go out on their own days, which are still to come: {days}.",
                self.number(reminders)
            ),
        }
    }

    fn approve_many_submit(&self, reminders: u64) -> String {
        if reminders == 1 { "Approve it".to_owned() } else { "Approve these".to_owned() }
    }

    fn drop_many_title(&self, reminders: u64) -> String {
        match reminders {
            1 => "Leave this reminder out?".to_owned(),
            _ => format!("Leave these {} reminders out?", self.number(reminders)),
        }
    }

    fn drop_many_what(&self, reminders: u64, customers: u64) -> String {
        format!(
            "{} to {}. Later reminders of the same invoices go out as ever.",
            things(reminders, "reminder is not sent", "reminders are not sent"),
            things(customers, "customer", "customers")
        )
    }

    fn drop_many_submit(&self, reminders: u64) -> String {
        if reminders == 1 { "Leave it out".to_owned() } else { "Leave these out".to_owned() }
    }

    fn many_of_nobody(&self, reminders: u64) -> String {
        match reminders {
            1 => "1 is left as it is: the shop's records do not have its customer any more."
                .to_owned(),
            _ => format!(
                "{} are left as they are: the shop's records do not have their customers any more.",
                self.number(reminders)
            ),
        }
    }

    fn nobody_to_send_to(&self) -> &'static str {
        "The shop's records do not have this customer any more: nothing can be sent to the number there."
    }

    fn still_to_be_paid(&self) -> &'static str {
        "Still to be paid"
    }

    fn nobody_to_remind(&self) -> &'static str {
        "The shop's records do not have this customer any more: nobody can be reminded."
    }

    fn many_gone(&self, reminders: u64) -> String {
        match reminders {
            1 => "1 that you ticked does not wait any more: it stays as it is.".to_owned(),
            _ => format!(
                "{} that you ticked do not wait any more: they stay as they are.",
                self.number(reminders)
            ),
        }
    }

    fn many_more(&self, most: u64) -> String {
        format!("More reminders wait: these are the {} whose day came first.", self.number(most))
    }

    fn approved_many(&self, reminders: u64) -> String {
        match reminders {
            0 => "No reminder was approved".to_owned(),
            _ => format!("{} approved", things(reminders, "reminder is", "reminders are")),
        }
    }

    fn approved_many_go(&self) -> &'static str {
        "What is approved goes out within the hours in which customers are written to."
    }

    fn dropped_many(&self, reminders: u64) -> String {
        match reminders {
            0 => "No reminder was left out".to_owned(),
            _ => format!("{} left out", things(reminders, "reminder is", "reminders are")),
        }
    }

    fn many_left(&self, reminders: u64) -> String {
        match reminders {
            1 => "1 is left as it is, for the reason below.".to_owned(),
            _ => format!("{} are left as they are, for the reasons below.", self.number(reminders)),
        }
    }

    fn not_decided_now(&self) -> &'static str {
        "The database did not answer just then, so nothing was done about it. Decide about it again in a minute."
    }

    fn none_ticked(&self) -> &'static str {
        "Nothing was done: tick at least one reminder first."
    }

    fn none_held(&self) -> &'static str {
        "None of these reminders waits for approval any more, so nothing was done."
    }

    fn done_held_changed(&self, by: &str) -> String {
        if by.is_empty() {
            return "The reminder does not wait for approval any more, so nothing was done."
                .to_owned();
        }
        format!("{by} Nothing was done twice.")
    }

    fn approved_by(&self, who: &str) -> String {
        format!("{who} approved it.")
    }

    fn dropped_by(&self, who: &str) -> String {
        format!("{who} dropped it.")
    }

    fn no_reminder_title(&self) -> &'static str {
        "There is no such reminder"
    }

    fn no_reminder_text(&self) -> &'static str {
        "No reminder of this invoice is planned or waits, or the address is mistyped."
    }

    fn save_view(&self) -> &'static str {
        "Save this view…"
    }

    fn name_of_view(&self) -> &'static str {
        "Name of the view"
    }

    fn save(&self) -> &'static str {
        "Save"
    }

    fn remove_view(&self, name: &str) -> String {
        format!("Remove the view {name}")
    }

    fn done_view_saved(&self) -> &'static str {
        "The view is saved in this browser."
    }

    fn done_view_removed(&self) -> &'static str {
        "The view is removed."
    }

    fn bad_view_name(&self, most: usize) -> String {
        format!("A view has a name of 1 to {most} characters.")
    }

    fn too_many_views(&self, most: usize) -> String {
        format!(
            "This browser keeps up to {most} views of your own, and these are too many. Remove one first."
        )
    }

    fn show_new(&self) -> &'static str {
        "Show # new"
    }

    fn between(&self, first: &str, last: &str, count: Count) -> String {
        let more = if count.is_exact { "" } else { " or more" };
        format!("{first} to {last} · {}{more} in all", self.number(count.number))
    }

    fn status_at(&self, status: &str, at: &str) -> String {
        format!("{status}, {at}")
    }

    fn setting_todo(&self, is_paused: bool) -> &'static str {
        if is_paused {
            "A manager mends it on the page of settings."
        } else {
            "A manager mends it on the page of settings. Sending goes on by itself then."
        }
    }

    fn address_todo(&self) -> &'static str {
        "A manager sets the address on the page of settings. What was not told yet is told then."
    }
}
