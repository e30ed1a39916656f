//! A measure over time in the height of a line: its band as a stripe, the values as a line, the last one as a dot.

use crate::desktop::theme::palette;
use crate::library::Trend;
use eframe::egui::{Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// How many of the latest values are shown.
const LATEST: usize = 12;

/// Draws it.
pub fn sparkline(ui: &mut Ui, name: &str, trend: &Trend, width: f32) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 22.0), Sense::hover());
    let from = trend.points.len().saturating_sub(LATEST);
    let points = &trend.points[from..];
    let text = format!("{name}, the last {} calls", points.len());
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &text));
    let values = points.iter().map(|p| p.value).chain(trend.band.into_iter().flatten());
    let (lo, hi) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    if points.is_empty() {
        return;
    }
    let span = (hi - lo).max(1e-6);
    let y = |v: f64| rect.bottom() - 3.0 - ((v - lo) / span) as f32 * (rect.height() - 6.0);
    let x = |i: usize| rect.left() + 4.0 + i as f32 * (rect.width() - 8.0) / (points.len().max(2) - 1) as f32;
    if let Some([a, b]) = trend.band {
        let stripe = Rect::from_min_max(pos2(rect.left(), y(b)), pos2(rect.right(), y(a)));
        ui.painter().rect_filled(stripe, 2.0, p.good.gamma_multiply(0.16));
    }
    let line: Vec<Pos2> = points.iter().enumerate().map(|(i, v)| pos2(x(i), y(v.value))).collect();
    if let Some(last) = line.last().copied() {
        ui.painter().add(Shape::line(line, Stroke::new(1.8, p.agent)));
        ui.painter().circle_filled(last, 3.5, p.agent);
    }
    response.on_hover_text(text);
}
