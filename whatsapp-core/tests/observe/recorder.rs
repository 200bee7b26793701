//! A subscriber that records every span and event of the process, of every level and every test.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// A span or an event.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    pub(crate) metadata: &'static Metadata<'static>,
    /// The values that its fields have had.
    pub(crate) fields: BTreeMap<&'static str, String>,
    /// The name of the span that it is in.
    pub(crate) within: Option<&'static str>,
}

impl Noted {
    /// Returns whether the core itself wrote it.
    pub(crate) fn is_of_core(&self) -> bool {
        self.metadata.target().starts_with("whatsapp_core")
    }

    /// Returns the name of a span, and the text of an event.
    pub(crate) fn told(&self) -> &str {
        let text = self.fields.get("message").filter(|_| self.metadata.is_event());
        text.map_or(self.metadata.name(), String::as_str)
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

/// All that was recorded so far, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<Noted>>>);

/// The place of a span among all that was recorded.
#[derive(Debug, Clone, Copy)]
struct Place(usize);

impl Recorder {
    /// Starts to record, unless that was done already.
    ///
    /// There is one for the whole process. `tracing` asks once whether a span is wanted, in
    /// whichever thread comes first to it.
    pub(crate) fn of_process() -> &'static Self {
        static RECORDER: OnceLock<Recorder> = OnceLock::new();
        RECORDER.get_or_init(|| {
            let recorder = Self::default();
            let subscriber = Registry::default().with(recorder.clone());
            tracing::subscriber::set_global_default(subscriber).expect("nobody else records");
            recorder
        })
    }

    pub(crate) fn all(&self) -> Vec<Noted> {
        self.0.lock().unwrap().clone()
    }

    fn add(&self, noted: Noted) -> Place {
        let mut all = self.0.lock().unwrap();
        all.push(noted);
        Place(all.len() - 1)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).expect("it is new");
        let mut values = Values::default();
        attributes.record(&mut values);
        let within = span.parent().map(|parent| parent.name());
        let noted = Noted { metadata: attributes.metadata(), fields: values.0, within };
        span.extensions_mut().insert(self.add(noted));
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).expect("it is open");
        let mut values = Values::default();
        record.record(&mut values);
        let extensions = span.extensions();
        let Place(place) = *extensions.get::<Place>().expect("it was recorded");
        self.0.lock().unwrap()[place].fields.extend(values.0);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut values = Values::default();
        event.record(&mut values);
        let within = context.event_span(event).map(|span| span.name());
        self.add(Noted { metadata: event.metadata(), fields: values.0, within });
    }
}

/// The values of fields.
#[derive(Debug, Default)]
struct Values(BTreeMap<&'static str, String>);

impl Visit for Values {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
