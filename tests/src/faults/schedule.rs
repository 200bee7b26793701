//! The schedules of T11. Each is the one course of events in which a [`Mutant`] does harm. The same
//! course must leave nothing to find when the safeguard is in place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use tokio::sync::Notify;
use whatsapp_testkit::gateway::{Answer, Fault, Probed, Sample};

use super::Verdict;
use super::database::{Kind, Servers};
use super::mutant::Mutant;
use super::report::Mutants;
use super::scene::{Fate, Scene, kill, seen};

/// Time longer than all attempts and looks of a message take.
const A_WORKING_DAY: TimeDelta = TimeDelta::hours(8);

/// Time longer than a lease, and longer than it takes until a message is sent again.
const AN_INTERVAL: TimeDelta = TimeDelta::minutes(31);

/// Plays all schedules, each with its safeguard and without.
///
/// # Errors
/// Returns an error as [`play`] does.
pub async fn play_all(kind: Kind, servers: &Servers, folder: &Path) -> Result<Mutants> {
    let mut played = BTreeMap::new();
    for mutant in Mutant::ALL {
        let with = play(mutant, false, kind, servers, folder).await?;
        let without = play(mutant, true, kind, servers, folder).await?;
        played.insert(mutant.name(), [with, without]);
    }
    Ok(Mutants { kind, played })
}

/// Plays the schedule of `mutant`: with the safeguard in place, or without it if `missing`.
///
/// # Errors
/// Returns an error if it could not be played; a finding is no error.
pub async fn play(
    mutant: Mutant,
    missing: bool,
    kind: Kind,
    servers: &Servers,
    folder: &Path,
) -> Result<Verdict> {
    let side = if missing { "without" } else { "with" };
    let name = format!("T11-{kind}-{}-{side}", mutant.name());
    let scene = Scene::set(name, kind, missing.then_some(mutant), servers, folder).await?;
    match mutant {
        Mutant::LateIntent | Mutant::LateCount | Mutant::ReaperForgets => dies(scene).await,
        Mutant::NoFence => late_refusal(scene, true).await,
        Mutant::NullPasses => late_refusal(scene, false).await,
        Mutant::NoLook | Mutant::HttpRetries => {
            replies(scene, Fault::accept_then(Answer::Reset)).await
        }
        Mutant::ServerErrorRefuses => replies(scene, Fault::accept_then(Answer::Status(500))).await,
        Mutant::AnySuccess => replies(scene, Fault::refuse(Answer::not_taken())).await,
        Mutant::FollowsRedirects => replies(scene, Fault::accept_then(Answer::Redirect(303))).await,
        Mutant::KeyNotUnique => twice(scene).await,
        Mutant::LateNotice => dies_over_the_failure(scene).await,
        Mutant::ExactRecipient => disguised(scene, "lid").await,
        Mutant::TwoDoubts => disguised(scene, "question-marks+shift:330").await,
        Mutant::NoScope => trouble(scene).await,
        Mutant::AlwaysUnclear => replies(scene, Fault::refuse(Answer::Reset)).await,
        Mutant::AnyList => moved(scene).await,
        Mutant::ElapsedByWall => jump(scene).await,
        Mutant::OpenTransaction => replies(scene, Fault::ordinary()).await,
    }
    .with_context(|| format!("the schedule of {} {side} its safeguard", mutant.name()))
}

/// The gateway takes the message, and the worker dies before the reply.
async fn dies(mut scene: Scene) -> Result<Verdict> {
    let (first, second) =
        (scene.worker(Fate::default()).await?, scene.worker(Fate::default()).await?);
    scene.enqueue(&first, 1).await?;
    scene.gateway.next(Fault::accept_then(Answer::Hang));
    let pass = first.start();
    seen("the POST", scene.gateway.wait_for_accepted(1)).await?;
    kill(pass).await?;
    second.live_for(A_WORKING_DAY).await?;
    scene.judged().await
}

