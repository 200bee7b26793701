//! Marks that WhatsApp shows as typed.

use super::{Found, Hint};
use crate::shown::{Marked, marked};

/// Markdown's signs for bold, italic and struck out, with WhatsApp's.
const DOUBLED: [(&str, char); 3] = [("**", '*'), ("__", '*'), ("~~", '~')];

const SIGNS: [char; 3] = ['*', '_', '~'];

/// Looks for such marks. `masked` is the text with letters for its values.
pub(super) fn find(text: &str, masked: &str, found: &mut Vec<Found>) {
    for line in marked(masked) {
        heading(text, &line, found);
        let mut left = line.stay.clone();
        for (written, sign) in DOUBLED {
            doubled(text, &line, (written, sign), &mut left, found);
        }
        // Rows of marks are drawn on purpose.
        let is_in_row = |at: &usize| {
            let mark = masked.as_bytes().get(*at);
            at.checked_sub(1).is_some_and(|before| masked.as_bytes().get(before) == mark)
                || masked.as_bytes().get(at + 1) == mark
        };
        left.retain(|at| !is_in_row(at));
        for sign in SIGNS {
            blank_inside(text, masked, &line, sign, &mut left, found);
        }
        found.extend(left.into_iter().filter_map(|at| alone(masked, at)));
    }
}

fn heading(text: &str, line: &Marked<'_>, found: &mut Vec<Found>) {
    let hashes = line.line.bytes().take_while(|byte| *byte == b'#').count();
    let title = line.line.get(hashes..).and_then(|behind| behind.strip_prefix(' '));
    if !(1..=6).contains(&hashes) || title.is_none_or(|title| title.trim().is_empty()) {
        return;
    }
    let bytes = line.at..line.at + line.line.len();
    let title = text.get(line.at + hashes..bytes.end).unwrap_or_default().trim();
    let mend = if title.contains('*') { title.to_owned() } else { format!("*{title}*") };
    found.push(Found::hint(bytes, Hint::Heading, Some(mend)));
}

fn doubled(
    text: &str,
    line: &Marked<'_>,
    (written, sign): (&'static str, char),
    left: &mut Vec<usize>,
    found: &mut Vec<Found>,
) {
    let mut from = 0;
    while let Some(opens) = line.line.get(from..).and_then(|rest| rest.find(written)) {
        let opens = from + opens;
        let inside = opens + written.len();
        let closes = line.line.get(inside..).and_then(|rest| rest.find(written));
        let content = closes.and_then(|length| line.line.get(inside..inside + length));
        let before = line.line.get(..opens).and_then(|before| before.chars().next_back());
        let is_pair = content.is_some_and(|content| {
            !content.is_empty()
                && content.trim().len() == content.len()
                && !content.starts_with(SIGNS)
                && left.contains(&(line.at + opens))
                && !before.is_some_and(char::is_alphanumeric)
        });
        let Some(content) = content.filter(|_| is_pair) else {
            from = inside;
            continue;
        };
        let ends = inside + content.len() + written.len();
        let bytes = line.at + opens..line.at + ends;
        let content = text.get(line.at + inside..line.at + inside + content.len());
        let mend = content.map(|content| format!("{sign}{content}{sign}"));
        left.retain(|at| !bytes.contains(at));
        found.push(Found::hint(bytes, Hint::Doubled { written, sign }, mend));
        from = ends;
    }
}

fn blank_inside(
    text: &str,
    masked: &str,
    line: &Marked<'_>,
    sign: char,
    left: &mut Vec<usize>,
    found: &mut Vec<Found>,
) {
    let is_it = |at: &usize| masked.get(*at..).is_some_and(|rest| rest.starts_with(sign));
    let of_sign: Vec<usize> = left.iter().copied().filter(is_it).collect();
    let mut rest = of_sign.as_slice();
    while let [opens, closes, ..] = *rest {
        rest = rest.get(1..).unwrap_or_default();
        let (Some(inside), Some(original)) =
            (masked.get(opens + 1..closes), text.get(opens + 1..closes))
        else {
            continue;
        };
        let content = inside.trim();
        let (begins, ends) = (line.at, line.at + line.line.len());
        let (before, behind) = (
            masked.get(begins..opens).unwrap_or_default(),
            masked.get(closes + 1..ends).unwrap_or_default(),
        );
        // Letters right beside a mark keep it from being one.
        let is_within_word =
            before.ends_with(char::is_alphanumeric) || behind.starts_with(char::is_alphanumeric);
        let has_blank = !content.is_empty() && content.len() < inside.len();
        if has_blank && !is_within_word && !is_sum(before, content, behind) {
            let mend = format!("{sign}{}{sign}", original.trim());
            found.push(Found::hint(opens..closes + 1, Hint::BlankInside { sign }, Some(mend)));
            left.retain(|at| *at != opens && *at != closes);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
}

/// Returns true if marks are among numbers: `2 * 3 * 4`.
fn is_sum(before: &str, content: &str, behind: &str) -> bool {
    let ends = |text: &str| text.trim_end().ends_with(char::is_numeric);
    let begins = |text: &str| text.trim_start().starts_with(char::is_numeric);
    content.chars().all(|c| c.is_numeric() || c.is_whitespace())
        || (ends(before) && begins(content))
        || (ends(content) && begins(behind))
}

/// A mark that would begin or end something, without a partner.
fn alone(masked: &str, at: usize) -> Option<Found> {
    let sign = masked.get(at..)?.chars().next()?;
    let before = masked.get(..at)?.chars().next_back().filter(|c| *c != '\n');
    let behind = masked.get(at + 1..)?.chars().next().filter(|c| *c != '\n');
    let is_beside_word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    // `~500` is about 500.
    let is_about = sign == '~' && behind.is_some_and(char::is_numeric);
    let begins = is_beside_word(behind) && !before.is_some_and(char::is_alphanumeric) && !is_about;
    let ends = is_beside_word(before) && !behind.is_some_and(char::is_alphanumeric);
    (begins || ends).then(|| Found::hint(at..at + 1, Hint::Alone { sign }, None))
}
