//! What the timing of the call gives to say. Every number is beside the one it is judged against.

use super::mirror::tail;
use super::scene::{Candidate, Scene, brief, times};
use crate::call::{Confidence, FindingKind, Metric, ResponseKind, Span, Speaker, Timeline};
use crate::measure::{Talk, TurnTaking, turn_taking};
use FindingKind::{Change, Keep, Try};

/// Candidates from turn taking and pace.
pub(super) fn candidates<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let taking = retaken(scene);
    let mut out = Vec::new();
    out.extend(interruption(scene));
    out.extend(pause_interruption(scene));
    out.extend(silences(scene));
    out.extend(latency(scene));
    out.extend(yielding(scene, &taking));
    out.extend(lengths(scene));
    out.extend(pace(scene));
    out.extend(listening(scene));
    out
}

/// Turn taking again from the spans of the analysis, for what the format has no rows for.
fn retaken(scene: &Scene) -> TurnTaking {
    let of = |who: Speaker| -> Timeline {
        let spans = scene.analysis.spans.iter().filter(|s| s.speaker == who);
        spans.filter_map(|s| Span::from_seconds(s.start_s, s.end_s)).collect()
    };
    let (agent, customer) = (of(Speaker::Agent), of(Speaker::Customer));
    if customer.is_empty() {
        return TurnTaking::default();
    }
    let held: Vec<Span> = scene.analysis.holds.iter().filter_map(|h| h.span()).collect();
    turn_taking(&Talk { held: &held, ..Talk::of(&agent, Some(&customer)) }, &scene.rubric.limits)
}

/// A trusted number outside of its band: `Some(true)` above, `Some(false)` below.
fn leaves_band(metric: &Metric) -> Option<bool> {
    let ([lo, hi], value) = (metric.band?, metric.value?);
    (metric.confidence == Confidence::Ok && !(lo..=hi).contains(&value)).then_some(value > hi)
}

fn interruption<'a>(scene: &Scene<'a>) -> Option<Candidate<'a>> {
    let rows = &scene.analysis.interruptions;
    let long = scene.rubric.limits.long_overlap_s;
    let worst = rows.iter().max_by(|a, b| a.overlap_s.total_cmp(&b.overlap_s))?;
    let factor: f64 = rows.iter().map(|i| if i.overlap_s > long { 2.0 } else { 1.0 }).sum();
    let response =
        scene.analysis.responses.iter().find(|r| r.agent_start_s.to_bits() == worst.start_s.to_bits());
    let mut slots = vec![
        ("before", brief(response.map_or(worst.overlap_s, |r| -r.latency_s))),
        ("overlap", brief(worst.overlap_s)),
        ("times", times(rows.len())),
    ];
    slots.extend(cut_off_words(scene, worst.start_s).map(|w| ("cut_off", w)));
    let moment = ((worst.start_s - 2.0).max(0.0), worst.start_s + worst.overlap_s + 1.0);
    let mut found = scene.candidate(Change, "interruption", factor, moment, slots)?;
    found.slots.insert("clock", super::scene::clock(worst.start_s));
    Some(found)
}

/// The last words that the customer got out before the agent came in.
fn cut_off_words(scene: &Scene, at_s: f64) -> Option<String> {
    let words: Vec<&str> = scene
        .customer_before(at_s)?
        .words
        .iter()
        .filter(|w| w.start_s < at_s)
        .map(|w| w.text.as_str())
        .collect();
    tail(&words, 9, scene.advice)
}

fn pause_interruption<'a>(scene: &Scene<'a>) -> Option<Candidate<'a>> {
    let mut rows = scene.analysis.responses.iter().filter(|r| r.kind == ResponseKind::PauseInterruption);
    let first = *rows.next()?;
    let moment = ((first.agent_start_s - 2.0).max(0.0), first.customer_end_s);
    let slots = [("before", brief(-first.latency_s)), ("clock", super::scene::clock(first.agent_start_s))];
    scene.candidate(Change, "pause_interruption", 1.0 + rows.count() as f64, moment, slots)
}

