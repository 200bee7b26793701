//! The processes of a world. Each is a messenger, a desk and a runner with its chores, over ports
//! at which it can be struck.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use chrono::TimeDelta;
use whatsapp_core::desk::Desk;
use whatsapp_core::port::{
    CustomerDirectory, DeliveryReports, EveryStore, InvoiceLedger, Transport,
};
use whatsapp_core::{DispatchOptions, Dispatcher, Messenger, Planner, Ports, Runner, Wake};

use super::books::{GatedBooks, GatedMail, Mailbox};
use super::clock::{HostClock, SimRuntime};
use super::database::Way;
use super::dice::Dice;
use super::executor::{Pid, locked};
use super::gateway::{Gateway, Line};
use super::layers::Layers;
use super::media::GatedMedia;
use super::oracle::Oracle;
use super::sim::{Gate, Sim};
use super::span::micros;
use super::store::GatedStore;
use super::trouble::Trouble;
use crate::{MemoryMedia, SeededEntropy};

/// Parts that all processes of a world are made of.
pub(super) struct Parts {
    pub(super) sim: Arc<Sim>,
    pub(super) store: Arc<dyn EveryStore>,
    pub(super) gateway: Arc<Gateway>,
    pub(super) oracle: Arc<Oracle>,
    pub(super) customers: Arc<dyn CustomerDirectory>,
    pub(super) invoices: Arc<dyn InvoiceLedger>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) media: MemoryMedia,
    pub(super) way: Way,
    /// True if processes count days and act on many messages, as a console needs it.
    pub(super) has_console: bool,
    pub(super) layers: Layers,
    pub(super) options: DispatchOptions,
}

/// A running process.
#[derive(Clone)]
pub(super) struct Process {
    pub(super) pid: Pid,
    pub(super) messenger: Messenger,
    pub(super) desk: Desk,
    stop: Wake,
}

/// A place for a process on a host: empty from its death until it is started again.
struct Slot {
    host: u32,
    process: Option<Process>,
}

/// All machines of a world, and their processes.
pub(super) struct Hosts {
    parts: Parts,
    clocks: Vec<HostClock>,
    slots: Mutex<Vec<Slot>>,
    started: AtomicU32,
    own: Weak<Self>,
}

impl Hosts {
    /// Creates the machines with their clocks. Nothing runs on them yet.
    pub(super) fn new(parts: Parts) -> Arc<Self> {
        let sim = Arc::clone(&parts.sim);
        let mut dice = Dice::new(sim.plan.seed, "clocks");
        let clocks = (0..sim.plan.hosts).map(|no| {
            let off = i64::try_from(dice.between(0, 7_200)).unwrap_or_default() - 3_600;
            let ahead = if sim.may(Trouble::Skew) {
                sim.happens(Trouble::Skew, None);
                TimeDelta::seconds(off)
            } else {
                TimeDelta::zero()
            };
            let drift = i64::try_from(dice.between(0, 400)).unwrap_or_default() - 200;
            let drift = if sim.may(Trouble::Drift) { drift } else { 0 };
            HostClock::new(Arc::clone(&sim), no, ahead, drift)
        });
        let clocks: Vec<_> = clocks.collect();
        let places = (0..sim.plan.hosts)
            .flat_map(|host| (0..sim.plan.processes).map(move |_| Slot { host, process: None }));
        let slots = Mutex::new(places.collect());
        Arc::new_cyclic(|own| Self {
            parts,
            clocks,
            slots,
            started: AtomicU32::new(0),
            own: own.clone(),
        })
    }

    pub(super) fn sim(&self) -> &Arc<Sim> {
        &self.parts.sim
    }

    /// Starts every process.
    pub(super) fn start(&self) {
        let several = locked(&self.slots).len();
        (0..several).for_each(|slot| self.launch(slot));
    }

    /// Draws one of the running processes.
    pub(super) fn any(&self, dice: &mut Dice) -> Option<Process> {
        let slots = locked(&self.slots);
        let alive: Vec<_> = slots.iter().filter_map(|slot| slot.process.clone()).collect();
        dice.pick(&alive).cloned()
    }

    /// Starts a process in this slot, with a memory of its own.
    fn launch(&self, slot: usize) {
        let Some(host) = locked(&self.slots).get(slot).map(|slot| slot.host) else { return };
        let pid = Pid(self.started.fetch_add(1, Ordering::Relaxed) + 1);
        let Some(process) = self.process(pid, host, slot) else { return };
        self.sim().note(pid, "start", u64::from(host), || format!("starts on host {host}"));
        if let Some(slot) = locked(&self.slots).get_mut(slot) {
            slot.process = Some(process);
        }
    }

