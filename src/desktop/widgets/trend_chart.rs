//! A measure over all rehearsed calls, with its band.

use crate::call::Confidence;
use crate::desktop::theme::{palette, strong};
use crate::library::Trend;
use crate::report::MetricInfo;
use eframe::egui::{
    Align2, FontId, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Round numbers between two, four to six of them.
fn ticks(lo: f64, hi: f64) -> Vec<f64> {
    let rough = ((hi - lo) / 5.0).max(1e-9);
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|s| s * power).find(|s| *s >= rough).unwrap_or(rough);
    let (first, last) = ((lo / step).ceil() as i64, (hi / step).floor() as i64);
    // Through a decimal text, so that 3 * 0.1 is written as 0.3.
    let round = |v: f64| format!("{v:.6}").parse().unwrap_or(v);
    (first..=last).map(|k| round(k as f64 * step)).collect()
}

/// Draws it: one dot a call in their order, hollow where the confidence is low; values on hover.
pub fn trend_chart(ui: &mut Ui, look: &MetricInfo, trend: &Trend, now: i64) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 240.0), Sense::hover());
    let spoken = format!("{} over {} calls", look.name, trend.points.len());
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &spoken));
    let plot = Rect::from_min_max(rect.min + vec2(58.0, 12.0), rect.max - vec2(14.0, 26.0));
    let values = trend.points.iter().map(|p| p.value).chain(trend.band.into_iter().flatten());
    let (lo, hi) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    if trend.points.is_empty() {
        return;
    }
    let pad = ((hi - lo) * 0.12).max(1e-3);
    let (lo, hi) = (lo - pad, hi + pad);
    let y = |v: f64| plot.bottom() - ((v - lo) / (hi - lo)) as f32 * plot.height();
    let n = trend.points.len();
    let x = |i: usize| {
        if n == 1 {
            plot.center().x
        } else {
            plot.left() + 8.0 + i as f32 * (plot.width() - 16.0) / (n - 1) as f32
        }
    };
    let painter = ui.painter();
    painter.rect(plot, 6.0, p.ground, Stroke::new(1.0, p.line), StrokeKind::Inside);
    if let Some([a, b]) = trend.band {
        let stripe = Rect::from_min_max(pos2(plot.left(), y(b)), pos2(plot.right(), y(a)));
        painter.rect_filled(stripe.intersect(plot), 0.0, p.good.gamma_multiply(0.14));
    }
    let font = FontId::proportional(12.5);
    for v in ticks(lo * look.scale, hi * look.scale) {
        let (text, v) = (format!("{v}"), v / look.scale);
        painter.text(pos2(plot.left() - 6.0, y(v)), Align2::RIGHT_CENTER, text, font.clone(), p.faint);
    }
    let ends: &[(usize, Align2)] = if n == 1 {
        &[(0, Align2::CENTER_TOP)]
    } else {
        &[(0, Align2::LEFT_TOP), (n - 1, Align2::RIGHT_TOP)]
    };
    for (i, align) in ends {
        let text = crate::desktop::views::ago(trend.points[*i].at, now);
        painter.text(pos2(x(*i), plot.bottom() + 6.0), *align, text, font.clone(), p.faint);
    }
    let line: Vec<Pos2> = trend.points.iter().enumerate().map(|(i, v)| pos2(x(i), y(v.value))).collect();
    painter.add(Shape::line(line.clone(), Stroke::new(1.8, p.agent)));
    for (at, point) in line.iter().zip(&trend.points) {
        let fill = if point.confidence == Confidence::Ok { p.agent } else { p.card };
        painter.circle(*at, 4.5, fill, Stroke::new(1.8, p.agent));
    }
    if let Some(pos) = response.hover_pos() {
        let near =
            line.iter().enumerate().min_by(|a, b| (a.1.x - pos.x).abs().total_cmp(&(b.1.x - pos.x).abs()));
        if let Some((i, at)) = near {
            let point = &trend.points[i];
            let text =
                format!("{}, {}", look.shown(Some(point.value)), crate::desktop::views::ago(point.at, now));
            let align = if at.x > plot.center().x { Align2::RIGHT_BOTTOM } else { Align2::LEFT_BOTTOM };
            painter.text(*at - vec2(0.0, 9.0), align, text, strong(13.5), p.ink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn an_axis_has_round_numbers() {
        assert_eq!(ticks(53.0, 105.0), [60.0, 80.0, 100.0]);
        assert_eq!(ticks(-0.05, 0.56), [0.0, 0.2, 0.4]);
        assert_eq!(ticks(0.1, 3.3), [1.0, 2.0, 3.0]);
    }
}
