//! Whole calls on fake devices and a virtual clock: faster than real time and the same every time.

mod course;
mod crash;
mod devices;

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
