//! The ladder of scenarios, what to practice next, how it went lately, and a nudge to rest.

use super::{ago, sentence, text_field};
use crate::desktop::msg::{Field, Msg};
use crate::desktop::state::{RungRow, Screen, Shelf, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{
    card, heat, low_row, main_button, page, pips, section, small_note, sparkline, title,
};
use crate::rehearse::Outcome;
use eframe::egui::{self, Align, ComboBox, Layout, RichText, Ui};

/// Measures shown on top.
const LATELY: [&str; 4] = ["steadiness", "response_latency_s", "interruption_rate", "speech_rate_wpm"];
/// Height of the two cards on top.
const TOP: f32 = 172.0;

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "home", |ui| {
        title(
            ui,
            "Practice a call",
            "An angry customer calls. You answer. Then you hear what your voice, words and timing did.",
        );
        let Some(shelf) = &state.shelf else {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("Reading your library…");
            });
            return;
        };
        recover(ui, shelf, state.now, out);
        nudge(ui, shelf);
        let width = ui.available_width();
        let has_trends = LATELY.iter().any(|id| shelf.trends.iter().any(|t| t.id == *id));
        if width > 760.0 && has_trends {
            ui.columns(2, |columns| {
                next_up(&mut columns[0], state, shelf, out);
                lately(&mut columns[1], shelf, out);
            });
        } else {
            next_up(ui, state, shelf, out);
            if has_trends {
                lately(ui, shelf, out);
            }
        }
        ladder(ui, state, shelf, out);
    });
}

/// What a crash left behind.
fn recover(ui: &mut Ui, shelf: &Shelf, now: i64, out: &mut Vec<Msg>) {
    for found in &shelf.recoverable {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new("A take was left unfinished").font(strong(17.0)));
            let about = if found.bytes > 44 {
                format!(
                    "“{}”, {}: the recording is safe up to the moment it stopped.",
                    found.title,
                    ago(found.started_at, now)
                )
            } else {
                format!("“{}”, {}: nothing was recorded yet.", found.title, ago(found.started_at, now))
            };
            ui.label(about);
            ui.horizontal(|ui| {
                if found.bytes > 44 && ui.button("Recover this take").clicked() {
                    out.push(Msg::Recover(found.clone(), true));
                }
                if ui.button("Discard this take").clicked() {
                    out.push(Msg::Recover(found.clone(), false));
                }
            });
        });
        ui.add_space(8.0);
    }
}

fn nudge(ui: &mut Ui, shelf: &Shelf) {
    if let Some(nudge) = shelf.nudge {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new("Time for a break?").font(strong(17.0)).color(palette(ui).good));
            ui.label(nudge.text());
        });
        ui.add_space(8.0);
    }
}

/// One thing to do, big.
fn next_up(ui: &mut Ui, state: &State, shelf: &Shelf, out: &mut Vec<Msg>) {
    let Some(rung) = shelf.next_up.and_then(|i| shelf.rungs.get(i)) else { return };
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(TOP);
        let p = palette(ui);
        let first = shelf.takes.is_empty();
        let word = match (first, rung.tries) {
            (true, _) => "Start here",
            (false, 0) => "Next on the ladder",
            (false, _) => "Continue where you were",
        };
        ui.label(RichText::new(word).small().color(p.faint));
        ui.label(RichText::new(&rung.scenario.title).font(strong(21.0)));
        low_row(ui, 17.0, |ui| {
            heat(ui, rung.scenario.heat);
            if !rung.scenario.sector.is_empty() {
                small_note(ui, &format!("·   {}", sentence(&rung.scenario.sector)));
            }
        });
        if !rung.due.is_empty() {
            let due: Vec<&str> = rung.due.iter().map(|d| super::looks::practice_title(d)).collect();
            ui.label(
                RichText::new(format!("Due for another try: {}", due.join(", "))).small().color(p.faint),
            );
        }
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| {
            let name = if first { "Start the first call" } else { "Practice this call" };
            if main_button(ui, name).on_hover_text("Space").clicked() {
                out.push(Msg::Brief(rung.scenario.id.clone()));
            }
            if ui
                .button("See sample feedback")
                .on_hover_text("Feedback on a call that ships with Evenkeel")
                .clicked()
            {
                out.push(Msg::OpenSample);
            }
        });
        if first && !state.settings.sound_checked {
            small_note(ui, "Headphones on, about two minutes. A short sound check comes first.");
        }
    });
}

