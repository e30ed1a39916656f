//! The voice against its own baseline, turn by turn: a band, and a mark for each turn above, inside or below it.

use super::timeline::TimelineView;
use crate::call::{Confidence, Voice, VoiceTurn};
use crate::desktop::theme::{palette, strong};
use crate::report::turn_in_words;
use eframe::egui::{
    Align2, FontId, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// The neutral band where an analysis does not tell it, in units of the person's own spread.
const BAND: [f64; 2] = [-2.0, 2.0];

/// Draws heat per turn on the same time scale as the timeline above it.
pub fn voice_strip(ui: &mut Ui, voice: &Voice, view: TimelineView) {
    let p = palette(ui);
    if voice.heat.confidence == Confidence::Absent && voice.turns.is_empty() {
        ui.label(RichText::new(format!("Voice: not measured ({})", voice.heat.reason)).color(p.absent));
        return;
    }
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width().max(240.0), 110.0), Sense::hover());
    let spoken = voice.heat.value.map_or_else(
        || "Voice strip".to_owned(),
        |h| format!("Voice strip: over the call {h:+.1} of your own neutral spread"),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &spoken));
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect(rect, 10.0, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    let top = voice.turns.iter().filter_map(|t| t.heat).fold(3.0_f64, |a, h| a.max(h.abs())) + 0.4;
    let [low, high] = voice.heat.band.unwrap_or(BAND);
    let y = |heat: f64| rect.center().y - (heat / top) as f32 * (rect.height() / 2.0 - 8.0);
    let x = |s: f64| rect.left() + ((s - view.from_s) / (view.to_s - view.from_s)) as f32 * rect.width();
    let band = Rect::from_min_max(pos2(rect.left(), y(high)), pos2(rect.right(), y(low)));
    painter.rect_filled(band, 0.0, p.good.gamma_multiply(0.14));
    painter.hline(rect.x_range(), y(0.0), Stroke::new(1.0, p.good.gamma_multiply(0.6)));
    painter.text(rect.left_top() + vec2(8.0, 6.0), Align2::LEFT_TOP, "Voice", strong(12.5), p.agent);
    let at = x(view.at_s);
    painter.vline(at, rect.y_range(), Stroke::new(1.5, p.ink));
    for provocation in &voice.provocations {
        let at = x(provocation.customer_end_s);
        painter.vline(at, rect.top() + 22.0..=rect.bottom(), Stroke::new(1.5, p.customer));
        let tip = [vec2(-5.0, 14.0), vec2(5.0, 14.0), vec2(0.0, 22.0)].map(|by| pos2(at, rect.top()) + by);
        painter.add(eframe::egui::Shape::convex_polygon(tip.to_vec(), p.customer, Stroke::NONE));
    }
    for turn in &voice.turns {
        let Some(heat) = turn.heat else { continue };
        // What cannot be trusted is grey.
        let color = match turn.confidence {
            Confidence::Ok if (low..=high).contains(&heat) => p.agent,
            Confidence::Ok => p.warn,
            _ => p.absent,
        };
        let (a, b) = (x(turn.start_s), x(turn.end_s));
        let bar = Rect::from_two_pos(pos2(a, y(0.0)), pos2(b.max(a + 2.0), y(heat)));
        painter.rect_filled(bar, 2.0, color.gamma_multiply(0.35));
        painter.hline(a..=b.max(a + 2.0), y(heat), Stroke::new(3.0, color));
    }
    // On a ground of their own, so that no bar runs through the words.
    for (heat, text) in [(top - 0.5, "hotter than your own"), (-top + 0.5, "flatter than your own")] {
        let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(12.0), p.faint);
        let at = Align2::RIGHT_CENTER.anchor_size(pos2(rect.right() - 8.0, y(heat)), galley.size());
        painter.rect_filled(at.expand(3.0), 4.0, p.card.gamma_multiply(0.9));
        painter.galley(at.min, galley, p.faint);
    }
    let under = response.hover_pos().and_then(|at| {
        let under = |t: &&VoiceTurn| (x(t.start_s)..=x(t.end_s).max(x(t.start_s) + 2.0)).contains(&at.x);
        turn_in_words(voice.turns.iter().find(under)?)
    });
    response.on_hover_text(format!(
        "{}Each bar is one of your turns: how far pitch, loudness, effort and pace together left your own neutral band \
         (the shaded stripe); grey where that is less certain. Arrows from above: the customer said something hostile.",
        under.map_or_else(String::new, |words| format!("{words}.\n\n"))
    ));
}
