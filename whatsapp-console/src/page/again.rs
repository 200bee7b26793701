//! Label of a form that is shown once more.

use crate::words::Texts;

/// Returns the label of a form's own button, by the form's address. Other forms get a general word,
/// such as those whose act depends on what was typed.
pub(crate) fn deed<'a>(address: &str, t: &'a dyn Texts) -> &'a str {
    let path = address.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [.., "festivals", _, "pause"] => t.festival_pause_submit(),
        [.., "festivals", _, "resume"] => t.festival_resume_submit(),
        [.., "festivals", _, "cancel"] => t.festival_cancel_submit(),
        [.., "festivals", _, "confirm"] => t.confirm_submit(),
        [.., "festivals", _, "copy"] => t.copy_submit(),
        [.., "festivals", _, "try"] => t.trial_submit(),
        [.., "messages", _, "retry"] => t.retry_submit(),
        [.., "messages", _, "resend"] => t.resend_submit(),
        [.., "messages", _, "number"] => t.number_submit(),
        [.., "messages", _, "cancel"] => t.cancel_submit(),
        [.., "messages", _, "reschedule"] => t.reschedule_submit(),
        [.., "messages", _, "put-aside"] => t.put_aside_submit(),
        [.., "messages", _, "take-up"] => t.take_up_submit(),
        [.., "held", "approve"] => t.approve_ticked_asks(),
        [.., "held", "drop"] => t.drop_ticked_asks(),
        [.., "held", _, _, "approve"] => t.approve_submit(),
        [.., "held", _, _, "drop"] => t.drop_submit(),
        [.., "schedule", "skip"] => t.skip_ticked_asks(),
        [.., "schedule", "hold"] => t.hold_ticked_asks(),
        [.., "schedule", "now", _] => t.remind_now_submit(),
        [.., "customers", _, "mute"] => t.mute_submit(),
        [.., "mutes", _, "end"] => t.unmute_submit(),
        [.., "templates", _, "use"] => t.switch_on_submit(),
        [.., "templates", _, "switch-off"] => t.switch_off_submit(),
        [.., "templates", _, "versions", _, "restore"] => t.restore_submit(),
        [.., "settings"] => t.save_settings(),
        [.., "settings", "address"] => t.address_submit(),
        [.., "pause"] => t.pause(),
        [.., "resume"] => t.resume(),
        _ => t.again(),
    }
}

#[cfg(test)]
mod tests {
    use super::deed;
    use crate::words::English;

    #[test]
    fn a_form_that_is_shown_once_more_says_what_it_does() {
        for (address, says) in [
            ("/console/pause", "Pause sending"),
            ("/console/festivals/1/pause", "Pause it"),
            ("/messages/pause/resend?back=overview", "Send again"),
            ("held/81/T+3/approve", "Approve"),
            ("held/approve", "Approve these"),
            ("schedule/now/pause", "Remind now"),
            ("/console/send", "Do it now"),
        ] {
            assert_eq!(deed(address, &English), says, "{address}");
        }
    }
}
