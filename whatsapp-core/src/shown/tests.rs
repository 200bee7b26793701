//! Texts, and what phones show of them.

use super::{Block, Inline, RULES, Shown, Surety, shown};

/// What is shown, in one line: B bold, I italic, S struck through, C code, L link.
fn told(text: &str) -> String {
    let blocks = shown(text).blocks;
    blocks.iter().map(block).collect::<Vec<_>>().join("|")
}

fn block(block: &Block) -> String {
    match block {
        Block::Line(line) => inline(line),
        Block::Quote(line) => format!("> {}", inline(line)),
        Block::Bullet(line) => format!("• {}", inline(line)),
        Block::Numbered(no, line) => format!("{no}) {}", inline(line)),
        Block::Code(code) => format!("CODE({})", code.replace('\n', "/")),
    }
}

fn inline(line: &[Inline]) -> String {
    let piece = |piece: &Inline| match piece {
        Inline::Text(text) => text.clone(),
        Inline::Bold(inside) => format!("B({})", inline(inside)),
        Inline::Italic(inside) => format!("I({})", inline(inside)),
        Inline::Strike(inside) => format!("S({})", inline(inside)),
        Inline::Code(code) => format!("C({code})"),
        Inline::Link { text, .. } => format!("L({text})"),
    };
    line.iter().map(piece).collect()
}

#[test]
fn texts_are_shown_as_phones_show_them() {
    let texts = [
        ("*a*", "B(a)"),
        ("*a*b", "*a*b"),
        ("a*b*", "a*b*"),
        ("* a*", "* a*"),
        ("*a *", "*a *"),
        ("* not bold *", "* not bold *"),
        ("*a* *b*", "B(a) B(b)"),
        ("*a**b*", "B(a)B(b)"),
        ("**a**", "*B(a)*"),
        ("***", "***"),
        ("_*a*_", "I(B(a))"),
        ("*_a_*", "B(I(a))"),
        ("~_*a*_~", "S(I(B(a)))"),
        ("_a *b* c_", "I(a B(b) c)"),
        ("*a _b* c_", "B(a _b) c_"),
        ("*a\nb*", "*a|b*"),
        ("`*a*`", "C(*a*)"),
        ("```*a*\n_b_```", "CODE(*a*/_b_)"),
        ("``` ```", "``` ```"),
        ("Pay ```now``` *please*", "Pay C(now) B(please)"),
        ("before\n```\none\ntwo\n```\nbehind", "before|CODE(one/two)|behind"),
        ("snake_case_name", "snake_case_name"),
        ("2*3*4 = 24", "2*3*4 = 24"),
        ("*₹1,23,456.00*", "B(₹1,23,456.00)"),
        ("*नमस्ते*", "B(नमस्ते)"),
        ("*नमस्ते*जी", "*नमस्ते*जी"),
        ("*Asha*,", "B(Asha),"),
        ("(*a*)", "(B(a))"),
        ("https://a.example/_x_", "L(https://a.example/_x_)"),
        ("*https://a.example/*", "B(L(https://a.example/))"),
        ("see https://a.example/x, or not.", "see L(https://a.example/x), or not."),
        ("(https://a.example/x_(1))", "(L(https://a.example/x_(1)))"),
        ("shop.example/i/42", "L(shop.example/i/42)"),
        ("me@shop.example", "me@shop.example"),
        ("e.g.this", "e.g.this"),
        ("Write to shop.example. Thanks", "Write to L(shop.example). Thanks"),
        ("*shop.example*", "B(L(shop.example))"),
        ("http://", "http://"),
        ("HTTPS://A.EXAMPLE", "L(HTTPS://A.EXAMPLE)"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("- a\n- b", "• a|• b"),
        ("* a\n* *b*", "• a|• B(b)"),
        ("-a", "-a"),
        ("3. c\n4. d", "3) c|4) d"),
        ("10. ten\n100. much\n0. nought", "10) ten|100. much|0. nought"),
        ("> q *x*", "> q B(x)"),
        (">q", ">q"),
        ("# a", "# a"),
        ("[a](https://b.example)", "[a](L(https://b.example))"),
        ("*", "*"),
        ("_ _", "_ _"),
        ("a\n\nb", "a||b"),
        ("  a  ", "a"),
        ("", ""),
    ];
    for (text, expected) in texts {
        assert_eq!(told(text), expected, "{text:?}");
    }
}

#[test]
fn what_is_not_sure_names_its_rule() {
    let unsure = |text: &str| shown(text).unsure.into_iter().collect::<Vec<_>>();
    assert_eq!(unsure("Dear *Asha*, _thank_ you: https://a.example"), []);
    assert_eq!(unsure("(*a*)"), [4]);
    assert_eq!(unsure("*नमस्ते*जी"), [6]);
    assert_eq!(unsure("*a _b* c_"), [8]);
    assert_eq!(unsure("**a**"), [10]);
    assert_eq!(unsure("* a*"), [11]);
    assert_eq!(unsure("shop.example"), [14]);
    assert_eq!(unsure(&"word ".repeat(900)), [16]);
}

#[test]
fn rules_that_are_named_are_in_the_table_and_are_not_sure() {
    assert!(RULES.is_sorted_by_key(|rule| rule.no));
    for text in ["(*a*)", "*नमस्ते*जी", "*a _b* c_", "**a**", "* a*", "shop.example"]
    {
        for no in shown(text).unsure {
            let rule = RULES.iter().find(|rule| rule.no == no).unwrap();
            assert_ne!(rule.surety, Surety::Sure, "{}", rule.says);
        }
    }
}

/// The characters of a text without the marks, and without what lists and quotes take away.
fn kept(shown: &Shown) -> String {
    fn add(line: &[Inline], kept: &mut String) {
        for piece in line {
            match piece {
                Inline::Text(text) | Inline::Code(text) | Inline::Link { text, .. } => {
                    kept.push_str(text)
                }
                Inline::Bold(inside) | Inline::Italic(inside) | Inline::Strike(inside) => {
                    add(inside, kept)
                }
            }
        }
    }
    let mut kept = String::new();
    for block in &shown.blocks {
        match block {
            Block::Line(line)
            | Block::Quote(line)
            | Block::Bullet(line)
            | Block::Numbered(_, line) => {
                add(line, &mut kept);
            }
            Block::Code(code) => kept.push_str(code),
        }
    }
    kept.retain(|c| c.is_alphabetic());
    kept
}

#[test]
fn no_letter_is_lost_whatever_the_marks() {
    let pieces = [
        "*",
        "_",
        "~",
        "`",
        "```",
        " ",
        "\n",
        "a",
        "b",
        "ज",
        "- ",
        "> ",
        "1. ",
        "https://c.example/d_",
        "(",
    ];
    // Every text of four pieces and the letters round them.
    let count = pieces.len();
    for n in 0..count.pow(4) {
        let chosen = [n, n / count, n / count.pow(2), n / count.pow(3)].map(|n| pieces[n % count]);
        let text = format!("x{}y{}z", chosen[..2].concat(), chosen[2..].concat());
        let mut expected = text.clone();
        expected.retain(char::is_alphabetic);
        assert_eq!(kept(&shown(&text)), expected, "{text:?}");
    }
}

#[test]
fn marks_without_partners_take_no_longer_than_their_length() {
    for piece in [
        "*a ", "*_~a ", "*a _b* ", "`", "```a ", "(*", "**", "http://", "http://,", "a,", "a.",
        "c.in,",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        assert!(!shown(&text).blocks.is_empty(), "{piece:?}");
    }
}