/// The gateway refuses the message, and the worker is held up over that reply for so long that
/// another one sends the message again. Then the first goes on. Either the other one has settled by
/// then, so that nobody holds the message. Or the other one `dies` over its reply, so that its
/// lease still runs.
async fn late_refusal(mut scene: Scene, dies: bool) -> Result<Verdict> {
    let (replied, go_on) = (Arc::<Notify>::default(), Arc::<Notify>::default());
    let held_up = Some((Arc::clone(&replied), Arc::clone(&go_on)));
    let first = scene.worker(Fate { held_up, ..Fate::default() }).await?;
    let second = scene.worker(Fate::default()).await?;
    let third = scene.worker(Fate::default()).await?;
    scene.enqueue(&first, 1).await?;
    scene.gateway.next(Fault::refuse(Answer::not_taken()));
    let held_up = first.start();
    seen("the refusal", replied.notified()).await?;
    scene.clock.advance(AN_INTERVAL);
    if dies {
        scene.gateway.next(Fault::accept_then(Answer::Hang));
        let pass = second.start();
        seen("the second POST", scene.gateway.wait_for_accepted(1)).await?;
        kill(pass).await?;
    } else {
        second.dispatcher.tick(whatsapp_core::port::Clock::now(&scene.clock)).await?;
    }
    go_on.notify_one();
    seen("the late settlement", held_up).await???;
    third.live_for(A_WORKING_DAY).await?;
    scene.judged().await
}

/// The gateway answers once with this fault.
async fn replies(mut scene: Scene, fault: Fault) -> Result<Verdict> {
    let worker = scene.worker(Fate::default()).await?;
    scene.enqueue(&worker, 1).await?;
    scene.gateway.next(fault);
    worker.live_for(A_WORKING_DAY).await?;
    scene.judged().await
}

/// The gateway takes the message, its reply is lost, and its lists show the message in this guise.
async fn disguised(mut scene: Scene, guise: &str) -> Result<Verdict> {
    scene.disguise(guise)?;
    replies(scene, Fault::accept_then(Answer::Reset)).await
}

/// The gateway takes the message, its reply is lost, and the deployment goes to another gateway
/// before the first look.
async fn moved(mut scene: Scene) -> Result<Verdict> {
    let first = scene.worker(Fate::default()).await?;
    scene.enqueue(&first, 1).await?;
    scene.gateway.next(Fault::accept_then(Answer::Reset));
    first.dispatcher.tick(whatsapp_core::port::Clock::now(&scene.clock)).await?;
    scene.change_gateway();
    let second = scene.worker(Fate { elsewhere: true, ..Fate::default() }).await?;
    second.live_for(A_WORKING_DAY).await?;
    scene.judged().await
}

/// The account's phone is not linked while three messages are sent, and linked again a little
/// later.
async fn trouble(mut scene: Scene) -> Result<Verdict> {
    let worker = scene.worker(Fate::default()).await?;
    for order in 1..=3 {
        scene.enqueue(&worker, order).await?;
    }
    let answer = Answer::Says(Sample::SessionNotConnected);
    scene.gateway.account().refuses(answer, Probed::Yes);
    worker.dispatcher.tick(whatsapp_core::port::Clock::now(&scene.clock)).await?;
    scene.gateway.account().recovers();
    worker.live_for(A_WORKING_DAY).await?;
    scene.judged().await
}

/// The host's wall clock is set two hours ahead while a POST takes its time, and another process of
/// the host looks for what is due. The gateway lists the message when its POST ends, and the worker
/// that made it dies over the reply.
async fn jump(mut scene: Scene) -> Result<Verdict> {
    let (first, second) =
        (scene.worker(Fate::default()).await?, scene.worker(Fate::default()).await?);
    scene.enqueue(&first, 1).await?;
    scene.gateway.next(Fault::on_release(Answer::Hang));
    let pass = first.start();
    seen("the POST", scene.gateway.wait_for_posts(1)).await?;
    scene.clock.jump_wall_clock(TimeDelta::hours(2));
    second.dispatcher.tick(whatsapp_core::port::Clock::now(&scene.clock)).await?;
    anyhow::ensure!(scene.gateway.release_late() == 1, "the gateway took the message already");
    kill(pass).await?;
    second.live_for(A_WORKING_DAY).await?;
    scene.judged().await
}

/// The host enqueues the same message twice.
async fn twice(mut scene: Scene) -> Result<Verdict> {
    let worker = scene.worker(Fate::default()).await?;
    scene.enqueue(&worker, 1).await?;
    scene.enqueue(&worker, 1).await?;
    worker.live_for(A_WORKING_DAY).await?;
    scene.judged().await
}

/// The gateway refuses the message for good, and the worker dies right after it has written this.
async fn dies_over_the_failure(mut scene: Scene) -> Result<Verdict> {
    let written = Arc::<Notify>::default();
    let deathbed = Some(Arc::clone(&written));
    let first = scene.worker(Fate { deathbed, ..Fate::default() }).await?;
    let second = scene.worker(Fate::default()).await?;
    scene.enqueue(&first, 1).await?;
    scene.gateway.next(Fault::refuse(Answer::Status(400)));
    let pass = first.start();
    seen("the settlement", written.notified()).await?;
    kill(pass).await?;
    second.live_for(A_WORKING_DAY).await?;
    scene.judged().await
}
