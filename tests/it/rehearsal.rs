//! The whole program, end to end: the real binary in a window of its own, a virtual sound card, a reply spoken into its
//! microphone, and the analysis it stores held against a recording of what really sounded.

use super::air::Air;
use super::stage::replies;
use evenkeel::audio::{Recording, wav_pcm16};
use evenkeel::call::{Analysis, Speaker};
use evenkeel::desktop::state::Settings;
use evenkeel::library::{Library, TakeState, TakeSummary};
use evenkeel::rehearse::TakeLog;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn there(program: &str) -> bool {
    let found =
        Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    found.is_ok_and(|s| s.success())
}

/// A display without a screen.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Self {
        let name = format!(":{}", 90 + std::process::id() % 400);
        let server = Command::new("Xvfb")
            .args([&name, "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb");
        let display = Self { server, name };
        let up = || display.xdotool(&["getdisplaygeometry"]).is_some();
        wait("the display", 10.0, || up().then_some(()));
        display
    }

    fn xdotool(&self, args: &[&str]) -> Option<String> {
        let out = Command::new("xdotool").args(args).env("DISPLAY", &self.name).output().ok()?;
        out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
    }

    fn key(&self, key: &str) {
        self.xdotool(&["key", key]).expect("a key");
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The real binary in a window of its own, about to begin the call.
struct Program(Child);

impl Program {
    fn practice(air: &Air, display: &Display, data: &Path) -> Self {
        let settings = Settings { sound_checked: true, ..Settings::default() };
        Library::open(data).expect("library").set_setting("desktop", &settings).expect("kept");
        let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
        air.environment(&mut command)
            .args(["practice", "double-charge"])
            .env("EVENKEEL_DATA", data)
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let program = Self(command.spawn().expect("starts"));
        let window = wait("the window", 30.0, || display.xdotool(&["search", "--name", "^Evenkeel"]));
        let window = window.lines().next().unwrap_or_default().to_owned();
        wait("the focus", 20.0, || display.xdotool(&["windowfocus", &window]));
        std::thread::sleep(Duration::from_millis(700));
        display.key("space");
        program
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sound card and display, or why there are none; said where it is seen.
fn stage(test: &str) -> Option<(Air, Display)> {
    if let Some(missing) = ["Xvfb", "xdotool"].into_iter().find(|p| !there(p)) {
        say(test, &format!("SKIPPED, install {missing} to run it"));
        return None;
    }
    Some((Air::start(test)?, Display::start()))
}

/// Not eprintln, which the test harness would swallow.
fn say(test: &str, text: &str) {
    let _ = writeln!(std::io::stderr(), "rehearsal::{test}: {text}");
}

fn wait<T>(what: &str, seconds: f64, mut done: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs_f64(seconds);
    loop {
        if let Some(t) = done() {
            return t;
        }
        assert!(Instant::now() < deadline, "{what} did not happen within {seconds} s");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn take(data: &Path) -> Option<TakeSummary> {
    Library::open(data).ok()?.takes().ok()?.into_iter().next()
}

/// Seconds of the take on disk.
fn recorded_s(take: &TakeSummary) -> f64 {
    take.audio.metadata().map_or(0.0, |m| m.len().saturating_sub(44) as f64 / 64_000.0)
}

/// Completion of the `n`-th line that was played, in seconds of the take.
fn completion_s(data: &Path, take: &TakeSummary, n: usize) -> Option<f64> {
    let log = Library::open(data).ok()?.detail(take.id).ok()?.log?;
    log.lines.get(n).map(|l| l.completion as f64 / 16_000.0)
}

/// First and last moment of the sounds of a track: 5 ms steps above a level, sounds closer than `gap_s` are one.
fn sounds(track: &[f32], below_loudest_db: f32, gap_s: f64) -> Vec<(f64, f64)> {
    let levels: Vec<f32> =
        track.chunks(80).map(|c| (c.iter().map(|s| s * s).sum::<f32>() / c.len() as f32).sqrt()).collect();
    let floor = levels.iter().copied().fold(0.0, f32::max) * 10f32.powf(-below_loudest_db / 20.0);
    let mut out: Vec<(f64, f64)> = Vec::new();
    for (n, _) in levels.iter().enumerate().filter(|(_, l)| **l > floor) {
        let (from, to) = (n as f64 * 0.005, (n + 1) as f64 * 0.005);
        match out.last_mut() {
            Some(last) if from - last.1 < gap_s => last.1 = to,
            _ => out.push((from, to)),
        }
    }
    out
}

pub(super) fn plain(text: &str) -> Vec<String> {
    let word = |w: &str| w.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    text.split_whitespace().map(word).filter(|w| !w.is_empty()).collect()
}

/// What really sounded, what the program stored, and how soon.
struct Rehearsal {
    prompts: Vec<(f64, f64)>,
    mouth: Vec<(f64, f64)>,
    /// The lines' sounds as the take holds them.
    kept: Vec<(f64, f64)>,
    log: TakeLog,
    analysis: Analysis,
    feedback_s: f64,
}

/// A call of three replies: a prompt one, an interruption 2.2 s before the line's end, and a slower one.
fn rehearse(air: &Air, display: &Display, replies: &[(Vec<f32>, String)]) -> Rehearsal {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mouths: Vec<PathBuf> = replies
        .iter()
        .enumerate()
        .map(|(n, (sound, _))| {
            let path = folder.path().join(format!("mouth-{n}.wav"));
            std::fs::write(&path, wav_pcm16(sound, 16_000)).expect("written");
            path
        })
        .collect();
    let truth = folder.path().join("truth.wav");
    let mut recorder = air.recorder(&truth);
    let mut program = Program::practice(air, display, &data);
    let row = wait("the take", 30.0, || take(&data));
    let mut says = Vec::new();
    let mut say = |n: usize, line: usize, before_end_s: f64| {
        let end = wait("the line", 40.0, || completion_s(&data, &row, line));
        wait("its end", 40.0, || (recorded_s(&row) >= end - before_end_s).then_some(()));
        let mut play = Command::new("paplay");
        air.environment(&mut play).arg("--device=mouth").arg(&mouths[n]);
        says.push(play.spawn().expect("paplay"));
    };
    say(0, 0, -0.4);
    say(1, 1, 2.2);
    say(2, 2, -0.8);
    wait("the fourth line", 40.0, || completion_s(&data, &row, 3));
    std::thread::sleep(Duration::from_millis(500));
    display.key("Escape");
    std::thread::sleep(Duration::from_millis(500));
    display.key("Tab");
    std::thread::sleep(Duration::from_millis(200));
    display.key("space");
    let closed = wait("the end of the call", 10.0, || {
        take(&data).filter(|t| t.state != TakeState::Recording).map(|_| Instant::now())
    });
    wait("the feedback", 60.0, || take(&data).filter(|t| t.state == TakeState::Analyzed));
    let feedback_s = closed.elapsed().as_secs_f64();
    for mut s in says {
        let _ = s.wait();
    }
    recorder.stop();
    let _ = Command::new("kill").args(["-TERM", &program.0.id().to_string()]).status();
    let exit = wait("the end of the program", 10.0, || program.0.try_wait().ok().flatten());
    assert!(exit.success(), "SIGTERM ends it cleanly: {exit}");
    if let Some(folder) = std::env::var_os("EVENKEEL_TEST_KEEP") {
        for (from, to) in [(&truth, "truth.wav"), (&row.audio, "take.wav")] {
            std::fs::copy(from, Path::new(&folder).join(to)).expect("kept");
        }
    }
    let channel = |path: &Path, n: u16| {
        let store = Recording::open(path).expect("reads").load(&[n]).expect("loads").remove(0);
        store.to_vec().expect("reads")
    };
    let detail = Library::open(&data).expect("library").detail(row.id).expect("the take");
    Rehearsal {
        prompts: sounds(&channel(&truth, 0), 45.0, 0.65),
        // The mouth says nothing but the replies, which were cut where they begin and end.
        mouth: sounds(&channel(&truth, 1), 60.0, 1.5),
        kept: sounds(&channel(&row.audio, 0), 45.0, 0.65),
        log: detail.log.expect("log"),
        analysis: detail.analysis.expect("analysis"),
        feedback_s,
    }
}

/// Why the sound card was not fit for a measurement: a starved server stutters, and then what sounded is not what was
/// played, whatever the program does.
fn disturbed(r: &Rehearsal, replies: &[(Vec<f32>, String)]) -> Option<String> {
    let length = |s: &(f64, f64)| s.1 - s.0;
    // The last line is cut off by the end of the call.
    let lines = r.prompts.len().min(r.kept.len()).saturating_sub(1);
    let line = (0..lines).find(|n| (length(&r.prompts[*n]) - length(&r.kept[*n])).abs() > 0.015);
    let said = |n: &usize| replies[*n].0.len() as f64 / 16_000.0;
    let reply = (0..r.mouth.len()).find(|n| (length(&r.mouth[*n]) - said(n)).abs() > 0.03);
    let line =
        line.map(|n| format!("sound {n} of the lines took {:.3?}, not {:.3?} s", r.prompts[n], r.kept[n]));
    line.or_else(|| reply.map(|n| format!("reply {n} took {:.3?}, not {:.3} s", r.mouth[n], said(&n))))
}

#[test]
fn a_rehearsal_is_stored_as_it_really_was() {
    let name = "a_rehearsal_is_stored_as_it_really_was";
    let Some((air, display)) = stage(name) else { return };
    let replies = &replies()[..3];
    let mut r = rehearse(&air, &display, replies);
    for _ in 0..2 {
        let Some(why) = disturbed(&r, replies) else { break };
        say(name, &format!("again, because the sound server stuttered: {why}"));
        r = rehearse(&air, &display, replies);
    }
    let Rehearsal { prompts, mouth, log, analysis, feedback_s, .. } = &r;
    assert_eq!(mouth.len(), 3, "{mouth:?}");
    // Where a line ended: its last sound before the reply (after it, where it was interrupted).
    let prompt_before = |at: f64| prompts.iter().rev().find(|p| p.0 < at).expect("a line");
    let line_ends: Vec<f64> = (0..3).map(|n| prompt_before(mouth[n].0).1).collect();
    let true_latency: Vec<f64> = (0..3).map(|n| mouth[n].0 - line_ends[n]).collect();
    let next_line: Vec<f64> =
        (0..3).filter_map(|n| prompts.iter().find(|p| p.0 > mouth[n].1).map(|p| p.0 - mouth[n].1)).collect();
    let measured: Vec<f64> = analysis.responses.iter().map(|r| r.latency_s).collect();
    let report = format!(
        "measured latencies {measured:.3?} of true {true_latency:.3?} s; next line {next_line:.2?} s after the last sound; \
         feedback {feedback_s:.2} s after the call; lines {:?}",
        log.lines.iter().map(|l| l.line.as_str()).collect::<Vec<_>>()
    );
    say(name, &report);
    assert_eq!(measured.len(), 3, "{:?}", analysis.responses);
    for (heard, real) in measured.iter().zip(&true_latency) {
        assert!((heard - real).abs() <= 0.030, "latency {heard} s of {real} s");
    }
    assert_eq!(analysis.interruptions.len(), 1, "{:?}", analysis.interruptions);
    let offset = log.lines[1].completion as f64 / 16_000.0 - line_ends[1];
    assert!((analysis.interruptions[0].start_s - offset - mouth[1].0).abs() <= 0.030);
    let turns: Vec<&str> =
        analysis.turns.iter().filter(|t| t.speaker == Speaker::Agent).map(|t| t.text.as_str()).collect();
    let heard = plain(&turns.join(" "));
    let said: Vec<String> = replies.iter().flat_map(|r| plain(&r.1)).collect();
    let missing = said.iter().filter(|w| !heard.contains(w)).count();
    assert!(missing * 20 <= said.len(), "{missing} of {} words missing: {turns:?}", said.len());
    assert!(heard.len().abs_diff(said.len()) * 20 <= said.len(), "{turns:?}");
}

#[test]
fn a_killed_program_loses_a_quarter_of_a_second_at_most_and_the_take_is_offered_again() {
    let name = "a_killed_program_loses_a_quarter_of_a_second_at_most_and_the_take_is_offered_again";
    let Some((air, display)) = stage(name) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    // Twenty clicks a second.
    let mut clicks = vec![0.0f32; 16_000 * 12];
    for click in 0..240 {
        clicks[click * 800..click * 800 + 16].fill(0.8);
    }
    let mouth = folder.path().join("mouth.wav");
    std::fs::write(&mouth, wav_pcm16(&clicks, 16_000)).expect("written");
    let mut program = Program::practice(&air, &display, &data);
    let row = wait("the take", 30.0, || take(&data));
    wait("the line", 40.0, || completion_s(&data, &row, 0));
    let mut play = Command::new("paplay");
    air.environment(&mut play).args(["--device=mouth", "--latency-msec=20"]).arg(&mouth);
    let mut play = play.spawn().expect("paplay");
    // How much more there is in the take than time has passed, at best: what is lost counts from there.
    let begun = Instant::now();
    let mut ahead = f64::MIN;
    while begun.elapsed().as_secs_f64() < 2.37 {
        ahead = ahead.max(recorded_s(&row) - begun.elapsed().as_secs_f64());
        std::thread::sleep(Duration::from_millis(3));
    }
    program.0.kill().expect("killed");
    let at_s = begun.elapsed().as_secs_f64();
    program.0.wait().expect("gone");
    let kept = Recording::open(&row.audio).expect("the take reads").load(&[0, 1]).expect("two channels");
    let (left, right) = (kept[0].to_vec().expect("reads"), kept[1].to_vec().expect("reads"));
    let kept_s = right.len() as f64 / 16_000.0;
    // 40 ms are held back for the line's start, and the microphone's newest sound is up to 45 ms old.
    let lost_s = ahead + at_s - kept_s + 0.085;
    let heard =
        right.iter().rposition(|s| s.abs() > 0.1).map_or(0.0, |n| (right.len() - n) as f64 / 16_000.0);
    say(
        name,
        &format!("measured {lost_s:.3} s lost of {kept_s:.2} s; the last click {heard:.3} s before the end"),
    );
    let _ = play.kill();
    let _ = play.wait();
    assert!(lost_s <= 0.25, "{lost_s} s lost");
    assert!(heard < 0.06, "the microphone is in it to its end: {heard} s");
    assert!(left.iter().any(|s| s.abs() > 0.01), "the customer's line is in it");
    let recovered = Library::open(&data).expect("library").recoverable().expect("looks");
    assert_eq!(recovered.len(), 1);
}
