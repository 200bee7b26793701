mod lossless;

use std::ops::RangeInclusive;

use chrono::NaiveDate;

use super::*;

fn years(first: i32, last: i32) -> RangeInclusive<NaiveDate> {
    NaiveDate::from_ymd_opt(first, 1, 1).unwrap()..=NaiveDate::from_ymd_opt(last, 12, 31).unwrap()
}

/// The dates that were read, a line each, and then the problems.
fn told(read: &Result<Import, Unreadable>) -> String {
    let read = match read {
        Ok(read) => read,
        Err(error) => return error.to_string(),
    };
    let mut lines = vec![];
    for ImportedDate { line, date, name, estimated, time, text } in &read.dates {
        let estimated = if *estimated { ", estimated" } else { "" };
        let time = time.map(|time| format!(", {time}")).unwrap_or_default();
        let text = text.as_ref().map(|text| format!(", {text:?}")).unwrap_or_default();
        lines.push(format!("{line}: {date} {name}{estimated}{time}{text}"));
    }
    lines.extend(read.problems.iter().map(ImportProblem::to_string));
    for (count, what) in [(read.cancelled, "cancelled"), (read.outside, "outside")] {
        if count > 0 {
            lines.push(format!("{count} {what}"));
        }
    }
    lines.join("\n")
}

fn table(text: &str) -> String {
    told(&csv(text.as_bytes()))
}

fn calendar(events: &str) -> String {
    let text = format!("BEGIN:VCALENDAR\n{events}\nEND:VCALENDAR\n");
    let zone = "Asia/Kolkata".parse().unwrap();
    told(&icalendar(text.as_bytes(), &zone, years(2026, 2028)))
}

fn event(properties: &str) -> String {
    format!("BEGIN:VEVENT\n{properties}\nEND:VEVENT")
}

#[test]
fn a_table_is_read_however_it_is_written() {
    for text in [
        "date,name\n2027-10-29,Diwali\n2027-12-25,Christmas",
        "\u{feff}DATE;Name;\r\n29-Oct-2027;Diwali;\r\n25-Dec-2027;Christmas;\r\n;;\r\n",
        "Festival\tNotes\tDate\nDiwali\tlights\t29/10/2027\nChristmas\t\t25/12/2027\n",
        "sep=;\nHoliday;\"Start Date\"\nDiwali;\"10/29/2027\"\nChristmas;\"12/25/2027\"\n",
        "# holidays\n\nname|date\nDiwali|2027-10-29\n\nChristmas|2027-12-25\n",
        "date,name\rOct 29 2027,Diwali\r\"December 25, 2027\",Christmas\r",
    ] {
        let read = csv(text.as_bytes()).unwrap();
        let dates: Vec<_> = read.dates.iter().map(|it| (it.date.to_string(), &*it.name)).collect();
        let expected =
            [("2027-10-29".to_owned(), "Diwali"), ("2027-12-25".to_owned(), "Christmas")];
        assert_eq!(dates, expected, "{text}");
        assert_eq!((read.rows, read.problems), (2, vec![]), "{text}");
    }
}

