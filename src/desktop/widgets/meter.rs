//! A level in dBFS as a bar with the zones "too quiet", "good" and "too loud" written out.

use crate::desktop::state::Meter;
use crate::desktop::theme::palette;
use eframe::egui::{
    Align2, Color32, FontId, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// The bar begins here.
const LOW_DB: f64 = -70.0;
/// Speech below this is lost in the noise of most rooms.
pub const QUIET_DB: f64 = -45.0;
/// Speech above this is close to clipping: its peaks lie about 15 dB higher.
pub const LOUD_DB: f64 = -12.0;

/// What a level of speech means.
pub fn verdict(meter: &Meter) -> &'static str {
    if meter.clipped || meter.peak_db > -0.5 {
        "too loud: it clips"
    } else if meter.rms_db > LOUD_DB {
        "loud"
    } else if meter.rms_db > QUIET_DB {
        "good"
    } else {
        "quiet"
    }
}

/// Draws it in the color of whose voice it is.
pub fn meter(ui: &mut Ui, name: &str, level: &Meter, color: Color32, zones: bool) {
    let p = palette(ui);
    let height = if zones { 40.0 } else { 14.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let spoken = format!("{name}: {:.0} dB, {}", level.rms_db.max(LOW_DB), verdict(level));
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &spoken));
    let bar = Rect::from_min_size(rect.min, vec2(rect.width(), 14.0));
    let x = |db: f64| bar.left() + ((db - LOW_DB) / -LOW_DB).clamp(0.0, 1.0) as f32 * bar.width();
    let painter = ui.painter();
    painter.rect(bar, 7.0, p.ground, Stroke::new(1.0, p.line), StrokeKind::Inside);
    if zones {
        let good = Rect::from_x_y_ranges(x(QUIET_DB)..=x(LOUD_DB), bar.y_range());
        painter.rect_filled(good, 0.0, p.good.gamma_multiply(0.16));
        let font = FontId::proportional(12.5);
        for (text, at) in [
            ("too quiet", x(LOW_DB + 3.0)),
            ("good for speech", x(QUIET_DB + 2.0)),
            ("too loud", x(LOUD_DB + 1.0)),
        ] {
            painter.text(pos2(at, bar.bottom() + 5.0), Align2::LEFT_TOP, text, font.clone(), p.faint);
        }
    }
    let clipped = level.clipped;
    let fill = Rect::from_x_y_ranges(bar.left()..=x(level.rms_db), bar.y_range());
    if level.rms_db > LOW_DB {
        painter.rect_filled(fill, 7.0, if clipped { p.warn } else { color });
    }
    if level.peak_db > LOW_DB {
        painter.vline(
            x(level.peak_db),
            bar.y_range(),
            Stroke::new(2.0, if clipped { p.warn } else { p.ink }),
        );
    }
}
