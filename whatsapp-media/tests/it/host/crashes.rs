//! Crashes between any two steps: the sweeper learns of everything that they leave.

use chrono::TimeDelta;
use whatsapp_core::port::{Clock, MediaHost, Published};

use super::steps::{Process, World, any_order, finish, message, play};

/// Advances a process by `steps` and then kills it. `false` if the process ended before that.
fn crash_after(steps: usize, process: Process<'_>) -> bool {
    let mut left = steps;
    let mut killed = false;
    let mut process = Some(process);
    let watched: Process<'_> = Box::pin(std::future::poll_fn(|context| {
        if left == 0 {
            killed = process.take().is_some();
            return std::task::Poll::Ready(());
        }
        left -= 1;
        process
            .as_mut()
            .map_or(std::task::Poll::Ready(()), |process| process.as_mut().poll(context))
    }));
    play(vec![watched], &mut |_| 0);
    killed
}

#[tokio::test]
async fn a_crash_while_publishing_leaves_nothing_untold() {
    for steps in 1.. {
        let world = World::new();
        let publish = Box::pin(async {
            world.publish(1).await;
        });
        let crashed = crash_after(steps, publish);
        world.sweep();
        assert_eq!(world.keys(), [], "after {steps} steps");
        if !crashed {
            assert!(steps > 4, "{steps}");
            return;
        }
    }
}

#[tokio::test]
async fn a_crash_while_sharing_bytes_keeps_them_for_the_others() {
    for steps in 1.. {
        let world = World::new();
        let link = finish(world.publish(1));
        let publish = Box::pin(async {
            world.publish(2).await;
        });
        let crashed = crash_after(steps, publish);
        assert!(world.works(&link), "after {steps} steps");
        finish(world.withdraw(2));
        assert!(world.works(&link), "after {steps} steps");
        world.sweep();
        assert_eq!(world.keys(), [], "after {steps} steps");
        if !crashed {
            return;
        }
    }
}

#[tokio::test]
async fn a_crash_while_withdrawing_is_told_at_once_and_mended() {
    let mut told = 0;
    for steps in 1.. {
        let world = World::new();
        let gone = finish(world.publish(1));
        let crashed = crash_after(steps, Box::pin(world.withdraw(1)));
        let ended = finish(world.media.ended(world.clock.now(), 10)).unwrap();
        if ended.is_empty() {
            // Either nothing was written yet, or everything was done.
            assert!(world.works(&gone) || world.keys().is_empty(), "after {steps} steps");
        } else {
            told += 1;
            assert!(!world.works(&gone), "after {steps} steps");
            assert_eq!(ended, [Published::of(message(1), &world.file)]);
        }
        world.sweep();
        assert_eq!(world.keys(), [], "after {steps} steps");
        if !crashed {
            break;
        }
    }
    assert!(told > 3, "{told}");
}

#[tokio::test]
async fn a_crash_while_withdrawing_hinders_nobody_else() {
    for steps in 1.. {
        let world = World::new();
        finish(world.publish(1));
        let kept = finish(world.publish(2));
        let crashed = crash_after(steps, Box::pin(world.withdraw(1)));
        let new = finish(world.publish(3));
        assert!(world.works(&kept) && world.works(&new), "after {steps} steps");
        assert!(finish(world.renew(2)).is_some(), "after {steps} steps");
        world.clock.advance(TimeDelta::hours(1));
        world.sweep();
        assert_eq!(world.keys(), [], "after {steps} steps");
        if !crashed {
            return;
        }
    }
}

/// One process dies at any step while another works: the other's publication stays valid.
#[tokio::test]
async fn a_crash_beside_another_process_harms_nothing() {
    for steps in 1..16 {
        any_order(200, |choose| {
            let (world, link) = (World::new(), std::sync::Mutex::new(None));
            finish(world.publish(1));
            let mut left = steps;
            let mut dying: Option<Process<'_>> = Some(Box::pin(world.withdraw(1)));
            let dying = std::future::poll_fn(move |context| {
                left -= 1;
                if left == 0 {
                    dying = None;
                }
                dying.as_mut().map_or(std::task::Poll::Ready(()), |p| p.as_mut().poll(context))
            });
            let publish = async {
                let published = world.publish(2).await;
                *link.lock().unwrap() = Some(published);
            };
            play(vec![Box::pin(dying), Box::pin(publish)], choose);
            assert!(world.works(&link.lock().unwrap().take().unwrap()));
            world.sweep();
            assert_eq!(world.keys(), []);
        });
    }
}
