//! The texts with numbers, names and days in them.

use chrono::NaiveDate;
use whatsapp_core::bulk::BulkAct;
use whatsapp_core::port::{AttentionFor, Count};

/// Makes a trait: a method for each text.
macro_rules! sentences {
    ($(#[$of_trait:meta])* $texts:ident: $($(#[$doc:meta])* $name:ident($($given:ident: $of:ty),+);)+) => {
        $(#[$of_trait])*
        ///
        /// What is given is finished: a name, a time, a number in words; or it is a number or a day, which
        /// each language writes in its own way.
        pub trait $texts {
            $($(#[$doc])* fn $name(&self, $($given: $of),+) -> String;)+
        }
    };
}

sentences! {
    /// Numbers, days and sizes, as the language writes them.
    Numbers:
    /// A number with its groups: `1,604`.
    number(number: u64);
    /// A number that may be that many or more.
    count(count: Count);
    /// A day of this year: `27 Nov`.
    day(date: NaiveDate);
    /// A day: `27 Nov 2026`.
    date(date: NaiveDate);
    /// A day with its name: `Friday, 27 Nov 2026`.
    weekday(date: NaiveDate);
    /// Whose clocks the times are.
    times_of(place: &str);
    /// What stands on paper: what the console is called, and when the page was as it is.
    on_paper(console: &str, at: &str);
    /// The size of a file.
    bytes(bytes: u64);
    /// How much of it.
    bytes_of(bytes: &str, whole: &str);
    /// All of it.
    bytes_all(bytes: &str);
}

sentences! {
    /// The sentences of the first page.
    OverviewSentences:
    /// Over the overview of a paused account: since when, and why.
    paused_since(at: &str, reason: &str);
    /// Over the overview: how much needs a person.
    need_you_now(messages: Count, reminders: Count);
    /// What went out today, and what is with the customers.
    went_out_today(taken: Count, arrived: Count);
    /// That the account sends, and when a message was last taken.
    sends_since(at: &str);
    /// When a paused account is tried again.
    tried_again_at(at: &str);
    /// Leads to all of a kind.
    look_at_all(count: Count);
    /// Under a number of today: that of seven days.
    in_seven_days(count: Count);
    /// That nobody counted the messages that need somebody for this.
    not_counted(of: AttentionFor);
    /// Behind a number of what is silent.
    are_silent(count: Count);
    /// Behind a number of held reminders.
    reminders_wait(count: Count);
    /// Behind a number of settings that cannot be used.
    settings_are_broken(count: Count);
    /// Behind a number of notices without an address.
    notices_wait(count: Count);
    /// That messages are being tried again, where nothing needs a person yet.
    are_tried_again(count: Count);
    /// The bar of a day: its date, how many messages went out and how many failed.
    day_in_words(date: &str, sent: &str, failed: &str);
    /// When a silent message was taken.
    taken_and_silent(at: &str);
    /// How much waits, and by when what is due is out, where that is known.
    waits(waiting: u64, out_by: Option<&str>);
    /// How much waits, where what is due is out very soon.
    waits_a_minute(waiting: u64);
    /// How much of a queue is due, and how much later.
    due_and_later(due: u64, later: u64);
}

sentences! {
    /// The sentences of the list of messages, of what is found, and of its file.
    ListSentences:
    /// That more messages fit than can be sorted by their customers' names.
    too_many_names(most: u64);
    /// The head of a column of a file: when a message was made, by the clocks of this zone.
    csv_made(zone: &str);
    /// The head of a column of a file: when the gateway took a message, by the clocks of this zone.
    csv_sent(zone: &str);
    /// The last line of a file: how many messages cannot be read.
    csv_left_out(messages: u64);
    /// The caption of the list.
    caption(in_words: &str);
    /// What is shown: everything, in this order.
    all_in_order(order: &str);
    /// What is shown: what fits these filters, in this order.
    some_in_order(filters: &[&str], order: &str);
    /// A filter that is set.
    chip(name: &str, value: &str);
    /// Takes it away.
    remove_filter(label: &str);
    /// Days from one to another.
    days(from: &str, until: &str);
    /// Days from one on.
    since(from: &str);
    /// Days up to one, which is included.
    until(until: &str);
    /// What days are called, and which they are.
    called(name: &str, days: &str);
    /// The rows of a first page, of how many.
    first_of(rows: u64, count: Count);
    /// The rows of another page, of how many.
    some_of(rows: u64, count: Count);
    /// How far a bounded search looked.
    looked_back_to(at: &str);
    /// That nothing was found for what was typed.
    nothing_found(text: &str);
    /// That more customers fit than are shown.
    too_many_customers(most: u64);
    /// A part of an address that cannot be used.
    bad_parameter(name: &str, expected: &str);
    /// A part of an address that is not known, and those that are.
    unknown_parameter(known: &str);
}

sentences! {
    /// The sentences of acts on many messages.
    BulkSentences:
    /// A choice: all messages that a list has.
    all_that_match(count: Count);
    /// The name of a tick: which message it chooses.
    select(named: &str);
    /// The question before an act on so many messages, some of which may need a tick.
    bulk_asked(act: BulkAct, messages: u64, asks: bool);
    /// That an act can be done to none of so many messages.
    bulk_nothing(act: BulkAct, messages: u64);
    /// Why that may be, and what to do instead.
    bulk_nothing_why(act: BulkAct);
    /// That an act on so many messages is under way.
    bulk_under_way(act: BulkAct, messages: u64);
    /// To how many messages an act was done.
    bulk_over(act: BulkAct, messages: u64);
    /// To how many messages an act will be done, some of which may need a tick, and how many are left out.
    bulk_will(act: BulkAct, open: u64, left_out: u64, asks: bool);
    /// Where a message stands before the act.
    bulk_until_now(why: &str);
    /// That more messages fitted than one act has.
    bulk_more(most: u64);
    /// What a person says of messages that may have arrived.
    bulk_arrived(messages: u64);
    /// What a person says of messages that would go out outside the hours.
    bulk_hours(messages: u64);
    /// How many messages of all had their turn.
    bulk_progress(done: u64, total: u64);
    /// Who confirmed an act, and when it changed last.
    bulk_by(who: &str, at: &str);
    /// Leads to all messages of a kind.
    bulk_all(messages: u64);
}

sentences! {
    /// The sentences about a message: where it stands, and what happened.
    MessageSentences:
    /// Where a message stands: it has a time.
    scheduled(at: &str);
    /// Where a message stands: it is tried again.
    retrying(at: &str);
    /// How often it was tried again.
    retries(retries: u32);
    /// The same, of how often at most.
    retries_of(retries: u32, most: u32);
    /// A message in a few words: its type, what it is about (or nothing), and to whom it goes.
    named(kind: &str, about: &str, customer: &str);
    /// The title of a message's page.
    kind_to(kind: &str, customer: &str);
    /// When it was made.
    made_at(at: &str);
    /// That its row cannot be read, and for which column.
    broken_column(column: &str);
    /// A button's label with the message that it is for, for those who hear it: begins with the label.
    button_of(label: &str, named: &str);
    /// For when a message was planned.
    planned_for(at: &str);
    /// An attempt: which, of how many at most, of what of the message (or nothing), and its outcome.
    attempt(no: u32, most: u32, part: &str, outcome: &str);
    /// The status of a reply.
    answer(status: u16);
    /// That the gateway fetched a file.
    fetched(name: &str);
    /// How often the gateway was asked for the outcome.
    looked(looks: u32);
    /// That it failed for good, and why.
    failed_since(why: &str);
    /// That it was withdrawn, and why.
    withdrawn(why: &str);
    /// Who tried it again.
    retried_by(who: &str);
    /// Who cancelled it.
    cancelled_by(who: &str);
    /// Who sent it again.
    resent_by(who: &str);
    /// Who moved it.
    rescheduled_by(who: &str);
    /// Who put it aside.
    put_aside_by(who: &str);
    /// Who took it up again.
    taken_up_by(who: &str);
    /// A sentence with the time at which it was so.
    at_time(said: &str, at: &str);
    /// The version of a template.
    template_version(version: u32);
    /// Which rules of the preview are not sure.
    unsure(rules: &[&str]);
}

sentences! {
    /// The sentences of acts on one message, of the pause of all sending, and of signing in.
    ActSentences:
    /// What will happen: which message is tried, as which attempt of how many.
    retry_what(named: &str, no: u32, most: u32);
    /// What will happen: which message is sent again.
    resend_what(named: &str);
    /// What will happen: which message goes to another number.
    number_what(named: &str);
    /// What will happen: which message is cancelled.
    cancel_what(named: &str);
    /// What will happen: which message gets another time.
    reschedule_what(named: &str);
    /// What putting a message aside does.
    put_aside_what(named: &str);
    /// What taking it up again does.
    take_up_what(named: &str);
    /// Has to be ticked where it was sent again so often already.
    resend_again(times: u64);
    /// Has to be ticked where it would go out outside the hours; given is the core's question.
    outside_hours(question: &str);
    /// Has to be ticked where the chosen instant has passed.
    at_once(at: &str);
    /// What was done: a message is tried again.
    done_retry(named: &str);
    /// What was done: a message was sent again.
    done_resend(named: &str);
    /// What was done: a message went to this number, or to one that cannot be told just now.
    done_number(named: &str, number: Option<&str>);
    /// What was done: a message was cancelled.
    done_cancel(named: &str);
    /// What was done: a message got another time.
    done_reschedule(named: &str);
    /// What was done: a message was put aside.
    done_put_aside(named: &str);
    /// What was done: it was taken up again.
    done_take_up(named: &str);
    /// That somebody else was faster, and what they did (or nothing).
    done_changed(by: &str);
    /// How many messages a pause keeps back.
    pause_waiting(count: Count);
    /// How many of them it ends within a day, and the first of these.
    pause_ends(count: Count, first: &str);
    /// How long to wait before signing in is tried again.
    sign_in_wait(seconds: u64);
}
