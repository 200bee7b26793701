//! The closed types: public types that do not grow without a new middle number of the version, and
//! the reasons.

/// Types that are closed for the same reason.
#[derive(Debug)]
pub(super) struct Closed {
    pub(super) reason: &'static str,
    /// Files, each with the names of its types.
    pub(super) types: &'static [(&'static str, &'static str)],
}

pub(super) const CLOSED: [Closed; 7] = [
    Closed {
        reason: "The specification's four payloads: whatever is added goes into `Request::with_*`.",
        types: &[(
            "whatsapp-core/src/template/payload.rs",
            "StockDelivered Invoice PaymentReminder Festival",
        )],
    },
    Closed {
        reason: "Columns of the specification's tables.",
        types: &[("whatsapp-core/src/message/kind.rs", "Status Trigger")],
    },
    Closed {
        reason: "States and kinds: whoever stores or shows them must know each of them.",
        types: &[
            ("whatsapp-core/src/bulk.rs", "BulkAct BulkState BulkOutcome"),
            ("whatsapp-core/src/campaign.rs", "CampaignState"),
            ("whatsapp-core/src/campaign/plan.rs", "Audience"),
            ("whatsapp-core/src/campaign/recipient.rs", "RecipientState"),
            ("whatsapp-core/src/message/kind.rs", "Delivery Step"),
            ("whatsapp-core/src/message/offer.rs", "Offer"),
            ("whatsapp-core/src/message/outcome.rs", "Outcome"),
            ("whatsapp-core/src/message/part.rs", "Part"),
            ("whatsapp-core/src/message/state.rs", "State"),
            ("whatsapp-core/src/mute.rs", "MuteOn"),
            ("whatsapp-core/src/port/store/lane.rs", "Lane"),
            ("whatsapp-core/src/schedule/step.rs", "StepState StepName"),
            ("whatsapp-core/src/shown/block.rs", "Block"),
            ("whatsapp-core/src/shown/inline.rs", "Inline"),
            ("whatsapp-core/src/types/rules.rs", "FileRule"),
        ],
    },
    Closed {
        reason: "Refusals: each kind has an answer of its own, also in the APIs of hosts.",
        types: &[
            ("whatsapp-core/src/messenger/error.rs", "SendErrorKind"),
            ("whatsapp-core/src/messenger/manage.rs", "ManageError"),
        ],
    },
    Closed {
        reason: "What a store reads and writes: a new part is a new duty of every store.",
        types: &[
            ("whatsapp-core/src/account.rs", "Pause Doubt Account"),
            ("whatsapp-core/src/account/change.rs", "AccountChange Unclear Changed"),
            ("whatsapp-core/src/account/event.rs", "AccountEvent"),
            ("whatsapp-core/src/account/rate.rs", "Reserve SeenSlot Reservation"),
            ("whatsapp-core/src/audit.rs", "AuditEntry"),
            ("whatsapp-core/src/bulk.rs", "BulkAsks BulkCounts Bulk BulkItem"),
            ("whatsapp-core/src/campaign.rs", "FrozenText Campaign"),
            ("whatsapp-core/src/campaign/left_out.rs", "LeftOut"),
            ("whatsapp-core/src/campaign/recipient.rs", "Recipient RecipientCounts"),
            ("whatsapp-core/src/message/attempt.rs", "AttemptRecord"),
            ("whatsapp-core/src/message/failure.rs", "Failure"),
            ("whatsapp-core/src/message/progress.rs", "Progress"),
            ("whatsapp-core/src/message/record.rs", "Facts NewMessage Message"),
            ("whatsapp-core/src/message/row.rs", "OwedRow PostCount"),
            ("whatsapp-core/src/mute.rs", "Mute MuteEnded"),
            ("whatsapp-core/src/port/store/account.rs", "EventClaim"),
            ("whatsapp-core/src/port/store/audit.rs", "AuditCursor AuditPage"),
            ("whatsapp-core/src/port/store/bulk.rs", "BulkChange BulkClaim BulkResult BulkWrite"),
            (
                "whatsapp-core/src/port/store/campaigns.rs",
                "CampaignCursor RecipientPoint CampaignChange SeenCampaign RecipientWrite \
                 CampaignWrite CampaignWritten SlotsTaken OfMessage EndedRecipient",
            ),
            ("whatsapp-core/src/port/store/count.rs", "Count"),
            ("whatsapp-core/src/port/store/daily.rs", "DayFill DayCount"),
            ("whatsapp-core/src/port/store/fetches.rs", "Fetch"),
            ("whatsapp-core/src/port/store/lane.rs", "QueuePoint NextDue"),
            ("whatsapp-core/src/port/store/log/export.rs", "ExportRow ExportPage"),
            ("whatsapp-core/src/port/store/log/page.rs", "Cursor Turn BrokenRow LogPage"),
            ("whatsapp-core/src/port/store/log/tally.rs", "StatusCounts Tally"),
            ("whatsapp-core/src/port/store/mutes.rs", "MuteEnd MuteQuestion MuteCursor"),
            (
                "whatsapp-core/src/port/store/notices.rs",
                "Notice Digest DigestMark Collect Collected",
            ),
            ("whatsapp-core/src/port/store/outbox.rs", "Redate Owed LaneQueue Sibling"),
            ("whatsapp-core/src/port/store/outbox/begin.rs", "Begin Revision Begun"),
            ("whatsapp-core/src/port/store/outbox/claim.rs", "Claim ClaimOf Lease Claimed"),
            (
                "whatsapp-core/src/port/store/outbox/settle.rs",
                "Settlement Settled Reschedule Amendment Aside Replacement Replaced Burial Buried \
                 Amended",
            ),
            (
                "whatsapp-core/src/port/store/planner.rs",
                "PlannerRun RunClaim EndedStep StepMessage StepWrite RunWrite Leaving PlanWrite \
                 PlanWritten StepPoint",
            ),
            ("whatsapp-core/src/port/store/settings.rs", "Saved"),
            (
                "whatsapp-core/src/port/store/templates.rs",
                "StoredTemplate TemplateList TemplateVersion TemplateVersions TemplateOutside",
            ),
            ("whatsapp-core/src/settings/table.rs", "SettingRow"),
        ],
    },
    Closed {
        reason: "Complete by their meaning: a place, a pair, one value, a yes or no.",
        types: &[
            ("whatsapp-core/src/chore.rs", "Next"),
            ("whatsapp-console/src/supabase/members.rs", "RolesUnread"),
            ("whatsapp-core/src/consent.rs", "Consent"),
            ("whatsapp-core/src/desk/templates.rs", "SeenTemplate"),
            ("whatsapp-core/src/port/gateway/transport.rs", "Reference"),
            ("whatsapp-core/src/port/host/key.rs", "FixedKey"),
            ("whatsapp-core/src/template/parse.rs", "Position"),
            ("whatsapp-core/src/time/elapsed.rs", "Elapsed"),
            ("whatsapp-testkit/src/clock.rs", "ElapsedByWall"),
        ],
    },
    Closed {
        reason: "What a bench for an adapter makes: a new part is a new demand on every bench.",
        types: &[
            ("whatsapp-testkit/src/conformance/bench.rs", "Posted Taken Asked"),
            ("whatsapp-testkit/src/conformance/media.rs", "Fetched"),
            ("whatsapp-testkit/src/conformance/notifier.rs", "Mail"),
            ("whatsapp-testkit/src/fixtures.rs", "NewTemplate"),
        ],
    },
];
