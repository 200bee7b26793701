//! Changes of the account: one pure rule, which every store applies inside one transaction.

use chrono::{DateTime, TimeDelta, Utc};

use super::rate::after_pause;
use super::{Account, AccountEvent, AccountEventKind, Doubt, Pause, PauseReason};
use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::id::{AccountEventId, AccountId, AuditId, MessageId};
use crate::message::Cause;

/// This many unclear answers to one message alone, over at least `SURE_AFTER`, mean that the
/// message itself is the cause.
const ANSWERS: usize = 3;
const SURE_AFTER: TimeDelta = TimeDelta::minutes(15);

/// After a pause of this length, one message at a time follows its own retry schedule as the probe.
pub(crate) const STUCK_AFTER: TimeDelta = TimeDelta::hours(24);

/// The longest wait between two tries of a rate-limited account, unless the gateway asks for a
/// longer wait.
const REST_MAX: TimeDelta = TimeDelta::minutes(5);

/// The end of a pause that ends only by hand: the last second that stores can hold.
const FOR_EVER: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(end) => end,
    None => DateTime::<Utc>::MAX_UTC,
};

/// A change to apply to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange {
    /// The id of the event, if the change makes an event.
    pub id: AccountEventId,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// The change itself.
    pub step: AccountStep,
    /// The person or the host's code that asked for it, with the id of the entry in the audit;
    /// `None` where nobody asked.
    pub by: Option<(Actor, AuditId)>,
}

/// A kind of change to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountStep {
    /// A failure that the message surely did not cause: the account pauses, or its pause goes on.
    Stop {
        /// The reason for the pause.
        reason: PauseReason,
        /// The gateway's words.
        detail: Option<String>,
        /// The least length of the pause.
        rest: TimeDelta,
        /// Set when this was the answer to the message that was let through as a test.
        trial: bool,
    },
    /// Somebody stops all sending, until somebody resumes it.
    Hold {
        /// The pause that they saw.
        seen: SeenPause,
    },
    /// An answer that leaves open whose fault it was.
    Unclear(Unclear),
    /// Asks for the right to let one message through a pause whose end has come. Until this right
    /// ends, nobody else gets it.
    LetOneThrough {
        /// End of the right.
        until: DateTime<Utc>,
    },
    /// Gives that right back unused, or ends the wait of a pause whose end is still the given one.
    TakeBack {
        /// The end of the right that was given, or of the pause.
        permit: DateTime<Utc>,
        /// Time from which somebody may ask again.
        until: DateTime<Utc>,
    },
    /// Sets the probe of the pause that began at `since`, and the time of its next try.
    Scout {
        /// Start of the pause.
        since: DateTime<Utc>,
        /// The message that is the probe; `None` when the next one is to be found.
        message_id: Option<MessageId>,
        /// Time of the next try.
        until: DateTime<Utc>,
    },
    /// Lifts the pause.
    Lift {
        /// The pause that was seen: any other pause goes on.
        seen: SeenPause,
        /// The message that the gateway took.
        taken: Option<MessageId>,
    },
    /// A message was taken while something was in doubt. Its time is the beginning of the POST.
    Taken(MessageId),
    /// A message was accepted half an hour ago, and nothing is known of its delivery.
    Undelivered {
        /// Number of such messages in a row that makes an event; 0 for never.
        alert: u32,
    },
    /// A message was delivered.
    Delivered,
    /// A reminder waits because newer payments are not known.
    StalePayments {
        /// The last day whose payments are known: its midnight by UTC, whatever the zone.
        day: DateTime<Utc>,
        /// The day as people read it.
        written: String,
    },
    /// Reminders wait until a person approves them.
    Approvals {
        /// Number of reminders that were added since the last event.
        held: u32,
    },
    /// The date of a greeting is not confirmed.
    Unconfirmed {
        /// The festival and its date, as people read them.
        what: String,
        /// Set once the hour of the greeting has come: nothing is sent then.
        is_due: bool,
    },
    /// A campaign has ended, and recipients were left out.
    LeftOut {
        /// The campaign, the number of recipients left out, and the reasons, as people read them.
        what: String,
    },
}

