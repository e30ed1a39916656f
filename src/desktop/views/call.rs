//! The call: who has the floor, the customer's line, both levels, time, hold and end. Nothing moves that need not.

use super::clock;
use super::sound::chooser;
use crate::desktop::msg::Msg;
use crate::desktop::state::{CallView, Ring, State};
use crate::desktop::theme::{Palette, palette, strong};
use crate::desktop::widgets::{card, heat, main_button, meter};
use crate::rehearse::Phase;
use eframe::egui::{
    self, Align, Align2, FontId, Key, Layout, Rect, RichText, Role, Sense, Shape, Stroke, Ui, WidgetInfo,
    pos2, vec2,
};

/// Height of everything but the state.
const OTHERS: f32 = 390.0;
/// Height of the state at least, where there is room for all.
const LEAST_STATE: f32 = 210.0;

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let Some(call) = &state.call else {
        ui.centered_and_justified(Ui::spinner);
        return;
    };
    if ui.input(|i| i.key_pressed(Key::H)) && state.ask.is_none() {
        out.push(Msg::Hold(call.phase != Phase::Hold));
    }
    if ui.available_height() < OTHERS + LEAST_STATE {
        return small(ui, state, call, out);
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // The state is big where there is room, and the whole stands in the middle.
        let room = ui.available_height();
        let trouble = call.trouble.as_ref().map_or(0.0, |(_, waits)| if *waits { 170.0 } else { 110.0 });
        let height = (room - OTHERS - trouble).clamp(LEAST_STATE, 360.0);
        let above = ((room - OTHERS - trouble - height) / 2.0).max(14.0);
        let width = (ui.available_width() - 48.0).clamp(260.0, 820.0);
        let side = (ui.available_width() - width) / 2.0;
        ui.horizontal_top(|ui| {
            ui.add_space(side);
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.add_space(above);
                header(ui, call);
                ui.add_space(10.0);
                floor(ui, state, call, height);
                ui.add_space(10.0);
                voices(ui, state, call, out);
                ui.add_space(14.0);
                controls(ui, call, out);
                ui.add_space(18.0);
            });
        });
    });
}

/// A low window, or large text: what is needed at once (who has the floor, the levels, the buttons) is always in sight, and
/// only the customer's words may have to be scrolled to.
fn small(ui: &mut Ui, state: &State, call: &CallView, out: &mut Vec<Msg>) {
    let p = palette(ui);
    let frame = |y: i8| egui::Frame::NONE.fill(p.ground).inner_margin(egui::Margin::symmetric(16, y));
    egui::Panel::bottom("call controls").frame(frame(8)).show_separator_line(false).show(ui, |ui| {
        levels(ui, call);
        controls(ui, call, out);
    });
    egui::Panel::top("call state").frame(frame(8)).show_separator_line(false).show(ui, |ui| {
        let (word, below, color) = said_in(call, p);
        ui.horizontal(|ui| {
            let (rect, response) = ui.allocate_exact_size(vec2(26.0, 26.0), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Status, true, word));
            ui.painter().circle(rect.center(), 11.0, color.gamma_multiply(0.2), Stroke::new(2.5, color));
            ui.label(RichText::new(word).font(strong(21.0)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(clock(call.elapsed_s)).font(strong(20.0)));
            });
        });
        if !below.is_empty() {
            ui.label(RichText::new(below).small().color(p.faint));
        }
    });
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.add_space(16.0);
            ui.vertical(|ui| {
                ui.set_width(ui.available_width() - 16.0);
                trouble(ui, state, call, out);
                line(ui, call);
                ui.add_space(6.0);
                let title = if call.retry_of.is_some() { "This line once more" } else { &call.title };
                ui.label(RichText::new(title).small().color(p.faint));
                heat(ui, call.heat);
            });
        });
    });
}

/// Both levels, each beside its name.
fn levels(ui: &mut Ui, call: &CallView) {
    let p = palette(ui);
    for (who, name, level, color) in [
        ("Customer", "Customer level", &call.customer, p.customer),
        ("You", "Your level", &call.agent, p.agent),
    ] {
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            ui.allocate_ui_with_layout(vec2(70.0, 18.0), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(70.0);
                ui.label(RichText::new(who).font(strong(13.5)).color(color));
            });
            meter(ui, name, level, color, false);
        });
    }
}

