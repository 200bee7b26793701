//! English texts about settings and the gateway's connection.

use whatsapp_core::port::Count;

use super::English;
use super::numbers::counted;
use crate::words::{Numbers as _, SettingLabels, SettingSentences};

/// Implements the trait, with one text on each line.
macro_rules! english {
    ($($name:ident => $text:literal;)+) => {
        impl SettingLabels for English { $(fn $name(&self) -> &str { $text })+ }
    };
}

english! {
    settings => "Settings";
    settings_lead => "All of this page is saved together: while one setting is wrong, nothing is. Where a change moves or stops messages, you are asked first.";
    settings_viewer_lead => "Managers change them.";
    key_settings => "Go to the settings";
    save_settings => "Save";
    switch_on => "On";
    switch_off => "Off";
    nothing_set => "nothing";
    setting_hidden => "Shown to managers.";
    setting_set_outside => "It was set outside the console; by whom is not known.";
    setting_changed_outside => "It was changed outside the console since.";
    setting_broken => "What stands there cannot be used, and nothing is sent until it is mended.";
    setting_broken_hidden => "What stands there is not shown, because it might be a key that was pasted into the wrong field.";
    setting_kept_elsewhere => "kept elsewhere";
    setting_key_elsewhere => "It is kept where the program that sends reads it, and not among the settings. “Gateway and key” shows what is known of it here.";
    setting_choose => "Choose…";
    settings_ask_title => "Save these settings?";
    settings_ask_submit => "Save them";
    settings_refused => "Nothing was saved";
    settings_clash => "Somebody else was faster, and nothing was saved";
    settings_clash_todo => "Your values still stand in the fields. Save again to put them in the place of theirs, or type what shall hold.";
    settings_no_ledger => "Which reminders this moves cannot be said just now, because the shop's invoices could not be read.";
    done_settings => "The settings are saved.";
    done_settings_same => "Nothing was changed.";
    done_address => "The gateway's address is changed. Whatever sends goes by it within a second.";
    settings_moves_reminders => "As the invoices stand now:";
    settings_all_on => "Messages are made and sent again from now on. What was cancelled meanwhile stays cancelled.";

    connection => "Gateway and key";
    connection_lead => "Where messages go out, and whether that works.";
    address_in_use => "Address at work here";
    address_not_in_use => "Nothing was sent from here yet.";
    address_asks => "Change the address…";
    address_title => "Change the gateway's address?";
    address_fixed_title => "The gateway's address is fixed";
    address_what => "The new address is tried first: it is used once a gateway has answered there and taken the key. Until then the old one stays at work.";
    address_card => "Gateway's address";
    address_label => "New address";
    address_hint => "A complete address such as https://api.360messenger.com, at one of the hosts that this program may send to.";
    address_submit => "Try it, and use it";
    address_tick => "Let the messages that are under way go by the new gateway.";
    address_mend => "Put the default back";
    gateway_key => "API key";
    key_from => "Where it comes from";
    key_not_said => "Which key is used, and where it is kept, cannot be shown here. Whoever runs the program that sends knows it.";
    key_rotate => "To use another key";
    key_rotate_file => "Write the new key into a file beside it and rename that over it (mv). It is used within a second, without a restart. Then test the connection here: the last four characters show that it is the new one.";
    key_rotate_restart => "Give the program the new key and start it anew. Then test the connection here.";
    key_rotate_elsewhere => "Change it where it is kept. Then test the connection here.";
    key_of_program => "The program was given it when it started.";
    key_of_keeper => "It is kept by the shop's own program.";
    test_connection => "Test the connection";
    test_connection_what => "The gateway is asked whether it is there and takes the key. Nothing is sent to anybody.";
    connection_ready => "The gateway answers and takes the key.";
    connection_refused => "The gateway answers, and refuses the key or the account. Nothing goes out until that is mended.";
    connection_none => "This program sends nothing itself, so that there is nothing to test here.";
}

/// Begins a sentence: `The 1 message that waits is` or `The 7 messages that wait are`.
fn that_wait(english: English, waiting: Count) -> String {
    match waiting {
        Count { number: 1, is_exact: true } => "The 1 message that waits is".to_owned(),
        _ => format!("The {} messages that wait are", english.count(waiting)),
    }
}

