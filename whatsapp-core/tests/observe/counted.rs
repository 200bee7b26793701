//! The metrics, as a recorder of the crate `metrics` is given them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use whatsapp_core::Gauges;
use whatsapp_core::observe::{METRICS, describe_metrics};

use crate::scene::{CANARIES, Scene};

/// A metric with labels, such as `whatsapp_account_paused{account=1}`.
type Name = String;

/// A recorder that adds up counters, keeps the last value of gauges, and counts and adds up the
/// values of histograms.
#[derive(Debug, Clone, Default)]
struct Heard(Arc<Mutex<Record>>);

#[derive(Debug, Default)]
struct Record {
    described: BTreeSet<String>,
    values: BTreeMap<Name, f64>,
    /// The names of the labels of each metric.
    labels: BTreeMap<String, BTreeSet<String>>,
}

/// One metric of a recorder.
struct Cell {
    heard: Heard,
    name: Name,
}

impl Heard {
    fn cell(&self, key: &Key) -> Arc<Cell> {
        let labels: Vec<_> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let names = key.labels().map(|label| label.key().to_owned()).collect();
        self.0.lock().unwrap().labels.insert(key.name().to_owned(), names);
        let name = format!("{}{{{}}}", key.name(), labels.join(","));
        Arc::new(Cell { heard: self.clone(), name })
    }

    fn describe(&self, name: &KeyName) {
        self.0.lock().unwrap().described.insert(name.as_str().to_owned());
    }

    fn value(&self, name: &str) -> Option<f64> {
        self.0.lock().unwrap().values.get(name).copied()
    }
}

impl Recorder for Heard {
    fn describe_counter(&self, key: KeyName, _: Option<Unit>, _: SharedString) {
        self.describe(&key);
    }

    fn describe_gauge(&self, key: KeyName, _: Option<Unit>, _: SharedString) {
        self.describe(&key);
    }

    fn describe_histogram(&self, key: KeyName, _: Option<Unit>, _: SharedString) {
        self.describe(&key);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.cell(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.cell(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.cell(key))
    }
}

impl Cell {
    fn change(&self, change: impl FnOnce(f64) -> f64) {
        let mut record = self.heard.0.lock().unwrap();
        let value = record.values.entry(self.name.clone()).or_default();
        *value = change(*value);
    }
}

impl CounterFn for Cell {
    fn increment(&self, by: u64) {
        self.change(|value| value + f64::from(u32::try_from(by).unwrap()));
    }

    fn absolute(&self, to: u64) {
        self.change(|_| f64::from(u32::try_from(to).unwrap()));
    }
}

impl GaugeFn for Cell {
    fn increment(&self, by: f64) {
        self.change(|value| value + by);
    }

    fn decrement(&self, by: f64) {
        self.change(|value| value - by);
    }

    fn set(&self, to: f64) {
        self.change(|_| to);
    }
}

impl HistogramFn for Cell {
    fn record(&self, measured: f64) {
        self.change(|value| value + measured);
    }
}

/// The only test here: other tests of this process would not be heard, each has its own thread.
#[tokio::test]
async fn every_metric_is_heard_with_its_labels_and_tells_of_no_customer() {
    let heard = Heard::default();
    let _listening = metrics::set_default_local_recorder(&heard);
    describe_metrics();
    let scene = Scene::new(21);
    scene.enqueued("sent").await;
    scene.clock.advance(chrono::TimeDelta::seconds(7));
    scene.tick().await;
    scene.tells_of_a_failure().await;
    scene.pauses().await;
    scene.clock.advance(chrono::TimeDelta::seconds(40));
    Gauges::new(scene.ports.clone()).tick(scene.now()).await.unwrap();

    for (name, value) in [
        (
            "whatsapp_messages_enqueued_total{account=1,type=stock_delivered,class=transactional}",
            3.0,
        ),
        ("whatsapp_messages_settled_total{account=1,outcome=sent}", 1.0),
        ("whatsapp_messages_settled_total{account=1,outcome=failed}", 1.0),
        ("whatsapp_messages_settled_total{account=1,outcome=other}", 1.0),
        ("whatsapp_attempts_total{account=1,outcome=accepted}", 1.0),
        ("whatsapp_attempts_total{account=1,outcome=rejected}", 1.0),
        ("whatsapp_attempts_total{account=1,outcome=account_refused}", 1.0),
        ("whatsapp_account_pauses_total{account=1,reason=key_refused}", 1.0),
        ("whatsapp_notice_mails_total{kind=digest,outcome=sent}", 1.0),
        ("whatsapp_notice_mails_total{kind=account,outcome=sent}", 1.0),
        ("whatsapp_post_seconds{account=1,outcome=accepted}", 0.0),
        ("whatsapp_send_delay_seconds{account=1,class=transactional}", 7.0),
        ("whatsapp_queue_messages{account=1,class=transactional,due=now}", 1.0),
        ("whatsapp_queue_messages{account=1,class=transactional,due=later}", 0.0),
        ("whatsapp_queue_messages{account=1,class=bulk,due=now}", 0.0),
        ("whatsapp_oldest_due_seconds{account=1,class=transactional}", 40.0),
        ("whatsapp_oldest_due_seconds{account=1,class=reminder}", 0.0),
        ("whatsapp_account_paused{account=1}", 1.0),
    ] {
        assert_eq!(heard.value(name), Some(value), "{name} in {heard:?}");
    }

    let record = heard.0.lock().unwrap();
    let names: BTreeSet<_> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
    assert_eq!(record.described, names);
    assert_eq!(record.labels.keys().cloned().collect::<BTreeSet<_>>(), names);
    for metric in METRICS {
        let labels: BTreeSet<_> = metric.labels.iter().map(|label| (*label).to_owned()).collect();
        assert_eq!(record.labels[metric.name], labels, "{}", metric.name);
    }
    let shown = format!("{:?}", record.values).to_lowercase();
    assert!(CANARIES.iter().all(|canary| !shown.contains(canary)), "{shown}");
}
