//! The call worker: one call from its first sample to the closed take, with its row in the library.

use super::house::now;
use super::{House, Outbox};
use crate::analyze::Recognizer;
use crate::desktop::msg::{CallDo, CallEvent, CallPlan, Event};
use crate::desktop::state::{Meter, Ring, Settings};
use crate::device::Choice;
use crate::library::{Library, NewTake, TakeId, TakeKind};
use crate::live::{self, Command, Ended, Hearing, Level, LiveEvent, Script, Setup, Steady};
use crate::measure::voice::Baseline;
use crate::rehearse::Waits;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, PoisonError};

/// Runs one call from its first sample to the closed take.
pub fn run(house: &House, outbox: &Outbox, plan: CallPlan, orders: &Receiver<CallDo>) {
    house.calls.fetch_add(1, Ordering::Relaxed);
    call(house, outbox, plan, orders);
    house.calls.fetch_sub(1, Ordering::Relaxed);
}

#[expect(clippy::needless_pass_by_value, reason = "the plan is this call's own: nobody else may hold it")]
fn call(house: &House, outbox: &Outbox, plan: CallPlan, orders: &Receiver<CallDo>) {
    let tell = |event| outbox.send(Event::Call(event));
    let script = match prepare(house, &plan) {
        Ok(script) => Arc::new(script),
        Err(why) => return tell(CallEvent::Failed(why)),
    };
    let begun = house.library().map_err(|e| e.to_string()).and_then(|mut library| {
        let (take, path) = library.begin_take(&row(&plan)).map_err(|e| e.to_string())?;
        Ok((library, take, path))
    });
    let (mut library, take, path) = match begun {
        Ok(begun) => begun,
        Err(why) => return tell(CallEvent::Failed(why)),
    };
    let setup = match setup(house, &library, script, &plan.settings, path) {
        Ok(setup) => setup,
        Err(why) => return fail(outbox, &mut library, take, why),
    };
    let mut command = || match orders.try_recv() {
        Ok(order) => Some(command_of(order)),
        Err(TryRecvError::Empty) => None,
        // The window is gone.
        Err(TryRecvError::Disconnected) => Some(Command::End),
    };
    let mut seen = Seen::default();
    live::drive(setup, &mut command, &mut |event| match event {
        LiveEvent::Began { .. } => tell(CallEvent::Began),
        LiveEvent::Phase(phase) => tell(CallEvent::Phase(phase)),
        LiveEvent::Line { text, .. } => tell(CallEvent::Line(text)),
        LiveEvent::Meter { at_s, agent, customer, speaking } => {
            let (agent, customer) = (meter(agent), meter(customer));
            if seen.is_news(at_s, &agent, &customer, speaking) {
                tell(CallEvent::Meter { at_s, agent, customer, speaking });
            }
        }
        LiveEvent::Pace(pace) if plan.settings.ring => {
            tell(CallEvent::Ring(Ring { pace: pace.rate, loudness_lu: pace.loudness_lu }));
        }
        LiveEvent::Pace(_) | LiveEvent::Words { .. } => {}
        LiveEvent::Trouble { sentence, waits } => tell(CallEvent::Trouble(sentence, waits)),
        LiveEvent::Recovered => tell(CallEvent::Recovered),
        LiveEvent::Overflow(samples) => {
            let ms = samples / 48;
            let text = format!(
                "The computer is too busy: about {ms} ms of the microphone were lost. The call goes on."
            );
            tell(CallEvent::Trouble(text, false));
        }
        LiveEvent::Log(log) => {
            // The course is kept again at the end; until then only a crash would miss it.
            let _ = library.save_log(take, &log);
        }
        LiveEvent::Failed(why) => fail(outbox, &mut library, take, why),
        LiveEvent::Ended(ended) => close(house, outbox, &mut library, take, *ended),
    });
}

/// There is no take: its row goes.
fn fail(outbox: &Outbox, library: &mut Library, take: TakeId, why: String) {
    // A row that stays is offered for recovery and deleted there.
    let _ = library.delete_take(take);
    outbox.send(Event::Call(CallEvent::Failed(why)));
}

fn close(house: &House, outbox: &Outbox, library: &mut Library, take: TakeId, ended: Ended) {
    let kept =
        library.save_log(take, &ended.log).and_then(|()| library.finish_recording(take, ended.duration_s));
    if let Err(e) = kept {
        outbox.send(Event::Failed(format!("{e}. The recording itself is safe: {}", ended.path.display())));
    }
    if let Some(why) = ended.cut_short {
        outbox.send(Event::Failed(format!("The recording stopped before the call did: {why}")));
    }
    *house.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some((take, ended.heard));
    outbox.send(Event::Call(CallEvent::Ended { take, duration_s: ended.duration_s }));
}

