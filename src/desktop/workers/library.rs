//! The library's worker: reads and writes what is kept.

use super::analysis::{opened_take, recomputed};
use super::house::now;
use super::{House, Outbox};
use crate::audio::Recording;
use crate::desktop::msg::{Event, Job};
use crate::desktop::state::{Compare, Opened, RecordingRow, RungRow, Settings, Shelf, TrendRow};
use crate::library::{Library, LibraryError, TakeKind, TakeState};
use crate::measure::voice::Baseline;
use crate::rehearse::{Outcome, ladder, repetition, rest};
use crate::report::is_of_voice;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

/// Key of the settings in the library.
pub const SETTINGS: &str = "desktop";
/// Key of the scorecard to start from.
const TEMPLATE: &str = "scorecard";
/// Recordings of a folder whose header is read at once.
const MOST_FILES: usize = 500;
/// What a recording's name may end with.
const ENDINGS: [&str; 10] = ["wav", "flac", "mp3", "ogg", "oga", "m4a", "aac", "mp4", "aif", "aiff"];

/// Works until the window is gone.
pub fn run(house: &House, outbox: &Outbox, jobs: &Receiver<Job>) {
    let mut library = None;
    let mut fresh = true;
    while let Ok(job) = jobs.recv() {
        if library.is_none() {
            match house.library() {
                Ok(opened) => library = Some(opened),
                Err(e) => outbox.send(Event::Failed(e.to_string())),
            }
        }
        let done = if let Some(library) = library.as_mut() {
            if std::mem::take(&mut fresh) {
                start(house, library, outbox);
            }
            work(house, library, outbox, job)
        } else {
            // Practice without a library is not safe, but everything can be looked at.
            outbox.send(Event::Shelf(Box::new(bare_shelf(house)), None));
            Ok(())
        };
        if let Err(e) = done {
            outbox.send(Event::Failed(e.to_string()));
        }
    }
}

/// What happens once: retention, policy.
fn start(house: &House, library: &mut Library, outbox: &Outbox) {
    let settings: Settings = library.setting(SETTINGS).ok().flatten().unwrap_or_default();
    match library.expire(now(), settings.retention_days) {
        Ok(gone) if !gone.is_empty() => {
            let text = format!(
                "{} takes were older than {} days and are deleted.",
                gone.len(),
                settings.retention_days
            );
            outbox.send(Event::Said(text));
        }
        Err(e) => outbox.send(Event::Failed(e.to_string())),
        Ok(_) => {}
    }
    let policy = if house.policy.voice_metrics { String::new() } else { house.policy.reason.clone() };
    outbox.send(Event::Policy(policy));
}

fn work(house: &House, library: &mut Library, outbox: &Outbox, job: Job) -> Result<(), LibraryError> {
    match job {
        Job::LoadShelf => {}
        Job::SaveSettings(settings) => return library.set_setting(SETTINGS, &settings),
        Job::Recompute(opened) => return recompute(house, library, outbox, *opened),
        Job::OpenTake(id) => {
            outbox.send(Event::Opened(Box::new(opened_take(house, library, id)?)));
            return Ok(());
        }
        Job::LoadCompare(a, b) => {
            let compare = Compare::of(opened_take(house, library, a)?, opened_take(house, library, b)?);
            outbox.send(Event::Compare(Box::new(compare)));
            return Ok(());
        }
        Job::Inspect(paths) => {
            inspect(&paths, outbox);
            return Ok(());
        }
        Job::Reflect(id, rating, answers) => library.reflect(id, rating, &answers)?,
        Job::CallNote(id, text) => return library.set_call_note(id, &text),
        Job::AddNote(id, at_s, text) => {
            library.add_note(id, at_s, &text)?;
            outbox.send(Event::Notes(id, library.notes(id)?));
            return Ok(());
        }
        Job::RemoveNote(take, id) => {
            library.edit_note(id, "")?;
            outbox.send(Event::Notes(take, library.notes(take)?));
            return Ok(());
        }
        Job::Scorecard(id, card) => return library.set_scorecard(id, &card),
        Job::Template(card) => return library.set_setting(TEMPLATE, &card),
        Job::WriteJournal(take, text) => {
            library.write_journal(take, now(), &text)?;
        }
        Job::EditJournal(id, text) => library.edit_journal(id, &text)?,
        Job::DeleteJournal(id) => library.delete_journal(id)?,
        Job::SearchJournal(typed) => {
            let hits = library.search_journal(&typed)?;
            outbox.send(Event::Hits(typed, hits));
            return Ok(());
        }
        Job::DeleteTake(id) => {
            library.delete_take(id)?;
            outbox.send(Event::Said("The take is deleted.".to_owned()));
        }
        Job::DeleteAll => {
            library.delete_all()?;
            outbox.send(Event::Said("Everything is deleted.".to_owned()));
        }
        Job::Recover(found, true) => {
            let take = library.recover(&found)?;
            // It has no analysis yet: opening it makes one.
            outbox.send(Event::Opened(Box::new(opened_take(house, library, take)?)));
        }
        Job::Recover(found, false) => library.discard(&found)?,
        _ => return Ok(()),
    }
    let shelf = shelf(house, library)?;
    let settings = library.setting(SETTINGS)?;
    outbox.send(Event::Shelf(Box::new(shelf), settings));
    Ok(())
}