/// The account's pause as it was seen by the person who stops or resumes all sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SeenPause {
    /// Nobody looked: any pause, or none.
    #[default]
    Any,
    /// There was no pause.
    None,
    /// The pause that began then, whatever its reason is by now. A message got through it.
    Since(DateTime<Utc>),
    /// The pause that began then, for this reason. One failure may replace another within a pause,
    /// and resuming after the first does not mend the second.
    For(DateTime<Utc>, PauseReason),
}

impl SeenPause {
    /// The pause of an account, as it is seen now.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        account.pause.as_ref().map_or(Self::None, |pause| Self::For(pause.since, pause.reason))
    }

    fn fits(self, account: &Account) -> bool {
        let pause = account.pause.as_ref();
        match self {
            Self::Any => true,
            Self::None => pause.is_none(),
            Self::Since(since) => pause.is_some_and(|pause| pause.since == since),
            Self::For(since, reason) => {
                pause.is_some_and(|pause| pause.since == since && pause.reason == reason)
            }
        }
    }
}

/// An answer that leaves open whose fault it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// The message that got the answer.
    pub message_id: MessageId,
    /// The possible cause, if the message itself is not the cause.
    pub cause: Cause,
    /// The reason for the pause, if the account pauses.
    pub reason: PauseReason,
    /// The gateway's words.
    pub detail: Option<String>,
    /// The times at which earlier attempts of the message with the same result began, the first one
    /// first.
    pub earlier: Vec<DateTime<Utc>>,
    /// Set when the gateway was just asked and accepts the key.
    pub ready: bool,
    /// True if the message itself may be the cause: not where nobody knows whether it was taken.
    pub may_be_its_own: bool,
    /// The least length of the pause, if the account pauses.
    pub rest: TimeDelta,
    /// Set when this was the answer to the message that was let through as a test.
    pub trial: bool,
}

/// Outcome of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The change was made.
    Done,
    /// It does not apply any more; nothing changed.
    Stale,
    /// The account is paused.
    Paused,
    /// The message waits, and the others go on.
    Waits,
    /// The message itself is the cause.
    ItsOwn,
}

/// Result of a change of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The outcome for the caller.
    pub verdict: Verdict,
    /// The event that was written.
    pub event: Option<AccountEvent>,
    /// The account as it is now.
    pub account: Account,
}

