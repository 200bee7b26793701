//! The state machine: one enum, one transition function.

use chrono::{DateTime, TimeDelta, Utc};

use super::kind::{CancelReason, Cause, Delivery, FailureKind};
use super::part::Part;
use crate::retry::{Disposition, OnUnknown, RetryPolicy, UNAVAILABLE_LOOKS_MAX};
use crate::time::{Elapsed, Moment};

/// Where a message stands, with all that is needed to decide what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Waits for its time; nothing was sent, or only refused for the account's sake.
    Waiting {
        /// When it may be sent.
        due: DateTime<Utc>,
    },
    /// An attempt is open: its POST may be under way.
    Sending {
        /// When the attempt began.
        started: DateTime<Utc>,
        /// The same by elapsed time.
        mark: Option<Elapsed>,
    },
    /// An attempt is open and its outcome unknown: the gateway is being asked.
    Checking {
        /// When the attempt began.
        started: DateTime<Utc>,
        /// Since when it has surely been under way, by elapsed time: its beginning, or the end of a
        /// POST that took long.
        mark: Option<Elapsed>,
        /// Looks made so far.
        looks: u32,
        /// Those of them at which the gateway could not be asked.
        unavailable: u32,
        /// When the next look is due.
        next: DateTime<Utc>,
        /// The same by elapsed time, which decides where it can be compared.
        look_mark: Option<Elapsed>,
    },
    /// The last attempt failed and another one follows.
    Retrying {
        /// When.
        at: DateTime<Utc>,
        /// What went wrong.
        why: Failure,
    },
    /// The gateway accepted it.
    Sent {
        /// When it did, by this side's clock.
        at: DateTime<Utc>,
        /// How far it has come since.
        delivery: Delivery,
        /// When its delivery is asked for next, if it still is.
        watch: Option<DateTime<Utc>>,
    },
    /// Final: it was not sent, or nobody can know.
    Failed(Failure),
    /// Final: withdrawn before anything was sent.
    Cancelled(CancelReason),
}

/// Why a message failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In one word.
    pub kind: FailureKind,
    /// Whose trouble it was.
    pub cause: Cause,
    /// In a sentence that a shopkeeper understands, without number, text or key.
    pub reason: String,
}

impl Failure {
    /// A failure of this kind, by the message's own fault.
    pub fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
        Self { kind, cause: Cause::Message, reason: reason.into() }
    }

    /// The end of a message whose row cannot be read, because of what stands in `column`. Where an
    /// attempt was open it may have been delivered.
    #[must_use]
    pub fn unreadable(column: &str, attempt_was_open: bool) -> Self {
        let kept = format!(
            "The message cannot be read any more: its column {column} in the database was changed \
             to something that the program does not know."
        );
        let failure = if attempt_was_open {
            Self::new(
                FailureKind::UnknownOutcome,
                format!("{kept} It may have been delivered; it is not sent again by itself."),
            )
        } else {
            Self::new(FailureKind::Invalid, format!("{kept} Make the message anew."))
        };
        failure.caused_by(Cause::Host)
    }

    /// The same failure as the trouble of somebody else.
    #[must_use]
    pub const fn caused_by(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }
}

/// A state, and the POSTs that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Where the message stands.
    pub state: State,
    /// What of the message is sent now, or was sent last.
    pub part: Part,
    /// POSTs begun so far: the attempts in the ledger.
    pub posts: u32,
    /// Those of them that use up no retry: the ones refused for the account's sake and, once the
    /// text's turn has come, all that were made for the file.
    pub refusals: u32,
}

/// Something that happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It is about to be POSTed.
    Begun,
    /// The gateway said yes, or its listing shows the message.
    Accepted,
    /// The gateway said no, or was never reached. `disposition` is not `Unknown`.
    Refused {
        /// What the refusal means.
        disposition: Disposition,
        /// Whose trouble it is.
        cause: Cause,
        /// Whether the gateway was asked at all.
        reached: bool,
        /// How long the gateway asked to wait.
        retry_after: Option<TimeDelta>,
        /// Why, in plain words.
        reason: String,
    },
    /// Nobody knows what became of the POST.
    OutcomeUnknown,
    /// A complete listing does not show the message.
    Absent,
    /// The gateway could not be asked, or its answer proves nothing.
    LookUnavailable,
    /// The gateway was asked for the delivery of an accepted message.
    Reported(Reported),
    /// Both parts of a message were accepted, and the gateway could not deliver this one.
    PartUndelivered(Part),
    /// It cannot be sent just now, for a reason that lies with the host.
    Postponed {
        /// When to look at it again.
        until: DateTime<Utc>,
    },
    /// It is to be withdrawn.
    Withdrawn(CancelReason),
    /// The account was paused for too long.
    Abandoned {
        /// Whose trouble that was.
        cause: Cause,
        /// Why, in plain words.
        reason: String,
    },
    /// A manager wants it sent now.
    RetryRequested,
    /// Workers died over it again and again before they could begin.
    Poisoned,
}