/// The scenarios alone.
fn bare_shelf(house: &House) -> Shelf {
    let scenarios = house.scenarios.scenarios();
    rungs(&scenarios, &[], &[], Shelf::default())
}

fn rungs(
    scenarios: &[crate::rehearse::Scenario],
    past: &[ladder::Past],
    practiced: &[repetition::Practiced],
    mut shelf: Shelf,
) -> Shelf {
    let ladder = ladder::ladder(scenarios, past, practiced, now());
    let next = ladder::next_up(&ladder).map(|r| r.scenario.id.clone());
    shelf.rungs = ladder
        .into_iter()
        .map(|r| RungRow {
            scenario: r.scenario.clone(),
            best: r.best,
            last_tried: r.last_tried,
            tries: r.tries,
            due: r.due,
        })
        .collect();
    shelf.next_up = next.and_then(|id| shelf.rungs.iter().position(|r| r.scenario.id == id));
    shelf
}

/// Everything that the home screen and the history show.
pub fn shelf(house: &House, library: &Library) -> Result<Shelf, LibraryError> {
    let found = house.scenarios.list();
    let refused =
        found.iter().filter_map(|f| Some((f.id.clone(), f.scenario.as_ref().err()?.to_string()))).collect();
    let scenarios: Vec<_> = found.into_iter().filter_map(|f| f.scenario.ok()).collect();
    let settings: Settings = library.setting(SETTINGS)?.unwrap_or_default();
    let voice = house.policy.voice_metrics && settings.voice;
    let shown = |id: &str| voice || !is_of_voice(id);
    let mut practiced = library.practiced()?;
    practiced.retain(|p| shown(&p.item));
    let takes = library.takes()?;
    let efforts: Vec<rest::Effort> = takes
        .iter()
        .filter(|t| t.kind == TakeKind::Call && t.state != TakeState::Recording)
        .map(|t| rest::Effort { at: t.started_at, duration_s: t.duration_s, heat: t.heat })
        .collect();
    let trends = library
        .measures()?
        .into_iter()
        .filter(|id| shown(id))
        .map(|id| Ok(TrendRow { trend: library.trend(&id)?, id }))
        .collect::<Result<Vec<_>, LibraryError>>()?;
    let shelf = Shelf {
        refused,
        nudge: rest::nudge(&efforts, now()),
        due: repetition::schedule(&practiced),
        trends: trends.into_iter().filter(|t| !t.trend.points.is_empty()).collect(),
        journal: library.journal()?,
        storage: library.storage()?,
        recoverable: library.recoverable()?,
        dir: library.dir().to_owned(),
        template: library.setting::<Option<_>>(TEMPLATE)?.flatten(),
        has_baseline: library.baseline::<Baseline>(&settings.microphone)?.is_some(),
        takes,
        ..Shelf::default()
    };
    Ok(rungs(&scenarios, &library.past()?, &practiced, shelf))
}

fn recompute(
    house: &House,
    library: &mut Library,
    outbox: &Outbox,
    opened: Opened,
) -> Result<(), LibraryError> {
    let shown = match recomputed(house, &opened) {
        Ok(shown) => shown,
        Err(why) => {
            outbox.send(Event::Failed(why));
            return Ok(());
        }
    };
    if let Some(id) = opened.take {
        library.set_corrections(id, &opened.corrections)?;
        let outcome =
            opened.scenario.as_ref().zip(opened.log.as_ref()).map(|(s, l)| Outcome::of(s, l, &shown));
        library.save_corrected(id, &shown, outcome.as_ref())?;
    }
    outbox.send(Event::Recomputed(Box::new(shown), opened.corrections));
    Ok(())
}

/// A folder, or a recording.
fn inspect(paths: &[PathBuf], outbox: &Outbox) {
    let Some(first) = paths.first() else { return };
    if first.is_dir() {
        let mut files = Vec::new();
        recordings(first, &mut files, 0);
        files.sort();
        files.truncate(MOST_FILES);
        let rows = files.into_iter().filter_map(|p| row(&p).ok()).collect();
        outbox.send(Event::Inspected { folder: Some(first.clone()), rows, refused: None });
        return;
    }
    let event = match row(first) {
        Ok(row) => Event::Inspected { folder: None, rows: vec![row], refused: None },
        Err(why) => Event::Inspected { folder: None, rows: Vec::new(), refused: Some(why) },
    };
    outbox.send(event);
}

fn recordings(dir: &Path, out: &mut Vec<PathBuf>, depth: usize) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && depth < 8 {
            recordings(&path, out, depth + 1);
        } else if path.extension().is_some_and(|e| ENDINGS.iter().any(|known| e.eq_ignore_ascii_case(known)))
        {
            out.push(path);
        }
    }
}

fn row(path: &Path) -> Result<RecordingRow, String> {
    let recording = Recording::open(path).map_err(|e| e.to_string())?;
    let info = recording.info();
    Ok(RecordingRow { path: path.to_owned(), duration_s: info.duration_s, channels: info.channels })
}
