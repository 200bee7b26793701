//! The texts of a campaign's messages.

use chrono::{DateTime, Utc};

use super::error::CampaignError;
use crate::campaign::{Campaign, CampaignKind, CampaignPlan, FrozenText};
use crate::compose::{Chosen, Composer};
use crate::id::CustomerId;
use crate::message::{MessageType, Trigger};
use crate::messenger::Request;
use crate::port::Customer;
use crate::private::Private;
use crate::settings::Settings;
use crate::template::{Festival, Template};
use crate::wiring::Ports;

/// Returns the text that messages of a campaign are made from: the frozen text of an armed
/// campaign, otherwise the text of today.
pub(super) async fn text_of(
    ports: &Ports,
    campaign: &Campaign,
) -> Result<FrozenText, CampaignError> {
    if let Some(frozen) = &campaign.frozen {
        return Ok(frozen.clone());
    }
    let plan = &campaign.plan;
    let of = plan.kind.message_type();
    if let Some(own) = plan.own_text() {
        let template = Template::check(of, own).map_err(CampaignError::Words)?;
        return Ok(FrozenText { text: template.text().into(), template: None });
    }
    let composer = Composer::of_now(ports).await?;
    let content = request(plan, nobody()).content;
    let chosen = composer.choose(&content, plan.template).await;
    let chosen = chosen.map_err(CampaignError::Compose)?;
    Ok(FrozenText { text: chosen.template.text().into(), template: chosen.stored })
}

/// Returns the message as this customer would get it.
pub(super) fn sample(
    ports: &Ports,
    plan: &CampaignPlan,
    text: &FrozenText,
    customer: &Customer,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Private, CampaignError> {
    let composer = Composer::new(ports, settings.clone(), now);
    let chosen = Chosen::frozen(plan.kind.message_type(), text);
    let content = request(plan, customer.id.clone()).content;
    let name = customer.name.as_str();
    let message = composer.compose(&chosen, &content, name, None, plan.date);
    Ok(message.map_err(CampaignError::Text)?.text.into())
}

/// Returns the message of a campaign to a customer.
pub(super) fn request(plan: &CampaignPlan, customer: CustomerId) -> Request {
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
pub(super) fn nobody() -> CustomerId {
    CustomerId::new("nobody").expect("visible characters")
}
