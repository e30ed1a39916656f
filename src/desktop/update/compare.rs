//! Two takes heard against each other.

use super::go;
use super::listen::play;
use crate::desktop::msg::{Event, Job, Msg};
use crate::desktop::state::{Screen, State};
use crate::library::TakeId;

/// Gives the message back when it is not about a comparison.
pub fn update(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) -> Option<Msg> {
    match msg {
        Msg::OpenCompare(other) => {
            if let Some(this) = state.feedback.as_ref().and_then(|f| f.opened.take) {
                open(state, this, other, jobs);
            }
        }
        Msg::CompareMark(take) => match state.compare_with.take() {
            None => state.compare_with = Some(take),
            Some(first) if first != take => open(state, first, take, jobs),
            Some(_) => {}
        },
        Msg::CompareLine(line) => {
            let Some(compare) = &mut state.compare else { return None };
            compare.line = line.min(compare.lines.len().saturating_sub(1));
            stop(state, jobs);
        }
        Msg::PlaySide(side) => {
            let Some(compare) = &mut state.compare else { return None };
            compare.heard = side.min(1);
            let from_s = compare.current().sides[compare.heard].from_s;
            hear(state, from_s, jobs);
        }
        Msg::Switch => {
            let at_s = state.player.at_s;
            let playing = state.player.playing;
            let Some(compare) = &mut state.compare else { return None };
            let to_s = compare.switched(at_s);
            let to_s = if playing { to_s } else { compare.current().sides[1 - compare.heard.min(1)].from_s };
            compare.heard = 1 - compare.heard.min(1);
            hear(state, to_s, jobs);
        }
        Msg::Main | Msg::PlayPause if state.screen == Screen::Compare => {
            if state.player.playing {
                stop(state, jobs);
            } else if let Some(compare) = &state.compare {
                let from_s = compare.current().sides[compare.heard.min(1)].from_s;
                hear(state, from_s, jobs);
            }
        }
        Msg::Step(by) if state.screen == Screen::Compare => {
            let line = state.compare.as_ref().map_or(0, |c| c.line);
            let line = if by < 0.0 { line.saturating_sub(1) } else { line + 1 };
            return update(state, Msg::CompareLine(line), jobs);
        }
        other => return Some(other),
    }
    None
}

/// Gives the event back when it is not about a comparison.
pub fn absorb(state: &mut State, event: Event) -> Option<Event> {
    match event {
        Event::Compare(compare) => state.compare = Some(*compare),
        other => return Some(other),
    }
    None
}

fn open(state: &mut State, a: TakeId, b: TakeId, jobs: &mut Vec<Job>) {
    go(state, Screen::Compare, jobs);
    if state.screen == Screen::Compare {
        state.compare = None;
        state.work = None;
        // Takes are numbered as they are made.
        jobs.push(Job::LoadCompare(a.min(b), a.max(b)));
    }
}

/// Plays the side that is heard from a moment to the end of the line.
fn hear(state: &mut State, from_s: f64, jobs: &mut Vec<Job>) {
    let Some(compare) = &state.compare else { return };
    let side = compare.heard.min(1);
    let (path, to_s) = (compare.sides[side].audio.clone(), compare.current().sides[side].to_s);
    play(state, path, from_s, Some(to_s), jobs);
}

fn stop(state: &mut State, jobs: &mut Vec<Job>) {
    if std::mem::take(&mut state.player.playing) {
        jobs.push(Job::StopPlaying);
    }
}
