//! The prose of a file: comments of code, and paragraphs of a document, cut into sentences.

use std::fmt;
use std::mem;

/// The widest comment line.
const COLUMNS_MOST: usize = 100;

/// The longest sentence.
const WORDS_MOST: usize = 30;

/// Words that a doc line should not begin with.
const QUESTIONS: [&str; 10] =
    ["What", "Where", "Which", "How", "Why", "Who", "Whom", "Whose", "When", "Whether"];

/// A broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A doc line that begins with a question word.
    Question,
    /// A comment line that is too wide.
    Wide,
    /// A sentence that is too long.
    Long,
}

/// A place where a rule is broken.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// File and line.
    place: String,
    /// Columns or words.
    size: usize,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, text, place, size } = self;
        match kind {
            Kind::Question => write!(f, "{place}: begins with a question word: {text}"),
            Kind::Wide => write!(f, "{place}: {size} columns, more than {COLUMNS_MOST}"),
            Kind::Long => write!(f, "{place}: {size} words: {text}"),
        }
    }
}

/// Counts of what was read, and the places where a rule is broken.
#[derive(Debug, Default)]
pub(super) struct Prose {
    pub(super) doc_lines: usize,
    pub(super) sentences: usize,
    pub(super) found: Vec<Found>,
}

impl Prose {
    pub(super) fn add(&mut self, other: Self) {
        self.doc_lines += other.doc_lines;
        self.sentences += other.sentences;
        self.found.extend(other.found);
    }

    /// Cuts a paragraph into sentences, and empties it.
    fn take_paragraph(&mut self, name: &str, paragraph: &mut Paragraph) {
        let place = format!("{name}:{}", paragraph.first);
        for text in sentences(&mem::take(&mut paragraph.text)) {
            self.sentences += 1;
            let size = text.split_whitespace().count();
            if size > WORDS_MOST {
                self.found.push(Found { kind: Kind::Long, text, place: place.clone(), size });
            }
        }
    }
}

/// Lines that belong together.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// The number of its first line.
    first: usize,
}

impl Paragraph {
    fn add(&mut self, line: usize, text: &str) {
        if self.text.is_empty() {
            self.first = line;
        } else {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }
}

/// A line within a text that may have code in fences, lists, tables and headings.
enum Line<'a> {
    /// Part of a paragraph; true where the paragraph begins here.
    Text(&'a str, bool),
    /// Ends a paragraph, and belongs to none.
    Break,
}

/// Tells the lines of a text apart.
#[derive(Default)]
struct Markup {
    is_fenced: bool,
}

impl Markup {
    fn line<'a>(&mut self, line: &'a str) -> Line<'a> {
        let text = line.trim();
        if text.starts_with("```") {
            self.is_fenced = !self.is_fenced;
            return Line::Break;
        }
        let is_apart = text.is_empty() || text.starts_with(['#', '|', '>', '<']);
        if self.is_fenced || is_apart {
            return Line::Break;
        }
        let item = ["- ", "* "].iter().find_map(|mark| text.strip_prefix(mark));
        let numbered = text.split_once(". ").filter(|(no, _)| no.parse::<u32>().is_ok());
        match item.or(numbered.map(|(_, rest)| rest)) {
            Some(item) => Line::Text(item, true),
            None => Line::Text(text, false),
        }
    }
}

/// The comments of a Rust file. Those behind code on the same line are not looked at.
pub(super) fn of_code(name: &str, text: &str) -> Prose {
    let (mut all, mut paragraph, mut markup) =
        (Prose::default(), Paragraph::default(), Markup::default());
    for (line, no) in text.lines().zip(1..) {
        let Some(comment) = line.trim_start().strip_prefix("//") else {
            all.take_paragraph(name, &mut paragraph);
            markup = Markup::default();
            continue;
        };
        let doc = comment.strip_prefix(['/', '!']);
        let size = line.chars().count();
        // A line that cannot be broken may be wide: an address, a row of a table, code.
        let words = doc.unwrap_or(comment).trim();
        let may_be_broken = words.contains(' ') && !words.starts_with('|') && !markup.is_fenced;
        if size > COLUMNS_MOST && may_be_broken {
            let (text, place) = (line.trim().to_owned(), format!("{name}:{no}"));
            all.found.push(Found { kind: Kind::Wide, text, place, size });
        }
        match markup.line(doc.unwrap_or(comment)) {
            Line::Break => all.take_paragraph(name, &mut paragraph),
            Line::Text(text, is_new) => {
                if is_new {
                    all.take_paragraph(name, &mut paragraph);
                }
                paragraph.add(no, text);
                if doc.is_some() {
                    all.doc_lines += 1;
                    if is_question(text) {
                        let (text, place) = (text.to_owned(), format!("{name}:{no}"));
                        all.found.push(Found { kind: Kind::Question, text, place, size: 0 });
                    }
                }
            }
        }
    }
    all.take_paragraph(name, &mut paragraph);
    all
}

