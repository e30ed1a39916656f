//! A rehearsal without headphones: the customer's lines leak from the loudspeaker into the microphone, later and quieter.
//! Real voices and the real detector on fake devices and a virtual clock; the same call without a leak is the truth.

use super::stage::{detector, replies, root};
use evenkeel::analyze::{Channel, Engine, Options, Watch, analyze_file};
use evenkeel::call::Analysis;
use evenkeel::coach::Rubric;
use evenkeel::device::{AudioIo, Choice, FakeAudio, FakeHandle, When};
use evenkeel::library::ScenarioStore;
use evenkeel::live::{Command, Hearing, LiveEvent, Script, Session, Setup, know_take};
use evenkeel::rehearse::{TakeLog, Waits};
use evenkeel::words::Rules;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The call, and its analysis: a reply, an interruption 2 s before the line's end, a reply.
fn rehearse(leak: Option<(f32, f64)>, known_db: Option<f64>) -> (TakeLog, Analysis) {
    let dir = tempfile::tempdir().expect("a folder");
    let store = ScenarioStore::new(&[], Some(root().join("samples/scenarios")));
    let bundle = store.open("double-charge").expect("a sample");
    let sounds =
        bundle.scenario.lines.iter().map(|l| (l.id.clone(), bundle.samples(l).expect("decodes"))).collect();
    let script = Script::prepare(bundle.scenario, sounds, &mut detector(), Waits::default()).expect("whole");
    let facts = script.plan().scenario().facts();
    let fake = FakeAudio::new(0.02);
    let handle: FakeHandle = fake.handle();
    if let Some((db, delay_s)) = leak {
        handle.leak(10f32.powf(db / 20.0), delay_s);
    }
    // No microphone is without noise.
    let mut state = 7_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0.0003 * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
    };
    handle.say(When::At(0.0), (0..16_000 * 120).map(|_| noise()).collect::<Vec<f32>>());
    for ((n, after), reply) in [(0, 0.6), (1, -2.0), (2, 0.9)].into_iter().zip(replies()) {
        handle.say(When::AfterEnd(n, after), reply.0);
    }
    let fakes = Arc::new(Mutex::new(Some(fake)));
    let (rules, rubric) = (Arc::new(Rules::embedded("en").expect("rules")), Arc::new(Rubric::embedded()));
    let mut session = Session::open(Setup {
        script: Arc::new(script),
        take: dir.path().join("take.wav"),
        choice: Choice::default(),
        opener: Box::new(move |_| {
            let fake = fakes.lock().expect("one thread").take().expect("opened once");
            Ok(Box::new(fake) as Box<dyn AudioIo + Send>)
        }),
        detector: Box::new(detector()),
        recognizer: None,
        rules: rules.clone(),
        rubric: rubric.clone(),
        baseline: None,
        language: "en".to_owned(),
        leak_db: known_db,
        hearing: Hearing::default(),
        threaded: false,
    })
    .expect("opens");
    let mut ended = None;
    for _ in 0..100 * 60 {
        for event in session.step() {
            match event {
                LiveEvent::Log(log) if log.lines.len() == 4 => session.command(Command::End),
                LiveEvent::Ended(e) => ended = Some(*e),
                _ => {}
            }
        }
    }
    let ended = ended.expect("the call ends");
    let mut options = Options {
        customer: Some(Channel::Number(0)),
        agent: Some(Channel::Number(1)),
        facts,
        ..Options::default()
    };
    know_take(&mut options, &ended.log);
    let mut engine = Engine {
        detectors: [Box::new(detector()), Box::new(detector())],
        detector_name: "silero".to_owned(),
        recognizer: None,
        rules,
        rubric,
    };
    let analyzed =
        analyze_file(Path::new(&ended.path), &options, &mut engine, &Watch::unattended()).expect("analyzes");
    (ended.log, analyzed.analysis)
}

#[test]
fn interruptions_and_turns_stay_right_and_the_leak_is_reported() {
    let (truth, whole) = rehearse(None, None);
    let turns = |log: &TakeLog| -> Vec<(String, bool)> {
        log.replies.iter().map(|r| (r.line.clone(), r.flags.interrupted)).collect()
    };
    assert_eq!(turns(&truth).iter().map(|t| t.1).collect::<Vec<_>>(), [false, true, false], "{truth:?}");
    assert_eq!(whole.interruptions.len(), 1);
    for (leak, known) in [((-12.0, 0.03), None), ((-12.0, 0.12), Some(-12.0)), ((-20.0, 0.12), Some(-20.0))] {
        let (log, analysis) = rehearse(Some(leak), known);
        // Live: no false turn, every reply where it was.
        assert_eq!(turns(&log), turns(&truth), "{leak:?}");
        for (reply, real) in log.replies.iter().zip(&truth.replies) {
            let of = |log: &TakeLog, at: u64| {
                at as i64 - log.lines.iter().rfind(|l| l.start <= at).map_or(0, |l| l.start as i64)
            };
            let away = (of(&log, reply.from) - of(&truth, real.from)).abs();
            // Inside the line the leak hides a voice's soft beginning from the live ear.
            let limit = if real.flags.interrupted { 4_000 } else { 800 };
            assert!(away < limit, "{leak:?}: a reply began {away} samples off: {reply:?} {real:?}");
        }
        // The analysis: the same rows at the same times.
        assert_eq!(analysis.interruptions.len(), 1, "{leak:?}: {:?}", analysis.interruptions);
        assert_eq!(analysis.responses.len(), whole.responses.len(), "{leak:?}: {:?}", analysis.responses);
        for (row, real) in analysis.responses.iter().zip(&whole.responses) {
            assert!((row.latency_s - real.latency_s).abs() <= 0.030, "{leak:?}: {row:?} {real:?}");
        }
        let text = |code: &str| analysis.warnings.iter().find(|w| w.code == code).map(|w| w.text.clone());
        assert!(text("leakage").is_some(), "{:?}", analysis.warnings);
        assert_eq!(text("sound_check_leakage").is_some(), known.is_some());
    }
}
