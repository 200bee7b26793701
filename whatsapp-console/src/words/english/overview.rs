//! English sentences of the first page.

use whatsapp_core::port::{AttentionFor, Count};

use super::English;
use super::numbers::{counted, is_one, things, within};
use crate::words::{Numbers as _, OverviewSentences};

impl OverviewSentences for English {
    fn paused_since(&self, at: &str, reason: &str) -> String {
        format!("Nothing has gone out since {at}: {}", within(reason))
    }

    fn need_you_now(&self, messages: Count, reminders: Count) -> String {
        let all = [
            (messages.number > 0).then(|| counted(messages, "message", "messages")),
            (reminders.number > 0).then(|| counted(reminders, "reminder", "reminders")),
        ];
        let all: Vec<_> = all.into_iter().flatten().collect();
        let verb = if messages.number + reminders.number == 1 { "needs" } else { "need" };
        format!("{} {verb} you", all.join(" and "))
    }

    fn went_out_today(&self, taken: Count, arrived: Count) -> String {
        let went = match taken.number {
            0 => return "None of today's messages has gone out yet.".to_owned(),
            _ => format!("{} of today's messages went out", self.count(taken)),
        };
        match (is_one(taken), arrived.number) {
            (true, 0) => format!("{went}; it is not with the customer yet."),
            (true, _) => format!("{went}; it is with the customer."),
            (false, 0) => format!("{went}; none of them is with a customer yet."),
            (false, _) if is_one(arrived) => format!("{went}; 1 is with its customer."),
            (false, _) => format!("{went}; {} are with the customers.", self.count(arrived)),
        }
    }

    fn sends_since(&self, at: &str) -> String {
        format!("Sending · last sent {at}")
    }

    fn tried_again_at(&self, at: &str) -> String {
        format!("It is tried again on {at}.")
    }

    fn look_at_all(&self, count: Count) -> String {
        if count.number == 0 {
            return "Look for them".to_owned();
        }
        format!("Look at all {}", self.count(count))
    }

    fn in_seven_days(&self, count: Count) -> String {
        format!("{} in 7 days", self.count(count))
    }

    fn not_counted(&self, of: AttentionFor) -> String {
        let which = match of {
            AttentionFor::Failed => "could not be sent",
            AttentionFor::Unknown => "may have arrived or not",
            AttentionFor::Silent => "are silent for an hour",
            _ => "need somebody",
        };
        format!("Messages that {which}: there are too many messages to count them")
    }

    fn are_silent(&self, count: Count) -> String {
        let (were, are) = if is_one(count) { ("was", "is") } else { ("were", "are") };
        format!("{were} sent over an hour ago and {are} still not delivered")
    }

    fn reminders_wait(&self, count: Count) -> String {
        let wait = if is_one(count) { "reminder waits" } else { "reminders wait" };
        format!("{wait} for approval")
    }

    fn settings_are_broken(&self, count: Count) -> String {
        let (settings, it_is) =
            if is_one(count) { ("setting", "it is") } else { ("settings", "they are") };
        format!("{settings} cannot be used, and nothing is sent until {it_is} mended")
    }

    fn notices_wait(&self, count: Count) -> String {
        let failures = if is_one(count) { "failure" } else { "failures" };
        format!("{failures} that nobody is told of")
    }

    fn are_tried_again(&self, count: Count) -> String {
        let are = counted(count, "message is", "messages are");
        format!("{are} being tried again")
    }

    fn day_in_words(&self, date: &str, sent: &str, failed: &str) -> String {
        format!("{date}: {sent} went out, {failed} failed")
    }

    fn taken_and_silent(&self, at: &str) -> String {
        format!("Sent {at}, and nothing has been heard of it since. The phone may be switched off.")
    }

    fn waits(&self, waiting: u64, out_by: Option<&str>) -> String {
        let waits = things(waiting, "message waits", "messages wait");
        match out_by {
            Some(at) => format!("{waits}. What is due is out by {at}."),
            None => format!("{waits}."),
        }
    }

    fn waits_a_minute(&self, waiting: u64) -> String {
        format!(
            "{}. What is due goes out within a minute.",
            things(waiting, "message waits", "messages wait")
        )
    }

    fn due_and_later(&self, due: u64, later: u64) -> String {
        match (due, later) {
            (due, 0) => format!("{} due", self.number(due)),
            (0, later) => format!("{} later", self.number(later)),
            (due, later) => format!("{} due, {} later", self.number(due), self.number(later)),
        }
    }
}
