//! Every pair of state and event, the columns of every state, and bounds on random histories.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use crate::message::*;
use crate::retry::{Disposition, OnUnknown, RetryPolicy};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute)
}

fn why(kind: FailureKind) -> Failure {
    Failure::new(kind, "because")
}

fn states() -> Vec<(&'static str, State)> {
    let sent = |delivery, watch| State::Sent { at: at(0), delivery, watch };
    vec![
        ("waiting", State::Waiting { due: at(10) }),
        ("sending", State::Sending { started: at(0), mark: None }),
        (
            "checking",
            State::Checking {
                started: at(0),
                mark: None,
                looks: 1,
                unavailable: 0,
                next: at(5),
                look_mark: None,
            },
        ),
        ("retrying", State::Retrying { at: at(60), why: why(FailureKind::Exhausted) }),
        ("accepted", sent(Delivery::Accepted, Some(at(10)))),
        ("delivered", sent(Delivery::Delivered, Some(at(10)))),
        ("read", sent(Delivery::Read, None)),
        ("rejected", State::Failed(why(FailureKind::Rejected))),
        ("unknown", State::Failed(why(FailureKind::UnknownOutcome))),
        ("invalid", State::Failed(why(FailureKind::Invalid))),
        ("cancelled", State::Cancelled(CancelReason::Paid)),
    ]
}

fn refused(disposition: Disposition) -> Event {
    Event::Refused {
        disposition,
        cause: Cause::Message,
        reached: true,
        retry_after: None,
        reason: "no".into(),
    }
}

fn events() -> Vec<(&'static str, Event)> {
    vec![
        ("begun", Event::Begun),
        ("accepted", Event::Accepted),
        ("transient", refused(Disposition::Transient)),
        ("permanent", refused(Disposition::Permanent)),
        ("account", refused(Disposition::Account)),
        ("unknown", Event::OutcomeUnknown),
        ("absent", Event::Absent),
        ("unavailable", Event::LookUnavailable),
        ("nothing", Event::Reported(Reported::Nothing)),
        ("unreadable", Event::Reported(Reported::Unreadable("MOON".to_owned()))),
        ("half lost", Event::PartUndelivered(Part::File)),
        ("delivered", Event::Reported(Reported::Reached(Delivery::Delivered))),
        ("undelivered", Event::Reported(Reported::Reached(Delivery::Undelivered))),
        ("no whatsapp", Event::Reported(Reported::NotOnWhatsApp)),
        ("postponed", Event::Postponed { until: at(99) }),
        ("rescheduled", Event::Rescheduled { due: at(99) }),
        ("withdrawn", Event::Withdrawn(CancelReason::Manager)),
        ("retry", Event::RetryRequested),
        ("poisoned", Event::Poisoned),
    ]
}

fn word(change: &Change) -> String {
    match change {
        Change::Same => "-".into(),
        Change::Forbidden(_) => "no".into(),
        Change::To(next) => match &next.state {
            State::Waiting { .. } => "waiting".into(),
            State::Sending { .. } => "sending".into(),
            State::Checking { .. } => "checking".into(),
            State::Retrying { .. } => "retrying".into(),
            State::Sent { delivery, .. } => delivery.to_string(),
            State::Failed(why) => why.kind.to_string(),
            State::Cancelled(_) => "cancelled".into(),
        },
    }
}

/// Records the effect of every event on every state, 30 minutes after an attempt began and with one
/// POST made: `-` for nothing, `no` for forbidden.
#[test]
fn every_event_in_every_state() {
    let policy = RetryPolicy::default();
    let mut table = format!("{:<12}", "");
    for (name, _) in states() {
        write!(table, " {name:<10}").unwrap();
    }
    for (name, event) in events() {
        table = format!("{}\n{name:<12}", table.trim_end());
        for (_, state) in states() {
            let progress = Progress {
                state,
                part: Part::Whole,
                posts: 1,
                free_posts: 0,
                class: Class::Transactional,
            };
            let word = word(&progress.on(&event, at(30), &policy));
            write!(table, " {word:<10}").unwrap();
        }
    }
    insta::assert_snapshot!(table.trim_end());
}

