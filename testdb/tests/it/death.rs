//! The owner is killed: the server and its folder must go with it.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A process that holds a cluster, with what it printed.
struct Owner {
    process: Child,
    port: u16,
    folder: PathBuf,
}

fn owner() -> Owner {
    let mut process = Command::new(env!("CARGO_BIN_EXE_whatsapp-testdb"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let url = lines.next().expect("the owner prints an address");
    let folder = PathBuf::from(lines.next().expect("the owner prints a folder"));
    let port = url.rsplit(':').next().unwrap().split('/').next().unwrap().parse().unwrap();
    assert!(folder.join("data").is_dir());
    Owner { process, port, folder }
}

/// Waits up to twenty seconds.
fn wait_until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if condition() {
            return;
        }
        thread::park_timeout(Duration::from_millis(20));
    }
    panic!("{what} after twenty seconds");
}

fn nothing_is_left(port: u16, folder: &std::path::Path) {
    wait_until("the folder is still there", || !folder.exists());
    wait_until("the server still listens", || TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn server_ends_with_an_owner_that_is_killed() {
    let Owner { mut process, port, folder } = owner();
    // A client that says nothing, for which PostgreSQL by itself would wait.
    let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    // Whatever the server still says, it hangs up.
    client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let heard = client.read_to_end(&mut Vec::new()).map_err(|error| error.kind());
    assert!(!matches!(heard, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{heard:?}");
    nothing_is_left(port, &folder);
}

#[test]
fn server_ends_with_an_owner_that_is_killed_while_it_starts() {
    let temporary = tempfile::tempdir().unwrap();
    // The server's user, who is not always ours, makes its folder in it.
    std::fs::set_permissions(temporary.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777))
        .unwrap();
    let folders = || std::fs::read_dir(temporary.path()).unwrap().count();
    for files in ["", "data", "data/postgresql.conf", "data/postmaster.pid"] {
        let mut process = Command::new(env!("CARGO_BIN_EXE_whatsapp-testdb"))
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("the owner makes no progress", || {
            let mut made = std::fs::read_dir(temporary.path()).unwrap().map(Result::unwrap);
            made.any(|folder| folder.path().join(files).exists())
        });
        process.kill().unwrap();
        process.wait().unwrap();
        wait_until("the folder is still there", || folders() == 0);
    }
}

#[test]
fn server_ends_when_its_owner_is_done() {
    let Owner { mut process, port, folder } = owner();
    drop(process.stdin.take());
    assert!(process.wait().unwrap().success());
    nothing_is_left(port, &folder);
}
