//! Texts about greetings: in the summary, in the report, and beforehand.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use whatsapp_core::campaign::{Audience, Campaign, CampaignState, Recipient, RecipientState};
use whatsapp_core::campaigns::CampaignForecast;
use whatsapp_core::port::Customer;
use whatsapp_core::time::Zone;
use whatsapp_core::{CustomerId, Private, WhatsAppNumber};

use super::{FILE, Greetings, PAGE, all};
use crate::plan::told::Words;
use crate::words::{more, number, plain};

/// Number of customers who were left out that are named; the report has all of them.
const LINES: usize = 3;

/// A greeting as the report has it.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    name: String,
    date: NaiveDate,
    state: &'static str,
    sent: u64,
    failed: u64,
    left_out: Vec<NotGreeted>,
}

/// A customer who gets no greeting, and the reason.
#[derive(Debug, Serialize)]
struct NotGreeted {
    customer_id: String,
    customer_name: Option<String>,
    reason: String,
}

impl Greetings {
    /// Returns the summary's part about greetings.
    pub(crate) async fn text(&self, words: &Words) -> Result<String> {
        let all = all(&self.campaigns).await?;
        let mut text = String::new();
        for problem in &self.problems {
            let _ = writeln!(text, "{FILE}, {}", plain(problem));
        }
        if all.is_empty() {
            return Ok(text);
        }
        text.push_str("Greetings at festivals:\n");
        for line in &self.done {
            let _ = writeln!(text, "  {}", plain(line));
        }
        for campaign in &all {
            text.push_str(&self.campaign(campaign, words).await?);
        }
        if all.iter().any(|it| it.state == CampaignState::Draft && it.plan.date >= self.today) {
            text.push_str(
                "--arm NAME arms a draft: it is sent on its day to all customers, once each.\n",
            );
        }
        Ok(text)
    }

    /// Tells the state of one campaign, and the reasons why recipients were left out.
    async fn campaign(&self, campaign: &Campaign, words: &Words) -> Result<String> {
        let plan = &campaign.plan;
        let is_over = campaign.state == CampaignState::Draft && plan.date < self.today;
        let state = if is_over { "Draft, whose day is over" } else { campaign.state.label() };
        let mut line = format!("  {}, {}: {state}", plan.name, words.date(plan.date));
        if campaign.state != CampaignState::Draft {
            let counts = self.campaigns.counts(campaign.id).await?;
            let told = [
                (counts.sent, "sent"),
                (counts.queued, "on their way"),
                (counts.waiting, "waiting"),
                (counts.failed, "failed"),
                (counts.left_out, "left out"),
            ];
            for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
                let _ = write!(line, ", {count} {what}");
            }
        }
        if let Some(why) = &campaign.sentence {
            let _ = write!(line, ". {}", why.as_str());
        } else if plan.estimated && campaign.confirmed_on.is_none() && campaign.state.is_open() {
            line.push_str(". Its date depends on the moon: --confirm in the last three days");
        }
        let mut text = format!("{}\n", plain(&line));
        let left_out = self.recipients(campaign, Some(RecipientState::LeftOut)).await?;
        for recipient in left_out.iter().take(LINES) {
            let why = recipient.sentence.as_ref().map_or("", Private::as_str);
            let name = words.name(&recipient.customer);
            let _ = writeln!(text, "    {}", plain(&format!("{name}: {why}")));
        }
        match left_out.len().saturating_sub(LINES) {
            0 => Ok(text),
            hidden => Ok(format!("{text}    {}", more(hidden))),
        }
    }

    async fn recipients(
        &self,
        campaign: &Campaign,
        state: Option<RecipientState>,
    ) -> Result<Vec<Recipient>> {
        let (mut recipients, mut after) = (Vec::new(), None);
        loop {
            let page = self.campaigns.recipients(campaign.id, state, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(recipients) };
            after = Some(last.number.clone());
            recipients.extend(page);
        }
    }

    /// Returns the greetings that were armed, as the report has them: also with the customers who
    /// were left out at that time.
    pub(crate) async fn rows(&self, customers: &[Customer]) -> Result<Vec<Row>> {
        let names: BTreeMap<&CustomerId, &str> =
            customers.iter().map(|it| (&it.id, it.name.as_str())).collect();
        let mut rows = Vec::new();
        for campaign in all(&self.campaigns).await? {
            if campaign.state == CampaignState::Draft {
                continue;
            }
            let recipients = self.recipients(&campaign, None).await?;
            let counts = self.campaigns.counts(campaign.id).await?;
            let not_greeted = |id: &CustomerId, reason: &str| NotGreeted {
                customer_id: id.to_string(),
                customer_name: names.get(id).map(|name| (*name).to_owned()),
                reason: reason.to_owned(),
            };
            let left_out = recipients.iter().filter(|it| it.state == RecipientState::LeftOut);
            let mut left_out: Vec<NotGreeted> = left_out
                .map(|it| {
                    not_greeted(&it.customer, it.sentence.as_ref().map_or("", Private::as_str))
                })
                .collect();
            if campaign.plan.audience == Audience::Everybody {
                let others = beside(customers, &recipients);
                left_out.extend(others.into_iter().map(|(id, reason)| not_greeted(id, reason)));
            }
            rows.push(Row {
                name: campaign.plan.name,
                date: campaign.plan.date,
                state: campaign.state.as_str(),
                sent: counts.sent,
                failed: counts.failed,
                left_out,
            });
        }
        Ok(rows)
    }
}

/// Returns the customers who are no recipients, with the reason from their rows.
fn beside<'a>(
    customers: &'a [Customer],
    recipients: &[Recipient],
) -> Vec<(&'a CustomerId, &'static str)> {
    let known: HashSet<&CustomerId> = recipients.iter().map(|it| &it.customer).collect();
    let numbers: HashSet<&str> = recipients.iter().map(|it| it.number.as_str()).collect();
    let why = |it: &Customer| {
        let number = it.whatsapp_number.as_ref();
        match number.map(|number| WhatsAppNumber::parse(number.as_str())) {
            None | Some(Err(_)) => "The customer has no usable number.",
            Some(Ok(number)) if numbers.contains(number.one_spelling().digits()) => {
                "Another customer has the same number."
            }
            Some(Ok(_)) => "The customer was not among the recipients when it was armed.",
        }
    };
    customers.iter().filter(|it| !known.contains(&it.id)).map(|it| (&it.id, why(it))).collect()
}

/// Returns the forecast's part about greetings.
pub(crate) fn forecast(forecasts: &[CampaignForecast], words: &Words, zone: &Zone) -> String {
    let mut text = String::new();
    for it in forecasts {
        let plan = &it.campaign.plan;
        let (weekday, date) = (plan.date.format("%A"), words.date(plan.date));
        let mut line = format!("  {weekday}, {date}, {}: ", plan.name);
        match &it.run {
            Some(run) => {
                let local = |at: DateTime<Utc>| zone.local(at).format("%H:%M").to_string();
                let _ = write!(line, "{} from {}", number(run.can_go, "greeting"), local(run.from));
                if let Some(until) = run.until {
                    let _ = write!(line, " to about {}", local(until));
                }
                if run.left_over > 0 {
                    let _ = write!(line, ", {} left over", run.left_over);
                }
                line.push('.');
            }
            None => line.push_str("none."),
        }
        if let Some(why) = &it.sentence {
            let _ = write!(line, " {why}");
        }
        let _ = writeln!(text, "{}", plain(&line));
    }
    if text.is_empty() { text } else { format!("Greetings that are armed:\n{text}") }
}
