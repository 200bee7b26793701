//! The look's promises, over every list that a gateway may show: no second copy out of doubt, and
//! no doubt where every row is surely another message's. Mutants of the list show that the
//! properties would notice. Each of them hides or spoils something that one rule needs.

mod list;
mod scene;
mod shared;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use list::Mutant;
use scene::{Absence, Presence};

/// Runs a property over lists of its own, always the same ones; returns true if it holds.
fn holds<S: Strategy>(
    cases: u32,
    scenes: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) -> Result<(), String> {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng).run(scenes, property).map_err(|why| why.to_string())
}

fn never_twice(cases: u32, mutant: Mutant) -> Result<(), String> {
    holds(cases, &scene::presence(), |scene: Presence| {
        let posts = scene.posts(mutant);
        prop_assert_eq!(posts, 1, "a second copy");
        Ok(())
    })
}

fn in_half_an_hour(cases: u32, mutant: Mutant) -> Result<(), String> {
    holds(cases, &scene::absence(), |scene: Absence| {
        let attempts = scene.attempts(mutant);
        prop_assert_eq!(attempts, [(0, Some("not_accepted")), (30, Some("accepted"))]);
        Ok(())
    })
}

#[test]
fn an_accepted_message_is_never_posted_again_however_it_is_listed() {
    never_twice(600, Mutant::None).unwrap();
}

#[test]
fn a_message_that_was_not_taken_is_posted_again_after_half_an_hour_among_surely_other_rows() {
    in_half_an_hour(600, Mutant::None).unwrap();
}

#[test]
fn every_doubt_that_is_hidden_from_a_look_leads_to_a_second_copy() {
    for mutant in [
        Mutant::Blind,
        Mutant::OtherRecipientsLeftOut,
        Mutant::TwoDoubtsLeftOut,
        Mutant::TimelessRowsLeftOut,
        Mutant::NamelessRowsLeftOut,
        Mutant::UnclearTakenForAnothers,
    ] {
        assert!(never_twice(600, mutant).is_err(), "{mutant:?} is not noticed");
    }
}

#[test]
fn every_certainty_that_is_kept_from_a_look_leaves_a_message_unsent() {
    for mutant in [Mutant::AlwaysUnclear, Mutant::OwnersForgotten, Mutant::RecipientsForgotten] {
        assert!(in_half_an_hour(600, mutant).is_err(), "{mutant:?} is not noticed");
    }
}
