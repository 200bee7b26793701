//! A campaign's message while it is being planned.

use chrono::{DateTime, Utc};

use super::Campaigns;
use super::error::CampaignError;
use super::text::{nobody, request, text_of};
use super::times::may_run;
use crate::campaign::{Campaign, CampaignPlan};
use crate::desk::TextPreview;
use crate::format::Formats;
use crate::private::Private;
use crate::template::Template;

/// A campaign's text before its placeholders are filled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedText {
    /// The text: the template's, the campaign's own, or the frozen one.
    pub text: Private,
    /// True for a template's text, false for the campaign's own text.
    pub is_template: bool,
}

impl Campaigns {
    /// Returns the time at which a campaign of this plan would begin, by the date, the hours and
    /// the settings of now. Recipients are not counted.
    ///
    /// # Errors
    /// [`CampaignError::Plan`] and [`CampaignError::Refused`] for a plan that could not be armed.
    pub async fn begins(&self, plan: &CampaignPlan) -> Result<DateTime<Utc>, CampaignError> {
        plan.check()?;
        let settings = self.ports.settings().await?;
        Ok(may_run(plan, &settings, self.ports.clock.now())?)
    }

    /// Returns the text that messages of a campaign are made from, also while it is being planned.
    /// The campaign's own text is returned as it was written: [`Template::review`] tells what is
    /// wrong with it.
    ///
    /// # Errors
    /// [`CampaignError::Compose`] where the template cannot be used.
    pub async fn planned_text(&self, campaign: &Campaign) -> Result<PlannedText, CampaignError> {
        if campaign.frozen.is_none()
            && let Some(own) = campaign.plan.own_text()
        {
            return Ok(PlannedText { text: own.into(), is_template: false });
        }
        let text = text_of(&self.ports, campaign).await?.text;
        let is_template = campaign.plan.own_text().is_none();
        Ok(PlannedText { text, is_template })
    }

    /// Returns the message of a campaign as a customer would get it, with a sample in place of the
    /// customer's name.
    ///
    /// # Errors
    /// [`CampaignError::Compose`] where the template cannot be used, and [`CampaignError::Text`]
    /// where the message would be empty or too long.
    pub async fn preview(&self, campaign: &Campaign) -> Result<TextPreview, CampaignError> {
        let of = campaign.plan.kind.message_type();
        let planned = self.planned_text(campaign).await?;
        let (template, _) = Template::lenient(of, planned.text.as_str());
        let content = request(&campaign.plan, nobody()).content;
        let preview = content.with_values("", "", &Formats::default(), |values| {
            let (values, samples) = (*values).or_samples(&template);
            TextPreview::filled(&template, values, samples, None)
        });
        preview.map_err(CampaignError::Text)
    }
}
