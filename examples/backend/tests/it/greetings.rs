use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::{CampaignPlan, CampaignState};
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::port::{Clock as _, CustomerDirectory as _};
use whatsapp_core::time::Zone;
use whatsapp_core::{CampaignFeeder, Campaigns, Dispatcher};
use whatsapp_testkit::ManualClock;

use crate::trial::{Place, Trial, on_both};

on_both! {
    customers_come_page_by_page_each_once,
    everybody_is_greeted_once_over_a_pause_and_two_hosts,
}

/// Makes a shop with this number of customers.
async fn trial(place: Place, customers: usize) -> Trial {
    let trial = Trial::open(place).await;
    for no in 1..customers {
        let number = Some(format!("+91987654{no:04}"));
        trial.shop().add_customer(format!("Customer {no}"), number).await.unwrap();
    }
    trial
}

async fn customers_come_page_by_page_each_once(place: Place) {
    let trial = trial(place, 7).await;
    let database = trial.shop().database();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = database.reachable(after, 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        seen.extend(page.into_iter().map(|customer| customer.id));
    }
    assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (7, 7));
}

async fn everybody_is_greeted_once_over_a_pause_and_two_hosts(place: Place) {
    let trial = trial(place, 20).await;
    let clock = ManualClock::starting_at(trial.shop().now());
    let ports = trial.backend.ports.clone().with_clock(Arc::new(clock.clone()));
    let campaigns = Campaigns::new(ports.clone()).unwrap();
    let feeders = [0; 2].map(|_| CampaignFeeder::new(ports.clone()).unwrap());
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    let dispatcher = Dispatcher::new(ports).unwrap().with_options(options);
    let zone: Zone = "Asia/Kolkata".parse().unwrap();
    let tomorrow = zone.date(clock.now()).succ_opt().unwrap();
    let plan = CampaignPlan::festival("Diwali", tomorrow);
    let start = plan.start(&zone).unwrap();
    let id = campaigns.create(plan, &Actor::Host).await.unwrap().id;
    let checked = campaigns.check(id).await.unwrap();
    assert_eq!(checked.figures.recipients, 20);
    campaigns.arm(id, &checked, &Actor::Host).await.unwrap();
    clock.advance_to(start - TimeDelta::minutes(1));
    for minute in 0..60 {
        clock.advance(TimeDelta::minutes(1));
        let (one, two) = tokio::join!(feeders[0].tick(clock.now()), feeders[1].tick(clock.now()));
        one.unwrap();
        two.unwrap();
        while dispatcher.tick(clock.now()).await.unwrap().claimed > 0 {}
        if minute == 4 {
            campaigns.pause(id, &Actor::Host).await.unwrap();
        }
        if minute == 9 {
            campaigns.resume(id, &Actor::Host).await.unwrap();
        }
    }
    let ended = campaigns.campaign(id).await.unwrap();
    assert_eq!(ended.state, CampaignState::Finished, "{:?}", campaigns.counts(id).await);
    assert_eq!(campaigns.counts(id).await.unwrap().sent, 20);
    let sent = trial.sent();
    assert_eq!((sent.len(), sent.iter().collect::<BTreeSet<_>>().len()), (20, 20));
    assert!(sent.iter().all(|text| text.contains("on Diwali!")));
}
