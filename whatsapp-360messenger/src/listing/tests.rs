use chrono::{TimeDelta, TimeZone};
use serde_json::json;

use super::*;

fn number() -> WhatsAppNumber {
    WhatsAppNumber::parse("+919876543210").unwrap()
}

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
    listing.messages.iter().map(|message| message.gateway_id.as_str()).collect()
}

/// Reads these pages as far as they are asked for; gives how many that were.
fn read(since: DateTime<Utc>, replies: &[Value]) -> (Listing, usize) {
    let number = number();
    let mut pages = Pages::new(&number, since, utc());
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

#[test]
fn reading_stops_at_a_page_that_is_older_throughout() {
    let (listing, read) = read(
        at(4, 0),
        &[
            page(1, 9, &[row("4", 5, 9), row("3", 3, 9)]),
            page(2, 9, &[row("2", 2, 9), row("1", 1, 9)]),
        ],
    );
    assert_eq!(ids(&listing), ["4"]);
    assert!(listing.complete);
    assert_eq!(read, 2);
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
    assert_eq!(ids(&listing), ["4"]);
    assert!(listing.complete);
    assert_eq!(read, 2);
}

#[test]
fn one_old_row_does_not_prove_the_order() {
    let (listing, read) =
        read(at(4, 0), &[page(1, 2, &[row("1", 1, 9)]), page(2, 2, &[row("2", 5, 9)])]);
    assert_eq!(ids(&listing), ["2"]);
    assert_eq!(read, 2);
}

#[test]
fn only_rows_to_exactly_this_number_count() {
    let mut longer = row("1", 5, 9);
    longer["phonenumber"] = json!("91987654321099");
    let mut shorter = row("2", 5, 9);
    shorter["phonenumber"] = json!("9198765");
    let mut suffixed = row("3", 5, 9);
    suffixed["phonenumber"] = json!("+919876543210@c.us");
    let mut numeric = row("4", 5, 9);
    numeric["phonenumber"] = json!(919_876_543_210_u64);
    let mut group = row("5", 5, 9);
    group["groupId"] = json!("120363000000000000");
    let (listing, _) = read(at(1, 0), &[page(1, 1, &[longer, shorter, suffixed, numeric, group])]);
    assert_eq!(ids(&listing), ["3", "4"]);
    assert!(listing.complete);
}

#[test]
fn a_row_that_cannot_be_told_makes_the_listing_incomplete() {
    for name in ["id", "phonenumber"] {
        let mut unclear = row("1", 5, 9);
        unclear.as_object_mut().unwrap().remove(name);
        let (listing, _) = read(at(1, 0), &[page(1, 1, &[unclear, row("2", 5, 9)])]);
        assert_eq!(ids(&listing), ["2"], "{name}");
        assert!(!listing.complete, "{name}");
    }
}

#[test]
fn pages_that_do_not_add_up_make_the_listing_incomplete() {
    let one = [row("1", 5, 9)];
    // The same page again.
    let (listing, _) = read(at(1, 0), &[page(1, 3, &one), page(2, 3, &one)]);
    assert_eq!((ids(&listing), listing.complete), (vec!["1"], false));
    // Another page than the one asked for.
    let (listing, _) = read(at(1, 0), &[page(2, 1, &[])]);
    assert!(!listing.complete);
    // A page that should hold something.
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
    // Exactly fifty are all right.
    let replies: Vec<_> =
        (1..=50).map(|number| page(number, 50, &[row(&number.to_string(), 5, 9)])).collect();
    assert!(super::tests::read(at(1, 0), &replies).0.complete);
}

#[test]
fn what_is_no_page_is_no_page() {
    let number = number();
    for reply in [
        json!({"success": false, "statusCode": 404, "data": []}),
        json!({"success": true}),
        json!({"data": "none"}),
        json!([]),
        json!("No messages"),
    ] {
        let mut pages = Pages::new(&number, at(1, 0), utc());
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
