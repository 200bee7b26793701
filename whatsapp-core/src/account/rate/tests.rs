//! The rate limit, over hosts whose clocks cannot be trusted.

use proptest::prelude::*;

use super::*;
use crate::account::{AccountChange, AccountStep, PauseReason, SeenPause};

const INTERVAL: TimeDelta = TimeDelta::milliseconds(250);
const JITTER: TimeDelta = TimeDelta::microseconds(12_500);
const MICROSECOND: TimeDelta = TimeDelta::microseconds(1);

fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn at(base: &[u8], micros: i64) -> Elapsed {
    Elapsed::new(TimeBase::own(base), micros)
}

fn wish(elapsed: Elapsed) -> Reserve {
    let (interval, jitter) = (INTERVAL, JITTER);
    Reserve { now: start(), elapsed, seen: None, want: 16, interval, jitter }
}

fn with_slot(slot: Elapsed) -> Account {
    Account { next_slot: Some(slot), ..Account::default() }
}

/// One process, with its memory.
#[derive(Debug, Clone)]
struct Host {
    base: TimeBase,
    /// The elapsed time and the wall clock's time at the beginning.
    counted: i64,
    wall: TimeDelta,
    seen: Option<SeenSlot>,
    /// Number of starts.
    starts: u8,
}

/// A question on its way: the true time at which it was asked, and its answer where there is one.
#[derive(Debug, Clone)]
struct Question {
    host: usize,
    starts: u8,
    asked: i64,
    reserve: Reserve,
    answer: Option<Reservation>,
}

/// Several hosts over one account. Times are true ones, in microseconds, which no host knows.
#[derive(Debug)]
struct World {
    time: i64,
    account: Account,
    hosts: Vec<Host>,
    questions: Vec<Question>,
    lifted: Option<i64>,
    /// Times at which the granted requests were asked for, and the lift before each.
    granted: Vec<(i64, Option<i64>)>,
}

impl World {
    fn new() -> Self {
        // The first two are processes of one machine.
        let host = |base: &[u8], counted| {
            let (base, wall) = (TimeBase::own(base), TimeDelta::microseconds(counted));
            Host { base, counted, wall, seen: None, starts: 0 }
        };
        let hosts = vec![host(b"a", 0), host(b"a", 0), host(b"b", 7_000_000), host(b"c", -90)];
        let (account, questions, granted) = (Account::default(), Vec::new(), Vec::new());
        Self { time: 0, account, hosts, questions, lifted: None, granted }
    }

    fn elapsed(&self, host: &Host) -> Elapsed {
        Elapsed::new(host.base, host.counted + self.time)
    }

    fn wish(&self, host: usize, jitter: TimeDelta) -> Reserve {
        let host = &self.hosts[host];
        let now = start() + TimeDelta::microseconds(self.time) + host.wall;
        let elapsed = self.elapsed(host);
        Reserve { now, elapsed, seen: host.seen, jitter, ..wish(elapsed) }
    }

    fn ask(&mut self, host: usize, jitter: TimeDelta) {
        let reserve = self.wish(host, jitter);
        let (starts, asked) = (self.hosts[host].starts, self.time);
        self.questions.push(Question { host, starts, asked, reserve, answer: None });
    }

    /// The database answers the question, or the answer reaches the process that asked.
    fn go_on_with(&mut self, no: usize) {
        if self.questions.is_empty() {
            return;
        }
        let no = no % self.questions.len();
        let question = &mut self.questions[no];
        let Some(mut answer) = question.answer.take() else {
            let answer = self.account.reserve(&question.reserve);
            if answer.granted > 0 {
                self.granted.push((question.asked, self.lifted));
            }
            question.answer = Some(answer);
            return;
        };
        let question = self.questions.swap_remove(no);
        let elapsed = self.elapsed(&self.hosts[question.host]);
        let host = &mut self.hosts[question.host];
        // Nobody hears the answer to a process that is gone.
        if question.starts == host.starts {
            host.seen = answer.heard(&question.reserve, elapsed);
        }
    }

    /// The account stops, and a message that is let through is taken.
    fn stop_and_lift(&mut self) {
        let (rest, trial) = (TimeDelta::zero(), false);
        let stop = AccountStep::Stop { reason: PauseReason::Outage, detail: None, rest, trial };
        let lift = AccountStep::Lift { seen: SeenPause::Any, taken: None };
        for step in [stop, lift] {
            let now = start() + TimeDelta::microseconds(self.time);
            let mut random = [0; 10];
            random[2..].copy_from_slice(&self.time.to_be_bytes());
            let id = AccountEventId::new(now, random);
            let change = AccountChange { id, at: start(), step, by: None };
            let _ = change.on(&mut self.account);
        }
        self.lifted = Some(self.time);
    }

