//! The call as a picture: two lanes of speech, what lay between, and what was heard, to pan, zoom and click.

use crate::call::{Analysis, BehaviorKind, ResponseKind, Speaker};
use crate::desktop::theme::{Palette, palette, strong};
use eframe::egui;
use eframe::egui::{
    Align2, Color32, FontId, Key, Painter, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

/// Which part is shown and where playback is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimelineView {
    /// Left edge, seconds.
    pub from_s: f64,
    /// Right edge, seconds.
    pub to_s: f64,
    /// Playback or the cursor, seconds.
    pub at_s: f64,
}

impl TimelineView {
    /// The whole recording.
    pub fn whole(duration_s: f64) -> Self {
        Self { from_s: 0.0, to_s: duration_s.max(1.0), at_s: 0.0 }
    }

    /// Zooms by a factor around a moment, staying inside the recording.
    #[must_use]
    pub fn zoomed(self, factor: f64, around_s: f64, duration_s: f64) -> Self {
        let whole = duration_s.max(1.0);
        let width = ((self.to_s - self.from_s) * factor).clamp(1.0_f64.min(whole), whole);
        let part = ((around_s - self.from_s) / (self.to_s - self.from_s)).clamp(0.0, 1.0);
        let from_s = (around_s - part * width).clamp(0.0, whole - width);
        Self { from_s, to_s: from_s + width, ..self }
    }

    /// Moves by seconds, staying inside the recording.
    #[must_use]
    pub fn panned(self, by_s: f64, duration_s: f64) -> Self {
        let width = self.to_s - self.from_s;
        let from_s = (self.from_s + by_s).clamp(0.0, (duration_s.max(1.0) - width).max(0.0));
        Self { from_s, to_s: from_s + width, ..self }
    }
}

/// What the person did with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimelineAsk {
    /// Play from here.
    PlayFrom(f64),
    /// Move the cursor.
    Seek(f64),
    /// Show another part.
    Show(TimelineView),
}

const CUSTOMER_Y: f32 = 46.0;
const AGENT_Y: f32 = 112.0;
const LANE: f32 = 30.0;
const HEIGHT: f32 = 186.0;

/// Draws the call and says what was asked for.
pub fn timeline(
    ui: &mut Ui,
    analysis: &Analysis,
    view: TimelineView,
    agent_name: &str,
) -> Option<TimelineAsk> {
    let p = palette(ui);
    let width = ui.available_width().max(240.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click_and_drag());
    let held =
        if analysis.holds.is_empty() { String::new() } else { format!(", {} on hold", held_s(analysis)) };
    let name = format!(
        "Timeline of the call, {:.0} seconds, {} replies, {} interruptions{held}",
        analysis.source.duration_s,
        analysis.responses.len(),
        analysis.interruptions.len()
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &name));
    if ui.is_rect_visible(rect) {
        let painter = ui.painter().with_clip_rect(rect);
        painter.rect(rect, 10.0, p.card, Stroke::new(1.0, p.line), egui::StrokeKind::Inside);
        if response.has_focus() {
            painter.rect_stroke(rect, 10.0, Stroke::new(2.0, p.accent), egui::StrokeKind::Inside);
        }
        let scale = Scale { rect, view };
        axis(&painter, p, &scale);
        silences(&painter, p, &scale, analysis);
        lanes(&painter, p, &scale, analysis, agent_name);
        responses(&painter, p, &scale, analysis);
        behaviors(&painter, p, &scale, analysis);
        let x = scale.x(view.at_s);
        painter.vline(x, rect.y_range(), Stroke::new(1.5, p.ink));
    }
    asked(ui, &response, rect, view, analysis.source.duration_s)
}

fn held_s(analysis: &Analysis) -> String {
    let all: f64 = analysis.holds.iter().map(|h| h.end_s - h.start_s).sum();
    format!("{all:.0} s")
}

struct Scale {
    rect: Rect,
    view: TimelineView,
}

impl Scale {
    fn x(&self, s: f64) -> f32 {
        let part = (s - self.view.from_s) / (self.view.to_s - self.view.from_s);
        self.rect.left() + (part * f64::from(self.rect.width())) as f32
    }

    fn seconds(&self, x: f32) -> f64 {
        let part = f64::from((x - self.rect.left()) / self.rect.width());
        self.view.from_s + part * (self.view.to_s - self.view.from_s)
    }

    fn bar(&self, from_s: f64, to_s: f64, y: f32, height: f32) -> Rect {
        let (a, b) = (self.x(from_s), self.x(to_s));
        let top = self.rect.top() + y;
        Rect::from_min_max(pos2(a, top), pos2(b.max(a + 1.5), top + height))
    }
}

