//! Dates and times in mails.

use chrono::{DateTime, Utc};
use whatsapp_core::time::Zone;

/// The local date and time, such as `22 Nov 2026, 14:05`.
pub(crate) fn local(zone: &Zone, at: DateTime<Utc>) -> String {
    zone.local(at).format("%-d %b %Y, %H:%M").to_string()
}

/// The local date and time with the zone's name, such as `22 Nov 2026, 14:05 (Asia/Kolkata)`.
pub(crate) fn stamp(zone: &Zone, at: DateTime<Utc>) -> String {
    format!("{} ({zone})", local(zone, at))
}

#[cfg(test)]
mod tests {
    use whatsapp_core::time::ZoneRules;

    use super::*;

    fn zone(name: &str) -> Zone {
        ZoneRules::bundled().zone(name).unwrap()
    }

    #[test]
    fn instants_are_told_in_the_zone_with_its_name() {
        let winter = "2026-11-22T08:35:59Z".parse().unwrap();
        let summer = "2026-07-01T22:30:00Z".parse().unwrap();
        assert_eq!(stamp(&Zone::default(), winter), "22 Nov 2026, 14:05 (Asia/Kolkata)");
        assert_eq!(stamp(&zone("Asia/Kathmandu"), winter), "22 Nov 2026, 14:20 (Asia/Kathmandu)");
        assert_eq!(stamp(&zone("Europe/Berlin"), winter), "22 Nov 2026, 09:35 (Europe/Berlin)");
        assert_eq!(stamp(&zone("Europe/Berlin"), summer), "2 Jul 2026, 00:30 (Europe/Berlin)");
        assert_eq!(
            stamp(&zone("America/Vancouver"), winter),
            "22 Nov 2026, 01:35 (America/Vancouver)",
            "summer time for good since 2026, which tzdata 2025b does not know"
        );
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for name in ["Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            assert!(stamp(&zone(name), DateTime::<Utc>::MAX_UTC).contains("26214"));
            assert!(stamp(&zone(name), DateTime::<Utc>::MIN_UTC).contains("-26214"));
        }
    }
}
