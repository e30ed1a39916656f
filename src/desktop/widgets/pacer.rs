//! The breathing pacer: a circle that grows for four seconds and shrinks for six, slowly enough never to flash.

use crate::desktop::theme::{palette, strong};
use crate::rehearse::cards;
use eframe::egui::{Align2, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use std::time::Duration;

/// Draws it at so many seconds since it was started; gives back whether it is still running.
pub fn pacer(ui: &mut Ui, elapsed_s: Option<f64>, breaths: u32) -> bool {
    let p = palette(ui);
    let breathing = cards::cards().breathing;
    let breath = breathing.at(elapsed_s.unwrap_or(0.0));
    let running = elapsed_s.is_some() && breath.completed < breaths;
    let size = 170.0_f32.min(ui.available_width());
    let (rect, response) = ui.allocate_exact_size(vec2(size, size), Sense::hover());
    let (word, left) = match (elapsed_s, running) {
        (None, _) => ("ready", String::new()),
        (Some(_), false) => ("well done", String::new()),
        (Some(_), true) => {
            let left = breaths - breath.completed;
            let text = if left == 1 { "last one".to_owned() } else { format!("{left} to go") };
            (if breath.is_in { "breathe in" } else { "breathe out" }, text)
        }
    };
    response
        .widget_info(|| WidgetInfo::labeled(Role::Figure, true, format!("Breathing pacer: {word} {left}")));
    let most = rect.width() / 2.0 - 4.0;
    let full = if running { breath.fullness as f32 } else { 0.35 };
    let painter = ui.painter();
    painter.circle_stroke(rect.center(), most, Stroke::new(1.0, p.line));
    // The word has room in it at its smallest.
    let radius = most * (0.66 + 0.34 * full);
    painter.circle(rect.center(), radius, p.accent.gamma_multiply(0.16), Stroke::new(2.0, p.accent));
    painter.text(rect.center() - vec2(0.0, 2.0), Align2::CENTER_CENTER, word, strong(16.0), p.ink);
    if !left.is_empty() {
        let at = rect.center() + vec2(0.0, 18.0);
        painter.text(at, Align2::CENTER_CENTER, left, eframe::egui::FontId::proportional(13.0), p.faint);
    }
    if running {
        // Twenty steps a second of a slow circle are smooth to the eye and cheap.
        ui.ctx().request_repaint_after(Duration::from_millis(50));
    }
    running
}
