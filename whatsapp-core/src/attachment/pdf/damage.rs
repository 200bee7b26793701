//! The damage that a transfer as text leaves in a PDF's packed streams. All byte values are about
//! equally frequent there. Where only the values are missing that such transfers change, a transfer
//! changed them.

use super::streams;

/// With fewer packed bytes than this, a value may be missing by chance.
const LEAST_BYTES: usize = 16 * 1024;

/// The values for which Windows-1252 has no character: all of them become `?`, or are dropped.
const NOT_IN_WINDOWS_1252: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// The counts over all packed streams of a document.
#[derive(Debug)]
struct Count {
    values: [usize; 256],
    /// Line feeds without a carriage return before them.
    lone_line_feeds: usize,
    /// Carriage returns without a line feed behind them.
    lone_returns: usize,
}

/// Returns whether the document was surely changed. Line ends were rewritten, as FTP does in its
/// ASCII mode, zeros were dropped, or its bytes were read as Windows-1252 and written again.
pub(super) fn is_sure(document: &[u8]) -> bool {
    let mut count = Count { values: [0; 256], lone_line_feeds: 0, lone_returns: 0 };
    let mut all = 0;
    for bytes in streams::packed(document) {
        // The line end before `endstream` does not belong to the stream.
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
        // A quarter of each value's share if all values are equally frequent.
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
