//! English sentences about bulk acts.

use whatsapp_core::bulk::BulkAct;
use whatsapp_core::port::Count;

use super::English;
use super::numbers::{is_one, things};
use crate::words::{BulkSentences, Numbers as _};

/// Returns the words for what a bulk act did to its messages.
const fn past(act: BulkAct) -> &'static str {
    match act {
        BulkAct::Retry => "tried again",
        BulkAct::Resend => "sent again",
        BulkAct::Cancel => "cancelled",
    }
}

impl BulkSentences for English {
    fn all_that_match(&self, count: Count) -> String {
        if is_one(count) {
            return "The one that matches".to_owned();
        }
        format!("All {} that match", self.count(count))
    }

    fn select(&self, named: &str) -> String {
        format!("Tick {named}")
    }

    fn bulk_asked(&self, act: BulkAct, messages: u64, asks: bool) -> String {
        let most = if asks && messages > 1 { "up to " } else { "" };
        let messages = format!("{most}{}", things(messages, "message", "messages"));
        match act {
            BulkAct::Retry => format!("Try {messages} again now?"),
            BulkAct::Resend => format!("Send {messages} again?"),
            BulkAct::Cancel => format!("Cancel {messages}?"),
        }
    }

    fn bulk_nothing(&self, act: BulkAct, messages: u64) -> String {
        match messages {
            1 => format!("This message cannot be {}", past(act)),
            _ => format!("None of these {} messages can be {}", self.number(messages), past(act)),
        }
    }

    fn bulk_nothing_why(&self, act: BulkAct) -> String {
        let why = match act {
            BulkAct::Retry => {
                "Only what failed and has a retry left is tried again. What failed for good can be sent \
                 again instead."
            }
            BulkAct::Resend => "Only what failed is sent again, and each message once.",
            BulkAct::Cancel => {
                "Only what waits can be cancelled: what was sent cannot be called back."
            }
        };
        format!(
            "{why} Why it is not possible stands beside each message below: open one to see what you can do \
             about it, or go back and choose others."
        )
    }

    fn bulk_under_way(&self, act: BulkAct, messages: u64) -> String {
        format!("{} being {}", things(messages, "message is", "messages are"), past(act))
    }

    fn bulk_over(&self, act: BulkAct, messages: u64) -> String {
        let done = match messages {
            0 => "No message was".to_owned(),
            _ => things(messages, "message was", "messages were"),
        };
        format!("{done} {}", past(act))
    }

    fn bulk_will(&self, act: BulkAct, open: u64, left_out: u64, asks: bool) -> String {
        let done = format!("{} {}", things(open, "message is", "messages are"), past(act));
        let done = match (asks, open) {
            (true, 1) => format!("{done} if you give the tick below and confirm it."),
            (true, _) => format!("Up to {done} as soon as you confirm it."),
            (false, _) => format!("{done} as soon as you confirm it."),
        };
        match left_out {
            0 => done,
            1 => format!("{done} 1 is left out, for the reason below."),
            _ => format!("{done} {} are left out, for the reasons below.", self.number(left_out)),
        }
    }

    fn bulk_until_now(&self, why: &str) -> String {
        format!("Until now: {why}")
    }

    fn bulk_more(&self, most: u64) -> String {
        format!("More messages match: these are the newest {}.", self.number(most))
    }

    fn bulk_arrived(&self, messages: u64) -> String {
        let known = match messages {
            1 => "this customer did not get it",
            _ => "these customers did not get them",
        };
        format!("{} of them may have arrived: I know that {known}.", self.number(messages))
    }

    fn bulk_hours(&self, messages: u64) -> String {
        let it = if messages == 1 { "it" } else { "them" };
        format!(
            "{} of them would go out outside the hours in which customers are written to: send {it} anyway.",
            self.number(messages)
        )
    }

    fn bulk_progress(&self, done: u64, total: u64) -> String {
        let turn = if done == 1 { "has had its turn" } else { "have had their turn" };
        format!("{} of {} {turn}", self.number(done), self.number(total))
    }

    fn bulk_by(&self, who: &str, at: &str) -> String {
        format!("{who} confirmed it; last change {at}.")
    }

    fn bulk_all(&self, messages: u64) -> String {
        format!("Look at all {}", self.number(messages))
    }
}
