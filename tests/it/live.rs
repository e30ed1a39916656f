//! Whole calls on fake devices and a virtual clock: faster than real time and the same every time.

use evenkeel::analyze::{Ask, Recognizer};
use evenkeel::asr::AsrError;
use evenkeel::audio::Recording;
use evenkeel::call::{Span, Timeline, Transcript};
use evenkeel::coach::Rubric;
use evenkeel::device::{AudioIo, Choice, DeviceError, FakeAudio, FakeHandle, Side, TroubleKind, When};
use evenkeel::library::ScenarioStore;
use evenkeel::live::{
    CallSession, Command, Ended, Hearing, LiveEvent, Opener, Script, Session, Setup, drive,
};
use evenkeel::rehearse::log::{TurnEndedBy, Why};
use evenkeel::rehearse::{Ended as How, Phase, Waits};
use evenkeel::signal::{SampleSource, SourceError, SpeechDetector};
use evenkeel::words::Rules;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What is loud is speech.
struct Loud;

impl SpeechDetector for Loud {
    fn frame_samples(&self) -> u64 {
        512
    }

    fn probabilities(&mut self, source: &dyn SampleSource) -> Result<Vec<f32>, SourceError> {
        let mut frame = [0.0; 512];
        (0..source.len().div_ceil(512))
            .map(|f| {
                source.read_at(f * 512, &mut frame)?;
                let power = frame.iter().map(|s| s * s).sum::<f32>() / 512.0;
                Ok(if power > 1e-5 { 0.9 } else { 0.05 })
            })
            .collect()
    }
}

