use chrono::{TimeDelta, TimeZone};
use serde_json::json;

use super::*;

fn at(day: u32, hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2030, 1, day, hour, 0, 0).unwrap()
}

fn utc() -> FixedOffset {
    FixedOffset::east_opt(0).unwrap()
}

fn row(id: &str, day: u32, hour: u32) -> Value {
    json!({
        "id": id,
        "phonenumber": "919876543210",
        "text": format!("text {id}"),
        "createdAt": at(day, hour).format("%Y-%m-%d %H:%M:%S").to_string(),
    })
}

fn page(number: u64, count: u64, rows: &[Value]) -> Value {
    json!({
        "success": true,
        "statusCode": 200,
        "data": {"data": rows, "pageCount": count, "page": format!("{number} of {count}")},
    })
}

fn ids(listing: &Listing) -> Vec<&str> {
    listing.messages.iter().map(|row| row.gateway_id.as_deref().unwrap_or("none")).collect()
}

/// Reads these pages as far as they are requested; also returns how many that were.
fn read(since: DateTime<Utc>, replies: &[Value]) -> (Listing, usize) {
    let mut pages = Pages::new(since, utc());
    for (at, reply) in replies.iter().enumerate() {
        if pages.take(reply).unwrap() == Next::Done {
            return (pages.finish(), at + 1);
        }
    }
    panic!("more pages are asked for than there are");
}

#[test]
fn all_pages_are_read_and_repeated_rows_counted_once() {
    let (listing, read) = read(
        at(1, 0),
        &[
            page(1, 2, &[row("4", 5, 9), row("3", 4, 9)]),
            page(2, 2, &[row("3", 4, 9), row("2", 3, 9)]),
        ],
    );
    assert_eq!(ids(&listing), ["4", "3", "2"]);
    assert!(listing.complete);
    assert_eq!(read, 2);
    let first = &listing.messages[0];
    assert_eq!(first.text.as_str(), "text 4");
    assert_eq!(first.created_at, Some(at(5, 9)));
}

/// Rows of earlier days, the newest first: `row(1)` is the first of them.
fn falling(rows: std::ops::Range<i64>) -> Vec<Value> {
    let text =
        |nth: i64| (at(20, 0) - TimeDelta::hours(nth)).format("%Y-%m-%d %H:%M:%S").to_string();
    rows.map(|nth| {
        let mut row = row(&format!("r{nth}"), 1, 0);
        row["createdAt"] = json!(text(nth));
        row
    })
    .collect()
}

#[test]
fn reading_stops_at_a_page_that_is_older_throughout_once_the_order_is_sure() {
    let pages =
        [page(1, 9, &falling(0..12)), page(2, 9, &falling(12..24)), page(3, 9, &falling(24..36))];
    let (listing, read) = super::tests::read(at(20, 0) - TimeDelta::hours(6), &pages);
    assert_eq!((listing.complete, read), (true, 2));
    assert_eq!(listing.messages.len(), 24, "older rows are left to who compares them");
}

#[test]
fn an_order_that_few_rows_show_or_one_breaks_is_not_relied_on() {
    let since = at(20, 0) + TimeDelta::hours(1);
    // Two rows whose times happen to decrease.
    let (listing, read) =
        super::tests::read(since, &[page(1, 2, &falling(0..2)), page(2, 2, &[row("new", 20, 9)])]);
    assert_eq!((ids(&listing), read), (vec!["r0", "r1", "new"], 2));
    // Many rows, one of them without a time, or out of order.
    for nth in [3, 7] {
        let mut rows = falling(0..30);
        rows[nth]["createdAt"] =
            if nth == 3 { json!("soon") } else { json!("2030-01-20 00:30:00") };
        let (listing, read) =
            super::tests::read(since, &[page(1, 2, &rows), page(2, 2, &[row("new", 20, 9)])]);
        assert_eq!(read, 2);
        assert!(ids(&listing).contains(&"new"));
    }
}

#[test]
fn a_list_that_begins_with_the_oldest_is_read_to_its_end() {
    let (listing, read) = read(
        at(4, 0),
        &[
            page(1, 2, &[row("1", 1, 9), row("2", 2, 9)]),
            page(2, 2, &[row("3", 3, 9), row("4", 5, 9)]),
        ],
    );
    assert_eq!(ids(&listing), ["1", "2", "3", "4"]);
    assert!(listing.complete);
    assert_eq!(read, 2);
}

