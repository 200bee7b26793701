//! Maps that can be undone: they make a transaction all or nothing without a copy of everything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::{Bound, Deref};

/// Data that a transaction changes.
pub(super) trait Undo {
    /// Keeps everything as it is now.
    fn keep(&mut self);

    /// Puts everything back to the state that was last kept.
    fn put_back(&mut self);
}

/// Calls both methods on every field of a struct; a field that is left out does not compile.
macro_rules! undo_all {
    ($name:ty { $($field:ident),+ $(,)? }) => {
        impl $crate::memory::table::Undo for $name {
            fn keep(&mut self) {
                let Self { $($field),+ } = self;
                $($field.keep();)+
            }

            fn put_back(&mut self) {
                let Self { $($field),+ } = self;
                $($field.put_back();)+
            }
        }
    };
}

pub(super) use undo_all;

/// Rows by their keys, read as a map. A write remembers the old row.
#[derive(Debug, Clone)]
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    /// The old row under each key that was written; `None` if there was none.
    before: BTreeMap<K, Option<V>>,
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// Writes a row; returns true if its key was free.
    pub(super) fn insert(&mut self, key: K, row: V) -> bool {
        self.remember(&key);
        self.rows.insert(key, row).is_none()
    }

    /// Removes a row.
    pub(super) fn remove(&mut self, key: &K) {
        self.remember(key);
        self.rows.remove(key);
    }

    /// Returns a row to be changed.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.remember(key);
        self.rows.get_mut(key)
    }

    /// Returns a row to be changed, a new one if there is none.
    pub(super) fn get_or_insert_with(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        self.remember(&key);
        self.rows.entry(key).or_insert_with(new)
    }

    fn remember(&mut self, key: &K) {
        if !self.before.contains_key(key) {
            self.before.insert(key.clone(), self.rows.get(key).cloned());
        }
    }
}

impl<K: Ord, V> Undo for Table<K, V> {
    fn keep(&mut self) {
        self.before.clear();
    }

    fn put_back(&mut self) {
        while let Some((key, row)) = self.before.pop_first() {
            match row {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }
}

impl<K, V> Deref for Table<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.rows
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), before: BTreeMap::new() }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Table<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        Self { rows: rows.into_iter().collect(), before: BTreeMap::new() }
    }
}

/// The keys of rows in groups, in order within each.
#[derive(Debug, Clone)]
pub(super) struct Index<G, K> {
    /// No group here is empty.
    groups: BTreeMap<G, BTreeSet<K>>,
    /// The writes, in this order; the flag is true for an added key.
    log: Vec<(G, K, bool)>,
}

impl<G: Ord + Clone, K: Ord + Clone> Index<G, K> {
    /// The keys of a group.
    pub(super) fn of(&self, group: &G) -> impl DoubleEndedIterator<Item = &K> + use<'_, G, K> {
        self.groups.get(group).into_iter().flatten()
    }

    /// The keys of a group from one of them on, or after it.
    pub(super) fn from(
        &self,
        group: &G,
        start: Bound<K>,
    ) -> impl DoubleEndedIterator<Item = &K> + use<'_, G, K> {
        let keys = self.groups.get(group);
        keys.map(|keys| keys.range((start, Bound::Unbounded))).into_iter().flatten()
    }

    /// Number of keys in a group.
    pub(super) fn len(&self, group: &G) -> u64 {
        self.groups.get(group).map_or(0, |keys| keys.len() as u64)
    }

    /// All groups with their keys.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&G, &BTreeSet<K>)> {
        self.groups.iter()
    }

    /// Moves a row from its old place to its new one.
    pub(super) fn moved(&mut self, old: Option<(G, K)>, new: Option<(G, K)>) {
        if old == new {
            return;
        }
        for (place, is_added) in [(old, false), (new, true)] {
            let Some((group, key)) = place else { continue };
            if self.write(group.clone(), key.clone(), is_added) {
                self.log.push((group, key, is_added));
            }
        }
    }

    /// Adds a key or removes it; returns true if that changed anything.
    fn write(&mut self, group: G, key: K, is_added: bool) -> bool {
        if is_added {
            return self.groups.entry(group).or_default().insert(key);
        }
        let Some(keys) = self.groups.get_mut(&group) else { return false };
        let is_changed = keys.remove(&key);
        if keys.is_empty() {
            self.groups.remove(&group);
        }
        is_changed
    }
}

