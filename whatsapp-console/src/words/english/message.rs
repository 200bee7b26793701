//! English sentences about a message.

use super::English;
use super::numbers::{things, within};
use crate::words::MessageSentences;

impl MessageSentences for English {
    fn scheduled(&self, at: &str) -> String {
        format!("Scheduled {at}")
    }

    fn retrying(&self, at: &str) -> String {
        format!("Retrying {at}")
    }

    fn retries(&self, retries: u32) -> String {
        things(retries.into(), "retry", "retries")
    }

    fn retries_of(&self, retries: u32, most: u32) -> String {
        format!("{retries} of {most}")
    }

    fn named(&self, kind: &str, about: &str, customer: &str) -> String {
        let about = if about.is_empty() { String::new() } else { format!(" {about}") };
        format!("{kind}{about} to {customer}")
    }

    fn kind_to(&self, kind: &str, customer: &str) -> String {
        format!("{kind} to {customer}")
    }

    fn made_at(&self, at: &str) -> String {
        format!("made {at}")
    }

    fn broken_column(&self, column: &str) -> String {
        format!(
            "It cannot be read, because another program changed it. For whoever looks into it: column {column}."
        )
    }

    fn button_of(&self, label: &str, named: &str) -> String {
        format!("{label} {named}")
    }

    fn planned_for(&self, at: &str) -> String {
        format!("Planned for {at}")
    }

    fn attempt(&self, no: u32, most: u32, part: &str, outcome: &str) -> String {
        let of = if no > most { String::new() } else { format!(" of {most}") };
        let part = if part.is_empty() { String::new() } else { format!(", {}", within(part)) };
        format!("Attempt {no}{of}{part}. {outcome}")
    }

    fn answer(&self, status: u16) -> String {
        format!("The gateway answered with {status}")
    }

    fn fetched(&self, name: &str) -> String {
        if name.is_empty() {
            return "The gateway fetched the file.".to_owned();
        }
        format!("The gateway fetched {name}.")
    }

    fn looked(&self, looks: u32) -> String {
        let times = if looks == 1 { "once".to_owned() } else { format!("{looks} times") };
        format!("The gateway was asked {times} whether it took the message.")
    }

    fn failed_since(&self, why: &str) -> String {
        format!("It failed for good. {why}.")
    }

    fn withdrawn(&self, why: &str) -> String {
        format!("It was withdrawn. {why}.")
    }

    fn retried_by(&self, who: &str) -> String {
        format!("{who} tried it again.")
    }

    fn cancelled_by(&self, who: &str) -> String {
        format!("{who} cancelled it.")
    }

    fn resent_by(&self, who: &str) -> String {
        format!("{who} sent it again as a new message.")
    }

    fn rescheduled_by(&self, who: &str) -> String {
        format!("{who} moved it to another time.")
    }

    fn put_aside_by(&self, who: &str) -> String {
        format!("{who} put it aside.")
    }

    fn taken_up_by(&self, who: &str) -> String {
        format!("{who} took it up again.")
    }

    fn at_time(&self, said: &str, at: &str) -> String {
        format!("{} at {at}.", said.trim_end_matches('.'))
    }

    fn template_version(&self, version: u32) -> String {
        format!("A template of yours, version {version}")
    }

    fn unsure(&self, rules: &[&str]) -> String {
        format!("Some phones may show it differently: {}", rules.join(" "))
    }
}
