//! The texts of the pages about messages that are always the same.

/// Makes the trait, with a method for each text.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// The texts of the pages about messages that are always the same.
        pub trait Labels {
            $($(#[$doc])* fn $name(&self) -> &str;)+
        }
    };
}

labels! {
    /// Heading of the overview while nothing needs a person.
    all_is_well;
    /// Heading of the overview while a broken setting keeps all messages back.
    nothing_is_sent;
    /// Heading of the overview while something other than messages and reminders needs a person.
    something_needs_you;
    /// Sentence for a day without messages.
    nothing_today;
    /// Label of an account that a person paused.
    paused_by_hand;
    /// Label of an account that does not send because of a broken setting.
    not_sending;
    /// Label of an account whose sending is switched off in the settings.
    switched_off;
    /// Label of an account that sends to the numbers of the trial alone.
    trial_alone;
    /// Label of an account that sends.
    sends;
    /// Words after a count: messages that failed for good.
    could_not_be_sent;
    /// Words after a count: messages whose outcome nobody knows.
    may_have_arrived;
    /// Sentence with the reason why nobody gets notices.
    no_address_set;
    /// General name of a setting.
    setting;
    /// Label of a tile: all messages of a day.
    tile_made;
    /// Label of a tile: messages that were delivered.
    tile_delivered;
    /// Label of a tile: messages that were taken and not delivered yet.
    tile_on_the_way;
    /// Label of a tile: messages that wait.
    tile_waiting;
    /// Label of a tile: messages that failed.
    tile_failed;
    /// Label of a tile: messages that were cancelled.
    tile_cancelled;
    /// Heading of the chart of the last days.
    fourteen_days;
    /// Label of the messages that went out, in the chart and its table.
    went_out;
    /// Sentence for a chart without days: when and by which program they are counted.
    no_days_yet;
    /// Label of the part that shows the numbers of the chart as a table.
    as_a_table;
    /// Heading of the column of days.
    day_of;
    /// Label of the filter by the outcome of messages.
    outcome;
    /// Sentence for an empty queue.
    nothing_waits;

    /// Label of a message that goes out as soon as it is its turn.
    queued;
    /// Label of a message that was due and waits.
    held;
    /// Label of a message that waits for a paused account, and of that account.
    paused;
    /// Label of a message that is being sent.
    sending;
    /// Label of a message whose outcome is looked up.
    checking;
    /// Label of a message that the gateway took.
    sent;
    /// Label of a message that is on the customer's telephone.
    delivered;
    /// Label of a message that was read.
    read;
    /// Label of a message of which nobody knows whether it arrived.
    unknown;
    /// Label of a message that could not be delivered.
    undelivered;
    /// Label of a cancelled message.
    cancelled;
    /// Label of a message whose row cannot be read.
    unreadable;
    /// Name of the time at which a message was made: a step and the heading of a column.
    made;
    /// Label of the filter for messages that are sent and not delivered yet.
    sent_so_far;

    /// Title of the page about the API.
    api_title;
    /// Text above the page about the API: its purpose.
    api_lead;
    /// Label of the link to the `OpenAPI` document.
    api_document;
    /// Label of the part with an example of a call's answer.
    api_answer;
    /// Label of a call that only managers may make.
    api_managers;
    /// Label of a call that viewers may make as well.
    api_viewers_too;
    /// Note on a member that cannot be left out.
    api_needed;
    /// Note on a member that can be left out.
    api_may_be_left_out;
    /// Heading of the problems that a call may end in.
    api_problems;
    /// Text on how a program tells the problems apart.
    api_problems_lead;

    /// Name of the customer: the heading of a column, a fact and a filter.
    customer;
    /// Name of the telephone number: a fact and the heading of a column.
    number_of;
    /// Name of the invoice or order that a message is about: a filter and the heading of a column.
    about;
    /// Text in the place of a missing customer's name.
    nameless;
    /// Text in the place of a missing number.
    no_number;
    /// Sentence after that of a failed message, saying that it was sent again.
    was_sent_again;
    /// Label of the choice of messages for a bulk act.
    which_messages;
    /// Choice of the ticked messages for a bulk act.
    the_chosen;
    /// Number of ticked rows, for screen readers; `#` stands for the number.
    ticked;
    /// Note that a bulk act begins with a confirmation page.
    bulk_looks_first;
    /// Sentence for a bulk act without a ticked message.
    none_chosen;
    /// Note that what is not ticked is left out.
    bulk_unticked;
    /// Sentence on what a confirmed bulk act waits for.
    bulk_waits;
    /// Sentence for a stopped bulk act.
    bulk_stopped;
    /// Label of the messages to which a bulk act will be done.
    bulk_open;
    /// Label of the messages whose turn in a bulk act has not come.
    bulk_not_begun;
    /// Label of the messages or reminders to which an act was done.
    bulk_done;
    /// Label of the messages or reminders that were left out.
    bulk_left_out;
    /// Label of the messages to which a bulk act could not be done.
    bulk_failed;
    /// Label of the link to the next items.
    bulk_next;
    /// Label of the link that shows the present progress of a bulk act.
    look_again;
    /// Label of the button that stops a bulk act.
    stop;
    /// Label of the link that saves the list as a file.
    export_csv;
    /// Label of the link that saves the list as a file whose order differs from the list's.
    export_csv_newest_first;
    /// Label of the link that saves the list as a file with the texts of its messages.
    export_texts;
    /// Heading of the column of retries in a file.
    csv_retries;
    /// Heading of the column of reasons for a failure or cancellation in a file.
    csv_reason;
    /// Heading of the column of customer ids in a file.
    csv_customer_id;
    /// Heading of the column of message ids in a file.
    csv_message_id;
    /// Heading of the column of texts in a file.
    csv_text;
    /// Label of the tab of all messages.
    tab_all;
    /// Label of the tab of messages that need a person.
    tab_need_you;
    /// Label of the tab of silent messages.
    tab_silent;
    /// Label of the tab of messages that wait, and of their status.
    tab_waiting;
    /// Label of the link to the previous page of a list with the newest first.
    newer;
    /// Label of the link to the next page of a list with the newest first.
    older;
    /// Label of the link to the previous page of a list in any other order.
    previous_page;
    /// Label of the link to the next page of a list in any other order.
    next_page;
    /// Label of the link to the first page.
    first_page;
    /// Label of the link to the list without filters.
    show_all;
    /// Name of the order with the newest first, within a sentence.
    newest_first;
    /// Name of the order with the oldest first, within a sentence.
    oldest_first;
    /// Name of the order by status, within a sentence.
    by_status;
    /// Name of the order by customer, within a sentence.
    by_customer;
    /// Choice of the order by customer.
    by_customer_choice;
    /// Choice of the order with the newest first.
    newest_first_choice;
    /// Choice of the order with the oldest first.
    oldest_first_choice;
    /// Choice of the order by status.
    by_status_choice;
    /// Choice without a filter by type.
    any_type;
    /// Choice without a filter by day.
    any_day;
    /// Choice without a filter by what set a message off.
    any_trigger;
    /// Choice of yesterday.
    yesterday;
    /// Choice of the last seven days.
    last_seven_days;
    /// Choice of this month.
    this_month;
    /// Choice of last month.
    last_month;
    /// Value of the filter for all that needs a person, whatever the reason.
    for_anything;
    /// Heading of an empty log.
    no_message_at_all;
    /// Text that tells what an empty log would show.
    no_message_at_all_text;
    /// Heading of a list whose filters leave nothing.
    no_message_fits;
    /// Sentence for a list whose filters leave nothing.
    no_message_fits_text;
    /// Heading of an empty page of a list.
    page_is_empty;
    /// Sentence with the reason why a page is empty.
    page_is_empty_text;
    /// Sentences on what the search finds, for a search without a result.
    nothing_found_text;
    /// Sentence saying that the host has no search by name.
    names_not_searched;
    /// Title of the page for a search without a result.
    search;
    /// Sentence saying that the host's records do not answer a search.
    names_not_searched_now;
    /// Advice for a search that too many customers fit.
    type_more;

    /// Name of a message that is not known any more.
    the_message;
    /// Label of the link back to a message.
    the_message_page;
    /// Name of a message that cannot be read.
    unreadable_message;
    /// Sentence on what becomes of a message that cannot be read.
    unreadable_text;
    /// Advice for a message that cannot be read.
    unreadable_advice;
    /// Sentence for a failed message that is settled by a new one.
    was_sent_again_as_new;
    /// Label of the link to the message that was sent again.
    first_message;
    /// Sentence for a message that was refused before it had a text.
    no_text;
    /// Sentence for a visitor who may not read texts.
    text_not_shown;
    /// Name of a fact: the person who made the message.
    made_by_whom;
    /// Name of a fact: the time at which the message is wanted.
    wanted_at;
    /// Name of a fact: the time after which the message is not sent.
    ends_at;
    /// Name of a fact: the number of retries.
    tries;
    /// Name of a fact: the template of the text.
    template;
    /// Name of the built-in text.
    built_in_text;
    /// Name of a text that was written for one message.
    own_text;
    /// Name of a fact: the id of the message at the gateway.
    gateway_id;
    /// Name of a fact: the key of the message.
    key;
    /// Name of a fact: the id of the message.
    id;
    /// Sentence for a message that an event set off.
    made_automatically;
    /// Sentence for a message whose day had come.
    made_in_time;
    /// Sentence for a message that a person made.
    made_by_hand;
    /// Sentence for a message that sends a failed one again.
    made_again;
    /// Sentence for an attempt that has not ended.
    under_way;
    /// Sentence for an attempt whose outcome is looked up.
    no_clear_answer;
    /// Sentence for the gateway's notice that a message was delivered.
    delivered_since;
    /// Sentence for the gateway's notice that a message was read.
    read_since;
    /// Name of the host's program as the one who acted.
    the_program;
    /// Name of an unknown person who acted.
    somebody;
    /// Text in the place of a number that nobody counted.
    uncounted;
    /// Name of the visitor as the person who acted.
    you;

    /// Label of the link to the confirmation page before a message is tried again.
    retry_asks;
    /// Label of the link to the confirmation page before a message is sent again.
    resend_asks;
    /// Label of the link to the page that sends a message to another number.
    number_asks;
    /// Label of the link to the page for another number, on the message's own page.
    number_of_message_asks;
    /// Label of the link that sends again after the customer's record was corrected.
    corrected_asks;
    /// Label of the link to the confirmation page before a message is cancelled.
    cancel_asks;
    /// Label of the link to the page that moves a message to another time.
    reschedule_asks;
    /// Label of the link to the confirmation page before a message is put aside.
    put_aside_asks;
    /// Label of the link to the confirmation page before a message is taken up again.
    take_up_asks;
    /// Sentence for a message that a person settled in another way.
    was_put_aside;
    /// Heading of the confirmation page before a message is tried again.
    retry_title;
    /// Heading of the confirmation page before a message is sent again.
    resend_title;
    /// Heading of the page that sends a message to another number.
    number_title;
    /// Heading of the confirmation page before a message is cancelled.
    cancel_title;
    /// Heading of the page that moves a message to another time.
    reschedule_title;
    /// Heading of the confirmation page before a message is put aside.
    put_aside_title;
    /// Heading of the confirmation page before a message is taken up again.
    take_up_title;
    /// Label of the button that tries a message again.
    retry_submit;
    /// Label of the button that sends a message again.
    resend_submit;
    /// Label of the button that sends a message to another number.
    number_submit;
    /// Label of the button that cancels a message.
    cancel_submit;
    /// Label of the button that sets another time.
    reschedule_submit;
    /// Label of the button that puts a message aside.
    put_aside_submit;
    /// Label of the button that takes a message up again.
    take_up_submit;
    /// Name of a fact on a confirmation page: the state of the message and its reason.
    why;
    /// Name of a fact on a confirmation page: the number in the customer's record.
    number_in_record;
    /// Name of a fact on a confirmation page: the number used until now.
    number_until_now;
    /// Text in the place of a number whose record could not be read.
    record_not_read;
    /// Label of the field for a number.
    number_label;
    /// Hint for the field of a number: its notation.
    number_hint;
    /// Label of the field for a time.
    at_label;
    /// Sentence for a value that is no date and time.
    no_instant;
    /// Label of the required tick before sending again what may have arrived.
    surely_not_arrived;
    /// Label of the required tick before sending again a message whose file has arrived.
    file_arrived;
    /// Advice to give the required ticks.
    tick_first;
    /// Sentences for a customer's record that could not be read.
    record_not_read_now;
    /// Sentences on the effect of cancelling a message that cannot be read.
    end_unreadable;
    /// Sentences for a form in which something is missing.
    form_is_not_ours;
    /// Sentences for an act that the state of a message does not allow.
    done_not_now;
    /// Sentences after sending was paused.
    done_pause;
    /// Sentence after sending was resumed.
    done_resume;
    /// Sentences for an act that was not done because the pause has changed meanwhile.
    done_other_pause;
    /// Label of the button that pauses all sending.
    pause;
    /// Heading of the confirmation page before a pause.
    pause_title;
    /// Sentences on the effect of a pause.
    pause_what;
}