/// What the gateway says about the delivery of an accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    /// Nothing new, or no answer.
    Nothing,
    /// It has come this far. `Undelivered` stands for a failure that may pass.
    Reached(Delivery),
    /// The number is not on WhatsApp: sending again is of no use.
    NotOnWhatsApp,
    /// Something in a word that nobody knows, of at most 40 characters and without numbers and
    /// links. It moves nothing, and is kept with the message so that it can be read.
    Unreadable(String),
}

/// What an event does to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It moves on.
    To(Progress),
    /// Nothing: the event is old, or says what is known.
    Same,
    /// The event may not happen in this state.
    Forbidden(Forbidden),
}

/// Why an event may not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forbidden {
    /// An attempt is open.
    #[error("the message is being sent just now; wait until its outcome is known")]
    UnderWay,
    /// The message is `sent`.
    #[error("the message was already sent")]
    AlreadySent,
    /// The message was withdrawn.
    #[error("the message was cancelled")]
    Cancelled,
    /// The message failed for good.
    #[error("the message has failed for good")]
    Final,
    /// All attempts are used up.
    #[error("all attempts are used up; resend it as a new message")]
    Exhausted,
    /// It may have been delivered.
    #[error("the message may have been delivered; resend it only if the customer did not get it")]
    OutcomeUnknown,
    /// The number is not on WhatsApp, and a retry would go to that number.
    #[error(
        "the number is not on WhatsApp: correct the customer's number, then resend the message"
    )]
    WrongNumber,
    /// A part of it is with the customer.
    #[error("the file was sent already, and its text follows")]
    FileSent,
    /// No attempt is open that the event could belong to.
    #[error("no attempt is open")]
    NoAttempt,
}

impl Progress {
    /// A message that is due at `due` and was never tried.
    #[must_use]
    pub const fn new(due: DateTime<Utc>) -> Self {
        Self { state: State::Waiting { due }, part: Part::Whole, posts: 0, refusals: 0 }
    }

    /// A message that has ended without any attempt.
    #[must_use]
    pub const fn ended(state: State) -> Self {
        Self { state, part: Part::Whole, posts: 0, refusals: 0 }
    }

    /// The same with what of it is sent first.
    #[must_use]
    pub const fn with_part(mut self, part: Part) -> Self {
        self.part = part;
        self
    }

    /// Retries made so far: POSTs after the first that count. Never more than `max_retries`.
    #[must_use]
    pub const fn retry_count(&self) -> u32 {
        self.counted().saturating_sub(1)
    }

    /// POSTs that count towards the most that a message, or each part of it, may have.
    const fn counted(&self) -> u32 {
        self.posts.saturating_sub(self.refusals)
    }

    /// What `event`, happening at `moment`, does to a message in this state: for every pair of state
    /// and event, without looking at anything else.
    #[must_use]
    pub fn on(&self, event: &Event, moment: impl Into<Moment>, policy: &RetryPolicy) -> Change {
        let moment = moment.into();
        let now = moment.now;
        match event {
            Event::Begun => self.begun(moment, policy),
            Event::Accepted => self.accepted(now, policy),
            Event::Refused { disposition, cause, reached, retry_after, reason } => {
                let kind = if *reached { FailureKind::Rejected } else { FailureKind::Invalid };
                let why = self.failure(kind, reason).caused_by(*cause);
                self.refused(*disposition, why, *retry_after, moment, policy)
            }
            Event::OutcomeUnknown => self.outcome_unknown(moment, policy),
            Event::Absent => self.absent(moment, policy),
            Event::LookUnavailable => self.look_unavailable(moment, policy),
            Event::Reported(reported) => self.reported(reported, now, policy),
            Event::PartUndelivered(part) => self.part_undelivered(*part, now, policy),
            Event::Postponed { until } => self.postponed(*until),
            Event::Withdrawn(_) if self.part == Part::Text && self.closed().is_none() => {
                Change::Forbidden(Forbidden::FileSent)
            }
            Event::Withdrawn(reason) => self.finished(State::Cancelled(*reason)),
            Event::Abandoned { cause, reason } => {
                let why = self.failure(FailureKind::Exhausted, reason).caused_by(*cause);
                self.finished(State::Failed(why))
            }
            Event::RetryRequested => self.retry_requested(now, policy),
            Event::Poisoned => self.finished(State::Failed(self.failure(
                FailureKind::Poison,
                "Sending this message broke down three times before it could begin.",
            ))),
        }
    }

