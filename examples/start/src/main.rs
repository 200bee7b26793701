//! `cargo quickstart`: says a word before the first compilation, which takes minutes, and starts
//! the quickstart with the arguments as they were given.

use std::env::{self, consts::EXE_SUFFIX};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let folder = env::current_exe();
    // Cargo puts the quickstart beside this program.
    let is_compiled =
        folder.is_ok_and(|it| it.with_file_name(format!("quickstart{EXE_SUFFIX}")).exists());
    if !is_compiled {
        eprintln!("The quickstart is compiled now: some minutes the first time, seconds later on.");
    }
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--package", "whatsapp-examples", "--bin", "quickstart"]);
    cargo.args(env::args_os().skip(1));
    let error = run_instead(&mut cargo);
    eprintln!("cargo cannot be started: {error}");
    ExitCode::FAILURE
}

/// Runs the command in place of this program, so that Ctrl-C and the exit code are those of the
/// quickstart. Returns only when it cannot be started.
#[cfg(unix)]
fn run_instead(command: &mut Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

/// Runs the command and ends with its exit code. Returns only when it cannot be started.
#[cfg(not(unix))]
fn run_instead(command: &mut Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}
