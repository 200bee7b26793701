//! Shrinking of a world that fails, as long as it fails in the same way.

use super::plan::Plan;
use super::trouble::Trouble;

/// Looks for the smallest world that still fails, from one that fails: fewer messages, hosts,
/// processes and kinds of trouble. It tries at most `most` worlds.
///
/// ```
/// use whatsapp_testkit::world::{Plan, Trouble, shrink};
///
/// // A failure that needs a kill and ten messages.
/// let fails = |plan: &Plan| plan.troubles.has(Trouble::Kill) && plan.messages >= 10;
/// let found = Plan::of_seed(3).with_messages(80).with_troubles("kill,freeze,aliases".parse()?);
/// let smallest = shrink(&found, 100, fails);
/// assert_eq!(smallest.to_string(), "--seed 3 --messages 10 --hosts 1 --processes 1 --troubles kill");
/// # Ok::<(), whatsapp_testkit::world::UnknownTrouble>(())
/// ```
#[must_use]
pub fn shrink(plan: &Plan, most: u32, fails: impl Fn(&Plan) -> bool) -> Plan {
    let mut smallest = plan.clone();
    let mut left = most;
    loop {
        let mut found = false;
        for smaller in smaller(&smallest) {
            if left == 0 {
                return smallest;
            }
            left -= 1;
            if fails(&smaller) {
                smallest = smaller;
                found = true;
                break;
            }
        }
        if !found {
            return smallest;
        }
    }
}

/// Returns worlds that are a little smaller, in the order in which to try them.
fn smaller(plan: &Plan) -> Vec<Plan> {
    let Plan { hosts, processes, messages, troubles, .. } = *plan;
    let mut smaller = Vec::new();
    let fewer = [messages / 2, messages * 3 / 4, messages.saturating_sub(1)];
    let fewer = fewer.into_iter().filter(|fewer| (1..messages).contains(fewer));
    if hosts > 1 {
        smaller.push(plan.clone().with_hosts(1));
        smaller.push(plan.clone().with_hosts(hosts - 1));
    }
    if processes > 1 {
        smaller.push(plan.clone().with_processes(1));
        smaller.push(plan.clone().with_processes(processes - 1));
    }
    smaller.extend(fewer.map(|fewer| plan.clone().with_messages(fewer)));
    if plan.strike.is_some() {
        smaller.push(plan.clone().with_strike(None));
    }
    let without = |trouble: Trouble| plan.clone().with_troubles(troubles.without(trouble));
    smaller.extend(troubles.iter().map(without));
    smaller
}
