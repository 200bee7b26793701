//! A message as WhatsApp shows it.

use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::desk::TextPreview;
use whatsapp_core::message::{AttachmentRef, Delivery, FileRule, Message, Part};
use whatsapp_core::shown::{Block, Inline, RULES, Shown, shown, shown_filled};

use super::eyes::Eyes;
use crate::view::{Bubble, Span};

/// The bubbles that the customer sees, and the preview's rules that are not sure.
pub(crate) fn bubbles(message: &Message, eyes: &Eyes<'_>) -> (Vec<Bubble>, String) {
    let facts = &message.facts;
    let (text, file) = (facts.text.as_str(), facts.attachment.as_ref());
    if text.trim().is_empty() {
        return (Vec::new(), String::new());
    }
    let seen = shown(text);
    let time = message.state.sent_at.map(|at| eyes.times().short(at)).unwrap_or_default();
    let ticks = match message.state.delivery {
        Some(Delivery::Accepted) => "ok",
        Some(Delivery::Delivered | Delivery::Read) => "read",
        Some(Delivery::Undelivered) | None => "",
    };
    let bubble = |file: Option<&AttachmentRef>, spans| Bubble {
        file: file.map(|file| file.name.clone()).unwrap_or_default(),
        file_note: file.map(|file| note(file, eyes)).unwrap_or_default(),
        spans,
        time: time.clone(),
        ticks,
    };
    let bubbles = if file.is_some() && Part::first(text, true) == Part::File {
        vec![bubble(file, Vec::new()), bubble(None, spans(&seen))]
    } else {
        vec![bubble(file, spans(&seen))]
    };
    (bubbles, uncertain(&seen, eyes))
}

/// Names the rules of a preview that are not sure; empty where none was needed.
fn uncertain(seen: &Shown, eyes: &Eyes<'_>) -> String {
    let told = |rule: &u8| RULES.iter().find(|one| one.no == *rule).map(|one| one.what);
    let unsure: Vec<_> = seen.rules.iter().filter_map(told).collect();
    if unsure.is_empty() { String::new() } else { eyes.t.unsure(&unsure) }
}

/// Previews a text that is being written, with its values set off, and names the rules that are not
/// sure. A file is shown where one always goes with such messages, or went with the message whose
/// values these are.
pub(crate) fn previewed(
    preview: &TextPreview,
    file: FileRule,
    eyes: &Eyes<'_>,
) -> (Vec<Bubble>, String) {
    let sent = preview.of.as_ref().and_then(|of| of.file.as_ref());
    let file = match (sent, file) {
        (Some(file), _) => Some((file.name.clone(), note(file, eyes))),
        (None, FileRule::Mandatory([kind, ..])) if preview.of.is_none() => {
            let kind = kind.as_str();
            Some((eyes.t.sample_file(kind), kind.to_uppercase()))
        }
        _ => None,
    };
    previewed_with(preview, file, eyes)
}

/// The same with this file: its name, and its note.
pub(crate) fn previewed_with(
    preview: &TextPreview,
    file: Option<(String, String)>,
    eyes: &Eyes<'_>,
) -> (Vec<Bubble>, String) {
    let seen = shown_filled(preview.text.as_str(), &preview.values);
    let (name, about) = file.unwrap_or_default();
    let bubble = |file: &str, file_note: &str, spans| Bubble {
        file: file.to_owned(),
        file_note: file_note.to_owned(),
        spans,
        time: String::new(),
        ticks: "",
    };
    let bubbles = if !name.is_empty() && preview.part == Part::File {
        vec![bubble(&name, &about, Vec::new()), bubble("", "", spans(&seen))]
    } else {
        vec![bubble(&name, &about, spans(&seen))]
    };
    (bubbles, uncertain(&seen, eyes))
}

