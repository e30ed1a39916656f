//! What is kept of takes, and what is written beside them.

use super::*;

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
