//! The state of one pass of the dispatcher.

pub(super) mod claims;
pub(super) mod in_flight;
pub(super) mod overdue;
pub(super) mod queue;
pub(super) mod rate;
pub(super) mod take;
pub(super) mod tick;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::lock::Mutex;

use crate::settings::Settings;
use crate::time::Elapsed;

/// The lease must hold for the longest POST (30 seconds) and its settling.
pub(super) const LEASE_NEEDED: TimeDelta = TimeDelta::seconds(40);

/// The state that a pass keeps while it works on its messages.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) settings: Arc<Settings>,
    /// Nothing is begun under its claims after this instant.
    pub(super) begin_by: Elapsed,
    /// Number of times the account had been paused from here when the pass claimed.
    pub(super) pauses: u32,
    /// The gateway's answer about the account, asked for at most once a pass.
    pub(super) probe: Mutex<Option<Known>>,
    /// True if a message that is taken would change what is known of the account.
    pub(super) in_doubt: bool,
    /// Set while a person has stopped all sending: nothing is POSTed under its claims.
    pub(super) only_looks: bool,
    /// The right to let its one message through a pause.
    pub(super) trial: Option<Trial>,
    trial_over: AtomicBool,
}

/// The gateway's answer about the account when it is asked without a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It accepts the key.
    Ready,
    /// It refuses the key.
    Refused,
    /// It does not answer, or there is no such question.
    Nothing,
}

impl Pass {
    pub(super) fn new(settings: Arc<Settings>, leased_until: Elapsed, pauses: u32) -> Self {
        Self {
            settings,
            begin_by: leased_until - LEASE_NEEDED,
            pauses,
            probe: Mutex::new(None),
            in_doubt: false,
            only_looks: false,
            trial: None,
            trial_over: AtomicBool::new(false),
        }
    }

    /// Notes that something was learnt about the account: the right to let a message through is
    /// used up.
    pub(super) fn trial_is_over(&self) {
        self.trial_over.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_trial_over(&self) -> bool {
        self.trial_over.load(Ordering::SeqCst)
    }
}

/// The right to let one message through a pause.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    /// Start of the pause.
    pub(super) since: DateTime<Utc>,
    /// The end of this right, which also identifies it.
    pub(super) permit: DateTime<Utc>,
    /// Set if the attempt counts: after a day of one pause the message follows its own retry
    /// schedule.
    pub(super) counted: bool,
}
