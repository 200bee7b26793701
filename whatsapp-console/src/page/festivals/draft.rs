//! An entry as a form has it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use whatsapp_core::campaign::{
    AUDIENCE_MAX, Audience, Campaign, CampaignKind, CampaignPlan, InvalidPlan,
};
use whatsapp_core::port::{Customer, DirectoryError};
use whatsapp_core::schedule::DayTime;
use whatsapp_core::{CampaignId, CustomerId, TemplateId};

use crate::links::query::read_day;
use crate::soon::soon;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{Texts, sentence};

/// The most lines that are searched by name or number.
const SEARCHED: usize = 20;

/// The most customers of a list that are shown with their names.
const NAMED: usize = 200;

/// Separator of a customer's key and name.
const BETWEEN: &str = " · ";

/// A field that is wrong, and the reason.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub(super) field: &'static str,
    pub(super) text: String,
}

/// An entry as a form has it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) kind: CampaignKind,
    pub(super) date: String,
    pub(super) time: String,
    pub(super) is_estimated: bool,
    pub(super) template: Option<TemplateId>,
    pub(super) text: String,
    pub(super) to_all: bool,
    /// The customers, one on each line.
    pub(super) customers: String,
    /// The entry that is changed, at the revision that the form began from; `None` for a new one.
    pub(super) over: Option<(CampaignId, u32)>,
    /// The id of a new entry: a form that is sent twice makes one entry.
    pub(super) once: Option<CampaignId>,
}

impl Draft {
    /// The form of a new entry.
    pub(super) fn of_plan(plan: &CampaignPlan, once: CampaignId) -> Self {
        let (to_all, list) = match &plan.audience {
            Audience::Everybody => (true, Vec::new()),
            Audience::Customers(list) => (false, list.iter().map(CustomerId::as_str).collect()),
        };
        Self {
            name: plan.name.clone(),
            kind: plan.kind,
            date: plan.date.to_string(),
            time: plan.time.to_string(),
            is_estimated: plan.estimated,
            template: plan.template,
            text: plan.words.as_str().to_owned(),
            to_all,
            customers: list.join("\n"),
            over: None,
            once: Some(once),
        }
    }

    /// The form of an entry that is there.
    pub(super) fn of(campaign: &Campaign) -> Self {
        let over = Some((campaign.id, campaign.revision));
        Self { over, once: None, ..Self::of_plan(&campaign.plan, campaign.id) }
    }

    /// Reads a form; `None` for what is no form of ours.
    pub(super) fn read(typed: &Typed, id: Option<CampaignId>) -> Option<Self> {
        let template = match typed.get("template") {
            "" => None,
            template => Some(template.parse().ok()?),
        };
        let (over, once) = match id {
            Some(id) => (Some((id, typed.get("revision").parse().ok()?)), None),
            None => (None, Some(typed.get("once").parse().ok()?)),
        };
        let lines = |name| typed.as_typed(name).replace("\r\n", "\n").replace('\r', "\n");
        Some(Self {
            name: typed.get("name").to_owned(),
            kind: typed.get("kind").parse().ok()?,
            date: typed.get("date").to_owned(),
            time: typed.get("time").to_owned(),
            is_estimated: typed.get("estimated") == "yes",
            template,
            text: lines("text"),
            to_all: typed.get("to") != "some",
            customers: lines("customers"),
            over,
            once,
        })
    }

    /// The plan as far as it can be read, for a preview: on `today` where the date cannot be read.
    pub(super) fn sketch(&self, today: NaiveDate) -> CampaignPlan {
        let date = read_day(&self.date).unwrap_or(today);
        let mut plan = CampaignPlan::new(self.kind, self.name.clone(), date)
            .with_time(self.time.parse().unwrap_or(DayTime::TEN))
            .with_words(self.text.as_str())
            .with_estimated(self.is_estimated);
        plan.template = self.template;
        plan
    }

    /// Reads the plan, or tells what is wrong with each field.
    pub(super) async fn plan(&self, visit: &Visit) -> Result<CampaignPlan, Vec<Wrong>> {
        let t = visit.texts();
        let wrong = |field, text: &str| Wrong { field, text: text.to_owned() };
        let mut wrongs = Vec::new();
        let unnamed = self.name.trim().is_empty();
        wrongs.extend(unnamed.then(|| wrong("name", t.name_is_missing())));
        let date = read_day(&self.date);
        wrongs.extend(date.is_none().then(|| wrong("date", t.date_is_missing())));
        let time: Option<DayTime> = self.time.parse().ok();
        wrongs.extend(time.is_none().then(|| wrong("time", t.time_is_missing())));
        let audience = match self.audience(visit).await {
            Ok(audience) => Some(audience),
            Err(text) => {
                wrongs.push(Wrong { field: "customers", text });
                None
            }
        };
        let (Some(date), Some(time), Some(audience), []) = (date, time, audience, &*wrongs) else {
            return Err(wrongs);
        };
        let plan = self.sketch(date).with_time(time).with_audience(audience);
        plan.check().map_err(|error| vec![of_plan(&error)])?;
        Ok(plan)
    }

