//! What was said, following playback, with behaviors highlighted; each can be struck, each turn's words corrected.

use super::basics::low_row;
use super::icons::{Icon, icon_button};
use crate::call::{Analysis, Behavior, BehaviorKind, Speaker, Turn, behavior_info};
use crate::desktop::theme::{Palette, palette, strong};
use crate::desktop::views::clock;
use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    Button, FontId, Id, Margin, RichText, Stroke, TextEdit, TextStyle, TextWrapMode, Ui, WidgetText, vec2,
};

/// Size of the button that strikes a behavior, and what lies between it and the behavior's name.
const STRIKE: f32 = 20.0;
const CHIP_GAP: f32 = 4.0;

/// What the person wants with the transcript.
#[derive(Clone, Debug, PartialEq)]
pub enum TranscriptAsk {
    /// Hear a stretch.
    Play {
        /// From here.
        start_s: f64,
        /// To here.
        end_s: f64,
    },
    /// "This was not an apology": index into the analysis's behaviors.
    Strike(usize),
    /// Start correcting the words of a turn.
    Edit(usize),
    /// The words as typed so far.
    Typed(String),
    /// Keep or drop them.
    Done(bool),
}

/// Shows all turns; `at_s` is where playback is, `agent_name` what the agent is called, `editing` the turn whose words are
/// being corrected, with what was typed.
pub fn transcript(
    ui: &mut Ui,
    analysis: &Analysis,
    at_s: Option<f64>,
    agent_name: &str,
    editing: Option<(usize, &str)>,
) -> Option<TranscriptAsk> {
    let mut asked = None;
    let id = Id::unique("turn being corrected");
    let now = editing.map(|e| e.0);
    let before = ui.data_mut(|d| std::mem::replace(d.get_temp_mut_or_default::<Option<usize>>(id), now));
    if analysis.turns.is_empty() {
        ui.label("Nothing was said in this recording.");
    }
    for (index, turn) in analysis.turns.iter().enumerate() {
        let heard: Vec<(usize, &Behavior)> =
            analysis.behaviors.iter().enumerate().filter(|(_, b)| b.turn == index).collect();
        let typed = editing.filter(|e| e.0 == index).map(|e| (e.1, before != now));
        asked = asked.or(one_turn(ui, turn, index, &heard, at_s, agent_name, typed));
        ui.add_space(10.0);
    }
    asked
}

fn one_turn(
    ui: &mut Ui,
    turn: &Turn,
    index: usize,
    heard: &[(usize, &Behavior)],
    at_s: Option<f64>,
    agent_name: &str,
    typed: Option<(&str, bool)>,
) -> Option<TranscriptAsk> {
    let p = palette(ui);
    let (name, color) = match turn.speaker {
        Speaker::Customer => ("Customer", p.customer),
        Speaker::Agent => (agent_name, p.agent),
    };
    let mut asked = None;
    ui.horizontal_top(|ui| {
        let at = clock(turn.start_s);
        if icon_button(ui, Icon::Play, &format!("Hear {name} at {at}"), 28.0, color).clicked() {
            asked = Some(TranscriptAsk::Play { start_s: turn.start_s, end_s: turn.end_s });
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            low_row(ui, 22.0, |ui| {
                ui.spacing_mut().button_padding = vec2(4.0, 1.0);
                ui.label(RichText::new(name).font(strong(13.5)).color(color));
                ui.label(RichText::new(at).small().color(p.faint));
                if turn.speaker == Speaker::Agent {
                    let name = format!("Correct words of turn {}", index + 1);
                    let edit = RichText::new("Correct words").small().color(p.faint).underline();
                    let edit = ui.add(Button::new(edit).frame_when_inactive(false));
                    edit.widget_info(|| {
                        eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, &name)
                    });
                    if edit.clicked() {
                        asked = Some(TranscriptAsk::Edit(index));
                    }
                }
            });
            if let Some((text, is_new)) = typed {
                asked = asked.take().or(editor(ui, index, text, is_new));
                return;
            }
            ui.label(marked(turn, heard, at_s, p));
            if !heard.is_empty() {
                low_row(ui, 20.0, |ui| {
                    ui.spacing_mut().item_spacing.x = 14.0;
                    for (number, behavior) in heard {
                        asked = asked.take().or(behavior_chip(ui, *number, behavior));
                    }
                });
            }
        });
    });
    asked
}

