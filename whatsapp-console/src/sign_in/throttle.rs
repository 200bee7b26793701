//! Rate limits of tries to sign in.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The most keys that are kept. Beyond it all new keys count as one.
const KEPT: usize = 10_000;

/// Key that tries are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counted {
    /// The name that was typed, whether anybody has it or not.
    Name(String),
    /// The address of the request; all unknown ones are one.
    Address(Option<IpAddr>),
    /// A browser in which the same person signed in before.
    Known(String),
    /// Every new key that there is no room for.
    Rest,
}

impl Counted {
    /// The key of a name. Only its beginning counts: no name is longer.
    fn name(name: &str) -> Self {
        Self::Name(name.chars().take(64).collect())
    }

    /// The key of an address. Of IPv6 everybody has as many as they like within the first 64 bits.
    fn address(address: Option<IpAddr>) -> Self {
        Self::Address(address.map(|address| match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let bits = address.to_bits() >> 64 << 64;
                IpAddr::V6(Ipv6Addr::from_bits(bits))
            }
        }))
    }

    /// The rate limit: the number of tries at once, and the time until there is another.
    const fn limit(&self) -> (u32, Duration) {
        match self {
            Self::Name(_) | Self::Known(_) => (5, Duration::from_secs(12)),
            Self::Address(_) | Self::Rest => (20, Duration::from_secs(3)),
        }
    }
}

/// Counts tries, those of strangers apart from those in known browsers: filling the one leaves room
/// in the other.
#[derive(Debug, Default)]
pub(super) struct Tries {
    strangers: Throttle,
    known: Throttle,
}

impl Tries {
    /// Counts a try, or says how long to wait and counts none. A try in a known browser counts for
    /// that browser alone, also where its name or address has to wait.
    pub(super) fn count(
        &self,
        name: &str,
        from: Option<IpAddr>,
        known: Option<String>,
        now: Duration,
    ) -> Result<Try<'_>, Duration> {
        if let Some(id) = known {
            let keys = self.known.take([Counted::Known(id)], now)?.into();
            return Ok(Try { throttle: &self.known, keys });
        }
        let keys = [Counted::name(name), Counted::address(from)];
        let keys = self.strangers.take(keys, now)?.into();
        Ok(Try { throttle: &self.strangers, keys })
    }
}

/// A try that was counted.
#[derive(Debug)]
pub(super) struct Try<'a> {
    throttle: &'a Throttle,
    keys: Vec<Counted>,
}

impl Try<'_> {
    /// Takes the try back: it was a right one, or nothing was tried.
    pub(super) fn give_back(&self) {
        self.throttle.give_back(&self.keys);
    }
}

/// Counts tries by the generic cell rate algorithm. For each key one instant is kept, at which all
/// its tries are paid for.
#[derive(Debug, Default)]
struct Throttle(Mutex<HashMap<Counted, Duration>>);

impl Throttle {
    /// Counts one try by each key, or says how long to wait and counts none.
    fn take<const N: usize>(
        &self,
        keys: [Counted; N],
        now: Duration,
    ) -> Result<[Counted; N], Duration> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.retain(|_, paid| *paid > now);
        }
        let is_full = kept.len() >= KEPT;
        let keys =
            keys.map(|key| if is_full && !kept.contains_key(&key) { Counted::Rest } else { key });
        let waits = keys.iter().filter_map(|key| {
            let (burst, each) = key.limit();
            let over = (paid_of(&kept, key, now) + each).checked_sub(now + each * burst);
            over.filter(|wait| !wait.is_zero())
        });
        if let Some(wait) = waits.max() {
            return Err(wait);
        }
        for key in &keys {
            let paid = paid_of(&kept, key, now) + key.limit().1;
            kept.insert(key.clone(), paid);
        }
        Ok(keys)
    }

    /// Takes a try back, which was a right one.
    fn give_back(&self, keys: &[Counted]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            if let Some(paid) = kept.get_mut(key) {
                *paid = paid.saturating_sub(key.limit().1);
            }
        }
    }
}

