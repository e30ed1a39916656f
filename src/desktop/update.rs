//! `(state, message) -> (state, jobs)` and `(state, event) -> (state, jobs)`: pure, without files, threads or clock.

mod compare;
mod fixes;
mod keep;
mod listen;
mod models;
mod notes;
mod practice;

use super::msg::{Event, Job, Msg};
use super::state::{Ask, HistoryPanel, Notice, Screen, State};

pub use fixes::word_fixes;
pub use notes::debrief;

/// What a person wants.
pub fn update(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) {
    match msg {
        Msg::Go(screen) => {
            if state.screen == Screen::Reflect && !practice::keep_reflection(state, jobs) {
                return;
            }
            if state.screen != screen {
                state.visit += 1;
            }
            go(state, screen, jobs);
        }
        Msg::Back => back(state, jobs),
        Msg::CloseNotice => state.notice = None,
        Msg::Answer(yes) => answer(state, yes, jobs),
        other => {
            let Some(other) = practice::update(state, other, jobs) else { return };
            let Some(other) = compare::update(state, other, jobs) else { return };
            let Some(other) = listen::update(state, other, jobs) else { return };
            let Some(other) = notes::update(state, other, jobs) else { return };
            let Some(other) = models::update(state, other, jobs) else { return };
            keep::update(state, other, jobs);
        }
    }
}

/// What happened.
pub fn absorb(state: &mut State, event: Event, jobs: &mut Vec<Job>) {
    match event {
        Event::Said(text) => say(state, text, false),
        Event::Failed(text) => say(state, text, true),
        Event::Terminate => state.closing = true,
        other => {
            let Some(other) = practice::absorb(state, other, jobs) else { return };
            let Some(other) = compare::absorb(state, other) else { return };
            let Some(other) = listen::absorb(state, other, jobs) else { return };
            let Some(other) = models::absorb(state, other, jobs) else { return };
            keep::absorb(state, other, jobs);
        }
    }
}

/// A sentence at the bottom.
fn say(state: &mut State, text: impl Into<String>, is_trouble: bool) {
    state.notice = Some(Notice { text: text.into(), is_trouble, since_s: state.clock_s });
}

/// Leaves a screen and enters another. A call in progress is never left by accident.
fn go(state: &mut State, screen: Screen, jobs: &mut Vec<Job>) {
    if state.call.is_some() && screen != Screen::Call {
        state.ask = Some(Ask::EndCall);
        return;
    }
    if state.player.playing {
        state.player.playing = false;
        jobs.push(Job::StopPlaying);
    }
    if state.screen == Screen::Sound && screen != Screen::Sound && state.sound.open {
        state.sound.open = false;
        jobs.push(Job::CloseSound);
    }
    state.cool_down = None;
    // What was said on the screen before has been read.
    let read_s = state.clock_s - 3.0;
    state.notice = state.notice.take().filter(|n| n.since_s > read_s);
    state.screen = screen;
    match screen {
        Screen::Sound => {
            state.sound.loudest_db = None;
            state.sound.floor_db = None;
            state.sound.trouble = None;
            jobs.push(Job::ListDevices);
            jobs.push(Job::OpenSound(state.settings.clone()));
        }
        Screen::Home | Screen::History => jobs.push(Job::LoadShelf),
        _ => {}
    }
}

fn back(state: &mut State, jobs: &mut Vec<Job>) {
    if state.ask.is_some() {
        state.ask = None;
        return;
    }
    match state.screen {
        Screen::Home => state.notice = None,
        Screen::Reflect => practice::leave_reflection(state, jobs),
        Screen::Call => state.ask = state.call.is_some().then_some(Ask::EndCall),
        Screen::Brief if state.brief.as_ref().is_some_and(|b| b.pacer_from_s.is_some()) => {
            if let Some(brief) = &mut state.brief {
                brief.pacer_from_s = None;
            }
        }
        Screen::Feedback if state.feedback.as_ref().is_some_and(|f| f.editing.is_some()) => {
            if let Some(feedback) = &mut state.feedback {
                feedback.editing = None;
            }
        }
        Screen::Feedback if state.player.playing => {
            state.player.playing = false;
            jobs.push(Job::StopPlaying);
        }
        Screen::Compare => {
            let shown = state.feedback.as_ref().and_then(|f| f.opened.take);
            let one_of = |c: &super::state::Compare| c.sides.iter().any(|o| o.take == shown);
            let here = shown.is_some() && state.compare.as_ref().is_none_or(one_of);
            go(state, if here { Screen::Feedback } else { Screen::History }, jobs);
        }
        Screen::Feedback
            if state.feedback.as_ref().is_some_and(|f| f.opened.kind == super::state::OpenedKind::Review) =>
        {
            go(state, Screen::Review, jobs);
        }
        Screen::Review if state.review.asking.is_some() => state.review.asking = None,
        Screen::History if state.history.panel != HistoryPanel::Takes => {
            state.history.panel = HistoryPanel::Takes;
        }
        _ => go(state, Screen::Home, jobs),
    }
}

fn answer(state: &mut State, yes: bool, jobs: &mut Vec<Job>) {
    let Some(ask) = state.ask.take() else { return };
    if !yes {
        return;
    }
    match ask {
        Ask::DeleteTake(id) => {
            if state.feedback.as_ref().is_some_and(|f| f.opened.take == Some(id)) {
                state.feedback = None;
                state.player = super::state::Player::default();
                jobs.push(Job::StopPlaying);
                if state.screen == Screen::Feedback {
                    state.screen = Screen::History;
                }
            }
            jobs.push(Job::DeleteTake(id));
        }
        Ask::DeleteAll => {
            state.feedback = None;
            jobs.push(Job::StopPlaying);
            jobs.push(Job::DeleteAll);
        }
        Ask::EndCall => practice::end_call(state, jobs),
        Ask::DropWords => {
            state.reflect.answers = <[String; 2]>::default();
            go(state, Screen::Feedback, jobs);
        }
    }
}
