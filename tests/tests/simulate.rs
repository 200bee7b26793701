//! The short form of the simulated worlds: fixed seeds. `cargo xtask simulate` lives through others.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use whatsapp_testkit::world::World;
use whatsapp_tests::simulate::hunt::{Hunt, Until, hunt, plain};
use whatsapp_tests::simulate::{corpus, report};

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
