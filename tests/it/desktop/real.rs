//! The whole rehearsal through the real workers: library, analysis, recognizer, call. Only the microphone is a file.

use super::fake::frame;
use crate::models::{Manner, TINY_Q8, serve, stand_in};
use crate::rehearsal::plain;
use crate::stage::replies;
use eframe::egui::{Context, Key};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use evenkeel::asr::models::DEFAULT_MODEL;
use evenkeel::asr::{Embedded, Store};
use evenkeel::call::FindingKind;
use evenkeel::desktop::state::{Opened, Screen};
use evenkeel::desktop::workers::{House, OpenSound, Threads};
use evenkeel::desktop::{App, theme};
use evenkeel::device::{AudioIo, FakeAudio, FakeHandle, When};
use evenkeel::library::ScenarioStore;
use evenkeel::library::policy::Policy;
use evenkeel::rehearse::Phase;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

type Window = Harness<'static, App<Threads>>;

/// What is said into each pair of devices that is opened, in order.
type Mouths = Vec<Vec<(When, Vec<f32>)>>;

fn window(data: &Path, mouths: Mouths) -> (Window, Arc<Mutex<Vec<FakeHandle>>>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let opened = Arc::<Mutex<Vec<FakeHandle>>>::default();
    let (handles, mouths) = (opened.clone(), Mutex::new(mouths.into_iter()));
    let open: OpenSound = Arc::new(move |_| {
        let fake = FakeAudio::in_real_time(0.01);
        let handle = fake.handle();
        for (when, sound) in mouths.lock().unwrap().next().unwrap_or_default() {
            handle.say(when, sound);
        }
        handles.lock().unwrap().push(handle);
        Ok(Box::new(fake) as Box<dyn AudioIo + Send>)
    });
    let models = Store::with_folders(Embedded::default(), vec![root.join("models")], false, None, None);
    (over(house(data, models).with_sound(open)), opened)
}

fn house(data: &Path, models: Store) -> House {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/scenarios");
    House::with(data.to_owned(), ScenarioStore::new(&[], Some(scenarios)), models, Policy::default())
}

fn over(house: House) -> Window {
    let app = App::new(Threads::start(house, &Context::default()), None);
    Harness::builder()
        .with_size([1180.0, 1400.0])
        .with_context_setup(theme::install)
        .with_max_steps(30)
        .build_ui_state(frame, app)
}

