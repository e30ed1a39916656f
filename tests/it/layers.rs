//! The rules that keep the house a home, read off the sources.

use std::path::{Path, PathBuf};

const PURE: [&str; 6] = ["call", "signal", "measure", "words", "coach", "rehearse"];

/// Each adapter's crates, which no other room may name.
const OWNED: [(&str, &[&str]); 7] = [
    ("audio", &["symphonia", "hound", "rubato"]),
    ("device", &["cpal", "rtrb", "pulseaudio", "nix"]),
    ("asr", &["whisper_rs"]),
    ("library", &["rusqlite"]),
    ("signal", &["realfft", "ebur128"]),
    ("desktop", &["eframe", "egui", "egui_plot", "rfd"]),
    ("cli", &["clap", "indicatif"]),
];

/// What a pure room may not name: files, threads, the clock, devices, the environment, logging, and rooms above it.
const IMPURE: [&str; 12] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::thread",
    "std::time",
    "std::env",
    "std::process",
    "std::sync::mpsc",
    "rayon",
    "tempfile",
    "println!",
    "eprintln!",
];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("src is readable").flatten() {
        let path = entry.path();
        let is_of_tests = path.file_stem().is_some_and(|n| n == "tests");
        if path.is_dir() && !is_of_tests {
            sources(&path, out)
        } else if path.extension().is_some_and(|e| e == "rs") && !is_of_tests {
            out.push(path)
        }
    }
}

/// The code of each source file without its comments and its tests.
fn code() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    files
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("source is UTF-8");
            let body = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            let body: String =
                body.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            (path.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/"), body)
        })
        .collect()
}

fn room(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

/// Whether `name` stands in `text` as a path of its own and not as the tail of a longer word.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn pure_rooms_name_no_file_thread_clock_device_or_log() {
    let bad: Vec<String> = code()
        .iter()
        .filter(|(file, _)| PURE.contains(&room(file)))
        .flat_map(|(file, text)| {
            IMPURE
                .iter()
                .filter(|i| text.contains(*i))
                .map(|i| format!("{file} names {i}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn an_adapters_crate_is_named_in_its_room_only() {
    let mut bad = Vec::new();
    for (file, text) in code() {
        for (owner, crates) in OWNED {
            if room(&file) != owner {
                bad.extend(
                    crates
                        .iter()
                        .filter(|c| names(&text, &format!("{c}::")))
                        .map(|c| format!("{file} names {c}")),
                );
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

#[test]
fn imports_point_down() {
    /// What each room may import from this crate.
    const MAY: [(&str, &[&str]); 14] = [
        ("call", &[]),
        ("signal", &["call"]),
        ("measure", &["call", "signal"]),
        ("words", &["call"]),
        ("coach", &["call", "measure", "words"]),
        ("rehearse", &["call", "signal", "measure", "words"]),
        ("audio", &["call", "signal"]),
        ("device", &["call", "signal", "audio"]),
        ("asr", &["call", "signal"]),
        ("library", &["call", "measure", "coach", "audio", "rehearse"]),
        ("report", &["call", "measure", "coach", "signal"]),
        ("analyze", &["call", "signal", "measure", "words", "coach", "audio", "asr", "rehearse"]),
        (
            "live",
            &["call", "signal", "measure", "words", "coach", "rehearse", "audio", "device", "asr", "analyze"],
        ),
        ("batch", &["call", "audio", "asr", "analyze", "report", "coach", "words", "measure"]),
    ];
    let mut bad = Vec::new();
    for (file, text) in code() {
        let Some((_, may)) = MAY.iter().find(|(r, _)| *r == room(&file)) else { continue };
        for (at, _) in text.match_indices("crate::") {
            let target: String =
                text[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = MAY.iter().any(|(r, _)| *r == target) || target == "cli" || target == "desktop";
            if known && target != room(&file) && !may.contains(&target.as_str()) {
                bad.push(format!("{file} imports {target}"));
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}
