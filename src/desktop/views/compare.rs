//! Two takes side by side, line by line, to be heard against each other: one key changes between them at the same place.

use super::looks::{behavior_title, look};
use super::{ago, date};
use crate::call::{Analysis, BehaviorKind, Speaker};
use crate::desktop::msg::Msg;
use crate::desktop::state::{Compare, ComparedLine, Opened, OpenedKind, State, Stretch};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{
    Icon, PairBar, Tone, card, chip, choice, icon_button, low_row, main_button, page, pair_bar, progress,
    small_note, title,
};
use eframe::egui::{Key, RichText, Stroke, Ui};

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "compare", |ui| {
        let Some(compare) = &state.compare else { return waiting(ui, state, out) };
        if state.ask.is_none() && ui.input(|i| i.key_pressed(Key::S) && !i.modifiers.any()) {
            out.push(Msg::Switch);
        }
        let line = compare.current();
        title(ui, if compare.is_retry() { "The same line, twice" } else { "Two takes, line by line" }, "");
        lines(ui, compare, &line, out);
        let names = compare.names();
        let longest = line.sides.iter().map(|s| s.to_s - s.from_s).fold(0.1, f64::max);
        let draw = |ui: &mut Ui, side: usize, out: &mut Vec<Msg>| {
            one_side(ui, state, compare, (side, names[side]), line.sides[side], longest, out);
        };
        if ui.available_width() > 680.0 {
            ui.columns(2, |columns| {
                for (side, ui) in columns.iter_mut().enumerate() {
                    draw(ui, side, out);
                }
            });
        } else {
            for side in 0..2 {
                draw(ui, side, out);
                ui.add_space(8.0);
            }
        }
        ui.add_space(12.0);
        ui.horizontal_wrapped(|ui| {
            let other = names[1 - compare.heard.min(1)];
            let name = format!("Switch to “{other}”");
            if main_button(ui, &name).on_hover_text("S: at the same place of the line").clicked() {
                out.push(Msg::Switch);
            }
            if compare.is_retry() && ui.button("Once more").on_hover_text("R").clicked() {
                out.push(Msg::Again);
            }
            if ui.button("Back").on_hover_text("Esc").clicked() {
                out.push(Msg::Back);
            }
        });
        small_note(
            ui,
            "Space: play or stop   ·   S: the other take, at the same place   ·   Arrows: another line",
        );
    });
}

fn waiting(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    title(ui, "Comparing the two takes", "");
    match &state.work {
        Some(work) if work.failed.is_some() => {
            ui.label(work.failed.as_deref().unwrap_or_default());
        }
        Some(work) => {
            let text = format!("Listening to the new take: {:.0} %", work.part * 100.0);
            progress(ui, "Analysis", work.part, &text);
        }
        None => {
            ui.spinner();
        }
    }
    ui.add_space(8.0);
    if ui.button("Back").clicked() {
        out.push(Msg::Back);
    }
}

/// Which line, and what the customer says in it.
fn lines(ui: &mut Ui, compare: &Compare, line: &ComparedLine, out: &mut Vec<Msg>) {
    let p = palette(ui);
    let many = compare.lines.len() > 1;
    if many {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("Line").color(p.faint));
            for i in 0..compare.lines.len() {
                let button = choice(ui, i == compare.line, &format!("{}", i + 1));
                let name = format!("Line {} of {}", i + 1, compare.lines.len());
                ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name));
                if button.clicked() {
                    out.push(Msg::CompareLine(i));
                }
            }
        });
        ui.add_space(4.0);
    }
    if line.text.is_empty() {
        small_note(
            ui,
            "The customer says different things in these recordings: they are compared as a whole.",
        );
    } else {
        ui.label(RichText::new("Customer").font(strong(13.5)).color(p.customer));
        ui.label(RichText::new(format!("“{}”", line.text)).size(16.5));
    }
    ui.add_space(8.0);
}

