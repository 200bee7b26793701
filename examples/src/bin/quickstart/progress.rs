//! Shows how far it is: a bar on a terminal, now and then a plain line elsewhere.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A plain line at most this often, in seconds.
const LINE_EVERY: u64 = 5;

/// Progress on standard error, so that standard output holds the result alone.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
    /// Messages that were owed at the start.
    all: AtomicU64,
    /// When the last plain line was written, in seconds since the start.
    last_line: AtomicU64,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target =
            if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self {
            bar: ProgressBar::with_draw_target(Some(0), target),
            is_terminal,
            all: AtomicU64::new(0),
            last_line: AtomicU64::new(0),
        }
    }

    /// So many rows have been put into the outbox.
    pub(crate) fn enqueued(&self, rows: usize) {
        self.line(|| format!("Enqueuing … {rows}"));
    }

    /// So many messages are owed, and sending begins; `pace` follows on the bar.
    pub(crate) fn start(&self, owed: u64, pace: String) {
        self.all.store(owed, Ordering::Relaxed);
        if owed == 0 {
            return;
        }
        let style = ProgressStyle::with_template("Sending {bar:28} {pos} of {len}, {elapsed}{msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("█▌░");
        self.bar.set_style(style);
        self.bar.reset();
        self.bar.set_message(pace);
        self.bar.set_length(owed);
        self.bar.set_position(0);
    }

    /// So many messages are still owed.
    pub(crate) fn left(&self, owed: u64) {
        let all = self.all.load(Ordering::Relaxed);
        let done = all.saturating_sub(owed);
        self.bar.set_position(done);
        self.line(|| format!("Sending … {done} of {all}"));
    }

    /// A line that does not disturb the bar.
    pub(crate) fn say(&self, text: &str) {
        self.bar.suspend(|| eprintln!("{text}"));
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, text: impl FnOnce() -> String) {
        if self.is_terminal {
            return;
        }
        let now = self.bar.elapsed().as_secs();
        let last = self.last_line.load(Ordering::Relaxed);
        if now >= last + LINE_EVERY {
            self.last_line.store(now, Ordering::Relaxed);
            eprintln!("{}", text());
        }
    }
}