fn axis(painter: &Painter, p: Palette, scale: &Scale) {
    let span = scale.view.to_s - scale.view.from_s;
    let step = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0]
        .into_iter()
        .find(|s| span / s <= f64::from(scale.rect.width()) / 70.0)
        .unwrap_or(1200.0);
    let mut at = (scale.view.from_s / step).ceil() * step;
    while at <= scale.view.to_s {
        let x = scale.x(at);
        painter.vline(x, scale.rect.y_range(), Stroke::new(0.5, p.line));
        let label = crate::desktop::views::clock(at);
        let anchor = pos2(x + 3.0, scale.rect.bottom() - 4.0);
        painter.text(anchor, Align2::LEFT_BOTTOM, label, FontId::proportional(12.0), p.faint);
        at += step;
    }
}

fn lanes(painter: &Painter, p: Palette, scale: &Scale, analysis: &Analysis, agent_name: &str) {
    for (speaker, y, color, name) in [
        (Speaker::Customer, CUSTOMER_Y, p.customer, "Customer"),
        (Speaker::Agent, AGENT_Y, p.agent, agent_name),
    ] {
        let label = pos2(scale.rect.left() + 8.0, scale.rect.top() + y - 4.0);
        painter.text(label, Align2::LEFT_BOTTOM, name, strong(12.5), color);
        for turn in analysis.turns.iter().filter(|t| t.speaker == speaker) {
            painter.rect_filled(
                scale.bar(turn.start_s, turn.end_s, y, LANE),
                6.0,
                color.gamma_multiply(0.18),
            );
        }
        for span in analysis.spans.iter().filter(|s| s.speaker == speaker) {
            painter.rect_filled(scale.bar(span.start_s, span.end_s, y, LANE), 5.0, color);
        }
    }
    for b in &analysis.backchannels {
        let at = scale.bar(b.start_s, b.end_s, AGENT_Y, LANE).center();
        painter.circle(at, 6.0, p.card, Stroke::new(2.0, p.good));
    }
}

fn silences(painter: &Painter, p: Palette, scale: &Scale, analysis: &Analysis) {
    for hold in &analysis.holds {
        let bar = scale.bar(hold.start_s, hold.end_s, 30.0, AGENT_Y + LANE - 22.0);
        painter.rect(
            bar,
            6.0,
            p.absent.gamma_multiply(0.14),
            Stroke::new(1.0, p.absent),
            egui::StrokeKind::Inside,
        );
        pause_bars(painter, bar.center(), p.absent);
    }
    for dead in &analysis.dead_air {
        let bar = scale.bar(dead.start_s, dead.end_s, 30.0, AGENT_Y + LANE - 22.0);
        let color = if dead.announced { p.absent } else { p.warn };
        hatch(painter, bar, color.gamma_multiply(0.5));
        let held = analysis.holds.iter().any(|h| h.start_s < dead.end_s && dead.start_s < h.end_s);
        let what = match (dead.announced, held) {
            (true, _) => "on hold",
            (false, true) => "hold, not announced",
            (false, false) => "dead air",
        };
        let text = format!("{what} {:.1} s", dead.end_s - dead.start_s);
        // Above the lanes: between them stands the time to answer.
        let top = pos2(bar.center().x, scale.rect.top() + 20.0);
        painter.text(top, Align2::CENTER_CENTER, text, FontId::proportional(12.5), color);
    }
}

/// Two bars, as on the screen of the call.
pub fn pause_bars(painter: &Painter, center: Pos2, color: Color32) {
    for dx in [-3.5, 3.5] {
        painter.rect_filled(Rect::from_center_size(center + vec2(dx, 0.0), vec2(3.5, 12.0)), 1.0, color);
    }
}

fn hatch(painter: &Painter, bar: Rect, color: Color32) {
    let clip = painter.with_clip_rect(bar.intersect(painter.clip_rect()));
    let mut x = bar.left() - bar.height();
    while x < bar.right() {
        clip.line_segment(
            [pos2(x, bar.bottom()), pos2(x + bar.height(), bar.top())],
            Stroke::new(1.0, color),
        );
        x += 9.0;
    }
}

