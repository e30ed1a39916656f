//! What the agent sees before the call, with a pacer to breathe to.

use super::sentence;
use crate::desktop::msg::Msg;
use crate::desktop::state::{Screen, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{card, heat, main_button, pacer, page, small_note, title};
use crate::rehearse::{Scenario, cards};
use eframe::egui::{self, RichText, Ui};

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "brief", |ui| {
        let found = state.brief.as_ref().zip(state.shelf.as_ref());
        let Some((brief, scenario)) = found.and_then(|(b, s)| Some((b, s.scenario(&b.scenario)?))) else {
            title(ui, "No call chosen", "Choose one from the ladder.");
            if main_button(ui, "To the ladder").clicked() {
                out.push(Msg::Go(Screen::Home));
            }
            return;
        };
        title(ui, &scenario.title, &sentence(&scenario.sector));
        heat(ui, scenario.heat);
        ui.add_space(6.0);
        if ui.available_width() > 720.0 {
            ui.columns(2, |columns| {
                facts(&mut columns[0], scenario);
                breathe(&mut columns[1], state, brief.pacer_from_s, out);
            });
        } else {
            facts(ui, scenario);
            breathe(ui, state, brief.pacer_from_s, out);
        }
        ui.add_space(12.0);
        ui.horizontal_wrapped(|ui| {
            if main_button(ui, "Start the call").on_hover_text("Space").clicked() {
                out.push(Msg::StartCall(scenario.id.clone()));
            }
            if ui.button("Sound check").clicked() {
                out.push(Msg::Go(Screen::Sound));
            }
            if ui.button("Back").on_hover_text("Esc").clicked() {
                out.push(Msg::Back);
            }
        });
        small_note(
            ui,
            "The customer speaks first and goes on by themselves when you have finished. Space says that you are done, H \
             puts them on hold, Esc ends the call. Everything is recorded on this machine only.",
        );
    });
}

fn facts(ui: &mut Ui, scenario: &Scenario) {
    let p = palette(ui);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("What your screen says").font(strong(17.0)));
        ui.label(&scenario.brief);
        for (name, rows, color) in [
            ("You can offer", &scenario.can_offer, p.good),
            ("You cannot offer", &scenario.cannot_offer, p.warn),
        ] {
            if rows.is_empty() {
                continue;
            }
            ui.add_space(4.0);
            ui.label(RichText::new(name).font(strong(14.5)).color(color));
            for row in rows {
                bullet(ui, row);
            }
        }
        if !scenario.expects.is_empty() {
            ui.add_space(4.0);
            ui.label(
                RichText::new("Goal: by the end of the call you have").font(strong(14.5)).color(p.accent),
            );
            for id in &scenario.expects {
                bullet(ui, &lower(super::looks::behavior_title(id)));
            }
        }
        if !scenario.jargon.is_empty() {
            ui.add_space(4.0);
            small_note(ui, &format!("Words to explain or avoid: {}", scenario.jargon.join(", ")));
        }
    });
}

/// Inside a sentence.
fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn bullet(ui: &mut Ui, text: &str) {
    let p = palette(ui);
    ui.spacing_mut().interact_size.y = 20.0;
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::vec2(10.0, 20.0), egui::Sense::hover());
        ui.painter().circle_filled(rect.center() + egui::vec2(0.0, 1.0), 2.5, p.faint);
        ui.add(egui::Label::new(text).wrap());
    });
}

fn breathe(ui: &mut Ui, state: &State, from_s: Option<f64>, out: &mut Vec<Msg>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Breathe first").font(strong(17.0)));
        ui.label("Four in, six out. The longer breath out is what calms.");
        ui.vertical_centered(|ui| {
            let running =
                pacer(ui, from_s.map(|f| state.clock_s - f), cards::cards().breathing.before_a_call);
            let name = if running { "Stop breathing along" } else { "Breathe along" };
            if ui.button(name).clicked() {
                out.push(Msg::Pacer(!running));
            }
        });
    });
    ui.add_space(8.0);
    let day = state.now.div_euclid(86_400);
    if let Some(reframe) = cards::reframe_of_day(day) {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(&reframe.title).font(strong(16.0)));
            ui.label(&reframe.text);
            ui.label(RichText::new(format!("“{}”", reframe.say)).italics());
        });
    }
}
