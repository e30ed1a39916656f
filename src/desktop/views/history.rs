//! Takes, trends, journal, cards, storage.

use super::looks::{look, practice_title};
use super::{ago, clock, date, megabytes, text_edit, text_field};
use crate::desktop::msg::{Field, Msg};
use crate::desktop::state::{HistoryPanel, Shelf, State};
use crate::desktop::theme::{palette, strong};
use crate::desktop::widgets::{
    Icon, card, choice, heat_dots, icon_button, page, pips, section, small_note, title, trend_chart,
};
use crate::library::{Entry, TakeKind, TakeState, TakeSummary};
use crate::rehearse::cards;
use eframe::egui::{self, Align, Label, Layout, Rect, RichText, Sense, Stroke, Ui, UiBuilder, vec2};

/// Draws it.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Msg>) {
    page(ui, "history", |ui| {
        title(ui, "History", "What you practiced, how it went over time, what you wrote down.");
        ui.horizontal_wrapped(|ui| {
            for (panel, name) in [
                (HistoryPanel::Takes, "Takes"),
                (HistoryPanel::Trends, "Trends"),
                (HistoryPanel::Journal, "Journal"),
                (HistoryPanel::Cards, "Cards"),
                (HistoryPanel::Storage, "Storage"),
            ] {
                if choice(ui, state.history.panel == panel, name).clicked() {
                    out.push(Msg::HistoryPanel(panel));
                }
            }
        });
        ui.add_space(6.0);
        let Some(shelf) = &state.shelf else {
            ui.spinner();
            return;
        };
        match state.history.panel {
            HistoryPanel::Takes => takes(ui, state, shelf, out),
            HistoryPanel::Trends => trends(ui, state, shelf, out),
            HistoryPanel::Journal => journal(ui, state, shelf, out),
            HistoryPanel::Cards => all_cards(ui),
            HistoryPanel::Storage => storage(ui, state, shelf, out),
        }
    });
}

fn takes(ui: &mut Ui, state: &State, shelf: &Shelf, out: &mut Vec<Msg>) {
    if !shelf.due.is_empty() {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new("Worth practicing again").font(strong(16.0)));
            for due in shelf.due.iter().take(5) {
                let when = if due.due <= state.now {
                    "due now".to_owned()
                } else {
                    let days = (due.due - state.now + 86_399) / 86_400;
                    if days == 1 { "due tomorrow".to_owned() } else { format!("due in {days} days") }
                };
                ui.label(format!("{}   ·   {when}", practice_title(&due.item)));
            }
            small_note(
                ui,
                "What went wrong comes back after a day, then after ever longer times as long as it goes well.",
            );
        });
        ui.add_space(8.0);
    }
    if shelf.takes.is_empty() {
        ui.label("No takes yet. Your first call will be here.");
        return;
    }
    compare_hint(ui, state, shelf, out);
    let all: Vec<&TakeSummary> = shelf.takes.iter().collect();
    take_rows(ui, state, &all, out);
}

/// One take is chosen, the other is not yet.
pub(super) fn compare_hint(ui: &mut Ui, state: &State, shelf: &Shelf, out: &mut Vec<Msg>) {
    let marked = state.compare_with.and_then(|id| shelf.takes.iter().find(|t| t.id == id));
    let Some(take) = marked else { return };
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            let when = ago(take.started_at, state.now);
            ui.label(format!("Choose the take to hear against “{}” of {when}.", take.title));
            if ui.button("Don't compare").clicked() {
                out.push(Msg::CompareMark(take.id));
            }
        });
    });
    ui.add_space(8.0);
}

/// Takes below each other; a long list is laid out only where it is seen.
pub(super) fn take_rows(ui: &mut Ui, state: &State, takes: &[&TakeSummary], out: &mut Vec<Msg>) {
    let wide = ui.available_width() > 560.0;
    let height = if wide { 60.0 } else { 120.0 };
    let size = vec2(ui.available_width(), takes.len() as f32 * height);
    let (all, _) = ui.allocate_exact_size(size, Sense::hover());
    let seen = ui.clip_rect();
    let first = ((seen.top() - all.top()) / height).floor().max(0.0) as usize;
    let last = ((seen.bottom() - all.top()) / height).ceil().max(0.0) as usize;
    let line = palette(ui).line;
    for (i, take) in takes.iter().enumerate().take(last).skip(first) {
        let rect = Rect::from_min_size(all.min + vec2(0.0, i as f32 * height), vec2(all.width(), height));
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, line));
        let builder = UiBuilder::new().max_rect(rect).id_salt(("take", take.id));
        let mut row = ui.new_child(builder.layout(Layout::right_to_left(Align::Center)));
        one_take(&mut row, state, take, wide, out);
    }
}

