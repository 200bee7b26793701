//! Trials of a campaign: its message, sent to the person who plans it.

use super::Campaigns;
use super::error::CampaignError;
use super::text::{nobody, request, text_of};
use super::write::entry;
use crate::audit::{Act, Actor, AuditChange};
use crate::consent::Consent;
use crate::id::{CampaignId, CustomerId, MessageId};
use crate::message::{MessageKey, Trigger};
use crate::messenger::{Draft, Place};
use crate::number::WhatsAppNumber;
use crate::observe;
use crate::port::{CampaignWrite, CampaignWritten, Customer, Enqueued, StoreError, random};
use crate::private::Private;

/// The error for a trial whose id another message has already.
const OTHER_TRIAL: &str = "another message was tried out meanwhile; try it out anew";

/// The person who gets the message of a trial: usually the manager.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrialTo {
    /// The customer id in the message's row; `None` for the id of the person who asks. It need not
    /// be the id of a customer, unless the tables refer to the host's customers.
    pub customer: Option<CustomerId>,
    /// The name in the message.
    pub name: Private,
    /// The number that the message goes to.
    pub number: Private,
}

impl TrialTo {
    /// The person with this name and number, under the id of the person who asks.
    pub fn new(name: impl Into<Private>, number: impl Into<Private>) -> Self {
        Self { customer: None, name: name.into(), number: number.into() }
    }

    /// The same person under this customer id.
    #[must_use]
    pub fn with_customer(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self
    }
}

impl Campaigns {
    /// Sends the message of a campaign to one number at once, as an act of a person. No recipient
    /// of the campaign is touched, and the hours are not kept.
    ///
    /// # Errors
    /// [`CampaignError::Number`] for a number that is not valid, [`CampaignError::NoMessage`] where
    /// messages of its type are switched off, or none can be made.
    pub async fn send_to_me(
        &self,
        id: CampaignId,
        to: &TrialTo,
        by: &Actor,
    ) -> Result<MessageId, CampaignError> {
        // Each trial is a message of its own.
        let trial = MessageId::new(self.ports.clock.now(), random(self.ports.entropy.as_ref()));
        self.send_to_me_as(trial, id, to, by).await
    }

    /// Sends a trial under an id that the caller has chosen: two calls send one message.
    ///
    /// # Errors
    /// As [`send_to_me`](Self::send_to_me); [`CampaignError::NoMessage`] where another message was
    /// tried out under this id.
    pub async fn send_to_me_as(
        &self,
        trial: MessageId,
        id: CampaignId,
        to: &TrialTo,
        by: &Actor,
    ) -> Result<MessageId, CampaignError> {
        let campaign = self.campaign(id).await?;
        let number = WhatsAppNumber::parse(to.number.as_str()).map_err(CampaignError::Number)?;
        let text = text_of(&self.ports, &campaign).await?;
        let asks = || by.user().and_then(|user| CustomerId::new(user.as_str()).ok());
        let me = to.customer.clone().or_else(asks).unwrap_or_else(nobody);
        let customer = Customer::new(me.clone(), to.name.clone(), Some(number.as_str()));
        let of = campaign.plan.kind.message_type();
        let key = MessageKey::of(of, &["trial", &id.to_string(), &trial.to_string()]);
        let mut request = request(&campaign.plan, me).made_from(text).with_key(key);
        request.created_by = by.user().cloned();
        // To the person who asks for it, at any hour.
        let request = request.with_trigger(Trigger::Manual).with_consent(Consent::Given);
        let draft = Draft::made(&self.ports, &[request], Some(customer)).await;
        if let Some(Place::Nothing(why)) = draft.places().first() {
            return Err(CampaignError::NoMessage(why.to_string()));
        }
        let messages = draft.messages().to_vec();
        if let Some(facts) = messages.first().map(|message| &message.facts)
            && let Some(there) = self.ports.store.find_key(&facts.key, &facts.fingerprint).await?
        {
            return match there {
                Enqueued::Conflict(_) => Err(CampaignError::NoMessage(OTHER_TRIAL.to_owned())),
                there => Ok(there.id()),
            };
        }
        let change = AuditChange::state(campaign.state, campaign.state);
        let audit = Some(entry(&self.ports, by, Act::CampaignTried, id, change));
        let write = CampaignWrite { messages, audit, ..CampaignWrite::default() };
        let written = self.store.write_campaign(&write).await?;
        self.ports.wake.wake();
        match written {
            CampaignWritten::Done(enqueued) => {
                observe::enqueued(self.ports.store.account_id(), &write.messages, &enqueued);
                let enqueued: Option<&Enqueued> = enqueued.first();
                let id = enqueued.map(|one| one.id());
                let none =
                    || StoreError::Other { reason: "the database gave no answer".to_owned() };
                id.ok_or_else(|| none().into())
            }
            CampaignWritten::Stale => Err(CampaignError::Changed),
        }
    }
}