/// Frames until it holds.
fn until<T>(w: &mut Window, what: &str, seconds: f64, mut done: impl FnMut(&Window) -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs_f64(seconds);
    loop {
        w.run_steps(2);
        if let Some(t) = done(w) {
            return t;
        }
        let state = &w.state().state;
        assert!(
            Instant::now() < deadline,
            "{what} did not happen within {seconds} s: {:?}, {:?}, {:?}",
            state.screen,
            state.notice,
            state.call.as_ref().map(|c| (c.phase, c.line.clone()))
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn see(w: &mut Window, label: &str, seconds: f64) {
    until(w, label, seconds, |w| w.query_by_label(label).map(drop));
}

fn click(w: &mut Window, label: &str) {
    see(w, label, 20.0);
    w.get_by_label(label).click();
    w.run_steps(4);
}

fn press(w: &mut Window, key: Key) {
    w.key_press(key);
    w.run_steps(4);
}

fn phase(w: &Window) -> Option<Phase> {
    w.state().state.call.as_ref().map(|c| c.phase)
}

/// The customer begins the `n`-th time.
fn line_begins(w: &mut Window, after: &str) -> String {
    until(w, "the customer's next line", 40.0, |w| {
        let call = w.state().state.call.as_ref()?;
        (call.phase == Phase::Customer && call.line != after).then(|| call.line.clone())
    })
}

fn feedback(w: &mut Window) -> Opened {
    until(w, "the feedback", 60.0, |w| w.state().state.feedback.as_ref().map(|f| f.opened.clone()))
}

#[test]
fn a_rehearsal_goes_through_the_real_workers_to_real_findings() {
    let folder = tempfile::tempdir().unwrap();
    let said = replies();
    let check = vec![(When::At(0.3), said[0].0.clone())];
    let call = vec![
        (When::AfterEnd(0, 0.6), said[0].0.clone()),
        // Over the customer's last words.
        (When::AfterEnd(1, -1.5), said[1].0.clone()),
    ];
    let retry = vec![(When::AfterEnd(0, 0.8), said[2].0.clone())];
    let (mut w, devices) = window(folder.path(), vec![check, call, retry]);

    // A newcomer: the ladder, the sound check, the brief, the call.
    see(&mut w, "Start the first call", 20.0);
    click(&mut w, "Open “Charged twice for one month”");
    assert_eq!(w.state().state.screen, Screen::Sound);
    see(&mut w, "We hear you", 20.0);
    click(&mut w, "Try a call now");
    click(&mut w, "Start the call");
    let first = line_begins(&mut w, "");
    see(&mut w, "You are speaking", 40.0);
    let second = line_begins(&mut w, &first);
    line_begins(&mut w, &second);
    assert_ne!(phase(&w), Some(Phase::Lost));
    press(&mut w, Key::Escape);
    see(&mut w, "End the call?", 5.0);
    press(&mut w, Key::Tab);
    press(&mut w, Key::Space);
    until(&mut w, "the reflection", 20.0, |w| (w.state().state.screen == Screen::Reflect).then_some(()));
    let since = Instant::now();
    let opened = feedback(&mut w);
    let waited_s = since.elapsed().as_secs_f64();
    click(&mut w, "3 of 5, all right");
    click(&mut w, "Show the feedback");

    // What is shown is what was said, when, and over whom.
    let shown = &opened.shown;
    let agent: Vec<&str> = shown
        .turns
        .iter()
        .filter(|t| t.speaker == evenkeel::call::Speaker::Agent)
        .map(|t| t.text.as_str())
        .collect();
    let heard = plain(&agent.join(" "));
    let wanted: Vec<String> = said[..2].iter().flat_map(|r| plain(&r.1)).collect();
    let missing = wanted.iter().filter(|word| !heard.contains(word)).count();
    let latency: Vec<f64> = shown.responses.iter().map(|r| r.latency_s).collect();
    let _ = writeln!(
        std::io::stderr(),
        "desktop::real: latencies {latency:.2?} s, {missing} of {} words missing, feedback {waited_s:.1} s after the call",
        wanted.len()
    );
    assert!(missing * 10 <= wanted.len(), "{agent:?}");
    let (played, mouth) = devices.lock().unwrap()[1].truth();
    let onset = mouth.iter().position(|s| s.abs() > 0.02).expect("something was said");
    let end = played[..onset].iter().rposition(|s| s.abs() > 0.01).expect("a line was played");
    let truth = (onset - end) as f64 / 16_000.0;
    assert!((latency[0] - truth).abs() < 0.05, "{latency:?} of {truth}");
    assert_eq!(shown.interruptions.len(), 1, "{:?}", shown.interruptions);
    assert!(!shown.findings.is_empty() && !shown.behaviors.is_empty());
    for finding in &shown.findings {
        see(&mut w, &finding.title, 5.0);
    }
    // The third line had only been asked for when the call was ended.
    assert!(opened.log.as_ref().is_some_and(|l| l.lines.len() >= 2));

    // One line again, and both heard against each other.
    let better = shown.findings.iter().find(|f| f.kind != FindingKind::Keep).expect("something to change");
    w.get_all_by_label("Retry this line").next().expect(&better.title).click();
    w.run_steps(4);
    until(&mut w, "the comparison", 90.0, |w| w.state().state.compare.as_ref().map(drop));
    see(&mut w, "The same line, twice", 5.0);
    see(&mut w, "Switch to “Before”", 5.0);
    let compare = w.state().state.compare.clone().expect("it is there");
    assert!(compare.is_retry() && compare.lines.len() == 1);
    let now = &compare.sides[1].shown;
    assert!(now.turns.iter().any(|t| t.speaker == evenkeel::call::Speaker::Agent && !t.text.is_empty()));
    assert_eq!(devices.lock().unwrap().len(), 3, "sound check, call, retry");
    press(&mut w, Key::Escape);
    assert_eq!(w.state().state.screen, Screen::Feedback);
    click(&mut w, "History");
    see(&mut w, "Takes", 5.0);
    let kept = w.state().state.shelf.as_ref().map(|s| s.takes.len());
    assert_eq!(kept, Some(2), "the call and the retry");
}

#[test]
fn free_talk_of_the_sound_check_is_what_the_next_call_is_compared_with() {
    let folder = tempfile::tempdir().unwrap();
    let said = replies();
    let talk: Vec<f32> = said.iter().flat_map(|r| r.0.iter().copied().chain([0.0; 6400])).collect();
    let call = vec![(When::AfterEnd(0, 0.6), said[0].0.clone())];
    let check = vec![(When::At(0.3), said[0].0.clone())];
    let (mut w, _) = window(folder.path(), vec![vec![(When::At(1.5), talk)], check, call]);
    see(&mut w, "Start the first call", 20.0);
    click(&mut w, "Sound check");
    until(&mut w, "the microphone", 20.0, |w| w.state().state.sound.open.then_some(()));
    click(&mut w, "Record 40 seconds");
    until(&mut w, "enough talk", 40.0, |w| w.state().state.sound.talk_s.filter(|s| *s > 15.0));
    click(&mut w, "Stop talking");
    let done = until(&mut w, "the baseline", 30.0, |w| w.state().state.sound.talk_done.clone());
    assert_eq!(done, "Thank you. Your neutral voice is known for this microphone.");

    click(&mut w, "Practice");
    click(&mut w, "Open “Charged twice for one month”");
    see(&mut w, "We hear you", 20.0);
    click(&mut w, "Try a call now");
    click(&mut w, "Start the call");
    let first = line_begins(&mut w, "");
    see(&mut w, "You are speaking", 40.0);
    line_begins(&mut w, &first);
    press(&mut w, Key::Escape);
    see(&mut w, "End the call?", 5.0);
    press(&mut w, Key::Tab);
    press(&mut w, Key::Space);
    let voice = feedback(&mut w).shown.voice;
    assert_eq!(voice.baseline, evenkeel::call::BaselineKind::SoundCheck);
    // The same voice into the same microphone: it is where it usually is.
    assert!(voice.heat.value.is_some_and(|h| h.abs() < 2.0), "{:?}", voice.heat);
    assert_eq!(voice.provocations.len(), 1, "the first line of this scenario is hostile");
}

#[test]
fn a_recognizer_is_fetched_checked_and_removed_in_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("models");
    let server = serve(stand_in(TINY_Q8), Manner::Well);
    let models = Store::with_folders(
        Embedded::default(),
        vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("models"), own.clone()],
        false,
        Some(own.clone()),
        Some(server.url.clone()),
    );
    let mut w = over(house(folder.path(), models));
    click(&mut w, "Settings");
    until(&mut w, "the list", 10.0, |w| w.query_by_label_contains(&server.url).map(drop));
    click(&mut w, "Show all 29");
    assert!(w.query_by_label("Check tiny-q8_0").is_none());
    click(&mut w, "Get tiny-q8_0");
    see(&mut w, "Installed; its size and first bytes are right. Its checksum is not known.", 20.0);
    assert!(own.join("ggml-tiny-q8_0.bin").is_file());
    // It has the right size, but nothing can be heard with it: the one before stays.
    click(&mut w, "Use tiny-q8_0");
    until(&mut w, "the refusal", 20.0, |w| w.query_by_label_contains("stays in use").map(drop));
    assert_eq!(w.state().state.settings.model, DEFAULT_MODEL);
    // What comes under a known checksum and is something else is not kept.
    click(&mut w, "Get tiny.en-q5_1");
    until(&mut w, "the refusal", 20.0, |w| w.query_by_label_contains("was thrown away").map(drop));
    assert!(!own.join("ggml-tiny.en-q5_1.bin").exists());
    click(&mut w, "Remove tiny-q8_0");
    see(&mut w, "Removed.", 10.0);
    assert!(!own.join("ggml-tiny-q8_0.bin").exists());
}