fn silences<'a>(scene: &Scene<'a>) -> Option<Candidate<'a>> {
    let limits = &scene.rubric.limits;
    let length = |d: &crate::call::DeadAir| d.end_s - d.start_s;
    let longest = |rows: Vec<&crate::call::DeadAir>| {
        rows.into_iter().max_by(|a, b| length(a).total_cmp(&length(b))).copied()
    };
    let rows = &scene.analysis.dead_air;
    let unannounced: Vec<_> = rows.iter().filter(|d| !d.announced).collect();
    let count = unannounced.len() as f64;
    let total: f64 = unannounced.iter().map(|d| length(d)).sum();
    if let Some(worst) = longest(unannounced) {
        let major = if length(&worst) >= limits.dead_air_major_s { 0.5 } else { 0.0 };
        let mut slots = vec![("seconds", brief(length(&worst))), ("limit", brief(limits.dead_air_s))];
        if count > 1.0 {
            slots.extend([("silences", brief(count)), ("total", brief(total))]);
        }
        return scene.candidate(
            Change,
            "dead_air",
            1.0 + major + 0.25 * (count - 1.0),
            (worst.start_s, worst.end_s),
            slots,
        );
    }
    let worst = longest(rows.iter().filter(|d| length(d) > limits.hold_max_s).collect())?;
    let slots = [("seconds", brief(length(&worst))), ("limit", brief(limits.hold_max_s))];
    scene.candidate(Change, "long_hold", 1.0, (worst.start_s, worst.end_s), slots)
}

fn latency<'a>(scene: &Scene<'a>) -> Option<Candidate<'a>> {
    let analysis = scene.analysis;
    let metric = &analysis.delivery.response_latency_s;
    let median = metric.value?;
    let [good_lo, good_hi] = scene.rubric.good.of("response_latency_s")?;
    let slots = |latency: f64| {
        [("latency", brief(latency)), ("good_lo", brief(good_lo)), ("good_hi", brief(good_hi))]
    };
    let replies: Vec<_> = analysis.responses.iter().filter(|r| r.kind == ResponseKind::Reply).collect();
    let around = |r: &crate::call::Response| ((r.customer_end_s - 1.0).max(0.0), r.agent_start_s + 2.0);
    if leaves_band(metric) == Some(false) {
        // Interruptions have a finding of their own; this one is about answers that came too fast.
        let fastest = replies.iter().min_by(|a, b| a.latency_s.total_cmp(&b.latency_s))?;
        let [lo, _] = metric.band?;
        return (fastest.latency_s < lo)
            .then(|| scene.candidate(Change, "response_latency_s", 1.0, around(fastest), slots(median)))?;
    }
    let slowest = replies.iter().max_by(|a, b| a.latency_s.total_cmp(&b.latency_s))?;
    let [lo, hi] = metric.band?;
    let inside = (lo..=hi).contains(&slowest.latency_s);
    if !inside && slowest.latency_s > hi && analysis.dead_air.is_empty() {
        return scene.candidate(Change, "slow_reply", 1.0, around(slowest), slots(slowest.latency_s));
    }
    let steady =
        analysis.responses.len() >= 2 && analysis.responses.iter().all(|r| (lo..=hi).contains(&r.latency_s));
    let middle = replies
        .iter()
        .min_by(|a, b| (a.latency_s - median).abs().total_cmp(&(b.latency_s - median).abs()))?;
    (steady && (good_lo..=good_hi).contains(&median))
        .then(|| scene.candidate(Keep, "pause_before_reply", 1.0, around(middle), slots(median)))?
}

fn yielding<'a>(scene: &Scene<'a>, taking: &TurnTaking) -> Option<Candidate<'a>> {
    let limit = brief(scene.rubric.limits.yield_s);
    let moment =
        |b: &crate::measure::BargeIn| ((b.start_s - 2.0).max(0.0), b.start_s + b.agent_spoke_on_s + 2.0);
    let slots = |b: &crate::measure::BargeIn| {
        [
            ("clock", super::scene::clock(b.start_s)),
            ("spoke_on", brief(b.agent_spoke_on_s)),
            ("limit", limit.clone()),
        ]
    };
    let stubborn = taking.barge_ins.iter().filter(|b| !b.yielded);
    if let Some(worst) = stubborn.max_by(|a, b| a.agent_spoke_on_s.total_cmp(&b.agent_spoke_on_s)) {
        return scene.candidate(Change, "not_yielding", 1.0, moment(worst), slots(worst));
    }
    let first = taking.barge_ins.first()?;
    scene.candidate(Keep, "yielded", 1.0, moment(first), slots(first))
}

