use super::*;

/// The decision about a step of today.
fn assigned(today: &str, seen: Seen, rules: &Rules, reason: Option<StepReason>) -> Assigned {
    let invoice = invoice("2026-11-02");
    let step = ReminderStep::new(
        invoice.invoice,
        StepName::After(3),
        invoice.customer,
        "INV-81",
        date(today),
        night(today),
    );
    assign(&ReminderStep { reason, ..step }, seen, rules, night(today))
}

fn instead(assigned: Assigned) -> (StepState, String, Option<StepReason>, String) {
    match assigned {
        Assigned::Instead(step) => {
            (step.state, step.day.to_string(), step.reason, sentence(&step).to_owned())
        }
        Assigned::Send { .. } => panic!("it goes out"),
    }
}

#[test]
fn gap_comes_before_closed_day_and_closed_day_before_cap() {
    let regime = regime("2026-10-01", &[3, 7]);
    let full = Seen { on_day: 2, last_reminded: Some(date("2026-11-14")), ..Seen::default() };
    // 15 November 2026 is a Sunday.
    let sunday = rules("2026-11-15", regime.clone());
    let gap = instead(assigned("2026-11-15", full, &sunday, None));
    assert_eq!(gap.2, Some(StepReason::Gap));
    assert_eq!(
        (gap.1.as_str(), gap.3.as_str()),
        ("2026-11-16", "The customer's last reminder is that of 14 Nov 2026.")
    );
    let long_ago = Seen { last_reminded: Some(date("2026-11-13")), ..full };
    let closed = instead(assigned("2026-11-15", long_ago, &sunday, None));
    assert_eq!(closed.2, Some(StepReason::ClosedDay));
    assert_eq!(
        (closed.1.as_str(), closed.3.as_str()),
        ("2026-11-16", "15 Nov 2026 is a closed day.")
    );
    let monday = rules("2026-11-16", regime.clone());
    let cap = instead(assigned("2026-11-16", long_ago, &monday, None));
    assert_eq!((cap.1.as_str(), cap.2), ("2026-11-17", Some(StepReason::Cap)));
    assert_eq!(cap.3, "The customer's number gets no more than 2 a day; 16 Nov 2026 was full.");
    // A step that the cap left over is not tested against the gap again.
    let tuesday = rules("2026-11-17", regime);
    let left_over = Seen { last_reminded: Some(date("2026-11-16")), ..Seen::default() };
    let sent = assigned("2026-11-17", left_over, &tuesday, Some(StepReason::Cap));
    let opens = at("2026-11-17T03:30:00Z");
    assert_eq!(sent, Assigned::Send { at: opens, until: at("2026-11-20T18:30:00Z") });
    assert_eq!(instead(assigned("2026-11-17", left_over, &tuesday, None)).2, Some(StepReason::Gap));
}

#[test]
fn all_that_is_due_on_one_day_goes_that_day() {
    let rules = rules("2026-11-16", regime("2026-10-01", &[3, 7]));
    let today = Some(date("2026-11-16"));
    let seen = Seen { last_reminded: today, on_day: 1, ..Seen::default() };
    assert!(matches!(assigned("2026-11-16", seen, &rules, None), Assigned::Send { .. }));
}

#[test]
fn an_invoice_is_not_reminded_of_twice_on_a_day_whatever_the_cap_left_over() {
    let rules = rules("2026-11-16", regime("2026-10-01", &[3, 7]));
    let seen = Seen { invoice_reminded: Some(date("2026-11-16")), ..Seen::default() };
    for reason in [None, Some(StepReason::Cap)] {
        let moved = instead(assigned("2026-11-16", seen, &rules, reason));
        assert_eq!((moved.1.as_str(), moved.2), ("2026-11-18", Some(StepReason::Gap)));
    }
    let no_gap = Rules { gap: 0, ..rules };
    assert_eq!(instead(assigned("2026-11-16", seen, &no_gap, None)).1, "2026-11-17");
}

#[test]
fn a_step_that_is_moved_to_the_next_one_gives_way() {
    let rules = rules("2026-11-14", regime("2026-10-01", &[3, 7]));
    let seen = |own: &str| Seen {
        last_reminded: Some(date("2026-11-13")),
        next: Some((7, date(own))),
        ..Seen::default()
    };
    let moved = instead(assigned("2026-11-14", seen("2026-11-15"), &rules, None));
    assert_eq!(
        (moved.0, moved.3.as_str()),
        (GaveWay, "The reminder of INV-81 after 7 days takes its place.")
    );
    assert_eq!(instead(assigned("2026-11-14", seen("2026-11-16"), &rules, None)).0, Plan);
}
