//! Pausing all sending by hand, and resuming it.

use axum::response::Response;
use chrono::DateTime;
use whatsapp_core::account::{Pause, SeenPause};
use whatsapp_core::desk::{PauseOutlook, PauseWish};
use whatsapp_core::port::StoreError;

use super::done::Done;
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::message::back_to;
use super::{Nav, html, shell};
use crate::oops::Oops;
use crate::typed::Typed;
use crate::view::{AskPage, Hidden};
use crate::visit::Visit;

/// Shows the question first, with what a pause will cost.
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
        hiddens: vec![Hidden { name: "seen", value: written(eyes.pause) }],
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

/// Pauses all sending. Twice is once.
pub(crate) async fn pause(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    change(&visit, &typed, Wanted::Paused, Done::Paused).await
}

/// Resumes all sending. Twice is once.
pub(crate) async fn resume(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    change(&visit, &typed, Wanted::Running, Done::Resumed).await
}

async fn change(
    visit: &Visit,
    typed: &Typed,
    wanted: Wanted,
    done: Done,
) -> Result<Response, Oops> {
    let seen = read(typed.get("seen"));
    let seen = seen.ok_or_else(|| Oops::Bad(visit.texts().form_is_not_ours().to_owned()))?;
    let done = if set(visit, wanted, seen).await? { done } else { Done::OtherPause };
    done.lead("overview", None, visit)
}

/// The state of sending that somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Paused,
    Running,
}

/// Pauses or resumes all sending, over the pause that was seen. Returns true if sending is in the
/// wanted state. Where it is another pause by now, nothing is done.
pub(crate) async fn set(visit: &Visit, wanted: Wanted, seen: SeenPause) -> Result<bool, Oops> {
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let done = visit.inner.work.finish(async move {
        let wish = PauseWish::of(&by).over(seen);
        let is_done = match wanted {
            Wanted::Paused => inner.desk.pause(wish).await?,
            Wanted::Running => inner.desk.resume(wish).await?,
        };
        let account = inner.desk.account().await?;
        let is_so = match wanted {
            Wanted::Paused => account.is_held(),
            Wanted::Running => account.pause.is_none(),
        };
        Ok::<_, StoreError>(is_done || is_so)
    });
    let is_so = done.await??;
    visit.inner.cache.forget().await;
    Ok(is_so)
}

/// The form's text for "no pause".
const NO_PAUSE: &str = "none";

/// Writes the shown pause for a form.
pub(crate) fn written(pause: Option<&Pause>) -> String {
    let told = |pause: &Pause| format!("{}.{}", pause.since.timestamp_micros(), pause.reason);
    pause.map_or_else(|| NO_PAUSE.to_owned(), told)
}

/// Reads the pause that a form gives back; `None` for anything else.
pub(crate) fn read(typed: &str) -> Option<SeenPause> {
    if typed == NO_PAUSE {
        return Some(SeenPause::None);
    }
    let (since, reason) = typed.split_once('.')?;
    let since = DateTime::from_timestamp_micros(since.parse().ok()?)?;
    Some(SeenPause::For(since, reason.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use whatsapp_core::account::{Account, Pause, PauseReason, SeenPause};
    use whatsapp_testkit::fixtures::START;

    use super::{read, written};

    #[test]
    fn a_form_gives_back_the_pause_that_was_shown_with_its_reason() {
        for reason in PauseReason::ALL {
            let pause = Some(Pause::new(*reason, START, START));
            let form = written(pause.as_ref());
            let account = Account { pause, ..Account::default() };
            assert_eq!(read(&form), Some(SeenPause::of(&account)), "{form}");
        }
        assert_eq!(read(&written(None)), Some(SeenPause::None));
        for bad in ["", "1", "1.", "1.whim", "x.outage"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