/// The words of a turn, to be corrected where they stand; a new one is where the typing goes.
fn editor(ui: &mut Ui, index: usize, text: &str, is_new: bool) -> Option<TranscriptAsk> {
    let mut asked = None;
    let mut typed = text.to_owned();
    ui.label(RichText::new(format!("Correct the words of turn {}", index + 1)).small());
    let edit = TextEdit::multiline(&mut typed).desired_rows(3).margin(Margin::symmetric(10, 8));
    let response = ui.add(edit.id_salt("words of a turn").desired_width(f32::INFINITY));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Words of this turn"));
    if is_new {
        response.request_focus();
        response.scroll_to_me(None);
    }
    if response.changed() {
        asked = Some(TranscriptAsk::Typed(typed));
    }
    ui.horizontal_wrapped(|ui| {
        for (name, keep) in [("Use these words", true), ("Leave them", false)] {
            if ui.button(name).clicked() {
                asked = Some(TranscriptAsk::Done(keep));
            }
        }
    });
    asked
}

/// The words as one flowing text: behaviors underlined in their color, the word being played on a tint.
fn marked(turn: &Turn, heard: &[(usize, &Behavior)], at_s: Option<f64>, p: Palette) -> LayoutJob {
    let mut job = LayoutJob::default();
    if turn.words.is_empty() {
        let text = if turn.text.is_empty() { "(not transcribed)" } else { &turn.text };
        let color = if turn.text.is_empty() { p.faint } else { p.ink };
        job.append(text, 0.0, TextFormat::simple(FontId::proportional(16.0), color));
    }
    let mut before = None;
    for (i, word) in turn.words.iter().enumerate() {
        let middle = f64::midpoint(word.start_s, word.end_s);
        let mark = heard
            .iter()
            .filter(|(_, b)| b.start_s <= middle && middle <= b.end_s)
            .min_by_key(|(_, b)| b.kind == BehaviorKind::Skill);
        let mut format = TextFormat::simple(FontId::proportional(16.0), p.ink);
        if let Some((_, b)) = mark {
            let color = if b.kind == BehaviorKind::Hazard { p.warn } else { p.good };
            format.underline = Stroke::new(2.0, color);
        }
        if i > 0 {
            // A real blank, so that lines break at words; it belongs to what goes on over it.
            let mut blank = format.clone();
            if mark.map(|(n, _)| n) != before {
                blank.underline = Stroke::NONE;
            }
            job.append(" ", 0.0, blank);
        }
        before = mark.map(|(n, _)| n);
        if at_s.is_some_and(|t| word.start_s <= t && t < word.end_s) {
            format.background = p.accent.gamma_multiply(0.25);
        }
        if word.p < 0.4 {
            format.color = p.faint;
        }
        job.append(&word.text, 0.0, format);
    }
    job
}

fn behavior_chip(ui: &mut Ui, number: usize, behavior: &Behavior) -> Option<TranscriptAsk> {
    let p = palette(ui);
    let title = behavior_info(&behavior.id).map_or(behavior.id.as_str(), |i| i.title);
    let (color, mark) = match behavior.kind {
        BehaviorKind::Skill => (p.good, "●"),
        BehaviorKind::Hazard => (p.warn, "▲"),
    };
    let mut asked = None;
    let text = WidgetText::from(RichText::new(format!("{mark} {title}")).small().color(color));
    let text = text.into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, TextStyle::Small);
    // A chip is never broken, and what is put together does not wrap by itself.
    if ui.cursor().left() > ui.max_rect().left() + 1.0
        && ui.available_size_before_wrap().x < text.size().x + CHIP_GAP + STRIKE
    {
        ui.end_row();
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = CHIP_GAP;
        ui.label(text).on_hover_text(format!("Heard in “{}”\nRule: {}", behavior.text, behavior.rule));
        let strike = format!("Strike: this was not “{title}”");
        if icon_button(ui, Icon::Close, &strike, STRIKE, p.faint).clicked() {
            asked = Some(TranscriptAsk::Strike(number));
        }
    });
    asked
}
