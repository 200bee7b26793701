//! The party at fault in the words of a gateway: its account, the recipient, or nobody.

mod abroad;
mod rules;

use std::ops::Range;

use abroad::ABROAD;
use rules::{RULES, Rule};

/// Maximum number of words between a statement and its subject.
const NEAR: usize = 3;

/// Maximum number of characters read of each statement.
const MOST_CHARACTERS: usize = 2_000;

/// The hint in a gateway's words. If there are several, the first one here counts: waiting loses
/// nothing, while a message that is refused for good is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hint {
    /// The gateway is asked too often.
    Rate,
    /// The account, its session or its key is not fit to send.
    Account,
    /// The session broke, perhaps while it was sending.
    Broken,
    /// The recipient's number cannot be reached.
    Recipient,
    /// The account or this message is at fault.
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

    /// Returns the words of several texts.
    pub(crate) fn of_all(texts: &[&str]) -> Self {
        Self(texts.iter().flat_map(|text| Self::of(text).0).collect())
    }

    /// Returns true if these words occur here in this order, side by side; the last one may be cut.
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

/// Returns the hint in `statement`; words that it repeats from the message itself do not count.
pub(crate) fn hint(statement: &str, message: &Clauses) -> Option<Hint> {
    let of_clause = |clause: &Vec<String>| {
        let hint = in_clause(clause, message)?;
        let is_accounts = matches!(hint, Hint::Account | Hint::Broken);
        Some(if is_accounts && is_about_fetching(clause) { Hint::Either } else { hint })
    };
    Clauses::of(statement).0.iter().filter_map(of_clause).min()
}

/// Returns true if a clause is about fetching something. Then the server that holds the message's
/// file may be the one that refused (`Failed to download media: 401 Unauthorized`).
fn is_about_fetching(clause: &[String]) -> bool {
    let words = ["download", "downloading", "downloaded", "fetch", "fetching", "fetched"];
    clause.iter().any(|word| words.contains(&word.as_str()))
}

/// A match of a rule: a statement and its subject.
struct Match {
    hint: Hint,
    what: Range<usize>,
    whose: usize,
    gap: usize,
}

/// Returns the hint in a clause. Of all possible readings the longest phrase counts, with the
/// nearest subject; each word is read once.
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

/// Returns the longest runs of words in a clause that the message contains too.
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
        // "not expired" is no fault; "not connected" is a phrase of its own.
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
            // Names of sessions and instances may come in between: `session 7f-2a is not
            // connected`.
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

/// Returns the positions of a phrase in a clause.
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

/// Returns the words of a clause: in small letters without accents, with `camelCase` and
/// `snake_case` split. Articles and forms of "be" and "have" are left out, and each negation is
/// `not`.
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

/// Returns a small letter of Western Europe without its accent.
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
