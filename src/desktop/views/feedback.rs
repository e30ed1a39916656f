//! Feedback on a call, and the review of any recording: findings, the picture of the call, what was said, the numbers.

use super::{ago, clock, measures, notes};
use crate::call::BaselineKind;
use crate::desktop::msg::{Field, Msg};
use crate::desktop::state::{Feedback, OpenedKind, Panel, Screen, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{
    FindingAsk, Icon, TimelineAsk, TranscriptAsk, card, choice, findings, icon_button, main_button, page,
    pause_bars, progress, section, small_note, timeline, title, transcript, voice_strip,
};
use eframe::egui::{self, ComboBox, RichText, Ui};

/// Takes that are offered to be compared with.
const MOST_OTHERS: usize = 12;
/// Code of the warning that the channels may be the other way round.
const ROLES: &str = "roles";
const SWAP: &str = "Swap customer and agent";

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let Some(feedback) = &state.feedback else { return waiting(ui, state, out) };
    page(ui, &format!("feedback {}", state.openings), |ui| {
        header(ui, state, feedback, out);
        warnings(ui, feedback);
        swapped(ui, feedback, out);
        let can_retry = feedback.opened.kind == OpenedKind::Rehearsal && feedback.opened.log.is_some();
        match findings(ui, &feedback.opened.shown, can_retry) {
            Some(FindingAsk::Play { start_s, end_s }) => {
                out.push(Msg::Play((start_s - 0.3).max(0.0), Some(end_s + 0.5)));
            }
            Some(FindingAsk::Retry { at_s }) => out.push(Msg::RetryLine(at_s)),
            None => {}
        }
        ui.add_space(8.0);
        picture(ui, state, feedback, out);
        offer_talk(ui, state, feedback, out);
        ui.add_space(8.0);
        panels(ui, state, feedback, out);
    });
}

/// No feedback yet: how far the analysis is, and a way to stop it.
fn waiting(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "waiting", |ui| {
        let Some(work) = &state.work else {
            title(ui, "Nothing is open", "Practice a call, or open a recording.");
            ui.horizontal_wrapped(|ui| {
                if main_button(ui, "Practice").clicked() {
                    out.push(Msg::Go(Screen::Home));
                }
                if ui.button("See sample feedback").clicked() {
                    out.push(Msg::OpenSample);
                }
            });
            return;
        };
        title(ui, &work.title, "");
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            if let Some(why) = &work.failed {
                ui.label(
                    RichText::new("This could not be analyzed").font(strong(17.0)).color(palette(ui).warn),
                );
                ui.label(why);
                small_note(ui, "The recording itself is untouched.");
                if ui.button("Back").clicked() {
                    out.push(Msg::CancelWork);
                }
                return;
            }
            let what = match work.part {
                p if p < 0.05 => "Reading the recording",
                p if p < 0.25 => "Finding who spoke when",
                p if p < 0.95 => "Writing down the words",
                _ => "Looking at the whole",
            };
            ui.label(RichText::new(what).font(strong(17.0)));
            let text = format!("{:.0} %", work.part * 100.0);
            progress(ui, "Analysis", work.part, &text);
            if ui.button("Stop").on_hover_text("The recording stays").clicked() {
                out.push(Msg::CancelWork);
            }
        });
    });
}