/// Time at which all tries of a key are paid for.
fn paid_of(kept: &HashMap<Counted, Duration>, key: &Counted, now: Duration) -> Duration {
    kept.get(key).copied().unwrap_or_default().max(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1_000);

    fn keys(name: &str, address: &str) -> [Counted; 2] {
        [Counted::name(name), Counted::address(address.parse().ok())]
    }

    #[test]
    fn a_name_has_five_tries_at_once_and_another_every_twelve_seconds() {
        let throttle = Throttle::default();
        let mut now = START;
        let take = |now, no: u32| throttle.take(keys("asha", &format!("192.0.2.{no}")), now);
        for no in 0..5 {
            take(now, no).unwrap();
        }
        assert_eq!(take(now, 5).unwrap_err(), Duration::from_secs(12));
        now += Duration::from_secs(11);
        assert_eq!(take(now, 6).unwrap_err(), Duration::from_secs(1));
        now += Duration::from_secs(1);
        take(now, 7).unwrap();
        assert_eq!(take(now, 8).unwrap_err(), Duration::from_secs(12));
        throttle.take(keys("vik", "192.0.2.9"), now).unwrap();
        now += Duration::from_secs(3_600);
        for no in 0..5 {
            take(now, no).unwrap();
        }
        assert!(take(now, 0).is_err(), "an hour gives no more than five");
    }

    #[test]
    fn an_address_has_twenty_tries_whatever_the_names() {
        let throttle = Throttle::default();
        for no in 0..20 {
            throttle.take(keys(&format!("name-{no}"), "2001:db8::1"), START).unwrap();
        }
        for same in ["2001:db8::1", "2001:db8::ffff:1"] {
            let wait = throttle.take(keys("another", same), START).unwrap_err();
            assert_eq!(wait, Duration::from_secs(3), "{same}");
        }
        throttle.take(keys("another", "2001:db8:0:1::1"), START).unwrap();
        throttle.take(keys("another", "192.0.2.1"), START).unwrap();
        // A try that the address limit refused is not counted by the name.
        for _ in 0..3 {
            throttle.take(keys("another", "192.0.2.1"), START).unwrap();
        }
        assert!(throttle.take(keys("another", "192.0.2.1"), START).is_err());
    }

    #[test]
    fn an_address_within_another_is_that_one() {
        let mapped = Counted::address("::ffff:192.0.2.1".parse().ok());
        assert_eq!(mapped, Counted::address("192.0.2.1".parse().ok()));
        let long = "x".repeat(100_000);
        assert_eq!(Counted::name(&long), Counted::name(&format!("{long}y")));
    }

    #[test]
    fn right_ones_are_given_back() {
        let throttle = Throttle::default();
        for _ in 0..50 {
            let taken = throttle.take(keys("asha", "192.0.2.1"), START).unwrap();
            throttle.give_back(&taken);
        }
    }

    #[test]
    fn a_known_browser_is_counted_by_itself_and_has_room_where_strangers_have_none() {
        let tries = Tries::default();
        let from = "192.0.2.1".parse().ok();
        let known = |id: &str| tries.count("asha", from, Some(id.to_owned()), START);
        for no in 0..20 {
            let _ = tries.count(if no < 6 { "asha" } else { "vik" }, from, None, START);
        }
        assert!(tries.count("asha", from, None, START).is_err());
        tries.strangers.0.lock().unwrap().extend(
            (0..KEPT).map(|no| (Counted::name(&no.to_string()), START + Duration::from_secs(60))),
        );
        for _ in 0..5 {
            known("desk").unwrap();
        }
        assert_eq!(known("desk").unwrap_err(), Duration::from_secs(12));
        // Another browser of the same person goes on, and a right try is given back.
        for _ in 0..50 {
            known("phone").unwrap().give_back();
        }
    }

    #[test]
    fn it_keeps_a_bounded_number_in_mind() {
        let throttle = Throttle::default();
        let name = |no: usize| [Counted::name(&no.to_string()), Counted::Rest];
        for no in 0..KEPT {
            let later = START + Duration::from_secs(3) * u32::try_from(no).unwrap();
            throttle.take(name(no), later).unwrap();
        }
        // Keys that are paid for are forgotten once there is no room.
        let kept = throttle.0.lock().unwrap().len();
        assert!(kept < 10, "{kept}");
    }

    #[test]
    fn who_finds_no_room_shares_what_is_left() {
        let throttle = Throttle::default();
        let mut kept = throttle.0.lock().unwrap();
        for no in 0..KEPT {
            kept.insert(Counted::name(&no.to_string()), START + Duration::from_secs(60));
        }
        drop(kept);
        // Both keys of a try are the rest then.
        let mut tries = 0;
        while throttle.take(keys(&format!("new-{tries}"), "192.0.2.1"), START).is_ok() {
            tries += 1;
            assert!(tries <= 20, "there is an end");
        }
        assert!(tries >= 10, "{tries}");
        assert_eq!(throttle.0.lock().unwrap().len(), KEPT + 1);
        throttle.take(keys("7", "192.0.2.1"), START).unwrap_err();
    }
}
