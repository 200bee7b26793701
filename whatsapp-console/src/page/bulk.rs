//! An act on many messages: chosen in the list, asked, done by any process that sends, and told.

mod show;

use axum::response::Response;
use whatsapp_core::bulk::{BulkAct, BulkAsks};
use whatsapp_core::bulks::{BulkError, Bulks, Chosen};
use whatsapp_core::{MessageId, SettingsUnread};

use super::back::checked;
use super::done::Done;
use super::eyes::Sight;
use super::mark::mark;
use super::refused;
use super::{Nav, html, see_other, shell};
use crate::links::query::Query;
use crate::oops::Oops;
use crate::typed::Typed;
use crate::visit::{NamedBulk, Visit};
use show::{Part, Shown, Wanted};

/// Freezes the messages: those that were ticked, or all that the list shows. Leads to the question.
pub(crate) async fn count(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let bulks = bulks(&visit)?;
    let act: BulkAct = typed.get("act").parse().map_err(|_| not_ours(&visit))?;
    let query = Query::read(typed.get("query")).map_err(|bad| refused(&bad, &visit))?;
    let chosen = if typed.get("which") == "all" {
        let sight = Sight::of(&visit).await?;
        Chosen::All(query.filter(visit.now, &sight.settings().time_zone))
    } else {
        Chosen::Messages(ticked(&typed).ok_or_else(|| not_ours(&visit))?)
    };
    let by = visit.actor();
    let counted = async move { bulks.count(act, &chosen, &by).await };
    match visit.inner.work.finish(counted).await? {
        Ok(bulk) => see_other(&visit.links.page(format!("bulk/{}", bulk.id))),
        Err(BulkError::Nothing) => {
            let list = checked(&query.address()).unwrap_or_else(|| "messages".to_owned());
            Done::NoneChosen.lead(&list, None, &visit)
        }
        Err(error) => Err(oops(error)),
    }
}

/// Shows the question, the progress, or the result.
pub(crate) async fn show(visit: Visit, named: NamedBulk) -> Result<Response, Oops> {
    let bulks = bulks(&visit)?;
    let bulk = bulks.bulk(named.0).await?.ok_or(Oops::NoPage)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let only = match visit.parameter("of").as_deref() {
        None => None,
        Some("open") => Some(Wanted(None)),
        Some(word) => Some(Wanted(Some(word.parse().map_err(|_| not_ours(&visit))?))),
    };
    let after = visit.parameter("after").and_then(|place| place.parse().ok());
    let parts = Part::read(&bulk, only, after, &bulks, visit.ports()).await?;
    let mut s = shell(&visit, show::title(&bulk, eyes.t), Nav::Messages);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    html(&Shown { bulk: &bulk, parts, is_one: only.is_some() }.page(s, &eyes))
}

/// Starts the act. Twice is once.
pub(crate) async fn confirm(
    visit: Visit,
    named: NamedBulk,
    typed: Typed,
) -> Result<Response, Oops> {
    let (bulks, by) = (bulks(&visit)?, visit.actor());
    let is_ticked = |name| typed.get(name) == "yes";
    let agreed = BulkAsks { arrived: is_ticked("arrived"), hours: is_ticked("hours") };
    let confirmed = async move { bulks.confirm(named.0, agreed, &by).await };
    changed(&visit, named, visit.inner.work.finish(confirmed).await?)
}

/// Stops the act: no message more is begun. Twice is once.
pub(crate) async fn stop(visit: Visit, named: NamedBulk) -> Result<Response, Oops> {
    let (bulks, by) = (bulks(&visit)?, visit.actor());
    let stopped = async move { bulks.stop(named.0, &by).await };
    changed(&visit, named, visit.inner.work.finish(stopped).await?)
}

/// Leads back to the page, which shows the present state.
fn changed(
    visit: &Visit,
    named: NamedBulk,
    changed: Result<(), BulkError>,
) -> Result<Response, Oops> {
    match changed {
        Ok(()) | Err(BulkError::Changed(_)) => {
            see_other(&visit.links.page(format!("bulk/{}", named.0)))
        }
        Err(error) => Err(oops(error)),
    }
}

fn bulks(visit: &Visit) -> Result<Bulks, Oops> {
    visit.inner.bulks.clone().ok_or(Oops::NoPage)
}

/// The messages that were ticked; `None` where one is no message.
fn ticked(typed: &Typed) -> Option<Vec<MessageId>> {
    let ids = typed.0.iter().filter(|(name, _)| name == "id");
    ids.map(|(_, id)| id.parse().ok()).collect()
}

fn not_ours(visit: &Visit) -> Oops {
    Oops::Bad(visit.texts().form_is_not_ours().to_owned())
}

fn oops(error: BulkError) -> Oops {
    match error {
        BulkError::Store(error) => error.into(),
        BulkError::Settings(error) => SettingsUnread::Broken(error).into(),
        BulkError::Unknown => Oops::NoPage,
        error => Oops::Bad(crate::words::sentence(&error.to_string())),
    }
}
