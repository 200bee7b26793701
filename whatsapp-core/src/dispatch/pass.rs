//! What one pass of the dispatcher keeps in mind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::lock::Mutex;

use crate::settings::Settings;
use crate::time::Elapsed;

/// The lease must hold for the longest POST (30 seconds) and its settling.
pub(super) const LEASE_NEEDED: TimeDelta = TimeDelta::seconds(40);

/// What a pass keeps in mind while it works on its messages.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) settings: Arc<Settings>,
    /// Nothing is begun under its claims after this.
    pub(super) begin_by: Elapsed,
    /// How often the account had been paused from here when it claimed.
    pub(super) pauses: u32,
    /// What the gateway says about the account, asked at most once a pass.
    pub(super) probe: Mutex<Option<Known>>,
    /// Whether a message that is taken changes what is known of the account.
    pub(super) in_doubt: bool,
    /// A person has stopped all sending: nothing is POSTed under its claims.
    pub(super) only_looks: bool,
    /// The right to let its one message through a pause.
    pub(super) trial: Option<Trial>,
    trial_over: AtomicBool,
}

/// What the gateway says about the account when it is asked without a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It takes the key.
    Ready,
    /// It does not.
    Refused,
    /// It does not answer, or has nothing to ask.
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

    /// Something was learnt about the account: the right to let a message through is used up.
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
    /// When the pause began.
    pub(super) since: DateTime<Utc>,
    /// The end of this right, which is its name.
    pub(super) permit: DateTime<Utc>,
    /// Whether the attempt counts: after a day of one pause the message follows its own schedule.
    pub(super) counted: bool,
}
