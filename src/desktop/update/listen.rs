//! Feedback and review: opening, hearing, correcting.

use super::{go, say, word_fixes};
use crate::call::Speaker;
use crate::desktop::msg::{AnalyzeWhat, Event, Field, Job, Msg};
use crate::desktop::state::{EditWords, Feedback, Opened, OpenedKind, Screen, State, Work};
use crate::rehearse::correct::{Correction, Strike};
use std::path::PathBuf;

/// Gives the message back when it is not about a recording.
pub fn update(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) -> Option<Msg> {
    match msg {
        Msg::Main if state.screen == Screen::Review && state.review.asking.is_some() => {
            open_asked(state, jobs);
        }
        Msg::Main if state.screen == Screen::Review => {
            jobs.push(Job::Pick { folder: false });
        }
        Msg::Main | Msg::PlayPause => play_pause(state, jobs),
        Msg::Again => again(state, jobs),
        Msg::OpenSample => analyze(state, AnalyzeWhat::Sample, "A call as an example", jobs),
        Msg::OpenTake(id) => {
            state.work = None;
            jobs.push(Job::OpenTake(id));
        }
        Msg::CancelWork => {
            if let Some(work) = state.work.take() {
                jobs.push(Job::Cancel(work.id));
                if matches!(state.screen, Screen::Feedback | Screen::Compare) && state.feedback.is_none() {
                    go(state, Screen::Home, jobs);
                }
            }
        }
        Msg::PickFile => jobs.push(Job::Pick { folder: false }),
        Msg::PickFolder => jobs.push(Job::Pick { folder: true }),
        Msg::Dropped(paths) => {
            go(state, Screen::Review, jobs);
            jobs.push(Job::Inspect(paths));
        }
        Msg::Ask(row) => ask(state, row),
        Msg::Roles(customer, agent) => {
            state.review.customer = customer;
            state.review.agent = agent;
            state.review.chosen = true;
        }
        Msg::OpenAsked => open_asked(state, jobs),
        Msg::SwapRoles => swap_roles(state, jobs),
        Msg::DropAsked => state.review.asking = None,
        other => return with_feedback(state, other, jobs),
    }
    None
}

/// Messages that need a recording.
fn with_feedback(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) -> Option<Msg> {
    let Some(feedback) = &mut state.feedback else { return Some(msg) };
    match msg {
        Msg::Show(view) => feedback.view = Some(view),
        Msg::Seek(at_s) => seek(state, at_s, jobs),
        Msg::Step(by_s) => {
            let at = feedback.timeline().at_s + by_s;
            seek(state, at, jobs);
        }
        Msg::Play(from_s, to_s) => {
            let path = feedback.opened.audio.clone();
            set_cursor(feedback, from_s);
            play(state, path, from_s, to_s, jobs);
        }
        Msg::Panel(panel) => feedback.panel = panel,
        Msg::Strike(index) => {
            if let Some(behavior) = feedback.opened.shown.behaviors.get(index) {
                let strike = Correction::Strike(Strike::of(behavior));
                feedback.opened.corrections.push(strike);
                jobs.push(Job::Recompute(Box::new(feedback.opened.clone())));
            }
        }
        Msg::UndoCorrection => {
            if feedback.opened.corrections.pop().is_some() {
                jobs.push(Job::Recompute(Box::new(feedback.opened.clone())));
            }
        }
        Msg::Edit(turn) => {
            feedback.editing =
                feedback.opened.shown.turns.get(turn).map(|t| EditWords { turn, text: t.text.clone() });
        }
        Msg::EditDone(keep) => edited(feedback, keep, jobs),
        Msg::Typed(Field::Words, text) => {
            if let Some(editing) = &mut feedback.editing {
                editing.text = text;
            }
        }
        other => return Some(other),
    }
    None
}

fn edited(feedback: &mut Feedback, keep: bool, jobs: &mut Vec<Job>) {
    let Some(editing) = feedback.editing.take().filter(|_| keep) else { return };
    let opened = &mut feedback.opened;
    let Some(turn) = opened.original.turns.get(editing.turn) else { return };
    if turn.words.is_empty() {
        return;
    }
    let fixes = word_fixes(editing.turn, &turn.words, &editing.text);
    opened.corrections.retain(|c| !matches!(c, Correction::Word(w) if w.turn == editing.turn));
    opened.corrections.extend(fixes);
    jobs.push(Job::Recompute(Box::new(opened.clone())));
}

