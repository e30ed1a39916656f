//! Recognizers in the settings: which is used, fetching one, checking, removing.

use super::{megabytes, sentence};
use crate::asr::models::DEFAULT_MODEL;
use crate::desktop::msg::{ModelDo, Msg};
use crate::desktop::state::{Fetching, ModelRow, State};
use crate::desktop::theme::palette;
use crate::desktop::widgets::{Tone, chip, progress as bar, small_note};
use eframe::egui::{Align, Button, Layout, RadioButton, RichText, Ui};

/// Worth having beside the default: better ones of each size that fit an ordinary computer.
const SUGGESTED: [&str; 4] = ["tiny.en-q5_1", "small.en-q5_1", "small-q5_1", "large-v3-turbo-q5_0"];

/// Room for "Check" and "Remove" beside each other.
const BUTTONS: f32 = 190.0;

/// Draws them.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let models = &state.models;
    ui.label("Turns speech into words, on this machine. Larger ones make fewer mistakes and take longer.");
    if models.rows.is_empty() {
        ui.spinner();
    }
    let is_fetched = |m: &ModelRow| models.fetching.as_ref().is_some_and(|f| f.name == m.name);
    let about_it = |m: &ModelRow| models.said.as_ref().is_some_and(|s| s.0 == m.name);
    let shown = |m: &&ModelRow| {
        models.all || m.installed || SUGGESTED.contains(&m.name.as_str()) || is_fetched(m) || about_it(m)
    };
    for model in models.rows.iter().filter(shown) {
        one(ui, state, model, out);
    }
    let name =
        if models.all { "Show the usual ones".to_owned() } else { format!("Show all {}", models.rows.len()) };
    if !models.rows.is_empty() && ui.button(RichText::new(name).small()).clicked() {
        out.push(Msg::AllModels(!models.all));
    }
    small_note(ui, "Another choice counts at once; a call that is going on is finished with the one before.");
    if !models.home.is_empty() {
        small_note(
            ui,
            &format!(
                "Fetching a recognizer is the only thing that Evenkeel uses the network for, and only when you press Get. It \
                 comes from {}; nothing of yours is sent.",
                models.home
            ),
        );
    }
}

fn one(ui: &mut Ui, state: &State, model: &ModelRow, out: &mut Vec<Msg>) {
    let p = palette(ui);
    let fetching = state.models.fetching.as_ref();
    ui.horizontal_wrapped(|ui| {
        let wanted = &state.settings.model;
        let chosen = if wanted.is_empty() { model.name == DEFAULT_MODEL } else { *wanted == model.name };
        let row = ui.add_enabled(model.installed, RadioButton::new(chosen, &model.name));
        let name = format!("Use {}", model.name);
        ui.ctx().accesskit_node_builder(row.id, |node| node.set_label(name));
        if row.clicked() {
            out.push(Msg::Model(model.name.clone()));
        }
        let size = model.bytes.map_or_else(|| "size not known".to_owned(), megabytes);
        ui.label(RichText::new(size).small().color(p.faint));
        ui.label(RichText::new(about(&model.name)).small().color(p.faint));
        if model.installed {
            chip(ui, "installed", Tone::Good);
        }
        // Where the buttons have no room beside, they stand below: from the right edge they would cover the rest.
        let room = ui.available_size_before_wrap().x;
        if room < BUTTONS {
            ui.end_row();
        }
        let layout = if room < BUTTONS {
            Layout::left_to_right(Align::Center)
        } else {
            Layout::right_to_left(Align::Center)
        };
        ui.with_layout(layout, |ui| {
            if fetching.is_some_and(|f| f.name == model.name) {
                return;
            }
            if model.own {
                button(ui, "Remove", &model.name, true, ModelDo::Remove, out);
            }
            if model.installed {
                button(ui, "Check", &model.name, true, ModelDo::Verify, out);
            } else {
                button(ui, "Get", &model.name, fetching.is_none(), ModelDo::Get, out);
            }
        });
    });
    if let Some(fetching) = fetching.filter(|f| f.name == model.name) {
        progress(ui, model, fetching, out);
    }
    if let Some((_, text, is_trouble)) = state.models.said.as_ref().filter(|s| s.0 == model.name) {
        let color = if *is_trouble { p.warn } else { p.good };
        ui.label(RichText::new(sentence(text)).small().color(color));
    }
}

fn button(
    ui: &mut Ui,
    name: &str,
    model: &str,
    can: bool,
    what: impl Fn(String) -> ModelDo,
    out: &mut Vec<Msg>,
) {
    let button = ui.add_enabled(can, Button::new(RichText::new(name).small()));
    let label = format!("{name} {model}");
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(label));
    if button.clicked() {
        out.push(Msg::Models(what(model.to_owned())));
    }
}

fn progress(ui: &mut Ui, model: &ModelRow, fetching: &Fetching, out: &mut Vec<Msg>) {
    ui.horizontal_wrapped(|ui| {
        let whole = fetching.whole.or(model.bytes).filter(|w| *w > 0);
        let text = match whole {
            _ if fetching.done == 0 => "Connecting…".to_owned(),
            Some(whole) if fetching.done >= whole => "Checking every byte…".to_owned(),
            Some(whole) => format!("{} of {}", megabytes(fetching.done), megabytes(whole)),
            None => megabytes(fetching.done),
        };
        let part = whole.map_or(0.0, |w| fetching.done as f64 / w as f64);
        bar(ui, &format!("Fetching {}", model.name), part, &text);
        let name = if fetching.stopping { "Stopping…" } else { "Stop" };
        let stop = ui.add_enabled(!fetching.stopping, Button::new(RichText::new(name).small()));
        if stop.on_hover_text("What was fetched is kept").clicked() {
            out.push(Msg::Models(ModelDo::Stop));
        }
    });
}

/// What it is good for, from how these recognizers are named.
fn about(name: &str) -> String {
    let size = match name {
        n if n.starts_with("tiny") => "quickest, most mistakes",
        n if n.starts_with("base") => "quick, few mistakes in clear speech",
        n if n.starts_with("small") => "fewer mistakes, 3 times the work",
        n if n.starts_with("medium") => "few mistakes, 10 times the work",
        n if n.starts_with("large-v3-turbo") => "fewest mistakes, 10 times the work",
        _ => "fewest mistakes, 20 times the work",
    };
    let english = if name.contains(".en") { ", English only" } else { "" };
    let packed = if name.contains("-q5") || name.contains("-q8") { ", compressed to a third" } else { "" };
    let usual = if name == DEFAULT_MODEL { ", comes with Evenkeel" } else { "" };
    format!("{size}{english}{packed}{usual}")
}
