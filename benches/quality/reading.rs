//! The reading figures: every file of `odd_wav` against what two other tools say of it, and how fast long files are.
//!
//! `EVENKEEL_READ_DUMP=folder` writes each file's channels as raw 16 kHz floats, for comparison with another tool;
//! `EVENKEEL_READ_MORE=folder` reads that folder's files as well.

use evenkeel::audio::Recording;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Prints them as Markdown.
pub fn run(eval: &Path) {
    odd_files(&eval.join("odd_wav"));
    if let Some(more) = std::env::var_os("EVENKEEL_READ_MORE") {
        let mut files: Vec<PathBuf> = std::fs::read_dir(more)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.is_file())
            .collect();
        files.sort();
        for file in files {
            let (line, _) = read(&file);
            println!("- {}: {line}", file.file_name().unwrap_or_default().to_string_lossy());
        }
    }
    speed();
}

fn odd_files(dir: &Path) {
    let Ok(labels) = std::fs::read_to_string(dir.join("labels.csv")) else {
        println!("skipped: no odd_wav/labels.csv");
        return;
    };
    let mut lines = csv::Reader::from_reader(labels.as_bytes());
    let (mut readable, mut good, mut wrong, mut refused) = (0, 0, Vec::new(), Vec::new());
    for row in lines.records().flatten() {
        let (name, sox, ffprobe) = (&row[0], &row[3], &row[4]);
        let others = sox == "ok" || !ffprobe.contains("FAIL");
        let (line, truth) = read(&dir.join(name));
        match truth {
            Some((rate, channels, duration_s)) if others => {
                readable += 1;
                if agrees(ffprobe, rate, channels, duration_s, line.contains("truncated")) {
                    good += 1
                } else {
                    wrong.push(format!("{name}: {line}, they say {ffprobe}"))
                }
            }
            Some(_) => wrong.push(format!("{name}: read although no other tool does: {line}")),
            None if others => {
                readable += 1;
                refused.push(format!("{name}: {line}"));
            }
            None => println!("- refused as by the other tools: {line}"),
        }
    }
    println!(
        "{good} of the {readable} files that soxi or ffprobe read agree with them in rate, channels and length."
    );
    refused.iter().for_each(|l| println!("- refused, though another tool reads it: {l}"));
    wrong.iter().for_each(|l| println!("- differs: {l}"));
}

/// Whether `pcm_s16le,44100,1 2.000000` says the same; where ffprobe failed there is nothing to compare.
fn agrees(ffprobe: &str, rate: u32, channels: u16, duration_s: f64, truncated: bool) -> bool {
    let text = ffprobe.trim_start_matches("cinepak ");
    let Some((format, length)) = text.rsplit_once(' ') else { return true };
    let mut fields = format.split(',').skip(1);
    let (Some(Ok(r)), Some(Ok(c))) =
        (fields.next().map(str::parse::<u32>), fields.next().map(str::parse::<u16>))
    else {
        return true;
    };
    let length: f64 = length.parse().unwrap_or(duration_s);
    // ffprobe takes ADPCM's length from the bit rate and a cut file's from its header; neither is what can be decoded.
    let tolerance = if format.starts_with("adpcm") { 0.02 * length } else { 0.001 };
    (r, c) == (rate, channels) && (truncated || (length - duration_s).abs() < tolerance)
}

fn read(path: &Path) -> (String, Option<(u32, u16, f64)>) {
    let result = Recording::open(path).and_then(|mut r| {
        let all: Vec<u16> = (0..r.info().channels).collect();
        let stores = r.load(&all)?;
        Ok((r.info().clone(), stores))
    });
    match result {
        Ok((info, stores)) => {
            dump(path, &stores);
            let mut line =
                format!("{} Hz, {} channels, {:.6} s", info.sample_rate_hz, info.channels, info.duration_s);
            for w in &info.warnings {
                let _ = write!(line, ", {}", w.code);
            }
            (line, Some((info.sample_rate_hz, info.channels, info.duration_s)))
        }
        Err(e) => (e.to_string(), None),
    }
}

fn dump(path: &Path, stores: &[evenkeel::audio::ChannelStore]) {
    let Some(dir) = std::env::var_os("EVENKEEL_READ_DUMP") else { return };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for (channel, store) in stores.iter().enumerate() {
        let bytes: Vec<u8> =
            store.to_vec().unwrap_or_default().iter().flat_map(|s| s.to_le_bytes()).collect();
        if let Err(e) = std::fs::write(Path::new(&dir).join(format!("{name}.{channel}.f32")), bytes) {
            println!("cannot dump {name}: {e}");
        }
    }
}

/// Three hours of two channels at telephone rate and an hour at studio rate, from a temporary file of noise.
fn speed() {
    let Ok(dir) = tempfile::tempdir() else { return };
    for (rate, minutes) in [(8_000u32, 180u32), (48_000, 60)] {
        let path = dir.path().join("long.wav");
        if let Err(e) = write_noise(&path, rate, minutes * 60) {
            println!("- speed skipped: {e}");
            return;
        }
        let started = Instant::now();
        let (line, _) = read(&path);
        let took = started.elapsed().as_secs_f64();
        let peak = peak_memory_mb().map_or(String::new(), |mb| format!(", peak memory {mb} MB"));
        println!("- {line}: {took:.2} s, {:.0} times real time{peak}", f64::from(minutes * 60) / took);
    }
}

fn write_noise(path: &Path, rate: u32, seconds: u32) -> std::io::Result<()> {
    let len = rate * seconds * 4;
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    out.write_all(b"RIFF")?;
    out.write_all(&(len + 36).to_le_bytes())?;
    out.write_all(b"WAVEfmt \x10\0\0\0\x01\0\x02\0")?;
    out.write_all(&rate.to_le_bytes())?;
    out.write_all(&(rate * 4).to_le_bytes())?;
    out.write_all(b"\x04\0\x10\0data")?;
    out.write_all(&len.to_le_bytes())?;
    let mut state = 1u32;
    for _ in 0..len / 2 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        out.write_all(&((state >> 18) as i16).to_le_bytes())?;
    }
    out.flush()
}

/// The most this process ever held, where the system tells.
fn peak_memory_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}