#[test]
fn one_old_row_does_not_prove_the_order() {
    let (listing, read) =
        read(at(4, 0), &[page(1, 2, &[row("1", 1, 9)]), page(2, 2, &[row("2", 5, 9)])]);
    assert_eq!(ids(&listing), ["1", "2"]);
    assert_eq!(read, 2);
}

#[test]
fn every_row_but_groups_is_kept_with_its_recipient_as_listed() {
    let to = |id: &str, recipient: Value| {
        let mut row = row(id, 5, 9);
        row["phonenumber"] = recipient;
        row
    };
    let mut by_to = to("4", json!(null));
    by_to["to"] = json!("919876543210@c.us");
    let mut twice = to("5", json!("919876543210"));
    twice["to"] = json!("919876543210");
    let mut disagree = to("6", json!("447700900123"));
    disagree["to"] = json!("100000000000042@lid");
    let rows = [
        to("1", json!("91987654321099")),
        to("2", json!("100000000000042@lid")),
        to("3", json!(919_876_543_210_u64)),
        by_to,
        twice,
        disagree,
        to("7", json!(null)),
        to("8", json!(["919876543210"])),
    ];
    let (listing, _) = read(at(1, 0), &[page(1, 1, &rows)]);
    let recipients: Vec<_> =
        listing.messages.iter().map(|row| row.recipient.as_ref().map(Private::as_str)).collect();
    let expected = [
        Some("91987654321099"),
        Some("100000000000042@lid"),
        Some("919876543210"),
        Some("919876543210@c.us"),
        Some("919876543210"),
        None,
        None,
        None,
    ];
    assert_eq!(recipients, expected);
    assert!(listing.complete);
}

#[test]
fn messages_to_groups_are_left_out_and_nothing_else_is() {
    let with = |name: &str, value: Value| {
        let mut row = row("1", 5, 9);
        row[name] = value;
        row
    };
    for group in [
        with("groupId", json!("120363000000000000")),
        with("groupId", json!("120363000000000000@g.us")),
        with("groupId", json!("919876543210-1600000000")),
        with("phonenumber", json!("120363000000000000@g.us")),
        with("to", json!("120363000000000000@G.US")),
    ] {
        let (listing, _) = read(at(1, 0), &[page(1, 1, std::slice::from_ref(&group))]);
        assert_eq!((listing.messages.len(), listing.complete), (0, true), "{group}");
    }
    let no_id = ["00000000-0000-0000-0000-000000000000", "000000000000000000000000"];
    for person in ["", "0", "N/A", "null", "false", "919876543210"].into_iter().chain(no_id) {
        for person in [json!(person), json!(null), json!(0), json!(false)] {
            let (listing, _) = read(at(1, 0), &[page(1, 1, &[with("groupId", person.clone())])]);
            assert_eq!(listing.messages.len(), 1, "{person}");
        }
    }
}

#[test]
fn rows_without_an_id_are_kept_and_rows_with_one_are_kept_once() {
    let mut nameless = row("1", 5, 9);
    nameless.as_object_mut().unwrap().remove("id");
    let mut other = row("2", 5, 9);
    other["text"] = json!("another text under the same id");
    let rows = [nameless.clone(), nameless, row("2", 5, 9), row("2", 5, 9), other];
    let (listing, _) = read(at(1, 0), &[page(1, 1, &rows)]);
    assert_eq!(ids(&listing), ["none", "none", "2", "2"]);
    assert!(listing.complete);
}

#[test]
fn pages_that_do_not_add_up_make_the_listing_incomplete() {
    let one = [row("1", 5, 9)];
    // The same page again.
    let (listing, _) = read(at(1, 0), &[page(1, 3, &one), page(2, 3, &one)]);
    assert_eq!((ids(&listing), listing.complete), (vec!["1"], false));
    // Another page than the requested one.
    let (listing, _) = read(at(1, 0), &[page(2, 1, &[])]);
    assert!(!listing.complete);
    // A page that should have rows.
    let (listing, _) = read(at(1, 0), &[page(1, 3, &one), page(2, 3, &[])]);
    assert!(!listing.complete);
}