fn header(ui: &mut Ui, call: &CallView) {
    let p = palette(ui);
    ui.horizontal(|ui| {
        ui.vertical(|ui| {
            let title = if call.retry_of.is_some() { "This line once more" } else { &call.title };
            ui.label(RichText::new(title).font(strong(20.0)));
            heat(ui, call.heat);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let time = clock(call.elapsed_s);
            ui.label(RichText::new(&time).font(strong(24.0)));
            let (rect, response) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
            let word = if call.running { "Recording to disk" } else { "Opening the devices" };
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
            if call.running {
                ui.painter().circle_filled(rect.center(), 6.0, p.warn);
            } else {
                ui.painter().circle_stroke(rect.center(), 5.0, Stroke::new(1.5, p.absent));
            }
            response.on_hover_text(word);
        });
    });
}

/// The state in one word, what to do, and the color of who has the floor.
fn said_in(call: &CallView, p: Palette) -> (&'static str, &'static str, egui::Color32) {
    match call.phase {
        _ if call.ending => ("Ending the call", "Your take is being closed.", p.faint),
        Phase::Ready if !call.running => ("Connecting…", "Opening microphone and headphones.", p.faint),
        Phase::Ready => ("Connecting…", "The customer is about to speak.", p.faint),
        Phase::Customer => ("The customer is speaking", "Listen to the end.", p.customer),
        Phase::Trailing => ("The customer is thinking", "Not done yet. Give them a moment.", p.customer),
        Phase::Agent if call.speaking => {
            ("You are speaking", "The customer answers when you have finished.", p.agent)
        }
        Phase::Agent => ("Your turn", "Take the time you need.", p.agent),
        Phase::Judging => ("Your turn", "", p.agent),
        Phase::Hold => {
            ("On hold", "The customer hears nothing, and what you say now is not judged.", p.faint)
        }
        Phase::Lost => ("Waiting for the sound", "Your take is safe.", p.warn),
        Phase::Finished => ("The call is over", "", p.faint),
    }
}

/// The state in one word and one shape, big.
fn floor(ui: &mut Ui, state: &State, call: &CallView, height: f32) {
    let p = palette(ui);
    let (word, below, color) = said_in(call, p);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, word));
    let painter = ui.painter();
    painter.rect(rect, 16.0, p.card, Stroke::new(1.0, p.line), egui::StrokeKind::Inside);
    let center = pos2(rect.center().x, rect.top() + height * 0.375);
    let radius = height * 0.23;
    painter.circle_filled(center, radius, color.gamma_multiply(0.13));
    match call.phase {
        Phase::Customer | Phase::Trailing => waves(painter, center, radius, color),
        Phase::Hold => {
            for dx in [-10.0, 10.0] {
                painter.rect_filled(
                    Rect::from_center_size(center + vec2(dx, 0.0), vec2(9.0, 34.0)),
                    2.0,
                    color,
                );
            }
        }
        Phase::Agent | Phase::Judging => {
            crate::desktop::widgets::icon(
                painter,
                crate::desktop::widgets::Icon::Mic,
                center,
                radius * 0.85,
                color,
            );
        }
        Phase::Lost => {
            crate::desktop::widgets::icon(painter, crate::desktop::widgets::Icon::Flag, center, 44.0, color);
        }
        _ => {
            painter.circle_stroke(center, 16.0, Stroke::new(2.5, color));
        }
    }
    if state.settings.ring && matches!(call.phase, Phase::Agent | Phase::Judging) {
        ring(painter, p, center, radius + 12.0, call.ring);
    }
    painter.text(
        pos2(rect.center().x, rect.top() + height - 56.0),
        Align2::CENTER_CENTER,
        word,
        strong(28.0),
        p.ink,
    );
    painter.text(
        pos2(rect.center().x, rect.top() + height - 26.0),
        Align2::CENTER_CENTER,
        below,
        FontId::proportional(15.5),
        p.faint,
    );
}

/// A loudspeaker's arcs.
fn waves(painter: &egui::Painter, center: egui::Pos2, radius: f32, color: egui::Color32) {
    let back = radius * 0.27;
    painter.circle_filled(center - vec2(back, 0.0), radius * 0.135, color);
    for k in 1..=3 {
        let r = radius * 0.26 * k as f32;
        let arc: Vec<_> = (0..=10)
            .map(|i| {
                let a = -0.8 + 0.16 * i as f32;
                center + vec2(r * a.cos() - back, r * a.sin())
            })
            .collect();
        painter.add(Shape::line(arc, Stroke::new(3.0, color)));
    }
}