fn one_side(
    ui: &mut Ui,
    state: &State,
    compare: &Compare,
    (side, name): (usize, &str),
    stretch: Stretch,
    longest_s: f64,
    out: &mut Vec<Msg>,
) {
    let p = palette(ui);
    let opened = &compare.sides[side];
    let a = &opened.shown;
    let heard = compare.heard.min(1) == side;
    let here =
        state.player.path.as_deref() == Some(opened.audio.as_path()) && stretch.holds(state.player.at_s);
    let playing = heard && here && state.player.playing;
    let drawn = |ui: &mut Ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(300.0);
        ui.horizontal(|ui| {
            let (icon, what) = if playing { (Icon::Pause, "Stop") } else { (Icon::Play, "Hear") };
            if icon_button(ui, icon, &format!("{what} the take “{name}”"), 44.0, p.accent).clicked() {
                out.push(if playing { Msg::PlayPause } else { Msg::PlaySide(side) });
            }
            ui.vertical(|ui| {
                ui.label(RichText::new(name).font(strong(20.0)));
                ui.label(RichText::new(about(opened, state.now)).small().color(p.faint));
            });
        });
        ui.add_space(4.0);
        let at_s = playing.then_some(state.player.at_s);
        pair_bar(ui, a, &PairBar { from_s: stretch.from_s, to_s: stretch.to_s, scale_s: longest_s, at_s });
        let turns = a.turns.iter().filter(|t| t.speaker == Speaker::Agent && replies(t.start_s, stretch));
        let said: Vec<&str> = turns.map(|t| t.text.as_str()).collect();
        if said.is_empty() {
            ui.label(RichText::new("Nothing was said.").color(p.faint));
        } else {
            ui.label(RichText::new(format!("“{}”", said.join(" "))).size(16.5));
        }
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            for behavior in a.behaviors.iter().filter(|b| replies(b.start_s, stretch)) {
                let tone = if behavior.kind == BehaviorKind::Skill { Tone::Good } else { Tone::Warn };
                let mark = if behavior.kind == BehaviorKind::Skill { "●" } else { "▲" };
                chip(ui, &format!("{mark} {}", behavior_title(&behavior.id)), tone);
            }
        });
        for (label, value) in numbers(a, stretch) {
            low_row(ui, 20.0, |ui| {
                ui.label(RichText::new(label).small().color(p.faint));
                ui.label(RichText::new(value).font(strong(14.5)));
            });
        }
    };
    let rect = ui.scope(|ui| card(ui, drawn)).response.rect;
    if heard {
        ui.painter().rect_stroke(rect, 12.0, Stroke::new(2.0, p.accent), eframe::egui::StrokeKind::Inside);
    }
}

/// Which take it is.
fn about(opened: &Opened, now: i64) -> String {
    let when = if opened.when > 0 { ago(opened.when, now) } else { date(opened.when) };
    match (opened.kind, when.is_empty()) {
        (OpenedKind::Retry, _) => format!("this line again, {when}"),
        (_, true) => opened.title.clone(),
        (_, false) => format!("{}, {when}", opened.title),
    }
}

/// Of the reply, and not of what was said before the line began.
fn replies(at_s: f64, stretch: Stretch) -> bool {
    stretch.holds(at_s)
}

/// What can be compared about one reply.
fn numbers(a: &Analysis, stretch: Stretch) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if let (Some(r), Some(l)) =
        (a.responses.iter().find(|r| replies(r.agent_start_s, stretch)), look("response_latency_s"))
    {
        out.push(("Time to answer", l.shown(Some(r.latency_s))));
    }
    let turns = a.turns.iter().filter(|t| t.speaker == Speaker::Agent && replies(t.start_s, stretch));
    let (words, spoken_s) = turns.fold((0, 0.0), |(n, s), t| (n + t.words.len(), s + (t.end_s - t.start_s)));
    if words > 0 {
        out.push(("Reply", format!("{words} words in {spoken_s:.1} s")));
    }
    if let Some(heat) = a.voice.turns.iter().filter(|t| replies(t.start_s, stretch)).find_map(|t| t.heat) {
        let [low, high] = a.voice.heat.band.unwrap_or([-2.0, 2.0]);
        let side = match heat {
            h if h > high => "hotter than your own",
            h if h < low => "flatter than your own",
            _ => "your own",
        };
        out.push(("Voice", format!("{side} ({heat:+.1})")));
    }
    out
}
