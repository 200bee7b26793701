//! Forms with a file in them (RFC 7578), from bodies that were read whole.

use axum::body::Bytes;

use crate::typed::{Upload, Uploaded};

/// The most parts that are looked at: more than any form of ours has.
const PARTS_MAX: usize = 100;

/// The line between two parts, by the type of the body; `None` where it is no such form.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (essence, parameters) = content_type.split_once(';')?;
    if !essence.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut parameters = parameters.split(';').filter_map(|one| one.trim().split_once('='));
    let (_, boundary) = parameters.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    let boundary = boundary.trim_matches('"');
    // RFC 2046, 5.1.1.
    (1..=70).contains(&boundary.len()).then(|| format!("--{boundary}"))
}

/// The fields of such a form, and its file where one was chosen. Bytes outside its parts
/// say nothing.
pub(super) fn read(sent: &Bytes, boundary: &str) -> (Vec<(String, String)>, Upload) {
    let (mut fields, mut upload) = (Vec::new(), Upload::default());
    let between = format!("\r\n{boundary}");
    let mut rest = match find(sent, boundary.as_bytes()) {
        Some(0) => boundary.len(),
        _ => return (fields, upload),
    };
    for _ in 0..PARTS_MAX {
        let Some(head) = sent.get(rest..).and_then(|rest| rest.strip_prefix(b"\r\n")) else {
            break;
        };
        let begins = rest + 2;
        let Some(head_ends) = find(head, b"\r\n\r\n") else { break };
        let body = begins + head_ends + 4;
        let Some(length) = sent.get(body..).and_then(|body| find(body, between.as_bytes())) else {
            break;
        };
        let content = sent.slice(body..body + length);
        let head = String::from_utf8_lossy(head.get(..head_ends).unwrap_or_default()).into_owned();
        match named(&head) {
            Some((_, Some(name))) if !(name.is_empty() && content.is_empty()) => {
                upload = Upload(Some(Uploaded { name, bytes: content }));
            }
            Some((_, Some(_))) | None => {}
            Some((name, None)) => {
                fields.push((name, String::from_utf8_lossy(&content).into_owned()));
            }
        }
        rest = body + length + between.len();
    }
    (fields, upload)
}

/// The name of a part, and that of its file where the part is a file.
fn named(head: &str) -> Option<(String, Option<String>)> {
    let begin = "content-disposition:";
    let line = head
        .lines()
        .find(|line| line.get(..begin.len()).is_some_and(|it| it.eq_ignore_ascii_case(begin)))?;
    Some((quoted(line, " name=\"")?, quoted(line, " filename=\"")))
}

/// The value in quotes behind `begin`. Browsers write a quote in it as `%22`, and line ends
/// as `%0D%0A`.
fn quoted(line: &str, begin: &str) -> Option<String> {
    let (_, rest) = line.split_once(begin)?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("%22", "\"").replace("%0D", "").replace("%0A", " "))
}

/// Position of the first occurrence.
fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    let (first, mut at) = (*what.first()?, 0);
    loop {
        let rest = within.get(at..)?;
        at += rest.iter().position(|byte| *byte == first)?;
        if within.get(at..)?.starts_with(what) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "--x1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--x1\r\n\
                        Content-Disposition: form-data; name=\"text\"\r\n\r\nDear ü,\r\n--x\r\nbye\r\n--x1\r\n\
                        content-disposition: form-data; name=\"upload\"; filename=\"a %22b%22.pdf\"\r\n\
                        Content-Type: application/pdf\r\n\r\n%PDF\r\n\r\n--x1--\r\n";

    #[test]
    fn fields_and_the_file_are_read_as_they_were_sent() {
        let boundary = boundary("multipart/form-data; boundary=x1").unwrap();
        let (fields, Upload(file)) = read(&Bytes::from_static(FORM.as_bytes()), &boundary);
        let expected = [("csrf", "abc"), ("text", "Dear ü,\r\n--x\r\nbye")];
        let fields: Vec<_> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(fields, expected);
        let file = file.unwrap();
        assert_eq!((file.name.as_str(), &*file.bytes), ("a \"b\".pdf", b"%PDF\r\n".as_slice()));
    }

    #[test]
    fn what_is_no_such_form_or_ends_too_soon_says_nothing_more() {
        assert_eq!(boundary("application/x-www-form-urlencoded; boundary=x"), None);
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; boundary=\"y\"").unwrap(), "--y");
        for length in 0..FORM.len() {
            let begun = Bytes::copy_from_slice(&FORM.as_bytes()[..length]);
            let (fields, _) = read(&begun, "--x1");
            assert!(fields.len() <= 2);
        }
        let none = Bytes::from_static(
            b"--x\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"\"\r\n\r\n\r\n--x--\r\n",
        );
        assert!(read(&none, "--x").1.0.is_none(), "no file was chosen");
    }
}