/// R: the first moment that could be better, otherwise the whole call.
fn again(state: &mut State, jobs: &mut Vec<Job>) {
    match state.screen {
        Screen::Feedback => {
            let Some(feedback) = &state.feedback else { return };
            let shown = &feedback.opened.shown;
            let change = shown.findings.iter().find(|f| f.kind != crate::call::FindingKind::Keep);
            if let Some(at_s) =
                change.map(|f| f.moment_s(shown)).filter(|_| feedback.opened.kind == OpenedKind::Rehearsal)
            {
                super::practice::update(state, Msg::RetryLine(at_s), jobs);
            }
        }
        Screen::Compare => {
            let retry = state.compare.as_ref().filter(|c| c.is_retry());
            if let Some(at_s) = retry.map(|c| c.current().sides[0].from_s) {
                super::practice::update(state, Msg::RetryLine(at_s + 0.01), jobs);
            }
        }
        _ => {}
    }
}

fn set_cursor(feedback: &mut Feedback, at_s: f64) {
    let whole = feedback.opened.shown.source.duration_s.max(0.0);
    let at_s = at_s.clamp(0.0, whole);
    let mut view = feedback.timeline();
    view.at_s = at_s;
    if at_s < view.from_s || at_s > view.to_s {
        let by = at_s - (view.from_s + (view.to_s - view.from_s) * 0.1);
        view = view.panned(by, whole);
        view.at_s = at_s;
    }
    feedback.view = Some(view);
}

fn seek(state: &mut State, at_s: f64, jobs: &mut Vec<Job>) {
    let Some(feedback) = &mut state.feedback else { return };
    set_cursor(feedback, at_s);
    if state.player.playing {
        let (path, at) = (feedback.opened.audio.clone(), feedback.timeline().at_s);
        play(state, path, at, None, jobs);
    }
}

pub(super) fn play(state: &mut State, path: PathBuf, from_s: f64, to_s: Option<f64>, jobs: &mut Vec<Job>) {
    state.player = crate::desktop::state::Player { path: Some(path.clone()), at_s: from_s, playing: true };
    let headphones = state.settings.headphones.clone();
    jobs.push(Job::Play { path, from_s: from_s.max(0.0), to_s, headphones });
}

fn play_pause(state: &mut State, jobs: &mut Vec<Job>) {
    if state.player.playing {
        state.player.playing = false;
        jobs.push(Job::StopPlaying);
        return;
    }
    let Some(feedback) = &state.feedback else { return };
    let at = feedback.timeline().at_s;
    let from = if at >= feedback.opened.shown.source.duration_s - 0.05 { 0.0 } else { at };
    let path = feedback.opened.audio.clone();
    play(state, path, from, None, jobs);
}

/// Starts an analysis whose feedback is shown as soon as it is there.
fn analyze(state: &mut State, what: AnalyzeWhat, title: &str, jobs: &mut Vec<Job>) {
    if let Some(work) = &state.work {
        jobs.push(Job::Cancel(work.id));
    }
    let id = state.work.as_ref().map_or(0, |w| w.id) + 1;
    state.feedback = None;
    go(state, Screen::Feedback, jobs);
    state.work = Some(Work { id, title: title.to_owned(), part: 0.0, failed: None, show: true });
    jobs.push(Job::Analyze { id, what, settings: Box::new(state.settings.clone()) });
}

fn ask(state: &mut State, row: crate::desktop::state::RecordingRow) {
    let two = row.channels >= 2;
    state.review.customer = two.then_some(0);
    state.review.agent = Some(u16::from(two));
    state.review.refused = None;
    state.review.chosen = false;
    state.review.asking = Some(row);
}

fn open_asked(state: &mut State, jobs: &mut Vec<Job>) {
    let (customer, agent) = (state.review.customer, state.review.agent);
    if customer == agent {
        return;
    }
    let (customer, agent) = if state.review.chosen { (customer, agent) } else { (None, None) };
    let Some(row) = state.review.asking.take() else { return };
    let title = row.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    analyze(state, AnalyzeWhat::File { path: row.path, customer, agent }, &title, jobs);
}

/// The same recording with its channels the other way round; it replaces what was found before.
fn swap_roles(state: &mut State, jobs: &mut Vec<Job>) {
    let Some(opened) = state.feedback.as_ref().map(|f| &f.opened) else { return };
    let roles = opened.original.source.roles;
    let (path, title) = (opened.audio.clone(), opened.title.clone());
    if opened.kind == OpenedKind::Review && roles.customer != roles.agent {
        analyze(
            state,
            AnalyzeWhat::File { path, customer: roles.agent, agent: roles.customer },
            &title,
            jobs,
        );
    }
}

