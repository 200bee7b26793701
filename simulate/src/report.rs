//! The results of a hunt, in lines for people.

use std::fmt::Write as _;

use whatsapp_testkit::world::{Harm, Outcome, Plan, World, shrink};

use crate::hunt::Found;
use crate::table;

/// Most worlds that are run to make a failed world smaller.
const SHRINKS: u32 = 150;

/// Formats the results and the coverage of a hunt.
#[must_use]
pub fn told(found: &Found, threads: usize) -> String {
    let mut text = String::new();
    let Found { worlds, lives, troubled, steps, bad, took, .. } = found;
    let happened: u64 = found.coverage.happened().map(|(_, times)| times).sum();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "worlds={worlds} lives={lives} troubled={:.2} steps/life={:.0} faults/life={:.1} pairs={} \
         seconds={:.0} lives/s/core={:.0} failed={bad}",
        found.a_life(*troubled),
        found.a_life(*steps),
        found.a_life(happened),
        found.coverage.pairs(),
        took.as_secs_f64(),
        found.speed(threads),
    );
    let events: Vec<_> = found.coverage.events().map(|(pair, _)| pair).collect();
    let moves = table::moves();
    let missing: Vec<_> = moves.iter().filter(|pair| !events.contains(pair)).collect();
    let _ =
        writeln!(text, "state × event: {} of {} reached", moves.len() - missing.len(), moves.len());
    for (state, event) in missing {
        let _ = writeln!(text, "  not reached: {state} × {event}");
    }
    for harm in Harm::ALL {
        let all = found.coverage.points().count();
        let missing: Vec<_> = found.coverage.unstruck(harm).collect();
        let _ = writeln!(text, "{} at {} of {all} await points", harm.name(), all - missing.len());
        for (point, times) in missing {
            let _ = writeln!(text, "  never {}: {point}, passed {times} times", harm.name());
        }
    }
    for ((disposition, cause), times) in found.coverage.answers_met() {
        let _ = writeln!(text, "answers: {disposition:?} by {cause}: {times}");
    }
    text
}

/// Makes a failed world as small as possible. Returns its story and the command that runs it again.
#[must_use]
pub fn story(failed: &Outcome, layers: &dyn Fn(World) -> World) -> String {
    let promise = failed.violations.first().map(|violation| violation.promise);
    let fails = |plan: &Plan| {
        let outcome = layers(World::new(plan.clone())).run();
        outcome.violations.iter().any(|violation| Some(violation.promise) == promise)
    };
    let smallest = shrink(&failed.plan, SHRINKS, fails);
    let outcome = layers(World::new(smallest)).telling().run();
    let mut text = String::new();
    for line in outcome.story {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "again: cargo xtask simulate {}", outcome.plan);
    let _ = writeln!(text, "found: {}", failed.plan);
    text
}
