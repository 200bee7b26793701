//! Placeholders as other programs write them: `{{customerName}}`, `%customerName%`, `{{1}}`.

use super::names::{exactly, listed, meant};
use super::problem::{Problem, ProblemKind, problem};
use crate::types::MessageType;

/// The syntax of placeholders in another program.
struct Style {
    open: &'static str,
    /// The closing sign; empty where the name ends the placeholder: `$customerName`.
    close: &'static str,
    /// The content that makes such signs count as a placeholder.
    taken: Taken,
}

/// Content that counts as a placeholder.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// Any content: nobody writes such signs otherwise.
    Any,
    /// A number, or a name that is near one of ours.
    Near,
    /// A name that is near one of ours and is unlike a heading, because texts have headings in
    /// such signs. It has several words, or only small letters, or names a value within a line
    /// (`Dear [NAME]`).
    NearButHeadings,
    /// A name spelled as ours, or with `_` between its parts.
    Exact,
}

/// The known styles; longer signs come before those that they begin with.
const STYLES: &[Style] = &[
    Style { open: "{{{{", close: "}}}}", taken: Taken::Any },
    Style { open: "{{{", close: "}}}", taken: Taken::Any },
    Style { open: "{{", close: "}}", taken: Taken::Any },
    Style { open: "｛", close: "｝", taken: Taken::Any },
    Style { open: "${", close: "}", taken: Taken::Any },
    Style { open: "%{", close: "}", taken: Taken::Any },
    Style { open: "%(", close: ")s", taken: Taken::Any },
    Style { open: "@{", close: "}", taken: Taken::Any },
    Style { open: "{%", close: "%}", taken: Taken::Any },
    Style { open: "{#", close: "#}", taken: Taken::Any },
    Style { open: "<%", close: "%>", taken: Taken::Any },
    Style { open: "<?", close: "?>", taken: Taken::Any },
    Style { open: "*|", close: "|*", taken: Taken::Any },
    Style { open: "[[", close: "]]", taken: Taken::Near },
    Style { open: "<<", close: ">>", taken: Taken::Near },
    Style { open: "«", close: "»", taken: Taken::Near },
    Style { open: "$(", close: ")", taken: Taken::Near },
    Style { open: "%%", close: "%%", taken: Taken::Near },
    Style { open: "%", close: "%", taken: Taken::Near },
    Style { open: "##", close: "##", taken: Taken::Near },
    Style { open: "#", close: "#", taken: Taken::Near },
    Style { open: "<", close: ">", taken: Taken::Near },
    Style { open: "[", close: "]", taken: Taken::NearButHeadings },
    Style { open: ":", close: ":", taken: Taken::Exact },
    Style { open: "|", close: "|", taken: Taken::Exact },
    Style { open: "@@", close: "@@", taken: Taken::Exact },
    Style { open: "@", close: "@", taken: Taken::Exact },
    Style { open: "__", close: "__", taken: Taken::Exact },
    Style { open: "$", close: "$", taken: Taken::Exact },
    Style { open: "$", close: "", taken: Taken::Exact },
    Style { open: "@", close: "", taken: Taken::Exact },
    Style { open: ":", close: "", taken: Taken::Exact },
];

/// A name that stands alone, or between signs that are none of the above.
const ALONE: &[Style] = &[Style { open: "", close: "", taken: Taken::Exact }];

/// Words for values of placeholders, which are no headings within a line.
const VALUES: &[&str] =
    &["name", "customer", "client", "amount", "number", "date", "link", "url", "festival"];

/// The longest name between signs, in bytes.
const NAME_MAX: usize = 48;

