//! Saving a debrief or a report where the person chooses: whole or not at all.

use super::Outbox;
use super::dialogs::{on_thread, save};
use crate::audio::{ChannelStore, Recording, wav_mulaw_8k};
use crate::call::{Analysis, Span};
use crate::desktop::msg::Event;
use crate::desktop::state::Opened;
use crate::report::{Debrief, Format, Look, debrief_page, debrief_text, of, without_voice, write_whole};
use crate::signal::SampleSource;
use std::path::Path;

/// The one-page debrief: a page that stands alone, or text where the name ends so.
pub fn debrief(page: Debrief, opened: Opened, with_voice: bool, outbox: &Outbox) {
    let out = outbox.clone();
    on_thread(outbox, move || {
        let kinds = [("Page with sound", "html"), ("Text", "txt")];
        let Some(path) = save("debrief.html", &kinds) else { return };
        let bytes = if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("txt")) {
            debrief_text(&page).into_bytes()
        } else {
            let sound = stores(&opened.audio);
            debrief_page(&page, &shared(&opened, with_voice), &|from, to| clip(&sound, from, to))
        };
        tell(&out, &path, write_whole(&path, &bytes).map_err(|e| e.to_string()));
    });
}

/// The full report as a page that stands alone, voice metrics only where they were ticked.
pub fn report(opened: Opened, with_voice: bool, outbox: &Outbox) {
    let out = outbox.clone();
    on_thread(outbox, move || {
        let Some(path) = save("evenkeel-report.html", &[("Page with sound", "html")]) else { return };
        let sound = stores(&opened.audio);
        let clip = |from_s: f64, to_s: f64| clip(&sound, from_s, to_s);
        let made = of(Format::Html)
            .render(&shared(&opened, with_voice), &Look::default(), &clip)
            .map_err(|e| e.to_string());
        tell(&out, &path, made.and_then(|bytes| write_whole(&path, &bytes).map_err(|e| e.to_string())));
    });
}

/// What leaves: it names no folder of this machine, and the voice only where that was ticked.
fn shared(opened: &Opened, with_voice: bool) -> Analysis {
    let mut analysis = if with_voice { opened.shown.clone() } else { without_voice(&opened.shown) };
    let name = Path::new(&analysis.source.path).file_name().map(|n| n.to_string_lossy().into_owned());
    analysis.source.path = name.unwrap_or_default();
    analysis
}

/// The sound; a page without it is better than none.
fn stores(path: &Path) -> Vec<ChannelStore> {
    let loaded = Recording::open(path).and_then(|mut r| {
        let wanted: Vec<u16> = (0..r.info().channels.min(2)).collect();
        r.load(&wanted)
    });
    loaded.unwrap_or_default()
}

/// Both voices of a stretch.
fn clip(sound: &[ChannelStore], from_s: f64, to_s: f64) -> Option<Vec<u8>> {
    let span = Span::from_seconds(from_s, to_s)?;
    let mut mixed = vec![0.0f32; span.len() as usize];
    let mut block = mixed.clone();
    for store in sound {
        store.read_at(span.start(), &mut block).ok()?;
        mixed.iter_mut().zip(&block).for_each(|(m, b)| *m += b);
    }
    (!sound.is_empty()).then(|| wav_mulaw_8k(&mixed))
}

fn tell(outbox: &Outbox, path: &Path, done: Result<(), String>) {
    outbox.send(match done {
        Ok(()) => Event::Said(format!("Saved as {}", path.display())),
        Err(why) => Event::Failed(format!("{}: {why}", path.display())),
    });
}
