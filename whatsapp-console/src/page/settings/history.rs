//! The last change of each setting: the person and the time, as far as the audit knows.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use whatsapp_core::audit::{AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::port::{AuditFilter, StoreError};
use whatsapp_core::settings::SettingNow;

use crate::page::eyes::Eyes;
use crate::visit::Visit;

/// Number of settings that are looked up at once: a page leaves most connections to others.
const AT_ONCE: usize = 4;

/// The last change of each setting. A viewer does not see it.
#[derive(Debug, Default)]
pub(crate) struct History(BTreeMap<String, AuditEntry>);

impl History {
    /// Reads the last change of each of these settings.
    pub(crate) async fn of(now: &[SettingNow], visit: &Visit) -> Result<Self, StoreError> {
        if !visit.ports().offers().reads_audit || !visit.may_act() {
            return Ok(Self::default());
        }
        let keys: Vec<_> = now.iter().map(|setting| setting.def.key.to_string()).collect();
        let inner = visit.inner.clone();
        let latest = move |key: String| {
            let inner = inner.clone();
            async move {
                let on = AuditTarget::Setting(key.clone());
                let filter = AuditFilter::about(on);
                let page = inner.desk.audit(&filter, None, 1).await?;
                Ok::<_, StoreError>(page.entries.into_iter().next().map(|entry| (key, entry)))
            }
        };
        let found = stream::iter(keys).map(latest).buffer_unordered(AT_ONCE);
        let found: Vec<_> = found.try_collect().await?;
        Ok(Self(found.into_iter().flatten().collect()))
    }

    /// The last change of a setting.
    pub(crate) fn latest(&self, key: &str) -> Option<&AuditEntry> {
        self.0.get(key)
    }

    /// Returns true if the value is not the one that the last change wrote.
    pub(crate) fn is_outside(&self, setting: &SettingNow) -> bool {
        let value = setting.value.as_str();
        match self.latest(&setting.def.key).map(|entry| &entry.change) {
            Some(AuditChange::Value { after, .. }) => after != value,
            Some(_) => false,
            None => value != setting.def.default && !setting.def.is_private,
        }
    }

    /// The change in a sentence.
    pub(super) fn told(&self, setting: &SettingNow, eyes: &Eyes<'_>) -> String {
        let t = eyes.t;
        if !eyes.may_act {
            return String::new();
        }
        let by = self
            .latest(&setting.def.key)
            .map(|entry| t.setting_by(&eyes.who(&entry.by), &eyes.times().short(entry.at)));
        match (by, self.is_outside(setting)) {
            (Some(by), true) => format!("{by} {}", t.setting_changed_outside()),
            (Some(by), false) => by,
            (None, true) => t.setting_set_outside().to_owned(),
            (None, false) => String::new(),
        }
    }
}
