//! The agent's voice of a recording against its baseline, and where the heat of each customer line comes from.

use super::{Engine, Options};
use crate::audio::ChannelStore;
use crate::call::{Analysis, FactLine, Metric, Span, Speaker, Timeline, Turn, Voice, Warning};
use crate::measure::Bands;
use crate::measure::voice::{
    CustomerLine, ExtractOptions, VoiceFeatures, VoiceInput, VoicePolicy, analyze, baseline_warnings,
    two_pitches,
};
use crate::signal::speech::DetectedSpeech;
use crate::signal::{SampleSource, SourceError};

/// Share of a written line's words that a turn must hold to be taken for it.
const SAME_LINE: f64 = 0.6;

/// Measures the voice and puts it, and the articulation rate, into the analysis; returns what is to be known of the baseline.
pub fn measure(
    analysis: &mut Analysis,
    speech: &DetectedSpeech,
    agent: Option<&ChannelStore>,
    customer: Option<&ChannelStore>,
    options: &Options,
    engine: &Engine,
) -> Result<Vec<Warning>, SourceError> {
    let extract = ExtractOptions { file_rate_hz: Some(analysis.source.sample_rate_hz) };
    let lines = customer_lines(analysis, options);
    // Of a scenario none of whose lines was recognized, nothing is known either.
    let told = lines.iter().any(|l| l.heat.is_some());
    let listen_to_customer = options.voice == VoicePolicy::On && !told;
    let alone = customer.is_none();
    let (agent_voice, customer_voice) = rayon::join(
        || {
            agent.map_or_else(
                || Ok(VoiceFeatures::default()),
                |store| VoiceFeatures::extract(store, &heard(store, &speech.agent, alone), extract),
            )
        },
        || {
            let store = customer.filter(|_| listen_to_customer);
            store.map(|store| VoiceFeatures::extract(store, &speech.customer, extract)).transpose()
        },
    );
    let (agent_voice, customer_voice) = (agent_voice?, customer_voice?);
    if let Some(rate) = agent_voice
        .extent()
        .and_then(|e| crate::measure::voice::Summary::of(&agent_voice, e))
        .and_then(|s| s.articulation_rate_sps())
    {
        analysis.delivery.articulation_rate_sps =
            engine.rubric.bands.attach("articulation_rate_sps", Metric::ok(rate));
    }
    let turns = spans_of(analysis, Speaker::Agent);
    analysis.voice = analyze(&VoiceInput {
        agent: &agent_voice,
        speech: alone.then_some(&speech.agent),
        turns: &turns,
        baseline: options.baseline.as_deref(),
        customer: &lines,
        customer_voice: customer_voice.as_ref(),
        responses: &analysis.responses,
        policy: &options.voice,
    });
    judge(&mut analysis.voice, &engine.rubric.bands);
    let baseline = options.baseline.as_deref().filter(|_| options.voice == VoicePolicy::On);
    let mut notes = baseline.map_or_else(Vec::new, |baseline| baseline_warnings(&agent_voice, baseline));
    if alone && two_pitches(&agent_voice).is_some_and(|two| two.are_people()) {
        notes.push(Warning::new(
            "two_voices",
            "two voices may be taking turns on this one channel: if they are two people, what both said was counted as the agent's, and words, pace, voice and findings are not to be trusted. Record customer and agent on channels of their own, or cut out the agent's part",
        ));
    }
    Ok(notes)
}

/// A band of the rubric wins over the one from the person's own spread: whoever wrote it meant it.
fn judge(voice: &mut Voice, bands: &Bands) {
    for (id, metric) in [
        ("heat", &mut voice.heat),
        ("steadiness", &mut voice.steadiness),
        ("pitch_st", &mut voice.pitch_st),
        ("loudness_lu", &mut voice.loudness_lu),
        ("vocal_effort_db", &mut voice.vocal_effort_db),
        ("rate_shift", &mut voice.rate_shift),
        ("pitch_slope_shift", &mut voice.pitch_slope_shift),
    ] {
        if metric.value.is_some() {
            *metric = bands.attach(id, std::mem::take(metric));
        }
    }
}

/// Where the voice is looked for: a clip of one voice counts whole, since a short one may hold little for the detector.
pub(super) fn heard(store: &ChannelStore, speech: &Timeline, alone: bool) -> Timeline {
    if alone { Span::new(0, store.len()).into_iter().collect() } else { speech.clone() }
}

fn spans_of(analysis: &Analysis, speaker: Speaker) -> Vec<Span> {
    let of = analysis.turns.iter().filter(|t| t.speaker == speaker);
    of.filter_map(|t| Span::from_seconds(t.start_s, t.end_s)).collect()
}

/// The customer's lines with their heat: as played in a rehearsal, or recognized as lines of the scenario.
fn customer_lines(analysis: &Analysis, options: &Options) -> Vec<CustomerLine> {
    if !options.lines.is_empty() {
        return options
            .lines
            .iter()
            .map(|(span, heat)| CustomerLine { span: *span, heat: Some(*heat) })
            .collect();
    }
    let turns = analysis.turns.iter().filter(|t| t.speaker == Speaker::Customer);
    turns
        .filter_map(|t| {
            let span = Span::from_seconds(t.start_s, t.end_s)?;
            Some(CustomerLine { span, heat: written_heat(t, &options.facts.lines) })
        })
        .collect()
}

/// The heat of the written line that this turn is, by the share of its words.
fn written_heat(turn: &Turn, lines: &[FactLine]) -> Option<u8> {
    let said: Vec<String> = words(&turn.text);
    let share = |line: &FactLine| {
        let written = words(&line.text);
        let found = written.iter().filter(|w| said.contains(w)).count();
        found as f64 / written.len().max(1) as f64
    };
    let best = lines.iter().map(|l| (share(l), l.heat)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= SAME_LINE).then_some(best.1)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(crate::measure::plain_word).filter(|w| w.len() > 3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_of_the_rubric_wins_over_the_persons_own_and_else_that_one_stays() {
        let mut voice = Voice {
            heat: Metric::ok(1.0).with_band(-2.0, 2.0),
            pitch_st: Metric::ok(1.0).with_band(-2.8, 2.8),
            ..Voice::default()
        };
        judge(
            &mut voice,
            &Bands([("heat".to_owned(), [-0.1, 0.1]), ("steadiness".to_owned(), [70.0, 100.0])].into()),
        );
        assert_eq!(voice.heat.band, Some([-0.1, 0.1]));
        assert_eq!(voice.pitch_st.band, Some([-2.8, 2.8]));
        assert_eq!(voice.steadiness.band, None, "what was not measured has no band");
    }

    #[test]
    fn a_turn_is_taken_for_the_written_line_whose_words_it_holds() {
        let line = |text: &str, heat| FactLine { id: String::new(), text: text.into(), heat };
        let lines =
            [line("You charged me twice for the same month!", 3), line("I want your manager right now", 5)];
        let turn = |text: &str| Turn {
            speaker: Speaker::Customer,
            start_s: 0.0,
            end_s: 1.0,
            text: text.into(),
            words: Vec::new(),
        };
        assert_eq!(written_heat(&turn("you charged me twice for the same month"), &lines), Some(3));
        assert_eq!(written_heat(&turn("i want your manager, right now"), &lines), Some(5));
        assert_eq!(written_heat(&turn("good morning"), &lines), None);
    }
}