fn header(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    let opened = &feedback.opened;
    let source = &opened.shown.source;
    let mut below = vec![clock(source.duration_s)];
    if opened.when > 0 {
        below.push(ago(opened.when, state.now));
    }
    match opened.kind {
        OpenedKind::Sample => {
            below.push("an example that ships with Evenkeel; the voices are synthetic".to_owned());
        }
        OpenedKind::Review => below.push("a recording under review".to_owned()),
        _ => {}
    }
    if let Some(rating) = opened.self_rating {
        below.push(format!("you said {rating} of 5"));
    }
    title(ui, &opened.title, &below.join("   ·   "));
    let lone =
        || opened.take.zip(state.shelf.as_ref()).is_none_or(|(t, shelf)| shelf.comparable(t).is_empty());
    let doubted = source_doubted(opened);
    let two = opened.kind == OpenedKind::Review && source.roles.customer.and(source.roles.agent).is_some();
    if opened.kind == OpenedKind::Review && lone() && (doubted || !two) {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        if opened.kind == OpenedKind::Rehearsal
            && let Some(scenario) = &opened.scenario
            && ui.button("Try this call again").clicked()
        {
            out.push(Msg::Brief(scenario.id.clone()));
        }
        if opened.kind == OpenedKind::Sample && main_button(ui, "Practice a call yourself").clicked() {
            out.push(Msg::Go(Screen::Home));
        }
        compare_with(ui, state, feedback, out);
        if two
            && !doubted
            && ui.button(SWAP).on_hover_text("Listen to it again the other way round").clicked()
        {
            out.push(Msg::SwapRoles);
        }
        for retry in &opened.retries {
            let name = format!("Hear the retry of {}", ago(retry.when, state.now));
            if ui.button(name).clicked() {
                out.push(Msg::OpenCompare(retry.take));
            }
        }
    });
    ui.add_space(6.0);
}

/// Whether the channels look swapped.
fn source_doubted(opened: &crate::desktop::state::Opened) -> bool {
    opened.shown.warnings.iter().any(|w| w.code == ROLES)
}

/// Another take of the same call, or another recording, to hear against this one.
fn compare_with(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    const NAME: &str = "Compare with another take";
    let (Some(take), Some(shelf)) = (feedback.opened.take, &state.shelf) else { return };
    let others = shelf.comparable(take);
    if others.is_empty() {
        return;
    }
    let combo = ComboBox::from_id_salt("compare").selected_text(NAME).width(230.0).show_ui(ui, |ui| {
        for other in others.into_iter().take(MOST_OTHERS) {
            let mut name = ago(other.started_at, state.now);
            if feedback.opened.kind == OpenedKind::Review {
                name = format!("{}, {name}", other.title);
            } else if let Some(o) = &other.outcome {
                name = format!("{name}, {} of {} skills", o.met, o.expected);
            }
            if ui.selectable_label(false, name).clicked() {
                out.push(Msg::OpenCompare(other.id));
            }
        }
    });
    ui.ctx().accesskit_node_builder(combo.response.id, |node| node.set_label(NAME));
}

fn warnings(ui: &mut Ui, feedback: &Feedback) {
    // The roles have a card of their own.
    let warnings: Vec<_> = feedback.opened.shown.warnings.iter().filter(|w| w.code != ROLES).collect();
    if warnings.is_empty() {
        return;
    }
    egui::CollapsingHeader::new(format!(
        "{} to know before you trust the rest",
        count(warnings.len(), "thing")
    ))
    .id_salt("warnings")
    .show(ui, |ui| {
        for warning in warnings {
            ui.label(RichText::new(&warning.text).color(palette(ui).faint));
        }
    });
    ui.add_space(4.0);
}

/// Whoever is taken for the customer may be the agent; with a button, so that nobody has to open the recording anew.
fn swapped(ui: &mut Ui, feedback: &Feedback, out: &mut Vec<Msg>) {
    let opened = &feedback.opened;
    if opened.kind != OpenedKind::Review || !source_doubted(opened) {
        return;
    }
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        let text = RichText::new("Are the channels the other way round?").font(strong(16.0));
        ui.label(text.color(palette(ui).warn));
        ui.label("Whoever is taken for the customer here greets and helps like an agent.");
        if ui.button(SWAP).clicked() {
            out.push(Msg::SwapRoles);
        }
    });
    ui.add_space(8.0);
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("One {what}") } else { format!("{n} {what}s") }
}