#[test]
fn an_empty_list_is_complete() {
    for reply in [page(1, 0, &[]), page(1, 1, &[]), json!({"pageCount": 0, "data": []})] {
        let (listing, _) = read(at(1, 0), &[reply]);
        assert_eq!((ids(&listing), listing.complete), (vec![], true));
    }
}

#[test]
fn an_empty_page_of_several_is_incomplete() {
    let (listing, _) = read(at(1, 0), &[page(1, 3, &[])]);
    assert_eq!((ids(&listing), listing.complete), (vec![], false));
}

#[test]
fn without_a_page_count_reading_ends_at_an_empty_page() {
    let bare = |rows: &[Value]| json!({"success": true, "result": {"data": rows}});
    let (listing, read) =
        read(at(1, 0), &[bare(&[row("2", 5, 9)]), bare(&[row("1", 4, 9)]), bare(&[])]);
    assert_eq!((ids(&listing), listing.complete), (vec!["2", "1"], true));
    assert_eq!(read, 3);
}

#[test]
fn after_fifty_pages_the_listing_is_incomplete() {
    let replies: Vec<_> =
        (1..=60).map(|number| page(number, 60, &[row(&number.to_string(), 5, 9)])).collect();
    let (listing, read) = read(at(1, 0), &replies);
    assert_eq!(read, 50);
    assert_eq!(listing.messages.len(), 50);
    assert!(!listing.complete);
    // Exactly fifty pages are accepted.
    let replies: Vec<_> =
        (1..=50).map(|number| page(number, 50, &[row(&number.to_string(), 5, 9)])).collect();
    assert!(super::tests::read(at(1, 0), &replies).0.complete);
}

#[test]
fn what_is_no_page_is_no_page() {
    for reply in [
        json!({"success": false, "statusCode": 404, "data": []}),
        json!({"success": true}),
        json!({"data": "none"}),
        json!([]),
        json!("No messages"),
    ] {
        let mut pages = Pages::new(at(1, 0), utc());
        assert_eq!(pages.take(&reply), None, "{reply}");
    }
}

#[test]
fn times_are_read_in_every_form_and_in_the_zone_that_was_set() {
    let india = FixedOffset::east_opt(5 * 3600 + 1800).unwrap();
    let read = |value: Value| created_at(&json!({"createdAt": value}), india);
    let here = at(2, 3) - TimeDelta::minutes(330);
    for (written, at) in [
        (json!("2030-01-02 03:00:00"), here),
        (json!("2030-01-02T03:00:00.000"), here),
        (json!("2030-01-02T03:00:00Z"), at(2, 3)),
        (json!("2030-01-02T03:00:00+05:30"), here),
        (json!(at(2, 3).timestamp()), at(2, 3)),
        (json!(at(2, 3).timestamp_millis()), at(2, 3)),
        (json!(at(2, 3).timestamp().to_string()), at(2, 3)),
    ] {
        assert_eq!(read(written.clone()), Some(at), "{written}");
    }
    for unreadable in [json!("yesterday"), json!(""), json!(null), json!(i64::MAX)] {
        assert_eq!(read(unreadable.clone()), None, "{unreadable}");
    }
}

#[test]
fn a_time_before_whatsapp_is_none() {
    for written in [
        json!(0),
        json!("0001-01-01T00:00:00Z"),
        json!("1970-01-01 00:00:00"),
        json!("1899-12-30 00:00:00"),
        json!("1405-09-07 17:05:38"),
        json!("1948-09-07 17:05:38"),
        json!("26-11-28 13:35:38"),
        json!(-62_135_596_800_i64),
    ] {
        assert_eq!(created_at(&json!({"createdAt": written}), utc()), None, "{written}");
    }
}

#[test]
fn rows_without_a_readable_time_stay_in() {
    let mut timeless = row("1", 1, 9);
    timeless["createdAt"] = json!("soon");
    timeless["url"] = json!("https://files.example/INV-7.pdf");
    let (listing, _) = read(at(4, 0), &[page(1, 1, &[timeless])]);
    assert_eq!(ids(&listing), ["1"]);
    assert_eq!(listing.messages[0].created_at, None);
    assert_eq!(
        listing.messages[0].url.as_ref().map(Private::as_str),
        Some("https://files.example/INV-7.pdf")
    );
}
