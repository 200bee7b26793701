//! Bulk acts on messages. The messages are counted first, each with what will happen to it; once a
//! person has confirmed the act, it is done message by message.

mod count;
mod run;

use std::sync::Arc;

pub use count::Chosen;
pub use run::BulkRunner;

use crate::audit::Actor;
use crate::bulk::{BULK_MAX, Bulk, BulkAsks, BulkItem, BulkOutcome, BulkState};
use crate::id::BulkId;
use crate::messenger::Messenger;
use crate::port::{BulkChange, BulkStore, Saved, StoreError};
use crate::settings::SettingsError;
use crate::wiring::{Ports, SettingsUnread, WiringError, audit_id};

/// Acts on many messages. Cheap to clone.
///
/// ```no_run
/// # async fn again(ports: whatsapp_core::Ports) -> Result<(), Box<dyn std::error::Error>> {
/// use whatsapp_core::UserId;
/// use whatsapp_core::audit::Actor;
/// use whatsapp_core::bulk::{BulkAct, BulkAsks};
/// use whatsapp_core::bulks::{Bulks, Chosen};
/// use whatsapp_core::message::Outcome;
/// use whatsapp_core::port::LogFilter;
///
/// let bulks = Bulks::new(ports)?;
/// let manager = Actor::Person(UserId::new("manager-1")?);
/// let mut failed = LogFilter::default();
/// failed.outcomes = Outcome::FAILED.iter().copied().collect();
/// // Its messages are chosen now, whatever fits later.
/// let counted = bulks.count(BulkAct::Resend, &Chosen::All(failed), &manager).await?;
/// println!("{} will be sent again", counted.counts.open);
/// bulks.confirm(counted.id, BulkAsks::default(), &manager).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Bulks {
    messenger: Messenger,
    ports: Ports,
    store: Arc<dyn BulkStore>,
}

/// Reason why an act on many messages was not counted or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BulkError {
    /// No message was chosen.
    #[error("no message is chosen: choose at least one")]
    Nothing,
    /// Too many messages were chosen one by one.
    #[error("{0} messages are chosen: {BULK_MAX} can be at most")]
    TooMany(usize),
    /// There is no such act.
    #[error("there is no such act; one that is not confirmed is forgotten after a day")]
    Unknown,
    /// The act's state differs from the one that was seen.
    #[error("the act is {} meanwhile", .0.label().to_lowercase())]
    Changed(BulkState),
    /// The settings cannot be used.
    #[error("the settings cannot be used: {0}")]
    Settings(SettingsError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for BulkError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SettingsUnread> for BulkError {
    fn from(error: SettingsUnread) -> Self {
        match error {
            SettingsUnread::Store(error) => Self::Store(error),
            SettingsUnread::Broken(error) => Self::Settings(error),
        }
    }
}

impl Bulks {
    /// Acts over these ports.
    ///
    /// # Errors
    /// [`WiringError::NoBulk`] where they keep no acts on many messages.
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let store = ports.bulk.clone().ok_or(WiringError::NoBulk)?;
        Ok(Self { messenger: Messenger::new(ports.clone()), ports, store })
    }

    /// Reads the act with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, StoreError> {
        self.store.bulk(id).await
    }

    /// Reads messages of an act behind the place `after`: those with this outcome, or with `None`
    /// those whose turn has not come.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn items(
        &self,
        id: BulkId,
        outcome: Option<BulkOutcome>,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<BulkItem>, StoreError> {
        self.store.bulk_items(id, outcome, after, limit).await
    }

    /// Starts a counted act in this person's name. Any process with a [`BulkRunner`] then does it.
    ///
    /// # Errors
    /// [`BulkError::Changed`] where the act is not in the state `counted` any more.
    pub async fn confirm(&self, id: BulkId, agreed: BulkAsks, by: &Actor) -> Result<(), BulkError> {
        self.change(id, BulkState::Counted, BulkState::Running, Some(agreed), by).await?;
        self.ports.wake.wake();
        Ok(())
    }

    /// Stops a running act: no further message is begun. The messages that a process has in flight
    /// just now may still be done.
    ///
    /// # Errors
    /// [`BulkError::Changed`] where the act is not running.
    pub async fn stop(&self, id: BulkId, by: &Actor) -> Result<(), BulkError> {
        self.change(id, BulkState::Running, BulkState::Stopped, None, by).await
    }

    async fn change(
        &self,
        id: BulkId,
        from: BulkState,
        to: BulkState,
        agreed: Option<BulkAsks>,
        by: &Actor,
    ) -> Result<(), BulkError> {
        let bulk = self.store.bulk(id).await?.ok_or(BulkError::Unknown)?;
        let at = self.ports.clock.now();
        let audit = bulk.entry(audit_id(&self.ports), by, at, to);
        // The person who stops an act did not do the part that was done.
        let whose = if agreed.is_some() { by.clone() } else { bulk.by };
        let agreed = agreed.unwrap_or(bulk.agreed);
        let change = BulkChange { id, from, to, by: whose, agreed, at, audit };
        match self.store.change_bulk(&change).await? {
            Saved::Done => Ok(()),
            Saved::Stale => {
                let now = self.store.bulk(id).await?.ok_or(BulkError::Unknown)?;
                Err(BulkError::Changed(now.state))
            }
        }
    }
}
