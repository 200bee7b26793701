//! Stopping all sending by hand, and letting it go on.

use axum::response::Response;
use whatsapp_core::desk::PauseOutlook;

use super::done::Done;
use super::eyes::{Eyes, Sight};
use super::message::back_to;
use super::{Nav, html, see_other, shell};
use crate::oops::Oops;
use crate::view::AskPage;
use crate::visit::Visit;

/// Asks first, and says what a pause will cost.
pub(crate) async fn ask(visit: Visit) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let outlook = visit.inner.desk.before_pause().await?;
    html(&AskPage {
        t,
        s: shell(&visit, t.pause_title(), Nav::Overview),
        back: back_to("overview", &eyes),
        action: visit.links.page("pause"),
        heading: t.pause_title().to_owned(),
        problem: String::new(),
        lines: lines(&outlook, &eyes),
        facts: Vec::new(),
        hiddens: Vec::new(),
        fields: Vec::new(),
        choices: None,
        questions: Vec::new(),
        tone: "danger",
        submit: t.pause().to_owned(),
    })
}

fn lines(outlook: &PauseOutlook, eyes: &Eyes<'_>) -> Vec<String> {
    let t = eyes.t;
    let mut lines = vec![t.pause_what().to_owned()];
    if outlook.waiting.number > 0 {
        lines.push(t.pause_waiting(outlook.waiting));
    }
    if let Some(first) = outlook.first_end {
        lines.push(t.pause_ends(outlook.ends_in_a_day, &eyes.times().full(first)));
    }
    lines
}

/// Stops all sending. Twice is once.
pub(crate) async fn pause(visit: Visit) -> Result<Response, Oops> {
    let (inner, by) = (visit.inner.clone(), visit.actor());
    visit.inner.work.finish(async move { inner.desk.pause(&by).await }).await??;
    done(&visit, Done::Paused).await
}

/// Lets it go on. Twice is once.
pub(crate) async fn resume(visit: Visit) -> Result<Response, Oops> {
    let (inner, by) = (visit.inner.clone(), visit.actor());
    visit.inner.work.finish(async move { inner.desk.resume(&by).await }).await??;
    done(&visit, Done::Resumed).await
}

async fn done(visit: &Visit, done: Done) -> Result<Response, Oops> {
    visit.inner.cache.forget().await;
    see_other(&visit.links.page(done.behind("overview", None, visit)))
}
