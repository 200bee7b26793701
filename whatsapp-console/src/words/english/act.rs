//! English sentences about acts on one message, a pause, and signing in.

use whatsapp_core::port::Count;

use super::English;
use super::numbers::{counted, is_one, things};
use crate::words::{ActSentences, Numbers as _};

impl ActSentences for English {
    fn retry_what(&self, named: &str, no: u32, most: u32) -> String {
        let of = if no > most { String::new() } else { format!(" of {most}") };
        format!("{named} is tried once more at once, as attempt {no}{of}.")
    }

    fn resend_what(&self, named: &str) -> String {
        format!(
            "{named} goes out once more, as a new message, to the number that is in the customer's \
             record now."
        )
    }

    fn number_what(&self, named: &str) -> String {
        format!(
            "{named} goes out once more, as a new message, to the number that you type. The customer's \
             record is not changed: the next message goes to the number there."
        )
    }

    fn cancel_what(&self, named: &str) -> String {
        format!("{named} is not sent then. That cannot be taken back.")
    }

    fn reschedule_what(&self, named: &str) -> String {
        format!("{named} goes out at the time that you choose.")
    }

    fn put_aside_what(&self, named: &str) -> String {
        format!(
            "{named} was settled in another way, such as by telephone: it needs nobody any more. Nothing is sent, and \
             it stays in the list as failed. If it is tried again and fails again, it needs you again."
        )
    }

    fn take_up_what(&self, named: &str) -> String {
        format!("{named} needs somebody again, and stands on the first page.")
    }

    fn resend_again(&self, times: u64) -> String {
        let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
        format!("It was sent again {times} already. Send it once more.")
    }

    fn outside_hours(&self, question: &str) -> String {
        question.replace(": send it anyway?", ". Send it anyway.")
    }

    fn at_once(&self, at: &str) -> String {
        format!("{at} has passed. Send it at once.")
    }

    fn done_retry(&self, named: &str) -> String {
        format!("{named} is tried again now.")
    }

    fn done_resend(&self, named: &str) -> String {
        format!("{named} goes out again, as a new message.")
    }

    fn done_number(&self, named: &str, number: Option<&str>) -> String {
        let number = number.unwrap_or("the number that you typed");
        format!("{named} goes out again, to {number}.")
    }

    fn done_cancel(&self, named: &str) -> String {
        format!("{named} was cancelled.")
    }

    fn done_reschedule(&self, named: &str) -> String {
        format!("{named} has its new time.")
    }

    fn done_put_aside(&self, named: &str) -> String {
        format!("{named} is put aside and needs nobody any more.")
    }

    fn done_take_up(&self, named: &str) -> String {
        format!("{named} needs somebody again.")
    }

    fn done_changed(&self, by: &str) -> String {
        if by.is_empty() {
            return "The message changed meanwhile, so nothing was done. This is how it stands now."
                .to_owned();
        }
        format!("{by} Nothing was done twice.")
    }

    fn pause_waiting(&self, count: Count) -> String {
        format!("{} to be sent.", counted(count, "message waits", "messages wait"))
    }

    fn pause_ends(&self, count: Count, first: &str) -> String {
        let still = "cancelled within a day if sending is still paused";
        if is_one(count) {
            return format!("1 of them is {still}, on {first}.");
        }
        format!("{} of them are {still}, the first on {first}.", self.count(count))
    }

    fn sign_in_wait(&self, seconds: u64) -> String {
        format!("That was tried too often. Try again in {}.", things(seconds, "second", "seconds"))
    }
}
