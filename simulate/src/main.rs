//! Simulated worlds as a command. See [`whatsapp_simulate`].

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use whatsapp_simulate::hunt::{Hunt, Until, fails, hunt, plain};
use whatsapp_simulate::mutant::Mutant;
use whatsapp_simulate::{corpus, report};
use whatsapp_testkit::world::{Outcome, Plan, Strike, Troubles, World};

/// A world is mostly small values that are made and dropped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Lives through simulated worlds of a shop, in each of which other things go wrong, and asks whether every
/// promise was kept. A world that breaks one is made smaller, told line by line, and can be run again by
/// the command that is printed.
#[derive(Debug, Parser)]
#[command(name = "simulate")]
struct Options {
    /// How long worlds are begun.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Ends after so many message lives instead.
    #[arg(long)]
    lives: Option<u64>,
    /// The first seed; with --messages, --troubles or --strike the only one.
    #[arg(long)]
    seed: Option<u64>,
    /// How many machines each world has.
    #[arg(long)]
    hosts: Option<u32>,
    /// How many processes each machine has.
    #[arg(long)]
    processes: Option<u32>,
    /// How many messages each world has.
    #[arg(long)]
    messages: Option<u32>,
    /// What may go wrong: names joined by commas.
    #[arg(long)]
    troubles: Option<Troubles>,
    /// A blow at one place, as in `kill@begin:after#3`.
    #[arg(long)]
    strike: Option<Strike>,
    /// Takes one safeguard out after the other, and checks that each such world is caught.
    #[arg(long, conflicts_with = "mutant")]
    mutants: bool,
    /// Takes this safeguard out; with --messages, --troubles or --strike in one world.
    #[arg(long, value_parser = mutant)]
    mutant: Option<Mutant>,
    /// Keeps the digests of this build, which the tests compare with.
    #[arg(long)]
    keep_digests: bool,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    if options.keep_digests {
        corpus::keep_digests()?;
        return Ok(ExitCode::SUCCESS);
    }
    let good = match &options.mutant {
        _ if options.mutants => mutants(&options),
        Some(mutant) if options.is_one() => one(&options, &|world| mutant.into_world(world)),
        Some(mutant) => is_caught(*mutant, &options),
        None if options.is_one() => one(&options, &plain),
        None => {
            ensure!(
                corpus::digests() == corpus::kept_digests()?,
                "this build lives through the kept worlds otherwise: if that was meant, say \
                 cargo xtask simulate --keep-digests"
            );
            many(&options)?
        }
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Options {
    /// Whether one world is meant.
    const fn is_one(&self) -> bool {
        self.seed.is_some()
            && (self.messages.is_some() || self.troubles.is_some() || self.strike.is_some())
    }

    fn shape(&self, plan: Plan) -> Plan {
        let plan = self.hosts.map_or(plan.clone(), |hosts| plan.with_hosts(hosts));
        let plan = self.processes.map_or(plan.clone(), |several| plan.with_processes(several));
        let plan = self.messages.map_or(plan.clone(), |several| plan.with_messages(several));
        let plan = self.troubles.map_or(plan.clone(), |troubles| plan.with_troubles(troubles));
        if self.strike.is_some() { plan.with_strike(self.strike.clone()) } else { plan }
    }

    /// The first seed: one of the day where none is said.
    fn first(&self) -> u64 {
        self.seed.unwrap_or_else(|| fastrand::u64(..) >> 16)
    }
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// A safeguard by its name.
fn mutant(name: &str) -> Result<Mutant, String> {
    let found = Mutant::ALL.into_iter().find(|mutant| mutant.name() == name);
    found.ok_or_else(|| {
        let names = Mutant::ALL.map(Mutant::name).join(", ");
        format!("there is none of this name; the names are {names}")
    })
}

/// One world with its story.
fn one(options: &Options, layers: &dyn Fn(World) -> World) -> bool {
    let plan = options.shape(Plan::of_seed(options.seed.unwrap_or_default()));
    let outcome = layers(World::new(plan)).telling().run();
    outcome.story.iter().for_each(|line| say(line));
    let Outcome { plan, violations, lives, digest, .. } = &outcome;
    say(&format!(
        "{plan}: {lives} lives, {} broken promises, digest {digest:016x}",
        violations.len()
    ));
    let is_struck = plan
        .strike
        .as_ref()
        .is_none_or(|strike| outcome.coverage.is_struck(strike.harm, &strike.point));
    if !is_struck {
        say("the strike found no place: no process came there so often. A hunt tells the names");
    }
    violations.is_empty() && is_struck
}

/// Worlds on every core, and those that failed before.
fn many(options: &Options) -> Result<bool> {
    let mut good = true;
    for kept in corpus::corpus()? {
        let outcome = World::new(kept.plan).run();
        if let Some(violation) = outcome.violations.first() {
            say(&format!("it is back: {}: {violation}", kept.found));
            good = false;
        }
    }
    let until =
        options.lives.map_or(Until::Time(Duration::from_secs(options.seconds)), Until::Lives);
    let found = hunt(&Hunt {
        seed: options.first(),
        until,
        threads: threads(),
        first: false,
        shape: &|plan| options.shape(plan),
        layers: &plain,
    });
    if let Some(failed) = found.failed.iter().min_by_key(|failed| failed.steps) {
        say(&report::story(failed, &plain));
    }
    for failed in &found.failed {
        for violation in failed.violations.iter().take(2) {
            say(&format!("broken: {violation}\n  {}", failed.plan));
        }
    }
    say(report::told(&found, threads()).trim_end());
    Ok(good && found.bad == 0)
}

/// Whether worlds without each of the safeguards are caught.
fn mutants(options: &Options) -> bool {
    let caught = Mutant::ALL.into_iter().filter(|mutant| is_caught(*mutant, options)).count();
    caught == Mutant::ALL.len()
}

fn is_caught(mutant: Mutant, options: &Options) -> bool {
    let found = hunt(&Hunt {
        seed: options.first(),
        until: Until::Time(Duration::from_secs(options.seconds)),
        threads: threads(),
        first: true,
        shape: &|plan| options.shape(plan),
        layers: &|world| mutant.into_world(world),
    });
    // What breaks without the mutant as well says nothing of it.
    let is_its_own = |failed: &&Outcome| !fails(&failed.plan, &plain);
    let failed = found.failed.iter().find(is_its_own);
    let caught = failed.and_then(|failed| failed.violations.first());
    say(&format!(
        "mutant={} {} seconds={:.1} worlds={} lives={}{}",
        mutant.name(),
        if caught.is_some() { "caught" } else { "missed" },
        found.took.as_secs_f64(),
        found.worlds,
        found.lives,
        caught.map_or_else(String::new, |violation| format!(" by: {violation}")),
    ));
    if let Some(failed) = failed {
        say(&format!("  again: cargo xtask simulate --mutant {} {}", mutant.name(), failed.plan));
    }
    caught.is_some()
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: &str) {
    println!("{line}");
}
