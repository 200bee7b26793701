//! What has numbers, names and days in it, in English.

use chrono::NaiveDate;
use whatsapp_core::bulk::BulkAct;
use whatsapp_core::port::Count;

use super::English;
use crate::words::Sentences;

/// A thing, once or several times: `1 message`, `2 messages`.
fn things(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", English.number(number), if number == 1 { one } else { many })
}

/// The same of a count that may be more.
fn counted(count: Count, one: &str, many: &str) -> String {
    if count.is_exact {
        things(count.number, one, many)
    } else {
        format!("{} {many}", English.count(count))
    }
}

/// What was done by an act on many messages.
const fn past(act: BulkAct) -> &'static str {
    match act {
        BulkAct::Retry => "tried again",
        BulkAct::Resend => "sent again",
        BulkAct::Cancel => "cancelled",
    }
}

/// A sentence within another one.
fn within(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

const fn is_one(count: Count) -> bool {
    count.number == 1 && count.is_exact
}

fn or_more(count: Count) -> &'static str {
    if count.is_exact { "" } else { " or more" }
}

impl Sentences for English {
    fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    fn count(&self, count: Count) -> String {
        format!("{}{}", self.number(count.number), if count.is_exact { "" } else { "+" })
    }

    fn day(&self, date: NaiveDate) -> String {
        date.format("%-d %b").to_string()
    }

    fn date(&self, date: NaiveDate) -> String {
        date.format("%-d %b %Y").to_string()
    }

    fn weekday(&self, date: NaiveDate) -> String {
        date.format("%A, %-d %b %Y").to_string()
    }

    fn times_of(&self, place: &str) -> String {
        format!("Times of {place}")
    }

    fn bytes(&self, bytes: u64) -> String {
        match bytes {
            0..1_000 => things(bytes, "byte", "bytes"),
            1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
            _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        }
    }

    fn paused_since(&self, at: &str, reason: &str) -> String {
        format!("Nothing is sent since {at}: {}", within(reason))
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
        let verb = if arrived.number == 1 { "is" } else { "are" };
        let with = self.count(arrived);
        let taken = counted(taken, "message", "messages");
        format!("{taken} of today went out; {with} {verb} with the customers.")
    }

    fn sends_since(&self, at: &str) -> String {
        format!("Sending · last sent {at}")
    }

    fn tried_again_at(&self, at: &str) -> String {
        format!("It is tried again on {at}.")
    }

    fn look_at_all(&self, count: Count) -> String {
        format!("Look at all {}", self.count(count))
    }

    fn in_seven_days(&self, count: Count) -> String {
        format!("{} in 7 days", self.count(count))
    }

    fn are_silent(&self, count: Count) -> String {
        let (were, are) = if is_one(count) { ("was", "is") } else { ("were", "are") };
        format!("{were} sent over an hour ago and {are} still not delivered")
    }

    fn are_tried_again(&self, count: Count) -> String {
        let are = counted(count, "message is", "messages are");
        format!("{are} being tried again")
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

    fn all_that_match(&self, count: Count) -> String {
        format!("All {} that match", self.count(count))
    }

    fn select(&self, named: &str) -> String {
        format!("Choose {named}")
    }

    fn bulk_asked(&self, act: BulkAct, messages: u64) -> String {
        let messages = things(messages, "message", "messages");
        match act {
            BulkAct::Retry => format!("Try {messages} again now?"),
            BulkAct::Resend => format!("Send {messages} again?"),
            BulkAct::Cancel => format!("Cancel {messages}?"),
        }
    }

    fn bulk_nothing(&self, act: BulkAct) -> String {
        format!("None of these messages can be {}", past(act))
    }

    fn bulk_under_way(&self, act: BulkAct, messages: u64) -> String {
        let is = if messages == 1 { "is" } else { "are" };
        format!("{} {is} being {}", things(messages, "message", "messages"), past(act))
    }

    fn bulk_over(&self, act: BulkAct, messages: u64) -> String {
        let was = if messages == 1 { "was" } else { "were" };
        format!("{} {was} {}", things(messages, "message", "messages"), past(act))
    }

    fn bulk_will(&self, open: u64, left_out: u64) -> String {
        let open = things(open, "message", "messages");
        match left_out {
            0 => format!("It is done to {open}, as soon as you confirm it."),
            _ => format!(
                "It is done to {open}, as soon as you confirm it; {} left out, for the reasons below.",
                things(left_out, "is", "are")
            ),
        }
    }

    fn bulk_more(&self, most: u64) -> String {
        format!("More messages match: these are the newest {}.", self.number(most))
    }

    fn bulk_arrived(&self, messages: u64) -> String {
        format!(
            "{} of them may have arrived: I know that these customers did not get them.",
            self.number(messages)
        )
    }

    fn bulk_hours(&self, messages: u64) -> String {
        format!(
            "{} of them would go out outside the hours in which customers are written to: send them \
             anyway.",
            self.number(messages)
        )
    }

    fn bulk_progress(&self, done: u64, total: u64) -> String {
        format!("{} of {} had their turn", self.number(done), self.number(total))
    }

    fn bulk_by(&self, who: &str, at: &str) -> String {
        format!("Confirmed by {who}; last change {at}.")
    }

    fn bulk_all(&self, messages: u64) -> String {
        format!("Look at all {}", self.number(messages))
    }

    fn too_many_names(&self, most: u64) -> String {
        format!(
            "Choose a status or days first: names are sorted within {} messages.",
            self.number(most)
        )
    }

    fn day_in_words(&self, date: &str, sent: &str, failed: &str) -> String {
        format!("{date}: {sent} went out, {failed} failed")
    }

    fn csv_made(&self, zone: &str) -> String {
        format!("Made ({zone})")
    }

    fn csv_sent(&self, zone: &str) -> String {
        format!("Sent ({zone})")
    }

    fn csv_left_out(&self, messages: u64) -> String {
        let messages = things(messages, "message", "messages");
        format!(
            "{messages} cannot be read, because another program changed the log: left out here."
        )
    }

    fn taken_and_silent(&self, at: &str) -> String {
        format!("Sent at {at}, and nothing was heard of it since. The phone may be switched off.")
    }

    fn waits(&self, waiting: u64, out_by: Option<&str>) -> String {
        let waits = things(waiting, "message waits", "messages wait");
        match out_by {
            Some(at) => format!("{waits}. What is due is out by {at}."),
            None => format!("{waits}."),
        }
    }

    fn due_and_later(&self, due: u64, later: u64) -> String {
        match (due, later) {
            (due, 0) => format!("{} due", self.number(due)),
            (0, later) => format!("{} later", self.number(later)),
            (due, later) => format!("{} due, {} later", self.number(due), self.number(later)),
        }
    }

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
        format!("It cannot be read: something else than this program changed its column {column}.")
    }

