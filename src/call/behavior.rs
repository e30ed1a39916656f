//! The fixed ids of behaviors and hazards, and a behavior heard at a moment.

use serde::{Deserialize, Serialize};

/// Something good to do, or something to avoid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BehaviorKind {
    /// Advised by the guides.
    Skill,
    /// Advised against, always with a better wording to try.
    Hazard,
}

/// Where a behavior can be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// From the audio.
    Audio,
    /// From the words.
    Words,
    /// From both.
    Both,
    /// Not inferred: the program supports it.
    Supported,
}

/// One row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct BehaviorInfo {
    /// The id of every report.
    pub id: &'static str,
    /// Skill or hazard.
    pub kind: BehaviorKind,
    /// Where it is noticed.
    pub heard: Heard,
    /// What a person reads.
    pub title: &'static str,
}

/// A behavior or hazard heard in a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Behavior {
    /// One of [`BEHAVIORS`].
    pub id: String,
    /// Skill or hazard.
    pub kind: BehaviorKind,
    /// Index into the analysis's `turns`.
    pub turn: usize,
    /// Where it starts.
    pub start_s: f64,
    /// Where it ends.
    pub end_s: f64,
    /// The words it was heard in.
    pub text: String,
    /// The rule that fired (`file/rule` or `model:id`).
    pub rule: String,
}

/// The row of an id.
pub fn behavior_info(id: &str) -> Option<&'static BehaviorInfo> {
    BEHAVIORS.iter().find(|b| b.id == id)
}

const fn skill(id: &'static str, heard: Heard, title: &'static str) -> BehaviorInfo {
    BehaviorInfo { id, kind: BehaviorKind::Skill, heard, title }
}

const fn hazard(id: &'static str, title: &'static str) -> BehaviorInfo {
    BehaviorInfo { id, kind: BehaviorKind::Hazard, heard: Heard::Words, title }
}

/// Every id that a report, a scenario or a rule file may name, in the order of `docs/behaviors.md`.
pub const BEHAVIORS: &[BehaviorInfo] = &[
    skill("stay_calm", Heard::Audio, "Stayed calm"),
    skill("pause_before_reply", Heard::Audio, "Paused before replying"),
    skill("neutral_tone", Heard::Both, "Neutral tone"),
    skill("deep_breath", Heard::Supported, "Took a breath"),
    skill("let_them_finish", Heard::Audio, "Let them finish"),
    skill("verbal_nods", Heard::Both, "Showed listening"),
    skill("acknowledge_feelings", Heard::Words, "Acknowledged the feeling"),
    skill("paraphrase", Heard::Words, "Said the issue back"),
    skill("clarifying_question", Heard::Words, "Asked to understand"),
    skill("apologise", Heard::Words, "Apologized"),
    skill("no_needless_blame_taking", Heard::Words, "Did not concede a fault that is not ours"),
    skill("take_ownership", Heard::Words, "Took ownership"),
    skill("next_steps", Heard::Words, "Explained the next steps"),
    skill("prevent_recurrence", Heard::Words, "Addressed the cause"),
    skill("offer_options", Heard::Words, "Offered options"),
    skill("work_together", Heard::Words, "Worked together"),
    skill("can_do", Heard::Words, "Said what is possible"),
    skill("give_timeline", Heard::Words, "Gave a time"),
    skill("escalate", Heard::Words, "Offered to hand over"),
    skill("escalate_with_reason", Heard::Words, "Handed over with a reason"),
    skill("announce_hold", Heard::Both, "Announced the hold"),
    skill("set_boundary", Heard::Both, "Set a boundary"),
    skill("dont_take_personally", Heard::Words, "Kept it about the situation"),
    skill("follow_up", Heard::Words, "Promised to follow up"),
    skill("confirm_resolution", Heard::Words, "Checked that it is solved"),
    skill("leave_door_open", Heard::Words, "Left the door open"),
    skill("use_name", Heard::Words, "Used the name"),
    skill("thank", Heard::Words, "Thanked"),
    skill("plain_words", Heard::Words, "Plain words"),
    skill("positive_wording", Heard::Words, "Positive wording"),
    skill("document", Heard::Supported, "Noted the call"),
    skill("journal", Heard::Supported, "Kept a journal"),
    skill("reflect", Heard::Supported, "Reflected"),
    skill("debrief", Heard::Supported, "Talked it over"),
    skill("seek_support", Heard::Supported, "Sought support"),
    skill("self_care", Heard::Supported, "Took a break"),
    skill("keep_training", Heard::Supported, "Kept practicing"),
    hazard("blame_customer", "Blamed the customer"),
    hazard("deflect", "Deflected"),
    hazard("dismiss", "Dismissed the feeling"),
    hazard("argue", "Argued"),
    hazard("overpromise", "Promised too much"),
    hazard("policy_wall", "Hid behind policy"),
    hazard("empathy_but", "Empathy, but"),
    hazard("command", "Gave orders"),
    hazard("jargon", "Jargon"),
    hazard("filler", "Filler words"),
];