impl AccountChange {
    /// Changes the account. Returns the outcome, and the event that people are told about.
    #[must_use]
    pub fn on(&self, account: &mut Account) -> (Verdict, Option<AccountEvent>) {
        match &self.step {
            AccountStep::Stop { reason, detail, rest, trial } => {
                (Verdict::Paused, self.stop(account, *reason, detail.as_deref(), *rest, *trial))
            }
            AccountStep::Hold { seen } => self.hold(account, *seen),
            AccountStep::Unclear(unclear) => self.unclear(account, unclear),
            AccountStep::LetOneThrough { until } => match &mut account.pause {
                Some(pause) if pause.until <= self.at => {
                    pause.until = *until;
                    (Verdict::Done, None)
                }
                _ => (Verdict::Stale, None),
            },
            AccountStep::TakeBack { permit, until } => match &mut account.pause {
                Some(pause) if pause.until == *permit => {
                    pause.until = *until;
                    (Verdict::Done, None)
                }
                _ => (Verdict::Stale, None),
            },
            AccountStep::Scout { since, message_id, until } => match &mut account.pause {
                Some(pause) if pause.since == *since => {
                    pause.scout = *message_id;
                    pause.until = *until;
                    (Verdict::Done, None)
                }
                _ => (Verdict::Stale, None),
            },
            AccountStep::Lift { seen, taken } => self.lift(account, *seen, *taken),
            AccountStep::Taken(message_id) => {
                if account.taken.is_none_or(|(_, at)| at <= self.at) {
                    account.taken = Some((*message_id, self.at));
                }
                // A message that was POSTed before a doubt arose says nothing about the doubt.
                account.doubt.take_if(|doubt| doubt.at <= self.at);
                (Verdict::Done, None)
            }
            AccountStep::Undelivered { alert } => self.undelivered(account, *alert),
            AccountStep::Delivered => {
                account.undelivered = 0;
                account.undelivered_told = false;
                (Verdict::Done, None)
            }
            AccountStep::StalePayments { day, written } => {
                if account.stale_told.is_some_and(|told| *day <= told) {
                    return (Verdict::Stale, None);
                }
                account.stale_told = Some(*day);
                let detail = Some(written.clone());
                let event = self.event(AccountEventKind::StalePayments, None);
                (Verdict::Done, Some(AccountEvent { detail, ..event }))
            }
            AccountStep::Approvals { held } => {
                let event = self.event(AccountEventKind::Approvals, None);
                let detail = Some(held.to_string());
                (Verdict::Done, Some(AccountEvent { detail, ..event }))
            }
            AccountStep::Unconfirmed { what, is_due } => {
                let kind = if *is_due {
                    AccountEventKind::NotGreeted
                } else {
                    AccountEventKind::Unconfirmed
                };
                let detail = Some(what.clone());
                (Verdict::Done, Some(AccountEvent { detail, ..self.event(kind, None) }))
            }
            AccountStep::LeftOut { what } => {
                let event = self.event(AccountEventKind::LeftOut, None);
                (Verdict::Done, Some(AccountEvent { detail: Some(what.clone()), ..event }))
            }
        }
    }

    /// Returns the audit entry of the change, where somebody asked for it and it changed something.
    #[must_use]
    pub fn audited(&self, before: &Account, after: &Account, id: AccountId) -> Option<AuditEntry> {
        let word = |account: &Account| {
            account.pause.as_ref().map_or("running", |pause| pause.reason.as_str())
        };
        let (before, after) = (word(before), word(after));
        let (by, entry_id) = self.by.as_ref().filter(|_| before != after)?;
        Some(AuditEntry {
            id: *entry_id,
            at: self.at,
            by: by.clone(),
            act: if after == "running" { Act::AccountResumed } else { Act::AccountPaused },
            on: AuditTarget::Account(id),
            change: AuditChange::state(before, after),
        })
    }

    /// Stops all sending by hand. Only a person ends this pause, and no failure replaces it.
    fn hold(&self, account: &mut Account, seen: SeenPause) -> (Verdict, Option<AccountEvent>) {
        if account.is_held() || !seen.fits(account) {
            return (Verdict::Stale, None);
        }
        account.pause = Some(Pause::new(PauseReason::Held, self.at, FOR_EVER));
        let event = self.event(AccountEventKind::Stopped, Some(PauseReason::Held));
        (Verdict::Paused, Some(event))
    }

    fn event(&self, kind: AccountEventKind, reason: Option<PauseReason>) -> AccountEvent {
        AccountEvent { id: self.id, kind, reason, detail: None, at: self.at, told_at: None }
    }

