//! The voice on clips labelled calm or angry: area under the curve of `heat`, each clip against a baseline of half of its
//! speaker's calm clips (the even ones, then the odd ones), pooled over a corpus's speakers; clean and through simulated
//! channels; by speaker, worst first; against other ways to make one number; and what it costs.
//!
//! `EVENKEEL_TONE_DUMP=file.csv` writes pitch, effort and syllables of every clip of `tone` and `asr`, to be compared with
//! Praat, openSMILE and transcripts outside.

use evenkeel::audio::Recording;
use evenkeel::call::{BaselineKind, Span};
use evenkeel::measure::voice::{Baseline, Cue, ExtractOptions, Heat, Summary, VoiceFeatures};
use evenkeel::signal::{BANDS, Bandwidth, edge_hz, loudness_gain, statistics};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

struct Clip {
    file: String,
    corpus: String,
    speaker: String,
    angry: bool,
    samples: Vec<f32>,
}

/// Prints them as Markdown.
pub fn run(eval: &Path) {
    let clips = clips(&eval.join("tone"));
    if clips.is_empty() {
        println!("skipped: no tone/labels.csv");
        return;
    }
    dump(eval, &clips);
    println!("| channel | emodb | ravdess | speed, x real time |\n|---|---|---|---|");
    let channels: [(&str, fn(&[f32]) -> Vec<f32>); 10] = [
        ("as recorded", <[f32]>::to_vec),
        ("every clip at one loudness", equal_loudness),
        ("every clip at one peak", equal_peak),
        ("slow gain control", gain_control),
        ("300-3400 Hz, mu-law", telephone),
        ("white noise, 20 dB", |s| noisy(s, 20.0)),
        ("white noise, 10 dB", |s| noisy(s, 10.0)),
        ("a hiss at -50 dB, the same for all", |s| hissing(s, 0.003)),
        ("every clip at another gain, +-6 dB", any_gain),
        ("1.2 s of each clip", |s| middle(s, 1.2)),
    ];
    for (i, (name, through)) in channels.iter().enumerate() {
        let (features, speed) = features(&clips, *through);
        let scored = scored(&clips, &features, &|b, f| heat(b, f).map(|h| h.heat));
        let auc = by(&scored, |c| c.corpus.clone());
        println!("| {name} | {:.4} | {:.4} | {speed:.0} |", auc["emodb"], auc["ravdess"]);
        if i == 0 {
            details(&clips, &features, &scored);
        }
    }
    ways(&clips, &channels);
}

fn clips(dir: &Path) -> Vec<Clip> {
    let Ok(mut labels) = csv::Reader::from_path(dir.join("labels.csv")) else { return Vec::new() };
    let rows = labels.records().flatten();
    rows.filter_map(|row| {
        let samples = Recording::open(&dir.join(&row[0])).ok()?.load_mono().ok()?;
        Some(Clip {
            file: row[0].into(),
            corpus: row[1].into(),
            speaker: row[2].into(),
            angry: &row[5] == "angry",
            samples,
        })
    })
    .collect()
}

fn extract(samples: &Vec<f32>) -> VoiceFeatures {
    let whole = Span::new(0, samples.len() as u64).into_iter().collect();
    VoiceFeatures::extract(samples, &whole, ExtractOptions::default()).unwrap_or_default()
}

fn features(clips: &[Clip], through: fn(&[f32]) -> Vec<f32>) -> (Vec<VoiceFeatures>, f64) {
    let (mut seconds, mut took) = (0.0, 0.0);
    let out = clips
        .iter()
        .map(|clip| {
            let samples = through(&clip.samples);
            seconds += samples.len() as f64 / 16_000.0;
            let start = Instant::now();
            let features = extract(&samples);
            took += start.elapsed().as_secs_f64();
            features
        })
        .collect();
    (out, seconds / took)
}

fn heat(baseline: &Baseline, features: &VoiceFeatures) -> Option<Heat> {
    baseline.heat(&Summary::of(features, features.extent()?)?, &baseline.channel(features))
}

/// One clip's score against the baseline of one half.
type Score<'a> = (&'a Clip, usize, f64);
type Way<'a> = &'a dyn Fn(&Baseline, &VoiceFeatures) -> Option<f64>;

