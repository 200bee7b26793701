//! The oracles that check every message at the end.

use std::collections::{BTreeMap, BTreeSet};

use whatsapp_core::MessageId;
use whatsapp_core::message::{Attempt, AttemptOutcome, Class, FailureKind, Message, Part, Status};
use whatsapp_core::port::EveryStore;

use super::account::{Account, Copies, Twins};
use super::{Life, Oracle, SECOND};
use crate::world::books::Mailbox;
use crate::world::database::Way;
use crate::world::executor::locked;
use crate::world::span::Micros;
use crate::world::trouble::{Trouble, Troubles};
use crate::world::truth::{Post, Taken};

/// Longest time until a process that enqueued nothing learns that something is due.
const FOUND_WITHIN: Micros = 62_000_000;

/// Most POSTs that count, for a message or each of its parts.
const POSTS_MOST: usize = 4;

/// Troubles that may keep a list from saying if a message was taken, or a shop from asking for the
/// list.
const BLINDS: [Trouble; 16] = [
    Trouble::Skew,
    Trouble::Drift,
    Trouble::StepForward,
    Trouble::StepBack,
    Trouble::Aliases,
    Trouble::Escapes,
    Trouble::Zones,
    Trouble::NoIds,
    Trouble::Unreadable,
    Trouble::Incomplete,
    Trouble::LateList,
    Trouble::LateAccept,
    Trouble::Unreachable,
    Trouble::Settings,
    Trouble::Corrects,
    Trouble::Account,
];

impl Oracle {
    /// Checks everything about every message.
    pub(in crate::world) fn ends(
        &self,
        (store, way): (&dyn EveryStore, &Way),
        (posts, taken): (&[Post], &[Taken]),
        mailbox: &Mailbox,
    ) {
        let told = mailbox.told();
        let mut posts_of = BTreeMap::<MessageId, Vec<&Post>>::new();
        for post in posts {
            posts_of.entry(post.reference.message_id).or_default().push(post);
        }
        let mut taken_of = BTreeMap::<MessageId, Vec<&Taken>>::new();
        for taken in taken {
            taken_of.entry(taken.reference.message_id).or_default().push(taken);
        }
        let twins = Twins::of(posts);
        let known = locked(&self.known);
        if !known.all_is_placed {
            let what = "the shop asked again and again to the end".to_owned();
            self.sim.violate("callers are answered", None, what);
        }
        let messages = read(store, way, &known.messages);
        let (mut copies, mut arrived) = (Copies::default(), BTreeSet::new());
        for id in &known.messages {
            let Some(life) = known.lives.get(id) else { continue };
            let Some((message, attempts)) = messages.get(id) else {
                self.sim.violate("never lost", Some(*id), "it is not in the log".to_owned());
                continue;
            };
            let account = Account {
                id: *id,
                life,
                message,
                attempts,
                posts: posts_of.remove(id).unwrap_or_default(),
                taken: taken_of.remove(id).unwrap_or_default(),
                has_twin: twins.has(*id),
            };
            copies.add(&account);
            if account.punctual().any(|taken| !taken.reports_failure) {
                arrived.insert(*id);
            }
            self.is_over(&account);
            self.is_true(&account);
            self.is_counted(&account);
            self.is_told(&account, &told);
            self.is_known(&account);
        }
        for (id, what) in copies.too_many(&twins) {
            self.sim.violate("one copy", Some(id), what);
        }
        self.keeps_the_order(&known.lives);
        for ((invoice, step), messages) in &known.steps {
            let copies = messages.intersection(&arrived).count();
            if copies > 1 {
                let what = format!("{copies} messages for the step {step} of invoice {invoice}");
                self.sim.violate("each step once", messages.last().copied(), what);
            }
        }
        drop(known);
        self.keeps_the_pace(posts);
    }

    fn finds(&self, of: &Account<'_>, promise: &'static str, what: String) {
        self.sim.violate(promise, Some(of.id), what);
    }

    /// Checks that a message ends once the faults have ended.
    fn is_over(&self, of: &Account<'_>) {
        let state = &of.message.state;
        let is_over = match state.status {
            Status::Sent | Status::Cancelled => true,
            Status::Failed => state.next_attempt_at.is_none(),
            Status::Pending => false,
        };
        if !is_over {
            self.finds(of, "nothing stuck", format!("it is {} at the end", state.status));
        }
        if is_over && of.attempts.iter().any(|attempt| attempt.outcome.is_none()) {
            self.finds(of, "nothing stuck", "it is over, and an attempt is open".to_owned());
        }
    }

    /// Checks that the log agrees with what the gateway did.
    fn is_true(&self, of: &Account<'_>) {
        let state = &of.message.state;
        let arrived = !of.taken.is_empty();
        match (state.status, &state.failure) {
            (Status::Sent, _) if !arrived && !of.has_twin => {
                self.finds(of, "never lost", "it counts as sent, and was never taken".to_owned());
            }
            (Status::Failed, Some(failure))
                if !matches!(
                    failure.kind,
                    FailureKind::UnknownOutcome | FailureKind::Undelivered
                ) && !of.has_twin
                    && of.punctual().any(|taken| {
                        !taken.reports_failure
                            && of.part(taken.reference.attempt) == Some(state.part)
                    }) =>
            {
                let what = format!("it failed ({}), and the gateway took it", failure.kind);
                self.finds(of, "never lost", what);
            }
            (Status::Cancelled, _) if of.punctual().any(|taken| !taken.reports_failure) => {
                self.finds(
                    of,
                    "never lost",
                    "it was withdrawn, and the gateway took it".to_owned(),
                );
            }
            _ => {}
        }
        for attempt in of.attempts {
            let charged = matches!(attempt.outcome, Some(AttemptOutcome::Rejected));
            let post = of.posts.iter().find(|post| post.reference.attempt == attempt.no);
            if charged && post.is_some_and(|post| post.is_troubled && !post.is_long_troubled) {
                let what = format!("attempt {} was refused for the account's sake", attempt.no);
                self.finds(of, "nothing charged for the account", what);
            }
        }
    }

