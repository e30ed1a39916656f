//! What is kept: library, journal, settings.

use super::go;
use crate::desktop::msg::{Event, Field, Job, Msg};
use crate::desktop::state::{Ask, Screen, State};

/// Messages about what is kept; anything that nobody wants is dropped.
pub fn update(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) {
    match msg {
        Msg::Typed(Field::Search, text) => state.search = text,
        Msg::Typed(Field::Journal, text) => state.history.draft = text,
        Msg::Typed(Field::JournalSearch, text) => {
            state.history.search.clone_from(&text);
            if text.trim().is_empty() {
                state.history.hits.clear();
            } else {
                jobs.push(Job::SearchJournal(text));
            }
        }
        Msg::Typed(Field::JournalEdit, text) => {
            if let Some(editing) = &mut state.history.editing {
                editing.1 = text;
            }
        }
        Msg::Sector(sector) => state.sector = sector,
        Msg::HistoryPanel(panel) => state.history.panel = panel,
        Msg::Measure(index) => state.history.measure = index,
        Msg::WriteJournal => {
            let text = std::mem::take(&mut state.history.draft);
            if !text.trim().is_empty() {
                jobs.push(Job::WriteJournal(None, text.trim().to_owned()));
            }
        }
        Msg::EditJournal(id) => {
            let found = state.shelf.as_ref().and_then(|s| s.journal.iter().find(|e| e.id == id));
            state.history.editing = found.map(|e| (id, e.text.clone()));
        }
        Msg::EditJournalDone(keep) => {
            if let Some((id, text)) = state.history.editing.take().filter(|_| keep) {
                jobs.push(Job::EditJournal(id, text));
            }
        }
        Msg::DeleteJournal(id) => jobs.push(Job::DeleteJournal(id)),
        Msg::Delete(id) => state.ask = Some(Ask::DeleteTake(id)),
        Msg::DeleteAll => state.ask = Some(Ask::DeleteAll),
        Msg::Recover(found, keep) => jobs.push(Job::Recover(found, keep)),
        other => settings(state, &other, jobs),
    }
}

fn settings(state: &mut State, msg: &Msg, jobs: &mut Vec<Job>) {
    let s = &mut state.settings;
    match *msg {
        Msg::Look(look) => s.look = look,
        Msg::TextScale(scale) => s.text_scale = scale.clamp(0.8, 2.0),
        Msg::Patience(factor) => s.patience = factor.clamp(0.5, 3.0),
        Msg::Ring(on) => s.ring = on,
        Msg::Voice(on) => s.voice = on,
        Msg::Retention(days) => s.retention_days = days,
        _ => return,
    }
    jobs.push(Job::SaveSettings(s.clone()));
}

/// Events about what is kept.
pub fn absorb(state: &mut State, event: Event, jobs: &mut Vec<Job>) {
    match event {
        Event::Shelf(shelf, settings) => {
            let first = state.shelf.is_none();
            if let Some(settings) = settings.filter(|_| first) {
                state.settings = settings;
            }
            state.shelf = Some(*shelf);
            if let Some(id) = state.straight_to.take() {
                super::update(state, Msg::Brief(id), jobs);
            } else if first && state.screen == Screen::Sound {
                go(state, Screen::Sound, jobs);
            }
        }
        Event::Policy(policy) => state.policy = policy,
        Event::Hits(typed, hits) if typed == state.history.search => state.history.hits = hits,
        _ => {}
    }
}
