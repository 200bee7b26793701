//! Stopping all sending by hand, and letting it go on.

use axum::response::Response;
use chrono::DateTime;
use whatsapp_core::account::SeenPause;
use whatsapp_core::desk::{PauseOutlook, PauseWish};
use whatsapp_core::port::StoreError;

use super::done::Done;
use super::eyes::{Eyes, NO_PAUSE, Sight, began};
use super::mark::mark;
use super::message::back_to;
use super::{Nav, html, see_other, shell};
use crate::oops::Oops;
use crate::typed::Typed;
use crate::view::{AskPage, Hidden};
use crate::visit::Visit;

/// Asks first, and says what a pause will cost.
pub(crate) async fn ask(visit: Visit) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let outlook = visit.inner.desk.before_pause().await?;
    let mut s = shell(&visit, t.pause_title(), Nav::Overview);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    html(&AskPage {
        t,
        s,
        back: back_to("overview", &eyes),
        action: visit.links.page("pause"),
        heading: t.pause_title().to_owned(),
        problem: String::new(),
        lines: lines(&outlook, &eyes),
        facts: Vec::new(),
        hiddens: vec![Hidden { name: "since", value: began(eyes.pause) }],
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
pub(crate) async fn pause(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    change(visit, typed, Done::Paused).await
}

/// Lets it go on. Twice is once.
pub(crate) async fn resume(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    change(visit, typed, Done::Resumed).await
}

/// Does it over the pause that the form showed. Where that is another one by now, nothing is done, unless
/// what was wanted is so already.
async fn change(visit: Visit, typed: Typed, wanted: Done) -> Result<Response, Oops> {
    let seen = read(typed.get("since"));
    let seen = seen.ok_or_else(|| Oops::Bad(visit.texts().form_is_not_ours().to_owned()))?;
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let done = visit.inner.work.finish(async move {
        let wish = PauseWish::of(&by).over(seen);
        let is_done = match wanted {
            Done::Paused => inner.desk.pause(wish).await?,
            _ => inner.desk.resume(wish).await?,
        };
        let account = inner.desk.account().await?;
        let is_so = match wanted {
            Done::Paused => account.is_held(),
            _ => account.pause.is_none(),
        };
        Ok::<_, StoreError>(if is_done || is_so { wanted } else { Done::OtherPause })
    });
    let done = done.await??;
    visit.inner.cache.forget().await;
    see_other(&visit.links.page(done.behind("overview", None, &visit)))
}

/// What a form saw; `None` for what is no form of ours.
fn read(typed: &str) -> Option<SeenPause> {
    if typed == NO_PAUSE {
        return Some(SeenPause::None);
    }
    DateTime::from_timestamp_micros(typed.parse().ok()?).map(SeenPause::Since)
}