/// Hears what was written for a sound of that loudness: the utterances of these tests differ in it.
struct Written(Vec<(f32, &'static str)>);

impl Recognizer for Written {
    fn name(&self) -> &'static str {
        "written"
    }

    fn transcribe(
        &self,
        people: &[(&dyn SampleSource, &Timeline)],
        _ask: &Ask<'_>,
    ) -> Result<Vec<Transcript>, AsrError> {
        let heard = |(source, speech): &(&dyn SampleSource, &Timeline)| {
            let text_of = |span: &Span| {
                let samples = source.read_span(*span).expect("on the tape");
                let peak = samples.iter().fold(0.0f32, |p, s| p.max(s.abs()));
                self.0.iter().find(|w| (w.0 - peak).abs() < 0.01).map_or("", |w| w.1)
            };
            let spans: Vec<(Span, &str)> = speech.spans().iter().map(|s| (*s, text_of(s))).collect();
            // A reply is said once, evenly from its first span to its last.
            let of = |run: &[(Span, &str)]| {
                let (from, to) = (run[0].0.start(), run[run.len() - 1].0.end());
                let words: Vec<&str> = run[0].1.split_whitespace().collect();
                let at = |i: usize| from + (to - from) * i as u64 / words.len() as u64;
                let timed =
                    |(i, w): (usize, &&str)| Some(((*w).to_owned(), Span::new(at(i), at(i + 1))?, 0.9));
                words.iter().enumerate().filter_map(timed).collect::<Vec<_>>()
            };
            Transcript { words: spans.chunk_by(|a, b| a.1 == b.1).flat_map(of).collect() }
        };
        Ok(people.iter().map(heard).collect())
    }
}

fn script(id: &str) -> Arc<Script> {
    let store =
        ScenarioStore::new(&[], Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/scenarios")));
    let bundle = store.open(id).expect("a sample");
    let sounds: BTreeMap<String, Vec<f32>> =
        bundle.scenario.lines.iter().map(|l| (l.id.clone(), bundle.samples(l).expect("decodes"))).collect();
    Arc::new(Script::prepare(bundle.scenario, sounds, &mut Loud, Waits::default()).expect("whole"))
}

/// Noise of that peak, the same each time.
fn utterance(peak: f32, seconds: f64) -> Vec<f32> {
    let mut state = 1_u32;
    (0..(16_000.0 * seconds) as usize)
        .map(|n| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // The first samples reach the peak exactly.
            if n % 100 == 0 { peak } else { peak * ((state >> 8) as f32 / 8_388_608.0 - 1.0) }
        })
        .collect()
}

const SORRY: (f32, &str) = (0.5, "I'm really sorry about that, Dana. I can hear how frustrating this is.");
const STEPS: (f32, &str) =
    (0.4, "I will refund the second charge right now, and it will be in your account in five working days.");
const COLD: (f32, &str) = (0.3, "It is our policy.");
const AND: (f32, &str) = (0.2, "Let me have a look at that and");

struct Bench {
    session: Session,
    fake: FakeHandle,
    fakes: Arc<Mutex<Vec<FakeHandle>>>,
    events: Vec<LiveEvent>,
    dir: tempfile::TempDir,
}

fn setup(script: Arc<Script>, take: &Path, fakes: Arc<Mutex<Vec<FakeHandle>>>, step_s: f64) -> Setup {
    Setup {
        script,
        take: take.to_owned(),
        choice: Choice::default(),
        opener: Box::new(move |_| {
            let fake = FakeAudio::new(step_s);
            fakes.lock().expect("one thread").push(fake.handle());
            Ok(Box::new(fake) as Box<dyn AudioIo + Send>)
        }),
        detector: Box::new(Loud),
        recognizer: Some(Arc::new(Written(vec![SORRY, STEPS, COLD, AND]))),
        rules: Arc::new(Rules::embedded("en").expect("embedded")),
        rubric: Arc::new(Rubric::embedded()),
        baseline: None,
        language: "en".to_owned(),
        leak_db: None,
        hearing: Hearing::default(),
        threaded: false,
    }
}

impl Bench {
    fn new(id: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let fakes = Arc::<Mutex<Vec<FakeHandle>>>::default();
        let session = Session::open(setup(script(id), &dir.path().join("take.wav"), fakes.clone(), 0.01))
            .expect("opens");
        let fake = fakes.lock().expect("one thread")[0].clone();
        Self { session, fake, fakes, events: Vec::new(), dir }
    }

    /// Steps until it holds or the call is over; whether it held.
    fn until(&mut self, seconds: f64, mut done: impl FnMut(&Session, &[LiveEvent]) -> bool) -> bool {
        for _ in 0..(seconds * 100.0) as usize {
            let new = self.session.step();
            let held = done(&self.session, &new);
            self.events.extend(new);
            if held || self.session.is_over() {
                return held;
            }
        }
        false
    }

    fn run(mut self) -> (Ended, Vec<LiveEvent>, FakeHandle, tempfile::TempDir) {
        self.until(600.0, |_, _| false);
        let at = self.events.iter().position(|e| matches!(e, LiveEvent::Ended(_))).expect("the call ends");
        let LiveEvent::Ended(ended) = self.events.remove(at) else { unreachable!() };
        (*ended, self.events, self.fake, self.dir)
    }
}

fn channels(path: &Path) -> (Vec<f32>, Vec<f32>) {
    let stores = Recording::open(path).expect("reads").load(&[0, 1]).expect("two channels");
    (stores[0].to_vec().expect("reads"), stores[1].to_vec().expect("reads"))
}

fn assert_same(name: &str, take: &[f32], truth: &[f32]) {
    let worst = take.iter().zip(truth).map(|(a, b)| (a - b).abs()).fold(0.0f32, f32::max);
    assert!(worst < 1e-4, "{name}: {worst}");
    assert!(truth.len() - take.len() < 1_600, "{name}: {} of {}", take.len(), truth.len());
}

#[test]
fn a_call_goes_its_way_by_itself_and_the_take_is_what_sounded() {
    let bench = Bench::new("double-charge");
    for (n, (peak, _)) in [SORRY, STEPS, STEPS, SORRY].into_iter().enumerate() {
        bench.fake.say(When::AfterEnd(n, 0.4), utterance(peak, 2.5));
    }
    let (ended, events, fake, dir) = bench.run();
    let lines: Vec<&str> = ended.log.lines.iter().map(|l| l.line.as_str()).collect();
    assert_eq!(lines, ["opening", "overdrawn", "which-day", "written-down"]);
    assert_eq!(ended.log.ended.map(|e| e.how), Some(How::Completed));
    assert!(ended.log.lines.iter().all(|l| l.whole));
    assert!(ended.log.replies[0].heard.iter().any(|id| id == "apologise"), "{:?}", ended.log.replies[0]);
    assert!(ended.log.replies.iter().all(|r| r.judged_whole && !r.flags.interrupted && !r.flags.dead_air));
    for (reply, next) in ended.log.replies.iter().zip(&ended.log.lines[1..]) {
        assert_eq!(reply.ended_by, TurnEndedBy::Finished);
        let (judged, since) = (next.start - reply.over, next.start - reply.to);
        assert!(judged <= 160, "{judged} samples after the turn was judged over");
        assert!((11_200..12_800).contains(&since), "{since} samples after the last sound");
    }
    let (played, heard) = fake.truth();
    let (left, right) = channels(&dir.path().join("take.wav"));
    assert_same("left", &left, &played);
    assert_same("right", &right, &heard);
    assert!((ended.duration_s - left.len() as f64 / 16_000.0).abs() < 1e-9);
    assert!(events.iter().any(|e| matches!(e, LiveEvent::Began { .. })));
    let speaks =
        |e: &LiveEvent| matches!(e, LiveEvent::Meter { agent, speaking: true, .. } if agent.peak_db > -8.0);
    assert!(events.iter().any(speaks));
    assert_eq!(ended.heard.len(), 4);
    assert!(ended.cut_short.is_none() && ended.words_failed.is_none());
}

#[test]
fn nobody_is_cut_off_after_an_open_word_and_the_customer_barges_in_where_planned() {
    let bench = Bench::new("double-charge");
    bench.fake.say(When::AfterEnd(0, 0.4), utterance(COLD.0, 2.0));
    bench.fake.say(When::AfterEnd(1, 0.4), utterance(AND.0, 1.5));
    bench.fake.say(When::AfterEnd(1, 3.5), utterance(COLD.0, 2.0));
    bench.fake.say(When::AfterEnd(2, 0.4), utterance(STEPS.0, 4.5));
    let (ended, ..) = bench.run();
    let lines: Vec<&str> = ended.log.lines.iter().map(|l| l.line.as_str()).collect();
    assert_eq!(lines[..4], ["opening", "four-times", "the-system", "stop-talking"]);
    assert_eq!(ended.log.lines[3].why, Why::BargeIn);
    assert_eq!(ended.log.replies[2].ended_by, TurnEndedBy::BargedIn);
    let into = ended.log.lines[3].start as f64 / 16_000.0 - ended.log.replies[2].from as f64 / 16_000.0;
    assert!((2.4..2.7).contains(&into), "{into}");
}

#[test]
fn an_interruption_is_flagged_and_leakage_is_not_one() {
    for (leak, early, interrupted) in [(0.0, -2.0, true), (0.1, 0.4, false), (0.1, -2.0, true)] {
        let bench = Bench::new("double-charge");
        bench.fake.leak(leak, 0.02);
        bench.fake.say(When::AfterEnd(0, early), utterance(SORRY.0, 4.0));
        bench.fake.say(When::AfterEnd(1, 0.4), utterance(COLD.0, 2.0));
        let (ended, ..) = bench.run();
        assert_eq!(ended.log.replies[0].flags.interrupted, interrupted, "leak {leak}");
        assert!(!ended.log.replies[1].flags.interrupted);
        let second = if interrupted { "four-times" } else { "overdrawn" };
        assert_eq!(ended.log.lines[1].line, second, "leak {leak}");
    }
}

#[test]
fn a_hold_is_waited_for_and_space_ends_a_turn_at_once() {
    let mut bench = Bench::new("double-charge");
    bench.fake.say(When::AfterEnd(0, 0.4), utterance(SORRY.0, 2.0));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.until(1.5, |_, _| false);
    bench.session.command(Command::Hold(true));
    assert!(!bench.until(20.0, |s, _| s.phase() != Phase::Hold));
    bench.session.command(Command::Hold(false));
    assert!(bench.until(20.0, |s, _| s.phase() == Phase::Customer));
    bench.fake.say(When::AfterEnd(1, 0.4), utterance(AND.0, 1.0));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.until(1.5, |_, _| false);
    let pressed = bench.session.at_s();
    bench.session.command(Command::TurnDone);
    assert!(bench.until(5.0, |s, _| s.phase() == Phase::Customer));
    assert!(bench.session.at_s() - pressed < 0.05);
    bench.session.command(Command::End);
    let (ended, ..) = bench.run();
    assert_eq!(ended.log.holds.len(), 1);
    assert_eq!(ended.log.replies[1].ended_by, TurnEndedBy::Space);
    assert_eq!(ended.log.ended.map(|e| e.how), Some(How::ByAgent));
}

#[test]
fn a_lost_device_is_said_the_take_is_kept_and_the_call_goes_on_with_another() {
    let mut bench = Bench::new("double-charge");
    assert!(bench.until(3.0, |s, _| s.phase() == Phase::Customer));
    bench.until(2.0, |_, _| false);
    bench.fake.fail(Side::Input, TroubleKind::Gone);
    let told = bench.until(1.0, |_, new| {
        new.iter().any(|e| matches!(e, LiveEvent::Trouble { sentence, waits: true } if sentence.contains("disconnected")))
    });
    assert!(told);
    let at = bench.session.at_s();
    assert!(!bench.until(30.0, |s, _| s.phase() != Phase::Lost));
    assert_eq!(bench.session.at_s(), at);
    bench.session.command(Command::Resume(Choice::default()));
    assert!(bench.until(5.0, |s, _| s.phase() == Phase::Customer));
    let second = bench.fakes.lock().expect("one thread")[1].clone();
    second.say(When::AfterEnd(0, 0.4), utterance(SORRY.0, 2.0));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Customer));
    bench.until(0.5, |_, _| false);
    bench.session.command(Command::End);
    let first = bench.fake.clone();
    let (ended, _, _, dir) = bench.run();
    let whys: Vec<Why> = ended.log.lines.iter().map(|l| l.why).collect();
    assert_eq!(whys, [Why::Opening, Why::Resumed, Why::Row { row: 0 }]);
    assert!(!ended.log.lines[0].whole && ended.log.gaps.len() == 1);
    let (left, right) = channels(&dir.path().join("take.wav"));
    let (played, heard) = first.truth();
    let before = heard.len();
    assert_same("left before", &left[..before - 320], &played[..before - 320]);
    assert_same("right before", &right[..before], &heard);
    assert!(right[before..before + 16_000].iter().all(|s| *s == 0.0));
    let (played, heard) = second.truth();
    assert_same("left after", &left[before + 16_000..], &played);
    assert_same("right after", &right[before + 16_000..], &heard);
}

