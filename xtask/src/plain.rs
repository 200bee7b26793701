//! Measures of the English in comments and documents.
//!
//! CONTRIBUTING has the rules. Three of them can be counted: a doc line that begins with a question
//! word, a comment line that is too wide, and a sentence that is too long.

mod prose;

use anyhow::{Result, ensure};

use crate::files;
use prose::{Found, Kind, Prose};

/// Doc lines that may begin with a question word: one in this many.
const QUESTIONS_ONE_IN: usize = 50;

/// Sentences that may be too long: one in this many, each with its reason.
const LONG_ONE_IN: usize = 100;

/// Long sentences that stay: how each begins, and why.
const LONG: [(&str, &str); 0] = [];

/// Checks every comment and every document of the workspace.
///
/// # Errors
///
/// The lines and sentences that break a rule, by file and line.
pub(crate) fn check() -> Result<()> {
    let problems = problems(&read()?);
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// Prints how plain the words are.
///
/// # Errors
///
/// Fails if a file cannot be read.
#[expect(clippy::print_stdout, reason = "this is what the command is for")]
pub(crate) fn figures() -> Result<()> {
    let all = read()?;
    let of = |kind: Kind| all.found.iter().filter(|found| found.kind == kind).count();
    println!(
        "\n{} of {} doc lines begin with a question word; {} of {} sentences in comments and documents \
         have more than 30 words.",
        of(Kind::Question),
        all.doc_lines,
        of(Kind::Long),
        all.sentences
    );
    Ok(())
}

/// Reads every comment and every document of the workspace.
fn read() -> Result<Prose> {
    let mut all = Prose::default();
    for file in files::all(&["rs"])? {
        all.add(prose::of_code(&file.name, &file.text));
    }
    for file in files::all(&["md"])? {
        all.add(prose::of_document(&file.name, &file.text));
    }
    Ok(all)
}

/// The broken rules, in lines for people.
fn problems(all: &Prose) -> Vec<String> {
    let of = |kind: Kind| all.found.iter().filter(move |found| found.kind == kind);
    let mut problems: Vec<_> = of(Kind::Wide).map(Found::to_string).collect();
    let questions: Vec<_> = of(Kind::Question).map(Found::to_string).collect();
    if questions.len() * QUESTIONS_ONE_IN > all.doc_lines {
        problems.push(format!(
            "{} of {} doc lines begin with a question word, more than one in {QUESTIONS_ONE_IN}:",
            questions.len(),
            all.doc_lines
        ));
        problems.extend(questions);
    }
    let is_allowed =
        |found: &&Found| LONG.iter().any(|(beginning, _)| found.text.starts_with(beginning));
    let (allowed, long): (Vec<_>, Vec<_>) = of(Kind::Long).partition(is_allowed);
    problems.extend(long.into_iter().map(Found::to_string));
    if allowed.len() * LONG_ONE_IN > all.sentences {
        problems.push("the list of long sentences that stay is too long itself".to_owned());
    }
    let is_unused = |(beginning, _): &&(&str, &str)| {
        !of(Kind::Long).any(|found| found.text.starts_with(*beginning))
    };
    problems.extend(LONG.iter().filter(is_unused).map(|(beginning, _)| {
        format!("xtask/src/plain.rs allows a sentence that is not there: {beginning}")
    }));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_now_and_then_is_no_problem_and_many_are_listed() {
        let mut text = "/// Number of messages.\n".repeat(99);
        text.push_str("/// How many there are.\n");
        assert_eq!(problems(&prose::of_code("a.rs", &text)), <Vec<String>>::new());
        text.push_str(&"/// What it came to.\n".repeat(2));
        let problems = problems(&prose::of_code("a.rs", &text));
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert_eq!(
            problems[0],
            "3 of 102 doc lines begin with a question word, more than one in 50:"
        );
        assert_eq!(problems[1], "a.rs:100: begins with a question word: How many there are.");
    }

    #[test]
    fn wide_lines_and_long_sentences_are_problems_each() {
        let wide = format!("// {}\n", "wide ".repeat(20).trim_end());
        let long = format!("/// A {} end.\n", "very\n/// ".repeat(30));
        let problems = problems(&prose::of_code("a.rs", &format!("{wide}fn a() {{}}\n{long}")));
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("a.rs:1: 102 columns"), "{problems:?}");
        assert!(problems[1].starts_with("a.rs:3: 32 words: A very"), "{problems:?}");
    }
}
