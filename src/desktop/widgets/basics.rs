//! Cards, titles, chips and buttons in the house style.

use crate::desktop::theme::{palette, strong};
use eframe::egui;
use eframe::egui::{
    Button, Color32, CornerRadius, FontId, Frame, Key, Margin, Response, RichText, Role, Sense, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};

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
            paging(ui);
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

/// Page Up, Page Down, Home and End, unless somebody is typing.
fn paging(ui: &Ui) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    // A line or two of the page before stays in sight.
    let page = ui.clip_rect().height() * 0.85;
    let whole = 1e6;
    let keys = [(Key::PageUp, page), (Key::PageDown, -page), (Key::Home, whole), (Key::End, -whole)];
    let by: f32 = ui.input(|i| keys.iter().filter(|(key, _)| i.key_pressed(*key)).map(|(_, by)| by).sum());
    if by != 0.0 {
        ui.scroll_with_delta(vec2(0.0, by));
    }
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
    let response = if ui.layout().is_horizontal() {
        ui.add(button)
    } else {
        // A column would put the text at the button's left edge.
        ui.horizontal(|ui| ui.add(button)).inner
    };
    if response.has_focus() {
        // Apart from the button's own color, so that it is seen.
        let around = response.rect.expand(3.0);
        ui.painter().rect_stroke(around, 10.0, Stroke::new(2.0, p.accent), egui::StrokeKind::Outside);
    }
    response
}

/// A small rounded label; nothing to press.
pub fn chip(ui: &mut Ui, text: &str, tone: Tone) -> Response {
    let color = tone.color(ui);
    let room = (ui.max_rect().width() - 20.0).max(120.0);
    let galley = ui.painter().layout(text.to_owned(), FontId::proportional(13.5), color, room);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(18.0, 8.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    ui.painter().rect_filled(rect, 10.0, color.gamma_multiply(0.12));
    ui.painter().galley(rect.min + vec2(9.0, 4.0), galley, color);
    response
}

/// One of several things to choose; the chosen one is filled and edged.
pub fn choice(ui: &mut Ui, here: bool, text: &str) -> Response {
    let p = palette(ui);
    let (fill, edge, ink) = if here {
        (p.accent.gamma_multiply(0.14), Stroke::new(1.5, p.accent), p.accent)
    } else {
        (Color32::TRANSPARENT, Stroke::new(1.0, p.line), p.ink)
    };
    let button = Button::new(RichText::new(text).color(ink)).fill(fill).stroke(edge);
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, here, text.trim()));
    response
}

/// A box to tick.
pub fn tick(ui: &mut Ui, on: &mut bool, text: &str) -> Response {
    let p = palette(ui);
    let (fill, mark) = if *on { (p.accent, p.on_accent) } else { (p.card, p.ink) };
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for w in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
            w.bg_fill = fill;
            w.fg_stroke = Stroke::new(2.0, mark);
        }
        ui.add(egui::Checkbox::new(on, RichText::new(text).color(p.ink)))
    })
    .inner
}

/// So many of so many as small bars, with the numbers in words.
pub fn pips(ui: &mut Ui, done: u32, of: u32, spoken: &str) -> Response {
    let p = palette(ui);
    let of = of.clamp(1, 12);
    let (rect, response) = ui.allocate_exact_size(vec2(of as f32 * 14.0, 16.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
    for k in 0..of {
        let at = pos2(rect.left() + k as f32 * 14.0, rect.center().y - 3.5);
        let bar = egui::Rect::from_min_size(at, vec2(11.0, 7.0));
        if k < done {
            ui.painter().rect_filled(bar, 3.0, p.good);
        } else {
            ui.painter().rect_stroke(bar, 3.0, Stroke::new(1.0, p.absent), egui::StrokeKind::Inside);
        }
    }
    response.on_hover_text(spoken)
}

/// A row as low as its text: an ordinary one is as high as a button.
pub fn low_row<R>(ui: &mut Ui, height: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = height;
        ui.horizontal_wrapped(contents).inner
    })
    .inner
}

/// A quiet remark.
pub fn small_note(ui: &mut Ui, text: &str) {
    let faint = palette(ui).faint;
    ui.label(RichText::new(text).small().color(faint));
}

/// Heat 1 to 5 as filled and empty dots, and in a word.
pub fn heat(ui: &mut Ui, heat: u8) {
    low_row(ui, 17.0, |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        heat_dots(ui, heat);
        small_note(ui, heat_word(heat));
    });
}

fn heat_word(heat: u8) -> &'static str {
    const NAMES: [&str; 5] = ["mild", "annoyed", "angry", "very angry", "abusive"];
    NAMES[usize::from(heat.clamp(1, 5)) - 1]
}

/// Heat 1 to 5 as filled and empty dots, with the words for those who do not see them.
pub fn heat_dots(ui: &mut Ui, heat: u8) -> Response {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(74.0, 16.0), Sense::hover());
    let text = format!("Heat {heat} of 5, {}", heat_word(heat));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    for k in 0..5u8 {
        let at = pos2(rect.left() + 5.0 + f32::from(k) * 14.5, rect.center().y);
        if k < heat {
            ui.painter().circle_filled(at, 4.5, p.customer);
        } else {
            ui.painter().circle_stroke(at, 4.0, Stroke::new(1.0, p.absent));
        }
    }
    response.on_hover_text(text)
}
