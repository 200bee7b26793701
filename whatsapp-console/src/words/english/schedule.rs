//! English texts of the schedule.

use whatsapp_core::schedule::ReminderFrom;

use super::English;
use super::numbers::{things, within};
use crate::words::{Numbers as _, ScheduleTexts};

impl ScheduleTexts for English {
    fn schedule(&self) -> &'static str {
        "Schedule"
    }

    fn key_schedule(&self) -> &'static str {
        "Go to what goes out in the next days"
    }

    fn look_at_schedule(&self) -> &'static str {
        "What goes out in the next days"
    }

    fn schedule_title(&self, days: u64) -> String {
        format!("What goes out in the next {days} days")
    }

    fn schedule_lead(&self, at: &str) -> String {
        format!("As things stood at {at}. What is paid or changed until then changes it.")
    }

    fn coming(&self) -> &'static str {
        "Coming"
    }

    fn waiting_for_you(&self) -> &'static str {
        "Waiting for you"
    }

    fn day_by_day(&self) -> &'static str {
        "Day by day"
    }

    fn is_today(&self) -> &'static str {
        "Today, from now on"
    }

    fn is_closed(&self) -> &'static str {
        "Closed"
    }

    fn reminders(&self, number: u64) -> String {
        things(number, "reminder", "reminders")
    }

    fn messages_that_wait(&self, number: u64) -> String {
        things(number, "message that waits", "messages that wait")
    }

    fn of_campaigns(&self, number: u64) -> String {
        things(number, "greeting or announcement", "greetings and announcements")
    }

    fn nothing_goes_out(&self) -> &'static str {
        "Nothing goes out."
    }

    fn held_back(&self, number: u64) -> String {
        format!("{} held back", self.number(number))
    }

    fn reason_of(&self, reason: &str, number: Option<u64>) -> String {
        match number {
            Some(number) => format!("{} ({})", within(reason), self.number(number)),
            None => within(reason),
        }
    }

    fn nothing_coming(&self) -> &'static str {
        "Nothing goes out"
    }

    fn what_would_come(&self) -> &'static str {
        "Reminders, messages with a time, and the greetings of festivals stand here before they go out."
    }

    fn what_would_come_without_reminders(&self) -> &'static str {
        "Messages with a time, and the greetings of festivals stand here before they go out. This program was set up \
         without reminders: whoever runs it can add them."
    }

    fn nothing_of_these(&self) -> &'static str {
        "Nothing of this kind goes out or is held back on this day."
    }

    fn day_is_over(&self) -> &'static str {
        "This day is over."
    }

    fn day_is_far(&self, days: u64) -> String {
        format!("Only today and the days up to {days} days ahead are foretold.")
    }

    fn messages_of_that_day(&self) -> &'static str {
        "Messages of that day"
    }

    fn all_days(&self) -> &'static str {
        "All days"
    }

    fn reminders_are_off(&self) -> &'static str {
        "Reminders are switched off: none is made until a manager switches them on in the settings."
    }

    fn cut_invoices(&self, number: u64) -> String {
        format!(
            "Only the first {} unpaid invoices were looked at: new reminders of the others are not listed here.",
            self.number(number)
        )
    }

    fn cut_steps(&self, number: u64) -> String {
        format!(
            "Only the {} oldest reminders that are planned or held were looked at: the others are not listed here.",
            self.number(number)
        )
    }

    fn cut_messages(&self, number: u64) -> String {
        format!(
            "Only the {} oldest messages that wait were looked at: the others are not listed here.",
            self.number(number)
        )
    }

    fn look_at_more(&self) -> &'static str {
        "Look further"
    }

    fn all_of_day(&self) -> &'static str {
        "All"
    }

    fn goes_out(&self) -> &'static str {
        "Goes out"
    }

    fn is_held_back(&self) -> &'static str {
        "Held back"
    }

    fn rows_of(&self, first: u64, last: u64, all: u64) -> String {
        format!("{} to {} of {}", self.number(first), self.number(last), self.number(all))
    }

    fn tab_of(&self, label: &str, number: u64) -> String {
        format!("{label} {}", self.number(number))
    }

    fn only_reminders(&self) -> &'static str {
        "Reminders"
    }

    fn only_messages(&self) -> &'static str {
        "Messages that wait"
    }

    fn only_campaigns(&self) -> &'static str {
        "Greetings and announcements"
    }

    fn entry_to(&self, what: &str, who: &str) -> String {
        format!("{what} to {who}")
    }

    fn the_customer(&self) -> &'static str {
        "the customer"
    }

    fn what_becomes_of_it(&self) -> &'static str {
        "What becomes of it"
    }

    fn goes_out_from(&self) -> &'static str {
        "From"
    }

    fn in_one_message(&self, others: u64) -> String {
        format!("In one message with {}", things(others, "other reminder", "other reminders"))
    }

    fn to_customers(&self, number: u64) -> String {
        format!("To {}", things(number, "customer", "customers"))
    }

    fn until_about(&self, at: &str) -> String {
        format!("The last about {at}")
    }

    fn because_of_its_day(&self, days: u16, from: ReminderFrom) -> String {
        let from = within(from.label());
        match days {
            0 => format!("Its day is {from}."),
            1 => format!("Its day is 1 day after {from}."),
            _ => format!("Its day is {days} days after {from}."),
        }
    }

    fn put_off_from(&self, day: &str, is_closed: bool) -> String {
        if is_closed {
            return format!("Put off from {day}, which is a closed day.");
        }
        format!("Put off from {day}, such as because the customer was reminded shortly before.")
    }

    fn because_of_a_person(&self) -> &'static str {
        "A person asked for it."
    }

    fn more_acts(&self) -> &'static str {
        "More"
    }

    fn skip_asks(&self) -> &'static str {
        "Leave out…"
    }

    fn hold_asks(&self) -> &'static str {
        "Hold…"
    }

    fn skip_ticked_asks(&self) -> &'static str {
        "Leave these out"
    }

    fn hold_ticked_asks(&self) -> &'static str {
        "Hold these"
    }

    fn skip_title(&self, reminders: u64) -> String {
        match reminders {
            1 => "Leave this reminder out?".to_owned(),
            _ => format!("Leave these {} reminders out?", self.number(reminders)),
        }
    }

    fn hold_title(&self, reminders: u64) -> String {
        match reminders {
            1 => "Hold this reminder?".to_owned(),
            _ => format!("Hold these {} reminders?", self.number(reminders)),
        }
    }

    fn skip_what(&self, reminders: u64, customers: u64) -> String {
        format!(
            "{} to {}. Later reminders of the same invoices go out as ever.",
            things(reminders, "reminder is not sent", "reminders are not sent"),
            things(customers, "customer", "customers")
        )
    }

    fn hold_what(&self, reminders: u64, customers: u64) -> String {
        format!(
            "{} to {} {} until somebody approves, and for 14 days at most.",
            things(reminders, "reminder", "reminders"),
            things(customers, "customer", "customers"),
            if reminders == 1 { "waits" } else { "wait" }
        )
    }

    fn skip_submit(&self, reminders: u64) -> String {
        if reminders == 1 { "Leave it out".to_owned() } else { "Leave them out".to_owned() }
    }

    fn hold_submit(&self, reminders: u64) -> String {
        if reminders == 1 { "Hold it".to_owned() } else { "Hold them".to_owned() }
    }

    fn steps_gone(&self, reminders: u64) -> String {
        match reminders {
            1 => "1 that you ticked has gone out or ended meanwhile: it stays as it is.".to_owned(),
            _ => format!(
                "{} that you ticked have gone out or ended meanwhile: they stay as they are.",
                self.number(reminders)
            ),
        }
    }

    fn and_more(&self, reminders: u64) -> String {
        format!("and {} more", self.number(reminders))
    }

    fn skipped_many(&self, reminders: u64) -> String {
        match reminders {
            0 => "No reminder was left out".to_owned(),
            _ => format!("{} left out", things(reminders, "reminder is", "reminders are")),
        }
    }

    fn held_many(&self, reminders: u64) -> String {
        match reminders {
            0 => "No reminder is held".to_owned(),
            _ => format!("{} held", things(reminders, "reminder is", "reminders are")),
        }
    }

    fn held_many_wait(&self) -> &'static str {
        "What is held waits under Approvals until somebody approves it."
    }

    fn step_stands(&self, state: &str, by: &str) -> String {
        let now = format!("The reminder stands otherwise by now: {}.", within(state));
        if by.is_empty() {
            return format!("{now} Nothing was done.");
        }
        format!("{now} {by} Nothing was done twice.")
    }

    fn skipped_by(&self, who: &str) -> String {
        format!("{who} left it out.")
    }

    fn held_by(&self, who: &str) -> String {
        format!("{who} held it.")
    }

    fn reminded_by(&self, who: &str) -> String {
        format!("{who} asked for it.")
    }

    fn none_to_come(&self) -> &'static str {
        "These reminders have gone out or ended meanwhile, so nothing was done."
    }

    fn remind_now_asks(&self) -> &'static str {
        "Remind now…"
    }

    fn remind_now_title(&self) -> &'static str {
        "Remind the customer now?"
    }

    fn remind_now_what(&self, invoice: &str, customer: &str) -> String {
        format!(
            "A reminder of {invoice} goes to {customer} at once, with what is open today. The next one that \
             goes by itself waits as many days after it as the settings ask for."
        )
    }

    fn remind_now_submit(&self) -> &'static str {
        "Remind now"
    }

    fn done_remind_now(&self) -> &'static str {
        "The reminder is on its way."
    }

    fn done_reminded_before(&self) -> &'static str {
        "Somebody reminded the customer of this invoice meanwhile. Nothing was done twice."
    }

    fn mute_whom(&self) -> &'static str {
        "To whom or about what"
    }

    fn mute_customer(&self) -> &'static str {
        "To this customer, whatever the number"
    }

    fn mute_number(&self, number: &str) -> String {
        format!("To the number {number}, whoever has it")
    }

    fn mute_invoice(&self, invoice: &str) -> String {
        format!("About the invoice {invoice} alone")
    }
}
