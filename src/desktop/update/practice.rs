//! From the ladder through the brief and the call to the reflection.

use super::{go, say};
use crate::desktop::msg::{AnalyzeWhat, CallDo, CallEvent, CallPlan, Event, Field, Job, Msg, SoundEvent};
use crate::desktop::state::{Ask, Brief, CallView, Meter, Reflect, Screen, State, Work};
use crate::library::Reflection;
use crate::rehearse::rest::cool_down_breaths;
use crate::rehearse::{Phase, Scenario, cards};

/// Gives the message back when it is not about practice.
pub fn update(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) -> Option<Msg> {
    match msg {
        Msg::Main => return main(state, jobs),
        Msg::Brief(id) => open_brief(state, id, jobs),
        Msg::Pacer(on) => {
            let now = state.clock_s;
            if let Some(brief) = &mut state.brief {
                brief.pacer_from_s = on.then_some(now);
            }
        }
        Msg::CoolDownDone => state.cool_down = None,
        Msg::StartCall(id) => start_call(state, &id, jobs),
        Msg::Hold(on) => jobs.push(Job::Call(CallDo::Hold(on))),
        Msg::TurnDone => jobs.push(Job::Call(CallDo::TurnDone)),
        Msg::EndCall => state.ask = state.call.is_some().then_some(Ask::EndCall),
        Msg::ResumeCall => {
            let s = &state.settings;
            jobs.push(Job::Call(CallDo::Resume(s.microphone.clone(), s.headphones.clone())));
        }
        Msg::Rate(rating) => state.reflect.rating = Some(rating.clamp(1, 5)),
        Msg::Reflected => reflected(state, jobs),
        Msg::SkipReflection => leave_reflection(state, jobs),
        Msg::Typed(Field::Reflection(i), text) => {
            if let Some(answer) = state.reflect.answers.get_mut(i) {
                *answer = text;
            }
        }
        Msg::RetryLine(at_s) => retry(state, at_s, jobs),
        Msg::Microphone(id) => {
            state.settings.microphone = id;
            devices_changed(state, jobs);
        }
        Msg::Headphones(id) => {
            state.settings.headphones = id;
            devices_changed(state, jobs);
        }
        Msg::ListDevices => jobs.push(Job::ListDevices),
        Msg::TestPhrase => {
            state.sound.testing = true;
            state.sound.leak_db = None;
            state.sound.delay_ms = None;
            jobs.push(Job::TestPhrase);
        }
        Msg::FreeTalk(on) => {
            state.sound.talk_s = on.then_some(0.0);
            state.sound.talk_done = None;
            jobs.push(Job::FreeTalk(on));
        }
        Msg::DeclineTalk => {
            state.settings.talk_declined = true;
            jobs.push(Job::SaveSettings(state.settings.clone()));
        }
        other => return Some(other),
    }
    None
}

/// Space, on the screens that lead to a call.
fn main(state: &mut State, jobs: &mut Vec<Job>) -> Option<Msg> {
    match state.screen {
        Screen::Home => {
            let shelf = state.shelf.as_ref()?;
            let id = shelf.next_up.and_then(|i| shelf.rungs.get(i)).map(|r| r.scenario.id.clone())?;
            open_brief(state, id, jobs);
        }
        Screen::Sound => {
            sound_done(state, jobs);
        }
        Screen::Brief => {
            let id = state.brief.as_ref()?.scenario.clone();
            start_call(state, &id, jobs);
        }
        Screen::Call => jobs.push(Job::Call(CallDo::TurnDone)),
        Screen::Reflect if state.reflect.rating.is_some() => reflected(state, jobs),
        Screen::Feedback | Screen::Compare | Screen::Review => return Some(Msg::Main),
        _ => {}
    }
    None
}

/// From the sound check to the first call, or back home.
fn sound_done(state: &mut State, jobs: &mut Vec<Job>) {
    state.settings.sound_checked = true;
    jobs.push(Job::SaveSettings(state.settings.clone()));
    let next = state.brief.is_some();
    go(state, if next { Screen::Brief } else { Screen::Home }, jobs);
}

fn open_brief(state: &mut State, id: String, jobs: &mut Vec<Job>) {
    if state.shelf.as_ref().and_then(|s| s.scenario(&id)).is_none() {
        say(state, format!("There is no scenario {id}. All that can be rehearsed are on this page."), true);
        return;
    }
    jobs.push(Job::Ready(id.clone()));
    state.brief = Some(Brief { scenario: id, pacer_from_s: None });
    // The first time, the way leads through the sound check.
    go(state, if state.settings.sound_checked { Screen::Brief } else { Screen::Sound }, jobs);
}

