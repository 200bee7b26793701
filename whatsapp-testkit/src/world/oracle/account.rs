//! Everything about one message at the end, and about the copies that telephones got.

use std::collections::{BTreeMap, BTreeSet};

use whatsapp_core::MessageId;
use whatsapp_core::message::{Attempt, Message, Part};
use whatsapp_core::retry::RetryPolicy;

use super::{Life, SECOND};
use crate::world::span::Micros;
use crate::world::truth::{Post, Taken};

/// The longest time from the question whether an attempt may begin to its POST. After it, the POST
/// is not made.
const POST_WITHIN: Micros = 5 * SECOND;

/// Everything about one message at the end.
pub(super) struct Account<'a> {
    pub(super) id: MessageId,
    pub(super) life: &'a Life,
    pub(super) message: &'a Message,
    pub(super) attempts: &'a [Attempt],
    pub(super) posts: Vec<&'a Post>,
    pub(super) taken: Vec<&'a Taken>,
    /// Set when another message with the same text went to the same telephone: nobody can tell
    /// their copies apart.
    pub(super) has_twin: bool,
}

/// Messages by the text and telephone of their POSTs, as [`Post::what`] has it.
pub(super) struct Twins {
    by: BTreeMap<u64, BTreeSet<MessageId>>,
    ids: BTreeSet<MessageId>,
}

impl Twins {
    pub(super) fn of(posts: &[Post]) -> Self {
        let mut by = BTreeMap::<u64, BTreeSet<MessageId>>::new();
        for post in posts {
            by.entry(post.what).or_default().insert(post.reference.message_id);
        }
        let alike = by.values().filter(|twins| twins.len() > 1);
        let ids = alike.flatten().copied().collect();
        Self { by, ids }
    }

    pub(super) fn has(&self, id: MessageId) -> bool {
        self.ids.contains(&id)
    }
}

/// The copies that telephones got, by [`Taken::what`]. For each: the number in time, the number
/// reported as not delivered, and one of the messages.
#[derive(Default)]
pub(super) struct Copies(BTreeMap<u64, (usize, usize, MessageId)>);

impl Copies {
    pub(super) fn add(&mut self, of: &Account<'_>) {
        for taken in &of.taken {
            let (copies, failures, _) = self.0.entry(taken.what).or_insert((0, 0, of.id));
            *copies += usize::from(of.is_punctual(taken));
            // A copy that came too late is not counted, but a report on it is a reason for another
            // copy.
            *failures += usize::from(taken.reports_failure);
        }
    }

    /// Returns the texts of which a telephone got more copies than there were messages and reported
    /// failures.
    pub(super) fn too_many<'a>(
        &'a self,
        twins: &'a Twins,
    ) -> impl Iterator<Item = (MessageId, String)> + 'a {
        self.0.iter().filter_map(|(what, (copies, failures, id))| {
            let messages = twins.by.get(what).map_or(1, BTreeSet::len);
            let is_much = *copies > messages + failures;
            is_much.then(|| (*id, format!("the customer got {copies} copies in time")))
        })
    }
}

impl<'a> Account<'a> {
    pub(super) fn attempt(&self, no: u32) -> Option<&'a Attempt> {
        self.attempts.iter().find(|attempt| attempt.no == no)
    }

    pub(super) fn part(&self, no: u32) -> Option<Part> {
        self.attempt(no).map(|attempt| attempt.part)
    }

    /// Returns the copies that were taken and listed within the time that the library waits.
    pub(super) fn punctual(&self) -> impl Iterator<Item = &&'a Taken> {
        self.taken.iter().filter(|taken| self.is_punctual(taken))
    }

    /// Returns true if a copy was taken and listed in time. The library counts from its question to
    /// the database. The begin may be committed some seconds after that, and the POST follows it.
    pub(super) fn is_punctual(&self, taken: &Taken) -> bool {
        let window = RetryPolicy::default().settle_window().num_microseconds().unwrap_or(0);
        let window = Micros::try_from(window).unwrap_or(0);
        let begun = self.life.begun.get(&taken.reference.attempt);
        begun.is_some_and(|begun| taken.listed.max(taken.at) <= begun + window - POST_WITHIN)
    }
}
