//! Problems for refusals about campaigns.

use whatsapp_core::campaigns::CampaignError;
use whatsapp_core::messenger::ComposeError;

use super::body::of_plan;
use crate::api::problem::{Fault, Problem};
use crate::api::slug::Slug;

impl From<CampaignError> for Problem {
    fn from(error: CampaignError) -> Self {
        use CampaignError as Kind;
        let says = |slug| Self::saying(slug, &error);
        let at = |slug, member: &str| says(slug).with(Fault::at(&[member], error.to_string()));
        match &error {
            Kind::Unknown => Self::of(Slug::NoFestival),
            Kind::Changed => Self::of(Slug::Changed),
            Kind::Plan(invalid) => of_plan(invalid),
            Kind::Words(_) => at(Slug::Text, "words"),
            Kind::Compose(ComposeError::TemplateUnknown) => at(Slug::UnknownTemplate, "templateId"),
            Kind::Compose(ComposeError::Store(error)) | Kind::Store(error) => error.into(),
            Kind::Compose(_) => says(Slug::Template),
            Kind::Text(_) => says(Slug::Text),
            Kind::Figures(today) => {
                let now = today.agreed();
                Self::new(Slug::Changed, format!("The check gives {now} now."))
            }
            Kind::TooFar(..) => Self::of_member(Slug::Value, "date", &error),
            Kind::Number(_) => at(Slug::BadNumber, "whatsappNumber"),
            Kind::Settings(error) => Self::caused(Slug::Settings, error),
            Kind::Directory(error) => Self::caused(Slug::Records, error),
            Kind::Manage(_) => Self::caused(Slug::Broken, &error),
            _ => says(Slug::NotPossible),
        }
    }
}