/// What forty seconds of free talk would add, after a call that was compared with less.
fn offer_talk(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    let known = feedback.opened.shown.voice.baseline == BaselineKind::SoundCheck;
    let off = !state.policy.is_empty() || !state.settings.voice || state.settings.talk_declined;
    if known || off || feedback.opened.kind != OpenedKind::Rehearsal {
        return;
    }
    ui.add_space(8.0);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        let (title, text) = if feedback.opened.shown.voice.baseline == BaselineKind::None {
            (
                "There was nothing to compare your voice with",
                "Forty seconds of free talk would let the next calls tell how far they move it from your usual voice.",
            )
        } else {
            (
                "Your voice was compared with your own calm turns of this call only",
                "Forty seconds of free talk would tell how far the whole call moved it from your usual voice.",
            )
        };
        ui.label(RichText::new(title).font(strong(15.5)));
        ui.label(text);
        ui.horizontal_wrapped(|ui| {
            if ui.button("Record them now").clicked() {
                out.push(Msg::Go(Screen::Sound));
            }
            if ui.button("Not now").clicked() {
                out.push(Msg::DeclineTalk);
            }
        });
    });
}

/// The timeline with what plays, and the voice below it on the same scale.
fn picture(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    let shown = &feedback.opened.shown;
    let duration_s = shown.source.duration_s;
    let mut view = feedback.timeline();
    let here = state.player.path.as_deref() == Some(feedback.opened.audio.as_path());
    let playing = here && state.player.playing;
    if playing {
        view.at_s = state.player.at_s;
    }
    section(ui, "The call at a glance");
    ui.horizontal_wrapped(|ui| {
        let p = palette(ui);
        let (icon, name) =
            if playing { (Icon::Pause, "Stop playing") } else { (Icon::Play, "Play from the cursor") };
        if icon_button(ui, icon, name, 38.0, p.accent).clicked() {
            out.push(Msg::PlayPause);
        }
        ui.label(RichText::new(format!("{} / {}", clock(view.at_s), clock(duration_s))).font(strong(15.0)));
        ui.add_space(8.0);
        for (name, factor) in [("Zoom in", 0.5), ("Zoom out", 2.0)] {
            if ui.button(name).clicked() {
                out.push(Msg::Show(view.zoomed(factor, view.at_s.clamp(view.from_s, view.to_s), duration_s)));
            }
        }
        if (view.to_s - view.from_s) < duration_s - 0.01 && ui.button("Whole call").clicked() {
            out.push(Msg::Show(view.zoomed(1e6, view.at_s, duration_s)));
        }
        small_note(ui, "Click to hear, drag to move, Ctrl and wheel to zoom, arrows to step.");
    });
    match timeline(ui, shown, view, agent_name(feedback)) {
        Some(TimelineAsk::PlayFrom(s)) => out.push(Msg::Play(s, None)),
        Some(TimelineAsk::Seek(s)) => out.push(Msg::Seek(s)),
        Some(TimelineAsk::Show(view)) => out.push(Msg::Show(view)),
        None => {}
    }
    let measured = state.policy.is_empty() && state.settings.voice;
    legend(ui, measured && !shown.voice.provocations.is_empty(), !shown.holds.is_empty());
    ui.add_space(4.0);
    if measured {
        voice_strip(ui, &shown.voice, view);
    } else {
        let why =
            if state.policy.is_empty() { "Voice metrics are off in your settings." } else { &state.policy };
        small_note(ui, why);
    }
}

/// In a review the agent is somebody else.
fn agent_name(feedback: &Feedback) -> &'static str {
    if feedback.opened.kind == OpenedKind::Review { "Agent" } else { "You" }
}

