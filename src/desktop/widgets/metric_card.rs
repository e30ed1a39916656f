//! One number on a card: its value, its band as a picture, its confidence; the definition on hover.

use super::basics::{Tone, card};
use crate::call::{Confidence, Metric};
use crate::desktop::theme::{palette, strong};
use eframe::egui::{
    Align2, FontId, Pos2, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// How a metric is shown.
#[derive(Clone, Copy, Debug)]
pub struct MetricLook {
    /// Name for people.
    pub name: &'static str,
    /// After the number.
    pub unit: &'static str,
    /// Digits after the point.
    pub decimals: usize,
    /// What the value is multiplied by for people (100 for shares).
    pub scale: f64,
    /// How it is made and where that comes from.
    pub definition: &'static str,
}

impl MetricLook {
    /// The number as people read it, or a dash.
    pub fn value(&self, metric: &Metric) -> String {
        metric.value.map_or_else(
            || "–".to_owned(),
            |v| {
                format!(
                    "{:.*}{}{}",
                    self.decimals,
                    v * self.scale,
                    if self.unit == "%" { "" } else { " " },
                    self.unit
                )
            },
        )
    }
}

/// Draws a card of a fixed height, so that a row of them lines up.
pub fn metric_card(ui: &mut Ui, look: &MetricLook, metric: &Metric) {
    let (tone, verdict) = match (metric.confidence, metric.out_of_band()) {
        (Confidence::Absent, _) => (Tone::Absent, "not measured".to_owned()),
        (_, Some(true)) => (Tone::Warn, side(metric).to_owned()),
        (_, Some(false)) => (Tone::Good, "inside its band".to_owned()),
        (_, None) => (Tone::Plain, String::new()),
    };
    let color = tone.color(ui);
    let faint = palette(ui).faint;
    let response = card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_height(116.0);
        ui.label(RichText::new(look.name).small().color(faint));
        ui.label(RichText::new(look.value(metric)).font(strong(24.0)).color(color));
        let spoken = format!("{}: {}. {verdict}", look.name, look.value(metric));
        band_bar(ui, metric, look, &spoken, tone);
        let note = match metric.confidence {
            Confidence::Ok => verdict,
            Confidence::Low if verdict.is_empty() => format!("low confidence: {}", metric.reason),
            Confidence::Low => format!("{verdict}; low confidence: {}", metric.reason),
            Confidence::Absent => metric.reason.clone(),
        };
        ui.label(RichText::new(note).small().color(faint))
    });
    response.on_hover_text(look.definition);
}

fn side(metric: &Metric) -> &'static str {
    match (metric.value, metric.band) {
        (Some(v), Some([lo, _])) if v < lo => "below its band",
        _ => "above its band",
    }
}

/// The band as a pale bar and the value as a diamond on it.
fn band_bar(ui: &mut Ui, metric: &Metric, look: &MetricLook, spoken: &str, tone: Tone) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, spoken));
    let (Some([lo, hi]), Some(value)) = (metric.band, metric.value) else { return };
    let width = (hi - lo).abs().max(1e-6);
    let (from, to) = ((lo - width * 0.6).min(value), (hi + width * 0.6).max(value));
    let x = |v: f64| rect.left() + ((v - from) / (to - from)) as f32 * rect.width();
    let mid = rect.top() + 7.0;
    let painter = ui.painter();
    painter.line_segment([pos2(rect.left(), mid), pos2(rect.right(), mid)], Stroke::new(1.0, p.line));
    let band = Rect::from_min_max(pos2(x(lo), mid - 4.0), pos2(x(hi), mid + 4.0));
    painter.rect(band, 3.0, p.good.gamma_multiply(0.22), Stroke::new(1.0, p.good), StrokeKind::Inside);
    diamond(ui, pos2(x(value).clamp(rect.left() + 5.0, rect.right() - 5.0), mid), tone);
    let font = FontId::proportional(11.5);
    for (bound, align) in [(lo, Align2::CENTER_TOP), (hi, Align2::CENTER_TOP)] {
        let at = pos2(x(bound).clamp(rect.left() + 10.0, rect.right() - 10.0), mid + 5.0);
        ui.painter().text(
            at,
            align,
            format!("{:.*}", look.decimals, bound * look.scale),
            font.clone(),
            p.faint,
        );
    }
}

fn diamond(ui: &Ui, at: Pos2, tone: Tone) {
    let r = 5.5;
    let points = vec![at + vec2(0.0, -r), at + vec2(r, 0.0), at + vec2(0.0, r), at + vec2(-r, 0.0)];
    let edge = Stroke::new(1.0, palette(ui).card);
    ui.painter().add(eframe::egui::Shape::convex_polygon(points, tone.color(ui), edge));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_people_write_them_and_missing_ones_as_a_dash() {
        let share = MetricLook { name: "Talk share", unit: "%", decimals: 0, scale: 100.0, definition: "" };
        assert_eq!(share.value(&Metric::ok(0.634)), "63%");
        assert_eq!(share.value(&Metric::absent("one voice")), "–");
        let rate = MetricLook { name: "Pace", unit: "words/min", decimals: 0, scale: 1.0, definition: "" };
        assert_eq!(rate.value(&Metric::ok(151.4)), "151 words/min");
    }
}