/// A file that is not sent yet: its name, and its note.
pub(crate) fn seen_file(
    name: &str,
    kind: Option<AttachmentKind>,
    size: Option<u64>,
    eyes: &Eyes<'_>,
) -> (String, String) {
    let kind = kind.map(|kind| kind.as_str().to_uppercase());
    let parts = [kind, size.map(|size| eyes.t.bytes(size))];
    let name = if name.is_empty() { eyes.t.send_file() } else { name };
    (name.to_owned(), parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

/// Note on a file, such as `PDF · 84 kB`.
fn note(file: &AttachmentRef, eyes: &Eyes<'_>) -> String {
    let kind = file.kind.as_str().to_uppercase();
    match file.size {
        Some(size) => format!("{kind} · {}", eyes.t.bytes(size)),
        None => kind,
    }
}

/// A text as customers read it, without its marks.
pub(crate) fn plain(text: &str) -> String {
    let read = |span: Span| match span.kind {
        "text" | "code" | "link" => span.text,
        "ul" | "ol" | "/li" | "quote" | "/quote" => "\n".to_owned(),
        "li" => "• ".to_owned(),
        _ => String::new(),
    };
    let read: String = spans(&shown(text)).into_iter().map(read).collect();
    read.trim().to_owned()
}

/// A text in reading order, each mark with its beginning and its end.
fn spans(shown: &Shown) -> Vec<Span> {
    let mut spans = Spans(Vec::new());
    let mut list = "";
    let mut is_behind_line = false;
    let mut is_behind_gap = false;
    for block in &shown.blocks {
        let (kind, first) = match block {
            Block::Bullet(_) => ("ul", String::new()),
            Block::Numbered(first, _) => ("ol", first.to_string()),
            Block::Line(_) | Block::Quote(_) | Block::Code(_) => ("", String::new()),
        };
        let stands_apart = !matches!(block, Block::Line(_) | Block::Code(_));
        if is_behind_gap && stands_apart {
            // An empty line right before a block would not be seen.
            spans.text("text", "\n");
        }
        if kind != list {
            spans.end(list);
            spans.begin(kind, first);
            list = kind;
        }
        match block {
            Block::Line(line) => {
                if is_behind_line {
                    spans.text("text", "\n");
                }
                spans.line(line);
            }
            Block::Quote(line) => spans.within("quote", |spans| spans.line(line)),
            Block::Bullet(line) | Block::Numbered(_, line) => {
                spans.within("li", |spans| spans.line(line));
            }
            Block::Code(code) => {
                if is_behind_line {
                    spans.text("text", "\n");
                }
                spans.text("code", code);
            }
        }
        is_behind_line = !stands_apart;
        is_behind_gap = matches!(block, Block::Line(line) if line.is_empty());
    }
    spans.end(list);
    spans.0
}

struct Spans(Vec<Span>);

impl Spans {
    fn text(&mut self, kind: &'static str, text: &str) {
        self.0.push(Span { kind, text: text.to_owned(), href: String::new() });
    }

    fn begin(&mut self, kind: &'static str, text: String) {
        if !kind.is_empty() {
            self.0.push(Span { kind, text, href: String::new() });
        }
    }

    fn end(&mut self, kind: &str) {
        let end = match kind {
            "b" => "/b",
            "i" => "/i",
            "s" => "/s",
            "quote" => "/quote",
            "ul" => "/ul",
            "ol" => "/ol",
            "li" => "/li",
            "value" => "/value",
            _ => return,
        };
        self.begin(end, String::new());
    }

    fn within(&mut self, kind: &'static str, inside: impl FnOnce(&mut Self)) {
        self.begin(kind, String::new());
        inside(self);
        self.end(kind);
    }

    fn line(&mut self, line: &[Inline]) {
        for piece in line {
            match piece {
                Inline::Text(text) => self.text("text", text),
                Inline::Code(code) => self.text("code", code),
                Inline::Bold(inside) => self.within("b", |spans| spans.line(inside)),
                Inline::Italic(inside) => self.within("i", |spans| spans.line(inside)),
                Inline::Strike(inside) => self.within("s", |spans| spans.line(inside)),
                Inline::Link { text, href } => {
                    let (text, href) = (text.clone(), href.clone());
                    self.0.push(Span { kind: "link", text, href });
                }
                Inline::Filled(inside) => self.within("value", |spans| spans.line(inside)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_core::shown::{shown, shown_filled};

    use super::{plain, spans};

    fn flat(text: &str) -> String {
        let spans = spans(&shown(text));
        let told = spans.iter().map(|span| match span.kind {
            "text" => span.text.clone(),
            kind => format!("<{kind}{}{}>", if span.text.is_empty() { "" } else { " " }, span.text),
        });
        told.collect()
    }

    #[test]
    fn a_text_lies_in_reading_order() {
        for (text, expected) in [
            ("Dear *Asha _Rao_*,\n\nHello", "Dear <b>Asha <i>Rao</i></b>,\n\nHello"),
            ("a\n- x\n- y\nb", "a<ul><li>x</li><li>y</li></ul>b"),
            ("3. c\n4. d", "<ol 3><li>c</li><li>d</li></ol>"),
            ("- x\n1. y", "<ul><li>x</li></ul><ol 1><li>y</li></ol>"),
            ("a\n\n- x\n\nb", "a\n\n<ul><li>x</li></ul>\nb"),
            ("a\n> q\nb", "a<quote>q</quote>b"),
            ("a ```x\ny``` b", "a \n<code x\ny>\n b"),
        ] {
            assert_eq!(flat(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_is_read_without_its_marks() {
        for (text, read) in [("*Happy* Diwali!", "Happy Diwali!"), ("a\n- x\n- y", "a\n• x\n• y")]
        {
            assert_eq!(plain(text), read, "{text}");
        }
    }

    #[test]
    fn values_are_set_off() {
        let spans = spans(&shown_filled("Dear *Asha*, a", &[(6, 10)]));
        let kinds: Vec<_> = spans.iter().map(|span| span.kind).collect();
        assert_eq!(kinds, ["text", "b", "value", "text", "/value", "/b", "text"]);
    }

    #[test]
    fn what_looks_like_a_page_is_text() {
        assert_eq!(spans(&shown("<script>alert(1)</script>")).len(), 1);
    }
}
