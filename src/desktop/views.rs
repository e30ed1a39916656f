//! The screens: each takes the state and puts what the person asked for into `out`. None changes anything.

mod ask;
mod brief;
mod call;
mod compare;
mod feedback;
mod history;
mod home;
mod looks;
mod measures;
mod models;
mod notes;
mod reflect;
mod review;
mod settings;
mod shell;
mod sound;
mod words;

pub use shell::show;
pub use words::{ago, clock, date, megabytes, sentence};

use super::msg::{Field, Msg};
use eframe::egui::{self, TextEdit, Ui};

/// A text field with an accessible name; what was typed goes to `out`.
fn text_field(
    ui: &mut Ui,
    name: &str,
    hint: &str,
    text: &str,
    field: Field,
    lines: usize,
    out: &mut Vec<Msg>,
) {
    if let Some(text) = text_edit(ui, name, hint, text, lines) {
        out.push(Msg::Typed(field, text));
    }
}

/// A text field with an accessible name; the text when it changed.
fn text_edit(ui: &mut Ui, name: &str, hint: &str, text: &str, lines: usize) -> Option<String> {
    let mut typed = text.to_owned();
    let edit = if lines > 1 {
        TextEdit::multiline(&mut typed).desired_rows(lines)
    } else {
        TextEdit::singleline(&mut typed)
    };
    let edit = edit
        .id_salt(name)
        .hint_text(hint)
        .margin(egui::Margin::symmetric(10, 8))
        .desired_width(f32::INFINITY);
    let response = ui.add(edit);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    response.changed().then_some(typed)
}
