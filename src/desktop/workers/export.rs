//! Saving a debrief or a report where the person chooses: whole or not at all.

use super::Outbox;
use super::dialogs::{on_thread, save};
use crate::audio::{Recording, wav_mulaw_8k};
use crate::call::{Analysis, Metric, Span, Voice};
use crate::desktop::msg::Event;
use crate::desktop::state::Opened;
use crate::desktop::views::clock;
use crate::rehearse::debrief::Debrief;
use crate::report::{Format, Look, of};
use crate::signal::SampleSource;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// The one-page debrief as a text that prints on a page.
pub fn debrief(page: Debrief, outbox: &Outbox) {
    let out = outbox.clone();
    on_thread(outbox, move || {
        if let Some(path) = save("debrief.txt") {
            tell(&out, &path, written(&path, page_text(&page).as_bytes()));
        }
    });
}

/// The full report as a page that stands alone, voice metrics only where they were ticked.
pub fn report(opened: Opened, with_voice: bool, outbox: &Outbox) {
    let out = outbox.clone();
    on_thread(outbox, move || {
        let Some(path) = save("evenkeel-report.html") else { return };
        let mut analysis = opened.shown;
        if !with_voice {
            without_voice(&mut analysis);
        }
        // A report for others names no folder of this machine.
        let name = Path::new(&analysis.source.path).file_name().map(|n| n.to_string_lossy().into_owned());
        analysis.source.path = name.unwrap_or_default();
        let sound = Recording::open(&opened.audio).and_then(|mut r| {
            let wanted: Vec<u16> = (0..r.info().channels.min(2)).collect();
            r.load(&wanted)
        });
        let sound = sound.unwrap_or_default();
        let clip = |from_s: f64, to_s: f64| {
            let span = Span::from_seconds(from_s, to_s)?;
            let mut mixed = vec![0.0f32; span.len() as usize];
            let mut block = mixed.clone();
            for store in &sound {
                store.read_at(span.start(), &mut block).ok()?;
                mixed.iter_mut().zip(&block).for_each(|(m, b)| *m += b);
            }
            (!sound.is_empty()).then(|| wav_mulaw_8k(&mixed))
        };
        let made = of(Format::Html).render(&analysis, &Look::default(), &clip).map_err(|e| e.to_string());
        tell(&out, &path, made.and_then(|bytes| written(&path, &bytes)));
    });
}

/// Takes the voice out of everything that leaves.
fn without_voice(analysis: &mut Analysis) {
    let absent = || Metric::absent("not exported");
    analysis.voice = Voice {
        heat: absent(),
        steadiness: absent(),
        pitch_st: absent(),
        loudness_lu: absent(),
        vocal_effort_db: absent(),
        rate_shift: absent(),
        ..Voice::default()
    };
    let voice = [
        "stay_calm",
        "neutral_tone",
        "steadiness",
        "heat",
        "pitch_st",
        "loudness_lu",
        "vocal_effort_db",
        "rate_shift",
    ];
    analysis.findings.retain(|f| !voice.contains(&f.id.as_str()));
    analysis.behaviors.retain(|b| !voice.contains(&b.id.as_str()));
}

fn tell(outbox: &Outbox, path: &Path, done: Result<(), String>) {
    outbox.send(match done {
        Ok(()) => Event::Said(format!("Saved as {}", path.display())),
        Err(why) => Event::Failed(format!("{}: {why}", path.display())),
    });
}

/// Appears whole or not at all.
fn written(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(dir).map_err(|e| e.to_string())?;
    file.write_all(bytes).map_err(|e| e.to_string())?;
    file.persist(path).map_err(|e| e.error.to_string())?;
    Ok(())
}

fn page_text(page: &Debrief) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "DEBRIEF   {}   {}   {}\n", page.title, page.when, clock(page.duration_s));
    for finding in &page.findings {
        let _ = writeln!(out, "{:?}: {}\n    {}", finding.kind, finding.title, finding.because);
        if !finding.say_instead.is_empty() {
            let _ = writeln!(out, "    Say: “{}”", finding.say_instead);
        }
    }
    let _ = writeln!(out, "\nListen together");
    for clip in &page.clips {
        let _ = writeln!(out, "  {} to {}   {}", clock(clip.start_s), clock(clip.end_s), clip.title);
    }
    if let Some(rating) = page.self_rating {
        let _ = writeln!(out, "\nThe agent's own rating before the numbers: {rating} of 5");
    }
    for (prompt, answer) in &page.reflection {
        let _ = writeln!(out, "{prompt}\n    {answer}");
    }
    for m in &page.measures {
        let name = crate::report::metric_info(&m.id).map_or(m.id.clone(), |i| i.name.to_owned());
        let value = crate::report::metric_info(&m.id)
            .map_or_else(|| m.value.to_string(), |i| i.value(&Metric::ok(m.value)));
        let _ = writeln!(out, "{name}: {value}");
    }
    for note in &page.notes {
        let _ = writeln!(out, "{}   {}", clock(note.at_s), note.text);
    }
    if !page.call_note.is_empty() {
        let _ = writeln!(out, "Note on the call: {}", page.call_note);
    }
    let _ = writeln!(out, "\nAgreed for next time: _____________________________________________");
    out
}
