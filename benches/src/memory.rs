//! The memory of this process.

use anyhow::{Context, Result};

/// Reads a line of this process's status that is in kB, and returns it in megabytes.
///
/// # Errors
/// Fails if the system has no such line.
pub fn megabytes(line: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let value = status.lines().find_map(|known| known.strip_prefix(line)?.strip_prefix(':'));
    let kilobytes: f64 =
        value.and_then(|value| value.trim().strip_suffix(" kB")).context("Linux tells")?.parse()?;
    Ok(kilobytes / 1_024.0)
}
