use super::*;
use crate::call::{
    Analysis, Behavior, BehaviorKind, Delivery, Engine, Finding, FindingKind, Metric, Source, Voice,
};
use crate::rehearse::{Correction, Outcome, Strike, TakeLog, WordFix};
use std::path::Path;
use std::time::Instant;

const NOW: i64 = 1_800_000_000;

fn new(scenario: &str, at: i64) -> NewTake {
    NewTake {
        kind: TakeKind::Call,
        scenario: scenario.into(),
        title: "Charged twice".into(),
        heat: 4,
        retry_of: None,
        device: "headset".into(),
        started_at: at,
    }
}

fn open(dir: &Path) -> Library {
    Library::open(dir).expect("opens")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Records half a second and finishes the take.
fn recorded(library: &mut Library, scenario: &str, at: i64) -> TakeId {
    let (id, path) = library.begin_take(&new(scenario, at)).expect("begins");
    std::fs::write(path, crate::audio::wav_pcm16(&[0.1; 4000], 8000)).expect("is written");
    library.finish_recording(id, 0.5).expect("is whole");
    id
}

fn analysis(latency: f64) -> Analysis {
    let finding = |id: &str, kind| Finding {
        id: id.into(),
        kind,
        title: id.into(),
        because: String::new(),
        say_instead: String::new(),
        start_s: 0.0,
        end_s: 1.0,
        sources: vec![],
    };
    let heard = |id: &str| Behavior {
        id: id.into(),
        kind: BehaviorKind::Skill,
        turn: 0,
        start_s: 0.0,
        end_s: 1.0,
        text: String::new(),
        rule: String::new(),
    };
    Analysis {
        schema: crate::call::SCHEMA.into(),
        source: Source::default(),
        engine: Engine::default(),
        turns: vec![],
        spans: vec![],
        responses: vec![],
        interruptions: vec![],
        backchannels: vec![],
        dead_air: vec![],
        delivery: Delivery {
            response_latency_s: Metric::ok(latency).with_band(0.6, 2.0),
            talk_share: Metric::low(0.4, "short"),
            ..Delivery::default()
        },
        voice: Voice::default(),
        behaviors: vec![heard("thank"), heard("apologise")],
        findings: vec![
            finding("acknowledge_feelings", FindingKind::Keep),
            finding("apologise", FindingKind::Change),
        ],
        warnings: vec![],
    }
}

#[test]
fn a_take_goes_from_its_first_sample_to_its_analysis_and_survives_closing() {
    let dir = folder();
    let mut library = open(dir.path());
    let (id, path) = library.begin_take(&new("double-charge", NOW)).expect("begins");
    assert!(path.starts_with(dir.path()) && !path.exists());
    std::fs::write(&path, crate::audio::wav_pcm16(&[0.1; 8000], 8000)).expect("is written");
    let log = TakeLog::new("double-charge");
    library.save_log(id, &log).expect("is kept");
    assert_eq!(library.take(id).expect("is there").state, TakeState::Recording);
    library.finish_recording(id, 1.0).expect("is whole");
    assert!(!path.with_extension("lock").exists());
    let answer = Reflection { prompt: "went-well".into(), answer: "I let her finish.".into() };
    library.reflect(id, 4, std::slice::from_ref(&answer)).expect("is kept");
    let outcome = Outcome { completed: true, met: 2, expected: 3, ..Outcome::default() };
    library.save_analysis(id, &analysis(1.2), Some(&outcome)).expect("is kept");
    library.set_call_note(id, "Refund by Friday.").expect("is kept");
    drop(library);

    let detail = open(dir.path()).detail(id).expect("is there");
    let s = &detail.summary;
    assert_eq!((s.state, s.self_rating, s.outcome.as_ref()), (TakeState::Analyzed, Some(4), Some(&outcome)));
    assert_eq!((s.audio.as_path(), s.audio_bytes, s.duration_s), (path.as_path(), 16_044, 1.0));
    assert_eq!(s.call_note, "Refund by Friday.");
    assert_eq!(
        (detail.log, detail.analysis, detail.reflections),
        (Some(log), Some(analysis(1.2)), vec![answer])
    );
}

#[test]
fn every_take_has_a_file_of_its_own_even_after_deleting() {
    let dir = folder();
    let mut library = open(dir.path());
    let first = recorded(&mut library, "a", NOW);
    let path = library.take(first).expect("is there").audio;
    library.delete_take(first).expect("is deleted");
    let (_, next) = library.begin_take(&new("a", NOW)).expect("begins");
    assert_ne!(path, next);
}

#[test]
fn corrections_are_kept_in_order_and_replaced_as_a_whole() {
    let dir = folder();
    let mut library = open(dir.path());
    let id = recorded(&mut library, "a", NOW);
    let strike = Correction::Strike(Strike { id: "apologise".into(), turn: 1, start_s: 2.0, end_s: 3.0 });
    let word = Correction::Word(WordFix { turn: 1, word: 2, was: "sore".into(), is: "sorry".into() });
    library.set_corrections(id, &[strike.clone(), word.clone()]).expect("are kept");
    assert_eq!(library.detail(id).expect("is there").corrections, [strike, word.clone()]);
    library.set_corrections(id, std::slice::from_ref(&word)).expect("are kept");
    assert_eq!(library.detail(id).expect("is there").corrections, [word]);
}

#[test]
fn trends_and_repetition_follow_the_latest_analysis_of_each_take() {
    let dir = folder();
    let mut library = open(dir.path());
    for (day, latency) in [(2, 0.9), (0, 3.5), (1, 1.4)] {
        let id = recorded(&mut library, "a", NOW + day * 86_400);
        library.save_analysis(id, &analysis(9.0), None).expect("is kept");
        library.save_corrected(id, &analysis(latency), None).expect("is kept");
    }
    let trend = library.trend("response_latency_s").expect("is there");
    assert_eq!(trend.points.iter().map(|p| p.value).collect::<Vec<_>>(), [3.5, 1.4, 0.9]);
    assert_eq!(trend.band, Some([0.6, 2.0]));
    assert_eq!(library.measures().expect("are there"), ["response_latency_s", "talk_share"]);
    let practiced = library.practiced().expect("is there");
    let of = |item: &str| practiced.iter().filter(|p| p.item == item).map(|p| p.well).collect::<Vec<_>>();
    assert_eq!(
        of("apologise"),
        [false, false, false],
        "what needed a change went wrong, although it was heard"
    );
    assert_eq!(of("thank"), [true, true, true]);
    assert_eq!(of("response_latency_s"), [true, true], "out of its band it proves nothing");
}

#[test]
fn the_journal_is_searched_by_words_and_by_beginnings() {
    let dir = folder();
    let library = open(dir.path());
    let a =
        library.write_journal(None, NOW, "She shouted about the refund. I slowed down.").expect("is kept");
    let b = library.write_journal(None, NOW + 1, "Café owner, calm in the end").expect("is kept");
    let found = |words: &str| {
        library
            .search_journal(words)
            .expect("is searched")
            .into_iter()
            .map(|h| h.entry.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (found("refund"), found("slow ref"), found("refu"), found("cafe")),
        (vec![a], vec![], vec![a], vec![b])
    );
    assert_eq!(found("shouted refund"), [a]);
    assert!(library.search_journal("refund").expect("is searched")[0].excerpt.contains("\u{2}refund\u{3}"));
    for odd in ["", "\"", "NOT OR AND (", "a* -b", "text:x", "'; DROP TABLE journal; --"] {
        library.search_journal(odd).expect("whatever is typed is words");
    }
    library.edit_journal(a, "Nothing to see").expect("is changed");
    library.delete_journal(b).expect("is deleted");
    assert_eq!((found("refund"), found("nothing"), found("cafe")), (vec![], vec![a], vec![]));
    assert_eq!(library.journal().expect("is there").len(), 1);
}

#[test]
fn notes_scorecard_baseline_and_settings_are_kept() {
    let dir = folder();
    let mut library = open(dir.path());
    let id = recorded(&mut library, "a", NOW);
    let late = library.add_note(id, 9.5, "good").expect("is kept");
    library.add_note(id, 1.5, "early").expect("is kept");
    library.edit_note(late, "very good").expect("is changed");
    let texts: Vec<_> = library.notes(id).expect("are there").into_iter().map(|n| n.text).collect();
    assert_eq!(texts, ["early", "very good"]);
    library.edit_note(late, " ").expect("is removed");
    assert_eq!(library.notes(id).expect("are there").len(), 1);
    let mut card = Scorecard::template();
    assert_eq!(card.lines.len(), 5);
    card.lines[0].1 = Some(4);
    library.set_scorecard(id, &card).expect("is kept");
    assert_eq!(library.scorecard(id).expect("is there"), Some(card));
    library.set_baseline("headset", NOW, &vec![1.5, 2.5]).expect("is kept");
    assert_eq!(
        library.baseline("headset").expect("is there"),
        Some(StoredBaseline { made_at: NOW, data: vec![1.5, 2.5] })
    );
    assert_eq!(library.baseline::<String>("headset").expect("is asked"), None, "of another shape");
    library.set_setting("theme", &"dark").expect("is made");
    library.set_setting("theme", &"light").expect("is made");
    assert_eq!(library.setting::<String>("theme").expect("is there").as_deref(), Some("light"));
    assert_eq!(library.setting::<String>("none").expect("is asked"), None);
    assert!(matches!(library.add_note(99, 0.0, "x"), Err(LibraryError::NoTake(99))));
}

#[test]
fn deleting_a_take_deletes_its_sound_and_all_that_hangs_on_it_but_not_the_journal() {
    let dir = folder();
    let mut library = open(dir.path());
    let id = recorded(&mut library, "a", NOW);
    let audio = library.take(id).expect("is there").audio;
    library.save_analysis(id, &analysis(1.0), None).expect("is kept");
    library.add_note(id, 0.0, "n").expect("is kept");
    library.write_journal(Some(id), NOW, "words").expect("is kept");
    library.delete_take(id).expect("is deleted");
    assert!(!audio.exists());
    for table in ["takes", "take_data", "measures", "practiced", "notes"] {
        let rows: i64 =
            library.db.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0)).expect("counts");
        assert_eq!(rows, 0, "{table}");
    }
    assert_eq!(library.journal().expect("is there")[0].take, None);
    assert!(matches!(library.delete_take(id), Err(LibraryError::NoTake(_))));
}

