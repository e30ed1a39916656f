//! Two or three things worth saying: keep one, change one, try one. Silent where all is inside the band.
//!
//! Everything that could be said is a candidate with a weight from the rubric; the heaviest of each kind is said, and no
//! two share a topic. Where more was said that hurts, the next of it comes instead of the hint, if it outweighs that. The
//! same analysis always gives the same findings.

use super::advice::{Advice, fill};
use super::scene::{Candidate, Scene};
use super::{Rubric, timing, voice, wording};
use crate::call::{Analysis, BehaviorKind, Facts, Finding, FindingKind, behavior_info, round3};

/// The findings of a call: what to keep, what to change, what to try, in this order and at most one of each, but for a second
/// thing to change where that was said and weighs more than what to try.
///
/// `facts` come from the scenario and may be empty for a real recording; then the customer's own words serve.
pub fn findings(analysis: &Analysis, facts: &Facts, rubric: &Rubric) -> Vec<Finding> {
    let Some(advice) = Advice::of(&rubric.language) else { return Vec::new() };
    let scene = Scene { analysis, facts, rubric, advice };
    let mut candidates = timing::candidates(&scene);
    candidates.extend(voice::candidates(&scene));
    candidates.extend(wording::candidates(&scene));

    let mut said: Vec<(FindingKind, Finding)> = Vec::new();
    let mut topics: Vec<String> = Vec::new();
    // What hurts most is chosen first, and praise does not speak against it.
    for kind in [FindingKind::Change, FindingKind::Try, FindingKind::Keep] {
        let weight = |c: &Candidate| {
            let instead = kind == FindingKind::Try && is_hazard(c);
            c.weight * if instead { rubric.coach.hazard_before_hint } else { 1.0 }
        };
        let fits = |c: &Candidate| c.kind == kind || kind == FindingKind::Try && is_hazard(c);
        let mut of_kind: Vec<&Candidate> = candidates.iter().filter(|c| fits(c) && weight(c) > 0.0).collect();
        of_kind.sort_by(|a, b| {
            weight(b).total_cmp(&weight(a)).then(a.start_s.total_cmp(&b.start_s)).then(a.row.cmp(b.row))
        });
        let chosen = of_kind.into_iter().find_map(|c| {
            let row = advice.row(c.kind, c.row)?;
            if topics.contains(&row.topic) {
                return None;
            }
            Some((row.topic.clone(), c.kind, written(&scene, c, offers_used(&said))?))
        });
        if let Some((topic, kind, finding)) = chosen {
            topics.push(topic);
            said.push((kind, finding));
        }
    }
    said.sort_by_key(|(kind, _)| match kind {
        FindingKind::Keep => 0,
        FindingKind::Change => 1,
        FindingKind::Try => 2,
    });
    said.into_iter().map(|(_, finding)| finding).collect()
}

/// Whether it is about something said that hurts.
fn is_hazard(candidate: &Candidate) -> bool {
    candidate.kind == FindingKind::Change
        && behavior_info(candidate.row).is_some_and(|b| b.kind == BehaviorKind::Hazard && b.id != "filler")
}

/// A second sentence names another offer than the first.
fn offers_used(said: &[(FindingKind, Finding)]) -> usize {
    usize::from(said.iter().any(|(_, f)| !f.say_instead.is_empty()))
}

fn written(scene: &Scene, candidate: &Candidate, skip: usize) -> Option<Finding> {
    let row = scene.advice.row(candidate.kind, candidate.row)?;
    let mut slots = scene.common_slots(candidate.start_s, skip);
    slots.extend(candidate.slots.iter().map(|(k, v)| (*k, v.clone())));
    let say_instead = match candidate.kind {
        FindingKind::Keep => String::new(),
        _ => row.say.iter().find_map(|s| fill(s, &slots))?,
    };
    Some(Finding {
        id: row.id.clone(),
        kind: candidate.kind,
        title: fill(&row.title, &slots)?,
        because: fill(&row.because, &slots)?,
        say_instead,
        start_s: round3(candidate.start_s),
        end_s: round3(candidate.end_s.max(candidate.start_s)),
        sources: row.sources.clone(),
    })
}
