//! A trainer's notes and scorecard, and the one-page debrief with its export.

use super::{clock, text_edit, text_field};
use crate::desktop::msg::{Field, Msg};
use crate::desktop::state::{Feedback, OpenedKind, Shelf, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::update::debrief as page_of;
use crate::desktop::widgets::{Icon, card, choice, icon_button, small_note, tick};
use crate::library::Scorecard;
use crate::rehearse::cards::reflect_prompt;
use crate::report::Debrief;
use eframe::egui::{Button, Label, RichText, Ui};

/// Notes and scorecard.
pub fn show(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    if feedback.opened.take.is_none() {
        small_note(ui, "Notes belong to recordings of your library; this example is not kept.");
        return;
    }
    let wide = ui.available_width() > 760.0;
    if wide {
        ui.columns(2, |columns| {
            notes(&mut columns[0], state, feedback, out);
            scorecard(&mut columns[1], state, feedback, out);
        });
    } else {
        notes(ui, state, feedback, out);
        ui.add_space(8.0);
        scorecard(ui, state, feedback, out);
    }
}

/// What was thought before the numbers.
fn before(ui: &mut Ui, feedback: &Feedback) {
    let opened = &feedback.opened;
    if opened.self_rating.is_none() && opened.reflections.is_empty() {
        return;
    }
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Before the numbers").font(strong(17.0)));
        if let Some(rating) = opened.self_rating {
            small_note(ui, &format!("How it went: {rating} of 5"));
        }
        for reflection in &opened.reflections {
            ui.add_space(2.0);
            small_note(ui, reflect_prompt(&reflection.prompt));
            ui.add(Label::new(&reflection.answer).wrap());
        }
    });
    ui.add_space(8.0);
}

fn notes(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    before(ui, feedback);
    let p = palette(ui);
    let at_s = if state.player.playing { state.player.at_s } else { feedback.timeline().at_s };
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Notes").font(strong(17.0)));
        text_field(
            ui,
            "New note",
            "What did you notice at this moment?",
            &feedback.draft,
            Field::Note,
            2,
            out,
        );
        let name = format!("Add at {}", clock(at_s));
        let ready = !feedback.draft.trim().is_empty();
        if ui.add_enabled(ready, Button::new(name)).clicked() {
            out.push(Msg::AddNote(at_s));
        }
        for note in &feedback.opened.notes {
            ui.separator();
            ui.horizontal_top(|ui| {
                let at = clock(note.at_s);
                if icon_button(ui, Icon::Play, &format!("Hear the note at {at}"), 28.0, p.accent).clicked() {
                    out.push(Msg::Play((note.at_s - 1.0).max(0.0), None));
                }
                ui.label(RichText::new(&at).font(strong(14.0)));
                if icon_button(ui, Icon::Close, &format!("Remove the note at {at}"), 22.0, p.faint).clicked()
                {
                    out.push(Msg::RemoveNote(note.id));
                }
                ui.add(Label::new(&note.text).wrap());
            });
        }
        ui.separator();
        let name = if feedback.opened.kind == OpenedKind::Review {
            "Note on the call"
        } else {
            "Your note on the call"
        };
        ui.label(RichText::new(name).font(strong(14.5)));
        text_field(ui, name, "For later, in your words", &feedback.opened.call_note, Field::CallNote, 2, out);
    });
}

fn scorecard(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    let shelf = state.shelf.as_ref();
    let template = shelf.map_or_else(Scorecard::template, Shelf::scorecard);
    let own = shelf.is_some_and(|s| s.template.is_some());
    let scores = feedback.opened.scorecard.as_ref().unwrap_or(&template);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Scorecard").font(strong(17.0)));
        small_note(ui, "1 = not yet, 5 = as it should be. Every line can be reworded.");
        for (i, (criterion, points, remark)) in scores.lines.iter().enumerate() {
            ui.add_space(6.0);
            if let Some(text) = text_edit(ui, &format!("Criterion {}", i + 1), "What is judged", criterion, 1)
            {
                out.push(Msg::ScoreText(i, true, text));
            }
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                ui.spacing_mut().button_padding.x = 10.0;
                for value in 1..=5u8 {
                    let here = *points == Some(value);
                    let button = choice(ui, here, &value.to_string());
                    let name = format!("{criterion}: {value} of 5");
                    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name));
                    if button.clicked() {
                        out.push(Msg::Score(i, (!here).then_some(value)));
                    }
                }
                ui.add_space(4.0);
                if let Some(text) = text_edit(ui, &format!("Remark on {criterion}"), "Remark", remark, 1) {
                    out.push(Msg::ScoreText(i, false, text));
                }
            });
        }
        ui.add_space(8.0);
        ui.horizontal_wrapped(|ui| {
            let worded = |c: &Scorecard| c.lines.iter().map(|l| l.0.clone()).collect::<Vec<_>>();
            let reworded = worded(scores) != worded(&template);
            if ui.add_enabled(reworded, Button::new("Begin with this card from now on")).clicked() {
                out.push(Msg::KeepTemplate(true));
            }
            if own && ui.button("Back to the built-in card").clicked() {
                out.push(Msg::KeepTemplate(false));
            }
        });
    });
}

/// What the one-page debrief holds, and the export.
pub fn debrief(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    let p = palette(ui);
    let page = page_of(feedback);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("One page to talk it over").font(strong(17.0)));
        small_note(ui, "Ten minutes, two people, the call on the table. Listen first, then talk.");
        ui.add_space(4.0);
        ui.label(RichText::new("Listen together").font(strong(14.5)));
        if page.clips.is_empty() {
            small_note(ui, "Nothing stood out: choose a moment on the timeline.");
        }
        for clip in &page.clips {
            ui.horizontal(|ui| {
                let at = clock(clip.at_s);
                let name = format!("Listen together at {at}: {}", clip.title);
                if icon_button(ui, Icon::Play, &name, 28.0, p.accent).clicked() {
                    out.push(Msg::Play(clip.start_s, Some(clip.end_s)));
                }
                ui.label(RichText::new(&at).font(strong(14.0)));
                ui.add(Label::new(&clip.title).wrap());
            });
        }
        ui.add_space(4.0);
        small_note(ui, &format!("Also on the page: {}.", also(&page)));
        ui.separator();
        let voice_allowed = state.policy.is_empty() && state.settings.voice;
        let mut with_voice = feedback.export_voice;
        ui.add_enabled_ui(voice_allowed, |ui| {
            if tick(ui, &mut with_voice, "Include voice metrics").changed() {
                out.push(Msg::ExportVoice(with_voice));
            }
        });
        small_note(
            ui,
            "Whoever gets the file can read and hear it. Voice metrics leave only when you tick them.",
        );
        ui.horizontal_wrapped(|ui| {
            if ui.button("Save the debrief…").on_hover_text("One page with sound, or text").clicked() {
                out.push(Msg::ExportDebrief);
            }
            if ui.button("Save the full report…").on_hover_text("Everything, with sound").clicked() {
                out.push(Msg::ExportReport);
            }
        });
    });
}

/// What else stands on the page.
fn also(page: &Debrief) -> String {
    let some = |n: usize, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("one {one}")),
        n => Some(format!("{n} {many}")),
    };
    let parts = [
        Some("the call as a picture".to_owned()),
        some(page.measures.len(), "number", "numbers"),
        (!page.reflection.is_empty() || page.self_rating.is_some())
            .then(|| "what was thought before the numbers".to_owned()),
        some(page.notes.len(), "note", "notes"),
        some(page.scorecard.len(), "line of the scorecard", "lines of the scorecard"),
        Some("room for what is agreed".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
