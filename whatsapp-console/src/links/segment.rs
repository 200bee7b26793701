//! Keys of the host's as a segment of a path.
//!
//! A key may hold a slash or a per cent sign, or be two dots. Browsers and proxies change such
//! parts of a path, even if they are written with per cent signs. So these pages write them in a
//! way of their own: `~` and the byte's two hexadecimal digits.

use std::fmt::Write as _;

/// A key as a part of a path.
pub(crate) fn written(key: &str) -> String {
    let mut part = String::with_capacity(key.len());
    for (place, byte) in key.bytes().enumerate() {
        match byte {
            b'.' if place > 0 => part.push('.'),
            b'-' | b'_' | b'+' | b':' => part.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => part.push(char::from(byte)),
            byte => _ = write!(part, "~{byte:02X}"),
        }
    }
    part
}

/// The key of a segment of a path; `None` for a segment that is none.
pub(crate) fn read(part: &str) -> Option<String> {
    let mut key = Vec::with_capacity(part.len());
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'~' {
            key.push(byte);
            continue;
        }
        let digits = [bytes.next()?, bytes.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        key.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(key).ok().filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    #[test]
    fn every_key_comes_back_and_no_part_means_anything_to_a_browser() {
        let all: String = ('!'..='~').collect();
        for key in ["C-1", "..", ".", "a/b", "a%2Fb", "~7E", "T+3", "now:1", "INV/2026/42", &all] {
            let part = written(key);
            assert_eq!(read(&part).as_deref(), Some(key), "{part}");
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+:~".contains(&byte);
            assert!(part.bytes().all(is_plain) && !part.starts_with('.'), "{part}");
        }
        assert_eq!(written("C-1"), "C-1");
        assert_eq!(written("INV/7"), "INV~2F7");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for part in ["", "~", "~2", "~zz", "~FF"] {
            assert_eq!(read(part), None, "{part}");
        }
    }
}
