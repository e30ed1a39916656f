//! Reading `scenario.toml`, key by key; where the lines lead is checked in [`super::graph`].

use super::error::{Problems, did_you_mean};
use super::{Condition, Line, Next, Scenario, ScenarioError, Trap, audio_path_fault, graph, is_scenario_id};
use crate::call::{BEHAVIORS, BehaviorKind, Fault, behavior_info};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    schema: Spanned<String>,
    id: Spanned<String>,
    title: Spanned<String>,
    #[serde(default)]
    sector: String,
    heat: Spanned<i64>,
    fault: Option<Spanned<String>>,
    #[serde(default)]
    brief: String,
    #[serde(default)]
    can_offer: Vec<String>,
    #[serde(default)]
    cannot_offer: Vec<String>,
    #[serde(default)]
    expects: Vec<Spanned<String>>,
    #[serde(default)]
    jargon: Vec<String>,
    start: Spanned<String>,
    customer: Option<RawCustomer>,
    credit: Option<RawCredit>,
    #[serde(default)]
    line: Vec<Spanned<RawLine>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCustomer {
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCredit {
    audio: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLine {
    pub(super) id: Spanned<String>,
    text: Spanned<String>,
    audio: Spanned<String>,
    heat: Spanned<i64>,
    trap: Option<Spanned<String>>,
    pub(super) after_s: Option<Spanned<f64>>,
    pub(super) then: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) next: Vec<RawNext>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNext {
    #[serde(default)]
    pub(super) when: Vec<Spanned<String>>,
    pub(super) to: Spanned<String>,
}

/// The longest reply that a barge-in may wait for.
const MAX_AFTER_S: f64 = 30.0;

pub(super) fn parse(text: &str, file: &str) -> Result<Scenario, ScenarioError> {
    let mut problems = Problems::new(text, file);
    let raw: RawScenario = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            problems.add_toml(&error);
            return Err(problems.into_error());
        }
    };
    if raw.schema.get_ref() != super::SCHEMA {
        let reason = format!("this program reads `{}`, not `{}`", super::SCHEMA, raw.schema.get_ref());
        problems.add(raw.schema.span().start, "schema", reason);
        return Err(problems.into_error());
    }
    if !is_scenario_id(raw.id.get_ref()) {
        problems.add(
            raw.id.span().start,
            "id",
            "an id is made of a-z, 0-9 and -, at most 64, and is the folder's name",
        );
    }
    if raw.title.get_ref().trim().is_empty() {
        problems.add(raw.title.span().start, "title", "is empty");
    }
    for id in &raw.expects {
        match behavior_info(id.get_ref()).map(|b| b.kind) {
            Some(BehaviorKind::Skill) => {}
            Some(BehaviorKind::Hazard) => {
                let reason = format!("`{}` is a hazard; only behaviors can be expected", id.get_ref());
                problems.add(id.span().start, "expects", reason);
            }
            None => problems.add(id.span().start, "expects", unknown_id(id.get_ref(), false)),
        }
    }
    let heat = heat(&raw.heat, "heat", &mut problems);
    let fault = fault(raw.fault.as_ref(), &mut problems);
    let lines: Vec<Line> = raw.line.iter().map(|l| line(l.get_ref(), &mut problems)).collect();
    graph::check(&raw.start, &raw.line, &lines, &mut problems);
    problems.into_result(Scenario {
        id: raw.id.into_inner(),
        title: raw.title.into_inner(),
        sector: raw.sector,
        heat,
        fault,
        brief: raw.brief,
        can_offer: raw.can_offer,
        cannot_offer: raw.cannot_offer,
        expects: raw.expects.into_iter().map(Spanned::into_inner).collect(),
        jargon: raw.jargon,
        start: raw.start.into_inner(),
        customer_name: raw.customer.and_then(|c| c.name).filter(|n| !n.trim().is_empty()),
        audio_credit: raw.credit.and_then(|c| c.audio).unwrap_or_default(),
        lines,
    })
}

fn heat(raw: &Spanned<i64>, key: &str, problems: &mut Problems<'_>) -> u8 {
    if let Ok(heat @ 1..=5) = u8::try_from(*raw.get_ref()) {
        return heat;
    }
    problems.add(raw.span().start, key, format!("heat is 1 (mild) to 5 (abusive), not {}", raw.get_ref()));
    1
}

