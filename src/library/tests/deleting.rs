//! What is deleted is gone, and nothing else.

use super::*;

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