/// Two or three trends as sparklines.
fn lately(ui: &mut Ui, shelf: &Shelf, out: &mut Vec<Msg>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(TOP);
        ui.spacing_mut().interact_size.y = 24.0;
        ui.horizontal(|ui| {
            ui.label(RichText::new("Lately").font(strong(17.0)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.button(RichText::new("All trends").small()).clicked() {
                    out.push(Msg::Go(Screen::History));
                    out.push(Msg::HistoryPanel(crate::desktop::state::HistoryPanel::Trends));
                }
            });
        });
        for id in LATELY {
            let Some(row) = shelf.trends.iter().find(|t| t.id == id) else { continue };
            let Some(look) = super::looks::look(id) else { continue };
            ui.horizontal(|ui| {
                let last = row.trend.points.last().map(|p| p.value);
                ui.allocate_ui(egui::vec2(130.0, 22.0), |ui| {
                    ui.set_min_width(130.0);
                    ui.label(RichText::new(look.name).small());
                });
                let room = (ui.available_width() - 130.0).clamp(80.0, 180.0);
                sparkline(ui, look.name, &row.trend, room);
                if let Some(v) = last {
                    ui.label(RichText::new(look.shown(Some(v))).font(strong(14.0)));
                }
            });
        }
    });
}

fn ladder(ui: &mut Ui, state: &State, shelf: &Shelf, out: &mut Vec<Msg>) {
    section(ui, "The ladder");
    small_note(ui, "From mild to abusive. Start low; climb when it feels easy.");
    ui.horizontal_wrapped(|ui| {
        ui.allocate_ui(egui::vec2(280.0, 36.0), |ui| {
            text_field(ui, "Search calls", "Search calls", &state.search, Field::Search, 1, out);
        });
        let mut sectors: Vec<&str> = shelf.rungs.iter().map(|r| r.scenario.sector.as_str()).collect();
        sectors.sort_unstable();
        sectors.dedup();
        sectors.retain(|s| !s.is_empty());
        let shown = if state.sector.is_empty() { "All trades" } else { &state.sector };
        let combo = ComboBox::from_id_salt("trade").selected_text(shown).width(180.0).show_ui(ui, |ui| {
            for sector in std::iter::once("").chain(sectors) {
                let name = if sector.is_empty() { "All trades" } else { sector };
                if ui.selectable_label(state.sector == sector, name).clicked() {
                    out.push(Msg::Sector(sector.to_owned()));
                }
            }
        });
        ui.ctx().accesskit_node_builder(combo.response.id, |node| node.set_label("Trade"));
    });
    ui.add_space(6.0);
    let typed = state.search.to_lowercase();
    let fits = |r: &&RungRow| {
        let s = &r.scenario;
        (state.sector.is_empty() || s.sector == state.sector)
            && typed
                .split_whitespace()
                .all(|w| [&s.title, &s.sector, &s.brief, &s.id].iter().any(|t| t.to_lowercase().contains(w)))
    };
    let rows: Vec<&RungRow> = shelf.rungs.iter().filter(fits).collect();
    if rows.is_empty() {
        ui.label("No call matches. Clear the search to see all.");
    }
    let across = if ui.available_width() > 900.0 {
        3
    } else if ui.available_width() > 560.0 {
        2
    } else {
        1
    };
    for row in rows.chunks(across) {
        ui.columns(across, |columns| {
            for (ui, rung) in columns.iter_mut().zip(row) {
                rung_card(ui, rung, state.now, out);
            }
        });
    }
    for (id, why) in &shelf.refused {
        ui.add_space(4.0);
        small_note(ui, &format!("The scenario “{id}” can't be used: {why}"));
    }
}

fn rung_card(ui: &mut Ui, rung: &RungRow, now: i64, out: &mut Vec<Msg>) {
    let p = palette(ui);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_height(132.0);
        ui.spacing_mut().item_spacing.y = 6.0;
        heat(ui, rung.scenario.heat);
        ui.label(RichText::new(&rung.scenario.title).font(strong(16.0)));
        let tried = rung.last_tried.map_or_else(|| "not tried yet".to_owned(), |at| ago(at, now));
        let sector = sentence(&rung.scenario.sector);
        let about = if sector.is_empty() { sentence(&tried) } else { format!("{sector}   ·   {tried}") };
        ui.label(RichText::new(about).small().color(p.faint));
        ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
            ui.horizontal(|ui| {
                let open = ui.button("Open");
                let name = format!("Open “{}”", rung.scenario.title);
                ui.ctx().accesskit_node_builder(open.id, |node| node.set_label(name.as_str()));
                if open.clicked() {
                    out.push(Msg::Brief(rung.scenario.id.clone()));
                }
                if let Some(best) = &rung.best {
                    if best.completed {
                        pips(ui, best.met, best.expected, &result_hint(best));
                        small_note(ui, &format!("{} of {}", best.met, best.expected));
                    } else {
                        small_note(ui, "not finished yet");
                    }
                }
            });
        });
    });
}

fn result_hint(best: &Outcome) -> String {
    format!(
        "Best so far: {}, {} of {} expected skills heard, {} hazards, {} interruptions, the customer left at heat {} of 5",
        if best.completed { "to the end" } else { "not to the end" },
        best.met,
        best.expected,
        best.hazards,
        best.interruptions,
        best.last_heat
    )
}