/// The placeholders of other systems in a text, each as one problem.
pub(super) fn problems(message_type: MessageType, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut rest = 0;
    let own = message_type.placeholders();
    let may_begin = |c: char| may_begin(c) || own.iter().any(|known| known.name.starts_with(c));
    while let Some(at) = text.get(rest..).and_then(|text| text.find(may_begin)) {
        let at = rest + at;
        match at_the_beginning(message_type, text, at) {
            Some((length, meant)) => {
                problems.push(problem(
                    text,
                    at..at + length,
                    kind(message_type, &text[at..at + length], meant),
                ));
                rest = at + length;
            }
            None => rest = at + text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    problems
}

/// The problem of a placeholder in the syntax of another program.
pub(super) fn kind(
    message_type: MessageType,
    written: &str,
    meant: Option<&'static str>,
) -> ProblemKind {
    ProblemKind::Foreign { written: written.to_owned(), meant, allowed: listed(message_type) }
}

/// Returns true for the signs, and for the letters that names of several words begin with in the
/// built-in types.
fn may_begin(c: char) -> bool {
    matches!(c, '{' | '｛' | '$' | '%' | '<' | '*' | '[' | '«' | '#' | '@' | '_' | ':' | '|')
        || matches!(c, 'c' | 'd' | 'f' | 'i' | 'o')
}

/// The placeholder that begins at a byte: its length, and the one of ours that was meant.
fn at_the_beginning(
    message_type: MessageType,
    text: &str,
    at: usize,
) -> Option<(usize, Option<&'static str>)> {
    let here = text.get(at..)?;
    let before = text.get(..at)?.chars().next_back();
    let styles = if here.starts_with(char::is_alphabetic) { ALONE } else { STYLES };
    for style in styles {
        let Some(inside) = here.strip_prefix(style.open) else { continue };
        let end = match style.close {
            "" => stands_alone(before, inside).filter(|end| {
                // `items` alone is a word, `dueDate` is none.
                !style.open.is_empty() || inside[..*end].contains(char::is_uppercase)
            }),
            close => inside.find(close).filter(|end| *end <= NAME_MAX),
        };
        let Some(name) = end.and_then(|end| inside.get(..end)) else { continue };
        let length = style.open.len() + name.len() + style.close.len();
        let within_a_line = before.is_some_and(|c| c != '\n' && c != '\r')
            || here.get(length..).is_some_and(|behind| behind.starts_with(','));
        if !is_dollars(message_type, style.open, name)
            && is_taken(message_type, style.taken, name, within_a_line)
        {
            return Some((length, meant(message_type, core_of(name))));
        }
    }
    let place = here.strip_prefix('%').filter(|_| !before.is_some_and(char::is_alphanumeric));
    Some((1 + printf_length(place?)?, None))
}

/// The length of a name without a closing sign, unless it is a part of something longer, such as
/// the address `https://shop.example/?invoiceNumber=7`.
fn stands_alone(before: Option<char>, inside: &str) -> Option<usize> {
    let joined =
        |c: char| c.is_alphanumeric() || matches!(c, '{' | '?' | '/' | '.' | '_' | '-' | '#');
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let length = inside.find(|c| !letters(c)).unwrap_or(inside.len());
    let behind = inside.get(length..)?;
    // `_` is WhatsApp's mark for italics as well.
    let length = inside.get(..length)?.trim_end_matches('_').len();
    let within = before.is_some_and(|c| joined(c) && c != '_');
    (!within && !behind.starts_with(['=', '}'])).then_some(length)
}

/// `${amount}` is an amount in dollars.
fn is_dollars(message_type: MessageType, open: &str, name: &str) -> bool {
    open.starts_with('$')
        && message_type.slot(name).is_some_and(|slot| message_type.is_amount(slot))
}

/// The length of a `printf` placeholder, `s` or `1$s`, after its `%`.
fn printf_length(inside: &str) -> Option<usize> {
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = inside.get(digits..).and_then(|rest| rest.strip_prefix('$'));
    let place = if digits > 0 { numbered? } else { inside };
    let rest = place.strip_prefix(['s', 'd'])?;
    (!rest.starts_with(char::is_alphanumeric)).then(|| inside.len() - rest.len())
}

/// The name in a placeholder such as `$name | upper` or `php echo $name;`, without the signs,
/// commands and filters of other languages.
fn core_of(name: &str) -> &str {
    let name = name.split('|').next().unwrap_or_default();
    let mut name = name.trim_matches(|c: char| !c.is_alphanumeric());
    for command in ["php", "echo", "print"] {
        if let Some(rest) = name.strip_prefix(command)
            && !rest.starts_with(char::is_alphanumeric)
        {
            name = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        }
    }
    name
}

fn is_taken(message_type: MessageType, taken: Taken, name: &str, within_a_line: bool) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    let is_name = !name.is_empty() && name.trim() == name && name.chars().all(plain);
    let spelled = || {
        let built_in = MessageType::BUILT_IN.iter().copied();
        built_in.chain([message_type]).any(|other| other.slot(name).is_some())
    };
    let near = || spelled() || meant(message_type, name).is_some();
    let number = || name.bytes().all(|byte| byte.is_ascii_digit());
    // `customer_name`, `customerName`, `Customer Name`.
    let several_words = || {
        let inner = name.trim_start_matches(char::is_uppercase);
        name.contains(['_', '-', '.', ' ']) || inner.contains(char::is_uppercase)
    };
    let value = || VALUES.iter().any(|word| name.eq_ignore_ascii_case(word));
    let heading =
        || !several_words() && name.contains(char::is_uppercase) && !(within_a_line && value());
    match taken {
        Taken::Any => !name.contains(['{', '}', '\n', '\r']) && !core_of(name).is_empty(),
        Taken::Near => is_name && (near() || number()),
        Taken::NearButHeadings => {
            is_name
                && !heading()
                && (spelled()
                    || exactly(message_type, name).is_some()
                    || (!several_words() && near()))
        }
        // `customer_name` is no word of any language.
        Taken::Exact => {
            is_name && (spelled() || (name.contains('_') && exactly(message_type, name).is_some()))
        }
    }
}
