//! Settings.

use super::{megabytes, models};
use crate::desktop::msg::Msg;
use crate::desktop::state::{Look, Screen, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{card, choice, page, small_note, tick, title};
use eframe::egui::{Align, Layout, RichText, Slider, Ui, vec2};

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "settings", |ui| {
        title(ui, "Settings", "Kept on this machine, like everything else.");
        part(ui, "Looks", |ui| looks(ui, state, out));
        part(ui, "The call", |ui| call(ui, state, out));
        part(ui, "Sound", |ui| {
            ui.label("Microphone and headphones are chosen where they can be tried.");
            if ui.button("To the sound check").clicked() {
                out.push(Msg::Go(Screen::Sound));
            }
        });
        part(ui, "Recognizer", |ui| models::show(ui, state, out));
        part(ui, "Privacy", |ui| privacy(ui, state, out));
    });
}

fn part(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(name).font(strong(17.0)));
        contents(ui);
    });
    ui.add_space(8.0);
}

/// Where there is less room the name stands above its choices.
const BESIDE: f32 = 520.0;

/// A row of things to choose from, after a name of fixed width.
fn row<T: Copy>(ui: &mut Ui, name: &str, all: &[(T, &str)], here: impl Fn(T) -> bool) -> Option<T> {
    let mut chosen = None;
    let beside = ui.available_width() >= BESIDE;
    if !beside {
        ui.label(name);
    }
    ui.horizontal_wrapped(|ui| {
        if beside {
            ui.allocate_ui_with_layout(vec2(120.0, 34.0), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(120.0);
                ui.label(name);
            });
        }
        for (value, text) in all {
            if choice(ui, here(*value), text).clicked() {
                chosen = Some(*value);
            }
        }
    });
    chosen
}

fn looks(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let s = &state.settings;
    let themes = [(Look::System, "As the system"), (Look::Light, "Light"), (Look::Dark, "Dark")];
    out.extend(row(ui, "Theme", &themes, |l| l == s.look).map(Msg::Look));
    let sizes = [(1.0, "100 %"), (1.25, "125 %"), (1.5, "150 %"), (2.0, "200 %")];
    out.extend(row(ui, "Text size", &sizes, |x: f32| (s.text_scale - x).abs() < 0.01).map(Msg::TextScale));
}

/// How long takes are kept.
pub(super) fn retention(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let all = [(0, "as long as I like"), (30, "30 days"), (90, "90 days"), (365, "a year")];
    out.extend(row(ui, "Keep takes for", &all, |d| d == state.settings.retention_days).map(Msg::Retention));
    small_note(ui, "Older takes are deleted with their recordings when Evenkeel starts.");
}

fn call(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let mut patience = state.settings.patience;
    ui.label("Patience of the customer");
    let slider = ui.add(Slider::new(&mut patience, 0.5..=3.0).step_by(0.1).fixed_decimals(1));
    ui.ctx().accesskit_node_builder(slider.id, |node| node.set_label("Patience of the customer"));
    if slider.changed() {
        out.push(Msg::Patience(patience));
    }
    small_note(
        ui,
        &format!(
            "The customer goes on {:.1} s after a finished sentence of yours, and {:.1} s after anything else. Space always ends \
             your turn at once.",
            0.7 * patience,
            1.2 * patience
        ),
    );
    let mut ring = state.settings.ring;
    if tick(ui, &mut ring, "Show a ring with pace and loudness while I speak").changed() {
        out.push(Msg::Ring(ring));
    }
    small_note(ui, "Off unless you ask for it: some people speak better without watching themselves.");
}

fn privacy(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    ui.label("No account, no telemetry. Recordings, words and numbers stay on this machine.");
    if state.policy.is_empty() {
        let mut voice = state.settings.voice;
        if tick(ui, &mut voice, "Measure my voice (pitch, loudness, effort, pace)").changed() {
            out.push(Msg::Voice(voice));
        }
        small_note(ui, "Shifts against your own neutral voice, never a label on what you feel.");
    } else {
        ui.label(RichText::new(format!("Policy in force: {}", state.policy)).color(palette(ui).warn));
    }
    retention(ui, state, out);
    if let Some(shelf) = &state.shelf {
        let s = &shelf.storage;
        small_note(
            ui,
            &format!(
                "{} takes, {} of recordings, {} of notes and numbers, in {}",
                s.takes,
                megabytes(s.audio_bytes),
                megabytes(s.database_bytes),
                shelf.dir.display()
            ),
        );
    }
    if ui.button("Delete everything…").clicked() {
        out.push(Msg::DeleteAll);
    }
}
