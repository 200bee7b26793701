use std::fmt::Write as _;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// A text, the text as shown, and the unsure rules that mattered. `B(…)` is bold, `I(…)` italic,
/// `S(…)` struck out, `C(…)` code, `L(…)` a link. A list, a quote and code over several lines begin
/// with `•`, a number, `|` and `#`.
const CORPUS: &[(&str, &str, &[u8])] = &[
    ("*a*", "B(a)", &[]),
    ("*a*b", "*a*b", &[]),
    ("a*b*", "a*b*", &[]),
    ("x * a*", "x * a*", &[]),
    // At the start of a line the blank makes it a list.
    ("* a*", "• a*", &[]),
    ("*a *", "*a *", &[]),
    ("*a* *b*", "B(a) B(b)", &[]),
    ("*a**b*", "B(a)B(b)", &[10]),
    ("**a**", "*B(a)*", &[10]),
    ("***", "***", &[10]),
    ("_*a*_", "I(B(a))", &[]),
    ("*_a_*", "B(I(a))", &[]),
    ("~_*a*_~", "S(I(B(a)))", &[]),
    ("_a *b* c_", "I(a B(b) c)", &[]),
    ("*a _b* c_", "B(a _b) c_", &[8]),
    ("*a _b* c", "B(a _b) c", &[]),
    ("*a _b_", "*a I(b)", &[]),
    ("*a *b*", "B(a *b)", &[]),
    ("*a\nb*", "*a\nb*", &[]),
    ("`*a*`", "C(*a*)", &[]),
    ("*a `b* c`", "*a C(b* c)", &[]),
    ("*a `b` c*", "B(a C(b) c)", &[]),
    ("` `", "` `", &[]),
    ("``", "``", &[]),
    ("```*a*\n_b_```", "#*a*\n_b_", &[]),
    ("see ```a\nb``` *c*", "see \n#a\nb\n B(c)", &[]),
    ("a\n\n```b\nc```\n\nd", "a\n\n#b\nc\n\nd", &[]),
    ("```a```", "#a", &[]),
    ("so ```*a*``` it is", "so C(*a*) it is", &[]),
    ("``` ```", "``` ```", &[]),
    ("```\n```", "```\n```", &[]),
    ("```a", "```a", &[]),
    ("snake_case_name", "snake_case_name", &[]),
    ("2*3*4 = 24", "2*3*4 = 24", &[]),
    ("*₹1,23,456.00*", "B(₹1,23,456.00)", &[]),
    ("*नमस्ते*", "B(नमस्ते)", &[]),
    ("*नमस्ते*जी", "*नमस्ते*जी", &[6]),
    ("*Asha*, *Ravi*.", "B(Asha), B(Ravi).", &[]),
    ("(*a*)", "(B(a))", &[4]),
    ("(*a", "(*a", &[]),
    ("https://a.example/_x_", "L(https://a.example/_x_)", &[]),
    ("*https://a.example/*", "B(L(https://a.example/))", &[14]),
    ("_*https://a.example/_x_*_", "I(B(L(https://a.example/_x_)))", &[14]),
    ("_https://a.example/x_", "I(L(https://a.example/x))", &[14]),
    ("Pay: https://a.example/i(7), thanks", "Pay: L(https://a.example/i(7)), thanks", &[]),
    ("(see https://a.example/7).", "(see L(https://a.example/7)).", &[]),
    ("HTTP://A.EXAMPLE", "L(HTTP://A.EXAMPLE)", &[]),
    ("https:// a", "https:// a", &[]),
    ("xhttps://a.example", "xhttps://a.example", &[]),
    ("javascript:alert(1)", "javascript:alert(1)", &[]),
    (
        "shop.in, _shop.in/a_b_",
        "L(shop.in→https://shop.in), I(L(shop.in/a_b→https://shop.in/a_b))",
        &[14],
    ),
    ("asha@shop.in", "asha@shop.in", &[]),
    ("asha.in@shop.example", "asha.in@shop.example", &[]),
    ("INV.7, 3.50, e.g., a..in, -.in", "INV.7, 3.50, e.g., a..in, -.in", &[]),
    ("- a\n- b", "• a\n• b", &[]),
    ("- *a*", "• B(a)", &[]),
    ("-a", "-a", &[]),
    ("- ", "-", &[15]),
    ("3. c\n4. d", "3. c\n4. d", &[]),
    ("99. a\n100. b\n0. c\n01. d", "99. a\n100. b\n0. c\n01. d", &[]),
    ("> q", "| q", &[]),
    (">q", ">q", &[]),
    ("> *q*", "| B(q)", &[]),
    (">*q*", ">B(q)", &[]),
    ("# a", "# a", &[]),
    ("[a](https://b.example)", "[a](L(https://b.example))", &[]),
    ("*", "*", &[]),
    ("_ _", "_ _", &[]),
    ("*Asha *", "*Asha *", &[]),
    ("Dear *Pay now*,", "Dear B(Pay now),", &[]),
    (" a \n\n b ", "a \n\n b", &[15]),
    ("a\r\nb", "a\nb", &[]),
    ("", "", &[]),
];

