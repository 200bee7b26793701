//! Campaigns as people use them: planned, checked, tried out, armed, paused, cancelled; and the
//! chore that puts their messages into the outbox.
//!
//! ```
//! # use std::sync::Arc;
//! # use whatsapp_core::audit::Actor;
//! # use whatsapp_core::campaign::{CampaignPlan, CampaignState};
//! # use whatsapp_core::port::{Clock, Customer};
//! # use whatsapp_core::{CampaignFeeder, Campaigns, CustomerId, Ports};
//! # use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let asha = CustomerId::new("C-1")?;
//! # let customers =
//! #     FixedDirectory::new([Customer::new(asha.clone(), "Asha Traders", Some("+919876543210"))]);
//! # let store = MemoryStore::new();
//! # let clock = ManualClock::starting_at("2026-11-07T06:00:00Z".parse()?);
//! # let ports = Ports::over(Arc::new(store), Arc::new(customers))
//! #     .with_clock(Arc::new(clock.clone()));
//! let campaigns = Campaigns::new(ports.clone())?;
//! let diwali = CampaignPlan::festival("Diwali", "2026-11-08".parse()?);
//! let draft = campaigns.create(diwali, &Actor::Host).await?;
//!
//! // Nothing is sent until a person has seen what would be, and arms it.
//! let checked = campaigns.check(draft.id).await?;
//! assert_eq!((checked.figures.recipients, checked.run.can_go), (1, 1));
//! campaigns.arm(draft.id, &checked, &Actor::Host).await?;
//!
//! // A service gives it to its runner: `Runner::sending(dispatcher)?.with(feeder)`. One turn is:
//! clock.advance_to("2026-11-08T04:30:00Z".parse()?);
//! let feeder = CampaignFeeder::new(ports)?;
//! assert_eq!(feeder.tick(clock.now()).await?.queued, 1);
//! # Ok(())
//! # }
//! ```

mod acts;
mod check;
mod checked;
mod edit;
mod ended;
mod error;
mod feed;
mod feeder;
mod forecast;
mod preview;
mod settle;
mod survey;
mod text;
mod times;
mod trial;
mod write;

use std::sync::Arc;

pub use checked::{Agreed, Checked, NotAgreed, RunTold};
pub use edit::NextYear;
pub use error::{CampaignError, CampaignRefusal};
pub use feed::FeedReport;
pub use feeder::CampaignFeeder;
pub use forecast::CampaignForecast;
pub use preview::PlannedText;
pub use trial::TrialTo;

use crate::campaign::{Campaign, Recipient, RecipientCounts, RecipientState};
use crate::id::CampaignId;
use crate::port::{CampaignCursor, CampaignStore};
use crate::private::Private;
use crate::wiring::{Ports, WiringError};
use write::found;

/// Plans campaigns, and carries out what people do with them. Cheap to clone.
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_core::audit::Actor;
/// # use whatsapp_core::campaign::{CampaignPlan, CampaignState};
/// # use whatsapp_core::{Campaigns, Ports};
/// # use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore, fixtures};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (store, customers) = (MemoryStore::new(), FixedDirectory::default());
/// # let ports = Ports::over(Arc::new(store), Arc::new(customers))
/// #     .with_clock(Arc::new(ManualClock::starting_at(fixtures::START)));
/// let campaigns = Campaigns::new(ports)?;
/// let diwali = CampaignPlan::festival("Diwali", "2026-11-08".parse()?);
/// campaigns.create(diwali, &Actor::Host).await?;
/// // What a page of campaigns shows: those of the latest dates first, and how far each has come.
/// for campaign in campaigns.list(None, 20).await? {
///     let counts = campaigns.counts(campaign.id).await?;
///     assert_eq!((campaign.state, counts.sent), (CampaignState::Draft, 0));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Campaigns {
    ports: Ports,
    store: Arc<dyn CampaignStore>,
}

impl Campaigns {
    /// Creates campaigns over these ports.
    ///
    /// # Errors
    /// [`WiringError::NoCampaigns`] where the ports have no [`CampaignStore`].
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let store = ports.campaigns.clone().ok_or(WiringError::NoCampaigns)?;
        Ok(Self { ports, store })
    }

    /// Returns the campaign with this id.
    ///
    /// # Errors
    /// [`CampaignError::Unknown`] where there is none.
    pub async fn campaign(&self, id: CampaignId) -> Result<Campaign, CampaignError> {
        found(self.store.as_ref(), id).await
    }

    /// Returns at most `limit` campaigns after the cursor `after`, those of the latest dates first.
    ///
    /// # Errors
    /// [`CampaignError::Store`] when the database does not answer.
    pub async fn list(
        &self,
        after: Option<CampaignCursor>,
        limit: u32,
    ) -> Result<Vec<Campaign>, CampaignError> {
        Ok(self.store.campaigns(after, limit).await?)
    }

    /// Returns the number of a campaign's recipients in each state.
    ///
    /// # Errors
    /// [`CampaignError::Store`] when the database does not answer.
    pub async fn counts(&self, id: CampaignId) -> Result<RecipientCounts, CampaignError> {
        Ok(self.store.recipient_counts(id).await?)
    }

    /// Returns at most `limit` recipients of a campaign, in this state or in any. The list begins
    /// after the number `after`, in the spelling of [`Recipient::number`].
    ///
    /// # Errors
    /// [`CampaignError::Store`] when the database does not answer.
    pub async fn recipients(
        &self,
        id: CampaignId,
        state: Option<RecipientState>,
        after: Option<Private>,
        limit: u32,
    ) -> Result<Vec<Recipient>, CampaignError> {
        Ok(self.store.recipients(id, state, after, limit).await?)
    }
}