    fn button_of(&self, label: &str, named: &str) -> String {
        format!("{label} {named}")
    }

    fn caption(&self, in_words: &str) -> String {
        format!("Messages. {in_words}")
    }

    fn all_in_order(&self, order: &str) -> String {
        format!("All messages, {order}.")
    }

    fn some_in_order(&self, filters: &[&str], order: &str) -> String {
        format!("{}; {order}.", filters.join(", "))
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
        let (rows, all) = (self.number(rows), self.number(count.number));
        format!("1 to {rows} of {all}{}", or_more(count))
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
            "The address says something of “{name}” that cannot be. Right would be: {expected}."
        )
    }

    fn unknown_parameter(&self, known: &str) -> String {
        format!("The address has a part that is not known here. Known are: {known}.")
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
        format!("Answer {status}")
    }

    fn fetched(&self, name: &str) -> String {
        if name.is_empty() {
            return "The gateway fetched the file.".to_owned();
        }
        format!("The gateway fetched {name}.")
    }

    fn bytes_of(&self, bytes: &str, whole: &str) -> String {
        format!("{bytes} of {whole}")
    }

    fn bytes_all(&self, bytes: &str) -> String {
        format!("{bytes}, all of it")
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
        format!("{who} put it aside")
    }

    fn taken_up_by(&self, who: &str) -> String {
        format!("{who} took it up again")
    }

    fn at_time(&self, said: &str, at: &str) -> String {
        format!("{} at {at}.", said.trim_end_matches('.'))
    }

    fn template_version(&self, version: u32) -> String {
        format!("A template of yours, version {version}")
    }

    fn unsure(&self, rules: &[&str]) -> String {
        format!("Not every telephone may show it like this: {}", rules.join(" "))
    }

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

    fn done_number(&self, named: &str) -> String {
        format!("{named} goes out again, to the number that you typed.")
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
        format!("Somebody was faster: {by} Nothing was done twice.")
    }

    fn pause_waiting(&self, count: Count) -> String {
        let verb = if count.number == 1 { "waits" } else { "wait" };
        format!("{} {verb} to be sent.", counted(count, "message", "messages"))
    }

    fn pause_ends(&self, count: Count, first: &str) -> String {
        let verb = if count.number == 1 { "is" } else { "are" };
        format!(
            "{} of them {verb} cancelled within a day if sending is still paused, the first on {first}.",
            self.count(count)
        )
    }

    fn sign_in_wait(&self, seconds: u64) -> String {
        format!("That was tried too often. Try again in {}.", things(seconds, "second", "seconds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_groups_and_sizes_in_units() {
        for (number, told) in [(0, "0"), (999, "999"), (1_604, "1,604"), (1_234_567, "1,234,567")] {
            assert_eq!(English.number(number), told);
        }
        for (bytes, told) in
            [(1, "1 byte"), (999, "999 bytes"), (84_213, "84 kB"), (10_485_760, "10.4 MB")]
        {
            assert_eq!(English.bytes(bytes), told);
        }
    }

    #[test]
    fn one_is_told_otherwise_than_several() {
        let count = |number, is_exact| Count { number, is_exact };
        let none = count(0, true);
        for (messages, reminders, told) in [
            (count(1, true), none, "1 message needs you"),
            (count(7, true), count(8, true), "7 messages and 8 reminders need you"),
            (none, count(1, true), "1 reminder needs you"),
            (count(10_000, false), none, "10,000+ messages need you"),
        ] {
            assert_eq!(English.need_you_now(messages, reminders), told);
        }
        assert_eq!(English.first_of(20, count(10_000, false)), "1 to 20 of 10,000 or more");
    }
}
