//! A gateway in a storm: the answers that it gives, the look of its lists, and the times at which
//! the whole account is in trouble.

use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use whatsapp_core::port::Clock as _;
use whatsapp_testkit::ScaledClock;
use whatsapp_testkit::gateway::{
    Acceptance, Accepted, Answer, Fault, Guise, Post, Probed, RetryAfter, Sample, StandInGateway,
};

use super::nap;
use super::storm::Weather;

/// Delay of the gateway's list: 0.75 seconds in real time.
const LIST_LAG: TimeDelta = TimeDelta::minutes(3);

/// Duration of the account's trouble, in milliseconds of real time: 2 to 6 minutes by the clocks.
const TROUBLE: std::ops::Range<u64> = 500..1_500;

/// Time between two troubles: longer than the rest of a pause, which takes 1.25 seconds.
const PEACE: std::ops::Range<u64> = 1_500..3_000;

/// Share of messages, in percent, whose recipient a list shows like this.
const ALIASES: [(u32, &str); 10] = [
    (14, "lid"),
    (8, "bare-lid"),
    (10, "device"),
    (8, "server"),
    (8, "c.us"),
    (14, "other-digits"),
    (8, "domestic"),
    (6, "no-recipient"),
    (4, "lid+no-id"),
    (4, "lid+shift:330"),
];

/// Share of messages, in percent, whose text and time a list shows like this.
const DISGUISES: [(u32, &str); 11] = [
    (10, "escaped+shift:330"),
    (8, "escaped-twice+shift:330"),
    (8, "escaped-numbers+shift:-330"),
    (10, "question-marks+shift:330"),
    (8, "replaced+shift:-480"),
    (10, "cut+shift:330"),
    (6, "cut:20+no-time"),
    (6, "escaped+no-time"),
    (6, "shift:840"),
    (6, "shift:-720"),
    (4, "escaped+cut:100+shift:60+lid"),
];

/// Returns every form of the account's trouble.
pub(super) fn forms() -> Vec<Answer> {
    let mut forms: Vec<_> = Sample::all().map(Answer::Says).collect();
    forms.extend([401, 402, 403, 429].map(|code| Answer::Says(Sample::Code(code))));
    forms.extend([401, 402, 403].map(Answer::Status));
    forms.extend([301, 302, 307].map(Answer::Redirect));
    forms.extend([
        Answer::TooManyRequests(RetryAfter::Absent),
        Answer::session_down(),
        Answer::Hang,
    ]);
    forms
}

/// Returns true if a POST was refused because of the account, and not because of its message.
pub(super) fn met_trouble(post: &Post) -> bool {
    let limited = matches!(post.played.answer(), Answer::TooManyRequests(_));
    let refused = post.played.acceptance() == Acceptance::Never;
    refused && (limited || forms().contains(post.played.answer()))
}

/// Counts the forms of trouble that these POSTs met.
pub(super) fn forms_met(posts: &[Post]) -> usize {
    let met: Vec<_> = posts.iter().filter(|post| met_trouble(post)).collect();
    let is_met = |form: &Answer| met.iter().any(|post| post.played.answer() == form);
    forms().iter().filter(|form| is_met(form)).count()
}

/// Guises for a share of the messages, chosen by seed and arrival alone.
#[derive(Debug, Clone)]
pub(super) struct Wardrobe {
    seed: u64,
    guises: Vec<(u32, Guise)>,
}

impl Wardrobe {
    /// Makes the guises of this weather. Most weathers have none.
    fn of(weather: Weather, seed: u64) -> Result<Self> {
        let names: &[(u32, &str)] = match weather {
            Weather::Aliases => &ALIASES,
            Weather::Disguises => &DISGUISES,
            _ => &[],
        };
        let read = |(weight, name): &(u32, &str)| Ok((*weight, name.parse()?));
        Ok(Self { seed, guises: names.iter().map(read).collect::<Result<_>>()? })
    }

    /// Draws the guise that a message is listed in; `None` for one that looks as it was sent.
    fn draw(&self, arrival: u64) -> Option<usize> {
        let spread = fastrand::Rng::with_seed(arrival).u64(..);
        // This is not the gateway's own draw: the loss of a message must not decide its look.
        let mut roll = fastrand::Rng::with_seed(!self.seed ^ spread).u32(0..100);
        self.guises.iter().position(|(weight, _)| {
            let drawn = roll < *weight;
            roll = roll.saturating_sub(*weight);
            drawn
        })
    }

    fn dress(&self, gateway: &StandInGateway) {
        for (place, (_, guise)) in self.guises.iter().enumerate() {
            let wardrobe = self.clone();
            let picks = move |message: &Accepted| wardrobe.draw(message.arrival) == Some(place);
            gateway.guises().matching(picks, guise.clone());
        }
    }

    /// Returns the arrival numbers of the messages that are not listed as they were sent.
    pub(super) fn guised(&self, accepted: &[Accepted]) -> HashSet<u64> {
        let arrivals = accepted.iter().map(|message| message.arrival);
        arrivals.filter(|arrival| self.draw(*arrival).is_some()).collect()
    }
}

/// Starts a gateway in this weather, by the same clock as the workers'. Its good answers take their
/// time, as a real gateway's do, so that most workers die over one.
pub(super) async fn gateway(
    weather: Weather,
    seed: u64,
    clock: ScaledClock,
) -> Result<(StandInGateway, Wardrobe)> {
    let gateway = StandInGateway::builder()
        .seed(seed)
        .now(move || clock.now())
        .page_size(3)
        .list_lag(LIST_LAG.to_std()?)
        .start()
        .await?;
    gateway.mix(seed, &faults(weather));
    let wardrobe = Wardrobe::of(weather, seed)?;
    wardrobe.dress(&gateway);
    Ok((gateway, wardrobe))
}

/// Returns the answers with their weights: 35 in a hundred are bad. Few are bad where the account
/// is in trouble as well, which must not hide behind them.
fn faults(weather: Weather) -> Vec<(u32, Fault)> {
    let slowly = |millis| Fault::ordinary().slowly(Duration::from_millis(millis));
    let mut faults = vec![(30, slowly(20)), (25, slowly(60)), (10, slowly(150))];
    if weather == Weather::Trouble {
        faults.extend([
            (29, slowly(10)),
            (3, Fault::accept_then(Answer::Reset)),
            (3, Fault::refuse(Answer::Reset)),
        ]);
        return faults;
    }
    let wait = Answer::TooManyRequests(RetryAfter::Text("1".to_owned()));
    faults.extend([
        (6, Fault::accept_then(Answer::Reset)),
        (5, Fault::accept_then(Answer::Status(500))),
        (4, Fault::accept_then(Answer::Hang)),
        (4, Fault::accept_then(Answer::Truncated)),
        (5, Fault::refuse(Answer::Reset)),
        (3, Fault::refuse(Answer::Status(500))),
        (6, Fault::refuse(Answer::not_taken())),
        (2, Fault::refuse(wait)),
    ]);
    faults
}

/// Puts the account into trouble and out of it again until the future is dropped. It goes through
/// every form, in an order that the seed decides. The probe says yes or no independently.
pub(super) async fn trouble(gateway: &StandInGateway, seed: u64) -> Infallible {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut forms = forms();
    loop {
        random.shuffle(&mut forms);
        for form in &forms {
            nap(Duration::from_millis(random.u64(PEACE))).await;
            let probed = if random.bool() { Probed::Yes } else { Probed::No };
            gateway.account().refuses(form.clone(), probed);
            nap(Duration::from_millis(random.u64(TROUBLE))).await;
            gateway.account().recovers();
        }
    }
}
