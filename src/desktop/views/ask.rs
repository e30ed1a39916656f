//! A question that must be answered before anything else happens.

use crate::desktop::msg::Msg;
use crate::desktop::state::Ask;
use crate::desktop::theme::strong;
use crate::desktop::widgets::main_button;
use eframe::egui::{Frame, Id, Key, Memory, Modal, RichText, Ui};

/// Shows it in front of everything.
pub fn show(ui: &Ui, question: Ask, out: &mut Vec<Msg>) {
    let (title, text, yes, no) = match question {
        Ask::DeleteTake(_) => (
            "Delete this take?",
            "Its recording, feedback and notes are deleted for good. Journal entries stay.",
            "Delete it",
            "Keep it",
        ),
        Ask::DeleteAll => (
            "Delete everything?",
            "All takes with their recordings, all notes, ratings and the journal are deleted for good. Settings and your \
             voice baseline stay.",
            "Delete everything",
            "Keep everything",
        ),
        Ask::EndCall => (
            "End the call?",
            "What was recorded is kept, and feedback is made from it.",
            "End the call",
            "Go on",
        ),
        Ask::DropWords => (
            "Leave without your words?",
            "They are kept as soon as you say how it went, 1 to 5. Without it they are lost.",
            "Leave them",
            "Keep writing",
        ),
    };
    let frame = Frame::popup(ui.style()).inner_margin(24.0).corner_radius(14.0);
    let response = Modal::new(Id::unique("ask")).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(420.0);
        ui.label(RichText::new(title).font(strong(20.0)));
        ui.add_space(4.0);
        ui.label(text);
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            if question == Ask::EndCall {
                if main_button(ui, yes).clicked() {
                    out.push(Msg::Answer(true));
                }
                if ui.button(no).clicked() {
                    out.push(Msg::Answer(false));
                }
            } else {
                // What cannot be undone is not the big button.
                if main_button(ui, no).clicked() {
                    out.push(Msg::Answer(false));
                }
                if ui.button(yes).clicked() {
                    out.push(Msg::Answer(true));
                }
            }
        });
    });
    // Enter is the big button.
    if ui.input(|i| i.key_pressed(Key::Enter)) && ui.memory(Memory::focused).is_none() {
        out.push(Msg::Answer(question == Ask::EndCall));
    }
    if response.backdrop_response.clicked() {
        out.push(Msg::Answer(false));
    }
}