fn scored<'a>(clips: &'a [Clip], features: &[VoiceFeatures], way: Way) -> Vec<Score<'a>> {
    let mut speakers: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (i, clip) in clips.iter().enumerate() {
        speakers.entry((&clip.corpus, &clip.speaker)).or_default().push(i);
    }
    let mut out = Vec::new();
    for half in 0..2 {
        for all in speakers.values() {
            let calm: Vec<usize> = all.iter().copied().filter(|i| !clips[*i].angry).collect();
            let base: Vec<&VoiceFeatures> =
                calm.iter().skip(half).step_by(2).map(|i| &features[*i]).collect();
            let Some(baseline) = Baseline::from_recordings(BaselineKind::Given, &base) else { continue };
            let tested = calm.iter().skip(1 - half).step_by(2).chain(all.iter().filter(|i| clips[**i].angry));
            for &i in tested {
                out.push((&clips[i], half, way(&baseline, &features[i]).unwrap_or(0.0)));
            }
        }
    }
    out
}

/// Area under the curve by some key, the mean of both halves.
fn by(scores: &[Score], key: impl Fn(&Clip) -> String) -> BTreeMap<String, f64> {
    let mut groups: BTreeMap<String, [[Vec<f64>; 2]; 2]> = BTreeMap::new();
    for (clip, half, score) in scores {
        groups.entry(key(clip)).or_default()[*half][usize::from(clip.angry)].push(*score);
    }
    groups
        .into_iter()
        .map(|(key, halves)| {
            let auc = |[calm, angry]: &[Vec<f64>; 2]| {
                let pairs = angry.iter().flat_map(|a| {
                    calm.iter().map(move |c| {
                        if a > c {
                            1.0
                        } else if a < c {
                            0.0
                        } else {
                            0.5
                        }
                    })
                });
                pairs.sum::<f64>() / (calm.len() * angry.len()).max(1) as f64
            };
            (key, halves.iter().map(auc).sum::<f64>() / 2.0)
        })
        .collect()
}

fn details(clips: &[Clip], features: &[VoiceFeatures], scores: &[Score]) {
    let mut speakers: Vec<(String, f64)> =
        by(scores, |c| format!("{}/{}", c.corpus, c.speaker)).into_iter().collect();
    speakers.sort_by(|a, b| a.1.total_cmp(&b.1));
    let line: Vec<String> = speakers.iter().map(|(name, auc)| format!("{name} {auc:.3}")).collect();
    eprintln!("by speaker, worst first: {}", line.join(", "));
    // What the angry clips of the worst speaker look like against all of their calm ones.
    let Some((worst, _)) = speakers.first() else { return };
    let of = |angry: bool| {
        clips
            .iter()
            .zip(features)
            .filter(move |(c, _)| format!("{}/{}", c.corpus, c.speaker) == *worst && c.angry == angry)
    };
    let calm: Vec<&VoiceFeatures> = of(false).map(|(_, f)| f).collect();
    let Some(baseline) = Baseline::from_recordings(BaselineKind::Given, &calm) else { return };
    for (clip, features) in of(true) {
        let Some(heat) = heat(&baseline, features) else { continue };
        let mut cues = String::new();
        for cue in Cue::ALL {
            let _ = write!(cues, " {cue:?} {:+.1}", heat.z[cue as usize].unwrap_or(f64::NAN));
        }
        eprintln!("  {} heat {:+.1}:{cues}", clip.file, heat.heat);
    }
}

/// Other ways to make one number of the same cues.
fn ways(clips: &[Clip], channels: &[(&str, fn(&[f32]) -> Vec<f32>)]) {
    let z = |h: &Heat, cue: Cue| h.z[cue as usize].unwrap_or(0.0);
    let ways: [(&str, Way); 7] = [
        ("pitch alone", &|b, f| heat(b, f).map(|h| z(&h, Cue::Pitch))),
        ("alpha ratio alone", &|b, f| heat(b, f).map(|h| z(&h, Cue::Alpha))),
        ("loudness alone", &|b, f| heat(b, f).map(|h| z(&h, Cue::Loudness))),
        ("plain sum of pitch, loudness, alpha", &|b, f| {
            heat(b, f).map(|h| z(&h, Cue::Pitch) + z(&h, Cue::Loudness) + z(&h, Cue::Alpha))
        }),
        ("distance of spectrum and pitch distribution", &distance),
        ("log-likelihood ratio of published shifts", &|b, f| heat(b, f).map(|h| likelihood(&h))),
        ("heat", &|b, f| heat(b, f).map(|h| h.heat)),
    ];
    print!("\n| way |");
    let shown = [0, 2, 4, 6];
    shown.iter().for_each(|i| print!(" {}: emodb, ravdess |", channels[*i].0));
    println!("\n|---|---|---|---|---|");
    let sets: Vec<Vec<VoiceFeatures>> = shown.iter().map(|i| features(clips, channels[*i].1).0).collect();
    for (name, way) in ways {
        print!("| {name} |");
        for features in &sets {
            let auc = by(&scored(clips, features, way), |c| c.corpus.clone());
            print!(" {:.3}, {:.3} |", auc["emodb"], auc["ravdess"]);
        }
        println!();
    }
}