impl<G: Ord + Clone, K: Ord + Clone> Undo for Index<G, K> {
    fn keep(&mut self) {
        self.log.clear();
    }

    fn put_back(&mut self) {
        while let Some((group, key, is_added)) = self.log.pop() {
            self.write(group, key, !is_added);
        }
    }
}

impl<G, K> Default for Index<G, K> {
    fn default() -> Self {
        Self { groups: BTreeMap::new(), log: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    /// Plays random writes, of which some rounds are kept and the others put back. `write` changes
    /// the structure under test and its plain model alike, and `assert_same` compares the two.
    fn play<T: Undo, M: Clone>(
        (mut trial, mut model): (T, M),
        write: impl Fn(&mut T, &mut M, &mut Rng),
        assert_same: impl Fn(&T, &M),
    ) {
        let mut rng = Rng::with_seed(11);
        for _ in 0..2_000 {
            let kept = model.clone();
            for _ in 0..rng.u8(0..12) {
                write(&mut trial, &mut model, &mut rng);
                assert_same(&trial, &model);
            }
            if rng.bool() {
                trial.keep();
            } else {
                trial.put_back();
                model = kept;
            }
            assert_same(&trial, &model);
        }
    }

    #[test]
    fn a_table_is_put_back_to_what_was_kept_last() {
        let write = |table: &mut Table<u8, u32>, model: &mut BTreeMap<u8, u32>, rng: &mut Rng| {
            let (key, row) = (rng.u8(0..9), rng.u32(..));
            match rng.u8(0..4) {
                0 => assert_eq!(table.insert(key, row), model.insert(key, row).is_none()),
                1 => {
                    table.remove(&key);
                    model.remove(&key);
                }
                2 => {
                    let (there, expected) = (table.get_mut(&key), model.get_mut(&key));
                    assert_eq!(there, expected);
                    there.into_iter().chain(expected).for_each(|there| *there = row);
                }
                _ => {
                    *table.get_or_insert_with(key, || 7) ^= row;
                    *model.entry(key).or_insert(7) ^= row;
                }
            }
        };
        let assert_same = |table: &Table<u8, u32>, model: &BTreeMap<u8, u32>| {
            assert_eq!(**table, *model);
        };
        play((Table::default(), BTreeMap::new()), write, assert_same);
    }

    #[test]
    fn an_index_is_put_back_to_what_was_kept_last() {
        type Model = BTreeSet<(u8, u8)>;
        let write = |index: &mut Index<u8, u8>, model: &mut Model, rng: &mut Rng| {
            let mut place = || rng.bool().then(|| (rng.u8(0..4), rng.u8(0..4)));
            let (old, new) = (place().filter(|old| model.contains(old)), place());
            index.moved(old, new);
            old.inspect(|old| {
                model.remove(old);
            });
            model.extend(new);
        };
        let assert_same = |index: &Index<u8, u8>, model: &Model| {
            let pairs =
                index.groups().flat_map(|(group, keys)| keys.iter().map(|key| (*group, *key)));
            assert!(pairs.eq(model.iter().copied()));
            assert!(index.groups().all(|(_, keys)| !keys.is_empty()), "no group is empty");
            let of_two: Vec<u8> = index.of(&2).copied().collect();
            assert_eq!(index.len(&2), of_two.len() as u64);
            let behind: Vec<u8> = index.from(&2, Bound::Excluded(1)).copied().collect();
            assert_eq!(behind, of_two.into_iter().filter(|key| *key > 1).collect::<Vec<_>>());
        };
        play((Index::default(), Model::new()), write, assert_same);
    }
}
