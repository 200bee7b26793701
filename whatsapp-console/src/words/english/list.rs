//! English sentences of the list of messages.

use whatsapp_core::port::Count;

use super::English;
use super::numbers::{things, within};
use crate::words::{ListSentences, Numbers as _};

/// Maximum number of filters named in a sentence. All of them stand in a row of their own.
const FILTERS_NAMED: usize = 3;

fn or_more(count: Count) -> &'static str {
    if count.is_exact { "" } else { " or more" }
}

impl ListSentences for English {
    fn too_many_names(&self, most: u64) -> String {
        format!(
            "Choose a status or days first: names are sorted within {} messages.",
            self.number(most)
        )
    }

    fn csv_made(&self, zone: &str) -> String {
        format!("Made ({zone})")
    }

    fn csv_sent(&self, zone: &str) -> String {
        format!("Sent ({zone})")
    }

    fn csv_left_out(&self, messages: u64) -> String {
        let left_out =
            things(messages, "message is left out here: it", "messages are left out here: they");
        format!("{left_out} cannot be read, because another program changed the log.")
    }

    fn caption(&self, in_words: &str) -> String {
        format!("Messages. {in_words}")
    }

    fn all_in_order(&self, order: &str) -> String {
        format!("All messages, {order}.")
    }

    fn some_in_order(&self, filters: &[&str], order: &str) -> String {
        if filters.len() <= FILTERS_NAMED + 1 {
            return format!("{}; {order}.", filters.join(", "));
        }
        let (named, others) = filters.split_at(FILTERS_NAMED);
        format!("{} and {} more; {order}.", named.join(", "), others.len())
    }

    fn chip(&self, name: &str, value: &str) -> String {
        format!("{name}: {value}")
    }

    fn remove_filter(&self, label: &str) -> String {
        format!("Remove the filter {label}")
    }

    fn days(&self, from: &str, until: &str) -> String {
        format!("{from} to {until}")
    }

    fn since(&self, from: &str) -> String {
        format!("since {from}")
    }

    fn until(&self, until: &str) -> String {
        format!("until {until}")
    }

    fn called(&self, name: &str, days: &str) -> String {
        format!("{} ({days})", within(name))
    }

    fn first_of(&self, rows: u64, count: Count) -> String {
        let to = if rows == 1 { String::new() } else { format!(" to {}", self.number(rows)) };
        format!("1{to} of {}{}", self.number(count.number), or_more(count))
    }

    fn some_of(&self, rows: u64, count: Count) -> String {
        let (rows, all) = (self.number(rows), self.number(count.number));
        format!("{rows} of {all}{}", or_more(count))
    }

    fn looked_back_to(&self, at: &str) -> String {
        format!("Looked back to {at}")
    }

    fn nothing_found(&self, text: &str) -> String {
        format!("Nothing was found for “{text}”")
    }

    fn too_many_customers(&self, most: u64) -> String {
        format!("More than {most} customers fit")
    }

    fn bad_parameter(&self, name: &str, expected: &str) -> String {
        format!(
            "In the address, “{name}” has a value that cannot be used. Right would be: {expected}."
        )
    }

    fn unknown_parameter(&self, known: &str) -> String {
        format!("The address asks for something that is not known here. Known are: {known}.")
    }
}
