//! Opening: after a crash, damaged, held by another program, full.

use super::*;

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