    /// Checks that there are not too many POSTs, and that attempts are numbered without a gap.
    fn is_counted(&self, of: &Account<'_>) {
        for part in [Part::Whole, Part::File, Part::Text] {
            let of_part = |no: u32| of.part(no) == Some(part);
            let counted = of.posts.iter().filter(|post| {
                let attempt = of.attempt(post.reference.attempt);
                let free = attempt.is_some_and(|attempt| {
                    matches!(
                        attempt.outcome,
                        Some(AttemptOutcome::AccountRefused | AttemptOutcome::UnclearRefusal)
                    )
                });
                of_part(post.reference.attempt) && !post.is_troubled && !free
            });
            let counted = counted.count();
            if counted > POSTS_MOST {
                self.finds(of, "four POSTs", format!("{counted} POSTs that count"));
            }
        }
        let highest = of.attempts.iter().map(|attempt| attempt.no).max().unwrap_or(0);
        if highest as usize != of.attempts.len() {
            let what = format!("{} attempts, numbered up to {highest}", of.attempts.len());
            self.finds(of, "numbered attempts", what);
        }
    }

    /// Checks that notices tell exactly the failures.
    fn is_told(&self, of: &Account<'_>, told: &BTreeSet<MessageId>) {
        let has_failed = of.message.state.failed_for_good().is_some();
        let is_told = told.contains(&of.id);
        if has_failed && !is_told && !of.life.is_mended {
            self.finds(of, "every failure told", "it failed, and no mail says so".to_owned());
        }
        if is_told && !of.life.has_failed {
            self.finds(of, "only failures told", "a mail says that it failed".to_owned());
        }
    }

    /// Checks that no outcome stays unknown if the gateway's lists were whole and clear.
    fn is_known(&self, of: &Account<'_>) {
        let blind = BLINDS.into_iter().any(|trouble| self.sim.plan.troubles.has(trouble));
        let failure = of.message.state.failed_for_good();
        let unknown = failure.is_some_and(|why| why.kind == FailureKind::UnknownOutcome);
        if unknown && !blind {
            let what = "its outcome is unknown, and every list was whole and clear".to_owned();
            self.finds(of, "known where it can be", what);
        }
    }

    /// Checks that urgent messages do not wait behind others in fair weather. While one waits,
    /// about one request in ten at most is for something less urgent.
    fn keeps_the_order(&self, lives: &BTreeMap<MessageId, Life>) {
        if self.sim.plan.troubles != Troubles::NONE {
            return;
        }
        let is_urgent = |life: &&Life| life.class == Some(Class::Transactional);
        let mut others: Vec<_> = lives
            .values()
            .filter(|life| !is_urgent(life))
            .filter_map(|life| life.first_post)
            .collect();
        let urgent = lives.values().filter(is_urgent).filter_map(|life| life.first_post);
        let mut posts: Vec<_> = urgent.collect();
        posts.sort_unstable();
        others.sort_unstable();
        for (id, life) in lives.iter().filter(|(_, life)| is_urgent(life)) {
            let Some((due, post)) = life.waited() else { continue };
            let from = due + FOUND_WITHIN;
            let within = |posts: &[Micros]| {
                let until = posts.partition_point(|at| *at < post);
                until.saturating_sub(posts.partition_point(|at| *at < from))
            };
            let (before, behind) = (within(&posts), within(&others));
            if behind > 2 + (before + behind) / 9 {
                let what =
                    format!("{behind} less urgent messages went before it, and {before} others");
                self.sim.violate("urgent first", Some(*id), what);
            }
        }
    }

    /// Checks the rate limit: never more POSTs in a second than the account may make.
    fn keeps_the_pace(&self, posts: &[Post]) {
        let free: Vec<_> = posts.iter().filter(|post| !post.is_hindered).collect();
        for five in free.windows(5) {
            if let [first, .., last] = five
                && last.at - first.at < SECOND
            {
                let what = format!("5 POSTs within {} ms", (last.at - first.at) / 1_000);
                self.sim.violate("the pace", Some(last.reference.message_id), what);
                return;
            }
        }
    }
}

impl Life {
    /// Returns the time at which it was due, and the time of its first POST.
    fn waited(&self) -> Option<(Micros, Micros)> {
        self.first_post.map(|post| (self.due, post))
    }
}

/// Reads the log at the end: each message with its attempts.
fn read(
    store: &dyn EveryStore,
    way: &Way,
    ids: &[MessageId],
) -> BTreeMap<MessageId, (Message, Vec<Attempt>)> {
    let messages = way.ask(store.messages(ids)).and_then(Result::ok).unwrap_or_default();
    let with = messages.into_iter().map(|message| {
        let id = message.facts.id;
        let attempts = way.ask(store.attempts(id)).and_then(Result::ok).unwrap_or_default();
        (id, (message, attempts))
    });
    with.collect()
}
