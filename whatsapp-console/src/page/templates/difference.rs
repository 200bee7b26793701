//! Difference of two texts, word by word.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::view::DiffPart;

/// Time in which the shortest difference is looked for; after it a longer one is shown.
const PATIENCE: Duration = Duration::from_millis(50);

/// The parts of `before` that are gone in `after`, and the new ones; empty where the texts
/// are the same.
pub(crate) fn difference(before: &str, after: &str) -> Vec<DiffPart> {
    if before == after {
        return Vec::new();
    }
    let difference = TextDiff::configure().timeout(PATIENCE).diff_words(before, after);
    let mut parts: Vec<DiffPart> = Vec::new();
    for change in difference.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => "same",
            ChangeTag::Delete => "gone",
            ChangeTag::Insert => "new",
        };
        match parts.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => parts.push(DiffPart { kind, text: change.value().to_owned() }),
        }
    }
    parts
}

/// A whole text as one part that did not change.
pub(crate) fn whole(text: &str) -> Vec<DiffPart> {
    vec![DiffPart { kind: "same", text: text.to_owned() }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> String {
        let told = difference(before, after).into_iter().map(|part| match part.kind {
            "gone" => format!("[-{}-]", part.text),
            "new" => format!("[+{}+]", part.text),
            _ => part.text,
        });
        told.collect()
    }

    #[test]
    fn words_that_went_and_came_are_told_apart() {
        assert_eq!(told("a", "a"), "");
        assert_eq!(
            told("Dear {customerName},\npay now.", "Hello {customerName},\npay soon."),
            "[-Dear-][+Hello+] {customerName},\npay [-now.-][+soon.+]"
        );
        assert_eq!(told("", "नमस्ते जी"), "[+नमस्ते जी+]");
        assert_eq!(told("a\nb", "a\n\nb"), "a[-\n-][+\n\n+]b");
    }

    #[test]
    fn long_texts_that_have_nothing_in_common_are_told_apart_soon() {
        let (one, other) = ("a b ".repeat(30_000), "c d ".repeat(30_000));
        let parts = difference(&one, &other);
        let without = |kind: &'static str| {
            let left = parts.iter().filter(move |it| it.kind != kind);
            left.map(|it| it.text.as_str()).collect::<String>()
        };
        assert!(without("new") == one && without("gone") == other);
    }
}
