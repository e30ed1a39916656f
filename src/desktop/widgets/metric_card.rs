//! One number on a card: its value, its band as a picture, its confidence; the definition on hover.

use super::basics::{Tone, card};
use crate::call::{Confidence, Metric};
use crate::desktop::theme::{palette, strong};
use crate::report::MetricInfo;
use eframe::egui::{
    Align2, FontId, Pos2, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// The number as people read it, with its unit.
fn shown(look: &MetricInfo, metric: &Metric) -> String {
    match metric.value {
        Some(_) => format!("{} {}", look.value(metric), look.unit),
        None => "–".to_owned(),
    }
}

/// Draws a card of a fixed height, so that a row of them lines up.
pub fn metric_card(ui: &mut Ui, look: &MetricInfo, metric: &Metric) {
    let (tone, verdict) = match (metric.confidence, metric.out_of_band()) {
        (Confidence::Absent, _) => (Tone::Absent, "not measured".to_owned()),
        (_, Some(true)) => (Tone::Warn, side(metric).to_owned()),
        (_, Some(false)) => (Tone::Good, "inside its band".to_owned()),
        (_, None) => (Tone::Plain, String::new()),
    };
    let tone = tone_of(metric.confidence, tone);
    let color = tone.color(ui);
    let faint = palette(ui).faint;
    let response = card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_height(116.0);
        ui.label(RichText::new(look.name).small().color(faint));
        ui.label(RichText::new(shown(look, metric)).font(strong(24.0)).color(color));
        let spoken = format!("{}: {}. {verdict}", look.name, shown(look, metric));
        band_bar(ui, metric, look, &spoken, tone);
        let note = match metric.confidence {
            Confidence::Ok => verdict,
            Confidence::Low if verdict.is_empty() => format!("low confidence: {}", metric.reason),
            Confidence::Low => format!("{verdict}; low confidence: {}", metric.reason),
            Confidence::Absent => metric.reason.clone(),
        };
        ui.label(RichText::new(note).small().color(faint))
    });
    response.on_hover_text(format!("{}\n\nSource: {}", look.definition, look.source));
}

/// What cannot be trusted is grey, wherever it lies.
fn tone_of(confidence: Confidence, tone: Tone) -> Tone {
    if confidence == Confidence::Ok { tone } else { Tone::Absent }
}

fn side(metric: &Metric) -> &'static str {
    match (metric.value, metric.band) {
        (Some(v), Some([lo, _])) if v < lo => "below its band",
        _ => "above its band",
    }
}

/// The band as a pale bar and the value as a diamond on it.
fn band_bar(ui: &mut Ui, metric: &Metric, look: &MetricInfo, spoken: &str, tone: Tone) {
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
        ui.painter().text(at, align, look.number(Some(bound)), font.clone(), p.faint);
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
    fn what_cannot_be_trusted_is_grey_inside_its_band_and_outside() {
        for tone in [Tone::Good, Tone::Warn, Tone::Plain] {
            assert_eq!(tone_of(Confidence::Low, tone), Tone::Absent);
            assert_eq!(tone_of(Confidence::Ok, tone), tone);
        }
    }
}