    fn with(&self, state: State) -> Change {
        Change::To(Self { state, ..self.clone() })
    }

    /// Why nothing can be begun, withdrawn or asked of a message in this state; `None` while it
    /// waits.
    fn closed(&self) -> Option<Forbidden> {
        match &self.state {
            State::Waiting { .. } | State::Retrying { .. } => None,
            State::Sending { .. } | State::Checking { .. } => Some(Forbidden::UnderWay),
            State::Sent { .. } => Some(Forbidden::AlreadySent),
            State::Failed(_) => Some(Forbidden::Final),
            State::Cancelled(_) => Some(Forbidden::Cancelled),
        }
    }

    /// A failure that says so when the file had gone out before.
    fn failure(&self, kind: FailureKind, reason: &str) -> Failure {
        match self.part {
            Part::Whole | Part::File => Failure::new(kind, reason),
            Part::Text => {
                Failure::new(kind, format!("The file was sent, but not the text to it: {reason}"))
            }
        }
    }

    fn unknown_for_good(&self) -> Failure {
        self.failure(
            FailureKind::UnknownOutcome,
            "The outcome is unknown: the gateway gave no clear answer. The message may have been \
             delivered, so it is not sent again by itself.",
        )
        .caused_by(Cause::Gateway)
    }

    /// The open attempt's start by both times; `None` when no attempt is open.
    #[must_use]
    pub const fn opened(&self) -> Option<(DateTime<Utc>, Option<Elapsed>)> {
        match &self.state {
            State::Sending { started, mark } | State::Checking { started, mark, .. } => {
                Some((*started, *mark))
            }
            State::Waiting { .. }
            | State::Retrying { .. }
            | State::Sent { .. }
            | State::Failed(_)
            | State::Cancelled(_) => None,
        }
    }

    /// The open attempt's start, or why there is none.
    fn open(&self) -> Result<DateTime<Utc>, Change> {
        match &self.state {
            State::Sending { started, .. } | State::Checking { started, .. } => Ok(*started),
            State::Sent { .. } => Err(Change::Same),
            State::Waiting { .. }
            | State::Retrying { .. }
            | State::Failed(_)
            | State::Cancelled(_) => Err(Change::Forbidden(Forbidden::NoAttempt)),
        }
    }

    fn begun(&self, moment: Moment, policy: &RetryPolicy) -> Change {
        match self.closed() {
            Some(why) => Change::Forbidden(why),
            None if self.counted() >= policy.max_posts() => Change::Forbidden(Forbidden::Exhausted),
            None => Change::To(Self {
                state: State::Sending { started: moment.now, mark: moment.elapsed },
                posts: self.posts + 1,
                ..self.clone()
            }),
        }
    }

    fn accepted(&self, now: DateTime<Utc>, policy: &RetryPolicy) -> Change {
        match self.open() {
            Err(change) => change,
            // The text follows, with attempts of its own.
            Ok(_) if self.part == Part::File => Change::To(Self {
                state: State::Waiting { due: now },
                part: Part::Text,
                posts: self.posts,
                refusals: self.posts,
            }),
            Ok(_) => self.with(State::Sent {
                at: now,
                delivery: Delivery::Accepted,
                watch: policy.next_watch(now, now),
            }),
        }
    }

    fn refused(
        &self,
        disposition: Disposition,
        why: Failure,
        retry_after: Option<TimeDelta>,
        moment: Moment,
        policy: &RetryPolicy,
    ) -> Change {
        let now = moment.now;
        let started = match self.open() {
            Err(change) => return change,
            Ok(started) => started,
        };
        match disposition {
            Disposition::Permanent => self.with(State::Failed(why)),
            Disposition::Transient => {
                let asked = now + retry_after.unwrap_or_default();
                let at = (started + policy.interval).max(asked);
                self.again(at, Failure { kind: FailureKind::Exhausted, ..why }, policy)
            }
            Disposition::Account | Disposition::Misconfigured => Change::To(Self {
                state: State::Waiting { due: now + retry_after.unwrap_or_default() },
                refusals: self.refusals + 1,
                ..self.clone()
            }),
            Disposition::Unknown => self.outcome_unknown(moment, policy),
        }
    }