#[test]
fn deleting_everything_leaves_no_word_in_any_file() {
    let dir = folder();
    let mut library = open(dir.path());
    let id = recorded(&mut library, "a", NOW);
    library.set_call_note(id, "xylophonic secret").expect("is kept");
    library.write_journal(Some(id), NOW, "xylophonic secret").expect("is kept");
    library.delete_all().expect("is deleted");
    for name in ["library.db", "library.db-wal"] {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        assert!(!bytes.windows(10).any(|w| w == b"xylophonic"), "{name}");
    }
    assert_eq!(std::fs::read_dir(dir.path().join("takes")).expect("is there").count(), 0);
    assert_eq!(library.storage().expect("is counted").takes, 0);
}

#[test]
fn old_takes_expire_and_zero_days_keep_everything() {
    let dir = folder();
    let mut library = open(dir.path());
    let old = recorded(&mut library, "a", NOW - 31 * 86_400);
    recorded(&mut library, "a", NOW - 29 * 86_400);
    assert_eq!(library.storage().expect("is counted").audio_bytes, 2 * 8044);
    assert_eq!(library.expire(NOW, 0).expect("keeps"), [0i64; 0]);
    assert_eq!(library.expire(NOW, 30).expect("deletes"), [old]);
    assert_eq!(library.takes().expect("are there").len(), 1);
}

