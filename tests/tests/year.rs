//! The short form of the years. `cargo xtask year` lives through whole years.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use std::path::Path;

use chrono::NaiveDate;
use whatsapp_tests::faults::database::{Kind, Servers};
use whatsapp_tests::year::{self, Flaw, Habits, Lived, Year, ZONES};

async fn lived(
    kind: Kind,
    zone: &str,
    (from, days): (&str, u16),
    seed: u64,
    summary: bool,
    (flaw, habits): (Option<Flaw>, Habits),
) -> Lived {
    let year = Year {
        kind,
        zone: zone.to_owned(),
        from: from.parse::<NaiveDate>().unwrap(),
        days,
        seed,
        summary,
        habits,
        flaw,
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("year");
    let lived = year::live(&year, &Servers::default(), &folder).await.unwrap();
    println!("{lived}");
    lived
}

/// Lives through weeks around a change of the clocks, where there is one. All but one zone run on
/// SQLite, as the long form has all zones on both databases.
async fn is_good(kind: Kind, no: usize, summary: bool) {
    let from = ["2026-01-05", "2026-03-09", "2026-03-16", "2026-08-17", "2026-10-12"][no];
    let lived = lived(kind, ZONES[no], (from, 20), 7, summary, (None, Habits::default())).await;
    assert!(lived.is_good(), "{lived:#?}");
}

#[tokio::test]
async fn weeks_in_kolkata_on_sqlite() {
    is_good(Kind::Sqlite, 0, false).await;
}

#[tokio::test]
async fn weeks_in_berlin_on_postgres() {
    is_good(Kind::Postgres, 1, true).await;
}

#[tokio::test]
async fn weeks_on_lord_howe_on_sqlite() {
    is_good(Kind::Sqlite, 2, true).await;
}

#[tokio::test]
async fn weeks_in_santiago_on_sqlite() {
    is_good(Kind::Sqlite, 3, false).await;
}

#[tokio::test]
async fn weeks_in_vancouver_on_sqlite() {
    is_good(Kind::Sqlite, 4, true).await;
}

/// Checks that a missing safeguard is noticed by one of a few runs. With two hosts at once, no two
/// runs are alike. The shop is so busy that most runs notice it.
async fn is_noticed(flaw: Flaw) {
    for seed in 7..15 {
        let (summary, from) = (flaw.is_of_summaries(), "2026-01-05");
        let (habits, weeks) = (flaw.habits(), (from, Flaw::DAYS));
        let flaw = (Some(flaw), habits);
        let lived = lived(Kind::Sqlite, ZONES[0], weeks, seed, summary, flaw).await;
        if !lived.is_good() {
            return;
        }
    }
    panic!("{flaw:?} was not noticed");
}

/// Makes a test of each missing safeguard, so that each has the time that a test may take to
/// itself.
macro_rules! missing {
    ($($test:ident: $flaw:ident,)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                is_noticed(Flaw::$flaw).await;
            }
        )*

        #[test]
        fn every_missing_safeguard_has_its_test() {
            assert_eq!([$(Flaw::$flaw),*], Flaw::ALL);
        }
    };
}

missing! {
    a_key_of_values_is_noticed: KeyOfValues,
    a_window_that_is_not_asked_is_noticed: WindowNotAsked,
    a_payment_that_is_not_asked_for_is_noticed: PaidNotAsked,
    a_gap_that_makes_late_is_noticed: GapMakesLate,
    what_is_left_and_not_written_is_noticed: LeftUnwritten,
    mutes_that_are_not_asked_are_noticed: MutesNotAsked,
    what_waits_and_is_not_taken_along_is_noticed: WaitingNotTaken,
}
