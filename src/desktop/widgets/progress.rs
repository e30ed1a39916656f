//! How far something is: a bar, and beside it in words.

use crate::desktop::theme::palette;
use eframe::egui::{Rect, RichText, Role, Sense, Ui, WidgetInfo, vec2};

/// Draws it: `part` from 0 to 1, `name` for those who hear it.
pub fn progress(ui: &mut Ui, name: &str, part: f64, text: &str) {
    let p = palette(ui);
    ui.horizontal_wrapped(|ui| {
        let width = (ui.available_width() - 170.0).clamp(120.0, 420.0);
        let (rect, response) = ui.allocate_exact_size(vec2(width, 22.0), Sense::hover());
        let spoken = format!("{name}: {text}");
        response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &spoken));
        let bar = Rect::from_center_size(rect.center(), vec2(width, 10.0));
        ui.painter().rect_filled(bar, 5.0, p.line);
        let done = vec2(width * part.clamp(0.0, 1.0) as f32, 10.0);
        ui.painter().rect_filled(Rect::from_min_size(bar.min, done), 5.0, p.accent);
        ui.label(RichText::new(text).small().color(p.faint));
    });
}
