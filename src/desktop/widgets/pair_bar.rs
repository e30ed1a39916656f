//! A customer's line and the reply to it as two bars on one scale, so that two takes can be compared at a glance.

use crate::call::{Analysis, Speaker};
use crate::desktop::theme::{palette, strong};
use eframe::egui::{Align2, FontId, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct PairBar {
    /// The line begins.
    pub from_s: f64,
    /// The reply is over.
    pub to_s: f64,
    /// What the whole width stands for.
    pub scale_s: f64,
    /// Where playback is.
    pub at_s: Option<f64>,
}

/// Draws it.
pub fn pair_bar(ui: &mut Ui, analysis: &Analysis, what: &PairBar) {
    const LANE: f32 = 18.0;
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 76.0), Sense::hover());
    let inside = |at_s: f64| (what.from_s - 0.01..what.to_s + 0.01).contains(&at_s);
    let reply = analysis.responses.iter().find(|r| inside(r.agent_start_s));
    let spoken = reply.map_or_else(
        || "Line and reply".to_owned(),
        |r| format!("The reply begins {:.1} s after the line", r.latency_s),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &spoken));
    let painter = ui.painter().with_clip_rect(rect.expand(1.0));
    painter.rect(rect, 8.0, p.ground, Stroke::new(1.0, p.line), StrokeKind::Inside);
    let inner = rect.shrink2(vec2(10.0, 0.0));
    let x = |s: f64| inner.left() + ((s - what.from_s) / what.scale_s.max(0.1)) as f32 * inner.width();
    let lanes = [
        (Speaker::Customer, rect.top() + 8.0, p.customer),
        (Speaker::Agent, rect.bottom() - 8.0 - LANE, p.agent),
    ];
    for (speaker, top, color) in lanes {
        let spans = analysis.spans.iter().filter(|s| s.speaker == speaker);
        for span in spans.filter(|s| s.end_s > what.from_s && s.start_s < what.to_s) {
            let (a, b) = (x(span.start_s.max(what.from_s)), x(span.end_s.min(what.to_s)));
            painter.rect_filled(
                Rect::from_min_max(pos2(a, top), pos2(b.max(a + 2.0), top + LANE)),
                4.0,
                color,
            );
        }
    }
    if let Some(r) = reply {
        let (from, to) = (r.customer_end_s.min(r.agent_start_s), r.customer_end_s.max(r.agent_start_s));
        let (y, color) = (rect.center().y, if r.latency_s < 0.0 { p.warn } else { p.ink });
        painter.hline(x(from)..=x(to), y, Stroke::new(2.0, color));
        for at in [from, to] {
            painter.vline(x(at), y - 4.0..=y + 4.0, Stroke::new(1.5, color));
        }
        let text = if r.latency_s < 0.0 {
            format!("{:.1} s too early", -r.latency_s)
        } else {
            format!("{:.1} s", r.latency_s)
        };
        let at = pos2(x(to) + 6.0, y);
        let font = if r.latency_s < 0.0 { strong(12.5) } else { FontId::proportional(12.5) };
        painter.text(at, Align2::LEFT_CENTER, text, font, color);
    }
    if let Some(at_s) = what.at_s {
        painter.vline(x(at_s), rect.y_range(), Stroke::new(2.0, p.accent));
    }
}
