//! Short forms of one fault at each named point. `cargo xtask faults` runs the same for longer.

use std::path::Path;

use whatsapp_tests::faults::database::{Kind, Servers};
use whatsapp_tests::points::{
    Line, Trial, bulk, busy, connections, crash, full, herd, migrate, shutdown,
};

fn trial() -> Trial {
    Trial {
        program: env!("CARGO_BIN_EXE_fault-points").into(),
        folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("points"),
        seconds: 4,
        seed: 1,
        short: true,
        servers: Servers::default(),
    }
}

macro_rules! short_forms {
    ($($name:ident: $play:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let play: fn(_) -> _ = $play;
            let trial = trial();
            let line: Line = play(&trial).await.unwrap();
            println!("{line}");
            assert!(line.is_good(), "{line}");
        }
    )+};
}

short_forms! {
    a_process_may_die_at_every_point_on_sqlite: |trial| crash::play(trial, Kind::Sqlite);
    a_process_may_die_at_every_point_on_postgres: |trial| crash::play(trial, Kind::Postgres);
    connections_may_break_hang_and_run_out: |trial| connections::play(trial);
    the_disk_may_fill_up_under_sqlite: |trial| full::play(trial, Kind::Sqlite);
    the_disk_may_fill_up_under_postgres: |trial| full::play(trial, Kind::Postgres);
    the_file_may_be_locked_for_seconds: |trial| busy::play(trial);
    a_herd_keeps_to_the_pace_on_sqlite: |trial| herd::play(trial, Kind::Sqlite);
    a_herd_keeps_to_the_pace_on_postgres: |trial| herd::play(trial, Kind::Postgres);
    a_stop_makes_no_unknown_outcome_on_sqlite: |trial| shutdown::play(trial, Kind::Sqlite);
    a_stop_makes_no_unknown_outcome_on_postgres: |trial| shutdown::play(trial, Kind::Postgres);
    a_migration_may_be_killed_at_every_statement_on_sqlite: |trial| migrate::play(trial, Kind::Sqlite);
    a_migration_may_be_killed_at_every_statement_on_postgres: |trial| migrate::play(trial, Kind::Postgres);
    an_act_on_many_messages_may_be_killed_half_way_on_sqlite: |trial| bulk::play(trial, Kind::Sqlite);
    an_act_on_many_messages_may_be_killed_half_way_on_postgres: |trial| bulk::play(trial, Kind::Postgres);
}
