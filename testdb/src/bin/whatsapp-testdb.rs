//! `cargo run -p whatsapp-testdb`: a throwaway PostgreSQL server to look round in.
//!
//! Prints its address and its folder, and ends when standard input ends (Ctrl-D), or when it is
//! killed in whatever way.

use std::io::{Read as _, Write as _, stdin, stdout};

fn main() -> anyhow::Result<()> {
    let cluster = whatsapp_testdb::Cluster::start()?;
    let mut stdout = stdout().lock();
    writeln!(stdout, "{}", cluster.url("postgres"))?;
    writeln!(stdout, "{}", cluster.folder().display())?;
    stdout.flush()?;
    stdin().lock().read_to_end(&mut Vec::new())?;
    cluster.stop()
}