/// Gives the event back when it is not about a recording.
pub fn absorb(state: &mut State, event: Event, jobs: &mut Vec<Job>) -> Option<Event> {
    match event {
        Event::Progress(id, part) => {
            if let Some(work) = state.work.as_mut().filter(|w| w.id == id) {
                work.part = part;
            }
        }
        Event::Analyzed(id, opened) => {
            if state.work.as_ref().is_none_or(|w| w.id != id) {
                return None;
            }
            state.work = None;
            opened_one(state, *opened, jobs);
            jobs.push(Job::LoadShelf);
        }
        Event::AnalysisFailed(id, text) => {
            if let Some(work) = state.work.as_mut().filter(|w| w.id == id) {
                work.failed = Some(text);
            }
        }
        Event::Opened(opened) => {
            state.work = None;
            if opened.original.schema.is_empty() {
                let (what, title) = (opened.take.map(AnalyzeWhat::Take), opened.title.clone());
                if let Some(what) = what {
                    analyze(state, what, &title, jobs);
                }
                return None;
            }
            opened_one(state, *opened, jobs);
            if state.screen != Screen::Compare {
                go(state, Screen::Feedback, jobs);
            }
        }
        Event::Recomputed(analysis, corrections) => {
            if let Some(feedback) = &mut state.feedback {
                feedback.opened.shown = *analysis;
                feedback.opened.corrections = corrections;
            }
        }
        Event::Inspected { folder, rows, refused } => {
            state.screen = Screen::Review;
            if folder.is_some() {
                state.review.folder = folder;
                state.review.rows = rows;
            } else if let Some(row) = rows.into_iter().next() {
                ask(state, row);
            }
            state.review.refused = refused;
        }
        Event::Picked(paths) => {
            if !paths.is_empty() {
                // The dialog works: what was said of the one before, or of what it chose, is past.
                state.review.refused = None;
                state.notice = state.notice.take().filter(|n| !n.is_trouble);
                jobs.push(Job::Inspect(paths));
            }
        }
        Event::Player { path, at_s, playing } => player(state, &path, at_s, playing),
        Event::Notes(take, notes) => {
            if let Some(feedback) = state.feedback.as_mut().filter(|f| f.opened.take == Some(take)) {
                feedback.opened.notes = notes;
            }
        }
        other => return Some(other),
    }
    None
}

fn player(state: &mut State, path: &std::path::Path, at_s: f64, playing: bool) {
    if state.player.path.as_deref() != Some(path) {
        return;
    }
    state.player.at_s = at_s;
    state.player.playing = playing;
    if let Some(feedback) = state.feedback.as_mut().filter(|f| f.opened.audio == path) {
        set_cursor(feedback, at_s);
    }
}

/// A retry goes beside the call that it repeats; anything else becomes the feedback.
fn opened_one(state: &mut State, opened: Opened, jobs: &mut Vec<Job>) {
    if opened.kind == OpenedKind::Retry {
        let call = state.feedback.as_ref().and_then(|f| f.opened.take);
        if let (Some(call), Some(retry)) = (call, opened.take) {
            jobs.push(Job::LoadCompare(call, retry));
            if let Some(feedback) = &mut state.feedback
                && !feedback.opened.retries.iter().any(|r| r.take == retry)
            {
                let line = opened.log.as_ref().and_then(|l| l.lines.first()).map(|l| l.line.clone());
                let row = crate::desktop::state::RetryTake {
                    take: retry,
                    line: line.unwrap_or_default(),
                    when: opened.when,
                };
                feedback.opened.retries.push(row);
            }
            return;
        }
    }
    if opened.shown.turns.iter().all(|t| t.speaker != Speaker::Agent) {
        say(state, "No words of yours were found in this recording. Was the microphone the right one?", true);
    }
    let mut feedback = Feedback::of(opened);
    if state.reflect.take.is_some()
        && state.reflect.take == feedback.opened.take
        && state.reflect.rating.is_some()
    {
        feedback.opened.self_rating = feedback.opened.self_rating.or(state.reflect.rating);
    }
    feedback.export_voice = false;
    state.openings += 1;
    state.feedback = Some(feedback);
}
