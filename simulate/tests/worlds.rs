//! The short form of the simulated worlds: fixed seeds. `cargo xtask simulate` lives through others.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use std::sync::Arc;

use tokio::runtime::Builder;
use whatsapp_simulate::hunt::{Hunt, Until, hunt, plain};
use whatsapp_simulate::{corpus, report};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::world::{Plan, World};

/// How many worlds each half of the short form has.
const WORLDS: u64 = 40;

fn are_good(seed: u64) {
    let found = hunt(&Hunt {
        seed,
        until: Until::Worlds(WORLDS),
        threads: 1,
        first: false,
        shape: &|plan| {
            let messages = plan.messages.min(60);
            plan.with_messages(messages)
        },
        layers: &plain,
    });
    println!("{}", report::told(&found, 1));
    for failed in &found.failed {
        println!("{:#?}\n{}", failed.violations, failed.plan);
    }
    assert_eq!(found.bad, 0);
    assert!(found.lives > WORLDS * 20, "the worlds are empty");
}

#[test]
fn worlds_of_fixed_seeds_keep_every_promise() {
    are_good(1_000);
}

#[test]
fn more_worlds_of_fixed_seeds_keep_every_promise() {
    are_good(2_000);
}

#[test]
fn worlds_that_once_failed_do_not_fail_again() {
    for kept in corpus::corpus().unwrap() {
        let outcome = World::new(kept.plan).run();
        assert!(outcome.violations.is_empty(), "{}: {:#?}", kept.found, outcome.violations);
    }
}

/// The file was written by a release build, perhaps on another machine.
#[test]
fn the_same_seed_gives_the_same_world_in_every_build() {
    assert_eq!(corpus::digests(), corpus::kept_digests().unwrap());
}

#[test]
fn the_same_world_tells_the_same_story() {
    let plan = || "--seed 5 --messages 30 --hosts 2 --processes 2 --troubles all".parse().unwrap();
    let (one, other) = (World::new(plan()).telling().run(), World::new(plan()).telling().run());
    assert_eq!(one.story, other.story);
    assert_eq!(one.digest, other.digest);
    assert_eq!(World::new(plan()).run().digest, one.digest, "whether somebody listens or not");
}

/// What the model of all stores does, SQLite does: the same world, step by step.
#[test]
fn a_world_over_sqlite_is_the_world_over_the_model() {
    for seed in 3_000..3_006 {
        let plan = Plan::of_seed(seed).with_messages(20);
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let store = runtime.block_on(SqliteStore::in_memory()).unwrap();
        let over_sqlite = World::new(plan.clone())
            .over_waiting(Arc::new(store), runtime.handle().clone())
            .telling()
            .run();
        let over_memory = World::new(plan).telling().run();
        assert!(over_sqlite.violations.is_empty(), "{:#?}", over_sqlite.violations);
        let both = over_memory.story.iter().zip(&over_sqlite.story);
        for (line, (memory, sqlite)) in both.enumerate() {
            assert_eq!(memory, sqlite, "line {line} of {}", over_sqlite.plan);
        }
        assert_eq!(over_memory.digest, over_sqlite.digest);
    }
}
