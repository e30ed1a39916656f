//! The title of whatever has an id: behaviors and measures.

use crate::call::{Analysis, Metric, behavior_info};
use crate::report::{MetricInfo, metric_info};

/// How a measure is shown.
pub fn look(id: &str) -> Option<&'static MetricInfo> {
    metric_info(id)
}

/// The title of a behavior or measure.
pub fn behavior_title(id: &str) -> &str {
    let of_the_turns = || TURNS.iter().find(|(known, _)| *known == id).map(|(_, title)| *title);
    behavior_info(id)
        .map(|i| i.title)
        .or_else(|| look(id).map(|l| l.name))
        .or_else(of_the_turns)
        .unwrap_or(id)
}

/// The same as something to do: what is due has not been done yet.
pub fn practice_title(id: &str) -> &str {
    let known = TO_DO.iter().find(|(known, _)| *known == id);
    known.map_or_else(|| behavior_title(id), |(_, title)| title)
}

/// What to practice, by id; a measure is called by its name.
const TO_DO: [(&str, &str); 46] = [
    ("stay_calm", "Stay calm"),
    ("pause_before_reply", "Pause before you reply"),
    ("neutral_tone", "Keep a neutral tone"),
    ("deep_breath", "Take a breath"),
    ("let_them_finish", "Let them finish"),
    ("verbal_nods", "Show that you listen"),
    ("acknowledge_feelings", "Acknowledge the feeling"),
    ("paraphrase", "Say the issue back"),
    ("clarifying_question", "Ask to understand"),
    ("apologise", "Apologize"),
    ("no_needless_blame_taking", "Concede no fault that is not ours"),
    ("take_ownership", "Take ownership"),
    ("next_steps", "Explain the next steps"),
    ("prevent_recurrence", "Address the cause"),
    ("offer_options", "Offer options"),
    ("work_together", "Work together"),
    ("can_do", "Say what is possible"),
    ("give_timeline", "Give a time"),
    ("escalate", "Offer to hand over"),
    ("escalate_with_reason", "Hand over with a reason"),
    ("announce_hold", "Announce the hold"),
    ("set_boundary", "Set a boundary"),
    ("dont_take_personally", "Keep it about the situation"),
    ("follow_up", "Promise to follow up"),
    ("confirm_resolution", "Check that it is solved"),
    ("leave_door_open", "Leave the door open"),
    ("use_name", "Use the name"),
    ("thank", "Thank them"),
    ("plain_words", "Use plain words"),
    ("positive_wording", "Word it positively"),
    ("blame_customer", "Don't blame the customer"),
    ("deflect", "Don't deflect"),
    ("dismiss", "Don't dismiss the feeling"),
    ("argue", "Don't argue"),
    ("overpromise", "Promise only what you can keep"),
    ("policy_wall", "Don't hide behind policy"),
    ("empathy_but", "Empathy without a but"),
    ("command", "Ask instead of giving orders"),
    ("jargon", "Explain or avoid jargon"),
    ("filler", "Fewer filler words"),
    ("dead_air", "Say what a silence is for"),
    ("interruption", "Let them get to the end"),
    ("interruption_rate", "Interrupt less"),
    ("pause_interruption", "Wait out their pauses"),
    ("yielded", "Give way when they cut in"),
    ("response_latency_s", "Leave a moment before you answer"),
];

/// What advice is about that is neither a behavior nor a measure.
const TURNS: [(&str, &str); 4] = [
    ("dead_air", "Said what the silence was for"),
    ("interruption", "Let them get to the end"),
    ("pause_interruption", "Waited out their pauses"),
    ("yielded", "Gave way when they cut in"),
];

/// The value of a measure in an analysis.
pub fn metric<'a>(analysis: &'a Analysis, id: &str) -> Option<&'a Metric> {
    crate::coach::metrics(analysis).into_iter().find(|(known, _)| *known == id).map(|(_, metric)| metric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_said_as_something_to_do_and_not_as_done() {
        let audible = |h: crate::call::Heard| h != crate::call::Heard::Supported;
        for info in crate::call::BEHAVIORS.iter().filter(|b| audible(b.heard)) {
            assert!(TO_DO.iter().any(|(id, _)| *id == info.id), "{}", info.id);
        }
        assert_eq!(practice_title("give_timeline"), "Give a time");
        assert_eq!(practice_title("speech_rate_wpm"), behavior_title("speech_rate_wpm"));
    }

    #[test]
    fn whatever_comes_back_to_be_practiced_has_a_title_for_people() {
        for id in
            ["interruption", "pause_interruption", "dead_air", "yielded", "response_latency_s", "apologise"]
        {
            assert_ne!(behavior_title(id), id);
        }
    }
}