#[test]
fn a_device_that_falls_asleep_and_wakes_goes_on_by_itself() {
    let mut bench = Bench::new("double-charge");
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.fake.fail(Side::Input, TroubleKind::Stalled);
    assert!(bench.until(1.0, |_, new| {
        new.iter().any(
            |e| matches!(e, LiveEvent::Trouble { sentence, waits: true } if sentence.contains("wake it")),
        )
    }));
    assert!(!bench.until(5.0, |s, _| s.phase() != Phase::Lost));
    bench.fake.recover(Side::Input);
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Agent));
    let now = bench.fake.now().seconds();
    bench.fake.say(When::At(now + 0.5), utterance(SORRY.0, 2.0));
    assert!(bench.until(20.0, |s, _| s.phase() == Phase::Customer));
    bench.session.command(Command::End);
    let (ended, ..) = bench.run();
    assert_eq!(ended.log.gaps.len(), 1);
    assert!(ended.log.replies[0].heard.iter().any(|id| id == "apologise"), "{:?}", ended.log.replies);
    assert!(!ended.log.replies[0].flags.dead_air, "the gap is not the agent's");
}

#[test]
fn a_device_that_fails_for_no_known_reason_is_tried_again_once_without_asking() {
    let mut bench = Bench::new("double-charge");
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    bench.fake.fail(Side::Output, TroubleKind::Failed);
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Lost));
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Agent));
    let second = bench.fakes.lock().expect("one thread")[1].clone();
    second.fail(Side::Output, TroubleKind::Failed);
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Lost));
    assert!(!bench.until(5.0, |s, _| s.phase() != Phase::Lost), "it is not tried for ever");
    bench.session.command(Command::Resume(Choice::default()));
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Agent));
    assert_eq!(bench.fakes.lock().expect("one thread").len(), 3);
}

