//! The numbers, as cards with their bands.

use super::looks::{look, metric};
use crate::call::Analysis;
use crate::desktop::state::State;
use crate::desktop::theme::palette;
use crate::desktop::widgets::{metric_card, section, small_note};
use crate::report::{HOSTILE_LINES, HOSTILE_NUMBERS, hostile_lines, voice_in_words};
use eframe::egui::{RichText, Ui};

const TIMING: [&str; 8] = [
    "response_latency_s",
    "interruption_rate",
    "talk_share",
    "longest_monologue_s",
    "speech_rate_wpm",
    "articulation_rate_sps",
    "pauses_per_min",
    "filled_per_100_words",
];
const VOICE: [&str; 6] =
    ["steadiness", "pitch_st", "pitch_slope_shift", "loudness_lu", "vocal_effort_db", "rate_shift"];

/// Draws them.
pub fn show(ui: &mut Ui, state: &State, analysis: &Analysis) {
    section(ui, "Timing and words");
    cards(ui, analysis, &TIMING);
    section(ui, "Voice against your own");
    if !state.policy.is_empty() {
        small_note(ui, &state.policy);
    } else if !state.settings.voice {
        small_note(ui, "Voice metrics are off in your settings.");
    } else {
        cards(ui, analysis, &VOICE);
        let base = match analysis.voice.baseline {
            crate::call::BaselineKind::Given => "recordings you named",
            crate::call::BaselineKind::SoundCheck => "your free talk in the sound check",
            crate::call::BaselineKind::OwnTurns => {
                "your own calm turns of this call; forty seconds of free talk in the sound check would say more"
            }
            crate::call::BaselineKind::None => "nothing: there was too little calm voice to compare with",
        };
        small_note(ui, &format!("Compared with {base}."));
        if let Some(words) = voice_in_words(analysis) {
            ui.label(words);
        }
        hostile(ui, analysis);
    }
    ui.add_space(4.0);
    small_note(
        ui,
        "Point at a card for its definition and source. A shaded bar is the band in which nothing needs to be said.",
    );
}

/// What each hostile line did, in words and in numbers.
fn hostile(ui: &mut Ui, analysis: &Analysis) {
    let rows = hostile_lines(analysis);
    if rows.is_empty() {
        return;
    }
    section(ui, HOSTILE_LINES);
    small_note(ui, HOSTILE_NUMBERS);
    for row in rows {
        let text = RichText::new(&row.words);
        ui.label(if row.trusted { text } else { text.color(palette(ui).absent) });
        if !row.numbers.is_empty() {
            small_note(ui, &row.numbers);
        }
    }
}

fn cards(ui: &mut Ui, analysis: &Analysis, ids: &[&str]) {
    let across = ((ui.available_width() / 235.0) as usize).clamp(1, 4);
    for row in ids.chunks(across) {
        ui.columns(across, |columns| {
            for (ui, id) in columns.iter_mut().zip(row) {
                if let (Some(look), Some(metric)) = (look(id), metric(analysis, id)) {
                    metric_card(ui, look, metric);
                }
            }
        });
    }
}
