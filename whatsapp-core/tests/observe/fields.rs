//! The fields of events in the source: those of rare events too, which no test makes happen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use whatsapp_core::observe::FIELDS;

const MACROS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

#[test]
fn every_event_in_the_source_has_fields_of_the_list_alone() {
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut seen = BTreeSet::new();
    for file in &files {
        for event in events(&std::fs::read_to_string(file).unwrap()) {
            for field in fields(&event) {
                assert!(FIELDS.contains(&field.as_str()), "{field} in {}: {event}", file.display());
                seen.insert(field);
            }
        }
    }
    for field in ["message.id", "message.type", "error", "reason", "chore", "count"] {
        assert!(seen.contains(field), "the events were not found: {seen:?}");
    }
}

#[test]
fn fields_are_told_from_values_and_from_the_text() {
    let source = r#"
        tracing::warn!(message.id = %id, error = %error, "it (failed), = again: {}", error.why(a, b));
        tracing::warn!(missing, message.r#type = %of, { field::COUNT } = 3, "text");
        tracing::info!("time zone rules {}", rules());
    "#;
    let found: Vec<_> = events(source).iter().map(|event| fields(event)).collect();
    assert_eq!(found[0], ["message.id", "error"]);
    assert_eq!(found[1], ["missing", "message.type"]);
    assert_eq!(found[2], <Vec<String>>::new());
    assert_eq!(found.len(), 3);
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The arguments of each event in a source text.
fn events(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in MACROS {
        let start = format!("tracing::{name}!(");
        found.extend(source.match_indices(&start).map(|(at, _)| {
            let rest = &source[at + start.len()..];
            (at, rest[..end(rest)].to_owned())
        }));
    }
    found.sort();
    found.into_iter().map(|(_, event)| event).collect()
}

/// The end of the arguments: the bracket that closes one that was not opened in them.
fn end(arguments: &str) -> usize {
    let mut depth = 0;
    for (at, sign) in outside_texts(arguments) {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return at,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    panic!("an event has no end: {arguments}");
}

/// The characters of a piece of source that are in no text in quotation marks, each with its place.
/// The mark at the beginning of a text is among them.
fn outside_texts(source: &str) -> Vec<(usize, char)> {
    let (mut found, mut in_text, mut escaped) = (Vec::new(), false, false);
    for (at, sign) in source.char_indices() {
        if !in_text {
            found.push((at, sign));
            in_text = sign == '"';
        } else if escaped {
            escaped = false;
        } else {
            escaped = sign == '\\';
            in_text = sign != '"';
        }
    }
    found
}

/// The names of the fields among the arguments of an event. What follows the text are values for
/// it.
fn fields(event: &str) -> Vec<String> {
    let (mut depth, mut arguments) = (0, vec![String::new()]);
    for (_, sign) in outside_texts(event) {
        match sign {
            ',' if depth == 0 => arguments.push(String::new()),
            _ => {
                depth += i32::from(matches!(sign, '(' | '[' | '{'));
                depth -= i32::from(matches!(sign, ')' | ']' | '}'));
                arguments.last_mut().unwrap().push(sign);
            }
        }
    }
    let arguments = arguments.iter().map(|argument| argument.trim());
    let of_event = arguments.take_while(|argument| !argument.starts_with('"'));
    let names = of_event.map(|argument| argument.split('=').next().unwrap().trim());
    // A name in braces is a constant of the list.
    let names = names.filter(|name| !name.is_empty() && !name.starts_with('{'));
    names.map(|name| name.trim_start_matches(['%', '?']).replace("r#", "")).collect()
}