/// The paragraphs of a Markdown file. A document may ask: its questions are headings.
pub(super) fn of_document(name: &str, text: &str) -> Prose {
    let (mut all, mut paragraph, mut markup) =
        (Prose::default(), Paragraph::default(), Markup::default());
    for (line, no) in text.lines().zip(1..) {
        match markup.line(line) {
            Line::Break => all.take_paragraph(name, &mut paragraph),
            Line::Text(text, is_new) => {
                if is_new {
                    all.take_paragraph(name, &mut paragraph);
                }
                paragraph.add(no, text);
            }
        }
    }
    all.take_paragraph(name, &mut paragraph);
    all
}

fn is_question(text: &str) -> bool {
    let first = text.split(|of: char| !of.is_alphanumeric()).next();
    first.is_some_and(|first| QUESTIONS.contains(&first))
}

/// Cuts a text behind each full stop, question mark, exclamation mark, colon or semicolon that a
/// blank follows.
fn sentences(text: &str) -> Vec<String> {
    let (mut sentences, mut from) = (Vec::new(), 0);
    let mut before = ' ';
    for (at, next) in text.char_indices() {
        if next == ' ' && matches!(before, '.' | '?' | '!' | ':' | ';') {
            sentences.extend(text.get(from..at).map(str::to_owned));
            from = at + 1;
        }
        // Marks that close a quotation or emphasis belong to the sentence that they end.
        if !matches!(next, '"' | ')' | '*' | '`' | '”') {
            before = next;
        }
    }
    sentences.extend(text.get(from..).map(str::to_owned));
    sentences.retain(|sentence| !sentence.trim().is_empty());
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(prose: &Prose) -> Vec<(Kind, &str)> {
        prose.found.iter().map(|found| (found.kind, found.place.as_str())).collect()
    }

    #[test]
    fn only_doc_lines_count_as_questions_and_code_in_docs_does_not() {
        let text = "\
//! What this is.
/// Whatever it is.
// Why not.
/// ```
/// Which::new();
/// ```
/// # How
fn a() {} // Where
";
        let prose = of_code("a.rs", text);
        assert_eq!(kinds(&prose), [(Kind::Question, "a.rs:1")]);
        assert_eq!(prose.doc_lines, 2);
    }

    #[test]
    fn sentences_go_over_lines_and_end_at_blanks_between_paragraphs() {
        let text = "One, two\nthree. \"Four!\" Five: six\n\nseven e.g.\n- eight\n1. nine\n| no |\n";
        let mut all = Vec::new();
        let mut paragraph = Paragraph::default();
        let mut markup = Markup::default();
        for line in text.lines() {
            match markup.line(line) {
                Line::Text(text, is_new) => {
                    if is_new {
                        all.extend(sentences(&mem::take(&mut paragraph).text));
                    }
                    paragraph.add(1, text);
                }
                Line::Break => all.extend(sentences(&mem::take(&mut paragraph).text)),
            }
        }
        assert_eq!(
            all,
            ["One, two three.", "\"Four!\"", "Five:", "six", "seven e.g.", "eight", "nine"]
        );
    }

    #[test]
    fn a_wide_line_without_a_blank_cannot_be_broken() {
        let address = format!("/// <https://example.com/{}>\n", "a".repeat(100));
        assert_eq!(kinds(&of_code("a.rs", &address)), []);
        assert_eq!(kinds(&of_code("a.rs", &format!("//! | {} |\n", "a ".repeat(60)))), []);
        let code = format!("/// ```\n/// {}\n/// ```\n", "a ".repeat(60));
        assert_eq!(kinds(&of_code("a.rs", &code)), []);
        let wide = format!("    /// {}\n", "a ".repeat(50));
        assert_eq!(kinds(&of_code("a.rs", &wide)).len(), 2, "wide, and 50 words");
    }

    #[test]
    fn documents_have_long_sentences_and_no_questions() {
        let text = format!("## Why?\n\nWhy {}.\n", "not ".repeat(30).trim_end());
        assert_eq!(kinds(&of_document("a.md", &text)), [(Kind::Long, "a.md:3")]);
    }
}
