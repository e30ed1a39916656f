//! Settings.

use super::megabytes;
use crate::asr::models::DEFAULT_MODEL;
use crate::desktop::msg::Msg;
use crate::desktop::state::{Look, Screen, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{Tone, card, chip, page, small_note, title};
use eframe::egui::{RichText, Slider, Ui};

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
        part(ui, "Words", |ui| models(ui, state, out));
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

fn looks(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    ui.horizontal_wrapped(|ui| {
        ui.label("Theme");
        for (look, name) in [(Look::System, "As the system"), (Look::Light, "Light"), (Look::Dark, "Dark")] {
            if ui.selectable_label(state.settings.look == look, name).clicked() {
                out.push(Msg::Look(look));
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.label("Text size");
        for (scale, name) in [(1.0, "100 %"), (1.25, "125 %"), (1.5, "150 %"), (2.0, "200 %")] {
            let here = (state.settings.text_scale - scale).abs() < 0.01;
            if ui.selectable_label(here, name).clicked() {
                out.push(Msg::TextScale(scale));
            }
        }
    });
}

fn call(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let mut patience = state.settings.patience;
    let slider = ui.add(
        Slider::new(&mut patience, 0.5..=3.0).step_by(0.1).fixed_decimals(1).text("Patience of the customer"),
    );
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
    if ui.checkbox(&mut ring, "Show a ring with pace and loudness while I speak").changed() {
        out.push(Msg::Ring(ring));
    }
    small_note(ui, "Off unless you ask for it: some people speak better without watching themselves.");
}

fn models(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    if state.models.is_empty() {
        ui.label("No list of recognizers yet.");
    }
    for model in &state.models {
        ui.horizontal_wrapped(|ui| {
            let wanted = &state.settings.model;
            let chosen = if wanted.is_empty() { model.name == DEFAULT_MODEL } else { *wanted == model.name };
            let name = format!("Use {}", model.name);
            let row = ui.add_enabled(model.installed, eframe::egui::RadioButton::new(chosen, &model.name));
            ui.ctx().accesskit_node_builder(row.id, |node| node.set_label(name));
            if row.clicked() {
                out.push(Msg::Model(model.name.clone()));
            }
            if !model.about.is_empty() {
                ui.label(RichText::new(&model.about).color(palette(ui).faint));
            }
            if model.installed {
                chip(ui, "installed", Tone::Good);
            } else {
                small_note(ui, &format!("evenkeel models get {}", model.name));
            }
        });
    }
    small_note(ui, "Bigger ones make fewer mistakes and take longer. A change counts from the next start.");
}

fn privacy(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    ui.label("No account, no network, no telemetry. Recordings, words and numbers stay on this machine.");
    if state.policy.is_empty() {
        let mut voice = state.settings.voice;
        if ui.checkbox(&mut voice, "Measure my voice (pitch, loudness, effort, pace)").changed() {
            out.push(Msg::Voice(voice));
        }
        small_note(ui, "Shifts against your own neutral voice, never a label on what you feel.");
    } else {
        ui.label(RichText::new(format!("Policy in force: {}", state.policy)).color(palette(ui).warn));
    }
    ui.horizontal_wrapped(|ui| {
        ui.label("Keep takes for");
        for (days, name) in [(0, "as long as I like"), (30, "30 days"), (90, "90 days"), (365, "a year")] {
            if ui.selectable_label(state.settings.retention_days == days, name).clicked() {
                out.push(Msg::Retention(days));
            }
        }
    });
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
