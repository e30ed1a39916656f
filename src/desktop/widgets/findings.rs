//! Keep, change, try: the cards on top of the feedback.

use super::basics::{Tone, card};
use super::icons::{Icon, icon, icon_button};
use crate::call::{Analysis, Finding, FindingKind};
use crate::desktop::theme::{palette, strong};
use crate::desktop::views::clock;
use eframe::egui::{self, RichText, Sense, Ui, vec2};

/// What the person wants with a finding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FindingAsk {
    /// Hear the moment.
    Play {
        /// From here.
        start_s: f64,
        /// To here.
        end_s: f64,
    },
    /// Record that reply again.
    Retry {
        /// The moment whose reply is meant.
        at_s: f64,
    },
}

/// The cards side by side where there is room, otherwise below each other.
pub fn findings(ui: &mut Ui, analysis: &Analysis, can_retry: bool) -> Option<FindingAsk> {
    let findings = &analysis.findings;
    if findings.is_empty() {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new("Nothing stood out").font(strong(18.0)));
            ui.label(
                "Everything measured lies inside its band. Look at the timeline, or try a harder scenario.",
            );
        });
        return None;
    }
    let mut asked = None;
    let across = if ui.available_width() > 760.0 { findings.len() } else { 1 };
    for (n, row) in findings.chunks(across).enumerate() {
        // Cards of a row are as high as the highest was a frame ago.
        let id = ui.scope_id().with(("cards", n, row.len(), ui.available_width().round() as i32));
        let least: f32 = ui.data(|d| d.get_temp(id)).unwrap_or_default();
        let mut highest = 0.0_f32;
        ui.columns(row.len(), |columns| {
            for (ui, finding) in columns.iter_mut().zip(row) {
                let (ask, height) = one(ui, finding, finding.moment_s(analysis), can_retry, least);
                asked = asked.or(ask);
                highest = highest.max(height);
            }
        });
        if (highest - least).abs() > 0.5 {
            ui.data_mut(|d| d.insert_temp(id, highest));
            ui.ctx().request_repaint();
        }
    }
    asked
}

/// One card, and how high its contents are; the card itself is at least so high.
fn one(ui: &mut Ui, finding: &Finding, at_s: f64, can_retry: bool, least: f32) -> (Option<FindingAsk>, f32) {
    let (shape, word, tone) = match finding.kind {
        FindingKind::Keep => (Icon::Check, "Keep", Tone::Good),
        FindingKind::Change => (Icon::Change, "Change", Tone::Warn),
        FindingKind::Try => (Icon::Try, "Try", Tone::Plain),
    };
    let color = tone.color(ui);
    let faint = palette(ui).faint;
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        let top = ui.cursor().top();
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(20.0, 20.0), Sense::hover());
            icon(ui.painter(), shape, rect.center(), 18.0, color);
            ui.label(RichText::new(word).font(strong(15.0)).color(color));
        });
        ui.label(RichText::new(&finding.title).font(strong(18.0)));
        ui.label(RichText::new(&finding.because).color(faint));
        if !finding.say_instead.is_empty() {
            ui.add_space(4.0);
            said(ui, &finding.say_instead);
        }
        ui.add_space(4.0);
        let mut asked = None;
        ui.horizontal_wrapped(|ui| {
            let at = clock(at_s);
            let name = format!("Hear “{}” at {at}", finding.title);
            if icon_button(ui, Icon::Play, &name, 34.0, color).clicked() {
                asked = Some(FindingAsk::Play { start_s: finding.start_s, end_s: finding.end_s });
            }
            ui.label(RichText::new(at).small().color(faint));
            if can_retry && finding.kind != FindingKind::Keep {
                let retry =
                    ui.button("Retry this line").on_hover_text("Record just this reply again and compare");
                if retry.clicked() {
                    asked = Some(FindingAsk::Retry { at_s });
                }
            }
            if !finding.sources.is_empty() {
                ui.label(RichText::new("Source").small().color(faint).underline())
                    .on_hover_text(finding.sources.join("\n"));
            }
        });
        let height = ui.min_rect().bottom() - top;
        if height < least {
            ui.add_space(least - height - ui.spacing().item_spacing.y);
        }
        (asked, height)
    })
}

/// A sentence to say, set apart by a rule at its left.
fn said(ui: &mut Ui, sentence: &str) {
    let p = palette(ui);
    let response = egui::Frame::NONE
        .inner_margin(egui::Margin { left: 12, right: 0, top: 2, bottom: 2 })
        .show(ui, |ui| ui.label(RichText::new(format!("“{sentence}”")).size(16.5)))
        .response;
    let left = response.rect.left_top() + vec2(2.0, 0.0);
    ui.painter().vline(left.x, response.rect.y_range(), egui::Stroke::new(3.0, p.agent));
}
