//! Makes text that customers and gateways supply fit for one line of a mail.

/// The text as one line of at most `max` characters. Line ends and control characters become a
/// space. Characters that are invisible or change the writing direction are left out. An ellipsis
/// shows that the text was cut.
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let visible = text.chars().filter(|&c| !is_hidden(c));
    let spaced: String = visible.map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max {
        return line;
    }
    let kept: String = line.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Returns true if the character is invisible and only changes how others are shown. The zero-width
/// joiner and non-joiner stay: Indian scripts need them.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'                     // soft hyphen
        | '\u{61c}'                  // Arabic letter mark
        | '\u{180e}'                 // Mongolian vowel separator
        | '\u{200b}'                 // zero-width space
        | '\u{200e}'..='\u{200f}'    // direction marks
        | '\u{202a}'..='\u{202e}'    // direction embeddings and overrides
        | '\u{2060}'..='\u{206f}'    // word joiner, invisible operators, direction isolates
        | '\u{feff}'                 // byte order mark
        | '\u{fff9}'..='\u{fffb}'    // interlinear annotations
        | '\u{e0000}'..='\u{e007f}'  // tags
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_ends_and_controls_become_one_space() {
        assert_eq!(one_line("Asha\r\nBcc: x\0\t y\u{2028}z", 78), "Asha Bcc: x y z");
        assert_eq!(one_line(" \u{85}\n ", 78), "");
    }

    #[test]
    fn hidden_and_direction_characters_go_and_joiners_stay() {
        assert_eq!(one_line("gpj.\u{202e}exe\u{2066}\u{feff}", 78), "gpj.exe");
        assert_eq!(one_line("क\u{94d}\u{200d}ष", 78), "क\u{94d}\u{200d}ष");
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(one_line("abcdef", 6), "abcdef");
        assert_eq!(one_line("abcdefg", 6), "abcde…");
        assert_eq!(one_line("abcde   ", 5), "abcde");
        assert_eq!(one_line("abcd efgh", 6), "abcd…");
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_short_visible_line(text in any::<String>(), max in 1_usize..100) {
            let line = one_line(&text, max);
            prop_assert!(line.chars().count() <= max);
            prop_assert!(!line.chars().any(|c| c.is_control() || is_hidden(c)));
            prop_assert_eq!(line.trim(), line.as_str());
        }
    }
}