#[test]
fn a_recording_under_review_is_never_touched() {
    let (dir, elsewhere) = (folder(), folder());
    let file = elsewhere.path().join("call.wav");
    std::fs::write(&file, "sound").expect("is written");
    let mut library = open(dir.path());
    let review = NewTake { kind: TakeKind::Review, ..new("", NOW) };
    let id = library.add_review(&review, &file, 60.0).expect("is added");
    assert_eq!(
        library.add_review(&review, &file, 60.0).expect("is known"),
        id,
        "the same file is the same take"
    );
    assert_eq!(library.take(id).expect("is there").audio, file);
    library.delete_take(id).expect("is deleted");
    assert!(file.exists());
}

#[test]
fn a_take_that_was_killed_is_offered_and_one_that_is_being_recorded_is_not() {
    let dir = folder();
    let mut first = open(dir.path());
    let (id, path) = first.begin_take(&new("a", NOW)).expect("begins");
    std::fs::write(&path, crate::audio::wav_pcm16(&[0.1; 8000], 8000)).expect("is written");
    let mut second = open(dir.path());
    assert!(first.recoverable().expect("is asked").is_empty());
    assert!(second.recoverable().expect("is asked").is_empty(), "another program is recording it");
    // The program is killed: its locks go with it.
    drop(first);
    let found = second.recoverable().expect("is asked");
    assert_eq!((found.len(), found[0].take, found[0].path.as_path()), (1, Some(id), path.as_path()));
    assert_eq!(second.recover(&found[0]).expect("is mended"), id);
    let take = second.take(id).expect("is there");
    assert_eq!((take.state, take.duration_s), (TakeState::Recorded, 1.0));
    assert!(second.recoverable().expect("is asked").is_empty());
}

