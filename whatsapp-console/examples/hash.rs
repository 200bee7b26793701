//! Writes a person's line into a file of users, with the hash of a password:
//!
//! ```text
//! cargo run -p whatsapp-console --features sign-in --example hash -- shop.users asha manager
//! ```
//!
//! The password is typed twice and not shown. Without a terminal it is the first line of standard
//! input. It is never an argument: arguments are seen in lists of processes, and kept by shells.
#![expect(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use secrecy::{ExposeSecret as _, SecretString};
use whatsapp_console::{Role, UsersFile};
use whatsapp_core::port::SystemEntropy;

const USAGE: &str = "hash FILE NAME manager|admin: writes the line of NAME into the users' FILE, and \
                     makes it where there is none. The password is asked for, or read from standard \
                     input where that is no terminal.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, name, role] = &arguments[..] else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match write(file, name, role) {
        Ok(()) => {
            println!("{name} signs in with this password from now on.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("hash: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(file: &str, name: &str, role: &str) -> Result<(), Box<dyn Error>> {
    let role = match role {
        "manager" => Role::Manager,
        "admin" => Role::Admin,
        _ => return Err(format!("`{role}` is no role: manager and admin are").into()),
    };
    let password = if io::stdin().is_terminal() { typed_twice(name)? } else { line()? };
    UsersFile::new(file).set(name, role, &password, &SystemEntropy)?;
    Ok(())
}

fn typed_twice(name: &str) -> Result<SecretString, Box<dyn Error>> {
    let first = typed(&format!("A password for {name}: "))?;
    let second = typed("The same once more: ")?;
    if first.expose_secret() == second.expose_secret() {
        Ok(first)
    } else {
        Err("the two differ; nothing was written".into())
    }
}

/// Reads the first line of standard input.
fn line() -> io::Result<SecretString> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line.into())
}

/// Reads a line that the terminal does not show.
#[cfg(unix)]
fn typed(prompt: &str) -> Result<SecretString, Box<dyn Error>> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    let terminal = io::stdin();
    let before = tcgetattr(&terminal)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    eprint!("{prompt}");
    io::stderr().flush()?;
    tcsetattr(&terminal, OptionalActions::Now, &silent)?;
    let line = line();
    tcsetattr(&terminal, OptionalActions::Now, &before)?;
    eprintln!();
    Ok(line?)
}

/// Returns an error: elsewhere than on Unix a terminal would show the password.
#[cfg(not(unix))]
fn typed(_prompt: &str) -> Result<SecretString, Box<dyn Error>> {
    Err("a terminal would show the password here: send it to standard input".into())
}