/// Devices that cannot be opened until one can.
fn refusing(errors: Vec<DeviceError>, fakes: Arc<Mutex<Vec<FakeHandle>>>) -> Opener {
    let mut errors = errors.into_iter();
    Box::new(move |_| match errors.next() {
        Some(error) => Err(error),
        None => {
            let fake = FakeAudio::new(0.01);
            fakes.lock().expect("one thread").push(fake.handle());
            Ok(Box::new(fake) as Box<dyn AudioIo + Send>)
        }
    })
}

#[test]
fn a_missing_or_busy_device_is_said_before_there_is_a_take() {
    let name = || "Headset".to_owned();
    let side = Side::Input;
    for (error, remedy) in [
        (DeviceError::None(side), "connect one"),
        (DeviceError::NotFound { side, name: name() }, "choose another"),
        (DeviceError::Busy { side, name: name() }, "close that program"),
        (DeviceError::Denied { side, name: name() }, "privacy settings"),
        (DeviceError::NoAnswer, "restart"),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let take = dir.path().join("take.wav");
        let mut setup = setup(script("double-charge"), &take, Arc::default(), 0.01);
        setup.opener = refusing(vec![error], Arc::default());
        let mut told = Vec::new();
        drive(setup, &mut || None, &mut |e| told.push(e));
        assert!(matches!(&told[..], [LiveEvent::Failed(why)] if why.contains(remedy)), "{told:?}");
        assert!(!take.exists());
    }
}

