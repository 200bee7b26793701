//! The gateway as a process of its own. Run with the feature `bin`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{NUMBER, client};

/// A child process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stand-in-gateway"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn the_binary_tells_its_url_plays_its_mix_and_records() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.jsonl");
    let arguments = ["--key", "k", "--mix", "accept-then-reset=50,success-false=50", "--seed", "3"];
    let mut command = command(&arguments);
    let mut running = Running(command.arg("--record").arg(&file).spawn().unwrap());
    let mut url = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut url).unwrap();

    let client = client();
    for _ in 0..20 {
        let url = format!("{}/v2/sendMessage", url.trim());
        let form = [("phonenumber", NUMBER), ("text", "x")];
        if let Ok(response) = client.post(url).bearer_auth("k").form(&form).send().await {
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["success"], false);
        }
    }
    drop(running);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let posts = lines.iter().filter(|line| line["event"] == "post").count();
    let resets = lines.iter().filter(|line| line["played"] == "accept-then-reset").count();
    let accepted = lines.iter().filter(|line| line["event"] == "accepted").count();
    assert_eq!(posts, 20);
    assert!((1..20).contains(&resets), "{resets}");
    assert_eq!(accepted, resets);
}

#[test]
fn the_binary_refuses_a_mix_that_it_does_not_know() {
    for mix in ["accept-then-nothing=5", "reset", "reset=many"] {
        let output = command(&["--mix", mix]).output().unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains(mix), "{mix}");
    }
}
