use whatsapp_testkit::world::{Coverage, Plan, World};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let from: u64 = args[1].parse().unwrap();
    let many: u64 = args[2].parse().unwrap();
    let tell = args.len() > 3;
    let started = std::time::Instant::now();
    let (mut lives, mut steps, mut troubled, mut bad) = (0, 0, 0, 0);
    let mut coverage = Coverage::default();
    for seed in from..from + many {
        let mut world = World::new(Plan::of_seed(seed));
        if tell {
            world = world.telling();
        }
        let t = std::time::Instant::now();
        let outcome = world.run();
        lives += outcome.lives;
        steps += outcome.steps;
        troubled += outcome.troubled;
        coverage.add(&outcome.coverage);
        if many <= 20 {
            println!(
                "{} lives {} steps {} lasted {:?} took {:?} digest {:x}",
                outcome.plan,
                outcome.lives,
                outcome.steps,
                outcome.lasted,
                t.elapsed(),
                outcome.digest
            );
        }
        if !outcome.violations.is_empty() {
            bad += 1;
            println!("SEED {seed}: {}", outcome.plan);
            for v in outcome.violations.iter().take(3) {
                println!("   {v}");
            }
        }
        if tell {
            for line in outcome.story {
                println!("{line}");
            }
        }
    }
    let secs = started.elapsed().as_secs_f64();
    println!(
        "{many} worlds {lives} lives {troubled} troubled {steps} steps {bad} bad in {secs:.1}s: {:.0} lives/s",
        lives as f64 / secs
    );
    println!("{:?}", coverage.happened().collect::<Vec<_>>());
}
