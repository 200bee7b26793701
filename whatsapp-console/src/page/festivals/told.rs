//! An entry in words: its state, its time, and its audience.

use whatsapp_core::campaign::{
    Audience, Campaign, CampaignPlan, CampaignState, RecipientCounts, RecipientState,
};
use whatsapp_core::festival::Estimate;

use crate::page::eyes::Eyes;
use crate::view::Pill;

/// State of an entry.
pub(crate) fn pill(state: CampaignState) -> Pill {
    let (tone, icon) = match state {
        CampaignState::Draft => ("idle", "minus"),
        CampaignState::Armed => ("info", "clock"),
        CampaignState::Running => ("ok", "sent"),
        CampaignState::Paused => ("warn", "wait"),
        CampaignState::Finished => ("ok", "ok"),
        CampaignState::Cancelled => ("idle", "remove"),
    };
    Pill { tone, icon, word: state.label().to_owned() }
}

/// State of a recipient.
pub(super) fn of_recipient(state: RecipientState) -> Pill {
    let (tone, icon) = match state {
        RecipientState::Waiting => ("idle", "clock"),
        RecipientState::Queued => ("info", "sent"),
        RecipientState::Sent => ("ok", "ok"),
        RecipientState::Failed => ("bad", "x"),
        RecipientState::LeftOut => ("idle", "minus"),
    };
    Pill { tone, icon, word: state.label().to_owned() }
}

/// Day and hour of the entry.
pub(crate) fn when(plan: &CampaignPlan, eyes: &Eyes<'_>) -> String {
    eyes.t.festival_when(&eyes.t.weekday(plan.date), &plan.time.to_string())
}

/// Audience of the entry.
pub(super) fn audience(audience: &Audience, eyes: &Eyes<'_>) -> String {
    match audience {
        Audience::Everybody => eyes.t.to_everybody().to_owned(),
        Audience::Customers(list) => eyes.t.to_chosen_customers(list.len() as u64),
    }
}

/// The entry's state and what it still needs, in sentences.
pub(crate) fn standing(
    campaign: &Campaign,
    counts: Option<RecipientCounts>,
    eyes: &Eyes<'_>,
) -> String {
    let (t, today) = (eyes.t, eyes.times().today());
    let sentence = campaign.sentence.as_ref().map(|why| why.as_str().to_owned());
    let sent = counts.map(|counts| t.festival_sent(counts.sent, counts.all()));
    let mut said = Vec::new();
    match campaign.state {
        CampaignState::Draft if campaign.plan.date < today => {
            said.push(t.draft_is_over().to_owned());
        }
        CampaignState::Draft => {
            said.push(t.draft_needs().to_owned());
            said.extend(confirmation(campaign, eyes));
        }
        CampaignState::Armed => {
            let when = when(&campaign.plan, eyes);
            // The task that comes first is told first.
            if campaign.is_unconfirmed(today) {
                said.extend(confirmation(campaign, eyes));
                said.push(t.festival_armed_then(&when));
            } else {
                said.push(t.festival_armed(&when));
                said.extend(confirmation(campaign, eyes));
            }
        }
        CampaignState::Running => {
            said.extend(sent);
            said.extend(confirmation(campaign, eyes));
            said.extend(sentence);
        }
        CampaignState::Paused => {
            said.push(t.festival_paused().to_owned());
            said.extend(sent);
            said.extend(confirmation(campaign, eyes));
        }
        CampaignState::Finished => {
            said.extend(sent);
            said.push(sentence.unwrap_or_else(|| t.festival_over().to_owned()));
        }
        CampaignState::Cancelled => {
            said.push(sentence.unwrap_or_else(|| t.festival_cancelled().to_owned()));
            said.extend(sent);
        }
    }
    said.join(" ")
}

/// The sentence about confirming a date that depends on the moon; `None` for any other date.
fn confirmation(campaign: &Campaign, eyes: &Eyes<'_>) -> Option<String> {
    if !campaign.plan.estimated {
        return None;
    }
    let (t, today) = (eyes.t, eyes.times().today());
    let estimate = Estimate::of(campaign.plan.date);
    Some(if !campaign.is_unconfirmed(today) {
        t.date_is_confirmed().to_owned()
    } else if estimate.check(today).is_ok() {
        t.date_to_confirm_now().to_owned()
    } else {
        t.date_to_confirm_from(&t.date(estimate.confirm_from()))
    })
}

/// Returns true if the entry's date can be confirmed today.
pub(super) fn can_confirm(campaign: &Campaign, eyes: &Eyes<'_>) -> bool {
    let (today, date) = (eyes.times().today(), campaign.plan.date);
    let is_over = matches!(campaign.state, CampaignState::Finished | CampaignState::Cancelled);
    // The day may come earlier than it was expected.
    let near = (date - today).num_days() <= 5 && date >= today;
    campaign.plan.estimated && !is_over && near
}