    /// Another attempt at `at`, or the end when all are used up.
    fn again(&self, at: DateTime<Utc>, why: Failure, policy: &RetryPolicy) -> Change {
        if self.counted() >= policy.max_posts() {
            self.with(State::Failed(why))
        } else {
            self.with(State::Retrying { at, why })
        }
    }

    /// The attempt is to be looked up, as soon as it is old enough. A look that is due by the wall
    /// clock and comes too early by elapsed time is put off by this, and counts for nothing.
    fn outcome_unknown(&self, moment: Moment, policy: &RetryPolicy) -> Change {
        match &self.state {
            State::Sending { started, mark } => {
                let wait = policy.next_look(moment.age(*started, *mark), 0);
                self.checking((0, 0), wait, moment)
            }
            State::Checking { started, mark, looks, unavailable, look_mark, .. } => {
                let left = moment.elapsed.zip(*look_mark);
                let left = left.and_then(|(elapsed, look_mark)| look_mark.since(elapsed));
                let wait = left
                    .unwrap_or_else(|| policy.earliest_look(moment.age(*started, *mark), *looks));
                self.checking((*looks, *unavailable), wait.max(TimeDelta::zero()), moment)
            }
            State::Sent { .. } => Change::Same,
            State::Waiting { .. }
            | State::Retrying { .. }
            | State::Failed(_)
            | State::Cancelled(_) => Change::Forbidden(Forbidden::NoAttempt),
        }
    }

    /// An open attempt that is looked up next after `wait`.
    fn checking(&self, counts: (u32, u32), wait: TimeDelta, moment: Moment) -> Change {
        let Some((started, mark)) = self.opened() else {
            return Change::Forbidden(Forbidden::NoAttempt);
        };
        let (looks, unavailable) = counts;
        let next = moment.now + wait;
        let look_mark = moment.elapsed.map(|elapsed| elapsed + wait);
        self.with(State::Checking { started, mark, looks, unavailable, next, look_mark })
    }

    /// How old the open attempt surely is.
    fn age(&self, moment: Moment) -> TimeDelta {
        self.opened().map_or(TimeDelta::zero(), |(started, mark)| moment.age(started, mark))
    }

    /// Looks made and failed so far; an attempt that a crash left open counts as unknown.
    fn looks(&self) -> (u32, u32) {
        match &self.state {
            State::Checking { looks, unavailable, .. } => (*looks, *unavailable),
            State::Waiting { .. }
            | State::Sending { .. }
            | State::Retrying { .. }
            | State::Sent { .. }
            | State::Failed(_)
            | State::Cancelled(_) => (0, 0),
        }
    }

    fn absent(&self, moment: Moment, policy: &RetryPolicy) -> Change {
        if let Err(change) = self.open() {
            return change;
        }
        let (looks, unavailable) = self.looks();
        let age = self.age(moment);
        if age < policy.settle_window() {
            let looks = looks + 1;
            return self.checking((looks, unavailable), policy.next_look(age, looks), moment);
        }
        match policy.on_unknown {
            OnUnknown::Hold => self.with(State::Failed(self.unknown_for_good())),
            OnUnknown::Resend => {
                let why = self
                    .failure(
                        FailureKind::Exhausted,
                        "The gateway gave no answer, and its list does not show the message.",
                    )
                    .caused_by(Cause::Gateway);
                self.again(moment.now, why, policy)
            }
        }
    }

    fn look_unavailable(&self, moment: Moment, policy: &RetryPolicy) -> Change {
        if let Err(change) = self.open() {
            return change;
        }
        let (looks, unavailable) = self.looks();
        let (looks, unavailable) = (looks + 1, unavailable + 1);
        if unavailable >= UNAVAILABLE_LOOKS_MAX {
            return self.with(State::Failed(self.unknown_for_good()));
        }
        let wait = policy.next_look(self.age(moment), looks);
        self.checking((looks, unavailable), wait, moment)
    }

