//! The command that runs simulated worlds. See [`whatsapp_simulate`].

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use whatsapp_simulate::hunt::{Hunt, Until, fails, hunt, plain};
use whatsapp_simulate::mutant::Mutant;
use whatsapp_simulate::{corpus, report};
use whatsapp_testkit::world::{Outcome, Plan, Strike, Troubles, World};

/// Chosen because a world makes and drops many small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs simulated worlds of a shop, each with other troubles, and checks that every promise is
/// kept. A world that breaks a promise is made smaller and told line by line. The command that runs
/// it again is printed.
#[derive(Debug, Parser)]
#[command(name = "simulate")]
struct Options {
    /// Seconds during which new worlds are started; with --mutants, for each mutant.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Number of message lives after which to stop, in place of --seconds.
    #[arg(long)]
    lives: Option<u64>,
    /// First seed. With --messages, --troubles or --strike only this one world is run.
    #[arg(long)]
    seed: Option<u64>,
    /// Number of machines in each world. The seed decides by default.
    #[arg(long)]
    hosts: Option<u32>,
    /// Number of processes on each machine. The seed decides by default.
    #[arg(long)]
    processes: Option<u32>,
    /// Number of messages in each world. The seed decides by default.
    #[arg(long)]
    messages: Option<u32>,
    /// Troubles that may happen: names joined by commas, `all` or `none`. The seed decides by
    /// default.
    #[arg(long)]
    troubles: Option<Troubles>,
    /// Kill or freeze a process at one place, as in `kill@begin:after#3`.
    #[arg(long)]
    strike: Option<Strike>,
    /// Remove one safeguard after the other, and check that the hunt notices each time.
    #[arg(long, conflicts_with = "mutant")]
    mutants: bool,
    /// Remove this safeguard. With --seed and --messages, --troubles or --strike one world is run.
    #[arg(long, value_parser = mutant)]
    mutant: Option<Mutant>,
    /// Write down the digests of this build, with which the tests compare.
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
    /// Tells whether one world is to be run.
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

    fn until(&self) -> Until {
        self.lives.map_or(Until::Time(Duration::from_secs(self.seconds)), Until::Lives)
    }

    /// Returns the first seed: a random one if none is given.
    fn first(&self) -> u64 {
        self.seed.unwrap_or_else(|| fastrand::u64(..) >> 16)
    }
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Finds a mutant by its name.
fn mutant(name: &str) -> Result<Mutant, String> {
    let found = Mutant::ALL.into_iter().find(|mutant| mutant.name() == name);
    found.ok_or_else(|| {
        let names = Mutant::ALL.map(Mutant::name).join(", ");
        format!("there is none of this name; the names are {names}")
    })
}

/// Runs one world and prints its story.
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

/// Runs the worlds that failed before, and then worlds on every core.
fn many(options: &Options) -> Result<bool> {
    let mut good = true;
    for kept in corpus::corpus()? {
        let outcome = World::new(kept.plan).run();
        if let Some(violation) = outcome.violations.first() {
            say(&format!("it is back: {}: {violation}", kept.found));
            good = false;
        }
    }
    let found = hunt(&Hunt {
        seed: options.first(),
        until: options.until(),
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

/// Tells whether every missing safeguard is caught.
fn mutants(options: &Options) -> bool {
    let caught = Mutant::ALL.into_iter().filter(|mutant| is_caught(*mutant, options)).count();
    caught == Mutant::ALL.len()
}

fn is_caught(mutant: Mutant, options: &Options) -> bool {
    let found = hunt(&Hunt {
        seed: options.first(),
        until: options.until(),
        threads: threads(),
        first: true,
        shape: &|plan| options.shape(plan),
        layers: &|world| mutant.into_world(world),
    });
    // A promise that breaks without the mutant as well says nothing about the mutant.
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
