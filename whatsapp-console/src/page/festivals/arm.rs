//! Arming an entry: the question says what was checked, and the form sends back a short mark of it.
//! If a check would say something else by now, the question is asked once more.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::audit::Act as Audited;
use whatsapp_core::campaign::{Campaign, CampaignState};
use whatsapp_core::campaigns::{Agreed, CampaignError, Checked};

use super::act::{asked, leave, leave_as_it_is, refused};
use super::{campaigns, found_entry, said, told};
use crate::oops::Oops;
use crate::page::bubble::plain;
use crate::page::done::FestivalDone;
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::typed::Typed;
use crate::view::{AskPage, Fact, Hidden};
use crate::visit::{NamedFestival, Visit};

/// Shows the question before arming, with what was checked. Nothing is written.
pub(crate) async fn ask(visit: Visit, named: NamedFestival) -> Result<Response, Oops> {
    let campaign = found_entry(&visit, named.0).await?;
    if campaign.state != CampaignState::Draft {
        return leave_as_it_is(&visit, named, FestivalDone::Armed, Audited::CampaignArmed).await;
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    match campaigns(&visit)?.look(named.0).await {
        Ok(checked) => html(&question(&visit, &checked, &eyes).await?),
        Err(error) => html(&impossible(&visit, &campaign, error, &eyes).await?),
    }
}

/// The question: what would be done, and the button that agrees.
async fn question<'a>(
    visit: &Visit,
    checked: &Checked,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let (t, campaign) = (eyes.t, &checked.campaign);
    let title = t.arm_title(&campaign.plan.name);
    let page = asked(visit, campaign, title, "arm", eyes).await?;
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value, ..Fact::default() };
    let (run, figures) = (&checked.run, &checked.figures);
    // Both are on the entry's day.
    let clock = |at| eyes.settings.time_zone.local(at).format("%H:%M").to_string();
    let (from, until) = (clock(run.from), clock(run.until.unwrap_or(run.from)));
    let day = t.weekday(campaign.plan.date);
    let mut lines = vec![t.arm_what(run.can_go, &day, &from, &until)];
    lines.extend((run.left_over > 0).then(|| t.arm_left_over(run.left_over, figures.recipients)));
    let others = checked.others.iter().map(|other| other.plan.name.as_str()).collect::<Vec<_>>();
    lines.extend((!others.is_empty()).then(|| t.arm_others(&others.join(", "))));
    lines.extend(campaign.plan.estimated.then(|| t.arm_estimated().to_owned()));
    lines.extend(eyes.settings.trial.then(|| t.arm_trial().to_owned()));
    lines.extend(checked.needs.clone());
    lines.push(t.arm_frozen().to_owned());
    let mut facts =
        vec![fact(t.festival_audience(), told::audience(&campaign.plan.audience, eyes))];
    if figures.left_out() > 0 {
        facts.push(fact(t.arm_left_out(), figures.sentences().join(" ")));
    }
    // The text as the first recipient gets it.
    facts.push(fact(t.template_text(), plain(checked.sample.as_str())));
    let seen = Hidden { name: "agreed", value: checked.agreed().to_string() };
    let submit = t.arm_submit(run.can_go);
    Ok(AskPage { lines, facts, hiddens: vec![seen], submit, ..page })
}

/// The page that says why the entry cannot be armed as it is planned.
async fn impossible<'a>(
    visit: &Visit,
    campaign: &Campaign,
    error: CampaignError,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let problem = said(error)?;
    let title = eyes.t.arm_not_title(&campaign.plan.name);
    let page = asked(visit, campaign, title, "arm", eyes).await?;
    Ok(AskPage { problem, lines: vec![eyes.t.arm_not_what().to_owned()], ..page })
}

/// Arms the entry as it was shown, once.
pub(crate) async fn arm(
    visit: Visit,
    named: NamedFestival,
    typed: Typed,
) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let agreed: Agreed = typed.get("agreed").parse().map_err(|_| ours())?;
    let (campaigns, by, id) = (campaigns(&visit)?.clone(), visit.actor(), named.0);
    let deed = async move { campaigns.arm_agreed(id, &agreed, &by).await };
    let error = match visit.inner.work.finish(deed).await? {
        Ok(_) => {
            visit.inner.cache.forget().await;
            return leave(&visit, named, FestivalDone::Armed);
        }
        Err(CampaignError::Forbidden(_)) => {
            let (done, act) = (FestivalDone::Armed, Audited::CampaignArmed);
            return leave_as_it_is(&visit, named, done, act).await;
        }
        Err(error) => error,
    };
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    match error {
        CampaignError::Figures(today) => {
            let page = question(&visit, &today, &eyes).await?;
            let problem = eyes.t.arm_changed().to_owned();
            refused(&AskPage { problem, ..page }, StatusCode::CONFLICT)
        }
        error => {
            let campaign = found_entry(&visit, named.0).await?;
            let page = impossible(&visit, &campaign, error, &eyes).await?;
            refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
