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
//! # let ports = Ports::new(Arc::new(store.clone()), Arc::new(customers))
//! #     .with_campaigns(Arc::new(store))
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
mod trial;

use std::sync::Arc;

pub use checked::{Agreed, Checked, NotAgreed, RunTold};
pub use edit::NextYear;
pub use error::{CampaignError, CampaignRefusal};
pub use feed::FeedReport;
pub use feeder::CampaignFeeder;
pub use forecast::CampaignForecast;
pub use preview::PlannedText;
pub use trial::TrialTo;

use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::campaign::{Campaign, CampaignPlan, FrozenText, Recipient, RecipientCounts};
use crate::campaign::{CampaignKind, CampaignState, RecipientState};
use crate::compose::Composer;
use crate::id::{CampaignId, CustomerId};
use crate::message::{MessageType, Trigger};
use crate::messenger::{Messenger, Request};
use crate::port::{CampaignCursor, CampaignStore, CampaignWrite, CampaignWritten, SeenCampaign};
use crate::private::Private;
use crate::schedule::SendWindow;
use crate::settings::Settings;
use crate::template::{Festival, Template};
use crate::wiring::{Ports, WiringError, audit_entry};

/// Number of tries of a write that somebody else's changes prevent.
const TRIES: u32 = 5;

/// Plans campaigns, and carries out what people do with them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Campaigns {
    ports: Ports,
    store: Arc<dyn CampaignStore>,
    messenger: Messenger,
}

impl Campaigns {
    /// Creates campaigns over these ports.
    ///
    /// # Errors
    /// [`WiringError::NoCampaigns`] where the ports have no [`CampaignStore`].
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let store = ports.campaigns.clone().ok_or(WiringError::NoCampaigns)?;
        let messenger = Messenger::new(ports.clone());
        Ok(Self { ports, store, messenger })
    }

    /// Returns the campaign with this id.
    ///
    /// # Errors
    /// [`CampaignError::Unknown`] where there is none.
    pub async fn campaign(&self, id: CampaignId) -> Result<Campaign, CampaignError> {
        self.store.campaign(id).await?.ok_or(CampaignError::Unknown)
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

    /// Returns the text that messages of a campaign are made from: the frozen text of an armed
    /// campaign, otherwise the text of today.
    async fn text_of(&self, campaign: &Campaign) -> Result<FrozenText, CampaignError> {
        if let Some(frozen) = &campaign.frozen {
            return Ok(frozen.clone());
        }
        let plan = &campaign.plan;
        let of = plan.kind.message_type();
        if let Some(own) = plan.own_text() {
            let template = Template::check(of, own).map_err(CampaignError::Words)?;
            return Ok(FrozenText { text: template.text().into(), template: None });
        }
        let composer =
            Composer::new(&self.ports, self.ports.settings().await?, self.ports.clock.now());
        let content = request(plan, nobody()).content;
        let chosen = composer.choose(&content, plan.template).await;
        let chosen = chosen.map_err(CampaignError::Compose)?;
        Ok(FrozenText { text: chosen.template.text().into(), template: chosen.stored })
    }

    async fn write(&self, write: &CampaignWrite) -> Result<bool, CampaignError> {
        let written = self.store.write_campaign(write).await?;
        Ok(matches!(written, CampaignWritten::Done(_)))
    }

    /// Returns the audit entry about an act.
    fn entry(&self, by: &Actor, act: Act, id: CampaignId, change: AuditChange) -> AuditEntry {
        audit_entry(&self.ports, by, act, AuditTarget::Campaign(id), change)
    }
}

const fn seen(campaign: &Campaign) -> SeenCampaign {
    SeenCampaign { id: campaign.id, revision: campaign.revision }
}

/// Returns the change of a campaign's state for the audit.
fn from(before: CampaignState, after: CampaignState) -> AuditChange {
    AuditChange::state(before, after)
}

/// Returns the message of a campaign to a customer.
fn request(plan: &CampaignPlan, customer: CustomerId) -> Request {
    let request = match plan.kind {
        CampaignKind::Festival => Request::festival(customer, Festival { name: plan.name.clone() }),
        CampaignKind::Announcement => {
            let news = ("announcement".to_owned(), plan.words.as_str().to_owned());
            Request::values(customer, MessageType::ANNOUNCEMENT, [news].into())
        }
    };
    request.with_subject(plan.name.clone()).with_trigger(Trigger::Scheduled)
}

/// A placeholder customer, for texts that depend on no customer.
#[expect(clippy::expect_used, reason = "a constant, which a test makes")]
fn nobody() -> CustomerId {
    CustomerId::new("nobody").expect("visible characters")
}

/// Returns the hours in which messages of a type go out: always, where the type does not keep to
/// the window.
fn hours(settings: &Settings, of: MessageType) -> SendWindow {
    if settings.keeps_window(of) {
        settings.window(of).into_owned()
    } else {
        SendWindow::always(settings.time_zone.clone())
    }
}
