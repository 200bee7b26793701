//! The short form of the years. `cargo xtask year` lives through all of it.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use std::path::Path;

use chrono::NaiveDate;
use whatsapp_tests::faults::database::{Kind, Servers};
use whatsapp_tests::year::{self, Flaw, Lived, Year, ZONES};

async fn lived(
    kind: Kind,
    zone: &str,
    from: &str,
    seed: u64,
    summary: bool,
    flaw: Option<Flaw>,
) -> Lived {
    let year = Year {
        kind,
        zone: zone.to_owned(),
        from: from.parse::<NaiveDate>().unwrap(),
        days: 40,
        seed,
        summary,
        flaw,
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("year");
    let lived = year::live(&year, &Servers::default(), &folder).await.unwrap();
    println!("{lived}");
    lived
}

/// Weeks around a change of the clocks, where there is one.
async fn is_good(kind: Kind, no: usize, summary: bool) {
    let from = ["2026-01-05", "2026-03-09", "2026-03-16", "2026-08-17", "2026-10-12"][no];
    let lived = lived(kind, ZONES[no], from, 7, summary, None).await;
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
async fn weeks_in_santiago_on_postgres() {
    is_good(Kind::Postgres, 3, false).await;
}

#[tokio::test]
async fn weeks_in_vancouver_on_sqlite() {
    is_good(Kind::Sqlite, 4, true).await;
}

/// Two hosts at once make no two runs alike: a missing safeguard is missed by one of a few.
#[tokio::test]
async fn every_missing_safeguard_is_noticed() {
    for flaw in Flaw::ALL {
        let mut noticed = false;
        for seed in 7..12 {
            let (summary, from) = (flaw.is_of_summaries(), "2026-01-05");
            let lived = lived(Kind::Sqlite, ZONES[0], from, seed, summary, Some(flaw)).await;
            noticed |= !lived.is_good();
            if noticed {
                break;
            }
        }
        assert!(noticed, "{flaw:?}");
    }
}
