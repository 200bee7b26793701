//! Bars of the last days, as shapes of an SVG: attributes only, for the pages allow no styles in
//! their text.

use crate::view::{Bar, Grid};

/// The numbers of a day.
#[expect(clippy::struct_field_names, reason = "the day of the month has no other name")]
#[derive(Debug, Clone)]
pub(crate) struct Day {
    /// The day of the month.
    pub(crate) day: String,
    /// The date in full.
    pub(crate) date: String,
    /// Messages that went out, and their number in words.
    pub(crate) sent: u64,
    pub(crate) sent_told: String,
    /// Messages that failed, and their number in words.
    pub(crate) failed: u64,
    pub(crate) failed_told: String,
    /// The bar in words.
    pub(crate) label: String,
}

/// Layout of the bars: `viewBox="0 0 640 190"`, labels of days at 184, those of lines ending at 28.
const BASE: f64 = 168.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 44.0;
const STEP: f64 = 43.0;
const WIDTH: f64 = 26.0;

/// The gap between sent and failed messages, without which red on green cannot be told apart.
const GAP: f64 = 2.0;

/// The lines across and the bars, of 14 days at most.
pub(crate) fn bars(days: &[Day]) -> (Vec<Grid>, Vec<Bar>) {
    let days = days.get(days.len().saturating_sub(14)..).unwrap_or_default();
    let most = days.iter().map(|day| day.sent.saturating_add(day.failed)).max().unwrap_or(0);
    let (step, lines) = scale(most);
    let top = step.saturating_mul(lines);
    let length = |number: u64| HEIGHT * as_f64(number) / as_f64(top.max(1));
    let grid = |line: u64| {
        let y = BASE - length(step * line);
        Grid { y: round(y), text_y: round(y + 4.0), label: (step * line).to_string() }
    };
    let bar = |(place, day): (usize, &Day)| {
        let x = LEFT + STEP * as_f64(place as u64);
        let sent = length(day.sent);
        // A single message that failed is seen as well.
        let failed = if day.failed == 0 { 0.0 } else { length(day.failed).max(2.0) };
        Bar {
            x: round(x),
            mid: round(x + WIDTH / 2.0),
            sent_y: round(BASE - sent),
            sent_h: round(sent),
            failed_y: round(BASE - sent - GAP - failed),
            failed_h: round(failed),
            day: day.day.clone(),
            date: day.date.clone(),
            sent: day.sent_told.clone(),
            failed: day.failed_told.clone(),
            label: day.label.clone(),
        }
    };
    ((0..=lines).map(grid).collect(), days.iter().enumerate().map(bar).collect())
}

/// Step between two lines, and the number of lines above the base: round numbers, 2 to 5 lines.
fn scale(most: u64) -> (u64, u64) {
    let mut step = 1_u64;
    for factor in [2, 5, 10].into_iter().cycle() {
        let lines = most.div_ceil(step).max(2);
        let next = magnitude(step).saturating_mul(factor);
        if lines <= 5 || next <= step && factor == 10 {
            return (step, lines);
        }
        if next > step {
            step = next;
        }
    }
    (step, 2)
}

/// The power of ten at or below a step.
fn magnitude(step: u64) -> u64 {
    10_u64.saturating_pow(step.checked_ilog10().unwrap_or(0))
}

#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
fn as_f64(number: u64) -> f64 {
    number as f64
}

/// A length with one decimal digit.
fn round(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(sent: u64, failed: u64) -> Day {
        let (sent_told, failed_told) = (sent.to_string(), failed.to_string());
        let (day, date, label) = ("1".into(), "1 Nov".into(), String::new());
        Day { day, date, sent, sent_told, failed, failed_told, label }
    }

    #[test]
    fn lines_are_round_numbers_and_few() {
        let expected = [
            (0, (1, 2)),
            (1, (1, 2)),
            (5, (1, 5)),
            (6, (2, 3)),
            (11, (5, 3)),
            (26, (10, 3)),
            (270, (100, 3)),
            (1_001, (500, 3)),
            (48_000, (10_000, 5)),
        ];
        for (most, scale_of) in expected {
            assert_eq!(scale(most), scale_of, "{most}");
        }
        assert!(scale(u64::MAX).1 >= 2);
    }

    #[test]
    fn bars_stay_within_the_picture_and_apart() {
        let (grids, bars) = bars(&[day(270, 0), day(0, 0), day(100, 1), day(10, 300)]);
        assert_eq!(grids.last().map(|grid| grid.label.as_str()), Some("400"));
        let number = |text: &str| text.parse::<f64>().unwrap();
        for bar in &bars {
            assert!(number(&bar.failed_y) >= BASE - HEIGHT - GAP, "{bar:?}");
            assert!((number(&bar.sent_y) + number(&bar.sent_h) - BASE).abs() < 0.11, "{bar:?}");
            assert!(
                number(&bar.failed_y) + number(&bar.failed_h) + GAP <= number(&bar.sent_y) + 0.11
            );
        }
        assert_eq!(bars[2].failed_h, "2", "one that failed is seen");
        assert_eq!((bars[1].sent_h.as_str(), bars[1].failed_h.as_str()), ("0", "0"));
    }

    #[test]
    fn only_the_last_fourteen_days_are_drawn() {
        let days: Vec<Day> = (0..20).map(|no| day(no, 0)).collect();
        let (_, bars) = bars(&days);
        assert_eq!(bars.len(), 14);
        assert_eq!(bars[0].sent, "6");
        assert!(bars[13].x.parse::<f64>().unwrap() + WIDTH <= 640.0);
    }
}
