//! Tests that English sentences fit their number: nothing, one thing, or several.

use whatsapp_core::bulk::BulkAct;
use whatsapp_core::port::Count;
use whatsapp_core::schedule::ReminderFrom;

use super::English;
use crate::words::{
    ActSentences as _, AuditSentences as _, BulkSentences as _, Customers as _, ListSentences as _,
    MessageSentences as _, Numbers as _, OverviewSentences as _, ScheduleTexts as _,
    SettingSentences as _, TemplateTexts as _,
};

const ACTS: [BulkAct; 3] = [BulkAct::Retry, BulkAct::Resend, BulkAct::Cancel];

const fn count(number: u64) -> Count {
    Count { number, is_exact: true }
}

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
    let (none, many) = (count(0), Count { number: 10_000, is_exact: false });
    for (messages, reminders, told) in [
        (count(1), none, "1 message needs you"),
        (count(7), count(8), "7 messages and 8 reminders need you"),
        (none, count(1), "1 reminder needs you"),
        (many, none, "10,000+ messages need you"),
    ] {
        assert_eq!(English.need_you_now(messages, reminders), told);
    }
    for (taken, arrived, told) in [
        (0, 0, "None of today's messages has gone out yet."),
        (1, 0, "1 of today's messages went out; it is not with the customer yet."),
        (1, 1, "1 of today's messages went out; it is with the customer."),
        (2, 0, "2 of today's messages went out; none of them is with a customer yet."),
        (2, 1, "2 of today's messages went out; 1 is with its customer."),
        (214, 209, "214 of today's messages went out; 209 are with the customers."),
    ] {
        assert_eq!(English.went_out_today(count(taken), count(arrived)), told);
    }
    assert_eq!(English.first_of(20, many), "1 to 20 of 10,000 or more");
    assert_eq!(English.first_of(1, count(1)), "1 of 1");
    assert_eq!(English.all_that_match(count(1)), "The one that matches");
    assert_eq!(English.all_that_match(many), "All 10,000+ that match");
    for (open, left_out, told) in [
        (1, 0, "1 message is cancelled as soon as you confirm it."),
        (
            2,
            1,
            "2 messages are cancelled as soon as you confirm it. 1 is left out, for the reason below.",
        ),
        (
            2,
            3,
            "2 messages are cancelled as soon as you confirm it. 3 are left out, for the reasons below.",
        ),
    ] {
        assert_eq!(English.bulk_will(BulkAct::Cancel, open, left_out, false), told);
    }
}

/// All sentences with a number in them, for this number.
fn about(number: u64) -> Vec<String> {
    let counted = count(number);
    let mut all = vec![
        English.need_you_now(counted, count(0)),
        English.need_you_now(count(0), counted),
        English.went_out_today(counted, counted),
        English.are_tried_again(counted),
        English.waits(number, None),
        English.all_that_match(counted),
        English.bulk_arrived(number),
        English.bulk_hours(number),
        English.bulk_progress(number, 7),
        English.csv_left_out(number),
        English.retries(u32::try_from(number).unwrap()),
        English.looked(u32::try_from(number).unwrap()),
        English.resend_again(number),
        English.pause_waiting(counted),
        English.pause_ends(counted, "Friday"),
        English.sign_in_wait(number),
        English.settings_all_off(counted),
        English.settings_type_off("Invoices", counted),
        English.settings_wrong(usize::try_from(number).unwrap()),
        English.setting_of_so_many(usize::try_from(number).unwrap()),
        English.so_many(&number.to_string(), "messages"),
        English.act_on_many("Send again", u32::try_from(number).unwrap(), "running"),
        English.added_removed(u32::try_from(number).unwrap(), 0),
        English.findings_sum(number, 0),
        English.findings_sum(0, number),
        English.findings_sum(number, number),
        English.not_saved(number),
        English.unreadable_templates(number),
    ];
    // These follow the number.
    let behind = [
        English.are_silent(counted),
        English.reminders_wait(counted),
        English.notices_wait(counted),
    ];
    all.extend(behind.iter().map(|told| format!("{number} {told}")));
    all.push(format!("{number} {}", English.settings_are_broken(counted)));
    for act in ACTS {
        all.push(English.bulk_asked(act, number, number > 1));
        all.push(English.bulk_nothing(act, number));
        all.push(English.bulk_under_way(act, number));
        all.push(English.bulk_over(act, number));
        all.push(English.bulk_will(act, number, number, number > 1));
    }
    all
}

#[test]
fn every_sentence_with_a_number_is_right_for_one_and_for_several() {
    let plural = [
        "messages ",
        "reminders ",
        "failures ",
        "settings ",
        "values ",
        "retries",
        "seconds",
        "are ",
        "were ",
        "wait ",
        "need ",
        "have ",
        "times ",
        "things ",
        "templates ",
    ];
    let singular = [
        "message ",
        "reminder ",
        "failure ",
        "setting ",
        "value ",
        "retry",
        "second.",
        "is ",
        "was ",
        "waits ",
        "needs ",
        "has ",
        "time ",
        "thing ",
        "template ",
    ];
    for told in about(1) {
        let wrong = plural.iter().find(|word| told.contains(&format!("1 {word}")));
        assert_eq!(wrong, None, "{told}");
    }
    for told in about(2) {
        let wrong = singular.iter().find(|word| told.contains(&format!("2 {word}")));
        assert_eq!(wrong, None, "{told}");
    }
}

#[test]
fn what_can_be_done_to_nothing_says_why_and_what_to_do() {
    for act in ACTS {
        let told = English.bulk_nothing_why(act);
        assert!(told.contains("Only what") && told.contains("open one to see"), "{told}");
    }
    assert_eq!(English.bulk_nothing(BulkAct::Cancel, 1), "This message cannot be cancelled");
    let none = English.bulk_nothing(BulkAct::Retry, 3);
    assert_eq!(none, "None of these 3 messages can be tried again");
    assert_eq!(English.bulk_over(BulkAct::Resend, 0), "No message was sent again");
}

#[test]
fn every_setting_is_told_in_words_of_its_own() {
    for def in whatsapp_core::settings::SETTINGS {
        let told = English.setting_meaning(&def.key, &def.description);
        assert!(told.ends_with('.') && !told.contains("whatsapp_"), "{told}");
        assert_ne!(
            told.trim_end_matches('.'),
            def.description,
            "{}: it has its own words",
            def.key
        );
    }
    let other = English.setting_meaning("whatsapp_note_enabled", "Enable note messages");
    assert_eq!(other, "Enable note messages.");
}

#[test]
fn what_is_done_with_reminders_is_said_rightly_of_one_and_of_several() {
    let held = English.hold_what(2, 2);
    assert!(held.starts_with("2 reminders to 2 customers wait until"), "{held}");
    let held = English.hold_what(1, 1);
    assert!(held.starts_with("1 reminder to 1 customer waits until"), "{held}");
    assert_eq!(English.drop_many_submit(1), "Leave it out");
    assert_eq!(English.approve_many_submit(1), "Approve it");
    let of_its_day = |days| English.because_of_its_day(days, ReminderFrom::DueDate);
    assert_eq!(of_its_day(0), "Its day is the due date.");
    assert_eq!(of_its_day(1), "Its day is 1 day after the due date.");
    assert_eq!(English.reason_of("Closed day", None), "closed day");
    assert_eq!(English.reason_of("Closed day", Some(3)), "closed day (3)");
}
