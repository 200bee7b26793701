//! Acts on an entry in its state: pausing it, letting it go on, and cancelling it. The questions
//! before other acts have modules of their own.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::audit::{Act as Audited, AuditTarget};
use whatsapp_core::campaign::{Campaign, CampaignState};
use whatsapp_core::campaigns::CampaignError;

use super::{address, campaigns, found_entry, said, told};
use crate::oops::Oops;
use crate::page::done::{Done, FestivalDone, is_mine};
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::{AskPage, Hidden, Link, RowAct};
use crate::visit::{NamedFestival, Visit};

/// An act on an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FestivalAct {
    Pause,
    Resume,
    Cancel,
}

impl FestivalAct {
    /// The act's part at the end of an address.
    const fn path(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }

    const fn done(self) -> FestivalDone {
        match self {
            Self::Pause => FestivalDone::Paused,
            Self::Resume => FestivalDone::Resumed,
            Self::Cancel => FestivalDone::Cancelled,
        }
    }

    /// The act as the audit has it.
    const fn audited(self) -> Audited {
        match self {
            Self::Pause => Audited::CampaignPaused,
            Self::Resume => Audited::CampaignResumed,
            Self::Cancel => Audited::CampaignCancelled,
        }
    }

    /// Returns true if the act makes sense for an entry in this state.
    const fn fits(self, state: CampaignState) -> bool {
        match self {
            Self::Pause => matches!(state, CampaignState::Armed | CampaignState::Running),
            Self::Resume => matches!(state, CampaignState::Paused),
            Self::Cancel => matches!(state, CampaignState::Draft) || state.is_open(),
        }
    }
}

/// A button that leads to a question, with the entry's name for screen readers.
fn button(campaign: &Campaign, path: &str, label: &str, eyes: &Eyes<'_>) -> RowAct {
    RowAct {
        href: eyes.links.page(format_args!("{}/{path}", address(campaign.id))),
        label: label.to_owned(),
        full: eyes.t.button_of(label, &campaign.plan.name),
    }
}

/// Buttons for the questions that matter most for an entry in its state.
pub(super) fn buttons(campaign: &Campaign, eyes: &Eyes<'_>) -> Vec<RowAct> {
    let t = eyes.t;
    if !eyes.may_act {
        return Vec::new();
    }
    let mut all = Vec::new();
    if campaign.state == CampaignState::Draft && campaign.plan.date >= eyes.times().today() {
        all.push(button(campaign, "arm", t.arm_asks(), eyes));
    }
    if must_confirm(campaign, eyes) {
        all.push(button(campaign, "confirm", t.confirm_asks(), eyes));
    }
    if FestivalAct::Pause.fits(campaign.state) {
        all.push(button(campaign, "pause", t.festival_pause_asks(), eyes));
    }
    if FestivalAct::Resume.fits(campaign.state) {
        all.push(button(campaign, "resume", t.festival_resume_asks(), eyes));
    }
    all
}

/// Tells whether the first of these buttons brings the entry on. An entry that goes out by itself
/// only waits.
pub(super) fn goes_on(campaign: &Campaign, eyes: &Eyes<'_>) -> bool {
    must_confirm(campaign, eyes) || !FestivalAct::Pause.fits(campaign.state)
}

/// Tells whether somebody has to confirm the entry's date now.
pub(super) fn must_confirm(campaign: &Campaign, eyes: &Eyes<'_>) -> bool {
    campaign.is_unconfirmed(eyes.times().today()) && told::can_confirm(campaign, eyes)
}

/// Buttons for the other questions that make sense.
pub(super) fn others(campaign: &Campaign, eyes: &Eyes<'_>) -> Vec<RowAct> {
    let t = eyes.t;
    if !eyes.may_act {
        return Vec::new();
    }
    let mut all = vec![
        button(campaign, "try", t.trial_asks(), eyes),
        button(campaign, "copy", t.copy_asks(), eyes),
    ];
    if FestivalAct::Cancel.fits(campaign.state) {
        all.push(button(campaign, "cancel", t.festival_cancel_asks(), eyes));
    }
    all
}

/// A question about an entry, with nothing filled in yet.
pub(super) async fn asked<'a>(
    visit: &Visit,
    campaign: &Campaign,
    title: String,
    action: &str,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let mut s = shell(visit, title.clone(), Nav::Festivals);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    let (href, label) = (eyes.links.page(address(campaign.id)), campaign.plan.name.clone());
    Ok(AskPage {
        t: eyes.t,
        s,
        back: Link { href, label, outside: false, is_best: false },
        action: action.to_owned(),
        heading: title,
        problem: String::new(),
        lines: Vec::new(),
        facts: Vec::new(),
        hiddens: Vec::new(),
        fields: Vec::new(),
        choices: None,
        questions: Vec::new(),
        tone: "primary",
        submit: String::new(),
    })
}