fn start_call(state: &mut State, id: &str, jobs: &mut Vec<Job>) {
    let Some(scenario) = state.shelf.as_ref().and_then(|s| s.scenario(id)).cloned() else { return };
    begin(state, scenario, None, jobs);
}

fn begin(
    state: &mut State,
    scenario: Scenario,
    retry_of: Option<(crate::library::TakeId, String)>,
    jobs: &mut Vec<Job>,
) {
    if state.call.is_some() {
        return;
    }
    go(state, Screen::Call, jobs);
    let mut call = CallView::opening(&scenario.id, &scenario.title, scenario.heat);
    call.retry_of.clone_from(&retry_of);
    state.call = Some(call);
    jobs.push(Job::StartCall(Box::new(CallPlan { scenario, retry_of, settings: state.settings.clone() })));
}

/// The reply at this moment again: a call of the one line that it answered.
fn retry(state: &mut State, at_s: f64, jobs: &mut Vec<Job>) {
    let Some(feedback) = &state.feedback else { return };
    let opened = &feedback.opened;
    let (Some(take), Some(scenario), Some(log)) = (opened.take, &opened.scenario, &opened.log) else {
        return;
    };
    let at = crate::call::seconds_to_samples(at_s);
    let Some(played) = log.answered_at(at).or_else(|| log.lines.first()) else { return };
    let Some(line) = scenario.line(&played.line) else { return };
    let mut line = line.clone();
    line.next.clear();
    // A trailing line without its continuation is only a line.
    line.trap = line.trap.filter(|t| *t == crate::rehearse::Trap::Pause);
    let id = line.id.clone();
    let one = Scenario { start: id.clone(), lines: vec![line], ..scenario.clone() };
    begin(state, one, Some((take, id)), jobs);
}

/// After the question was answered with yes.
pub fn end_call(state: &mut State, jobs: &mut Vec<Job>) {
    if let Some(call) = &mut state.call {
        call.ending = true;
        jobs.push(Job::Call(CallDo::End));
    }
}

/// Whoever goes on without thinking still gets the feedback; what was thought is kept.
pub fn leave_reflection(state: &mut State, jobs: &mut Vec<Job>) {
    if keep_reflection(state, jobs) {
        go(state, Screen::Feedback, jobs);
    }
}

fn reflected(state: &mut State, jobs: &mut Vec<Job>) {
    if keep_reflection(state, jobs) {
        go(state, Screen::Feedback, jobs);
    }
}

/// Keeps what was thought before the numbers. False when there are words without a rating: then it is asked whether they
/// may be lost.
pub fn keep_reflection(state: &mut State, jobs: &mut Vec<Job>) -> bool {
    if state.reflect.rating.is_none() && state.reflect.has_words() {
        state.ask = Some(Ask::DropWords);
        return false;
    }

    if let (Some(take), Some(rating)) = (state.reflect.take, state.reflect.rating) {
        let answers: Vec<Reflection> = cards::cards()
            .reflect
            .iter()
            .zip(&state.reflect.answers)
            .filter(|(_, a)| !a.trim().is_empty())
            .map(|(p, a)| Reflection { prompt: p.id.clone(), answer: a.trim().to_owned() })
            .collect();
        if !answers.is_empty() {
            // The journal has an entry for each rehearsal, found by its words.
            jobs.push(Job::WriteJournal(Some(take), entry(&answers)));
        }
        if let Some(feedback) = state.feedback.as_mut().filter(|f| f.opened.take == Some(take)) {
            feedback.opened.self_rating = Some(rating);
            feedback.opened.reflections.clone_from(&answers);
        }
        jobs.push(Job::Reflect(take, rating, answers));
    }
    true
}

/// What was thought before the numbers, as an entry of the journal.
fn entry(answers: &[Reflection]) -> String {
    let text = |r: &Reflection| format!("{}\n{}", cards::reflect_prompt(&r.prompt), r.answer);
    answers.iter().map(text).collect::<Vec<_>>().join("\n\n")
}

fn devices_changed(state: &mut State, jobs: &mut Vec<Job>) {
    jobs.push(Job::SaveSettings(state.settings.clone()));
    if state.screen == Screen::Sound {
        state.sound.loudest_db = None;
        state.sound.floor_db = None;
        state.sound.trouble = None;
        jobs.push(Job::OpenSound(state.settings.clone()));
    }
}

