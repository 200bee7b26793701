//! The weather of a world: trouble that meets all processes, comes and goes by itself, and ends.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use super::dice::Dice;
use super::executor::{Pid, locked};
use super::gateway::FORMS_MOST;
use super::process::Hosts;
use super::sim::Weather;
use super::span::micros;
use super::trouble::Trouble;

/// Kinds of trouble that come and go by themselves.
const KINDS: [Trouble; 12] = [
    Trouble::StoreAway,
    Trouble::StoreFull,
    Trouble::BooksAway,
    Trouble::MailFails,
    Trouble::Unreachable,
    Trouble::Account,
    Trouble::StepForward,
    Trouble::StepBack,
    Trouble::Suspend,
    Trouble::Reboot,
    Trouble::Restart,
    Trouble::Skew,
];

/// Lets trouble come and go until the world is calm.
pub(super) async fn blow(hosts: Arc<Hosts>) {
    let sim = Arc::clone(hosts.sim());
    let mut dice = Dice::new(sim.plan.seed, "weather");
    loop {
        sim.executor.sleep(dice.millis(20_000, 900_000)).await;
        if sim.is_calm() {
            return;
        }
        if let Some(kind) = dice.pick(&KINDS)
            && sim.may(*kind)
        {
            turn(&hosts, *kind, &mut dice);
        }
    }
}

/// Makes one change of the weather.
fn turn(hosts: &Hosts, kind: Trouble, dice: &mut Dice) {
    let sim = hosts.sim();
    let long = match dice.below(3) {
        0 => dice.millis(1_000, 60_000),
        1 => dice.millis(60_000, 600_000),
        _ if kind == Trouble::Account && dice.chance(2_000) => Duration::from_secs(8 * 86_400),
        _ => dice.millis(600_000, 3_600_000),
    };
    let until = sim.executor.now() + micros(long);
    let hours = TimeDelta::seconds(i64::try_from(dice.between(60, 14_400)).unwrap_or(60));
    sim.note(Pid::WORLD, kind.name(), long.as_secs(), || match kind {
        Trouble::Skew => "a time server sets all wall clocks right".to_owned(),
        Trouble::StepForward => format!("a wall clock is set {} s forward", hours.num_seconds()),
        Trouble::StepBack => format!("a wall clock is set {} s back", hours.num_seconds()),
        Trouble::Reboot => "a machine is switched off and on".to_owned(),
        Trouble::Restart => "a process is asked to stop".to_owned(),
        _ => format!("{} comes, for {} s", kind.name(), long.as_secs()),
    });
    let lasts = |change: &dyn Fn(&mut Weather)| change(&mut locked(&sim.weather));
    match kind {
        Trouble::StoreAway => lasts(&|weather| weather.store_away = weather.store_away.max(until)),
        Trouble::StoreFull => lasts(&|weather| weather.store_full = weather.store_full.max(until)),
        Trouble::BooksAway => lasts(&|weather| weather.books_away = weather.books_away.max(until)),
        Trouble::MailFails => lasts(&|weather| weather.mail_fails = weather.mail_fails.max(until)),
        Trouble::Unreachable => {
            lasts(&|weather| weather.unreachable = weather.unreachable.max(until));
        }
        Trouble::Account => {
            let (form, ready) = (dice.below(FORMS_MOST), dice.chance(5_000));
            lasts(&|weather| {
                weather.account = weather.account.max(until);
                weather.account_form = form;
                weather.probe_says_ready = ready;
            });
        }
        Trouble::StepForward => hosts.step(hours, dice),
        Trouble::StepBack => hosts.step(-hours, dice),
        Trouble::Skew => hosts.correct(),
        Trouble::Suspend => hosts.suspend(long, dice),
        Trouble::Reboot => hosts.reboot(dice),
        Trouble::Restart => hosts.restart(dice),
        _ => {}
    }
    if !matches!(kind, Trouble::Account | Trouble::Unreachable) {
        sim.happens(kind, None);
    }
}