fn one_take(ui: &mut Ui, state: &State, take: &TakeSummary, wide: bool, out: &mut Vec<Msg>) {
    let p = palette(ui);
    let when = ago(take.started_at, state.now);
    let name = format!("Delete “{}” of {when}", take.title);
    if icon_button(ui, Icon::Close, &name, 28.0, p.faint).clicked() {
        out.push(Msg::Delete(take.id));
    }
    if wide {
        compare_button(ui, state, take, &when, out);
        if take.heat > 0 {
            heat_dots(ui, take.heat);
        }
        if let Some(o) = &take.outcome {
            ui.add_space(6.0);
            small_note(ui, &format!("{} of {} skills", o.met, o.expected));
            pips(ui, o.met, o.expected, &format!("{} of {} skills heard", o.met, o.expected));
        }
    }
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let open = format!("Open “{}” of {when}", take.title);
        if icon_button(ui, Icon::Play, &open, 36.0, p.accent).clicked() {
            out.push(Msg::OpenTake(take.id));
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.add_space(8.0);
            let title = Label::new(RichText::new(&take.title).font(strong(15.5)));
            ui.add(title.truncate()).on_hover_text(&take.title);
            let mut about = vec![when.clone(), clock(take.duration_s), kind(take).to_owned()];
            about.extend(take.self_rating.map(|r| format!("you said {r} of 5")));
            if !wide {
                about.extend(take.outcome.as_ref().map(|o| format!("{} of {} skills", o.met, o.expected)));
            }
            let about = Label::new(RichText::new(about.join("   ·   ")).small().color(p.faint));
            ui.add(if wide { about.truncate() } else { about.wrap() });
            if !wide {
                ui.add_space(4.0);
                ui.horizontal(|ui| {
                    compare_button(ui, state, take, &when, out);
                    if take.heat > 0 {
                        heat_dots(ui, take.heat);
                    }
                });
            }
        });
    });
}

fn compare_button(ui: &mut Ui, state: &State, take: &TakeSummary, when: &str, out: &mut Vec<Msg>) {
    if take.state != TakeState::Analyzed || take.kind == TakeKind::FreeTalk {
        return;
    }
    let (text, what) = match state.compare_with {
        Some(id) if id == take.id => ("Chosen", "Don't compare"),
        Some(_) => ("Compare with it", "Compare with"),
        None => ("Compare", "Compare"),
    };
    let button = ui.button(RichText::new(text).small());
    let label = format!("{what} “{}” of {when}", take.title);
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_label(label));
    if button.on_hover_text("Hear two takes against each other, line by line").clicked() {
        out.push(Msg::CompareMark(take.id));
    }
}

fn kind(take: &TakeSummary) -> &'static str {
    match (take.kind, take.state) {
        (_, TakeState::Recording) => "unfinished",
        (_, TakeState::Recorded) => "not analyzed yet",
        (TakeKind::Retry, _) => "one line again",
        (TakeKind::Review, _) => "reviewed",
        (TakeKind::FreeTalk, _) => "free talk",
        (TakeKind::Call, _) => "call",
    }
}

fn trends(ui: &mut Ui, state: &State, shelf: &Shelf, out: &mut Vec<Msg>) {
    let known: Vec<_> = shelf.trends.iter().filter_map(|t| Some((t, look(&t.id)?))).collect();
    if known.is_empty() {
        ui.label("After the first analyzed call there is a line here for each measure.");
        return;
    }
    ui.horizontal_wrapped(|ui| {
        for (i, (_, look)) in known.iter().enumerate() {
            if choice(ui, state.history.measure == i, look.name).clicked() {
                out.push(Msg::Measure(i));
            }
        }
    });
    let Some((row, look)) = known.get(state.history.measure).or_else(|| known.first()) else { return };
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(RichText::new(look.name).font(strong(17.0)));
        small_note(ui, look.definition);
        trend_chart(ui, look, &row.trend, state.now);
        small_note(
            ui,
            "The shaded stripe is the band in which nothing needs to be said. Hollow dots are less certain.",
        );
    });
}