/// Gives the event back when it is not about practice.
pub fn absorb(state: &mut State, event: Event, jobs: &mut Vec<Job>) -> Option<Event> {
    match event {
        Event::Devices(devices, problems) => {
            state.sound.listed = true;
            state.sound.devices = devices;
            state.sound.problems = problems;
        }
        Event::Sound(event) => {
            if let SoundEvent::Tested(leak, _) = event {
                state.settings.leak_db = leak;
                jobs.push(Job::SaveSettings(state.settings.clone()));
            }
            sound(state, event);
        }
        Event::Call(event) => call(state, event, jobs),
        other => return Some(other),
    }
    None
}

fn sound(state: &mut State, event: SoundEvent) {
    let sound = &mut state.sound;
    match event {
        SoundEvent::Open => {
            sound.open = true;
            sound.trouble = None;
        }
        SoundEvent::Level(meter) => {
            sound.open = true;
            sound.meter = meter;
            let loudest = sound.loudest_db.unwrap_or(-120.0).max(meter.rms_db);
            sound.loudest_db = Some(loudest);
        }
        SoundEvent::Floor(db) => sound.floor_db = Some(db),
        SoundEvent::Tested(leak, delay) => {
            sound.testing = false;
            sound.leak_db = Some(leak.unwrap_or(f64::NEG_INFINITY));
            sound.delay_ms = delay;
        }
        SoundEvent::Talk(s) => sound.talk_s = Some(s),
        SoundEvent::TalkDone(text) => {
            sound.talk_s = None;
            sound.talk_done = Some(text);
            if let Some(shelf) = &mut state.shelf {
                shelf.has_baseline = true;
            }
        }
        SoundEvent::Trouble(text) => {
            sound.trouble = Some(text);
            sound.testing = false;
            sound.meter = Meter::default();
        }
        SoundEvent::Closed => {
            sound.open = false;
            sound.testing = false;
            sound.talk_s = None;
            sound.meter = Meter::default();
        }
    }
}

fn call(state: &mut State, event: CallEvent, jobs: &mut Vec<Job>) {
    match event {
        CallEvent::Ended { take, .. } => return ended(state, take, jobs),
        CallEvent::Failed(text) => {
            let was_call = state.call.take().is_some();
            if was_call && state.screen == Screen::Call {
                let retry = state.feedback.is_some() && state.brief.is_none();
                state.screen = if retry { Screen::Feedback } else { Screen::Sound };
                state.sound.trouble = Some(text.clone());
                jobs.push(Job::ListDevices);
            }
            say(state, text, true);
            return;
        }
        _ => {}
    }
    let Some(call) = &mut state.call else { return };
    match event {
        CallEvent::Began => call.running = true,
        CallEvent::Phase(phase) => {
            call.phase = phase;
            call.running = true;
            if phase == Phase::Lost {
                (call.agent, call.customer) = (Meter::default(), Meter::default());
            } else {
                call.trouble = None;
            }
        }
        CallEvent::Line(text) => call.line = text,
        CallEvent::Meter { at_s, agent, customer, speaking } => {
            call.elapsed_s = at_s;
            call.agent = agent;
            call.customer = customer;
            call.speaking = speaking;
        }
        CallEvent::Ring(ring) => call.ring = ring,
        CallEvent::Trouble(text, waits) => {
            call.trouble = Some((text, waits));
            jobs.push(Job::ListDevices);
        }
        CallEvent::Recovered => call.trouble = None,
        CallEvent::Ended { .. } | CallEvent::Failed(_) => {}
    }
}

/// The take is whole: think first, while the analysis runs.
fn ended(state: &mut State, take: crate::library::TakeId, jobs: &mut Vec<Job>) {
    let Some(call) = state.call.take() else { return };
    state.ask = None;
    let id = state.work.as_ref().map_or(0, |w| w.id) + 1;
    let is_retry = call.retry_of.is_some();
    state.work = Some(Work { id, title: call.title.clone(), part: 0.0, failed: None, show: true });
    jobs.push(Job::Analyze { id, what: AnalyzeWhat::Take(take), settings: Box::new(state.settings.clone()) });
    if is_retry {
        state.screen = Screen::Compare;
        state.compare = None;
        return;
    }
    state.feedback = None;
    state.reflect =
        Reflect { take: Some(take), heat: call.heat, rating: None, answers: <[String; 2]>::default() };
    state.screen = Screen::Reflect;
    let breaths = cool_down_breaths(call.heat);
    state.cool_down = (breaths > 0).then_some((breaths, state.clock_s));
}