fn told(shown: &Shown) -> String {
    let lines = shown.blocks.iter().map(|block| match block {
        Block::Line(pieces) => pieces_of(pieces),
        Block::Quote(pieces) => format!("| {}", pieces_of(pieces)),
        Block::Bullet(pieces) => format!("• {}", pieces_of(pieces)),
        Block::Numbered(number, pieces) => format!("{number}. {}", pieces_of(pieces)),
        Block::Code(code) => format!("#{code}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn pieces_of(pieces: &[Inline]) -> String {
    let mut told = String::new();
    for piece in pieces {
        match piece {
            Inline::Text(text) => told.push_str(text),
            Inline::Bold(within) => write!(told, "B({})", pieces_of(within)).unwrap(),
            Inline::Italic(within) => write!(told, "I({})", pieces_of(within)).unwrap(),
            Inline::Strike(within) => write!(told, "S({})", pieces_of(within)).unwrap(),
            Inline::Code(code) => write!(told, "C({code})").unwrap(),
            Inline::Link { text, href } if text == href => write!(told, "L({text})").unwrap(),
            Inline::Link { text, href } => write!(told, "L({text}→{href})").unwrap(),
            Inline::Filled(within) => write!(told, "V({})", pieces_of(within)).unwrap(),
        }
    }
    told
}

/// The texts of the corpus that a parser shows otherwise.
fn differences(shown: impl Fn(&str) -> Shown) -> Vec<String> {
    let wrong = |(text, expected, rules): &(&str, &str, &[u8])| {
        let shown = shown(text);
        let found: Vec<u8> = shown.rules.iter().copied().collect();
        let is_right = told(&shown) == *expected && found == *rules;
        (!is_right).then(|| format!("{text:?}: {:?} by {found:?}", told(&shown)))
    };
    CORPUS.iter().filter_map(wrong).collect()
}

#[test]
fn the_corpus_is_shown_as_it_should_be() {
    assert_eq!(differences(shown), Vec::<String>::new());
}

#[test]
fn the_corpus_tells_bold_with_blanks_inside() {
    let careless = |text: &str| shown(&text.replace(" *", "*"));
    assert!(!differences(careless).is_empty());
}

#[test]
fn the_rules_have_their_numbers_and_say_something() {
    for (rule, no) in RULES.iter().zip(1..) {
        assert_eq!(rule.no, no);
        assert!(rule.what.ends_with('.'), "{}", rule.what);
    }
    let unsure: BTreeSet<u8> =
        RULES.iter().filter(|rule| rule.surety != Surety::Sure).map(|rule| rule.no).collect();
    let mut told: BTreeSet<u8> = CORPUS.iter().flat_map(|(_, _, rules)| *rules).copied().collect();
    told.extend(shown(&"long ".repeat(1_000)).rules);
    assert_eq!(told, unsure, "a rule that is not sure decides something in a test");
}

#[test]
fn each_text_takes_time_in_proportion_to_its_length() {
    let beginnings = [
        "*",
        "_",
        "`",
        "```",
        "*a ",
        "_a *b ",
        "*_~",
        "(",
        "[",
        "https://a/(",
        "https://a.in*",
        "a.in,",
        "a.",
        "-.",
        "> ",
        "- ",
        "1. ",
        "`a",
        "```a\n",
        "``` ```",
        "\n",
        "https://",
        "*a _b* c_ ",
        "~a*",
    ];
    for beginning in beginnings {
        let text = |length: usize| beginning.repeat(length / beginning.len() + 1);
        let time = |text: &str| {
            let measure = || {
                #[expect(clippy::disallowed_methods, reason = "how long it takes is the question")]
                let begun = Instant::now();
                assert!(!shown(text).blocks.is_empty() || text.trim().is_empty());
                begun.elapsed()
            };
            (0..5).map(|_| measure()).min().unwrap()
        };
        // Time that grows with the square of the length would make this take seconds.
        let long = text(65_536);
        assert!(time(&long) < Duration::from_millis(500), "{beginning:?}: {:?}", time(&long));
    }
}

/// All of a shown text, without its marks.
fn read(shown: &Shown) -> String {
    fn pieces(all: &[Inline], read: &mut String) {
        for piece in all {
            match piece {
                Inline::Text(text) | Inline::Code(text) | Inline::Link { text, .. } => {
                    read.push_str(text);
                }
                Inline::Bold(within)
                | Inline::Italic(within)
                | Inline::Strike(within)
                | Inline::Filled(within) => pieces(within, read),
            }
        }
    }
    let mut text = String::new();
    for block in &shown.blocks {
        match block {
            Block::Line(line) | Block::Quote(line) | Block::Bullet(line) => pieces(line, &mut text),
            Block::Numbered(number, line) => {
                write!(text, "{number}.").unwrap();
                pieces(line, &mut text);
            }
            Block::Code(code) => text.push_str(code),
        }
    }
    text
}

/// A text without its brackets, and the positions of the text that was in them.
fn bracketed(text: &str) -> (String, Vec<(usize, usize)>) {
    let (mut plain, mut filled, mut begins) = (String::new(), Vec::new(), 0);
    for c in text.chars() {
        match c {
            '⟨' => begins = plain.len(),
            '⟩' => filled.push((begins, plain.len())),
            c => plain.push(c),
        }
    }
    (plain, filled)
}

#[test]
fn values_stand_apart_and_are_shown_as_if_they_were_typed() {
    for (text, expected) in [
        ("Dear *⟨Asha⟩*,", "Dear B(V(Asha)),"),
        ("Dear *⟨Asha *Rao⟩,", "Dear *V(Asha *Rao),"),
        ("⟨*Pay now*⟩, *⟨a⟩ b*", "B(V(Pay now)), B(V(a) b)"),
        ("*⟨a⟩ _⟨b⟩* c_", "B(V(a) _V(b)) c_"),
        ("- ⟨-5⟩ a\n1. ⟨1⟩", "• V(-5) a\n1. V(1)"),
        ("  ⟨a⟩⟨b⟩: ⟨x\n- y⟩ z", "V(ab): V(x)\n• V(y) z"),
        (
            "see ⟨https://a.example/7⟩ or https://a.example/⟨8⟩",
            "see V(L(https://a.example/7)) or V(L(https://a.example/8))",
        ),
        ("`⟨a⟩` and ```⟨b⟩\nc```", "V(C(a)) and \n#b\nc"),
        ("⟨a⟩*b*", "V(a)*b*"),
    ] {
        let (plain, filled) = bracketed(text);
        let shown = shown_filled(&plain, &filled);
        assert_eq!(told(&shown), expected, "{text}");
    }
}

#[test]
fn marks_that_stay_as_they_were_typed_are_known_by_their_places() {
    for (text, stay) in [
        ("*a* b* *c", vec![5, 7]),
        ("x\n*a _b* c_", vec![5, 10]),
        ("`*a*` https://a.example/*", vec![]),
        ("- *a *b*", vec![5]),
        ("```\n*a\n``` *b", vec![11]),
    ] {
        let found: Vec<usize> = marked(text).into_iter().flat_map(|line| line.stay).collect();
        assert_eq!(found, stay, "{text}");
    }
}

/// Returns true if taking nothing but marks and blanks out of a text can leave the other.
fn is_left_of(left: &str, whole: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || "*_~`>-".contains(c);
    let mut left = left.chars().filter(|c| !c.is_whitespace()).peekable();
    for c in whole.chars().filter(|c| !c.is_whitespace()) {
        if left.peek() == Some(&c) {
            left.next();
        } else if !is_mark(c) {
            return false;
        }
    }
    left.next().is_none()
}

proptest! {
    #[test]
    fn nothing_is_lost_but_marks(text in r"([*_~`>\-(),.1 \n]|```|- |> |1\. |a|b|क|https://a\.in/|c\.in){0,60}") {
        let shown = shown(&text);
        let read = read(&shown);
        prop_assert!(is_left_of(&read, &text), "{text:?}: {read:?}");
    }

    #[test]
    fn values_change_nothing_of_what_is_shown(
        text in r"([*_~`>\-. \n]|- |1\. |a|https://a\.in/){0,40}",
        places in proptest::collection::vec((0..40_usize, 0..6_usize), 0..4),
    ) {
        let (mut filled, mut from) = (Vec::new(), 0);
        for (gap, length) in places {
            let begins = (from + gap).min(text.len());
            from = (begins + length).min(text.len());
            filled.push((begins, from));
        }
        let shown = shown_filled(&text, &filled);
        prop_assert_eq!(told(&shown).replace("V(", "(").replace(['(', ')'], ""),
            told(&super::shown(&text)).replace(['(', ')'], ""));
    }

    #[test]
    fn any_text_can_be_shown(text in any::<String>()) {
        let read = read(&shown(&text));
        prop_assert!(is_left_of(&read, &text), "{text:?}: {read:?}");
    }

    #[test]
    fn links_lead_to_the_web(text in r"([*_~ (]|https?://|javascript:|//|a|b\.in|/|x|:){0,20}") {
        fn hold(pieces: &[Inline]) -> bool {
            pieces.iter().all(|piece| match piece {
                Inline::Text(_) | Inline::Code(_) => true,
                Inline::Bold(within)
                | Inline::Italic(within)
                | Inline::Strike(within)
                | Inline::Filled(within) => hold(within),
                Inline::Link { href, .. } => {
                    let href = href.to_ascii_lowercase();
                    let host = href.strip_prefix("https://").or(href.strip_prefix("http://"));
                    host.is_some_and(|host| host.starts_with(char::is_alphanumeric))
                }
            })
        }
        for block in shown(&text).blocks {
            if let Block::Line(pieces) | Block::Quote(pieces) | Block::Bullet(pieces) = block {
                prop_assert!(hold(&pieces), "{text:?}");
            }
        }
    }
}
