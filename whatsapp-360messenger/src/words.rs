//! Whose trouble the words of a gateway name: its account's, the recipient's, or nobody's.

mod abroad;
mod rules;

use std::ops::Range;

use abroad::ABROAD;
use rules::{RULES, Rule};

/// Between what is said and what it is said of are at most this many words.
const NEAR: usize = 3;

/// Of each statement this many characters are read.
const MOST_CHARACTERS: usize = 2_000;

/// What words point to. Of several the first one here counts: waiting loses nothing, while a message
/// that is refused for good is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hint {
    /// The gateway is asked too often.
    Rate,
    /// The account, its session or its key is not fit to send.
    Account,
    /// The session broke, perhaps while it was sending.
    Broken,
    /// The recipient's number is none that can be reached.
    Recipient,
    /// The account or this message.
    Either,
    /// The gateway itself does not know whether it sent the message.
    Doubt,
    /// The gateway broke, perhaps after it sent the message.
    Fault,
}

/// The words of a statement or of a message, clause by clause.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clauses(Vec<Vec<String>>);

impl Clauses {
    pub(crate) fn of(text: &str) -> Self {
        let mut clauses = Vec::new();
        let mut clause = String::new();
        let mut rest = text.chars().take(MOST_CHARACTERS).peekable();
        while let Some(c) = rest.next() {
            let ends = matches!(c, ';' | '!' | '?' | '\n')
                || (c == '.' && rest.peek().is_none_or(|next| next.is_whitespace()));
            if ends {
                clauses.push(fold(&clause));
                clause.clear();
            } else {
                clause.push(c);
            }
        }
        clauses.push(fold(&clause));
        clauses.retain(|words| !words.is_empty());
        Self(clauses)
    }

    /// The words of several texts.
    pub(crate) fn of_all(texts: &[&str]) -> Self {
        Self(texts.iter().flat_map(|text| Self::of(text).0).collect())
    }

    /// Whether these words stand here in this order, side by side; the last one may be cut.
    fn hold(&self, words: &[String]) -> bool {
        let Some((last, whole)) = words.split_last() else { return true };
        self.0.iter().any(|clause| {
            clause.windows(words.len()).any(|window| {
                window.starts_with(whole)
                    && window.last().is_some_and(|word| word.starts_with(last))
            })
        })
    }
}

/// What `statement` points to; words that it repeats from the message itself do not count.
pub(crate) fn hint(statement: &str, message: &Clauses) -> Option<Hint> {
    let of_clause = |clause: &Vec<String>| {
        let hint = in_clause(clause, message)?;
        let is_accounts = matches!(hint, Hint::Account | Hint::Broken);
        Some(if is_accounts && is_about_fetching(clause) { Hint::Either } else { hint })
    };
    Clauses::of(statement).0.iter().filter_map(of_clause).min()
}

/// Whether a clause tells of fetching something: who refused may then be the server that holds the
/// message's file (`Failed to download media: 401 Unauthorized`).
fn is_about_fetching(clause: &[String]) -> bool {
    let words = ["download", "downloading", "downloaded", "fetch", "fetching", "fetched"];
    clause.iter().any(|word| words.contains(&word.as_str()))
}

/// Something that is said of something.
struct Match {
    hint: Hint,
    what: Range<usize>,
    whose: usize,
    gap: usize,
}

/// Of all that can be read into a clause, the longest phrase counts, said of what is nearest to it;
/// each word is read once.
fn in_clause(clause: &[String], message: &Clauses) -> Option<Hint> {
    let echoes = echoes(clause, message);
    let mut matches: Vec<Match> = RULES
        .iter()
        .chain(ABROAD)
        .filter(|rule| !rule.unless.iter().any(|other| !places(clause, other).is_empty()))
        .flat_map(|rule| matches(rule, clause, message, &echoes))
        .collect();
    matches.sort_by_key(|found| {
        let length = found.what.len();
        (std::cmp::Reverse(length), found.gap, std::cmp::Reverse(found.whose), found.hint)
    });
    let mut read: Vec<Range<usize>> = Vec::new();
    let mut best = None;
    for Match { hint, what, .. } in matches {
        if read.iter().any(|known| known.start < what.end && what.start < known.end) {
            continue;
        }
        read.push(what);
        best = Some(best.map_or(hint, |known: Hint| known.min(hint)));
    }
    best
}

