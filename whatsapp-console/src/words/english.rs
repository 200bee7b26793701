//! English.

mod act;
mod audit;
mod bulk;
mod customers;
mod festivals;
mod labels;
mod list;
mod message;
mod numbers;
mod overview;
mod schedule;
mod sending;
mod settings;
mod templates;
#[cfg(test)]
mod tests;

use super::Texts;

/// The console in English.
#[derive(Debug, Clone, Copy, Default)]
pub struct English;

/// Implements the trait, with one text on each line.
macro_rules! english {
    ($($name:ident => $text:literal;)+) => {
        impl Texts for English { $(fn $name(&self) -> &str { $text })+ }
    };
}

english! {
    language => "en";
    skip => "Skip to the content";
    console => "Console";
    need_you => "waiting for you";
    find => "Find";
    find_what => "Customer, number, invoice or order";
    sign_out => "Sign out";
    words => "Words";
    messages => "Messages";

    resume => "Resume sending";
    pause_asks => "Pause…";
    needs_you => "Needs you";
    nothing_needs_you => "Nothing needs you";
    what_would_need_you => "Messages that could not be sent, outcomes that nobody knows and reminders that wait for approval would stand here.";
    today => "Today";
    failed => "Failed";
    queue => "Queue";

    copy_link => "Copy link";
    link_copied => "The link is copied.";
    views => "Views";
    type_of_message => "Type";
    when => "When";
    order => "Order";
    show => "Show";
    more_filters => "More filters";
    status => "Status";
    delivery => "Delivery";
    trigger => "Set off by";
    first_day => "From";
    last_day => "Until, that day included";
    what_you_can_do => "What you can do";
    pages => "Pages";
    look_further => "Look further back";

    how_far_it_is => "How far it is";
    what_happened => "What happened";
    facts => "Facts";
    as_the_customer_sees_it => "As the customer sees it";

    customers_record => "Customer's record";

    do_nothing => "Go back";
    new_message => "New message";

    words_lead => "What each word of the console means, and what you can do.";
    on_this_page => "On this page";
    words_progress => "Beside a message";
    words_progress_lead => "The word beside each message: where it stands now.";
    words_status_lead => "What the filter by status finds.";
    words_delivery_lead => "What the filter by delivery finds: how far a message has come since the gateway took it.";
    words_failed => "Why it failed";
    words_failed_lead => "Why a message was not sent.";
    words_cancelled => "Why it was cancelled";
    words_cancelled_lead => "Why a message was withdrawn. None of these is a failure.";
    words_held => "Why it is held";
    words_held_lead => "Why a message that is due waits. It goes out by itself once that is over.";
    words_attempts => "Attempts";
    words_attempts_lead => "How one attempt to send a message ended.";
    help_queued => "The message goes out as soon as it is its turn.";
    help_scheduled => "The message goes out at the time that stands beside the word.";
    help_retrying => "An attempt failed for now, and the message is tried again at the time that stands beside the word.";
    help_held => "The message was due and waits for the reason that is named beside it.";
    help_paused => "Nothing is sent at present, and the message waits for that to end.";
    help_paused_todo => "The overview says why nothing is sent.";
    help_sending => "The message is being handed to the gateway just now.";
    help_checking => "The gateway gave no clear answer, and is being asked whether it took the message.";
    help_checking_todo => "Wait: the message is sent again only once it is known that it was not taken.";
    keys => "Keys";
    keys_lead => "They work on every page while no field is being typed in.";
    keys_on => "Switch keys on";
    keys_off => "Switch keys off";

    sign_in => "Sign in";
    sign_in_as_another => "Sign in as somebody else";
    try_again => "Try again";
    request_id => "For whoever looks into it: request";

    overview => "Overview";
    theme_dark => "Dark";
    theme_light => "Light";
    key_find => "Find a message";
    key_overview => "Go to the overview";
    key_messages => "Go to the messages";
    key_words => "Go to the words";
    key_next => "The next message of a list";
    key_previous => "The message before";
    key_tick => "Tick this message of the list, or take the tick away";
    key_keys => "This page";

    nobody_title => "Sign in first";
    nobody_text => "The console shows customers' names and messages, and nobody is signed in here.";
    nobody_todo => "Sign in, and open this address again.";
    bad_sign_in_title => "Your sign-in has ended";
    not_allowed_title => "You may not open the console";
    not_allowed_todo => "Whoever runs this program can give you a role.";
    not_now_title => "This cannot be shown right now";
    not_now_todo => "Nothing is lost. Try again in a minute.";
    unavailable_text => "It cannot be found out right now who you are.";
    only_managers_title => "Only a manager may do this";
    only_managers_text => "You may look at messages and change nothing.";
    foreign_title => "This did not come from the console";
    foreign_text => "Your browser says that another site asked for it, or does not say where it comes from. Nothing was done.";
    foreign_todo => "Open the console and do it there.";
    again_title => "Press the button once more";
    again_text => "Your sign-in was renewed since this form was opened. What you typed is kept, and nothing was done yet.";
    again => "Do it now";
    no_page_title => "There is no such page";
    no_page_text => "The address is mistyped or old.";
    no_message_title => "There is no such message";
    no_message_text => "It is not in the log any more, or the address is mistyped.";
    not_this_way_title => "This address does not work like that";
    nothing_done => "Nothing was done.";
    bad_title => "This cannot be shown";
    too_large_title => "That was too long";
    too_large_todo => "A form takes up to 256 kB.";
    too_long_text => "The answer took too long. What was begun is still being done.";
    too_long_todo => "Look at it again before you repeat it.";
    meanwhile_title => "Somebody else was faster";
    meanwhile_text => "Another change was made at the same moment, and nothing was done here.";
    meanwhile_todo => "Look at it again before you repeat it.";
    store_text => "The database does not answer.";
    host_text => "The shop's own records do not answer.";
    settings_title => "The settings cannot be used";
    settings_text => "Nothing is sent until they are mended, and no message is lost.";
    broken_title => "Something is wrong here";
    broken_text => "The mistake is in the program and not in what you did.";
    tell_todo => "Tell whoever runs this program the number below.";

    kept_text => "What you typed is kept on this page. Sign in, which opens another tab, then come back here and press the button.";
    sign_in_lead => "The console shows customers' names and messages.";
    sign_in_name => "Name";
    sign_in_password => "Password";
    sign_in_wrong => "The name or the password is wrong.";
    sign_in_busy => "Many people are signing in at this moment. Try again in a second.";
    sign_in_ended => "Your sign-in has ended. Sign in again.";
    no_tokens_here => "Tokens are not taken here: sign in with a name and a password.";
    typed_is_kept => "What you typed is kept, and nothing was done yet. It is shown once more when you have signed in.";
    signed_out => "You are signed out, here and wherever else you had signed in.";
    account_off => "Your account is switched off.";
    for_managers_alone => "The console is for managers.";
    link_title => "Open the console";
    link_text => "This link signs you in, once.";
    link_button => "Open the console";
    link_used => "This link was used already, or it is too old. Ask whoever gave it to you for a new one, or sign in here.";
    needs_https_title => "This address needs https";
    needs_https_text => "Others on the network could read a password that is typed here, and your browser would not stay signed in. Open the console at an address that begins with https, or on the machine that it runs on. Whoever runs this program can tell you the address.";
}
