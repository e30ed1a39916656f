//! A trainer's notes and scorecard, and the one-page debrief with its export.

use super::{clock, text_edit, text_field};
use crate::desktop::msg::{Field, Msg};
use crate::desktop::state::{Feedback, OpenedKind, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::update::debrief as page_of;
use crate::desktop::widgets::{Icon, card, icon_button, small_note};
use crate::library::Scorecard;
use eframe::egui::{RichText, Ui};

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
            scorecard(&mut columns[1], feedback, out);
        });
    } else {
        notes(ui, state, feedback, out);
        ui.add_space(8.0);
        scorecard(ui, feedback, out);
    }
}

fn notes(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
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
        if ui.add_enabled(ready, eframe::egui::Button::new(name)).clicked() {
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
                ui.add(eframe::egui::Label::new(&note.text).wrap());
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

fn scorecard(ui: &mut Ui, feedback: &Feedback, out: &mut Vec<Msg>) {
    let template = Scorecard::template();
    let scores = feedback.opened.scorecard.as_ref().unwrap_or(&template);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Scorecard").font(strong(17.0)));
        for (i, (criterion, points, remark)) in scores.lines.iter().enumerate() {
            if let Some(text) = text_edit(ui, &format!("Criterion {}", i + 1), "What is judged", criterion, 1)
            {
                out.push(Msg::ScoreText(i, true, text));
            }
            ui.horizontal_wrapped(|ui| {
                for value in 1..=5u8 {
                    let here = *points == Some(value);
                    let button = ui.selectable_label(here, format!(" {value} "));
                    let name = format!("{criterion}: {value} of 5");
                    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(name));
                    if button.clicked() {
                        out.push(Msg::Score(i, (!here).then_some(value)));
                    }
                }
            });
            if let Some(text) = text_edit(ui, &format!("Remark on {criterion}"), "Remark", remark, 1) {
                out.push(Msg::ScoreText(i, false, text));
            }
            ui.add_space(6.0);
        }
    });
}

/// The one-page debrief as it will be saved, and the export.
pub fn debrief(ui: &mut Ui, state: &State, feedback: &Feedback, out: &mut Vec<Msg>) {
    let page = page_of(feedback);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("One page to talk it over").font(strong(17.0)));
        small_note(ui, "Ten minutes, two people, the call on the table. Listen first, then talk.");
        let voice_allowed = state.policy.is_empty() && state.settings.voice;
        let mut with_voice = feedback.export_voice;
        if ui
            .add_enabled(voice_allowed, eframe::egui::Checkbox::new(&mut with_voice, "Include voice metrics"))
            .changed()
        {
            out.push(Msg::ExportVoice(with_voice));
        }
        small_note(ui, "Whoever gets the file can read it. Voice metrics leave only when you tick them.");
        ui.horizontal_wrapped(|ui| {
            if ui.button("Save the debrief…").clicked() {
                out.push(Msg::ExportDebrief);
            }
            if ui.button("Save the full report…").clicked() {
                out.push(Msg::ExportReport);
            }
        });
        ui.separator();
        for finding in &page.findings {
            ui.label(RichText::new(&finding.title).font(strong(15.5)));
            ui.label(&finding.because);
        }
        for clip in &page.clips {
            ui.horizontal_top(|ui| {
                let at = clock(clip.start_s);
                let name = format!("Listen together at {at}: {}", clip.title);
                if icon_button(ui, Icon::Play, &name, 28.0, palette(ui).accent).clicked() {
                    out.push(Msg::Play(clip.start_s, Some(clip.end_s)));
                }
                ui.add(eframe::egui::Label::new(format!("{at}  {}", clip.title)).wrap());
            });
        }
        for (prompt, answer) in &page.reflection {
            ui.label(RichText::new(prompt).small().color(palette(ui).faint));
            ui.label(answer);
        }
        ui.label(RichText::new("Agreed for next time: ________________________").color(palette(ui).faint));
    });
}