/// How far the shape of the spectrum and the pitch quantiles lie from the baseline's, signed by the direction of effort and pitch.
fn distance(baseline: &Baseline, features: &VoiceFeatures) -> Option<f64> {
    let now = Summary::of(features, features.extent()?)?;
    let bands = Bandwidth::Telephone.bands();
    let change: Vec<f64> = bands.clone().map(|b| now.ltas_db[b] - baseline.ltas_db[b]).collect();
    let center = statistics::mean(&change)?;
    let gain = |b: usize| loudness_gain((edge_hz(b) * edge_hz(b + 1)).sqrt()) - 1.1;
    let toward: f64 = bands.zip(&change).map(|(b, c)| gain(b) * (c - center)).sum();
    let spectrum = (change.iter().map(|c| (c - center).powi(2)).sum::<f64>() / BANDS as f64).sqrt() / 3.0;
    let h = heat(baseline, features)?;
    let (pitch, floor) = (h.z[Cue::Pitch as usize]?, h.z[Cue::Floor as usize]?);
    Some(spectrum.copysign(toward) + pitch.hypot(floor).copysign(pitch))
}

/// Log-likelihood ratio of anger against neutral, cue by cue, with shifts as large as reviews report them and as uncertain.
fn likelihood(heat: &Heat) -> f64 {
    let cues = [(Cue::Pitch, 3.0), (Cue::Loudness, 2.5), (Cue::Alpha, 1.5), (Cue::Spectrum, 2.0)];
    cues.iter()
        .map(|(cue, shift)| {
            let z = heat.z[*cue as usize].unwrap_or(0.0);
            let spread = f64::hypot(1.0, *shift);
            (0.5 * z * z - 0.5 * ((z - shift) / spread).powi(2) - spread.ln())
                * if z < 0.0 { -1.0 } else { 1.0 }
        })
        .sum()
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|v| v * v).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

fn equal_loudness(samples: &[f32]) -> Vec<f32> {
    let gain = 0.05 / rms(samples).max(1e-6);
    samples.iter().map(|v| v * gain).collect()
}

fn equal_peak(samples: &[f32]) -> Vec<f32> {
    let gain = 0.9 / samples.iter().fold(1e-6f32, |m, v| m.max(v.abs()));
    samples.iter().map(|v| v * gain).collect()
}

/// Attack 10 ms, release 0.8 s, toward a tenth of full scale, at most 30 dB.
fn gain_control(samples: &[f32]) -> Vec<f32> {
    let mut level = 1e-3f32;
    samples
        .iter()
        .map(|v| {
            let keep = if v.abs() > level { (-1.0f32 / 160.0).exp() } else { (-1.0f32 / 12_800.0).exp() };
            level = keep * level + (1.0 - keep) * v.abs();
            v * (0.1 / level.max(1e-4)).min(30.0)
        })
        .collect()
}

