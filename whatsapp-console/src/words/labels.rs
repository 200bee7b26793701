//! The texts of the pages about messages that are always the same.

/// Makes the trait: a method for each text.
macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// The texts of the pages about messages that are always the same.
        pub trait Labels {
            $($(#[$doc])* fn $name(&self) -> &str;)+
        }
    };
}

labels! {
    /// That nothing needs a person.
    all_is_well;
    /// That broken settings keep everything back.
    nothing_is_sent;
    /// That something else than messages needs a person.
    something_needs_you;
    /// That today has no message.
    nothing_today;
    /// That somebody stopped all sending.
    paused_by_hand;
    /// That nothing is sent.
    not_sending;
    /// That sending is switched off in the settings.
    switched_off;
    /// The account sends to the numbers of the trial alone.
    trial_alone;
    /// That the account sends.
    sends;
    /// Behind a number: what failed for good.
    could_not_be_sent;
    /// Behind a number: what nobody knows the outcome of.
    may_have_arrived;
    /// Why nobody is told.
    no_address_set;
    /// What a setting is called.
    setting;
    /// A tile: all messages of a day.
    tile_made;
    /// A tile: what is on telephones.
    tile_delivered;
    /// A tile: what was taken and not delivered yet.
    tile_on_the_way;
    /// A tile: what waits.
    tile_waiting;
    /// A tile: what failed.
    tile_failed;
    /// A tile: what was withdrawn.
    tile_cancelled;
    /// Over the bars of the last days.
    fourteen_days;
    /// The part of a bar that went out.
    went_out;
    /// That no day was counted yet, and by what it will be.
    no_days_yet;
    /// Opens the numbers of the bars.
    as_a_table;
    /// The head of a column.
    day_of;
    /// The filter by what became of messages.
    outcome;
    /// That the queue is empty.
    nothing_waits;

    /// It goes out as soon as there is room.
    queued;
    /// It was due, and waits.
    held;
    /// It waits for the account.
    paused;
    /// It is under way.
    sending;
    /// Its outcome is looked up.
    checking;
    /// The gateway took it.
    sent;
    /// It is on the telephone.
    delivered;
    /// It was read.
    read;
    /// Nobody knows whether it arrived.
    unknown;
    /// It could not be delivered.
    undelivered;
    /// It was withdrawn.
    cancelled;
    /// Its row cannot be read.
    unreadable;
    /// When it was made; a step, and the head of a column.
    made;
    /// It is sent and not delivered yet; a filter.
    sent_so_far;

    /// The page about the API.
    api_title;
    /// What that page is for.
    api_lead;
    /// Leads to the document for programs.
    api_document;
    /// What a call answers.
    api_answer;
    /// Who may call.
    api_managers;
    /// Who may call.
    api_viewers_too;
    /// Of a member: it cannot be left out.
    api_needed;
    /// Of a member: it can be left out.
    api_may_be_left_out;
    /// What can be wrong with a call.
    api_problems;
    /// How a program tells them apart.
    api_problems_lead;

    /// The head of a column, a fact, a chip.
    customer;
    /// A fact.
    number_of;
    /// A chip: what messages are about.
    about;
    /// A customer without a name.
    nameless;
    /// A customer without a number.
    no_number;
    /// Behind the sentence of a failed message.
    was_sent_again;
    /// Which messages an act on many is about.
    which_messages;
    /// Those that were ticked.
    the_chosen;
    /// How many are ticked, for those who hear it; `#` stands for the number.
    ticked;
    /// That an act on many begins with a question.
    bulk_looks_first;
    /// That nothing was ticked.
    none_chosen;
    /// What is not ticked is not done.
    bulk_unticked;
    /// What an act under way waits for.
    bulk_waits;
    /// That somebody stopped it.
    bulk_stopped;
    /// Messages to which it will be done.
    bulk_open;
    /// Messages whose turn has not come.
    bulk_not_begun;
    /// Messages to which it was done.
    bulk_done;
    /// Messages that were left out.
    bulk_left_out;
    /// Messages to which it could not be done.
    bulk_failed;
    /// Leads to the next ones.
    bulk_next;
    /// Shows how far an act is by now.
    look_again;
    /// Stops an act on many messages.
    stop;
    /// Gives the list as a file.
    export_csv;
    /// Gives the list as a file, where the list is in another order than the file.
    export_csv_newest_first;
    /// Gives the list as a file, with the texts of its messages.
    export_texts;
    /// The head of a column of a file: how often a message was tried again.
    csv_retries;
    /// The head of a column of a file: why a message failed or was withdrawn.
    csv_reason;
    /// The head of a column of a file.
    csv_customer_id;
    /// The head of a column of a file.
    csv_message_id;
    /// The head of a column of a file.
    csv_text;
    /// All messages.
    tab_all;
    /// What needs a person.
    tab_need_you;
    /// What is silent.
    tab_silent;
    /// What waits.
    tab_waiting;
    /// The page before, of a list with the newest first.
    newer;
    /// The page behind, of a list with the newest first.
    older;
    /// The page before, in any other order.
    previous_page;
    /// The page behind, in any other order.
    next_page;
    /// Leads to the first page.
    first_page;
    /// Leads to the list without filters.
    show_all;
    /// An order, within a sentence.
    newest_first;
    /// An order, within a sentence.
    oldest_first;
    /// An order, within a sentence.
    by_status;
    /// An order, within a sentence.
    by_customer;
    /// The same as a choice.
    by_customer_choice;
    /// The same as a choice.
    newest_first_choice;
    /// The same as a choice.
    oldest_first_choice;
    /// The same as a choice.
    by_status_choice;
    /// No filter by type.
    any_type;
    /// No filter by day.
    any_day;
    /// No filter by what set a message off.
    any_trigger;
    /// A day.
    yesterday;
    /// Days.
    last_seven_days;
    /// Days.
    this_month;
    /// Days.
    last_month;
    /// All that needs a person, as a chip.
    for_anything;
    /// Over an empty log.
    no_message_at_all;
    /// What would be here.
    no_message_at_all_text;
    /// Over a list that its filters emptied.
    no_message_fits;
    /// What would be here.
    no_message_fits_text;
    /// Over an empty page of a list.
    page_is_empty;
    /// Why it is empty.
    page_is_empty_text;
    /// What can be found.
    nothing_found_text;
    /// That the host searches no names.
    names_not_searched;
    /// The page of what was looked for and not found.
    search;
    /// That the host's records do not answer.
    names_not_searched_now;
    /// What to do where too many fit.
    type_more;

    /// A message that is not known any more.
    the_message;
    /// Leads back to a message.
    the_message_page;
    /// What it is called.
    unreadable_message;
    /// What that means.
    unreadable_text;
    /// What to do about it.
    unreadable_advice;
    /// That a failed message is settled.
    was_sent_again_as_new;
    /// Leads to the message that was sent again.
    first_message;
    /// Why there is nothing to see.
    no_text;
    /// Why there is nothing to see.
    text_not_shown;
    /// A fact.
    made_by_whom;
    /// A fact.
    wanted_at;
    /// A fact.
    ends_at;
    /// A fact.
    tries;
    /// A fact.
    template;
    /// A fact.
    built_in_text;
    /// A fact.
    own_text;
    /// A fact.
    gateway_id;
    /// A fact.
    key;
    /// A fact.
    id;
    /// How it came to be.
    made_automatically;
    /// How it came to be.
    made_in_time;
    /// How it came to be.
    made_by_hand;
    /// How it came to be.
    made_again;
    /// An attempt that has not ended.
    under_way;
    /// An attempt whose outcome is looked up.
    no_clear_answer;
    /// What the gateway said last.
    delivered_since;
    /// What the gateway said last.
    read_since;
    /// Who did something.
    the_program;
    /// Who did something.
    somebody;
    /// In the place of a number that nobody counted.
    uncounted;
    /// Whoever looks, as the one who did something.
    you;

    /// Leads to the question.
    retry_asks;
    /// Leads to the question.
    resend_asks;
    /// Leads to the question.
    number_asks;
    /// Leads to the question.
    number_of_message_asks;
    /// Leads to the question.
    corrected_asks;
    /// Leads to the question.
    cancel_asks;
    /// Leads to the question.
    reschedule_asks;
    /// A button.
    put_aside_asks;
    /// A button.
    take_up_asks;
    /// That a person has settled it in another way.
    was_put_aside;
    /// A question.
    retry_title;
    /// A question.
    resend_title;
    /// A question.
    number_title;
    /// A question.
    cancel_title;
    /// A question.
    reschedule_title;
    /// A question.
    put_aside_title;
    /// A question.
    take_up_title;
    /// Its button.
    retry_submit;
    /// Its button.
    resend_submit;
    /// Its button.
    number_submit;
    /// Its button.
    cancel_submit;
    /// Its button.
    reschedule_submit;
    /// A button.
    put_aside_submit;
    /// A button.
    take_up_submit;
    /// A fact beside a question.
    why;
    /// A fact beside a question.
    number_in_record;
    /// A fact beside a question.
    number_until_now;
    /// In the place of a number.
    record_not_read;
    /// A field.
    number_label;
    /// What it takes.
    number_hint;
    /// A field.
    at_label;
    /// What is wrong with a field.
    no_instant;
    /// Has to be ticked.
    surely_not_arrived;
    /// Has to be ticked.
    file_arrived;
    /// What to do.
    tick_first;
    /// What is wrong.
    record_not_read_now;
    /// What will happen.
    end_unreadable;
    /// What is wrong.
    form_is_not_ours;
    /// What was done.
    done_not_now;
    /// What was done.
    done_pause;
    /// What was done.
    done_resume;
    /// What was not done.
    done_other_pause;
    /// A button.
    pause;
    /// A question.
    pause_title;
    /// What will happen.
    pause_what;
}