#[test]
fn a_recording_that_no_row_knows_is_offered_too_and_can_be_thrown_away() {
    let dir = folder();
    let mut library = open(dir.path());
    let file = dir.path().join("takes/take-000777-5.wav");
    std::fs::write(&file, crate::audio::wav_pcm16(&[0.1; 4000], 8000)).expect("is written");
    let found = library.recoverable().expect("is asked").remove(0);
    let id = library.recover(&found).expect("is mended");
    assert_eq!(library.take(id).expect("is there").audio, file);
    let (lost, _) = library.begin_take(&new("a", NOW)).expect("begins");
    drop(library);
    let mut library = open(dir.path());
    let found = library.recoverable().expect("is asked");
    assert_eq!((found.len(), found[0].take, found[0].bytes), (1, Some(lost), 0));
    library.discard(&found[0]).expect("is gone");
    assert!(library.recoverable().expect("is asked").is_empty());
}

#[test]
fn a_newer_a_damaged_and_an_unwritable_library_say_what_to_do() {
    let dir = folder();
    drop(open(dir.path()));
    let db = rusqlite::Connection::open(dir.path().join("library.db")).expect("opens");
    db.pragma_update(None, "user_version", 99).expect("is set");
    drop(db);
    let error = Library::open(dir.path()).expect_err("is newer");
    assert!(
        matches!(error, LibraryError::Newer { found: 99, .. })
            && error.to_string().contains("update the program")
    );

    let dir = folder();
    std::fs::write(dir.path().join("library.db"), "this is no database at all, not even a small one")
        .expect("is written");
    let error = Library::open(dir.path()).expect_err("is damaged");
    assert!(matches!(error, LibraryError::Damaged(_)), "{error:?}");

    let dir = folder();
    std::fs::write(dir.path().join("takes"), "a file where the folder should be").expect("is written");
    assert!(Library::open(dir.path()).is_err());
}

#[test]
fn a_library_that_another_program_holds_says_so() {
    let dir = folder();
    let mut library = open(dir.path());
    library.db.busy_timeout(std::time::Duration::from_millis(20)).expect("is set");
    let other = rusqlite::Connection::open(dir.path().join("library.db")).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("holds");
    let error = library.begin_take(&new("a", NOW)).expect_err("is held");
    assert!(matches!(error, LibraryError::Locked(_)), "{error:?}");
    other.execute_batch("ROLLBACK").expect("lets go");
    library.begin_take(&new("a", NOW)).expect("goes on");
}

#[test]
fn five_thousand_takes_open_within_a_second() {
    let dir = folder();
    let mut library = open(dir.path());
    let text = serde_json::to_string(&analysis(1.0)).expect("is data");
    let filler = "x".repeat(20_000);
    library
        .transact(|tx| {
            for i in 0..5_000 {
                tx.execute(
                    "INSERT INTO takes(kind, state, scenario, title, heat, device, started_at, audio)
                     VALUES ('call', 'analyzed', 'a', 't', 3, 'd', ?1, ?2)",
                    rusqlite::params![NOW + i * 600, format!("take-{i}.wav")],
                )?;
                let id = tx.last_insert_rowid();
                tx.execute(
                    "INSERT INTO take_data(take, log, analysis) VALUES (?1, ?2, ?3)",
                    rusqlite::params![id, filler, text],
                )?;
                for name in ["response_latency_s", "steadiness", "talk_share", "speech_rate_wpm"] {
                    tx.execute(
                        "INSERT INTO measures VALUES (?1, ?2, 1.0, 'ok', 0, 2)",
                        rusqlite::params![id, name],
                    )?;
                }
                tx.execute("INSERT INTO practiced VALUES (?1, 'apologise', 0)", [id])?;
            }
            Ok(())
        })
        .expect("is written");
    drop(library);
    let start = Instant::now();
    let library = open(dir.path());
    assert_eq!(library.takes().expect("are there").len(), 5_000);
    assert_eq!(library.trend("steadiness").expect("is there").points.len(), 5_000);
    assert_eq!(library.practiced().expect("is there").len(), 5_000);
    library.recoverable().expect("is asked");
    library.storage().expect("is counted");
    let took = start.elapsed();
    println!("5,000 takes: {took:?}");
    assert!(took.as_secs_f64() < 1.0, "{took:?}");
}
