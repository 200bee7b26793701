//! Lines of a file for spreadsheets: a cell that a spreadsheet would run as a formula
//! becomes a text.

use std::borrow::Cow;

/// The byte order mark, by which a spreadsheet knows that the file is UTF-8.
pub(crate) const MARK: char = '\u{feff}';

/// Characters that begin a formula in some spreadsheet.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// Adds a line of cells: each quoted, so that nothing in a text ends it.
pub(crate) fn line(file: &mut String, cells: &[&str]) {
    for (place, text) in cells.iter().enumerate() {
        file.push_str(if place == 0 { "\"" } else { ",\"" });
        for (place, part) in safe(text).split('"').enumerate() {
            file.push_str(if place == 0 { "" } else { "\"\"" });
            file.push_str(part);
        }
        file.push('"');
    }
    file.push_str("\r\n");
}

/// A cell that a spreadsheet takes for a text: with `'` before it where it would take it for more.
fn safe(text: &str) -> Cow<'_, str> {
    let begins = text.trim_start_matches(|c: char| {
        (c.is_whitespace() || is_unseen(c)) && !matches!(c, '\t' | '\r' | '\n' | '\0')
    });
    let text: Cow<'_, str> =
        if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() };
    if begins.starts_with(FORMULA) { format!("'{text}").into() } else { text }
}

/// Returns true for characters that may come before others without being seen: controls, and those
/// that Unicode calls default ignorable.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{line, safe};

    #[test]
    fn what_a_spreadsheet_would_run_is_a_text() {
        for run in [
            "=1+1",
            "+919876543210",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "\0=1",
            "\u{1}=1",
            "\u{ad}=1",
            "\u{61c}+1",
            "\u{180e}@x",
            "\u{fe0f}-1",
            "\u{e0020}=1",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "  =1",
            "\u{feff}=1",
            "\u{200b}\u{202e}=1",
        ] {
            assert!(safe(run).starts_with('\''), "{run:?}");
            assert!(!safe(run).contains('\0'), "{run:?}");
        }
        for plain in ["", "5 % off", "Asha", "नमस्ते", "a=1", "'=1", " a", "INV-1", "12"]
        {
            assert_eq!(safe(plain), plain);
        }
    }

    #[test]
    fn each_cell_is_quoted_whatever_stands_in_it() {
        let mut file = String::new();
        line(&mut file, &["Asha \"A\" Rao", "", "one,\r\ntwo", "=1", "\""]);
        line(&mut file, &["नमस्ते"]);
        let expected =
            "\"Asha \"\"A\"\" Rao\",\"\",\"one,\r\ntwo\",\"'=1\",\"\"\"\"\r\n\"नमस्ते\"\r\n";
        assert_eq!(file, expected);
    }
}
