//! The frame around every screen: the rail at the left, the sentence at the bottom, the question in front.

use super::{ask, brief, call, compare, feedback, history, home, reflect, review, settings, sound};
use crate::desktop::msg::Msg;
use crate::desktop::state::{Screen, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{Icon, icon, icon_button};
use eframe::egui::{
    self, Align, Align2, CentralPanel, Frame, Key, Layout, Margin, Panel, RichText, Role, Sense, Stroke, Ui,
    WidgetInfo, vec2,
};

/// Draws everything and says what was asked for.
pub fn show(ui: &mut Ui, state: &State) -> Vec<Msg> {
    let mut out = Vec::new();
    let p = palette(ui);
    // During a call there is nothing else to do.
    if state.screen != Screen::Call {
        let frame = Frame::NONE.fill(p.card).inner_margin(Margin::symmetric(10, 14));
        Panel::left("rail")
            .resizable(false)
            .exact_size(148.0)
            .frame(frame)
            .show(ui, |ui| rail(ui, state, &mut out));
    }
    if let Some(notice) = &state.notice {
        let frame = Frame::NONE.fill(p.card).inner_margin(Margin::symmetric(16, 10));
        Panel::bottom("notice").frame(frame).show(ui, |ui| {
            ui.horizontal(|ui| {
                let color = if notice.is_trouble { p.warn } else { p.good };
                let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0), Sense::hover());
                let shape = if notice.is_trouble { Icon::Flag } else { Icon::Check };
                icon(ui.painter(), shape, rect.center(), 16.0, color);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if icon_button(ui, Icon::Close, "Close this message", 28.0, p.faint).clicked() {
                        out.push(Msg::CloseNotice);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center).with_main_wrap(true), |ui| {
                        ui.label(&notice.text);
                    });
                });
            });
        });
    }
    // A screen that is gone to begins at its top: with the visit change the ids that remember where it was scrolled to.
    CentralPanel::default().frame(Frame::NONE.fill(p.ground)).show(ui, |ui| {
        ui.push_id(state.visit, |ui| match state.screen {
            Screen::Home => home::show(ui, state, &mut out),
            Screen::Sound => sound::show(ui, state, &mut out),
            Screen::Brief => brief::show(ui, state, &mut out),
            Screen::Call => call::show(ui, state, &mut out),
            Screen::Reflect => reflect::show(ui, state, &mut out),
            Screen::Feedback => feedback::show(ui, state, &mut out),
            Screen::Compare => compare::show(ui, state, &mut out),
            Screen::History => history::show(ui, state, &mut out),
            Screen::Review => review::show(ui, state, &mut out),
            Screen::Settings => settings::show(ui, state, &mut out),
        });
    });
    drop_hint(ui);
    if let Some(question) = state.ask {
        ask::show(ui, question, &mut out);
    }
    keys(ui, state, &mut out);
    out
}

const PLACES: [(Screen, &str, &str); 5] = [
    (Screen::Home, "Practice", "The ladder of calls"),
    (Screen::Review, "Review", "Open recordings and see their feedback"),
    (Screen::History, "History", "Your takes, trends and journal"),
    (Screen::Sound, "Sound check", "Microphone, headphones, level"),
    (Screen::Settings, "Settings", "Devices, text size, privacy"),
];

fn rail(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let p = palette(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let (rect, _) = ui.allocate_exact_size(vec2(22.0, 22.0), Sense::hover());
        keel(ui, rect);
        ui.label(RichText::new("Evenkeel").font(strong(18.0)));
    });
    ui.add_space(14.0);
    for (screen, name, hint) in PLACES {
        let here = state.screen == screen
            || screen == Screen::Home && matches!(state.screen, Screen::Brief | Screen::Reflect);
        let size = vec2(ui.available_width(), 38.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, here, name));
        let painter = ui.painter();
        if here || response.hovered() {
            painter.rect_filled(rect, 8.0, if here { p.accent.gamma_multiply(0.14) } else { p.ground });
        }
        if here {
            let mark = egui::Rect::from_min_size(rect.min + vec2(0.0, 8.0), vec2(3.0, rect.height() - 16.0));
            painter.rect_filled(mark, 1.5, p.accent);
        }
        if response.has_focus() {
            painter.rect_stroke(rect, 8.0, Stroke::new(2.0, p.accent), egui::StrokeKind::Inside);
        }
        let font = if here { strong(15.0) } else { egui::FontId::proportional(15.0) };
        let at = rect.left_center() + vec2(12.0, 0.0);
        painter.text(at, Align2::LEFT_CENTER, name, font, if here { p.accent } else { p.ink });
        if response.on_hover_text(hint).clicked() {
            out.push(Msg::Go(screen));
        }
    }
    ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
        ui.label(RichText::new("Nothing leaves this machine.").small().color(p.faint));
    });
}

/// The mark of the program: a level line over a hull.
fn keel(ui: &Ui, rect: egui::Rect) {
    let p = palette(ui);
    let at = |x: f32, y: f32| rect.min + vec2(x * rect.width(), y * rect.height());
    let painter = ui.painter();
    painter.line_segment([at(0.0, 0.42), at(1.0, 0.42)], Stroke::new(2.2, p.customer));
    let hull: Vec<_> = (0..=12)
        .map(|k| {
            let a = std::f32::consts::PI * k as f32 / 12.0;
            at(0.5 - 0.42 * a.cos(), 0.5 + 0.42 * a.sin())
        })
        .collect();
    painter.add(egui::Shape::line(hull, Stroke::new(2.2, p.accent)));
}

fn drop_hint(ui: &Ui) {
    if ui.input(|i| i.raw.hovered_files.is_empty()) {
        return;
    }
    let p = palette(ui);
    let rect = ui.ctx().content_rect();
    let painter =
        ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop")));
    painter.rect_filled(rect, 0.0, p.ground.gamma_multiply(0.85));
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        "Drop a recording or a folder to review it",
        strong(24.0),
        p.ink,
    );
}

/// Keys that work everywhere, unless somebody is typing or a control has the focus.
fn keys(ui: &Ui, state: &State, out: &mut Vec<Msg>) {
    let focused = ui.memory(egui::Memory::focused);
    let typing = ui.ctx().text_edit_focused();
    // Esc takes the focus from a text box before this is asked: what counts is who typed a frame ago.
    let id = egui::Id::unique("was typing");
    let typed = ui.data_mut(|d| std::mem::replace(d.get_temp_mut_or_default::<bool>(id), typing));
    ui.input(|i| {
        if i.key_pressed(Key::Escape) && (!(typing || typed) || state.ask.is_some()) {
            out.push(Msg::Back);
        }
        if state.ask.is_some() || typing || i.modifiers.any() {
            return;
        }
        if i.key_pressed(Key::R) {
            out.push(Msg::Again);
        }
        if focused.is_some() {
            return;
        }
        if i.key_pressed(Key::Space) {
            out.push(Msg::Main);
        }
        for (key, by) in [(Key::ArrowLeft, -1.0), (Key::ArrowRight, 1.0)] {
            if i.key_pressed(key) && matches!(state.screen, Screen::Feedback | Screen::Compare) {
                out.push(Msg::Step(by));
            }
        }
    });
}
