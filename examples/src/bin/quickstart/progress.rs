//! Progress of the work: a bar on a terminal, now and then a plain line elsewhere.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shortest time between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Progress on standard error, so that standard output holds the result alone.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
    /// Number of messages that were owed at the start.
    all: AtomicU64,
    /// Last plain line, and the time at which it was written.
    last_line: Mutex<(Duration, String)>,
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
            last_line: Mutex::default(),
        }
    }

    /// Tells the number of rows that have been put into the outbox.
    pub(crate) fn enqueued(&self, rows: usize) {
        self.line(format!("Enqueuing … {rows}"));
    }

    /// Tells the number of messages that are owed, as sending begins.
    pub(crate) fn start(&self, owed: u64) {
        self.all.store(owed, Ordering::Relaxed);
        if owed == 0 {
            return;
        }
        let style = ProgressStyle::with_template("Sending {bar:24} {pos} of {len}, {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("█▌░");
        self.bar.set_style(style);
        self.bar.reset();
        self.bar.set_length(owed);
    }

    /// Tells the number of messages that are still owed; `pace` says how it goes on.
    pub(crate) fn left(&self, owed: u64, pace: String) {
        let all = self.all.load(Ordering::Relaxed);
        let done = all.saturating_sub(owed);
        self.line(format!("Sending … {done} of {all}, {pace}"));
        self.bar.set_message(pace);
        self.bar.set_position(done);
    }

    /// Prints a line that does not disturb the bar.
    pub(crate) fn say(&self, text: &str) {
        self.bar.suspend(|| eprintln!("{text}"));
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, text: String) {
        if self.is_terminal {
            return;
        }
        let now = self.bar.elapsed();
        let mut last = self.last_line.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= last.0 + LINE_EVERY && text != last.1 {
            eprintln!("{text}");
            *last = (now, text);
        }
    }
}