/// The longest runs of words in a clause that the message has too.
fn echoes(clause: &[String], message: &Clauses) -> Vec<Range<usize>> {
    let held =
        |run: &Range<usize>| clause.get(run.clone()).is_some_and(|words| message.hold(words));
    (0..clause.len())
        .filter_map(|start| {
            (start + 2..=clause.len()).map(|end| start..end).take_while(held).last()
        })
        .collect()
}

fn matches(
    rule: &Rule,
    clause: &[String],
    message: &Clauses,
    echoes: &[Range<usize>],
) -> Vec<Match> {
    let own = |place: &Range<usize>| {
        let more = |echo: &Range<usize>| {
            echo.start <= place.start && place.end <= echo.end && echo.len() > place.len()
        };
        !echoes.iter().any(more)
    };
    let find = |phrases: &[&str]| -> Vec<_> {
        phrases.iter().flat_map(|phrase| places(clause, phrase)).filter(own).collect()
    };
    let (whose, what) = (find(rule.whose), find(rule.what));
    let mut found = Vec::new();
    for what in what {
        // "not expired" is no trouble; "not connected" is a phrase of its own.
        if what.start > 0 && clause.get(what.start - 1).is_some_and(|word| word == "not") {
            continue;
        }
        let mut push = |span: Range<usize>, whose: usize, gap: usize| {
            let repeated = clause.get(span).is_some_and(|words| message.hold(words));
            if !repeated {
                found.push(Match { hint: rule.hint, what: what.clone(), whose, gap });
            }
        };
        if rule.whose.is_empty() {
            push(what.clone(), 0, 0);
        }
        for whose in &whose {
            let between = if whose.end <= what.start {
                whose.end..what.start
            } else if what.end <= whose.start {
                what.end..whose.start
            } else {
                continue;
            };
            // Names of sessions and instances stand in between: `session 7f-2a is not connected`.
            let gap = clause.get(between).map_or(0, |words| {
                words.iter().filter(|word| !word.contains(|c: char| c.is_ascii_digit())).count()
            });
            if gap <= NEAR {
                let span = whose.start.min(what.start)..whose.end.max(what.end);
                push(span, whose.len(), gap);
            }
        }
    }
    found
}

/// Where a phrase stands in a clause.
fn places(clause: &[String], phrase: &str) -> Vec<Range<usize>> {
    let words = phrase.split(' ').count();
    (0..(clause.len() + 1).saturating_sub(words))
        .map(|start| start..start + words)
        .filter(|place| {
            clause
                .get(place.clone())
                .is_some_and(|window| window.iter().map(String::as_str).eq(phrase.split(' ')))
        })
        .collect()
}

/// The words of a clause: small letters without accents, `camelCase` and `snake_case` taken apart,
/// without articles and forms of "be" and "have", and each negation as `not`.
pub(crate) fn fold(clause: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut chars = clause.chars().filter(|c| !matches!(c, '\'' | '’')).peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() {
            let starts = c.is_uppercase()
                && (last.is_lowercase()
                    || last.is_numeric()
                    || (last.is_uppercase()
                        && chars.peek().is_some_and(|next| next.is_lowercase())));
            if starts || !last.is_alphanumeric() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase().map(without_accent));
            }
        }
        last = c;
    }
    let mut folded: Vec<String> = Vec::new();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        let word = match word.as_str() {
            "is" | "are" | "was" | "were" | "be" | "been" | "being" | "has" | "have" | "had"
            | "the" | "a" | "an" | "yet" | "currently" | "properly" | "your" | "my" | "our"
            | "this" | "that" | "does" | "do" | "did" | "it" | "its" | "please" | "still"
            | "already" | "can" | "could" | "will" | "would" | "esta" | "estao" | "estan" => {
                continue;
            }
            "isnt" | "arent" | "wasnt" | "werent" | "hasnt" | "havent" | "doesnt" | "dont"
            | "didnt" | "cannot" | "cant" | "couldnt" | "wont" | "never" | "nao" | "nicht"
            | "pas" | "tidak" | "belum" => "not",
            "longer" if folded.last().is_some_and(|last| last == "no") => {
                folded.pop();
                "not"
            }
            "app" if folded.last().is_some_and(|last| last == "whats") => {
                folded.pop();
                "whatsapp"
            }
            other => other,
        };
        folded.push(word.to_owned());
    }
    folded
}

/// A small letter of Western Europe without what stands above or below it.
const fn without_accent(c: char) -> char {
    match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        c => c,
    }
}

#[cfg(test)]
mod tests;