fn lengths<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let delivery = &scene.analysis.delivery;
    let longest = scene
        .agent_turns()
        .map(|(_, t)| t)
        .max_by(|a, b| (a.end_s - a.start_s).total_cmp(&(b.end_s - b.start_s)));
    let Some(longest) = longest else { return Vec::new() };
    let moment = (longest.start_s, longest.end_s);
    let over = |metric: &Metric, row: &'static str, name: &'static str, scale: f64| {
        let ([_, hi], value) = (metric.band?, metric.value?);
        let slots = [(name, brief((value * scale).round())), ("limit", brief(hi * scale))];
        (leaves_band(metric) == Some(true)).then(|| scene.candidate(Change, row, 1.0, moment, slots))?
    };
    over(&delivery.talk_share, "talk_share", "share", 100.0)
        .into_iter()
        .chain(over(&delivery.longest_monologue_s, "longest_monologue_s", "seconds", 1.0))
        .collect()
}

fn pace<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let delivery = &scene.analysis.delivery;
    let mut out = Vec::new();
    let Some((_, longest)) = scene.agent_turns().max_by_key(|(_, t)| t.words.len()) else { return out };
    let moment = (longest.start_s, longest.end_s);
    if let (Some(fast), Some(rate), Some([lo, hi])) = (
        leaves_band(&delivery.speech_rate_wpm),
        delivery.speech_rate_wpm.value,
        scene.rubric.good.of("speech_rate_wpm"),
    ) {
        let [band_lo, band_hi] = delivery.speech_rate_wpm.band.unwrap_or([lo, hi]);
        let slots = [
            ("rate", brief(rate.round())),
            ("band_lo", brief(band_lo)),
            ("band_hi", brief(band_hi)),
            ("good_lo", brief(lo)),
            ("good_hi", brief(hi)),
        ];
        let row = if fast { "speech_rate_fast" } else { "speech_rate_slow" };
        out.extend(scene.candidate(Change, row, 1.0, moment, slots));
    }
    let filled = &delivery.filled_per_100_words;
    if let (Some(true), Some(rate), Some([_, hi])) = (leaves_band(filled), filled.value, filled.band) {
        let moment = scene.heard("filler").next().map_or(moment, |b| (b.start_s, b.end_s));
        out.extend(scene.candidate(
            Change,
            "filler",
            1.0,
            moment,
            [("rate", brief(rate)), ("limit", brief(hi))],
        ));
    }
    out
}

/// Restraint and signs of listening.
fn listening<'a>(scene: &Scene<'a>) -> Vec<Candidate<'a>> {
    let analysis = scene.analysis;
    let mut out = Vec::new();
    let theirs = || analysis.turns.iter().filter(|t| t.speaker == Speaker::Customer);
    let Some(longest) = theirs().max_by(|a, b| (a.end_s - a.start_s).total_cmp(&(b.end_s - b.start_s)))
    else {
        return out;
    };
    let cut_off = |k: ResponseKind| matches!(k, ResponseKind::Interruption | ResponseKind::PauseInterruption);
    let replies = analysis.responses.len();
    if replies >= 2 && !analysis.responses.iter().any(|r| cut_off(r.kind)) {
        let slots = [("responses", replies.to_string())];
        out.extend(scene.candidate(Keep, "let_them_finish", 1.0, (longest.start_s, longest.end_s), slots));
    }
    let nods = &analysis.backchannels;
    if let (true, Some(first)) = (nods.len() >= 2, nods.iter().find(|b| !b.text.is_empty())) {
        let slots = [("count", nods.len().to_string()), ("quote", first.text.clone())];
        let moment = ((first.start_s - 2.0).max(0.0), first.end_s + 1.0);
        out.extend(scene.candidate(Keep, "verbal_nods", 1.0, moment, slots));
    }
    let (from, to) = theirs()
        .flat_map(|t| spoken(scene, t))
        .fold((0.0, 0.0), |best, piece| if piece.1 - piece.0 > best.1 - best.0 { piece } else { best });
    let heard = nods.iter().any(|b| b.start_s < to && b.end_s > from);
    // Who never said a word has another thing to try.
    let spoke = scene.agent_turns().next().is_some();
    if spoke && to - from >= scene.rubric.coach.few_backchannels_after_s && !heard {
        let slots = [("seconds", brief((to - from).round()))];
        out.extend(scene.candidate(Try, "verbal_nods", 1.0, (from, to), slots));
    }
    out
}

/// A turn without the silences inside it that have a finding of their own: nobody can nod to those.
fn spoken(scene: &Scene, turn: &crate::call::Turn) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let mut from = turn.start_s;
    for silence in &scene.analysis.dead_air {
        if silence.start_s < turn.end_s && silence.end_s > from {
            out.push((from, silence.start_s.max(from)));
            from = silence.end_s;
        }
    }
    out.push((from, turn.end_s.max(from)));
    out
}
