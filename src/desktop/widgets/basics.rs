//! Cards, titles, chips and buttons in the house style.

use crate::desktop::theme::{palette, strong};
use eframe::egui;
use eframe::egui::{Button, Color32, CornerRadius, Frame, Margin, Response, RichText, Stroke, Ui};

/// How a piece of text is meant; always said in words or shape as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    Plain,
    /// Inside the band.
    Good,
    /// Outside the band.
    Warn,
    /// Not measured.
    Absent,
}

impl Tone {
    /// Its color here.
    pub fn color(self, ui: &Ui) -> Color32 {
        let p = palette(ui);
        match self {
            Self::Plain => p.ink,
            Self::Good => p.good,
            Self::Warn => p.warn,
            Self::Absent => p.absent,
        }
    }
}

/// A scrolling page of a comfortable reading width, centered.
pub fn page<R>(ui: &mut Ui, id: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    egui::ScrollArea::vertical()
        .id_salt(id)
        .auto_shrink(false)
        .show(ui, |ui| {
            let width = (ui.available_width() - 40.0).clamp(200.0, 1080.0);
            let side = ((ui.available_width() - width) / 2.0).max(12.0);
            ui.horizontal_top(|ui| {
                ui.add_space(side);
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.add_space(18.0);
                    let inner = contents(ui);
                    ui.add_space(28.0);
                    inner
                })
                .inner
            })
            .inner
        })
        .inner
}

/// A page's title with a line below it.
pub fn title(ui: &mut Ui, text: &str, below: &str) {
    ui.heading(text);
    if !below.is_empty() {
        ui.label(RichText::new(below).color(palette(ui).faint));
    }
    ui.add_space(8.0);
}

/// A heading inside a page.
pub fn section(ui: &mut Ui, text: &str) {
    ui.add_space(10.0);
    ui.label(RichText::new(text).font(strong(18.0)));
}

/// A white panel with a fine edge.
pub fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let p = palette(ui);
    Frame::NONE
        .fill(p.card)
        .stroke(Stroke::new(1.0, p.line))
        .corner_radius(CornerRadius::same(12))
        .inner_margin(Margin::same(16))
        // Columns justify their text; a card's stays ragged, which is easier to read.
        .show(ui, |ui| ui.vertical(contents).inner)
        .inner
}

/// The one thing to do on a screen; Space does it, too.
pub fn main_button(ui: &mut Ui, text: &str) -> Response {
    let p = palette(ui);
    let button = Button::new(RichText::new(text).font(strong(17.0)).color(p.on_accent))
        .fill(p.accent)
        .stroke(Stroke::new(1.0, p.accent))
        .min_size(egui::vec2(150.0, 44.0));
    if ui.layout().is_horizontal() {
        ui.add(button)
    } else {
        // A column would put the text at the button's left edge.
        ui.horizontal(|ui| ui.add(button)).inner
    }
}

/// A small rounded label.
pub fn chip(ui: &mut Ui, text: &str, tone: Tone) -> Response {
    let color = tone.color(ui);
    Frame::NONE
        .stroke(Stroke::new(1.0, color))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::symmetric(8, 2))
        .show(ui, |ui| ui.label(RichText::new(text).small().color(color)))
        .response
}

/// A quiet remark.
pub fn small_note(ui: &mut Ui, text: &str) {
    let faint = palette(ui).faint;
    ui.label(RichText::new(text).small().color(faint));
}

/// Heat 1 to 5 as filled and empty dots, with the words for those who do not see them.
pub fn heat_dots(ui: &mut Ui, heat: u8) -> Response {
    const NAMES: [&str; 5] = ["mild", "annoyed", "angry", "very angry", "abusive"];
    let name = NAMES[usize::from(heat.clamp(1, 5)) - 1];
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(egui::vec2(74.0, 16.0), egui::Sense::hover());
    let text = format!("Heat {heat} of 5, {name}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &text));
    for k in 0..5u8 {
        let at = egui::pos2(rect.left() + 7.0 + f32::from(k) * 14.5, rect.center().y);
        if k < heat {
            ui.painter().circle_filled(at, 4.5, p.customer);
        } else {
            ui.painter().circle_stroke(at, 4.0, Stroke::new(1.0, p.absent));
        }
    }
    response.on_hover_text(text)
}
