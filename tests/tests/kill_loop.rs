//! The kill loop, in processes of its own. `cargo xtask kill-loop` runs the same with other figures.

use std::path::Path;

use whatsapp_tests::kill_loop::{self, Mutant, Plan};

/// A run of this size; each has a folder of its own.
fn plan(messages: u32, kills: u32, seed: u64, mutant: Option<Mutant>) -> Plan {
    Plan {
        program: env!("CARGO_BIN_EXE_kill-loop").into(),
        folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("kill-loop"),
        messages,
        kills,
        seed,
        mutant,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_is_lost_or_sent_twice_whatever_dies() {
    let verdict = kill_loop::run(&plan(500, 100, 1, None)).await.unwrap();
    println!("{verdict}");
    assert!(verdict.is_clean(), "{verdict:#?}");
    assert_eq!(verdict.messages, 500);
    assert!(verdict.kills >= 100 && verdict.pauses > 0, "{verdict}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kill_loop_notices_when_a_defence_is_missing() {
    for mutant in Mutant::ALL {
        let verdict = kill_loop::run(&plan(150, 40, 1, Some(mutant))).await.unwrap();
        println!("{verdict}");
        assert!(verdict.is_caught(), "without the {}: {verdict:#?}", mutant.name());
    }
}