    fn reported(&self, reported: &Reported, now: DateTime<Utc>, policy: &RetryPolicy) -> Change {
        let State::Sent { at, delivery, watch } = &self.state else {
            return Change::Same;
        };
        let next = |delivery: Delivery| match delivery {
            Delivery::Accepted | Delivery::Delivered => policy.next_watch(*at, now),
            Delivery::Read | Delivery::Undelivered => None,
        };
        match (reported, delivery) {
            (Reported::NotOnWhatsApp, Delivery::Accepted) => self.with(State::Failed(
                Failure::new(FailureKind::Undelivered, "The number is not on WhatsApp.")
                    .caused_by(Cause::Recipient),
            )),
            (Reported::Reached(Delivery::Undelivered), Delivery::Accepted) => {
                let why = Failure::new(
                    FailureKind::Undelivered,
                    "The gateway accepted the message but could not deliver it.",
                );
                self.again((*at + policy.interval).max(now), why, policy)
            }
            (Reported::Reached(reached), had)
                if *reached != Delivery::Undelivered && reached > had =>
            {
                self.with(State::Sent { at: *at, delivery: *reached, watch: next(*reached) })
            }
            (
                Reported::Nothing
                | Reported::NotOnWhatsApp
                | Reported::Unreadable(_)
                | Reported::Reached(_),
                had,
            ) => {
                let later = watch.and_then(|due| if due > now { Some(due) } else { next(*had) });
                if later == *watch {
                    Change::Same
                } else {
                    self.with(State::Sent { at: *at, delivery: *had, watch: later })
                }
            }
        }
    }

    /// Nothing is repeated by itself: the other part may have arrived.
    fn part_undelivered(&self, part: Part, now: DateTime<Utc>, policy: &RetryPolicy) -> Change {
        let reason = match (&self.state, part) {
            (State::Sent { delivery: Delivery::Accepted, .. }, Part::File) => {
                "The gateway accepted the file and the text to it, but could not deliver the file."
            }
            (State::Sent { delivery: Delivery::Accepted, .. }, Part::Whole | Part::Text) => {
                "The gateway accepted the file and the text to it, but could not deliver the text."
            }
            // It was said to be delivered before: that stays, and the next question has its time.
            _ => return self.reported(&Reported::Nothing, now, policy),
        };
        self.with(State::Failed(Failure::new(FailureKind::Undelivered, reason)))
    }

    fn postponed(&self, until: DateTime<Utc>) -> Change {
        match (&self.state, self.closed()) {
            (_, Some(why)) => Change::Forbidden(why),
            (State::Retrying { why, .. }, None) => {
                self.with(State::Retrying { at: until, why: why.clone() })
            }
            (_, None) => self.with(State::Waiting { due: until }),
        }
    }

    /// A final state, reached from waiting only.
    fn finished(&self, state: State) -> Change {
        match self.closed() {
            Some(why) => Change::Forbidden(why),
            None => self.with(state),
        }
    }

    fn retry_requested(&self, now: DateTime<Utc>, policy: &RetryPolicy) -> Change {
        match &self.state {
            State::Waiting { due } if *due <= now => Change::Same,
            State::Waiting { .. } => self.with(State::Waiting { due: now }),
            State::Failed(Failure { kind: FailureKind::UnknownOutcome, .. }) => {
                Change::Forbidden(Forbidden::OutcomeUnknown)
            }
            State::Failed(Failure { kind: FailureKind::Invalid, .. }) => {
                Change::Forbidden(Forbidden::Final)
            }
            State::Retrying { why: Failure { cause: Cause::Recipient, .. }, .. }
            | State::Failed(Failure { cause: Cause::Recipient, .. }) => {
                Change::Forbidden(Forbidden::WrongNumber)
            }
            State::Failed(Failure { kind: FailureKind::Undelivered, .. })
                if self.part == Part::Text =>
            {
                Change::Forbidden(Forbidden::Final)
            }
            State::Failed(_) if self.counted() >= policy.max_posts() => {
                Change::Forbidden(Forbidden::Exhausted)
            }
            State::Retrying { why, .. } | State::Failed(why) => {
                self.with(State::Retrying { at: now, why: why.clone() })
            }
            State::Sending { .. } | State::Checking { .. } => {
                Change::Forbidden(Forbidden::UnderWay)
            }
            State::Sent { .. } => Change::Forbidden(Forbidden::AlreadySent),
            State::Cancelled(_) => Change::Forbidden(Forbidden::Cancelled),
        }
    }
}