/// Pace (right half) and loudness (left half) against the person's own: a mark that leans out of the band, no alarm.
fn ring(painter: &egui::Painter, p: Palette, center: egui::Pos2, radius: f32, ring: Ring) {
    painter.circle_stroke(center, radius, Stroke::new(2.0, p.line));
    let mark = |side: f32, lean: f64, name: &str| {
        let lean = lean.clamp(-1.0, 1.0) as f32;
        let a = -lean * 1.2;
        let at = center + vec2(side * radius * a.cos(), radius * a.sin());
        let outside = lean.abs() > 0.5;
        let color = if outside { p.warn } else { p.good };
        painter.circle(at, if outside { 8.0 } else { 6.0 }, color, Stroke::new(2.0, p.card));
        let text = center + vec2(side * (radius + 18.0), 0.0);
        let align = if side > 0.0 { Align2::LEFT_CENTER } else { Align2::RIGHT_CENTER };
        painter.text(text, align, name, FontId::proportional(13.0), p.faint);
    };
    // A quarter faster, or 6 LU louder, is a clear step for a listener; that is where the mark leaves the middle half.
    if let Some(pace) = ring.pace {
        mark(1.0, pace / 0.5, "pace");
    }
    if let Some(lu) = ring.loudness_lu {
        mark(-1.0, lu / 12.0, "loudness");
    }
}

/// What is wrong with the sound, and how to go on.
fn trouble(ui: &mut Ui, state: &State, call: &CallView, out: &mut Vec<Msg>) {
    let p = palette(ui);
    if let Some((text, waits)) = &call.trouble {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new("Something is wrong with the sound").font(strong(16.0)).color(p.warn));
            ui.label(text);
            if *waits {
                ui.horizontal_wrapped(|ui| {
                    devices(ui, state, out);
                    if main_button(ui, "Go on with this device").clicked() {
                        out.push(Msg::ResumeCall);
                    }
                    if ui.button("Look again").on_hover_text("List the devices anew").clicked() {
                        out.push(Msg::ListDevices);
                    }
                });
            }
        });
        ui.add_space(8.0);
    }
}

/// What the customer says.
fn line(ui: &mut Ui, call: &CallView) {
    let line = if call.line.is_empty() { "…".to_owned() } else { format!("“{}”", call.line) };
    ui.label(RichText::new(line).size(17.0));
}

fn voices(ui: &mut Ui, state: &State, call: &CallView, out: &mut Vec<Msg>) {
    let p = palette(ui);
    trouble(ui, state, call, out);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Customer").font(strong(13.5)).color(p.customer));
        line(ui, call);
        meter(ui, "Customer level", &call.customer, p.customer, false);
        ui.add_space(6.0);
        ui.label(RichText::new("You").font(strong(13.5)).color(p.agent));
        meter(ui, "Your level", &call.agent, p.agent, false);
        if call.agent.clipped {
            ui.label(RichText::new("Too loud for the microphone").small().color(p.warn));
        }
    });
}

fn devices(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let (known, chosen) = (&state.sound.devices, &state.settings);
    out.extend(chooser(ui, "Microphone", known, &chosen.microphone, true, 220.0).map(Msg::Microphone));
    out.extend(chooser(ui, "Headphones", known, &chosen.headphones, false, 220.0).map(Msg::Headphones));
}

fn controls(ui: &mut Ui, call: &CallView, out: &mut Vec<Msg>) {
    let yours = matches!(call.phase, Phase::Agent | Phase::Judging | Phase::Trailing);
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(yours && !call.ending, |ui| {
            if main_button(ui, "I'm done").on_hover_text("Space: the customer goes on at once").clicked() {
                out.push(Msg::TurnDone);
            }
        });
        let held = call.phase == Phase::Hold;
        let can = held || matches!(call.phase, Phase::Agent | Phase::Judging);
        let name = if held { "Back to the customer" } else { "Hold" };
        let hold = egui::Button::new(name).min_size(vec2(110.0, 44.0));
        if ui.add_enabled(can, hold).on_hover_text("H: announce it before, and say how long").clicked() {
            out.push(Msg::Hold(!held));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let end = egui::Button::new("End the call").min_size(vec2(120.0, 44.0));
            if ui.add_enabled(!call.ending, end).on_hover_text("Esc").clicked() {
                out.push(Msg::EndCall);
            }
        });
    });
    ui.label(
        RichText::new("Space: I'm done   ·   H: hold   ·   Esc: end the call")
            .small()
            .color(palette(ui).faint),
    );
}
