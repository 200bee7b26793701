//! What a transfer that took a PDF for text leaves in its packed streams. In these all byte values are
//! about as frequent: where only those are missing that such transfers change, they changed them.

use super::streams;

/// Fewer packed bytes than these may lack a value by chance.
const LEAST_BYTES: usize = 16 * 1024;

/// The values that Windows-1252 has no character for: all of them become `?`, or go.
const NOT_IN_WINDOWS_1252: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// What is counted in all packed streams of a document.
#[derive(Debug)]
struct Count {
    values: [usize; 256],
    /// Line feeds without a carriage return before them.
    lone_line_feeds: usize,
    /// Carriage returns without a line feed behind them.
    lone_returns: usize,
}

/// Whether the document was surely changed: line ends were written anew, as FTP does in its ASCII mode,
/// zeros dropped, or its bytes read as Windows-1252 and written again.
pub(super) fn is_sure(document: &[u8]) -> bool {
    let mut count = Count { values: [0; 256], lone_line_feeds: 0, lone_returns: 0 };
    let mut all = 0;
    for bytes in streams::packed(document) {
        // The line end before `endstream` is none of the stream's.
        let bytes = bytes.trim_ascii_end();
        all += bytes.len();
        count.add(bytes);
    }
    all >= LEAST_BYTES && count.shows_damage(all)
}

impl Count {
    fn add(&mut self, bytes: &[u8]) {
        let mut last = 0;
        for byte in bytes {
            if let Some(count) = self.values.get_mut(usize::from(*byte)) {
                *count += 1;
            }
            self.lone_line_feeds += usize::from(*byte == b'\n' && last != b'\r');
            self.lone_returns += usize::from(last == b'\r' && *byte != b'\n');
            last = *byte;
        }
    }

    fn shows_damage(&self, all: usize) -> bool {
        // A quarter of what each has where all are as frequent.
        let least = all / 1_024;
        let of = |byte: u8| self.values.get(usize::from(byte)).copied().unwrap_or_default();
        let changed =
            |byte: u8| matches!(byte, 0 | b'\n' | b'\r') || NOT_IN_WINDOWS_1252.contains(&byte);
        let is_even = (0..=u8::MAX).all(|byte| changed(byte) || of(byte) >= least);
        is_even
            && (of(0) == 0
                || self.lone_line_feeds == 0
                || self.lone_returns == 0
                || NOT_IN_WINDOWS_1252.iter().all(|byte| of(*byte) == 0))
    }
}
