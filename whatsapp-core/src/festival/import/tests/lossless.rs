//! Written files are read back, and nothing is lost, whatever a file holds.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::super::*;
use super::years;

/// Dates with names, each in one line; no two are the same.
fn dates() -> impl Strategy<Value = Vec<ImportedDate>> {
    let name = "[A-Z][a-zé]{3,9}( [a-z',;\"|:\\\\#-]{1,9}){0,3}";
    let text = proptest::option::of("[A-Z][a-z ,;\"{}|]{0,20}(\n[a-z,;\"{}| ]{0,20}){0,2}[!.]");
    let time = proptest::option::of((0_u16..24, 0_u16..60));
    let row = (0_i64..20_000, name, any::<bool>(), time, text);
    proptest::collection::vec(row, 1..12).prop_map(|rows| {
        let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
        let numbered = rows.into_iter().enumerate();
        numbered
            .map(|(number, (days, name, estimated, time, text))| ImportedDate {
                line: 0,
                date: first + chrono::TimeDelta::days(days),
                name: format!("{name} {number}"),
                estimated,
                time: time.map(|(hour, minute)| DayTime::new(hour, minute).unwrap()),
                text,
            })
            .collect()
    })
}

fn without_lines(dates: Vec<ImportedDate>) -> Vec<ImportedDate> {
    dates.into_iter().map(|date| ImportedDate { line: 0, ..date }).collect()
}

/// A table with its columns in some order.
fn written(
    dates: &[ImportedDate],
    delimiter: char,
    end: &str,
    order: &[usize],
    mark: &str,
) -> String {
    let quote = |cell: String| format!("\"{}\"", cell.replace('"', "\"\""));
    let row = |cells: [String; 5]| {
        let cells: Vec<String> = order.iter().map(|at| cells[*at].clone()).collect();
        format!("{}{end}", cells.join(&delimiter.to_string()))
    };
    let names = ["Date", "NAME", "estimated", "Time", "text"].map(str::to_owned);
    let rows = dates.iter().map(|it| {
        row([
            it.date.to_string(),
            quote(it.name.clone()),
            if it.estimated { "yes" } else { "no" }.to_owned(),
            it.time.map(|time| time.to_string()).unwrap_or_default(),
            quote(it.text.clone().unwrap_or_default()).replace('\n', end),
        ])
    });
    format!("{mark}{}{}", row(names), rows.collect::<String>())
}

/// A calendar with folded lines.
fn events(dates: &[ImportedDate], width: usize, end: &str) -> String {
    let mut text = format!("BEGIN:VCALENDAR{end}");
    for it in dates {
        let name = it.name.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
        let summary: Vec<char> = format!("SUMMARY:{name}").chars().collect();
        let folded: Vec<String> = summary.chunks(width).map(|part| part.iter().collect()).collect();
        let lines = [
            "BEGIN:VEVENT".to_owned(),
            format!("DTSTART;VALUE=DATE:{}", it.date.format("%Y%m%d")),
            folded.join(&format!("{end} ")),
            format!("STATUS:{}", if it.estimated { "TENTATIVE" } else { "CONFIRMED" }),
            "END:VEVENT".to_owned(),
        ];
        text.extend(lines.map(|line| line + end));
    }
    text + "END:VCALENDAR" + end
}

/// Each row gave dates or a problem, or is counted.
fn is_whole(read: &Import) -> bool {
    let dates = read.dates.iter().map(|it| it.line);
    let lines: BTreeSet<u64> = dates.chain(read.problems.iter().map(|it| it.line)).collect();
    lines.len() + read.cancelled + read.outside == read.rows
        && read.problems.iter().all(|it| !it.problem.is_empty())
}

fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_table_that_is_written_is_read_again(
        dates in dates(),
        delimiter in select(vec![',', ';', '\t', '|']),
        end in select(vec!["\n", "\r\n"]),
        order in Just(vec![0, 1, 2, 3, 4]).prop_shuffle(),
        mark in select(vec!["", "\u{feff}", "# of ours\n"]),
    ) {
        let text = written(&dates, delimiter, end, &order, mark);
        let read = csv(text.as_bytes()).unwrap();
        prop_assert_eq!(&read.problems, &[]);
        prop_assert_eq!(read.rows, dates.len());
        prop_assert_eq!(without_lines(read.dates), dates);
    }

    #[test]
    fn a_calendar_that_is_written_is_read_again(
        dates in dates(),
        width in 9_usize..80,
        end in select(vec!["\n", "\r\n"]),
    ) {
        let dates: Vec<_> =
            dates.into_iter().map(|it| ImportedDate { time: None, text: None, ..it }).collect();
        let zone = "Asia/Kolkata".parse().unwrap();
        let text = events(&dates, width, end);
        let read = icalendar(text.as_bytes(), &zone, years(2000, 2060)).unwrap();
        prop_assert_eq!(&read.problems, &[]);
        prop_assert_eq!(without_lines(read.dates), dates);
    }

    #[test]
    fn no_row_of_a_table_is_lost(text in pieces(&[
        "\n", "\n", "\r\n", ",", ",", ";", "\t", "\"", "\"\"", " ", "#", "2027-10-29", "05/01/2027",
        "29/10/2027", "10/29/2027", "Diwali", "Holi (estimated)", "yes", "09:00", "x", "\u{feff}",
        "\0",
        "2027-10-29,Diwali,\n", "2028-10-17,\"Diwali\",yes\n",
    ])) {
        let read = csv(format!("date,name,estimated,time,text\n{text}").as_bytes()).unwrap();
        prop_assert!(is_whole(&read), "{read:?}");
    }

    #[test]
    fn no_event_of_a_calendar_is_lost(text in pieces(&[
        "BEGIN:VEVENT\n", "END:VEVENT\n", "BEGIN:VALARM\n", "END:VALARM\n", "END:VCALENDAR\n",
        "DTSTART:20271029\n", "DTSTART:20281017T093000Z\n",
        "DTSTART;TZID=Europe/Paris:20270101T010000\n",
        "SUMMARY:Diwali\n", "SUMMARY:Holi\n", "STATUS:CANCELLED\n", "RRULE:FREQ=YEARLY\n",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1FR;COUNT=3\n", "EXDATE:20271029\n", "UID:1\n",
        "RECURRENCE-ID:20271029\n", " rest\n", "no property\n", "\n", "X;Y=\"z:1\n",
    ])) {
        let zone = "Asia/Kolkata".parse().unwrap();
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{text}");
        let read = icalendar(text.as_bytes(), &zone, years(2027, 2030)).unwrap();
        prop_assert!(is_whole(&read), "{read:?}");
    }

    #[test]
    fn no_bytes_are_too_odd(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        text in any::<String>(),
    ) {
        let zone = "America/New_York".parse().unwrap();
        for head in [&b""[..], b"date,name\n", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", b"\xff\xfe"] {
            for body in [&bytes[..], text.as_bytes()] {
                let file = [head, body].concat();
                let read = [csv(&file), icalendar(&file, &zone, NaiveDate::MIN..=NaiveDate::MAX)];
                prop_assert!(read.iter().flatten().all(is_whole));
            }
        }
    }
}