#[test]
fn four_definite_failures_take_ninety_minutes_and_end() {
    let policy = RetryPolicy::default();
    let mut progress = Progress::new(at(0));
    let mut posts = Vec::new();
    let mut now = at(0);
    loop {
        let Change::To(sending) = progress.on(&Event::Begun, now, &policy) else { panic!() };
        posts.push((now - at(0)).num_minutes());
        let later = now + TimeDelta::seconds(20);
        let Change::To(next) = sending.on(&refused(Disposition::Transient), later, &policy) else {
            panic!()
        };
        progress = next;
        match progress.state {
            State::Retrying { at, .. } => now = at,
            _ => break,
        }
    }
    assert_eq!(posts, [0, 30, 60, 90]);
    assert_eq!(progress.state, State::Failed(Failure::new(FailureKind::Exhausted, "no")));
    assert_eq!(progress.retry_count(), 3);
}

#[test]
fn three_looks_at_a_silent_gateway_end_as_unknown() {
    let policy = RetryPolicy::default();
    let mut progress = Progress {
        state: State::Sending { started: at(0), mark: None },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    let mut looks = Vec::new();
    let mut event = Event::OutcomeUnknown;
    let mut now = at(0) + TimeDelta::seconds(30);
    while let Change::To(next) = progress.on(&event, now, &policy) {
        progress = next;
        let State::Checking { next, .. } = progress.state else {
            break;
        };
        now = next;
        looks.push((now - at(0)).num_minutes());
        event = Event::LookUnavailable;
    }
    assert_eq!(looks, [1, 5, 30]);
    assert!(matches!(
        progress.state,
        State::Failed(Failure { kind: FailureKind::UnknownOutcome, .. })
    ));
}

#[test]
fn an_absent_message_is_resent_after_thirty_minutes_unless_held() {
    let checking = |looks| Progress {
        state: State::Checking {
            started: at(0),
            mark: None,
            looks,
            unavailable: 0,
            next: at(30),
            look_mark: None,
        },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    let resend = RetryPolicy::default();
    assert_eq!(word(&checking(0).on(&Event::Absent, at(1), &resend)), "checking");
    assert_eq!(word(&checking(1).on(&Event::Absent, at(29), &resend)), "checking");
    assert_eq!(word(&checking(2).on(&Event::Absent, at(30), &resend)), "retrying");
    let hold = resend.with_on_unknown(OnUnknown::Hold);
    assert_eq!(word(&checking(2).on(&Event::Absent, at(30), &hold)), "unknown_outcome");
    let last = Progress { posts: 4, ..checking(2) };
    assert_eq!(word(&last.on(&Event::Absent, at(30), &resend)), "exhausted");
}

#[test]
fn a_refused_account_uses_up_no_retry_however_often() {
    let policy = RetryPolicy::default();
    let mut progress = Progress::new(at(0));
    for post in 1..=20 {
        let Change::To(sending) = progress.on(&Event::Begun, at(post), &policy) else { panic!() };
        let change = sending.on(&refused(Disposition::Account), at(post), &policy);
        let Change::To(next) = change else { panic!() };
        assert_eq!((next.posts, next.retry_count()), (u32::try_from(post).unwrap(), 0));
        progress = next;
    }
    assert!(matches!(progress.on(&Event::Begun, at(21), &policy), Change::To(_)));
}

#[test]
fn a_gateway_that_asks_to_wait_is_waited_for() {
    let sending = Progress {
        state: State::Sending { started: at(0), mark: None },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    let event = Event::Refused {
        cause: Cause::Message,
        disposition: Disposition::Transient,
        reached: true,
        retry_after: Some(TimeDelta::hours(1)),
        reason: "busy".into(),
    };
    let Change::To(next) = sending.on(&event, at(0), &RetryPolicy::default()) else { panic!() };
    assert!(matches!(next.state, State::Retrying { at: next, .. } if next == at(60)));
}

#[test]
fn delivery_is_followed_until_nobody_asks_any_more() {
    let policy = RetryPolicy::default();
    let sent = Progress {
        state: State::Sent { at: at(0), delivery: Delivery::Accepted, watch: Some(at(1)) },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    let nothing = Event::Reported(Reported::Nothing);
    let Change::To(next) = sent.on(&nothing, at(1), &policy) else { panic!() };
    assert!(matches!(next.state, State::Sent { watch: Some(watch), .. } if watch == at(5)));
    let day = at(0) + TimeDelta::hours(24);
    let Change::To(next) = sent.on(&nothing, day, &policy) else { panic!() };
    assert!(matches!(next.state, State::Sent { watch: None, .. }));
}

#[test]
fn every_state_survives_its_columns() {
    for (name, state) in states() {
        let progress = Progress {
            state,
            part: Part::Whole,
            posts: 2,
            free_posts: 1,
            class: Class::Transactional,
        };
        // Only a person takes up a message that has ended, so it has no other class.
        let is_owed = StateRow::of(&progress).owed.is_some();
        let classes: &[Class] = if is_owed { Class::ALL } else { &[] };
        for class in classes {
            let progress = progress.clone().with_class(*class);
            let back = StateRow::of(&progress).progress(PostCount::default()).unwrap();
            assert_eq!(back, progress, "{name}, {class}");
        }
        for part in Part::ALL {
            let progress = progress.clone().with_part(*part);
            let back = StateRow::of(&progress).progress(PostCount { made: 2, free: 1 }).unwrap();
            assert_eq!(back, progress, "{name}, {part}");
        }
        let row = StateRow::of(&progress);
        assert_eq!(
            row.owed.is_none(),
            matches!(name, "read" | "rejected" | "unknown" | "invalid" | "cancelled"),
            "{name}"
        );
        let failed = match &progress.state {
            State::Failed(why) => Some(why),
            _ => None,
        };
        assert_eq!(row.failed_for_good(), failed, "{name}");
    }
}

#[test]
fn contradictory_columns_are_reported() {
    let broken = [
        StateRow::empty(Status::Pending),
        StateRow::empty(Status::Failed),
        StateRow::empty(Status::Sent),
        StateRow::empty(Status::Cancelled),
    ];
    for row in broken {
        row.progress(PostCount::default()).unwrap_err();
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    (0..events().len()).prop_map(|index| events().swap_remove(index).1)
}

proptest! {
    #[test]
    fn no_history_makes_more_than_four_posts_that_count_or_leaves_an_end(
        history in prop::collection::vec((any_event(), 0_i64..40), 1..60),
        hold in any::<bool>(),
    ) {
        let on_unknown = if hold { OnUnknown::Hold } else { OnUnknown::Resend };
        let policy = RetryPolicy::default().with_on_unknown(on_unknown);
        let mut now = at(0);
        let mut progress = Progress::new(now);
        for (event, minutes) in history {
            now += TimeDelta::minutes(minutes);
            let Change::To(next) = progress.on(&event, now, &policy) else { continue };
            prop_assert!(next.posts - next.free_posts <= 4);
            prop_assert!(next.retry_count() <= 3);
            prop_assert!(next.posts - progress.posts <= 1);
            if next.posts > progress.posts {
                let waited = matches!(progress.state, State::Waiting { .. } | State::Retrying { .. });
                prop_assert!(waited, "a POST out of {:?}", progress.state);
            }
            match (&progress.state, &event) {
                (State::Cancelled(_), _) => prop_assert!(false, "cancelled is the end"),
                (State::Failed(_), event) => prop_assert_eq!(event, &Event::RetryRequested),
                _ => {}
            }
            let ended = PostCount { made: next.posts, free: next.free_posts };
            prop_assert_eq!(&StateRow::of(&next).progress(ended).unwrap(), &next);
            progress = next;
        }
    }
}

/// A message in two parts whose file was accepted at the second attempt.
fn with_file_sent() -> Progress {
    let policy = RetryPolicy::default();
    let mut progress = Progress::new(at(0)).with_part(Part::File);
    for event in [Event::Begun, refused(Disposition::Transient), Event::Begun, Event::Accepted] {
        let Change::To(next) = progress.on(&event, at(0), &policy) else { panic!("{event:?}") };
        progress = next;
    }
    progress
}

#[test]
fn the_text_follows_its_file_with_attempts_of_its_own() {
    let policy = RetryPolicy::default();
    let mut progress = with_file_sent();
    assert_eq!(progress.state, State::Waiting { due: at(0) });
    assert_eq!((progress.part, progress.posts, progress.retry_count()), (Part::Text, 2, 0));
    for post in 1..=4 {
        let Change::To(sending) = progress.on(&Event::Begun, at(post), &policy) else { panic!() };
        let change = sending.on(&refused(Disposition::Transient), at(post), &policy);
        let Change::To(next) = change else { panic!() };
        progress = next;
    }
    let State::Failed(why) = &progress.state else { panic!("{progress:?}") };
    assert_eq!(why.kind, FailureKind::Exhausted);
    assert_eq!(why.reason, "The file was sent, but not the text to it: no");
    assert_eq!((progress.posts, progress.retry_count()), (6, 3));
}

#[test]
fn nothing_withdraws_a_text_whose_file_is_sent() {
    let policy = RetryPolicy::default();
    let progress = with_file_sent();
    let withdrawn = progress.on(&Event::Withdrawn(CancelReason::Manager), at(1), &policy);
    assert_eq!(withdrawn, Change::Forbidden(Forbidden::FileSent));
    let before = Progress::new(at(0)).with_part(Part::File);
    let withdrawn = before.on(&Event::Withdrawn(CancelReason::Manager), at(1), &policy);
    assert_eq!(word(&withdrawn), "cancelled");
}

#[test]
fn a_part_that_is_not_delivered_ends_the_message_and_nothing_is_repeated() {
    let policy = RetryPolicy::default();
    let Change::To(sending) = with_file_sent().on(&Event::Begun, at(1), &policy) else { panic!() };
    let Change::To(sent) = sending.on(&Event::Accepted, at(1), &policy) else { panic!() };
    let lost = sent.on(&Event::PartUndelivered(Part::File), at(2), &policy);
    let Change::To(lost) = lost else { panic!() };
    let State::Failed(why) = &lost.state else { panic!() };
    assert!(why.kind == FailureKind::Undelivered && why.reason.ends_with("deliver the file."));
    let retry = lost.on(&Event::RetryRequested, at(3), &policy);
    assert_eq!(retry, Change::Forbidden(Forbidden::Final));
}

#[test]
fn what_never_reached_the_gateway_is_invalid_and_not_refused_by_it() {
    let sending = Progress {
        state: State::Sending { started: at(0), mark: None },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    let event = Event::Refused {
        cause: Cause::Message,
        disposition: Disposition::Permanent,
        reached: false,
        retry_after: None,
        reason: "The file is gone.".into(),
    };
    let change = sending.on(&event, at(0), &RetryPolicy::default());
    assert_eq!(word(&change), "invalid");
}

#[test]
fn a_message_keeps_its_class_until_a_person_waits_for_it() {
    let policy = RetryPolicy::default();
    let mut progress = Progress::new(at(0)).with_part(Part::File).with_class(Class::Bulk);
    let events = [
        Event::Begun,
        Event::OutcomeUnknown,
        Event::Accepted,
        Event::Begun,
        refused(Disposition::Transient),
    ];
    for event in events {
        let Change::To(next) = progress.on(&event, at(0), &policy) else { panic!("{event:?}") };
        assert_eq!(next.class, Class::Bulk, "{event:?}");
        progress = next;
    }
    let retry = Event::RetryRequested;
    let Change::To(next) = progress.on(&retry, at(0), &policy) else { panic!() };
    assert_eq!(next.class, Class::Transactional);

    let due = Progress::new(at(0)).with_class(Class::Greeting);
    let Change::To(next) = due.on(&retry, at(1), &policy) else { panic!() };
    assert_eq!(next, Progress::new(at(0)), "it keeps its age, and changes lanes");
    assert_eq!(next.on(&retry, at(1), &policy), Change::Same);
}