    /// Pauses the account. However often a failure repeats, it makes one event. A failure that
    /// passes by itself does not hide one that somebody has to mend, unless it shows that this is
    /// mended.
    fn stop(
        &self,
        account: &mut Account,
        reason: PauseReason,
        detail: Option<&str>,
        rest: TimeDelta,
        trial: bool,
    ) -> Option<AccountEvent> {
        if account.is_held() {
            return None;
        }
        let detail = detail.map(str::to_owned);
        let tells = match &mut account.pause {
            None => {
                account.pause = Some(Pause {
                    detail: detail.clone(),
                    ..Pause::new(reason, self.at, self.at + rest)
                });
                true
            }
            Some(pause) => {
                let lasted = (self.at - pause.since).max(TimeDelta::zero());
                let rest = match reason {
                    PauseReason::RateLimited if trial => rest.max(lasted.min(REST_MAX)),
                    _ => rest,
                };
                let until = self.at + rest;
                pause.until = if trial { until } else { until.max(pause.until) };
                // A message or probe that met anything else was made with an address and a key.
                let mended = trial && pause.reason == PauseReason::Misconfigured;
                let shows = pause.reason.passes() || mended || !reason.passes();
                let other = reason != pause.reason && shows;
                if other || reason == pause.reason {
                    // The words of another reason are not true of this one.
                    let before = pause.detail.take().filter(|_| reason == pause.reason);
                    pause.detail = detail.clone().or(before);
                    pause.reason = reason;
                }
                other && !reason.passes()
            }
        };
        tells
            .then(|| AccountEvent { detail, ..self.event(AccountEventKind::Stopped, Some(reason)) })
    }

    /// Decides who caused an unclear answer, from what else is known. Another message that was
    /// taken meanwhile speaks for the account; a similar answer to another message speaks against
    /// it.
    fn unclear(&self, account: &mut Account, unclear: &Unclear) -> (Verdict, Option<AccountEvent>) {
        let Unclear { message_id, cause, earlier, .. } = unclear;
        let taken_since = |at: &DateTime<Utc>| {
            account.taken.is_some_and(|(other, taken)| other != *message_id && taken >= *at)
        };
        let resumed = account.resumed_at.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let often = earlier.len() + 1 >= ANSWERS;
        let long = often && earlier.first().is_some_and(|first| self.at - *first >= SURE_AFTER);
        let like = account.doubt.is_some_and(|d| d.cause == *cause && d.message_id != *message_id);
        let paused_for_it = account.pause.as_ref().is_some_and(|p| p.reason.cause() == *cause);
        let others_are_taken = earlier.iter().find(|at| **at > resumed).is_some_and(taken_since)
            || (often && earlier.first().is_some_and(taken_since));
        let it_alone = long && unclear.ready && !like && !paused_for_it;
        if unclear.may_be_its_own && (others_are_taken || it_alone) {
            return (Verdict::ItsOwn, None);
        }
        account.doubt = Some(Doubt { cause: *cause, message_id: *message_id, at: self.at });
        if like || (long && !unclear.ready) {
            let detail = unclear.detail.as_deref();
            let event = self.stop(account, unclear.reason, detail, unclear.rest, unclear.trial);
            return (Verdict::Paused, event);
        }
        let held = account.is_held();
        if let (true, Some(pause)) = (unclear.trial && !held, &mut account.pause) {
            pause.until = self.at + unclear.rest;
        }
        (Verdict::Waits, None)
    }

    fn lift(
        &self,
        account: &mut Account,
        seen: SeenPause,
        taken: Option<MessageId>,
    ) -> (Verdict, Option<AccountEvent>) {
        match &account.pause {
            Some(pause) if seen.fits(account) => {
                let event = self.event(AccountEventKind::Resumed, Some(pause.reason));
                account.pause = None;
                account.doubt = None;
                account.resumed_at = Some(self.at);
                // The message that was let through counts as a request too.
                account.next_slot = Some(after_pause(self.id));
                if let Some(message_id) = taken {
                    account.taken = Some((message_id, self.at));
                }
                (Verdict::Done, Some(event))
            }
            _ => (Verdict::Stale, None),
        }
    }

    fn undelivered(&self, account: &mut Account, alert: u32) -> (Verdict, Option<AccountEvent>) {
        if alert == 0 || account.undelivered_told {
            return (Verdict::Stale, None);
        }
        account.undelivered += 1;
        if account.undelivered < alert {
            return (Verdict::Done, None);
        }
        account.undelivered_told = true;
        let detail = Some(account.undelivered.to_string());
        let event = AccountEvent { detail, ..self.event(AccountEventKind::Undelivered, None) };
        (Verdict::Done, Some(event))
    }
}