fn prepare(house: &House, plan: &CallPlan) -> Result<Script, String> {
    let lines = house.lines.ready(house, &plan.scenario.id, &plan.scenario.lines)?;
    let mut waits = Waits::default().scaled(plan.settings.patience);
    if plan.retry_of.is_some() {
        // The one line of a retry is the last, and yet it is there to be answered.
        waits.closing_s = waits.silence_s;
    }
    Script::of(plan.scenario.clone(), lines, waits).map_err(|e| e.to_string())
}

fn row(plan: &CallPlan) -> NewTake {
    NewTake {
        kind: if plan.retry_of.is_some() { TakeKind::Retry } else { TakeKind::Call },
        scenario: plan.scenario.id.clone(),
        title: plan.scenario.title.clone(),
        heat: plan.scenario.heat,
        retry_of: plan.retry_of.clone(),
        device: plan.settings.microphone.clone(),
        started_at: now(),
    }
}

fn setup(
    house: &House,
    library: &Library,
    script: Arc<Script>,
    settings: &Settings,
    take: PathBuf,
) -> Result<Setup, String> {
    let ears = house.ears()?;
    let open_sound = house.open_sound.clone();
    let voice = house.policy.voice_metrics && settings.voice;
    let stored = library.baseline::<Baseline>(&settings.microphone).ok().flatten().filter(|_| voice);
    Ok(Setup {
        script,
        take,
        choice: choice(&settings.microphone, &settings.headphones),
        opener: Box::new(move |choice| open_sound(choice)),
        detector: Box::new(ears.detector()?),
        recognizer: ears.transcriber.clone().map(|t| Arc::new(Steady(t)) as Arc<dyn Recognizer>),
        rules: ears.rules.clone(),
        rubric: ears.rubric.clone(),
        baseline: stored.map(|b| Arc::new(b.data)),
        language: "en".to_owned(),
        leak_db: settings.leak_db,
        hearing: Hearing::default(),
        threaded: true,
    })
}

fn choice(microphone: &str, headphones: &str) -> Choice {
    let named = |id: &str| Some(id.to_owned()).filter(|i| !i.is_empty());
    Choice { input: named(microphone), output: named(headphones) }
}

fn command_of(order: CallDo) -> Command {
    match order {
        CallDo::Hold(on) => Command::Hold(on),
        CallDo::TurnDone => Command::TurnDone,
        CallDo::End => Command::End,
        CallDo::Resume(microphone, headphones) => Command::Resume(choice(&microphone, &headphones)),
    }
}

/// What the meters show: every frame costs, so that only what an eye can tell apart is drawn.
#[derive(Default)]
struct Seen {
    at_s: f64,
    second: u64,
    speaking: bool,
    levels: [i32; 4],
}

impl Seen {
    /// Frames of the meters are this far apart.
    const APART_S: f64 = 0.095;
    /// Steps of the bars; they begin at the bottom of the meter.
    const STEP_DB: f64 = 2.0;
    const BOTTOM_DB: f64 = -70.0;

    fn is_news(&mut self, at_s: f64, agent: &Meter, customer: &Meter, speaking: bool) -> bool {
        let step = |db: f64| ((db - Self::BOTTOM_DB).max(0.0) / Self::STEP_DB).round() as i32;
        let levels = [agent.rms_db, agent.peak_db, customer.rms_db, customer.peak_db].map(step);
        let second = at_s.max(0.0) as u64;
        let moved = levels != self.levels && at_s - self.at_s >= Self::APART_S;
        let news = moved || speaking != self.speaking || second != self.second || agent.clipped;
        if news {
            *self = Self { at_s, second, speaking, levels };
        }
        news
    }
}

fn meter(level: Level) -> Meter {
    Meter { rms_db: level.rms_db, peak_db: level.peak_db, clipped: level.clipped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_call_is_drawn_once_a_second_and_a_voice_ten_times() {
        let level = |rms_db: f64| Meter { rms_db, peak_db: rms_db + 9.0, clipped: false };
        let told = |loud: &dyn Fn(usize) -> f64| {
            let mut seen = Seen::default();
            (0..200)
                .filter(|n| seen.is_news(*n as f64 * 0.05, &level(loud(*n)), &level(-90.0), false))
                .count()
        };
        assert_eq!(told(&|_| -85.0), 9, "ten seconds without a sound");
        let voice = told(&|n| -30.0 + (n % 7) as f64 * 3.0);
        assert!((80..=110).contains(&voice), "{voice}");
    }
}
