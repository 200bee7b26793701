//! What is always the same, in English.

use super::English;
use crate::words::Labels;

/// One line a text.
macro_rules! english {
    ($($name:ident => $text:literal;)+) => {
        impl Labels for English { $(fn $name(&self) -> &str { $text })+ }
    };
}

english! {
    all_is_well => "All is well";
    nothing_is_sent => "Nothing is sent: a setting cannot be used";
    something_needs_you => "Something needs you";
    nothing_today => "No message was made today yet.";
    paused_by_hand => "Paused by hand";
    not_sending => "Not sending";
    switched_off => "Switched off";
    sends => "Sending";
    could_not_be_sent => "could not be sent";
    may_have_arrived => "may or may not have arrived";
    no_address_set => "No address is set to which failures are told, or it cannot be used.";
    setting => "Setting";
    tile_made => "made";
    tile_delivered => "delivered";
    tile_read => "read";
    tile_on_the_way => "sent, on the way";
    tile_waiting => "waiting";
    tile_failed => "failed so far";
    nothing_waits => "Nothing waits.";

    queued => "Queued";
    held => "Held";
    paused => "Paused";
    sending => "Being sent";
    checking => "Checking";
    sent => "Sent";
    delivered => "Delivered";
    read => "Read";
    unknown => "Unknown";
    undelivered => "Not delivered";
    cancelled => "Cancelled";
    unreadable => "Unreadable";
    made => "Made";
    taken => "Taken";

    customer => "Customer";
    number_of => "Number";
    about => "About";
    nameless => "No name";
    no_number => "no number";
    was_sent_again => "It was sent again.";
    tab_all => "All";
    tab_need_you => "Need you";
    tab_silent => "Silent for an hour";
    tab_waiting => "Waiting";
    newer => "Newer";
    older => "Older";
    previous_page => "Previous";
    next_page => "Next";
    first_page => "Go to the first page";
    show_all => "Show all messages";
    newest_first => "newest first";
    oldest_first => "oldest first";
    by_status => "by status";
    newest_first_choice => "Newest first";
    oldest_first_choice => "Oldest first";
    by_status_choice => "By status";
    any_type => "Any type";
    any_day => "Any day";
    any_trigger => "Anything";
    yesterday => "Yesterday";
    last_seven_days => "Last 7 days";
    this_month => "This month";
    last_month => "Last month";
    for_anything => "for any reason";
    no_message_at_all => "No message yet";
    no_message_at_all_text => "Every message to a customer stands here from the moment that it is made, with what became of it.";
    no_message_fits => "No message fits";
    no_message_fits_text => "Nothing in the log fits all of these filters.";
    page_is_empty => "Nothing more is here";
    page_is_empty_text => "What stood here has changed meanwhile.";
    nothing_found_text => "Type a part of the customer's name, the whole number, the beginning of the invoice's or order's number, or a message's id.";
    names_not_searched => "Names cannot be searched here: find by number, invoice, order or id.";
    names_not_searched_now => "Customers cannot be looked for just now, because the records do not answer: find by number, invoice, order or id, or try again in a minute.";
    type_more => "Type more of the name or the number.";

    the_message => "The message";
    the_message_page => "The message";
    unreadable_message => "A message that cannot be read";
    unreadable_text => "It is not sent while it cannot be read.";
    unreadable_advice => "Cancel it to end it, and make the message anew where it is still wanted.";
    was_sent_again_as_new => "It was sent again as a new message.";
    first_message => "The message before it";
    no_text => "It was refused before it had a text.";
    text_not_shown => "Texts are shown to managers.";
    made_by_whom => "Made by";
    wanted_at => "Wanted at";
    ends_at => "Not sent after";
    tries => "Retries";
    template => "Template";
    built_in_text => "The built-in text";
    own_text => "A text of its own";
    gateway_id => "Id at the gateway";
    key => "Key";
    id => "Id";
    made_automatically => "It was made, because something happened of which customers are told.";
    made_in_time => "It was made, because its day had come.";
    made_by_hand => "Somebody made it by hand.";
    made_again => "It was made to send a failed message again.";
    under_way => "It is under way.";
    no_clear_answer => "There was no clear answer.";
    delivered_since => "It is on the customer's phone.";
    read_since => "The customer has opened it.";
    the_program => "The shop's program";
    somebody => "Somebody past the library";

    retry_asks => "Try again…";
    resend_asks => "Send again…";
    number_asks => "Other number…";
    number_of_message_asks => "Number for this message…";
    corrected_asks => "I corrected the record: send again…";
    cancel_asks => "Cancel…";
    reschedule_asks => "Another time…";
    retry_title => "Try it again now?";
    resend_title => "Send it again?";
    number_title => "Send it to another number?";
    cancel_title => "Cancel the message?";
    reschedule_title => "Send it at another time?";
    retry_submit => "Try again";
    resend_submit => "Send again";
    number_submit => "Send to this number";
    cancel_submit => "Cancel the message";
    reschedule_submit => "Set this time";
    why => "Where it stands";
    number_in_record => "Number in the record";
    number_until_now => "Number until now";
    record_not_read => "The record could not be read just now";
    number_label => "WhatsApp number";
    number_hint => "With the country code, such as +91 98765 43210.";
    at_label => "Send it at";
    no_instant => "A day and a time are expected, such as 29 Nov 2026, 18:00.";
    surely_not_arrived => "It may have arrived. I know that the customer did not get it.";
    file_arrived => "The customer has its file already, and gets it once more.";
    tick_first => "Read what is to be ticked below, and tick it if it is so.";
    record_not_read_now => "The customer's record could not be read just now. Try again in a minute.";
    end_unreadable => "The message cannot be read, and ends as failed. What is still wanted has to be made anew.";
    form_is_not_ours => "The form says less than this console's forms say. Open the message and try again.";
    done_not_now => "That cannot be done as the message stands now. Nothing was done.";
    done_pause => "Sending is paused. Nothing goes out until somebody resumes it.";
    done_resume => "Sending goes on.";
    done_other_pause => "Nothing was done: sending was paused or resumed meanwhile. This is how it is now.";
    pause => "Pause sending";
    pause_title => "Pause all sending?";
    pause_what => "Nothing is sent until somebody resumes it. What is being sent just now still goes out, and deliveries are followed.";
}