/// Windowed-sinc band-pass and 8-bit mu-law.
fn telephone(samples: &[f32]) -> Vec<f32> {
    const HALF: i32 = 200;
    let low_pass = |k: i32, hz: f32| {
        let x = std::f32::consts::TAU * hz / 16_000.0;
        if k == 0 {
            x / std::f32::consts::PI
        } else {
            (x * k as f32).sin() / (std::f32::consts::PI * k as f32)
        }
    };
    let taps: Vec<f32> = (-HALF..=HALF)
        .map(|k| {
            let hann = 0.5 + 0.5 * (std::f32::consts::PI * k as f32 / HALF as f32).cos();
            hann * (low_pass(k, 3400.0) - low_pass(k, 300.0))
        })
        .collect();
    let mut padded = vec![0.0; samples.len() + 2 * HALF as usize];
    padded[HALF as usize..HALF as usize + samples.len()].copy_from_slice(samples);
    let mut filtered: Vec<f32> = padded
        .windows(taps.len())
        .map(|w| w.iter().zip(&taps).map(|(a, b)| a * b).sum::<f32>().clamp(-1.0, 1.0))
        .collect();
    // Quantized at 8 kHz: every second sample, the others between.
    let mu = |v: f32| {
        let code = (v.signum() * (1.0 + 255.0 * v.abs()).ln() / 256f32.ln() * 127.0).round() / 127.0;
        code.signum() * (256f32.powf(code.abs()) - 1.0) / 255.0
    };
    for i in (0..filtered.len()).step_by(2) {
        filtered[i] = mu(filtered[i]);
    }
    let error: Vec<f32> = filtered.clone();
    for i in (1..filtered.len().saturating_sub(1)).step_by(2) {
        filtered[i] =
            f32::midpoint(filtered[i], 0.5 * f32::midpoint(error[i - 1], error[i + 1]) + 0.5 * filtered[i]);
    }
    filtered
}

/// A gain that depends on the clip in no way that has to do with its voice.
fn any_gain(samples: &[f32]) -> Vec<f32> {
    let turn = (samples.len() as f32 * 0.618).fract() * 12.0 - 9.0;
    let gain = 10f32.powf(turn / 20.0);
    samples.iter().map(|v| (v * gain).clamp(-1.0, 1.0)).collect()
}

/// The stretch of this length around the middle of the energy.
fn middle(samples: &[f32], seconds: f32) -> Vec<f32> {
    let half = (seconds * 8_000.0) as usize;
    let total: f64 = samples.iter().map(|v| f64::from(v * v)).sum();
    let mut sum = 0.0;
    let reached = |v: &f32| {
        sum += f64::from(v * v);
        sum >= total / 2.0
    };
    let at = samples.iter().position(reached).unwrap_or(0);
    samples[at.saturating_sub(half)..(at + half).min(samples.len())].to_vec()
}

fn hissing(samples: &[f32], amplitude: f32) -> Vec<f32> {
    let mut state = samples.len() as u64 | 1;
    let noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    };
    samples.iter().zip(std::iter::repeat_with(noise)).map(|(v, n)| v + amplitude * 1.732 * n).collect()
}

fn noisy(samples: &[f32], snr_db: f32) -> Vec<f32> {
    let loudest = samples.iter().fold(0f32, |m, v| m.max(v.abs()));
    let active: Vec<f32> = samples.iter().copied().filter(|v| v.abs() > 0.01 * loudest).collect();
    let amplitude = rms(&active) * 10f32.powf(-snr_db / 20.0) * 3f32.sqrt();
    let mut state = samples.len() as u64 | 1;
    samples
        .iter()
        .map(|v| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            v + amplitude * ((state >> 40) as f32 / (1u32 << 23) as f32 - 1.0)
        })
        .collect()
}

fn dump(eval: &Path, tone: &[Clip]) {
    let Some(path) = std::env::var_os("EVENKEEL_TONE_DUMP") else { return };
    let mut text =
        String::from("file,median_f0_st,alpha_ratio_db,hammarberg_db,syllables,phonation_s,voiced_s\n");
    let mut row = |name: &str, samples: &Vec<f32>| {
        let features = extract(samples);
        if let Some(s) = features.extent().and_then(|e| Summary::of(&features, e)) {
            let _ = writeln!(
                text,
                "{name},{:.3},{:.3},{:.3},{},{:.2},{:.2}",
                s.pitch_st,
                s.wide.alpha_ratio_db,
                s.wide.hammarberg_db,
                s.syllables,
                s.phonation_s,
                s.voiced_s
            );
        }
    };
    for clip in tone {
        row(&clip.file, &clip.samples);
    }
    if let Ok(mut transcripts) = csv::Reader::from_path(eval.join("asr/transcripts.csv")) {
        for line in transcripts.records().flatten() {
            if let Some(samples) =
                Recording::open(&eval.join("asr").join(&line[0])).ok().and_then(|mut r| r.load_mono().ok())
            {
                row(&line[0], &samples);
            }
        }
    }
    if let Err(error) = std::fs::write(&path, text) {
        println!("the dump could not be written: {error}");
    }
}