/// The purpose of each setting, by its key.
const MEANINGS: &[(&str, &str)] = &[
    ("whatsapp_enabled", "While this is off, nothing is sent at all."),
    ("whatsapp_stock_delivered_enabled", "Customers are told when an order has been delivered."),
    ("whatsapp_invoice_enabled", "Customers get their invoices."),
    ("whatsapp_payment_reminder_enabled", "Customers are reminded of what is still to be paid."),
    ("whatsapp_festival_enabled", "Greetings on the days of festivals."),
    ("whatsapp_announcement_enabled", "News to many customers."),
    (
        "whatsapp_trial",
        "While this is on, only the numbers of the trial get messages. All others wait.",
    ),
    ("whatsapp_trial_numbers", "They get messages while the trial is on."),
    ("whatsapp_api_key", "With it the gateway knows the shop's account."),
    ("whatsapp_api_url", "Where messages are handed over to be sent."),
    ("whatsapp_requests_per_second", "How often the gateway is asked in one second at most."),
    ("whatsapp_retry_max", "How often a message that failed for now is tried again."),
    ("whatsapp_retry_interval_minutes", "How long it waits before it is tried again."),
    (
        "whatsapp_on_unknown",
        "What becomes of a message where it stays unknown whether the gateway took it: it is sent again, or \
             held until a person decides.",
    ),
    ("whatsapp_failure_notification_email", "Who is told when messages fail."),
    (
        "whatsapp_undelivered_alert",
        "A notice goes out after so many messages in a row that were accepted and not delivered within 30 \
             minutes; 0 for never.",
    ),
    (
        "whatsapp_payment_reminder_days",
        "After how many days customers are reminded: 3,7 is one reminder after 3 days and one after 7.",
    ),
    ("whatsapp_payment_reminder_from", "The date from which these days are counted."),
    (
        "whatsapp_reminder_gap_days",
        "How many days at least lie between two reminders to the same customer.",
    ),
    (
        "whatsapp_reminders_per_day",
        "How many reminders and greetings one number gets on one day at most.",
    ),
    (
        "whatsapp_reminder_summary",
        "Each customer gets one message a day that lists all due invoices, instead of one for each.",
    ),
    (
        "whatsapp_reminder_minimum",
        "Customers are reminded only where at least this much is open. INR 500, EUR 10 is 500 rupees or 10 \
             euros.",
    ),
    (
        "whatsapp_payments_fresh_days",
        "Reminders wait for newer payments where the newest is older than this; 0 for never.",
    ),
    (
        "whatsapp_bulk_per_hour",
        "How many greetings and announcements go out within any hour at most.",
    ),
    ("whatsapp_bulk_per_day", "How many greetings and announcements go out on one day at most."),
    (
        "whatsapp_bulk_gap_least",
        "Between two greetings or announcements at least this much time passes.",
    ),
    ("whatsapp_bulk_gap_most", "And at most this much, each time another one at random."),
    ("whatsapp_attachment_link_hours", "So long after a message is sent its file can be opened."),
    (
        "whatsapp_attachment_pass_on_links",
        "Links to files that anybody can open are passed on as they are, instead of keeping a copy.",
    ),
    ("whatsapp_time_zone", "The clocks of the business. All days and hours are told by them."),
    (
        "whatsapp_locale",
        "How amounts and dates are written in messages. en-IN is English as in India.",
    ),
    (
        "whatsapp_send_days",
        "On which days customers may be written to; greetings go out on any day. mon-sat is Monday to Saturday.",
    ),
    ("whatsapp_send_from", "From when on customers may be written to."),
    (
        "whatsapp_send_until",
        "Until when they may be. Where it is earlier than the beginning, it is on the next day.",
    ),
    (
        "whatsapp_closed_dates",
        "Days on which the business is closed: what keeps to these hours waits, but for greetings.",
    ),
    (
        "whatsapp_send_window_types",
        "Reminders, greetings and announcements keep to these hours. Add the type of others that shall, such \
             as invoice, or take one out, such as not festival.",
    ),
];

impl SettingSentences for English {
    fn setting_meaning(&self, key: &str, description: &str) -> String {
        let told = MEANINGS.iter().find(|(of, _)| *of == key);
        let plain = || format!("{}.", description.trim_end_matches('.'));
        told.map_or_else(plain, |(_, told)| (*told).to_owned())
    }

    fn setting_choice(&self, word: &str) -> String {
        match word {
            "resend" => "send it again".to_owned(),
            "hold" => "hold it for a person".to_owned(),
            word => word.replace('_', " "),
        }
    }

