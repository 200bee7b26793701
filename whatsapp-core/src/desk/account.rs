//! Pausing and resuming all sending by hand.

use chrono::{DateTime, TimeDelta, Utc};

use super::Desk;
use crate::account::{Account, AccountChange, AccountStep, SeenPause, Verdict};
use crate::audit::Actor;
use crate::id::AccountEventId;
use crate::observe::{field, meters};
use crate::port::{Count, StoreError, random};
use crate::wiring::{Ports, audit_id};

/// The largest number of messages that a question counts.
const MOST: u64 = 10_000;

/// The cost of a pause of all sending, as far as it is known beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PauseOutlook {
    /// Number of messages that wait to be sent, now or later.
    pub waiting: Count,
    /// Number of waiting messages that are withdrawn if sending is still paused in a day.
    pub ends_in_a_day: Count,
    /// Time at which the first of these is withdrawn.
    pub first_end: Option<DateTime<Utc>>,
}

/// A request to pause or resume all sending: who asks, and what they saw when they asked. So an
/// old form neither lifts another pause than it showed, nor takes the place of one that it did
/// not show.
///
/// ```
/// use whatsapp_core::UserId;
/// use whatsapp_core::account::{PauseReason, SeenPause};
/// use whatsapp_core::audit::Actor;
/// use whatsapp_core::desk::PauseWish;
///
/// let manager = Actor::Person(UserId::new("manager-1")?);
/// let began = "2026-01-27T09:30:00Z".parse()?;
/// let wish = PauseWish::of(&manager).over(SeenPause::For(began, PauseReason::KeyRefused));
/// # let _ = wish;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseWish {
    by: Actor,
    seen: SeenPause,
}

impl PauseWish {
    /// A wish of somebody who looked at no pause.
    #[must_use]
    pub fn of(by: &Actor) -> Self {
        Self { by: by.clone(), seen: SeenPause::Any }
    }

    /// The same wish, bound to the pause that was seen.
    #[must_use]
    pub const fn over(mut self, seen: SeenPause) -> Self {
        self.seen = seen;
        self
    }
}

impl From<&Actor> for PauseWish {
    fn from(by: &Actor) -> Self {
        Self::of(by)
    }
}

impl Desk {
    /// The cost of a [`pause`](Self::pause), to be asked beforehand.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn before_pause(&self) -> Result<PauseOutlook, StoreError> {
        let (store, now) = (&self.ports.store, self.ports.clock.now());
        let lanes = store.backlog(now, MOST).await?;
        let of = |number| Count { number, is_exact: number < MOST };
        let waiting = lanes.iter().map(|lane| of(lane.due).and(of(lane.later)));
        let none = Count { number: 0, is_exact: true };
        let (ends_in_a_day, first_end) = store.ending(now + TimeDelta::days(1), MOST).await?;
        Ok(PauseOutlook { waiting: waiting.fold(none, Count::and), ends_in_a_day, first_end })
    }

    /// Reads the account: whether it is paused, why, and until when.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn account(&self) -> Result<Account, StoreError> {
        self.ports.store.account().await
    }

    /// Stops all sending until [`resume`](Self::resume), over all processes. `false` where it
    /// was stopped by hand already, or the pause is not the one that was seen. Messages that
    /// a dispatcher has in flight just now still go out, and those that went out are looked up
    /// and followed.
    ///
    /// Pass an [`Actor`], or a [`PauseWish`] that says what was seen.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; nothing changed then.
    pub async fn pause(&self, by: impl Into<PauseWish> + Send) -> Result<bool, StoreError> {
        let PauseWish { by, seen } = by.into();
        change(&self.ports, AccountStep::Hold { seen }, &by).await
    }

    /// Lifts a pause of the account, whoever or whatever made it: one that a person made, or one
    /// whose cause was mended, such as a new key. `false` where there is none, or another one than
    /// was seen. A pause that began at the same time and has another reason by now is another one.
    ///
    /// Pass an [`Actor`], or a [`PauseWish`] that says what was seen.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; nothing changed then.
    pub async fn resume(&self, by: impl Into<PauseWish> + Send) -> Result<bool, StoreError> {
        let PauseWish { by, seen } = by.into();
        change(&self.ports, AccountStep::Lift { seen, taken: None }, &by).await
    }
}

/// Changes the account; `false` where the pause is not the one that was seen.
async fn change(ports: &Ports, step: AccountStep, by: &Actor) -> Result<bool, StoreError> {
    let at = ports.clock.now();
    let id = AccountEventId::new(at, random(ports.entropy.as_ref()));
    let by = Some((by.clone(), audit_id(ports)));
    let changed = ports.store.change_account(&AccountChange { id, at, step, by }).await?;
    if let Some(event) = &changed.event {
        let account = ports.store.account_id();
        meters::paused(account, event);
        tracing::warn!(
            { field::ACCOUNT } = account.get(),
            event = event.kind.as_str(),
            "{} by hand",
            event.kind.label()
        );
    }
    ports.wake.wake();
    Ok(changed.verdict != Verdict::Stale)
}