#[test]
fn a_device_that_is_busy_when_the_call_wants_to_go_on_is_said_and_the_next_choice_is_taken() {
    let mut bench = Bench::new("double-charge");
    let busy = DeviceError::Busy { side: Side::Input, name: "Headset".to_owned() };
    bench.session.command(Command::End);
    let dir = tempfile::tempdir().expect("a folder");
    let fakes = Arc::<Mutex<Vec<FakeHandle>>>::default();
    let mut setup = setup(script("double-charge"), &dir.path().join("take.wav"), fakes.clone(), 0.01);
    let mut opener = refusing(vec![busy], fakes.clone());
    let mut first = Some(FakeAudio::new(0.01));
    let handle = first.as_ref().expect("new").handle();
    setup.opener = Box::new(move |choice| match first.take() {
        Some(fake) => Ok(Box::new(fake) as Box<dyn AudioIo + Send>),
        None => opener(choice),
    });
    bench.session = Session::open(setup).expect("opens");
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
    handle.fail(Side::Input, TroubleKind::Gone);
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Lost));
    bench.session.command(Command::Resume(Choice::default()));
    assert!(bench.until(1.0, |_, new| {
        new.iter().any(
            |e| matches!(e, LiveEvent::Trouble { sentence, waits: true } if sentence.contains("in use by another")),
        )
    }));
    assert!(!bench.until(5.0, |s, _| s.phase() != Phase::Lost));
    bench.session.command(Command::Resume(Choice::default()));
    assert!(bench.until(1.0, |s, _| s.phase() == Phase::Agent));
    assert_eq!(fakes.lock().expect("one thread").len(), 1);
}

