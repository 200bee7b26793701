//! The same random calls on several stores, with every answer compared.

mod call;
mod player;

use std::fmt::Write as _;

use whatsapp_core::port::Store;

use call::{Answer, Call};
use player::Player;

/// Plays `steps` random calls on fresh stores, and then reads everything in them. Panics at the
/// first answer in which a store differs from the first store, with the seed, the store's name and
/// every call so far. The same seed plays the same calls. Returns the number of calls made.
///
/// The calls are those of careless workers. They enqueue what is there already, contradict it, let
/// leases run out, and come back with old tokens. They name gateway ids that are taken, and cancel
/// messages that have gone out meanwhile. The first store is the model, usually a
/// [`MemoryStore`](crate::MemoryStore).
///
/// ```
/// use whatsapp_testkit::MemoryStore;
/// use whatsapp_testkit::conformance::differential;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// for seed in 0..5 {
///     let (model, other) = (MemoryStore::new(), MemoryStore::new());
///     differential(seed, &[("the model", &model), ("the other", &other)], 200).await;
/// }
/// # }
/// ```
///
/// # Panics
/// Panics if a store differs from the first one, or there is none.
pub async fn differential(seed: u64, stores: &[(&str, &dyn Store)], steps: usize) -> usize {
    let mut stage = Stage { seed, stores, calls: Vec::new() };
    let mut player = Player::new(seed);
    for _ in 0..steps {
        // A call may build upon the answer to an earlier one: a read comes before an amendment.
        while let Some(call) = player.prepare() {
            let answer = stage.play(call.clone()).await;
            player.learn(&call, &answer);
        }
        let call = player.next();
        let answer = stage.play(call.clone()).await;
        player.learn(&call, &answer);
    }
    for call in player.inventory() {
        stage.play(call).await;
    }
    stage.calls.len()
}

/// Stores that must answer alike.
struct Stage<'a> {
    seed: u64,
    stores: &'a [(&'a str, &'a dyn Store)],
    calls: Vec<Call>,
}

impl Stage<'_> {
    async fn play(&mut self, call: Call) -> Answer {
        let ((model, first), others) = self.stores.split_first().expect("a store to play on");
        let expected = call.on(*first).await;
        for (name, store) in others {
            let answer = call.on(*store).await;
            if answer != expected {
                self.calls.push(call);
                panic!("{}{model}: {expected:?}\n{name}: {answer:?}", self.story());
            }
        }
        self.calls.push(call);
        expected
    }

    /// The calls that led here.
    fn story(&self) -> String {
        let mut story =
            format!("the stores differ at the last of these calls, seed {}:\n", self.seed);
        for (no, call) in (1..).zip(&self.calls) {
            // Writing into a string cannot fail.
            let _ = writeln!(story, "{no:>5} {call:?}");
        }
        story
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use whatsapp_core::port::{Amended, Begun, Enqueued, Saved, Settled};

    use super::*;
    use crate::MemoryStore;

    /// Sums up the answer to a call, in a word each.
    fn kinds(call: &Call, answer: &Answer) -> Vec<&'static str> {
        let some = |is: bool, word| if is { word } else { "" };
        match (call, answer) {
            (Call::Enqueue(_), Answer::Error(_)) => vec!["id taken"],
            (Call::Settle(_), Answer::Error(_)) => vec!["gateway id taken"],
            (Call::SaveTemplate(_), Answer::Error(_)) => vec!["name taken"],
            (_, Answer::Error(error)) => vec![error],
            (_, Answer::Enqueued(answers)) => answers
                .iter()
                .map(|answer| match answer {
                    Enqueued::New(_) => "new",
                    Enqueued::AlreadyPresent(_) => "present",
                    Enqueued::Conflict(_) => "conflicting",
                    _ => "enqueued in a new way",
                })
                .collect(),
            (_, Answer::Claimed(claimed)) => claimed
                .iter()
                .map(|claimed| if claimed.expired_leases > 0 { "taken over" } else { "claimed" })
                .collect(),
            (Call::Begin(begins), Answer::Begun(answers)) => begins
                .iter()
                .zip(answers)
                .map(|(begin, answer)| match (answer, &begin.close) {
                    (Begun::Open, None) => "begun",
                    (Begun::Open, Some(_)) => "closed and begun",
                    (Begun::Fenced, _) => "not begun",
                })
                .collect(),
            (_, Answer::Settled(answers)) => answers
                .iter()
                .map(|answer| match answer {
                    Settled::Done => "settled",
                    Settled::Fenced => "not settled",
                })
                .collect(),
            (_, Answer::Amended(Amended::Done)) => vec!["amended"],
            (_, Answer::Amended(Amended::Stale)) => vec!["stale"],
            (_, Answer::Siblings(siblings)) => vec![some(siblings.len() > 2, "siblings")],
            (_, Answer::Collected(collected)) => vec![some(collected.is_some(), "collected")],
            (_, Answer::Whether(true)) => vec!["marked"],
            (_, Answer::Whether(false)) => vec!["not marked"],
            (_, Answer::Page(page)) => vec![some(page.next.is_some(), "page")],
            (_, Answer::Saved(Saved::Done)) => vec!["saved"],
            (_, Answer::Saved(Saved::Stale)) => vec!["saved too late"],
            (_, Answer::Template(template)) => vec![some(template.is_some(), "template")],
            _ => vec![],
        }
    }

    #[tokio::test]
    async fn the_calls_reach_every_kind_of_answer_many_times() {
        let mut reached = BTreeMap::new();
        for seed in 0..60 {
            let store = MemoryStore::new();
            let mut player = Player::new(seed);
            for _ in 0..400 {
                let call = player.prepare().unwrap_or_else(|| player.next());
                let answer = call.on(&store).await;
                player.learn(&call, &answer);
                for kind in kinds(&call, &answer) {
                    *reached.entry(kind).or_insert(0) += 1;
                }
            }
        }

        for kind in [
            "id taken",
            "gateway id taken",
            "name taken",
            "new",
            "present",
            "conflicting",
            "claimed",
            "taken over",
            "begun",
            "closed and begun",
            "not begun",
            "settled",
            "not settled",
            "amended",
            "stale",
            "siblings",
            "collected",
            "marked",
            "not marked",
            "page",
            "template",
            "saved",
            "saved too late",
        ] {
            let times = reached.get(kind).copied().unwrap_or_default();
            assert!(times >= 10, "{kind}: {times} times");
        }
    }
}