    /// Reads the audience, or tells what is wrong with the list.
    async fn audience(&self, visit: &Visit) -> Result<Audience, String> {
        if self.to_all {
            return Ok(Audience::Everybody);
        }
        let t = visit.texts();
        let lines: Vec<(usize, &str)> = (1..)
            .zip(self.customers.lines().map(str::trim))
            .filter(|(_, line)| !line.is_empty())
            .collect();
        if lines.len() > AUDIENCE_MAX {
            let error = InvalidPlan::TooMany(lines.len());
            return Err(of_plan(&error).text);
        }
        let keys: Vec<Option<CustomerId>> = lines.iter().map(|(_, line)| key(line)).collect();
        let known = known(&keys.iter().flatten().cloned().collect::<Vec<_>>(), visit).await;
        let known: BTreeSet<CustomerId> =
            known.map_err(|()| t.records_do_not_answer().to_owned())?.collect();
        let (mut list, mut searched) = (Vec::new(), 0);
        for ((no, line), key) in lines.into_iter().zip(keys) {
            if let Some(key) = key.filter(|key| known.contains(key)) {
                list.push(key);
                continue;
            }
            searched += 1;
            let found = if searched > SEARCHED { Vec::new() } else { search(line, visit).await };
            match found.as_slice() {
                [one] => list.push(one.id.clone()),
                [] => return Err(t.customer_unknown(no as u64)),
                _ => return Err(t.customer_unclear(no as u64)),
            }
        }
        Ok(Audience::Customers(list))
    }

    /// Adds names beside the keys of the customers, where the records answer.
    pub(super) async fn with_names(mut self, visit: &Visit) -> Self {
        let keys: Vec<CustomerId> = self.customers.lines().filter_map(key).collect();
        if self.to_all || keys.is_empty() || keys.len() > NAMED {
            return self;
        }
        let found = soon(visit.inner.messenger.customers(&keys)).await.and_then(Result::ok);
        let found = found.unwrap_or_default();
        let named = |id: &CustomerId| {
            let known = found.iter().find(|one| one.id == *id);
            let name = known.map(|one| one_line(one.name.as_str())).filter(|name| !name.is_empty());
            name.map_or_else(|| id.to_string(), |name| format!("{id}{BETWEEN}{name}"))
        };
        self.customers = keys.iter().map(named).collect::<Vec<_>>().join("\n");
        self
    }
}

/// A name on one line: after a line end there would be another customer.
fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The key that a line may be, or begin with.
fn key(line: &str) -> Option<CustomerId> {
    let key = line.split_once(BETWEEN).map_or(line, |(key, _)| key);
    CustomerId::new(key.trim()).ok()
}

/// The keys among these that are in the records.
async fn known(
    keys: &[CustomerId],
    visit: &Visit,
) -> Result<impl Iterator<Item = CustomerId> + use<>, ()> {
    let mut found: Vec<Customer> = Vec::new();
    for page in keys.chunks(500) {
        let read: Result<Vec<Customer>, DirectoryError> =
            visit.inner.messenger.customers(page).await;
        found.extend(read.map_err(|_| ())?);
    }
    Ok(found.into_iter().map(|one| one.id))
}

/// Customers with this name or number: nobody, one, or several.
async fn search(line: &str, visit: &Visit) -> Vec<Customer> {
    let Some(search) = visit.ports().search() else { return Vec::new() };
    search.search(line, 2).await.unwrap_or_default()
}

/// Tells what is wrong with a plan, beside the field that it is about.
pub(super) fn of_plan(error: &InvalidPlan) -> Wrong {
    let field = match error {
        InvalidPlan::NoName | InvalidPlan::NameTooLong(_) => "name",
        InvalidPlan::Time => "time",
        InvalidPlan::NoWords => "text",
        InvalidPlan::Nobody | InvalidPlan::TooMany(_) => "customers",
        _ => "",
    };
    let said = error.to_string();
    // The position on the page names the field.
    let text = said.split_once(": ").map_or(said.as_str(), |(_, text)| text);
    Wrong { field, text: sentence(text) }
}

/// The kinds of entries.
pub(super) fn kinds(t: &dyn Texts) -> [(CampaignKind, String); 2] {
    [
        (CampaignKind::Festival, t.kind_greeting().to_owned()),
        (CampaignKind::Announcement, t.kind_announcement().to_owned()),
    ]
}