fn fault(raw: Option<&Spanned<String>>, problems: &mut Problems<'_>) -> Fault {
    match raw.map(|f| f.get_ref().as_str()) {
        Some("ours") => Fault::Ours,
        Some("theirs") => Fault::Theirs,
        Some("nobody") => Fault::Nobody,
        None | Some("unknown") => Fault::Unknown,
        Some(other) => {
            let reason = format!("fault is ours, theirs, nobody or unknown, not `{other}`");
            problems.add(raw.map_or(0, |f| f.span().start), "fault", reason);
            Fault::Unknown
        }
    }
}

fn line(raw: &RawLine, problems: &mut Problems<'_>) -> Line {
    let id = raw.id.get_ref();
    let key = |field: &str| format!("line.{id}.{field}");
    if !is_scenario_id(id) {
        problems.add(raw.id.span().start, "line.id", format!("an id is made of a-z, 0-9 and -, not `{id}`"));
    }
    if raw.text.get_ref().trim().is_empty() {
        problems.add(raw.text.span().start, key("text"), "is empty; write the exact words of the recording");
    }
    if let Some(fault) = audio_path_fault(raw.audio.get_ref()) {
        problems.add(raw.audio.span().start, key("audio"), format!("`{}` {fault}", raw.audio.get_ref()));
    }
    Line {
        id: id.clone(),
        text: raw.text.get_ref().clone(),
        audio: raw.audio.get_ref().clone(),
        heat: heat(&raw.heat, &key("heat"), problems),
        trap: trap(raw, problems),
        next: raw
            .next
            .iter()
            .enumerate()
            .map(|(i, n)| next(n, &key(&format!("next[{}]", i + 1)), problems))
            .collect(),
    }
}

fn trap(raw: &RawLine, problems: &mut Problems<'_>) -> Option<Trap> {
    let id = raw.id.get_ref();
    let name = raw.trap.as_ref().map(|t| t.get_ref().as_str());
    let at = raw.trap.as_ref().map_or(raw.id.span().start, |t| t.span().start);
    if let Some(after) = &raw.after_s
        && name != Some("barge_in")
    {
        problems.add(
            after.span().start,
            format!("line.{id}.after_s"),
            "belongs to `trap = \"barge_in\"` only",
        );
    }
    if let Some(then) = &raw.then
        && name != Some("trailing")
    {
        problems.add(then.span().start, format!("line.{id}.then"), "belongs to `trap = \"trailing\"` only");
    }
    match name? {
        "pause" => Some(Trap::Pause),
        "bait" => Some(Trap::Bait),
        "trailing" => {
            let Some(then) = &raw.then else {
                problems.add(
                    at,
                    format!("line.{id}.then"),
                    "a trailing line names in `then` the line that follows by itself",
                );
                return None;
            };
            Some(Trap::Trailing { then: then.get_ref().clone() })
        }
        "barge_in" => {
            let Some(after) = &raw.after_s else {
                problems.add(
                    at,
                    format!("line.{id}.after_s"),
                    "a barge_in line says after how many seconds of the reply",
                );
                return None;
            };
            let after_s = *after.get_ref();
            if !(after_s > 0.0 && after_s <= MAX_AFTER_S) {
                problems.add(
                    after.span().start,
                    format!("line.{id}.after_s"),
                    format!("is over 0 and at most {MAX_AFTER_S} s"),
                );
            }
            Some(Trap::BargeIn { after_s })
        }
        other => {
            let reason = format!("a trap is pause, trailing, bait or barge_in, not `{other}`");
            problems.add(at, format!("line.{id}.trap"), reason);
            None
        }
    }
}

fn next(raw: &RawNext, key: &str, problems: &mut Problems<'_>) -> Next {
    let mut when: Vec<Condition> = Vec::with_capacity(raw.when.len());
    for text in &raw.when {
        let condition = Condition::read(text.get_ref());
        if !Condition::is_known(&condition.what) {
            problems.add(text.span().start, format!("{key}.when"), unknown_id(&condition.what, true));
        } else if when.iter().any(|w| w.what == condition.what && w.negated != condition.negated) {
            let reason = format!("`{0}` and `!{0}` never hold together", condition.what);
            problems.add(text.span().start, format!("{key}.when"), reason);
        }
        when.push(condition);
    }
    Next { when, to: raw.to.get_ref().clone() }
}

fn unknown_id(id: &str, flags: bool) -> String {
    let what = if flags { "behavior, hazard or delivery flag" } else { "behavior" };
    let known = BEHAVIORS.iter().map(|b| b.id).chain(super::DELIVERY_FLAGS);
    let near = did_you_mean(id, known);
    format!("no {what} is called `{id}`{}", near.as_deref().unwrap_or("; the ids stand in docs/behaviors.md"))
}
