//! The call worker: one call from its first sample to the closed take, with its row in the library.

use super::house::now;
use super::{House, Outbox};
use crate::analyze::Recognizer;
use crate::desktop::msg::{CallDo, CallEvent, CallPlan, Event};
use crate::desktop::state::{Meter, Ring, Settings};
use crate::device::{AudioIo, Choice, DuplexStream};
use crate::library::{Library, NewTake, TakeId, TakeKind};
use crate::live::{self, Command, Ended, Hearing, Level, LiveEvent, Script, Setup, Steady};
use crate::measure::voice::Baseline;
use crate::rehearse::Waits;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, PoisonError};

/// Runs one call from its first sample to the closed take.
#[expect(clippy::needless_pass_by_value, reason = "the plan is this call's own: nobody else may hold it")]
pub fn run(house: &House, outbox: &Outbox, plan: CallPlan, orders: &Receiver<CallDo>) {
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
    live::drive(setup, &mut command, &mut |event| match event {
        LiveEvent::Began { .. } => tell(CallEvent::Began),
        LiveEvent::Phase(phase) => tell(CallEvent::Phase(phase)),
        LiveEvent::Line { text, .. } => tell(CallEvent::Line(text)),
        LiveEvent::Meter { at_s, agent, customer, speaking } => {
            tell(CallEvent::Meter { at_s, agent: meter(agent), customer: meter(customer), speaking });
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
    if let Ok(ears) = house.ears() {
        *ears.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some((take, ended.heard));
    }
    outbox.send(Event::Call(CallEvent::Ended { take, duration_s: ended.duration_s }));
}

fn prepare(house: &House, plan: &CallPlan) -> Result<Script, String> {
    let ears = house.ears()?;
    let bundle = house.scenarios.open(&plan.scenario.id).map_err(|e| e.to_string())?;
    let mut sounds = BTreeMap::new();
    for line in &plan.scenario.lines {
        sounds.insert(line.id.clone(), bundle.samples(line).map_err(|e| e.to_string())?);
    }
    let waits = Waits::default().scaled(plan.settings.patience);
    Script::prepare(plan.scenario.clone(), sounds, &mut ears.detector()?, waits).map_err(|e| e.to_string())
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
    let voice = house.policy.voice_metrics && settings.voice;
    let stored = library.baseline::<Baseline>(&settings.microphone).ok().flatten().filter(|_| voice);
    Ok(Setup {
        script,
        take,
        choice: choice(&settings.microphone, &settings.headphones),
        opener: Box::new(|choice| {
            DuplexStream::open(choice).map(|io| Box::new(io) as Box<dyn AudioIo + Send>)
        }),
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

fn meter(level: Level) -> Meter {
    Meter { rms_db: level.rms_db, peak_db: level.peak_db, clipped: level.clipped }
}
