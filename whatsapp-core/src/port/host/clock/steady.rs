//! The machine's steady clock, and the name of the boot that it counts from.

use std::time::Duration;

/// The kernel's time since boot, on Linux and Android. It runs on while the machine is suspended,
/// and every process reads the same.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Steady;

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Steady {
    pub(super) const fn new() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "elsewhere it has a start of its own")]
    pub(super) fn now(self) -> Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
    }
}

/// The time since this clock was made, on other systems.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[derive(Debug, Clone, Copy)]
pub(super) struct Steady(std::time::Instant);

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Steady {
    #[expect(clippy::disallowed_methods, reason = "this is the edge at which time enters")]
    pub(super) fn new() -> Self {
        Self(std::time::Instant::now())
    }

    pub(super) fn now(self) -> Duration {
        self.0.elapsed()
    }
}

/// The name of this boot of this machine; `None` where no name can be read.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn boot() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
    // A container may count from another moment than its host does.
    let namespace = std::fs::read_link("/proc/self/ns/time").ok();
    named(id.as_deref(), namespace.as_deref().and_then(std::path::Path::to_str))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn boot() -> Option<String> {
    None
}

#[cfg(any(target_os = "linux", target_os = "android", test))]
fn named(id: Option<&str>, namespace: Option<&str>) -> Option<String> {
    let id =
        id.map(str::trim).filter(|id| id.bytes().any(|b| b.is_ascii_hexdigit() && b != b'0'))?;
    Some(format!("boot {id} {}", namespace.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_boot_is_named_by_its_id_and_its_time_namespace() {
        let id = Some("0f4a2c6e-9d1b-4c3a-8e57-1b2c3d4e5f60\n");
        assert!(named(id, None).is_some());
        assert_eq!(named(id, None), named(id.map(str::trim), None));
        assert_ne!(named(id, Some("time:[1]")), named(id, Some("time:[2]")));
    }

    #[test]
    fn a_boot_without_a_readable_id_has_no_name() {
        for id in [None, Some(""), Some("\n"), Some("00000000-0000-0000-0000-000000000000")] {
            assert_eq!(named(id, Some("time:[1]")), None, "{id:?}");
        }
    }
}
