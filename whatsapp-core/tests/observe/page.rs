//! The page about observability, which is compared with the code.

use whatsapp_core::observe::{FIELDS, METRICS, SPANS};

const PAGE: &str = include_str!("../../../docs/observability.md");

/// The rows of the table under a heading, cell by cell and without marks.
pub(crate) fn rows(heading: &str) -> Vec<Vec<String>> {
    let begin = format!("\n## {heading}\n");
    let section = PAGE.split(begin.as_str()).nth(1).expect("the page has the heading");
    let section = section.split("\n## ").next().unwrap();
    let cells = |row: &str| -> Vec<String> {
        let cells = row.trim().trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    };
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with("| `")).map(cells).collect();
    assert!(!rows.is_empty(), "there is no table under {heading}");
    rows
}

/// The first cells of each row.
fn first(heading: &str, count: usize) -> Vec<Vec<String>> {
    rows(heading).into_iter().map(|row| row[..count].to_vec()).collect()
}

#[test]
fn the_page_lists_the_spans_of_the_code() {
    let code: Vec<_> = SPANS
        .iter()
        .map(|span| [span.name.to_owned(), span.level.to_owned(), span.fields.join(", ")].to_vec())
        .collect();
    assert_eq!(first("Spans", 3), code);
}

#[test]
fn the_page_lists_the_fields_of_the_code() {
    let code: Vec<_> = FIELDS.iter().map(|field| vec![(*field).to_owned()]).collect();
    assert_eq!(first("Fields", 1), code);
}

#[test]
fn the_page_lists_the_metrics_of_the_code() {
    let code: Vec<_> = METRICS
        .iter()
        .map(|metric| {
            let (kind, labels) = (metric.kind.as_str(), metric.labels.join(", "));
            [metric.name, kind, metric.unit, &labels].map(str::to_owned).to_vec()
        })
        .collect();
    assert_eq!(first("Metrics", 4), code);
}

#[test]
fn every_row_says_what_it_means() {
    for (heading, cells) in [("Spans", 4), ("Fields", 2), ("Metrics", 6), ("Health", 2)] {
        for row in rows(heading) {
            assert_eq!(row.len(), cells, "{row:?}");
            assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        }
    }
}