/// The revision that a question is about, which its form sends back.
pub(super) fn seen(campaign: &Campaign) -> Hidden {
    Hidden { name: "revision", value: campaign.revision.to_string() }
}

/// The revision that a form is about.
pub(super) fn read_seen(typed: &Typed, visit: &Visit) -> Result<u32, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    typed.get("revision").parse().map_err(|_| ours())
}

/// Shows the same question once more, because the act could not be done.
pub(super) fn refused(page: &AskPage<'_>, status: StatusCode) -> Result<Response, Oops> {
    let mut response = html(page)?;
    *response.status_mut() = status;
    Ok(response)
}

/// Leads to the entry, which says what was done.
pub(super) fn leave(
    visit: &Visit,
    named: NamedFestival,
    done: FestivalDone,
) -> Result<Response, Oops> {
    let of = AuditTarget::Campaign(named.0);
    Done::Festival(done).lead(&address(named.0), Some(&of), visit)
}

/// Leads to the entry where its state no longer allows the act. If this visitor did the act before,
/// the entry says that it is done.
pub(super) async fn leave_as_it_is(
    visit: &Visit,
    named: NamedFestival,
    done: FestivalDone,
    act: Audited,
) -> Result<Response, Oops> {
    let mine = is_mine(visit, AuditTarget::Campaign(named.0), act).await?;
    leave(visit, named, if mine { done } else { FestivalDone::Changed })
}

/// Shows the question before the act.
pub(crate) async fn ask(
    visit: Visit,
    named: NamedFestival,
    act: FestivalAct,
) -> Result<Response, Oops> {
    let campaign = found_entry(&visit, named.0).await?;
    if !act.fits(campaign.state) {
        return leave_as_it_is(&visit, named, act.done(), act.audited()).await;
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    html(&question(&visit, &campaign, act, &eyes).await?)
}

async fn question<'a>(
    visit: &Visit,
    campaign: &Campaign,
    act: FestivalAct,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let (t, name) = (eyes.t, campaign.plan.name.as_str());
    let (title, what, submit, tone) = match act {
        FestivalAct::Pause => (
            t.festival_pause_title(name),
            t.festival_pause_what(),
            t.festival_pause_submit(),
            "danger",
        ),
        FestivalAct::Resume => (
            t.festival_resume_title(name),
            t.festival_resume_what(),
            t.festival_resume_submit(),
            "primary",
        ),
        FestivalAct::Cancel => (
            t.festival_cancel_title(name),
            t.festival_cancel_what(),
            t.festival_cancel_submit(),
            "danger",
        ),
    };
    let page = asked(visit, campaign, title, act.path(), eyes).await?;
    let lines = vec![told::standing(campaign, None, eyes), what.to_owned()];
    let hiddens = vec![seen(campaign)];
    Ok(AskPage { lines, hiddens, tone, submit: submit.to_owned(), ..page })
}

/// Does the act, once, and only over the revision that the question was about.
pub(crate) async fn act(
    visit: Visit,
    named: NamedFestival,
    typed: Typed,
    act: FestivalAct,
) -> Result<Response, Oops> {
    let seen = Some(read_seen(&typed, &visit)?);
    let (campaigns, by, id) = (campaigns(&visit)?.clone(), visit.actor(), named.0);
    let deed = async move {
        match act {
            FestivalAct::Pause => campaigns.pause_over(id, seen, &by).await,
            FestivalAct::Resume => campaigns.resume_over(id, seen, &by).await,
            FestivalAct::Cancel => campaigns.cancel_over(id, seen, &by).await,
        }
    };
    match visit.inner.work.finish(deed).await? {
        Ok(_) => {
            visit.inner.cache.forget().await;
            leave(&visit, named, act.done())
        }
        Err(CampaignError::Forbidden(_)) => {
            leave_as_it_is(&visit, named, act.done(), act.audited()).await
        }
        // The entry's state would allow it, and the decision was about another revision: it
        // is not done.
        Err(CampaignError::Changed) => leave(&visit, named, FestivalDone::Changed),
        Err(error) => {
            let problem = said(error)?;
            let campaign = found_entry(&visit, named.0).await?;
            let sight = Sight::of(&visit).await?;
            let eyes = sight.eyes(&visit);
            let page = question(&visit, &campaign, act, &eyes).await?;
            refused(&AskPage { problem, ..page }, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
