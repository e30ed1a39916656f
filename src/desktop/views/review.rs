//! Opening recordings: drop, choose, say who is on which channel.

use super::clock;
use super::history::{compare_hint, take_rows};
use crate::desktop::msg::Msg;
use crate::desktop::state::{RecordingRow, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{Icon, card, icon, main_button, page, section, small_note, title};
use eframe::egui::{self, ComboBox, RichText, Sense, Stroke, Ui, vec2};

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "review", |ui| {
        title(
            ui,
            "Review a recording",
            "The same feedback for any call, yours or a colleague's, with notes and a scorecard.",
        );
        if let Some(why) = &state.review.refused {
            card(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.label(
                    RichText::new("This could not be opened").font(strong(16.0)).color(palette(ui).warn),
                );
                ui.label(why);
            });
            ui.add_space(8.0);
        }
        if let Some(row) = &state.review.asking {
            channels(ui, state, row, out);
            ui.add_space(8.0);
        }
        drop_area(ui, state.review.asking.is_some(), out);
        folder(ui, state, out);
        recent(ui, state, out);
    });
}

/// While a recording is asked about, that is the main thing to do.
fn drop_area(ui: &mut Ui, asking: bool, out: &mut Vec<Msg>) {
    let p = palette(ui);
    let frame = egui::Frame::NONE.corner_radius(12.0).inner_margin(22.0).stroke(Stroke::new(1.5, p.line));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.vertical_centered(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(40.0, 36.0), Sense::hover());
            icon(ui.painter(), Icon::Mic, rect.center(), 30.0, p.faint);
            ui.label(RichText::new("Drop a recording or a folder here").font(strong(17.0)));
            small_note(ui, "WAV, FLAC, MP3, Ogg or M4A, one voice or one per channel. Nothing is uploaded.");
            ui.add_space(4.0);
            ui.horizontal_wrapped(|ui| {
                // Centered by hand: a horizontal row takes the whole width.
                ui.add_space((ui.available_width() - 560.0).max(0.0) / 2.0);
                let name = "Choose a recording…";
                let choose =
                    if asking { ui.button(name) } else { main_button(ui, name).on_hover_text("Space") };
                if choose.clicked() {
                    out.push(Msg::PickFile);
                }
                if ui.button("Choose a folder…").clicked() {
                    out.push(Msg::PickFolder);
                }
                if ui.button("See sample feedback").clicked() {
                    out.push(Msg::OpenSample);
                }
            });
        });
    });
}

/// Who is on which channel?
fn channels(ui: &mut Ui, state: &State, row: &RecordingRow, out: &mut Vec<Msg>) {
    let review = &state.review;
    let name = row.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new("Who is on which channel?").font(strong(17.0)));
        let n =
            if row.channels == 1 { "one channel".to_owned() } else { format!("{} channels", row.channels) };
        ui.label(format!("{name}, {}, {n}", clock(row.duration_s)));
        ui.horizontal_wrapped(|ui| {
            for (who, chosen, other_is) in
                [("Customer", review.customer, true), ("Agent", review.agent, false)]
            {
                ui.label(who);
                let combo = ComboBox::from_id_salt(who)
                    .selected_text(channel_name(chosen, row.channels))
                    .width(190.0);
                let combo = combo.show_ui(ui, |ui| {
                    for channel in (0..row.channels.min(8)).map(Some).chain([None]) {
                        let text = channel_name(channel, row.channels);
                        if ui.selectable_label(chosen == channel, text).clicked() {
                            out.push(if other_is {
                                Msg::Roles(channel, review.agent)
                            } else {
                                Msg::Roles(review.customer, channel)
                            });
                        }
                    }
                });
                ui.ctx().accesskit_node_builder(combo.response.id, |node| node.set_label(who));
            }
            if row.channels >= 2 && ui.button("Swap").clicked() {
                out.push(Msg::Roles(review.agent, review.customer));
            }
        });
        let same = review.customer == review.agent;
        if same {
            small_note(ui, "Customer and agent need different channels, and one of them must be there.");
        } else if row.channels == 1 {
            small_note(
                ui,
                "With one channel, one voice is measured. Time to answer and interruptions need a channel for each.",
            );
        }
        ui.horizontal_wrapped(|ui| {
            ui.add_enabled_ui(!same, |ui| {
                if main_button(ui, "Analyze").on_hover_text("Space").clicked() {
                    out.push(Msg::OpenAsked);
                }
            });
            if ui.button("Not this one").on_hover_text("Esc").clicked() {
                out.push(Msg::DropAsked);
            }
        });
    });
}

fn channel_name(channel: Option<u16>, channels: u16) -> String {
    match (channel, channels) {
        (None, _) => "not recorded".to_owned(),
        (Some(0), 1) => "the only channel".to_owned(),
        (Some(0), 2) => "left (channel 0)".to_owned(),
        (Some(1), 2) => "right (channel 1)".to_owned(),
        (Some(n), _) => format!("channel {n}"),
    }
}

fn folder(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let Some(dir) = &state.review.folder else { return };
    section(ui, &dir.display().to_string());
    if state.review.rows.is_empty() {
        ui.label("There is no recording in this folder.");
    }
    for row in &state.review.rows {
        let name = row.path.strip_prefix(dir).unwrap_or(&row.path).display().to_string();
        ui.horizontal_wrapped(|ui| {
            let open = ui.button("Open");
            let label = format!("Open {name}");
            ui.ctx().accesskit_node_builder(open.id, |node| node.set_label(label.as_str()));
            if open.clicked() {
                out.push(Msg::Ask(row.clone()));
            }
            ui.label(&name);
            if row.duration_s > 0.0 {
                ui.label(RichText::new(clock(row.duration_s)).color(palette(ui).faint));
            }
        });
    }
}

/// What was reviewed before.
fn recent(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    let Some(shelf) = &state.shelf else { return };
    let rows: Vec<_> =
        shelf.takes.iter().filter(|t| t.kind == crate::library::TakeKind::Review).take(12).collect();
    if rows.is_empty() {
        return;
    }
    section(ui, "Reviewed before");
    compare_hint(ui, state, shelf, out);
    take_rows(ui, state, &rows, out);
}
