//! Icons drawn with lines, so that no emoji font is needed and every size is sharp.

use eframe::egui;
use eframe::egui::{
    Color32, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// What can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A triangle.
    Play,
    /// Two bars.
    Pause,
    /// A square.
    Stop,
    /// A tick: keep.
    Check,
    /// A bent arrow: change.
    Change,
    /// A lamp-like star: try.
    Try,
    /// A cross.
    Close,
    /// A microphone.
    Mic,
    /// A circle arrow.
    Retry,
    /// A flag: not here yet, or warning.
    Flag,
}

/// Draws an icon into a square around `center`.
pub fn icon(painter: &egui::Painter, icon: Icon, center: Pos2, size: f32, color: Color32) {
    let r = size / 2.0;
    let at = |x: f32, y: f32| center + vec2(x * r, y * r);
    let stroke = Stroke::new((size / 9.0).max(1.5), color);
    let line = |points: &[Pos2]| {
        painter.add(egui::Shape::line(points.to_vec(), stroke));
    };
    match icon {
        Icon::Play => {
            painter.add(egui::Shape::convex_polygon(
                vec![at(-0.55, -0.8), at(0.85, 0.0), at(-0.55, 0.8)],
                color,
                Stroke::NONE,
            ));
        }
        Icon::Pause => {
            for x in [-0.45, 0.45] {
                painter.rect_filled(Rect::from_center_size(at(x, 0.0), vec2(r * 0.45, r * 1.5)), 1.0, color);
            }
        }
        Icon::Stop => {
            painter.rect_filled(Rect::from_center_size(center, Vec2::splat(r * 1.3)), 2.0, color);
        }
        Icon::Check => line(&[at(-0.75, 0.05), at(-0.2, 0.6), at(0.8, -0.6)]),
        Icon::Change => {
            line(&[at(-0.8, 0.5), at(-0.8, -0.1), at(-0.5, -0.4), at(0.7, -0.4)]);
            line(&[at(0.3, -0.8), at(0.75, -0.4), at(0.3, 0.0)]);
        }
        Icon::Try => {
            for k in 0..4 {
                let a = std::f32::consts::FRAC_PI_4 * k as f32;
                let (s, c) = a.sin_cos();
                line(&[at(-0.8 * c, -0.8 * s), at(0.8 * c, 0.8 * s)]);
            }
        }
        Icon::Close => {
            line(&[at(-0.6, -0.6), at(0.6, 0.6)]);
            line(&[at(0.6, -0.6), at(-0.6, 0.6)]);
        }
        Icon::Mic => {
            let body = Rect::from_center_size(at(0.0, -0.3), vec2(r * 0.7, r * 1.1));
            painter.rect_stroke(body, r * 0.35, stroke, StrokeKind::Middle);
            line(&[at(-0.65, -0.1), at(-0.5, 0.45), at(0.0, 0.65), at(0.5, 0.45), at(0.65, -0.1)]);
            line(&[at(0.0, 0.65), at(0.0, 0.95)]);
        }
        Icon::Retry => {
            let points: Vec<Pos2> = (0..=14)
                .map(|k| {
                    let a = -0.6 + k as f32 * 0.38;
                    at(0.75 * a.cos(), 0.75 * a.sin())
                })
                .collect();
            line(&points);
            line(&[at(0.95, -0.85), at(0.62, -0.42), at(0.12, -0.62)]);
        }
        Icon::Flag => {
            line(&[at(-0.5, 0.9), at(-0.5, -0.8), at(0.7, -0.45), at(-0.5, -0.05)]);
        }
    }
}

/// A round button with an icon and an accessible name.
pub fn icon_button(ui: &mut Ui, what: Icon, name: &str, size: f32, color: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if ui.is_rect_visible(rect) {
        let p = crate::desktop::theme::palette(ui);
        let edge = if response.hovered() || response.has_focus() { color } else { p.line };
        let width = if response.has_focus() { 2.0 } else { 1.2 };
        ui.painter().circle(rect.center(), size / 2.0 - 1.0, p.card, Stroke::new(width, edge));
        let nudge = if what == Icon::Play { size * 0.03 } else { 0.0 };
        icon(ui.painter(), what, pos2(rect.center().x + nudge, rect.center().y), size * 0.42, color);
    }
    response.on_hover_text(name)
}