    fn process(&self, pid: Pid, host: u32, slot: usize) -> Option<Process> {
        let made_of = &self.parts;
        let sim = self.sim();
        let gate = Gate { sim: Arc::clone(sim), pid };
        let clock = self.clocks.get(host as usize)?.clone();
        let books = Arc::new(GatedBooks {
            customers: Arc::clone(&made_of.customers),
            invoices: Arc::clone(&made_of.invoices),
            way: made_of.way.clone(),
            gate: gate.clone(),
        });
        let gateway = Arc::clone(&made_of.gateway);
        let line = Line { gateway, gate: gate.clone(), oracle: Arc::clone(&made_of.oracle) };
        let store = Arc::new(GatedStore {
            inner: Arc::clone(&made_of.store),
            tamper: made_of.layers.tamper(),
            way: made_of.way.clone(),
            gate: gate.clone(),
            oracle: Arc::clone(&made_of.oracle),
        });
        let mail = GatedMail { mailbox: Arc::clone(&made_of.mailbox), gate: gate.clone() };
        let media = GatedMedia { media: made_of.media.clone(), gate };
        let (transport, reports): (Arc<dyn Transport>, Arc<dyn DeliveryReports>) =
            (Arc::new(line.clone()), Arc::new(line));
        let runtime = SimRuntime { executor: sim.executor.clone(), pid };
        let entropy = SeededEntropy::new(sim.plan.seed ^ (u64::from(pid.0) << 32));
        let ports = Ports::new(store.clone(), books.clone())
            .with_transport(made_of.layers.transport(transport))
            .with_deliveries(made_of.layers.reports(reports, Arc::new(clock.clone())))
            .with_invoices(books)
            .with_notifier(Arc::new(mail))
            .with_media(made_of.layers.media(Arc::new(media)))
            .with_plans(store.clone())
            .with_mutes(store.clone())
            .with_campaigns(store.clone())
            .with_audit(store.clone())
            .with_clock(made_of.layers.clock(Arc::new(clock)))
            .with_entropy(Arc::new(entropy))
            .with_runtime(Arc::new(runtime));
        let ports = if made_of.has_console {
            ports.with_daily(store.clone()).with_bulk(store)
        } else {
            ports
        };
        let dispatcher = Dispatcher::new(ports.clone()).ok()?;
        let dispatcher = dispatcher.with_options(made_of.options.clone());
        let runner = Runner::sending(dispatcher).ok()?.with(Planner::new(ports.clone()).ok()?);
        let (stop, hosts) = (Wake::new(), self.own.clone());
        let heard = stop.clone();
        let rings = heard.rings();
        sim.executor.spawn(pid, async move {
            runner.run(async move { heard.rung_since(rings).await }).await;
            if let Some(hosts) = hosts.upgrade() {
                hosts.ended(pid, slot);
            }
        });
        let (messenger, desk) = (Messenger::new(ports.clone()), Desk::new(ports));
        Some(Process { pid, messenger, desk, stop })
    }

    /// Runs a future as a part of a process: it dies with the process.
    pub(super) fn within(
        &self,
        process: &Process,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        self.sim().executor.spawn(process.pid, work);
    }

    /// Replaces a process that has stopped as it was asked to.
    fn ended(&self, pid: Pid, slot: usize) {
        self.sim().note(pid, "stopped", 0, || "has stopped".to_owned());
        self.replace(slot, Duration::from_secs(2));
    }

    /// Replaces processes that were killed.
    pub(super) fn died(&self, dead: &[Pid], dice: &mut Dice) {
        let is_dead = |slot: &Slot| slot.process.as_ref().is_some_and(|of| dead.contains(&of.pid));
        let places = {
            let slots = locked(&self.slots);
            let places = slots.iter().enumerate().filter(|(_, slot)| is_dead(slot));
            places.map(|(no, _)| no).collect::<Vec<_>>()
        };
        for slot in places {
            self.replace(slot, dice.millis(500, 180_000));
        }
    }

    fn replace(&self, slot: usize, after: Duration) {
        if let Some(slot) = locked(&self.slots).get_mut(slot) {
            slot.process = None;
        }
        let (executor, hosts) = (self.sim().executor.clone(), self.own.clone());
        self.sim().executor.spawn(Pid::WORLD, async move {
            executor.sleep(after).await;
            if let Some(hosts) = hosts.upgrade() {
                hosts.launch(slot);
            }
        });
    }

    /// Asks a process to stop.
    pub(super) fn restart(&self, dice: &mut Dice) {
        if let Some(process) = self.any(dice) {
            self.sim().note(process.pid, "stop", 0, || "is asked to stop".to_owned());
            process.stop.wake();
        }
    }

    /// Sets the wall clock of a host.
    pub(super) fn step(&self, by: TimeDelta, dice: &mut Dice) {
        if let Some(clock) = dice.pick(&self.clocks) {
            clock.step(by);
        }
    }

    /// Sets all wall clocks right.
    pub(super) fn correct(&self) {
        self.clocks.iter().for_each(HostClock::correct);
    }

    /// Lets a machine sleep, with all its processes.
    pub(super) fn suspend(&self, wait: Duration, dice: &mut Dice) {
        let host = dice.below(self.clocks.len());
        for pid in self.on(host) {
            self.sim().hinder(pid, self.sim().executor.now() + micros(wait));
            self.sim().executor.freeze(pid, wait);
        }
    }

    /// Switches a machine off and on again.
    pub(super) fn reboot(&self, dice: &mut Dice) {
        let host = dice.below(self.clocks.len());
        if let (Some(clock), Ok(no)) = (self.clocks.get(host), u32::try_from(host)) {
            let dead = self.on(host);
            for pid in &dead {
                self.sim().executor.kill(*pid);
            }
            clock.reboot(no);
            locked(&self.sim().deaths).extend(dead);
        }
    }

    fn on(&self, host: usize) -> Vec<Pid> {
        let slots = locked(&self.slots);
        let there = slots.iter().filter(|slot| slot.host as usize == host);
        there.filter_map(|slot| slot.process.as_ref().map(|process| process.pid)).collect()
    }
}
