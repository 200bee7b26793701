//! Short forms of the fault harness. `cargo xtask faults` runs the same for longer.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use whatsapp_tests::faults::database::{Kind, Servers};
use whatsapp_tests::faults::mutant::Mutant;
use whatsapp_tests::faults::report::Storms;
use whatsapp_tests::faults::schedule;
use whatsapp_tests::faults::storm::{self, Plan, Weather};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults")
}

/// Plays one short storm. It must find nothing, and must have had something to find.
async fn survives(weather: Weather, kind: Kind) {
    let plan = Plan {
        program: env!("CARGO_BIN_EXE_faults").into(),
        folder: folder(),
        kind,
        weather,
        time: Duration::from_secs(6),
        seed: 1,
    };
    let verdict = storm::run(&plan, &Servers::default()).await.unwrap();
    let storms = Storms { weather, kind, verdicts: vec![verdict] };
    println!("{storms}");
    assert!(storms.is_good(), "{storms:#?}");
}

/// Checks that every mutant is caught, and that the same schedule finds nothing with the safeguard.
async fn catches_every_mutant(kind: Kind) {
    let mutants = schedule::play_all(kind, &Servers::default(), &folder()).await.unwrap();
    println!("{mutants}");
    assert!(mutants.is_good(), "{mutants}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn no_message_is_lost_or_sent_twice_when_workers_on_sqlite_are_killed() {
    survives(Weather::Kills, Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn no_message_is_lost_or_sent_twice_when_workers_on_postgres_are_killed_and_it_crashes() {
    survives(Weather::Crashes, Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn no_message_is_lost_or_sent_twice_when_lists_show_other_recipients() {
    survives(Weather::Aliases, Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn no_message_is_lost_or_sent_twice_when_lists_show_other_texts_and_times() {
    survives(Weather::Disguises, Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn no_message_pays_for_the_trouble_of_the_account() {
    survives(Weather::Trouble, Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn no_message_is_lost_or_sent_twice_when_wall_clocks_jump() {
    survives(Weather::Jumps, Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn every_mutant_is_caught_on_sqlite() {
    catches_every_mutant(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn every_mutant_is_caught_on_postgres() {
    catches_every_mutant(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 32)]
async fn a_transaction_held_over_a_post_is_seen() {
    let control = Mutant::OpenTransaction;
    for (missing, seen) in [(false, 0), (true, 1)] {
        let servers = Servers::default();
        let played = schedule::play(control, missing, Kind::Postgres, &servers, &folder()).await;
        let verdict = played.unwrap();
        assert_eq!(verdict.idle_in_transaction.len(), seen, "{verdict:#?}");
    }
}
