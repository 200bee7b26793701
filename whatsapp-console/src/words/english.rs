//! English.

use super::Texts;

/// The console in English.
#[derive(Debug, Clone, Copy, Default)]
pub struct English;

/// One line a text.
macro_rules! english {
    ($($name:ident => $text:literal;)+) => {
        impl Texts for English { $(fn $name(&self) -> &str { $text })+ }
    };
}

english! {
    language => "en";
    skip => "Skip to the content";
    console => "Console";
    need_you => "need you";
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
    fourteen_days => "Fourteen days";
    went_out => "Went out";
    failed => "Failed";
    no_days_yet => "The days are counted every few minutes; the first bars follow soon.";
    as_a_table => "As a table";
    day => "Day";
    queue => "Queue";

    copy_link => "Copy link";
    link_copied => "The link is copied.";
    export_csv => "Export CSV";
    views => "Views";
    type_of_message => "Type";
    when => "When";
    order => "Order";
    show => "Show";
    more_filters => "More filters";
    status => "Status";
    delivery => "Delivery";
    trigger => "Set off by";
    from_day => "From";
    until_day => "Until, that day included";
    save_view => "Save this view";
    name_of_view => "Name of the view";
    save => "Save";
    new_messages => "Show # new";
    what_you_can_do => "What you can do";
    which_messages => "Which messages";
    the_selected => "The selected";
    bulk_looks_first => "Shows what will happen first.";
    pages => "Pages";
    look_further => "Look further back";

    how_far_it_is => "How far it is";
    what_happened => "What happened";
    facts => "Facts";
    as_the_customer_sees_it => "As the customer sees it";

    customers_record => "Customer's record";
    planned_and_held => "Planned and held";
    nothing_planned => "Nothing is planned. Reminders appear here once an invoice is unpaid.";
    mutes => "Kept back";
    nobody_muted => "Nothing is kept back from this customer.";
    end_mute => "End this";
    mute_asks => "Keep messages back…";
    mute_what => "Which messages";
    mute => "Keep back";
    all_messages => "All messages";
    no_message_yet => "This customer has had no message yet.";

    held_lead => "They go out once you approve them, and are dropped after 14 days.";
    nothing_held => "No reminder waits for approval";
    how_steps_are_held => "Reminders wait here when they are more than three open days late, or when somebody held them.";
    approve => "Approve";
    drop_it => "Drop";
    more => "More";

    do_nothing => "Leave it";
    look_again => "Look again";
    stop => "Stop";
    new_message => "New message";

    words_lead => "What each word of the console means, and what you can do.";
    on_this_page => "On this page";
    keys => "Keys";
    keys_lead => "They work on every page while no field is being typed in.";
    keys_on => "Switch keys on";
    keys_off => "Switch keys off";

    api_lead => "What other programs can ask and do, with a manager's token.";
    api_document => "OpenAPI document";
    api_answer => "Answer";

    sign_in => "Sign in";
    user_name => "User name";
    password => "Password";
    request_id => "For whoever looks into it: request";
}