fn responses(painter: &Painter, p: Palette, scale: &Scale, analysis: &Analysis) {
    let mid = scale.rect.top() + (CUSTOMER_Y + LANE + AGENT_Y) / 2.0;
    for r in &analysis.responses {
        let fault = matches!(r.kind, ResponseKind::Interruption | ResponseKind::PauseInterruption);
        let (from, to) = (r.customer_end_s.min(r.agent_start_s), r.customer_end_s.max(r.agent_start_s));
        let (a, b) = (scale.x(from), scale.x(to));
        let color = if fault { p.warn } else { p.faint };
        painter.line_segment([pos2(a, mid), pos2(b, mid)], Stroke::new(2.0, color));
        for x in [a, b] {
            painter.line_segment([pos2(x, mid - 5.0), pos2(x, mid + 5.0)], Stroke::new(1.5, color));
        }
        if fault {
            let overlap = scale.bar(from, to, CUSTOMER_Y, AGENT_Y + LANE - CUSTOMER_Y);
            hatch(painter, overlap, p.warn.gamma_multiply(0.8));
            let top = pos2(overlap.center().x, scale.rect.top() + 20.0);
            painter.text(top, Align2::CENTER_CENTER, "interrupted", FontId::proportional(12.5), p.warn);
        } else if scale.rect.width() / analysis.responses.len().max(1) as f32 > 60.0
            || scale.view.to_s - scale.view.from_s < 40.0
        {
            let text = format!("{:.1} s", r.latency_s);
            let at = pos2(f32::midpoint(a, b), mid - 4.0);
            painter.text(at, Align2::CENTER_BOTTOM, text, FontId::proportional(12.0), p.faint);
        }
    }
}

/// Skills are filled circles below the agent's lane, hazards are triangles.
fn behaviors(painter: &Painter, p: Palette, scale: &Scale, analysis: &Analysis) {
    for b in &analysis.behaviors {
        let at = pos2(scale.x(f64::midpoint(b.start_s, b.end_s)), scale.rect.top() + AGENT_Y + LANE + 12.0);
        match b.kind {
            BehaviorKind::Skill => {
                painter.circle_filled(at, 4.5, p.good);
            }
            BehaviorKind::Hazard => {
                triangle(painter, at, 6.0, p.warn);
            }
        }
    }
}

fn triangle(painter: &Painter, at: Pos2, r: f32, color: Color32) {
    let points = vec![at + vec2(0.0, -r), at + vec2(r, r * 0.8), at + vec2(-r, r * 0.8)];
    painter.add(egui::Shape::convex_polygon(points, color, Stroke::NONE));
}

fn asked(
    ui: &Ui,
    response: &egui::Response,
    rect: Rect,
    view: TimelineView,
    duration_s: f64,
) -> Option<TimelineAsk> {
    let scale = Scale { rect, view };
    if let Some(pos) = response.interact_pointer_pos().filter(|_| response.clicked()) {
        response.request_focus();
        return Some(TimelineAsk::PlayFrom(scale.seconds(pos.x).clamp(0.0, duration_s)));
    }
    if response.dragged() {
        let by = -f64::from(response.drag_delta().x / rect.width()) * (view.to_s - view.from_s);
        return (by != 0.0).then(|| TimelineAsk::Show(view.panned(by, duration_s)));
    }
    if let Some(pos) = response.hover_pos() {
        let (zoom, scroll) = ui.input(|i| (f64::from(i.zoom_delta()), f64::from(i.smooth_scroll_delta().x)));
        if (zoom - 1.0).abs() > 1e-3 {
            return Some(TimelineAsk::Show(view.zoomed(1.0 / zoom, scale.seconds(pos.x), duration_s)));
        }
        if scroll != 0.0 {
            let by = -scroll / f64::from(rect.width()) * (view.to_s - view.from_s);
            return Some(TimelineAsk::Show(view.panned(by, duration_s)));
        }
    }
    if response.has_focus() {
        let step = ((view.to_s - view.from_s) / 40.0).clamp(0.25, 10.0);
        let moved = ui.input(|i| {
            f64::from(i8::from(i.key_pressed(Key::ArrowRight)) - i8::from(i.key_pressed(Key::ArrowLeft)))
        });
        if moved != 0.0 {
            return Some(TimelineAsk::Seek((view.at_s + moved * step).clamp(0.0, duration_s)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_in_keeps_the_moment_under_the_pointer() {
        let view = TimelineView::whole(100.0).zoomed(0.5, 30.0, 100.0);
        assert!((view.to_s - view.from_s - 50.0).abs() < 1e-9);
        let part = (30.0 - view.from_s) / 50.0;
        assert!((part - 0.3).abs() < 1e-9);
    }

    #[test]
    fn neither_zoom_nor_pan_leaves_the_recording() {
        let mut view = TimelineView::whole(60.0).zoomed(0.2, 59.0, 60.0);
        for by in [-500.0, 500.0, 3.0] {
            view = view.panned(by, 60.0);
            assert!(view.from_s >= 0.0 && view.to_s <= 60.0 + 1e-9);
        }
        let out = view.zoomed(100.0, 10.0, 60.0);
        assert!((out.from_s, out.to_s) == (0.0, 60.0));
    }
}