fn journal(ui: &mut Ui, state: &State, shelf: &Shelf, out: &mut Vec<Msg>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        text_field(
            ui,
            "New journal entry",
            "What happened, what you tried, what you would try next time",
            &state.history.draft,
            Field::Journal,
            3,
            out,
        );
        let ready = !state.history.draft.trim().is_empty();
        if ui.add_enabled(ready, egui::Button::new("Write it down")).clicked() {
            out.push(Msg::WriteJournal);
        }
    });
    ui.add_space(8.0);
    text_field(
        ui,
        "Search the journal",
        "Search the journal",
        &state.history.search,
        Field::JournalSearch,
        1,
        out,
    );
    ui.add_space(4.0);
    if state.history.search.trim().is_empty() {
        if shelf.journal.is_empty() {
            ui.label("Nothing is written down yet. What you write before the feedback of a call is kept here, too.");
        }
        for entry in shelf.journal.iter().take(200) {
            one_entry(ui, state, entry, None, out);
        }
    } else {
        if state.history.hits.is_empty() {
            ui.label("No entry holds these words.");
        }
        for hit in &state.history.hits {
            one_entry(ui, state, &hit.entry, Some(&hit.excerpt), out);
        }
    }
}

fn one_entry(ui: &mut Ui, state: &State, entry: &Entry, excerpt: Option<&str>, out: &mut Vec<Msg>) {
    let p = palette(ui);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        let day = date(entry.written_at);
        ui.horizontal(|ui| {
            ui.label(RichText::new(ago(entry.written_at, state.now)).small().color(p.faint));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button(ui, Icon::Close, &format!("Delete the entry of {day}"), 24.0, p.faint)
                    .clicked()
                {
                    out.push(Msg::DeleteJournal(entry.id));
                }
                if ui.button(RichText::new("Change").small()).clicked() {
                    out.push(Msg::EditJournal(entry.id));
                }
                if let Some(take) = entry.take
                    && ui.button(RichText::new("Open its take").small()).clicked()
                {
                    out.push(Msg::OpenTake(take));
                }
            });
        });
        match state.history.editing.as_ref().filter(|(id, _)| *id == entry.id) {
            Some((_, text)) => {
                if let Some(text) = text_edit(ui, "Journal entry", "", text, 3) {
                    out.push(Msg::Typed(Field::JournalEdit, text));
                }
                ui.horizontal(|ui| {
                    if ui.button("Save").clicked() {
                        out.push(Msg::EditJournalDone(true));
                    }
                    if ui.button("Cancel").clicked() {
                        out.push(Msg::EditJournalDone(false));
                    }
                });
            }
            None => match excerpt {
                Some(excerpt) => {
                    ui.label(marked(excerpt, ui));
                }
                None => {
                    ui.label(&entry.text);
                }
            },
        }
    });
    ui.add_space(4.0);
}

/// Found words stand between U+0002 and U+0003.
fn marked(excerpt: &str, ui: &Ui) -> egui::text::LayoutJob {
    let p = palette(ui);
    let mut job = egui::text::LayoutJob::default();
    let font = egui::FontId::proportional(16.0);
    for (i, part) in excerpt.split(['\u{2}', '\u{3}']).enumerate() {
        let mut format = egui::text::TextFormat::simple(font.clone(), p.ink);
        if i % 2 == 1 {
            format.font_id = strong(16.0);
            format.underline = egui::Stroke::new(2.0, p.accent);
        }
        job.append(part, 0.0, format);
    }
    job
}

fn all_cards(ui: &mut Ui) {
    section(ui, "Another way to see it");
    for card_ in &cards::cards().reframe {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(&card_.title).font(strong(16.0)));
            ui.label(&card_.text);
            ui.label(RichText::new(format!("“{}”", card_.say)).italics());
        });
        ui.add_space(4.0);
    }
    section(ui, "After a hard call");
    for card_ in &cards::cards().support {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(&card_.title).font(strong(16.0)));
            ui.label(&card_.text);
        });
        ui.add_space(4.0);
    }
}

fn storage(ui: &mut Ui, state: &State, shelf: &Shelf, out: &mut Vec<Msg>) {
    let s = &shelf.storage;
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        let size = megabytes(s.audio_bytes);
        ui.label(RichText::new(format!("{} takes, {size} of recordings", s.takes)).font(strong(17.0)));
        ui.label(format!(
            "Notes and numbers: {}. All of it is in {}",
            megabytes(s.database_bytes),
            shelf.dir.display()
        ));
        ui.add_space(6.0);
        super::settings::retention(ui, state, out);
        ui.add_space(4.0);
        if ui.button("Delete everything…").clicked() {
            out.push(Msg::DeleteAll);
        }
    });
}
