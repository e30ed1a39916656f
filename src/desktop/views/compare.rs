//! Two takes of one line side by side, to be heard one after the other.

use super::looks::{behavior_title, look};
use crate::call::{Analysis, BehaviorKind, Speaker};
use crate::desktop::msg::Msg;
use crate::desktop::state::{Opened, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{Icon, Tone, card, chip, icon_button, main_button, page, small_note, title};
use eframe::egui::{ProgressBar, RichText, Ui};

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "compare", |ui| {
        let Some(compare) = &state.compare else {
            title(ui, "Comparing the two takes", "");
            match &state.work {
                Some(work) if work.failed.is_some() => {
                    ui.label(work.failed.as_deref().unwrap_or_default());
                }
                Some(work) => {
                    let text = format!("Listening to the new take: {:.0} %", work.part * 100.0);
                    ui.add(ProgressBar::new(work.part as f32).text(text).desired_width(320.0));
                }
                None => {
                    ui.spinner();
                }
            }
            if ui.button("Back to the feedback").clicked() {
                out.push(Msg::Back);
            }
            return;
        };
        title(ui, "The same line, twice", &format!("The customer said: “{}”", compare.line));
        let sides =
            [("Before", &compare.before, compare.before_span), ("Now", &compare.after, compare.after_span)];
        if ui.available_width() > 680.0 {
            ui.columns(2, |columns| {
                for (ui, (name, opened, span)) in columns.iter_mut().zip(sides) {
                    side(ui, state, name, opened, span, out);
                }
            });
        } else {
            for (name, opened, span) in sides {
                side(ui, state, name, opened, span, out);
                ui.add_space(8.0);
            }
        }
        ui.add_space(12.0);
        ui.horizontal_wrapped(|ui| {
            if main_button(ui, "Once more").on_hover_text("R").clicked() {
                out.push(Msg::Again);
            }
            if ui.button("Back to the feedback").on_hover_text("Esc").clicked() {
                out.push(Msg::Back);
            }
        });
        small_note(ui, "Space plays the new take.");
    });
}

fn side(ui: &mut Ui, state: &State, name: &str, opened: &Opened, span: (f64, f64), out: &mut Vec<Msg>) {
    let p = palette(ui);
    let a = &opened.shown;
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(260.0);
        ui.horizontal(|ui| {
            let playing = state.player.playing
                && state.player.path.as_deref() == Some(opened.audio.as_path())
                && (span.0..=span.1).contains(&state.player.at_s);
            let (icon, what) = if playing { (Icon::Pause, "Stop") } else { (Icon::Play, "Hear") };
            if icon_button(ui, icon, &format!("{what} the take “{name}”"), 44.0, p.accent).clicked() {
                out.push(if playing {
                    Msg::PlayPause
                } else {
                    Msg::PlayOther(opened.audio.clone(), span.0, span.1)
                });
            }
            ui.label(RichText::new(name).font(strong(20.0)));
        });
        let turns = a.turns.iter().filter(|t| t.speaker == Speaker::Agent && inside(t.start_s, span));
        let said: Vec<&str> = turns.map(|t| t.text.as_str()).collect();
        let text = if said.is_empty() { "(nothing was said)".to_owned() } else { said.join(" ") };
        ui.label(RichText::new(format!("“{text}”")).size(16.5));
        ui.add_space(4.0);
        for (label, value) in numbers(a, span) {
            ui.horizontal(|ui| {
                ui.label(RichText::new(label).color(p.faint));
                ui.label(RichText::new(value).font(strong(15.0)));
            });
        }
        ui.horizontal_wrapped(|ui| {
            for behavior in a.behaviors.iter().filter(|b| inside(b.start_s, span)) {
                let tone = if behavior.kind == BehaviorKind::Skill { Tone::Good } else { Tone::Warn };
                let mark = if behavior.kind == BehaviorKind::Skill { "●" } else { "▲" };
                chip(ui, &format!("{mark} {}", behavior_title(&behavior.id)), tone);
            }
        });
    });
}

fn inside(at_s: f64, span: (f64, f64)) -> bool {
    (span.0 - 0.01..span.1 + 0.01).contains(&at_s)
}

/// What can be compared about one reply.
fn numbers(a: &Analysis, span: (f64, f64)) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if let (Some(r), Some(l)) =
        (a.responses.iter().find(|r| inside(r.agent_start_s, span)), look("response_latency_s"))
    {
        out.push(("Time to answer", l.shown(Some(r.latency_s))));
    }
    let words: usize = a
        .turns
        .iter()
        .filter(|t| t.speaker == Speaker::Agent && inside(t.start_s, span))
        .map(|t| t.words.len())
        .sum();
    out.push(("Words", words.to_string()));
    if let Some(heat) = a.voice.turns.iter().filter(|t| inside(t.start_s, span)).find_map(|t| t.heat) {
        out.push(("Voice against your own", format!("{heat:+.1}")));
    }
    if a.interruptions.iter().any(|i| inside(i.start_s, span)) {
        out.push(("Interruption", "yes".to_owned()));
    }
    out
}
