//! The texts with numbers, names and days in them.

use chrono::NaiveDate;
use whatsapp_core::bulk::BulkAct;
use whatsapp_core::port::{AttentionFor, Count};

/// Makes a trait, with a method for each text.
macro_rules! sentences {
    ($(#[$of_trait:meta])* $texts:ident: $($(#[$doc:meta])* $name:ident($($given:ident: $of:ty),+);)+) => {
        $(#[$of_trait])*
        ///
        /// An argument that is a text is finished: a name, a time, a number in words. Each language
        /// writes numbers and days in its own way.
        pub trait $texts {
            $($(#[$doc])* fn $name(&self, $($given: $of),+) -> String;)+
        }
    };
}

sentences! {
    /// Numbers, days and sizes, as the language writes them.
    Numbers:
    /// Number with its digits in groups: `1,604`.
    number(number: u64);
    /// Count that is exact, or that many or more.
    count(count: Count);
    /// Day of this year: `27 Nov`.
    day(date: NaiveDate);
    /// Day with its year: `27 Nov 2026`.
    date(date: NaiveDate);
    /// Day with its name: `Friday, 27 Nov 2026`.
    weekday(date: NaiveDate);
    /// Note on the place whose clocks the times follow.
    times_of(place: &str);
    /// Line on a printed page: the name of the console, and the time at which the page was made.
    on_paper(console: &str, at: &str);
    /// Size of a file.
    bytes(bytes: u64);
    /// Size of the part of a file that was fetched, and of the whole file.
    bytes_of(bytes: &str, whole: &str);
    /// Size of a file that was fetched as a whole.
    bytes_all(bytes: &str);
}

sentences! {
    /// The sentences of the first page.
    OverviewSentences:
    /// Heading of the overview of a paused account, with the time and reason of the pause.
    paused_since(at: &str, reason: &str);
    /// Heading of the overview with the numbers of messages and reminders that need a person.
    need_you_now(messages: Count, reminders: Count);
    /// Sentence with the number of today's messages that went out, and of those delivered.
    went_out_today(taken: Count, arrived: Count);
    /// Label of an account that sends, with the time at which a message was last taken.
    sends_since(at: &str);
    /// Sentence with the time at which a paused account is tried again.
    tried_again_at(at: &str);
    /// Label of the link to all messages of a kind.
    look_at_all(count: Count);
    /// Note below a number of today: the number of seven days.
    in_seven_days(count: Count);
    /// Title for messages of this kind that nobody counted.
    not_counted(of: AttentionFor);
    /// Words after a count: silent messages.
    are_silent(count: Count);
    /// Words after a count: reminders that wait for approval.
    reminders_wait(count: Count);
    /// Words after a count: settings that cannot be used.
    settings_are_broken(count: Count);
    /// Words after a count: notices without an address.
    notices_wait(count: Count);
    /// Heading of the overview while messages are tried again and nothing needs a person.
    are_tried_again(count: Count);
    /// Words for the bar of a day: its date, and the numbers of sent and of failed messages.
    day_in_words(date: &str, sent: &str, failed: &str);
    /// Sentences with the time at which a silent message was taken.
    taken_and_silent(at: &str);
    /// Sentence with the number of waiting messages, and when the due ones are out, if known.
    waits(waiting: u64, out_by: Option<&str>);
    /// Sentences with the number of waiting messages, where the due ones are out very soon.
    waits_a_minute(waiting: u64);
    /// Words for the numbers of messages in a queue that are due and that are due later.
    due_and_later(due: u64, later: u64);
}

sentences! {
    /// The sentences of the list of messages, of the search and of the list's file.
    ListSentences:
    /// Sentence for a list with more messages than can be sorted by their customers' names.
    too_many_names(most: u64);
    /// Heading of the column of the times at which messages were made, in this time zone.
    csv_made(zone: &str);
    /// Heading of the column of the times at which the gateway took messages, in this time zone.
    csv_sent(zone: &str);
    /// Last line of a file: the number of messages that cannot be read.
    csv_left_out(messages: u64);
    /// Caption of the list.
    caption(in_words: &str);
    /// Sentence for a list of all messages in this order.
    all_in_order(order: &str);
    /// Sentence for a list with these filters in this order.
    some_in_order(filters: &[&str], order: &str);
    /// Label of a filter that is set.
    chip(name: &str, value: &str);
    /// Label of the link that removes a filter.
    remove_filter(label: &str);
    /// Words for the days from one to another.
    days(from: &str, until: &str);
    /// Words for the days from one on.
    since(from: &str);
    /// Words for the days up to one, which is included.
    until(until: &str);
    /// Words for days by their name, with their dates.
    called(name: &str, days: &str);
    /// Range of the rows on a first page, and the number of all rows.
    first_of(rows: u64, count: Count);
    /// Number of the rows on another page, and of all rows.
    some_of(rows: u64, count: Count);
    /// Note with the time to which a bounded search looked back.
    looked_back_to(at: &str);
    /// Heading of a search without a result.
    nothing_found(text: &str);
    /// Heading of a search that more customers fit than are shown.
    too_many_customers(most: u64);
    /// Sentences for a parameter of an address that cannot be used.
    bad_parameter(name: &str, expected: &str);
    /// Sentences for a parameter of an address that is not known, with those that are.
    unknown_parameter(known: &str);
}

sentences! {
    /// The sentences of bulk acts.
    BulkSentences:
    /// Choice of all messages that a list has.
    all_that_match(count: Count);
    /// Name of a tick: the message or reminder that it chooses.
    select(named: &str);
    /// Heading of the confirmation page before a bulk act, some of whose messages may need a tick.
    bulk_asked(act: BulkAct, messages: u64, asks: bool);
    /// Heading for a bulk act that can be done to none of its messages.
    bulk_nothing(act: BulkAct, messages: u64);
    /// Sentences with the reason why a bulk act can be done to nothing, and what to do instead.
    bulk_nothing_why(act: BulkAct);
    /// Heading for a bulk act that is under way.
    bulk_under_way(act: BulkAct, messages: u64);
    /// Heading for a finished bulk act, with the number of messages to which it was done.
    bulk_over(act: BulkAct, messages: u64);
    /// Sentences on the effect of a bulk act: how many messages are done and how many are left out.
    /// Some may need a tick.
    bulk_will(act: BulkAct, open: u64, left_out: u64, asks: bool);
    /// Sentence with the state of a message before the act.
    bulk_until_now(why: &str);
    /// Sentence saying that more messages matched than one bulk act has.
    bulk_more(most: u64);
    /// Label of the tick for messages that may have arrived.
    bulk_arrived(messages: u64);
    /// Label of the tick for messages that would go out outside the hours.
    bulk_hours(messages: u64);
    /// Number of messages whose turn has been, of all.
    bulk_progress(done: u64, total: u64);
    /// Sentence with the person who confirmed a bulk act, and the time of its last change.
    bulk_by(who: &str, at: &str);
    /// Label of the link to all messages of a kind.
    bulk_all(messages: u64);
}

sentences! {
    /// The sentences about a message: its state and its history.
    MessageSentences:
    /// Label of a message with a time.
    scheduled(at: &str);
    /// Label of a message that is tried again.
    retrying(at: &str);
    /// Number of retries, in words.
    retries(retries: u32);
    /// Number of retries so far, and at most.
    retries_of(retries: u32, most: u32);
    /// Name of a message in a few words: its type, its subject (or an empty text) and its customer.
    named(kind: &str, about: &str, customer: &str);
    /// Title of a message's page.
    kind_to(kind: &str, customer: &str);
    /// Words for the time at which a message was made.
    made_at(at: &str);
    /// Sentences for a message whose row cannot be read, with the column.
    broken_column(column: &str);
    /// Label of a button, followed by the name of what it is for, for screen readers.
    button_of(label: &str, named: &str);
    /// Words for the time for which a message was planned.
    planned_for(at: &str);
    /// Sentence for an attempt: its number, the most attempts, the part of the message (or an empty
    /// text) and the outcome.
    attempt(no: u32, most: u32, part: &str, outcome: &str);
    /// Words for the status of a reply.
    answer(status: u16);
    /// Sentence saying that the gateway fetched a file.
    fetched(name: &str);
    /// Sentence with the number of times the gateway was asked for the outcome.
    looked(looks: u32);
    /// Sentences for a message that failed for good, with the reason.
    failed_since(why: &str);
    /// Sentences for a cancelled message, with the reason.
    withdrawn(why: &str);
    /// Sentence with the person who tried a message again.
    retried_by(who: &str);
    /// Sentence with the person who cancelled a message.
    cancelled_by(who: &str);
    /// Sentence with the person who sent a message again.
    resent_by(who: &str);
    /// Sentence with the person who moved a message to another time.
    rescheduled_by(who: &str);
    /// Sentence with the person who put a message aside.
    put_aside_by(who: &str);
    /// Sentence with the person who took a message up again.
    taken_up_by(who: &str);
    /// Sentence about an act, with its time added.
    at_time(said: &str, at: &str);
    /// Name of a version of a template.
    template_version(version: u32);
    /// Sentence with the rules of the preview that are not sure.
    unsure(rules: &[&str]);
}

sentences! {
    /// The sentences of acts on one message, of the pause of all sending, and of signing in.
    ActSentences:
    /// Sentence on the effect of a retry: the message, the number of the attempt and the limit.
    retry_what(named: &str, no: u32, most: u32);
    /// Sentence on the effect of sending a message again.
    resend_what(named: &str);
    /// Sentences on the effect of sending a message to another number.
    number_what(named: &str);
    /// Sentences on the effect of cancelling a message.
    cancel_what(named: &str);
    /// Sentence on the effect of giving a message another time.
    reschedule_what(named: &str);
    /// Sentences on the effect of putting a message aside.
    put_aside_what(named: &str);
    /// Sentence on the effect of taking a message up again.
    take_up_what(named: &str);
    /// Label of the required tick for a message that was sent again this often already.
    resend_again(times: u64);
    /// Label of the tick for a time outside the hours; `question` is the core's question.
    outside_hours(question: &str);
    /// Label of the tick for a chosen time that has passed.
    at_once(at: &str);
    /// Sentence after a message was tried again.
    done_retry(named: &str);
    /// Sentence after a message was sent again.
    done_resend(named: &str);
    /// Sentence after a message went to this number, or to one that cannot be told at present.
    done_number(named: &str, number: Option<&str>);
    /// Sentence after a message was cancelled.
    done_cancel(named: &str);
    /// Sentence after a message got another time.
    done_reschedule(named: &str);
    /// Sentence after a message was put aside.
    done_put_aside(named: &str);
    /// Sentence after a message was taken up again.
    done_take_up(named: &str);
    /// Sentences for an act that somebody else was faster with, with that act or an empty text.
    done_changed(by: &str);
    /// Sentence with the number of messages that a pause keeps back.
    pause_waiting(count: Count);
    /// Sentence with the number of messages that a pause ends within a day, and the first time.
    pause_ends(count: Count, first: &str);
    /// Sentences with the time to wait before the next sign-in.
    sign_in_wait(seconds: u64);
}
