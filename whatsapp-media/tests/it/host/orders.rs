//! Several processes and one store: the orders of their steps.

use std::sync::Mutex;

use super::steps::{Process, World, any_order, every_order, finish, play};

type Slot<T> = Mutex<Option<T>>;

fn into<'a, T: Send>(slot: &'a Slot<T>, what: impl Future<Output = T> + Send + 'a) -> Process<'a> {
    Box::pin(async move {
        let done = what.await;
        *slot.lock().unwrap() = Some(done);
    })
}

fn taken<T>(slot: &Slot<T>) -> T {
    slot.lock().unwrap().take().unwrap()
}

#[tokio::test]
async fn a_publication_beside_a_withdrawal_of_the_same_bytes_stands() {
    every_order(|choose| {
        let (world, link) = (World::new(), Slot::default());
        let withdrawn = finish(world.publish(1));
        play(vec![into(&link, world.publish(2)), Box::pin(world.withdraw(1))], choose);
        assert!(!world.works(&withdrawn));
        assert!(world.works(&taken(&link)));
        assert_eq!(world.copies(), 1);
        finish(world.withdraw(2));
        assert_eq!(world.keys(), []);
    });
}

#[tokio::test]
async fn a_renewal_beside_a_withdrawal_of_the_same_bytes_stands_or_finds_none() {
    let (mut stood, mut found_none) = (0, 0);
    every_order(|choose| {
        let (world, link) = (World::new(), Slot::default());
        finish(world.publish(1));
        play(vec![into(&link, world.renew(2)), Box::pin(world.withdraw(1))], choose);
        if let Some(link) = taken(&link) {
            stood += 1;
            assert!(world.works(&link));
            finish(world.withdraw(2));
        } else {
            found_none += 1;
        }
        assert_eq!(world.keys(), []);
    });
    assert!(stood > 0 && found_none > 0, "{stood} {found_none}");
}

#[tokio::test]
async fn of_two_withdrawals_one_removes_the_bytes() {
    every_order(|choose| {
        let world = World::new();
        finish(world.publish(1));
        finish(world.publish(2));
        assert_eq!(world.copies(), 1);
        play(vec![Box::pin(world.withdraw(1)), Box::pin(world.withdraw(2))], choose);
        assert_eq!(world.keys(), []);
    });
}

#[tokio::test]
async fn two_publications_of_the_same_bytes_both_stand() {
    every_order(|choose| {
        let (world, one, other) = (World::new(), Slot::default(), Slot::default());
        play(vec![into(&one, world.publish(1)), into(&other, world.publish(2))], choose);
        let (one, other) = (taken(&one), taken(&other));
        assert!(world.works(&one) && world.works(&other));
        finish(world.withdraw(1));
        assert!(!world.works(&one) && world.works(&other));
        finish(world.withdraw(2));
        assert_eq!(world.keys(), []);
    });
}

#[tokio::test]
async fn a_message_that_is_published_while_it_is_withdrawn_leaves_nothing_behind() {
    every_order(|choose| {
        let (world, link) = (World::new(), Slot::default());
        let old = finish(world.publish(1));
        play(vec![into(&link, world.publish(1)), Box::pin(world.withdraw(1))], choose);
        assert!(!world.works(&old));
        world.sweep();
        assert_eq!(world.keys(), []);
    });
}

#[tokio::test]
async fn three_processes_in_any_order_keep_what_is_published() {
    any_order(2_000, |choose| {
        let (world, two, three) = (World::new(), Slot::default(), Slot::default());
        finish(world.publish(1));
        let processes = vec![
            into(&two, world.publish(2)),
            into(&three, world.renew(3)),
            Box::pin(world.withdraw(1)) as Process<'_>,
        ];
        play(processes, choose);
        assert!(world.works(&taken(&two)));
        assert!(taken(&three).is_none_or(|link| world.works(&link)));
        finish(world.withdraw(2));
        finish(world.withdraw(3));
        assert_eq!(world.keys(), []);
    });
}