    fn step(&mut self, (what, which, micros): (u8, usize, i64)) {
        let host = which % self.hosts.len();
        match what {
            0..3 => self.ask(host, JITTER * i32::try_from(micros % 11).unwrap() / 10),
            3..9 => self.go_on_with(which),
            9..12 => self.time += micros,
            12 => self.hosts[host].wall += TimeDelta::seconds(micros - 150_000),
            13 if micros < 30_000 => self.stop_and_lift(),
            14 if micros < 30_000 => {
                let Self { hosts, time, .. } = self;
                let host = &mut hosts[host];
                host.starts += 1;
                host.seen = None;
                let boot = format!("{which} {time} {}", host.starts);
                (host.base, host.counted) = (TimeBase::own(boot.as_bytes()), -*time);
            }
            _ => self.time += micros / 10,
        }
    }

    /// Returns the time until the only host that is left is granted a request.
    fn waits_alone(&mut self, host: usize) -> TimeDelta {
        let begun = self.time;
        for _ in 0..3 {
            let reserve = self.wish(host, JITTER);
            let mut answer = self.account.reserve(&reserve);
            if answer.granted > 0 {
                return TimeDelta::microseconds(self.time - begun);
            }
            self.hosts[host].seen = answer.heard(&reserve, reserve.elapsed);
            self.time += (answer.again_at - reserve.now).num_microseconds().unwrap();
        }
        panic!("three questions, and nothing was granted");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_two_requests_of_whatever_hosts_are_closer_than_an_interval(
        steps in prop::collection::vec((0_u8..16, any::<usize>(), 0_i64..300_000), 1..300),
        last in 0_usize..4,
    ) {
        let mut world = World::new();
        for step in steps {
            world.step(step);
        }
        for (asked, lifted) in &world.granted {
            if let Some(lifted) = lifted {
                prop_assert!(asked - lifted >= 250_000, "{lifted} was let through, then {asked}");
            }
        }
        let mut granted: Vec<_> = world.granted.iter().map(|(asked, _)| *asked).collect();
        granted.sort_unstable();
        for two in granted.windows(2) {
            prop_assert!(two[1] - two[0] >= 250_000, "{two:?} of {granted:?}");
        }
        let waits = world.waits_alone(last);
        prop_assert!(waits <= INTERVAL + JITTER, "{waits}");
    }
}

#[test]
fn hosts_with_work_all_the_time_keep_the_rate_together() {
    let mut world = World::new();
    let mut wakes = [0_i64; 4];
    while world.time < 60_000_000 {
        let host = (0..4).min_by_key(|host| wakes[*host]).unwrap();
        world.time = world.time.max(wakes[host]);
        let reserve = world.wish(host, JITTER);
        let mut answer = world.account.reserve(&reserve);
        if answer.granted > 0 {
            world.granted.push((world.time, None));
        }
        // It takes a moment until the answer is there.
        world.time += 700;
        let elapsed = world.elapsed(&world.hosts[host]);
        world.hosts[host].seen = answer.heard(&reserve, elapsed);
        let left = (answer.again_at - reserve.now).num_microseconds().unwrap();
        wakes[host] = (world.time - 700 + left).max(world.time);
        world.hosts[host].wall += TimeDelta::minutes(world.time % 7 - 3);
    }
    let several = world.granted.len();
    assert!((225..=240).contains(&several), "{several} requests in a minute, at 4 a second");
    for two in world.granted.windows(2) {
        assert!(two[1].0 - two[0].0 >= 250_000, "{two:?}");
    }
}

#[test]
fn a_slot_of_ones_own_time_is_exact() {
    let mut account = Account::default();
    let asked = account.reserve(&wish(at(b"a", 0)));
    assert_eq!(
        (asked.granted, asked.again_at, asked.foreign),
        (1, start() + INTERVAL + JITTER, None)
    );
    for (micros, granted) in [(0, 0), (262_499, 0), (262_500, 1)] {
        for hours in [-3, 0, 3].map(TimeDelta::hours) {
            let mut account = account.clone();
            let reserve = Reserve { now: start() + hours, ..wish(at(b"a", micros)) };
            let answer = account.reserve(&reserve);
            assert_eq!((answer.granted, answer.foreign), (granted, None), "{micros}");
            let left = TimeDelta::microseconds(262_500 * (1 + i64::from(granted)) - micros);
            assert_eq!(answer.again_at - reserve.now, left);
        }
    }
}

#[test]
fn a_slot_of_another_time_binds_for_an_interval_from_when_it_was_first_seen() {
    for micros in [i64::MIN, -1, 0, 1, i64::MAX] {
        let slot = at(b"b", micros);
        let mut account = with_slot(slot);
        let reserve = wish(at(b"a", 5));
        let mut answer = account.reserve(&reserve);
        assert_eq!((answer.granted, answer.again_at), (0, start() + INTERVAL));
        assert_eq!(account, with_slot(slot), "a question moves nothing");
        let first_seen = at(b"a", 2_005);
        let seen = answer.heard(&reserve, first_seen);
        assert_eq!(seen, Some(SeenSlot { slot, first_seen }), "when the answer came");
        assert_eq!(answer.again_at, start() + INTERVAL + TimeDelta::milliseconds(2));

        let early = Reserve { seen, ..wish(first_seen + INTERVAL - MICROSECOND) };
        let mut answer = account.reserve(&early);
        assert_eq!((answer.granted, answer.again_at), (0, start() + MICROSECOND));
        assert_eq!(answer.heard(&early, early.elapsed + INTERVAL), seen);
        assert_eq!(answer.again_at, start() + MICROSECOND);

        let due = Reserve { seen, ..wish(first_seen + INTERVAL) };
        let mut answer = account.reserve(&due);
        assert_eq!((answer.granted, answer.heard(&due, due.elapsed)), (1, None));
        assert_eq!(account.next_slot, Some(due.elapsed + INTERVAL + JITTER));
    }
}

#[test]
fn a_slot_is_seen_for_the_first_time_again_where_it_has_changed_or_ones_own_time_has() {
    let (slot, first_seen) = (at(b"b", 0), at(b"a", 0));
    let late = wish(at(b"a", 60_000_000));
    for (seen, elapsed) in [
        (SeenSlot { slot: at(b"b", 1), first_seen }, late.elapsed),
        (SeenSlot { slot: at(b"c", 0), first_seen }, late.elapsed),
        (SeenSlot { slot, first_seen: at(b"c", 0) }, late.elapsed),
        // A machine that was put back to an earlier moment of its own.
        (SeenSlot { slot, first_seen }, at(b"a", -1)),
    ] {
        let reserve = Reserve { seen: Some(seen), elapsed, ..late };
        let mut answer = with_slot(slot).reserve(&reserve);
        assert_eq!((answer.granted, answer.again_at), (0, start() + INTERVAL));
        let seen = SeenSlot { slot, first_seen: elapsed };
        assert_eq!(answer.heard(&reserve, elapsed), Some(seen));
    }
}

#[test]
fn a_slot_that_no_request_leaves_so_far_ahead_binds_as_one_of_another_time() {
    let furthest = INTERVAL + JITTER + LEEWAY;
    let mut account = with_slot(at(b"a", 0) + furthest);
    let answer = account.reserve(&wish(at(b"a", 0)));
    assert_eq!((answer.foreign, answer.again_at), (None, start() + furthest));
    for slot in [at(b"a", 0) + furthest + MICROSECOND, at(b"a", i64::MAX)] {
        let mut account = with_slot(slot);
        let reserve = wish(at(b"a", 0));
        let mut answer = account.reserve(&reserve);
        assert_eq!((answer.granted, answer.foreign), (0, Some(slot)));
        assert_eq!(answer.again_at, start() + INTERVAL);
        let seen = answer.heard(&reserve, reserve.elapsed);
        let answer = account.reserve(&Reserve { seen, ..wish(at(b"a", 250_000)) });
        let answered = (answer.granted, account.next_slot.is_some_and(|next| next != slot));
        // A slot that has come near meanwhile is exact again.
        assert_eq!(answered, (u32::from(slot.micros == i64::MAX), slot.micros == i64::MAX));
    }
}

#[test]
fn after_a_pause_the_first_request_follows_an_interval_later_whoever_makes_it() {
    let mut account = Account::default();
    assert_eq!(account.reserve(&wish(at(b"a", 0))).granted, 1);
    let mut world = World::new();
    world.account = account;
    world.stop_and_lift();
    let first = world.account.next_slot;
    for elapsed in [at(b"a", 10_000_000), at(b"b", 0)] {
        let mut account = world.account.clone();
        let reserve = wish(elapsed);
        let mut answer = account.reserve(&reserve);
        assert_eq!((answer.granted, answer.again_at), (0, start() + INTERVAL));
        let seen = answer.heard(&reserve, elapsed);
        let answer = account.reserve(&Reserve { seen, ..wish(elapsed + INTERVAL) });
        assert_eq!(answer.granted, 1);
    }
    world.time += 1_000_000;
    world.stop_and_lift();
    assert_ne!(world.account.next_slot, first, "each pause's end is one of its own");
}

#[test]
fn whoever_wants_nothing_moves_nothing() {
    for slot in [None, Some(at(b"a", -9_000_000)), Some(at(b"a", 9)), Some(at(b"b", 0))] {
        let before = Account { next_slot: slot, ..Account::default() };
        let mut account = before.clone();
        let answer = account.reserve(&Reserve { want: 0, ..wish(at(b"a", 0)) });
        assert_eq!((answer.granted, &account), (0, &before));
        assert!(answer.again_at >= start());
    }
}
