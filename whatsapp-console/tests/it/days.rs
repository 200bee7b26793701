//! Days at their edges: a message is found on its day by the clocks of the business, and
//! on no other.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use whatsapp_core::message::Delivery;
use whatsapp_core::time::Zone;
use whatsapp_testkit::fixtures::save_settings;

use crate::shop::{Shop, message, sent};

/// Zones, each with days to look at: ordinary ones, and those on which the clocks are set.
const ZONES: [(&str, &[&str]); 3] = [
    ("Asia/Kolkata", &["2026-02-28", "2026-12-31"]),
    // A day of 23 hours, one of 25, and the last of a year.
    ("Europe/Berlin", &["2026-03-29", "2026-10-25", "2026-12-31"]),
    // The same on the other side of the world, half a day ahead.
    ("Pacific/Auckland", &["2026-04-05", "2026-09-27", "2026-06-30"]),
];

fn begin(day: NaiveDate, zone: &Zone) -> DateTime<Utc> {
    zone.first_at(day, NaiveTime::MIN).unwrap()
}

/// The first and the last instants of a day, and those right beside them.
fn edges(day: NaiveDate, zone: &Zone) -> Vec<DateTime<Utc>> {
    let (from, until) = (begin(day, zone), begin(day + Days::new(1), zone));
    let moment = TimeDelta::microseconds(1);
    vec![from - moment, from, from + TimeDelta::hours(12), until - moment, until]
}

#[tokio::test]
async fn a_message_is_found_on_its_day_and_on_no_other() {
    for (name, days) in ZONES {
        let zone: Zone = name.parse().unwrap();
        for day in days.iter().map(|day| day.parse::<NaiveDate>().unwrap()) {
            let shop = Shop::new();
            let edges = edges(day, &zone);
            shop.clock.advance_to(*edges.last().unwrap());
            let rows = [("whatsapp_time_zone", name)];
            save_settings(&shop.store, &rows, edges[0]).await;
            for (seed, at) in (1..).zip(&edges) {
                shop.put(message(seed, &at.to_string(), *at, sent(*at, Delivery::Read))).await;
            }
            let mut browser = shop.manager();
            for asked in [day - Days::new(2), day - Days::new(1), day, day + Days::new(1)] {
                let on_it = edges.iter().rev().filter(|at| zone.date(**at) == asked);
                let expected: Vec<_> = on_it.map(ToString::to_string).collect();
                browser.open(&format!("messages?from={asked}&until={asked}")).await;
                assert_eq!(browser.page.all("#rows .cust a"), expected, "{name}, {asked}");
            }
            // The same days by their names, while it is still that day.
            let today = shop_at(&shop, *edges.last().unwrap() - TimeDelta::seconds(1));
            for (named, asked) in [("today", day), ("yesterday", day - Days::new(1))] {
                let on_it = edges.iter().rev().filter(|at| zone.date(**at) == asked);
                let expected: Vec<_> = on_it.map(ToString::to_string).collect();
                let mut browser = today.manager();
                browser.open(&format!("messages?when={named}")).await;
                assert_eq!(browser.page.all("#rows .cust a"), expected, "{name}, {named} {day}");
            }
        }
    }
}

/// The same shop at another instant.
fn shop_at(shop: &Shop, at: DateTime<Utc>) -> Shop {
    let back = at - whatsapp_core::port::Clock::now(&shop.clock);
    shop.clock.jump_wall_clock(back);
    shop.clone()
}

#[tokio::test]
async fn days_by_name_are_told_as_dates() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    for (when, chip) in [
        ("today", "When: today (27 Jan 2026)"),
        ("yesterday", "When: yesterday (26 Jan 2026)"),
        ("last-7", "When: last 7 days (21 Jan 2026 to 27 Jan 2026)"),
        ("this-month", "When: this month (1 Jan 2026 to 27 Jan 2026)"),
        ("last-month", "When: last month (1 Dec 2025 to 31 Dec 2025)"),
    ] {
        assert_eq!(browser.open(&format!("messages?when={when}")).await.one(".chip"), chip);
    }
    let page = browser.open("messages?from=2026-01-03&until=2026-01-05&when=today").await;
    assert_eq!(page.one(".chip"), "When: 3 Jan 2026 to 5 Jan 2026");
}