#[test]
fn what_a_table_says_beside_date_and_name_is_read() {
    insta::assert_snapshot!(table(
        "Date,Name,Tentative,Time,Greeting\n\
         2027-03-10,Id-ul-Fitr,yes,09:00,\"Eid Mubarak, {customerName}!\nYours, Asha\"\n\
         2027-05-17,Bakrid (estimated),,,\n\
         2027-05-18,Bakrid (estimated),no,8:30,\n\
         2027-10-29,Diwali\n"
    ), @r#"
    2: 2027-03-10 Id-ul-Fitr, estimated, 09:00, "Eid Mubarak, {customerName}!\nYours, Asha"
    4: 2027-05-17 Bakrid, estimated
    5: 2027-05-18 Bakrid, 08:30
    6: 2027-10-29 Diwali
    "#);
}

#[test]
fn every_bad_row_says_what_would_be_right() {
    insta::assert_snapshot!(table(
        "date,name,estimated,time\n\
         31/02/2027,Diwali,no,09:00\n\
         ,,perhaps,9 pm\n\
         2027-10-29,Diwali, Deepavali,no,\n\
         2027-10-29\n\
         2027-10-29,The \"big\" day,,\n\
         2027-10-30,\"Diwali,,\n\
         2027-10-29,Diwali,,24:00\n\
         2027-10-29,Diwali,,\n\
         29 Oct 2027,DIWALI,,\n"
    ), @r#"
    9: 2027-10-29 Diwali
    line 2, date: "31/02/2027" is not a date; one such as 2027-10-29 is expected
    line 3, date: there is no date; one such as 2027-10-29 is expected
    line 3, name: there is no name; one such as Diwali is expected
    line 3, estimated: "perhaps" is neither yes nor no; leave it empty for no
    line 3, time: "9 pm" is no time of a day; one from 00:00 to 23:59 is expected, such as 09:00
    line 4, estimated: "Deepavali" is neither yes nor no; leave it empty for no
    line 4, time: "no" is no time of a day; one from 00:00 to 23:59 is expected, such as 09:00
    line 5, row: it has 1 cell where 4 are expected; a cell with a comma in it needs "quotes"
    line 6, row: a quote (") stands inside a cell; write the cell in quotes and the quote twice, as in "the ""big"" day"
    line 7, row: a quote (") is opened and never closed; close it, or leave it out
    line 8, time: "24:00" is no time of a day; one from 00:00 to 23:59 is expected, such as 09:00
    line 10, row: the same date and name stand on line 9; leave one of them out
    "#);
}

#[test]
fn an_unclear_date_is_read_where_its_column_shows_the_order() {
    let read = table("date,name\n05/01/2027,A\n25/12/2027,B\n");
    assert_eq!(read, "2: 2027-01-05 A\n3: 2027-12-25 B");
    let read = table("date,name\n05/01/2027,A\n12/25/2027,B\n");
    assert_eq!(read, "2: 2027-05-01 A\n3: 2027-12-25 B");
    for other in ["2027-12-25,B", "25/12/2027,B\n12/25/2028,C"] {
        let read = table(&format!("date,name\n05/01/2027,A\n{other}\n"));
        assert!(
            read.contains("line 2, date: \"05/01/2027\" may be 5 Jan 2027 or 1 May 2027"),
            "{read}"
        );
    }
}

#[test]
fn a_quote_that_swallows_rows_costs_its_own_row_alone() {
    for first in ["2027-10-29,Diwali,\"Happy", "2027-10-29,Diwali,Ha\"ppy"] {
        for rest in ["2027-12-25,Christmas,Merry\"", "2027-12-25,Christmas,\"Merry\""] {
            let read =
                csv(format!("date,name,text\n{first}\n{rest}\n2028-01-01,New Year,x\n").as_bytes());
            let read = read.unwrap();
            assert_eq!(read.rows, 3, "{read:?}");
            assert!(read.dates.iter().any(|it| it.name == "New Year"), "{read:?}");
            assert!(read.dates.iter().all(|it| it.name != "Diwali"), "{read:?}");
        }
    }
    let before =
        csv(b"text,date,name\n\"Happy,2027-10-29,Diwali\nMerry\",2027-12-25,Christmas\n").unwrap();
    assert_eq!((before.rows, before.dates.len()), (2, 0), "{before:?}");
}

#[test]
fn a_file_that_is_no_table_is_told_by_what_it_is() {
    for (text, why) in [
        ("", "the file is empty"),
        ("sep=;\n", "the file is empty"),
        ("# a\n# b", "the file is empty"),
        ("PK\u{3}\u{4}", "the file is an Excel workbook; save it"),
        (
            "2027-10-29,Diwali\n",
            "the file has no column date; its first line must name the columns",
        ),
        ("date;amount\n", "the file has no column name"),
        ("name\tday\n", "the file has no column date"),
        ("date,festival,holiday\n", "two columns of the file may be the name"),
        ("date,date,name\n", "two columns of the file may be the date"),
        ("date,na\"me\n", "a quote (\") of the first line"),
    ] {
        let told = csv(text.as_bytes()).unwrap_err().to_string();
        assert!(told.starts_with(why), "{text}: {told}");
    }
    assert_eq!(table("date,name,festival\n2027-10-29,Diwali,x"), "2: 2027-10-29 Diwali");
    assert_eq!(csv(b"date,name\n").unwrap(), Import::default());
}

#[test]
fn bytes_that_are_not_utf_8_cost_their_row() {
    let read = told(&csv(b"date,name\n2027-10-29,Fi\xeasta\n2027-12-25,Christmas\n"));
    let expected = "3: 2027-12-25 Christmas\n\
         line 2, row: it holds bytes that are no text; save the file as UTF-8";
    assert_eq!(read, expected);
}

#[test]
fn the_core_s_own_table_is_read() {
    let read = csv(include_bytes!("../india.csv")).unwrap();
    assert_eq!((read.rows, read.problems.len()), (read.dates.len(), 0));
    assert!(read.rows > 200);
    assert_eq!(read.dates.iter().filter(|it| it.estimated).count(), 19);
}

#[test]
fn events_are_on_the_dates_that_they_say() {
    for (start, date) in [
        ("DTSTART;VALUE=DATE:20271029", "2027-10-29"),
        ("dtstart:20271029", "2027-10-29"),
        ("DTSTART:20271029T233000", "2027-10-29"),
        // Half past seven in the evening here is one in the morning in India.
        ("DTSTART:20271029T193000Z", "2027-10-30"),
        ("DTSTART;TZID=Europe/London:20271029T203000", "2027-10-30"),
        ("DTSTART;TZID=\"India Standard Time\":20271029T233000", "2027-10-29"),
        ("DTSTART;VALUE=DATE:20271029\nDTEND;VALUE=DATE:20271102", "2027-10-29"),
    ] {
        let read = calendar(&event(&format!("{start}\nSUMMARY:Diwali\\, Deep\n avali")));
        assert_eq!(read, format!("2: {date} Diwali, Deepavali"), "{start}");
    }
}

#[test]
fn repetitions_have_exceptions_and_changes() {
    let yearly = "UID:1\nDTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\nSUMMARY:Christmas\n";
    let all = "2: 2026-12-25 Christmas\n2: 2027-12-25 Christmas\n2: 2028-12-25 Christmas";
    assert_eq!(calendar(&event(yearly)), all);
    let without = format!("{yearly}EXDATE;VALUE=DATE:20261225,20281225");
    assert_eq!(calendar(&event(&without)), "2: 2027-12-25 Christmas");
    let moved =
        "UID:1\nRECURRENCE-ID;VALUE=DATE:20271225\nDTSTART;VALUE=DATE:20271226\nSUMMARY:Christmas";
    let read = calendar(&format!("{}\n{}", event(yearly), event(moved)));
    assert!(!read.contains("2027-12-25") && read.contains("9: 2027-12-26 Christmas"), "{read}");
    let cancelled = "UID:1\nRECURRENCE-ID;VALUE=DATE:20271225\nSTATUS:CANCELLED";
    let read = calendar(&format!("{}\n{}", event(yearly), event(cancelled)));
    assert_eq!(read, "2: 2026-12-25 Christmas\n2: 2028-12-25 Christmas\n1 cancelled");
}

#[test]
fn what_is_cancelled_or_outside_is_counted_and_what_is_tentative_is_estimated() {
    let all = [
        event("DTSTART;VALUE=DATE:20270310\nSUMMARY:Id-ul-Fitr (tentative)"),
        event("DTSTART;VALUE=DATE:20270517\nSUMMARY:Bakrid\nSTATUS:tentative"),
        event("DTSTART;VALUE=DATE:20270618\nSUMMARY:Fair\nSTATUS:CANCELLED"),
        event("DTSTART;VALUE=DATE:20251020\nSUMMARY:Diwali"),
        event("DTSTART;VALUE=DATE:20291225\nRRULE:FREQ=YEARLY\nSUMMARY:Christmas"),
    ];
    let expected = "2: 2027-03-10 Id-ul-Fitr, estimated\n6: 2027-05-17 Bakrid, estimated\n\
         1 cancelled\n2 outside";
    assert_eq!(calendar(&all.join("\n")), expected);
}

#[test]
fn every_bad_event_says_what_would_be_right() {
    let all = [
        event("SUMMARY:Diwali"),
        event("DTSTART;VALUE=DATE:20270231\nSUMMARY:Diwali"),
        event("DTSTART:20271029T2530\nSUMMARY:Diwali"),
        event("DTSTART:20271029\nDTSTART:20271030"),
        event("DTSTART:20271029\nSUMMARY:Diwali\nRRULE:FREQ=MONTHLY"),
        event("DTSTART:20271029\nSUMMARY:Diwali\nRDATE:20281017"),
        event("DTSTART:20271029\nSUMMARY:Diwali\nEXDATE:never"),
        event("DTSTART:20271029\nSUMMARY:Diwali\nRECURRENCE-ID;RANGE=THISANDFUTURE:20271029"),
        event("RECURRENCE-ID:soon\nSTATUS:CANCELLED"),
        event("DTSTART:20271029\nSUMMARY:Diwali,\nthe festival of lights"),
        "BEGIN:VEVENT\nDTSTART:20271029".to_owned(),
        event("DTSTART:20271029\nSUMMARY:Diwali"),
        event("DTSTART:20271029\nSUMMARY:diwali"),
        "BEGIN:VEVENT\nDTSTART:20271029".to_owned(),
    ];
    insta::assert_snapshot!(calendar(&all.join("\n")), @r#"
    48: 2027-10-29 Diwali
    line 2, DTSTART: there is no date; one such as 20271029 is expected
    line 5, DTSTART: "20270231" is not a date; one such as 20271029 or 20271029T090000 is expected
    line 9, DTSTART: "20271029T2530" is not a date; one such as 20271029 or 20271029T090000 is expected
    line 13, DTSTART: it stands there twice; leave one out
    line 13, SUMMARY: there is no name; one such as Diwali is expected
    line 17, RRULE: the repetition "FREQ=MONTHLY" is not read, only one that is every year on the day of DTSTART or on a weekday such as FREQ=YEARLY;BYMONTH=11;BYDAY=4TH; give its dates as events of their own
    line 22, RDATE: further dates are not read; give them as events of their own
    line 27, EXDATE: "never" is not a date; one such as 20271029 or 20271029T090000 is expected
    line 32, RECURRENCE-ID: a change of all later dates is not read; give each as an event of its own
    line 37, DTSTART: there is no date; one such as 20271029 is expected
    line 37, SUMMARY: there is no name; one such as Diwali is expected
    line 41, event: line 44 is no property; one such as SUMMARY:Diwali is expected, and a blank before the rest of a line
    line 46, event: it is not closed; END:VEVENT is expected
    line 52, event: the same date and name stand on line 48; leave one of them out
    line 56, event: it is not closed; END:VEVENT is expected
    "#);
}

#[test]
fn what_else_a_calendar_holds_is_no_matter() {
    let text = "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19701025T030000\nEND:STANDARD\n\
        END:VTIMEZONE\nBEGIN:VEVENT\nDTSTART:20271029\nBEGIN:VALARM\nSUMMARY:Wake up\nno property\n\
        END:VALARM\n\nSUMMARY:Diwali\nEND:VEVENT\nBEGIN:VTODO\nSUMMARY:Sweep\nEND:VTODO";
    assert_eq!(calendar(text), "8: 2027-10-29 Diwali");
    let zone = "Asia/Kolkata".parse().unwrap();
    let read = |text: &[u8]| told(&icalendar(text, &zone, years(2026, 2028)));
    assert!(read(b"date,name\n").starts_with("the file is no iCalendar"));
    assert!(
        read(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").starts_with("the calendar has no events")
    );
    let bytes = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20271029\nSUMMARY:Fi\xeasta\nEND:VEVENT";
    assert_eq!(
        read(bytes),
        "line 2, event: it holds bytes that are no text; save the file as UTF-8"
    );
}