    fn setting_default(&self, value: &str) -> String {
        format!("Default: {value}.")
    }

    fn setting_range(&self, expected: &str) -> String {
        format!("May be {}.", expected.trim_end_matches(','))
    }

    fn setting_by(&self, who: &str, at: &str) -> String {
        format!("{who} changed it, {at}.")
    }

    fn setting_put_back(&self, value: &str) -> String {
        format!("Put the default back: {value}")
    }

    fn setting_of_so_many(&self, values: usize) -> String {
        match values {
            0 => "nothing".to_owned(),
            1 => "1 value, which managers see".to_owned(),
            many => format!("{many} values, which managers see"),
        }
    }

    fn settings_wrong(&self, settings: usize) -> String {
        match settings {
            1 => "1 setting cannot be saved like this:".to_owned(),
            many => format!("{many} settings cannot be saved like this:"),
        }
    }

    fn so_many(&self, number: &str, unit: &str) -> String {
        match number {
            "1" => format!("1 {}", unit.strip_suffix('s').unwrap_or(unit)),
            many => format!("{many} {unit}"),
        }
    }

    fn setting_change(&self, name: &str, before: &str, after: &str) -> String {
        format!("{name}: from {before} to {after}.")
    }

    fn setting_theirs(&self, name: &str, theirs: &str, yours: &str) -> String {
        format!("{name}: it is {theirs} by now. You typed {yours}.")
    }

    fn settings_all_off(&self, waiting: Count) -> String {
        if waiting.number == 0 {
            return "No message is sent while this is off.".to_owned();
        }
        format!(
            "No message is sent while this is off. {} cancelled when its turn comes.",
            that_wait(*self, waiting)
        )
    }

    fn settings_type_off(&self, name: &str, waiting: Count) -> String {
        if waiting.number == 0 {
            return format!("{name}: none is sent while this is off.");
        }
        format!(
            "{name}: none is sent while this is off. {} cancelled when its turn comes.",
            that_wait(*self, waiting)
        )
    }

    fn trial_begins(&self, numbers: usize) -> String {
        match numbers {
            0 => "Nothing goes out while this is on: there is no number of the trial.".to_owned(),
            1 => "Only the number of the trial gets messages while this is on. All others wait."
                .to_owned(),
            _ => format!(
                "Only the {numbers} numbers of the trial get messages while this is on. All others wait."
            ),
        }
    }

    fn trial_ends(&self, waiting: Count) -> String {
        if waiting.number == 0 {
            return "Every customer gets messages from now on. None waits for the end of the trial.".to_owned();
        }
        format!(
            "Every customer gets messages from now on. {} for the end of the trial, and will go out within \
             ten minutes, as fast as the gateway allows.",
            counted(waiting, "message waits", "messages wait")
        )
    }

    fn trial_is_on(&self, numbers: usize) -> String {
        match numbers {
            0 => "Messages are tried out, and no number gets any.".to_owned(),
            1 => "Messages are tried out: only one number gets any.".to_owned(),
            _ => format!("Messages are tried out: only {numbers} numbers get any."),
        }
    }

    fn settings_type_on(&self, name: &str) -> String {
        format!("{name}: they are sent from now on. What was cancelled meanwhile stays cancelled.")
    }

    fn hours_at_night(&self, from: &str, until: &str) -> String {
        format!(
            "Customers may be written to from {from} to {until}: some of these hours lie in the night, before 07:00 \
             or after 21:00."
        )
    }

    fn settings_zone(&self, before: &str, after: &str) -> String {
        format!(
            "Days, hours and times are those of {after} from now on, and no longer those of {before}: the hours \
             in which customers are written to, the days of reminders, and what these pages show. Messages that \
             have a time already keep their moment."
        )
    }

    fn key_of_file(&self, path: &str) -> String {
        format!("It is read from the file {path}.")
    }

    fn key_of_environment(&self, variable: &str) -> String {
        format!("It is read from the environment variable {variable} of the program.")
    }

    fn connection_failed(&self, detail: &str) -> String {
        format!("The gateway gave no answer that can be used: {detail}")
    }

    fn key_is_new(&self, before: &str, after: &str) -> String {
        format!("The key is another one now: {after} in the place of {before}.")
    }

    fn key_is_same(&self, masked: &str) -> String {
        format!("The key is still {masked}.")
    }
}