fn legend(ui: &mut Ui, hostile_lines: bool, holds: bool) {
    let p = palette(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        for (shape, text) in [
            (0, "a skill was heard"),
            (1, "worth another wording"),
            (2, "time to answer"),
            (3, "both spoke, or silence"),
            (4, "a nod (mm-hm)"),
            (5, "a hostile line"),
            (6, "on hold"),
        ] {
            if shape == 5 && !hostile_lines || shape == 6 && !holds {
                continue;
            }
            let (rect, _) = ui.allocate_exact_size(egui::vec2(16.0, 16.0), egui::Sense::hover());
            let (c, painter) = (rect.center(), ui.painter());
            match shape {
                0 => {
                    painter.circle_filled(c, 4.5, p.good);
                }
                1 => {
                    let points =
                        [(0.0, -6.0), (6.0, 5.0), (-6.0, 5.0)].map(|(x, y)| c + egui::vec2(x, y)).to_vec();
                    painter.add(egui::Shape::convex_polygon(points, p.warn, egui::Stroke::NONE));
                }
                2 => {
                    painter.hline(rect.x_range(), c.y, egui::Stroke::new(2.0, p.faint));
                    painter.vline(rect.left(), c.y - 4.0..=c.y + 4.0, egui::Stroke::new(1.5, p.faint));
                    painter.vline(rect.right(), c.y - 4.0..=c.y + 4.0, egui::Stroke::new(1.5, p.faint));
                }
                3 => {
                    for x in [-6.0, 0.0, 6.0] {
                        let a = c + egui::vec2(x - 4.0, 5.0);
                        painter.line_segment([a, a + egui::vec2(8.0, -10.0)], egui::Stroke::new(1.0, p.warn));
                    }
                }
                5 => {
                    painter.vline(c.x, c.y - 4.0..=c.y + 8.0, egui::Stroke::new(1.5, p.customer));
                    let tip = [(-5.0, -6.0), (5.0, -6.0), (0.0, 2.0)].map(|(x, y)| c + egui::vec2(x, y));
                    painter.add(egui::Shape::convex_polygon(tip.to_vec(), p.customer, egui::Stroke::NONE));
                }
                6 => pause_bars(painter, c, p.absent),
                _ => {
                    painter.circle(c, 5.0, p.card, egui::Stroke::new(2.0, p.good));
                }
            }
            ui.label(RichText::new(text).small().color(p.faint));
            ui.add_space(10.0);
        }
    });
}

fn panels(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    ui.horizontal_wrapped(|ui| {
        for (panel, name) in [
            (Panel::Transcript, "What was said"),
            (Panel::Measures, "The numbers"),
            (Panel::Notes, "Notes and scorecard"),
            (Panel::Debrief, "Debrief and export"),
        ] {
            if choice(ui, feedback.panel == panel, name).clicked() {
                out.push(Msg::Panel(panel));
            }
        }
    });
    ui.add_space(4.0);
    match feedback.panel {
        Panel::Transcript => words(ui, state, feedback, out),
        Panel::Measures => measures::show(ui, state, &feedback.opened.shown),
        Panel::Notes => notes::show(ui, state, feedback, out),
        Panel::Debrief => notes::debrief(ui, state, feedback, out),
    }
}

fn words(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        if !feedback.opened.corrections.is_empty() {
            ui.horizontal_wrapped(|ui| {
                let n = feedback.opened.corrections.len();
                small_note(
                    ui,
                    &format!("{} applied; everything was computed again.", count(n, "correction")),
                );
                if ui.button("Undo the last correction").clicked() {
                    out.push(Msg::UndoCorrection);
                }
            });
        }
        let editing = feedback.editing.as_ref().map(|e| (e.turn, e.text.as_str()));
        let playing = state.player.path.as_deref() == Some(feedback.opened.audio.as_path());
        let at = playing.then_some(state.player.at_s);
        match transcript(ui, &feedback.opened.shown, at, agent_name(feedback), editing) {
            Some(TranscriptAsk::Play { start_s, end_s }) => out.push(Msg::Play(start_s, Some(end_s))),
            Some(TranscriptAsk::Strike(index)) => out.push(Msg::Strike(index)),
            Some(TranscriptAsk::Edit(turn)) => out.push(Msg::Edit(turn)),
            Some(TranscriptAsk::Typed(text)) => out.push(Msg::Typed(Field::Words, text)),
            Some(TranscriptAsk::Done(keep)) => out.push(Msg::EditDone(keep)),
            None => {}
        }
    });
}
