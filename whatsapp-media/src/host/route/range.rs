//! The header Range (RFC 9110, 14).

use std::ops::Range;

use axum::http::HeaderValue;
use http_range_header::{EndPosition, StartPosition, parse_range_header};

/// The bytes of a file that are requested.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All bytes: the header is not a single range of bytes, so that it may be ignored.
    Whole,
    /// The bytes in this range.
    Part(Range<u64>),
    /// Bytes that the file does not have.
    Beyond,
}

impl Asked {
    /// Reads the header for a file of `size` bytes.
    pub(super) fn of(header: &HeaderValue, size: u64) -> Self {
        let parsed = header.to_str().ok().and_then(|text| parse_range_header(text).ok());
        let ranges = parsed.map(|parsed| parsed.ranges).unwrap_or_default();
        let [range] = ranges.as_slice() else { return Self::Whole };
        let start = match range.start {
            StartPosition::Index(first) => first,
            // All bytes, if the file has fewer.
            StartPosition::FromLast(count) => size.saturating_sub(count),
        };
        let end = match range.end {
            EndPosition::Index(last) if last < start => return Self::Whole,
            EndPosition::Index(last) => last.saturating_add(1).min(size),
            EndPosition::LastByte => size,
        };
        if start < size { Self::Part(start..end) } else { Self::Beyond }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_range_is_cut_to_the_file_and_anything_else_is_the_whole() {
        let asked = |text: &'static str| Asked::of(&HeaderValue::from_static(text), 10);
        assert_eq!(asked("bytes=0-"), Asked::Part(0..10));
        assert_eq!(asked("bytes=2-4"), Asked::Part(2..5));
        assert_eq!(asked("bytes=9-9"), Asked::Part(9..10));
        assert_eq!(asked("bytes=2-99"), Asked::Part(2..10));
        assert_eq!(asked("bytes=2-18446744073709551615"), Asked::Part(2..10));
        assert_eq!(asked("bytes=-3"), Asked::Part(7..10));
        assert_eq!(asked("bytes=-99"), Asked::Part(0..10));
        for beyond in ["bytes=10-", "bytes=10-11"] {
            assert_eq!(asked(beyond), Asked::Beyond, "{beyond}");
        }
        for whole in [
            "",
            "bytes",
            "bytes=",
            "bytes=a-b",
            "bytes=4-2",
            "bytes=-0",
            "bytes=0-1,3-4",
            "lines=1-2",
        ] {
            assert_eq!(asked(whole), Asked::Whole, "{whole}");
        }
    }
}
