//! The right to send over a file: all processes with comparable elapsed times have it together, or
//! one alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use whatsapp_core::port::StoreError;
use whatsapp_core::time::TimeBase;

use crate::error::other;

const SECOND: &str = "another process already sends over this database, and this system gives the \
     two no common time to measure their claims by: let one process send and the others only \
     enqueue, or use PostgreSQL";

/// The right to send over a database file, which is taken at the first claim and kept.
///
/// Claims are valid by elapsed time. Processes with incomparable times would take each other's
/// claims for expired, or would never do so. Such a process holds the file's lock alone. Processes
/// that share a time hold it together. The operating system ends a lock with its process.
#[derive(Debug, Clone, Default)]
pub(super) struct Sender {
    /// The file that is locked; `None` for a database in memory, which no other process has.
    beside: Option<PathBuf>,
    held: Arc<Mutex<Option<Held>>>,
}

#[derive(Debug)]
struct Held {
    base: TimeBase,
    /// The lock; `None` on a file system without locks.
    _lock: Option<File>,
}

impl Sender {
    /// Creates the right to send over the database in this file.
    pub(super) fn of(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push("-sender");
        Self { beside: Some(name.into()), held: Arc::default() }
    }

    /// Takes the right for a process with this time base, unless the process has it already.
    ///
    /// # Errors
    /// [`StoreError::Other`] if another process sends whose elapsed time cannot be compared, with a
    /// sentence that says what to do.
    pub(super) fn enter(&self, base: TimeBase) -> Result<(), StoreError> {
        let Some(path) = &self.beside else { return Ok(()) };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let may = |held: &Held| held.base == base || (held.base.is_shared() && base.is_shared());
        if held.as_ref().is_some_and(may) {
            return Ok(());
        }
        // The old lock is released first: this process has no other lock to wait for.
        drop(held.take());
        let file = OpenOptions::new().create(true).append(true).open(path);
        let locked = file.map_err(TryLockError::Error).and_then(|file| {
            let taken = if base.is_shared() { file.try_lock_shared() } else { file.try_lock() };
            taken.map(|()| file)
        });
        let lock = match locked {
            Ok(file) => Some(file),
            Err(TryLockError::WouldBlock) => return Err(other(SECOND)),
            // Processes that share a time need a lock only against one that does not.
            Err(TryLockError::Error(_)) if base.is_shared() => None,
            Err(TryLockError::Error(error)) => {
                return Err(other(&format!(
                    "the file that tells whether another process sends over this database cannot \
                     be locked ({}): keep the database on a disk of this machine",
                    error.kind()
                )));
            }
        };
        *held = Some(Held { base, _lock: lock });
        Ok(())
    }

    /// Gives the right back.
    pub(super) fn leave(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(sender: &Sender, base: TimeBase) -> bool {
        match sender.enter(base) {
            Ok(()) => false,
            Err(StoreError::Other { reason }) => reason == SECOND,
            Err(error) => panic!("{error:?}"),
        }
    }

    #[test]
    fn processes_of_one_time_send_together_and_one_without_sends_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.sqlite");
        let process = || Sender::of(&file);
        let (boot, own) = (TimeBase::shared(b"boot"), TimeBase::own(b"one"));

        let (one, two, alone) = (process(), process(), process());
        assert!(!refused(&one, boot) && !refused(&two, boot) && !refused(&one, boot));
        assert!(refused(&alone, own), "others send already");
        one.leave();
        assert!(refused(&alone, own), "and one still does");
        drop(two);
        assert!(!refused(&alone, own) && !refused(&alone.clone(), own));
        assert!(refused(&process(), TimeBase::own(b"two")) && refused(&process(), boot));
        alone.leave();
        assert!(!refused(&process(), boot));
    }

    #[test]
    fn a_process_whose_clock_changes_its_base_keeps_its_right() {
        let folder = tempfile::tempdir().unwrap();
        let one = Sender::of(&folder.path().join("a.sqlite"));
        for base in [TimeBase::own(b"a"), TimeBase::shared(b"b"), TimeBase::own(b"c")] {
            assert!(!refused(&one, base));
        }
    }

    #[test]
    fn a_database_in_memory_has_no_other_process() {
        assert!(Sender::default().enter(TimeBase::own(b"a")).is_ok());
    }

    #[test]
    fn where_nothing_can_be_locked_only_a_shared_time_may_send() {
        let folder = tempfile::tempdir().unwrap();
        let one = Sender::of(&folder.path().join("gone").join("a.sqlite"));
        assert!(one.enter(TimeBase::shared(b"a")).is_ok());
        let error = one.enter(TimeBase::own(b"a")).unwrap_err().to_string();
        assert!(error.contains("keep the database on a disk of this machine"), "{error}");
    }
}
