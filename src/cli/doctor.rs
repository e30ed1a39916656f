//! `doctor` and `devices`: what is here, what is missing, how to mend it.

use super::{Embedded, Outcome, engines};
use crate::asr::Store;
use crate::asr::models::{DEFAULT_MODEL, Place};
use crate::device::Direction;
use crate::library::policy::Policy;
use std::path::Path;

/// `evenkeel doctor`: one line a subject, `ok` or `mend` with the remedy; exit 1 when something is to be mended.
pub fn run(embedded: &Embedded) -> Outcome {
    let mut mend = 0;
    let mut say = |subject: &str, state: Result<String, String>| match state {
        Ok(text) => println!("ok    {subject:<12} {text}"),
        Err(text) => {
            mend += 1;
            println!("mend  {subject:<12} {text}");
        }
    };
    say(
        "program",
        Ok(format!("{} on {} {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH)),
    );
    let store = Store::new(embedded.models);
    say("recognizer", place(&store, DEFAULT_MODEL));
    say("detector", store.detector().map(|p| p.display().to_string()).map_err(|e| e.to_string()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    say("processor", Ok(format!("{threads} threads")));
    say("temporary", writable(&std::env::temp_dir(), "set TMPDIR to a folder with room"));
    match engines::data_dir() {
        Some(dir) => say("data", writable(&dir, "set EVENKEEL_DATA to a folder you may write to")),
        None => say("data", Err("no home folder; set EVENKEEL_DATA to a folder".to_owned())),
    }
    let scenarios = engines::scenarios(embedded).list();
    let broken: Vec<&str> = scenarios.iter().filter(|f| f.scenario.is_err()).map(|f| f.id.as_str()).collect();
    say(
        "scenarios",
        if broken.is_empty() {
            Ok(format!("{} to rehearse", scenarios.len()))
        } else {
            Err(format!("{} cannot be used; `evenkeel scenarios check ID` says why", broken.join(", ")))
        },
    );
    match Policy::in_force() {
        Ok((policy, path)) => {
            let voice = if policy.voice_metrics { "voice metrics on" } else { "voice metrics off" };
            let from = path.map_or_else(|| "no policy file".to_owned(), |p| p.display().to_string());
            say("policy", Ok(format!("{voice} ({from})")));
        }
        Err(error) => say("policy", Err(error.to_string())),
    }
    let devices = crate::device::list_quietly();
    let trouble = crate::device::diagnose(&devices);
    let first = |direction| {
        let usable = devices.iter().find(|d| d.direction == direction && d.trouble.is_none());
        usable.map_or("", |d| d.name.as_str())
    };
    say(
        "sound",
        if trouble.is_empty() {
            Ok(format!("microphone {}; loudspeaker {}", first(Direction::Input), first(Direction::Output)))
        } else {
            Err(trouble.join(" "))
        },
    );
    say(
        "display",
        if cfg!(not(feature = "desktop")) {
            Ok("this build has no window".to_owned())
        } else if super::has_display() {
            Ok("a window can be opened".to_owned())
        } else {
            Err("none here: recordings can be analyzed, rehearsing needs a desktop".to_owned())
        },
    );
    if mend == 0 { Outcome::Done } else { Outcome::Partly }
}

fn place(store: &Store, name: &str) -> Result<String, String> {
    match store.list().into_iter().find(|(m, _)| m.name == name).map(|(_, p)| p) {
        Some(Place::Embedded) => Ok(format!("{name}, inside the program")),
        Some(Place::File(path)) => Ok(format!("{name}, {}", path.display())),
        _ => Err(format!("{name} is missing; run: evenkeel models get {name}")),
    }
}

fn writable(dir: &Path, remedy: &str) -> Result<String, String> {
    let made = std::fs::create_dir_all(dir).and_then(|()| tempfile::tempfile_in(dir));
    made.map(|_| dir.display().to_string()).map_err(|e| format!("{}: {e}; {remedy}", dir.display()))
}

/// `evenkeel devices`: microphones first, with what is wrong with each.
pub fn devices() -> Outcome {
    let all = crate::device::list_quietly();
    if all.is_empty() {
        eprintln!(
            "evenkeel: no microphone and no loudspeaker was found; connect one, or check that the sound system runs"
        );
        return Outcome::Nothing;
    }
    for (at, device) in all.iter().enumerate() {
        let kind = match device.direction {
            Direction::Input => "microphone",
            Direction::Output => "speaker",
        };
        let mark = if device.is_default { " (default)" } else { "" };
        let rate = if device.rate_hz > 0 { format!(" {} Hz", device.rate_hz) } else { String::new() };
        println!("{kind:<11} {}{mark}  [{}{rate}]", device.name, device.host);
        // What holds for several in a row is said after the last.
        let next = all.get(at + 1).filter(|n| n.direction == device.direction);
        if let Some(trouble) =
            device.trouble.as_ref().filter(|t| next.and_then(|n| n.trouble.as_ref()) != Some(*t))
        {
            println!("            {trouble}");
        }
    }
    let missing = crate::device::diagnose(&all);
    for sentence in &missing {
        eprintln!("evenkeel: {sentence}");
    }
    if missing.is_empty() { Outcome::Done } else { Outcome::Partly }
}
