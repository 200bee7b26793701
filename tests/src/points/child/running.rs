//! A child process, as the harness sees it from outside.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::super::{Trial, now, seen, until};
use super::Spec;

/// A process that was started and is watched.
#[derive(Debug)]
pub struct Running {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts a child. It is killed when the value is dropped.
    ///
    /// # Errors
    /// Returns an error if the child cannot be started.
    pub fn start(trial: &Trial, spec: &Spec) -> Result<Self> {
        std::fs::create_dir_all(&trial.folder).context("no folder for logs")?;
        let log = trial.folder.join("children.log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut child = Command::new(&trial.program)
            .arg("child")
            .arg(serde_json::to_string(spec)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", trial.program.display()))?;
        let input = child.stdin.take().context("a child without input")?;
        let output = child.stdout.take().context("a child without output")?;
        Ok(Self { child, input, output: BufReader::new(output).lines() })
    }

    /// Waits until the child says a line that begins like this, and returns the rest of the line.
    ///
    /// # Errors
    /// Returns an error if the child ends without it, or takes too long.
    pub async fn says(&mut self, beginning: &str) -> Result<String> {
        seen(beginning, async {
            loop {
                let line = self.output.next_line().await?;
                let line = line.with_context(|| {
                    format!("a child ended without having said {beginning}; see children.log")
                })?;
                if let Some(rest) = line.strip_prefix(beginning) {
                    return Ok(rest.trim().to_owned());
                }
            }
        })
        .await?
    }

    /// Lets a child that waits go on.
    ///
    /// # Errors
    /// Returns an error if the child has ended.
    pub async fn go_on(&mut self) -> Result<()> {
        self.input.write_all(b"\n").await?;
        Ok(self.input.flush().await?)
    }

    /// Waits until the child is killed, by itself or by somebody else.
    ///
    /// # Errors
    /// Returns an error if the child ends in another way.
    pub async fn died(&mut self) -> Result<()> {
        let status = seen("the death of a child", self.child.wait()).await??;
        let by = std::os::unix::process::ExitStatusExt::signal(&status);
        ensure!(by == Some(9), "a child was to be killed, but ended: {status}");
        Ok(())
    }

    /// Kills the child.
    ///
    /// # Errors
    /// Returns an error if the child has ended already.
    pub async fn kill(&mut self) -> Result<()> {
        self.signal(Signal::KILL)?;
        self.died().await
    }

    /// Waits until the child is frozen, which it does by itself.
    ///
    /// # Errors
    /// Returns an error if the child does not freeze.
    pub async fn frozen(&self) -> Result<()> {
        let pid = self.child.id().context("the child has ended")?;
        until("a frozen child", || async move {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
            Ok(stat.rsplit_once(") ").is_some_and(|(_, state)| state.starts_with('T')))
        })
        .await
    }

    /// Sends the child a signal.
    ///
    /// # Errors
    /// Returns an error if the child has ended already.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(pid.context("the child has ended")?, signal)?;
        Ok(())
    }

    /// Returns the most memory that the child ever had, in bytes.
    ///
    /// # Errors
    /// Returns an error if the child has ended already.
    pub fn most_memory(&self) -> Result<u64> {
        let pid = self.child.id().context("the child has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let line = line.context("this system does not tell the memory of a process")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
    }

    /// Waits for the child's last line, and returns the report in it.
    ///
    /// # Errors
    /// Returns an error if the child fails.
    pub async fn ended<R: for<'de> Deserialize<'de>>(mut self) -> Result<R> {
        let report = self.says("done ").await?;
        let status = seen("the end of a child", self.child.wait()).await??;
        ensure!(status.success(), "a child ended: {status}; see children.log");
        Ok(serde_json::from_str(&report)?)
    }

    /// Waits until the child has ended, for this time at most. Returns its exit status, and the
    /// time that it took.
    ///
    /// # Errors
    /// Returns an error if the child takes longer.
    pub async fn ends_within(&mut self, time: Duration) -> Result<(ExitStatus, Duration)> {
        let asked = now();
        match tokio::time::timeout(time, self.child.wait()).await {
            Ok(status) => Ok((status?, asked.elapsed())),
            Err(_) => bail!("a child did not end in {time:?}"),
        }
    }
}