#[test]
fn zeros_from_the_microphone_are_said_and_the_call_goes_on() {
    let mut bench = Bench::new("double-charge");
    bench.until(2.0, |_, _| false);
    bench.fake.fail(Side::Input, TroubleKind::Silent);
    assert!(bench.until(1.0, |_, new| {
        new.iter()
            .any(|e| matches!(e, LiveEvent::Trouble { sentence, waits: false } if sentence.contains("zeros")))
    }));
    assert!(bench.until(60.0, |s, _| s.phase() == Phase::Agent));
}

/// Runs the call below in a child; with full disk when so many bytes were written to a file.
fn child(take: &Path, room: Option<u64>) -> std::process::Child {
    std::process::Command::new("bash")
        // A limit on the size of files, with its signal ignored, is a full disk to the program.
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "live::inner_call", "--ignored", "--test-threads=1"])
        .env("EVENKEEL_TEST_TAKE", take)
        .env("EVENKEEL_TEST_ROOM", room.map_or_else(String::new, |r| r.to_string()))
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("starts")
}

#[test]
#[ignore = "the child of the two next tests: a call in real time on its own thread"]
fn inner_call() {
    let take = std::env::var_os("EVENKEEL_TEST_TAKE").expect("set by the parent");
    let fakes = Arc::<Mutex<Vec<FakeHandle>>>::default();
    let mut setup = setup(script("double-charge"), Path::new(&take), fakes, 0.01);
    setup.threaded = true;
    setup.opener = Box::new(|_| Ok(Box::new(FakeAudio::in_real_time(0.01)) as Box<dyn AudioIo + Send>));
    let room = std::env::var("EVENKEEL_TEST_ROOM").unwrap_or_default();
    if !room.is_empty() {
        let limit = format!("--fsize={room}:{room}");
        let pid = std::process::id().to_string();
        let status = std::process::Command::new("prlimit").args(["--pid", &pid, &limit]).status();
        assert!(status.expect("prlimit").success());
    }
    let call = CallSession::start(setup, || {}).expect("starts");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        match call.wait(Duration::from_secs(1)) {
            Some(LiveEvent::Ended(ended)) => {
                let said = ended.cut_short.expect("the disk was full");
                std::fs::write(Path::new(&take).with_extension("txt"), said).expect("the limit is per file");
                return;
            }
            Some(LiveEvent::Failed(why)) => panic!("{why}"),
            _ => {}
        }
    }
}

#[cfg(unix)]
#[test]
fn a_killed_call_loses_at_most_a_quarter_of_a_second() {
    let dir = tempfile::tempdir().expect("a folder");
    let take = dir.path().join("take.wav");
    let mut child = child(&take, None);
    let limit = Instant::now() + Duration::from_secs(60);
    while !take.metadata().is_ok_and(|m| m.len() > 44) {
        assert!(Instant::now() < limit, "no take");
        std::thread::sleep(Duration::from_millis(2));
    }
    let seen = (take.metadata().expect("there").len() - 44) as f64 / 64_000.0;
    let watched = Instant::now();
    std::thread::sleep(Duration::from_millis(2_345));
    child.kill().expect("killed");
    let recorded_s = seen + watched.elapsed().as_secs_f64();
    child.wait().expect("gone");
    let (left, right) = channels(&take);
    let kept_s = right.len() as f64 / 16_000.0;
    assert!(recorded_s - kept_s < 0.25, "{kept_s} s of about {recorded_s} s");
    assert!(left.iter().any(|s| s.abs() > 0.01), "the customer's line is in it");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_what_was_recorded_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let take = dir.path().join("take.wav");
    let mut child = child(&take, Some(128 * 1024));
    assert!(child.wait().expect("ends").success());
    let said = std::fs::read_to_string(take.with_extension("txt")).expect("said");
    assert!(said.contains("take.wav"), "{said}");
    let kept_s = channels(&take).1.len() as f64 / 16_000.0;
    assert!((1.8..2.1).contains(&kept_s), "{kept_s} s of the 2.048 s that had room");
}
