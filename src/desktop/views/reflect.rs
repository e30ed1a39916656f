//! Reflect first: how did it go, before any number.

use super::text_edit;
use crate::desktop::msg::{Field, Msg};
use crate::desktop::state::State;
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{card, main_button, pacer, page, progress as bar, small_note, title};
use crate::rehearse::cards;
use eframe::egui::{self, Key, RichText, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

const WORDS: [&str; 5] = ["very hard", "hard", "all right", "well", "very well"];

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "reflect", |ui| {
        title(ui, "Before you see the numbers", "A minute of your own judgment teaches more than any score.");
        if let Some((breaths, since)) = state.cool_down {
            cool_down(ui, state, breaths, since, out);
        }
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new("How did it go?").font(strong(17.0)));
            small_note(ui, "Click, or press a key from 1 to 5.");
            rating(ui, state.reflect.rating, out);
            for (i, prompt) in cards::cards().reflect.iter().enumerate().take(2) {
                ui.add_space(8.0);
                ui.label(RichText::new(&prompt.text).font(strong(15.0)));
                let text = &state.reflect.answers[i];
                if let Some(text) =
                    text_edit(ui, &prompt.text, "A sentence is enough; you may leave it empty", text, 2)
                {
                    out.push(Msg::Typed(Field::Reflection(i), text));
                }
            }
        });
        keys(ui, state, out);
        ui.add_space(10.0);
        ui.horizontal_wrapped(|ui| {
            ui.add_enabled_ui(state.reflect.rating.is_some(), |ui| {
                let show = main_button(ui, "Show the feedback").on_hover_text("Return or Space");
                if show.on_disabled_hover_text("First choose how it went: 1 to 5").clicked() {
                    out.push(Msg::Reflected);
                }
            });
            if ui.button("Skip").clicked() {
                out.push(Msg::SkipReflection);
            }
            progress(ui, state);
            if state.reflect.rating.is_none() {
                small_note(ui, "First say how it went, 1 to 5; the feedback waits for that.");
            }
        });
    });
}

/// 1 to 5 and Return, unless somebody is typing.
fn keys(ui: &Ui, state: &State, out: &mut Vec<Msg>) {
    if state.ask.is_some() || ui.ctx().text_edit_focused() {
        return;
    }
    let all = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    let pressed = ui.input(|i| all.into_iter().position(|k| i.key_pressed(k)));
    out.extend(pressed.map(|k| Msg::Rate(k as u8 + 1)));
    // Whatever has the focus takes Return for itself.
    let free = ui.memory(egui::Memory::focused).is_none();
    if free && state.reflect.rating.is_some() && ui.input(|i| i.key_pressed(Key::Enter)) {
        out.push(Msg::Reflected);
    }
}

fn cool_down(ui: &mut Ui, state: &State, breaths: u32, since: f64, out: &mut Vec<Msg>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.vertical(|ui| {
                ui.set_width(180.0);
                pacer(ui, Some(state.clock_s - since), breaths);
            });
            ui.vertical(|ui| {
                ui.label(RichText::new("That was a hot one").font(strong(17.0)));
                ui.label("It is over, and nobody was really angry with you. A few slow breaths first?");
                if let Some(card) = cards::cards().support.iter().find(|c| c.id == "body") {
                    ui.label(RichText::new(&card.text).color(palette(ui).faint));
                }
                if ui.button("I'm fine").clicked() {
                    out.push(Msg::CoolDownDone);
                }
            });
        });
    });
    ui.add_space(8.0);
}

fn rating(ui: &mut Ui, chosen: Option<u8>, out: &mut Vec<Msg>) {
    let p = palette(ui);
    ui.horizontal_wrapped(|ui| {
        for (k, word) in WORDS.iter().enumerate() {
            let value = k as u8 + 1;
            let (rect, response) = ui.allocate_exact_size(vec2(112.0, 58.0), Sense::click());
            let here = chosen == Some(value);
            let name = format!("{value} of 5, {word}");
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, here, &name));
            let painter = ui.painter();
            let edge = if here || response.hovered() || response.has_focus() { p.accent } else { p.line };
            let fill = if here { p.accent.gamma_multiply(0.14) } else { p.card };
            let width = if here || response.has_focus() { 2.0 } else { 1.0 };
            painter.rect(rect, 10.0, fill, Stroke::new(width, edge), egui::StrokeKind::Inside);
            let at = rect.center_top() + vec2(0.0, 20.0);
            painter.text(at, egui::Align2::CENTER_CENTER, value.to_string(), strong(19.0), p.ink);
            let at = rect.center_bottom() - vec2(0.0, 15.0);
            painter.text(at, egui::Align2::CENTER_CENTER, word, egui::FontId::proportional(13.5), p.faint);
            if response.clicked() {
                out.push(Msg::Rate(value));
            }
        }
    });
}

/// The analysis goes on meanwhile.
fn progress(ui: &mut Ui, state: &State) {
    match &state.work {
        Some(work) if work.failed.is_none() => {
            let text = format!("Listening to your call: {:.0} %", work.part * 100.0);
            bar(ui, "Analysis", work.part, &text);
        }
        Some(work) => {
            let why = work.failed.as_deref().unwrap_or_default();
            let text = RichText::new(format!("The feedback could not be made: {why}")).small();
            ui.label(text.color(palette(ui).warn));
        }
        None if state.feedback.is_some() => small_note(ui, "The feedback is ready."),
        _ => {}
    }
}
