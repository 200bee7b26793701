//! Trying an entry out: its message goes to one number, at once.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::MessageId;
use whatsapp_core::campaign::Campaign;
use whatsapp_core::campaigns::{CampaignError, TrialTo};

use super::act::{asked, leave, refused};
use super::{campaigns, found_entry, said};
use crate::oops::Oops;
use crate::page::done::FestivalDone;
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::typed::Typed;
use crate::view::{AskPage, Field, Hidden};
use crate::visit::{NamedFestival, Visit};

/// Asks for the number.
pub(crate) async fn ask(visit: Visit, named: NamedFestival) -> Result<Response, Oops> {
    let campaign = found_entry(&visit, named.0).await?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    html(&question(&visit, &campaign, &Typed::default(), &eyes).await?)
}

async fn question<'a>(
    visit: &Visit,
    campaign: &Campaign,
    typed: &Typed,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let t = eyes.t;
    let title = t.trial_title(&campaign.plan.name);
    let page = asked(visit, campaign, title, "try", eyes).await?;
    // The name of the message: a form that is sent twice sends one.
    let once = MessageId::from_bytes(campaigns(visit)?.fresh_id().into_bytes());
    let field = Field {
        name: "number",
        label: t.trial_number().to_owned(),
        hint: t.trial_hint().to_owned(),
        error: String::new(),
        kind: "tel",
        value: typed.get("number").to_owned(),
    };
    let hiddens = vec![Hidden { name: "once", value: once.to_string() }];
    let (lines, submit) = (vec![t.trial_what().to_owned()], t.trial_submit().to_owned());
    Ok(AskPage { lines, hiddens, fields: vec![field], submit, ..page })
}

/// Sends the message. The same form twice is one message.
pub(crate) async fn send(
    visit: Visit,
    named: NamedFestival,
    typed: Typed,
) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let once: MessageId = typed.get("once").parse().map_err(|_| ours())?;
    let (campaigns, by, id) = (campaigns(&visit)?.clone(), visit.actor(), named.0);
    let name = visit.visitor.name.clone();
    let to = TrialTo::new(name, typed.get("number"));
    let deed = async move { campaigns.send_to_me_as(once, id, &to, &by).await };
    let Err(error) = visit.inner.work.finish(deed).await? else {
        visit.inner.cache.forget().await;
        return leave(&visit, named, FestivalDone::Tried);
    };
    let is_number = matches!(error, CampaignError::Number(_));
    let problem = said(error)?;
    let campaign = found_entry(&visit, named.0).await?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let mut page = question(&visit, &campaign, &typed, &eyes).await?;
    match page.fields.first_mut().filter(|_| is_number) {
        Some(field) => field.error = problem,
        None => page.problem = problem,
    }
    refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
}
