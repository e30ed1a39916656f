//! The reducer without any window.

use super::fake::{opened, settled, shelf};
use evenkeel::desktop::msg::{AnalyzeWhat, CallDo, CallEvent, Field, ModelDo};
use evenkeel::desktop::state::{Ask, Compare, Feedback, Fetching, RecordingRow, Screen, State};
use evenkeel::desktop::update::{absorb, update};
use evenkeel::desktop::{Event, Job, Msg};

fn start() -> State {
    let mut state = State::default();
    absorb(&mut state, Event::Shelf(Box::new(shelf()), Some(settled())), &mut Vec::new());
    state
}

fn after(state: &mut State, msg: Msg) -> Vec<Job> {
    let mut jobs = Vec::new();
    update(state, msg, &mut jobs);
    jobs
}

#[test]
fn a_call_is_never_left_by_accident() {
    let mut state = start();
    after(&mut state, Msg::StartCall("double-charge".into()));
    for screen in [Screen::Home, Screen::History, Screen::Settings] {
        after(&mut state, Msg::Go(screen));
        assert_eq!((state.screen, state.ask), (Screen::Call, Some(Ask::EndCall)));
        after(&mut state, Msg::Answer(false));
        assert!(state.call.is_some() && state.ask.is_none());
    }
    after(&mut state, Msg::Back);
    let jobs = after(&mut state, Msg::Answer(true));
    assert!(matches!(jobs.as_slice(), [Job::Call(CallDo::End)]));
    assert_eq!(state.screen, Screen::Call, "until the take is closed");
}

#[test]
fn a_call_that_cannot_begin_says_why_where_it_can_be_mended() {
    let mut state = start();
    after(&mut state, Msg::Brief("double-charge".into()));
    after(&mut state, Msg::StartCall("double-charge".into()));
    absorb(&mut state, Event::Call(CallEvent::Failed("no microphone".into())), &mut Vec::new());
    assert!(state.call.is_none() && state.screen == Screen::Sound);
    assert!(state.notice.as_ref().is_some_and(|n| n.is_trouble && n.text == "no microphone"));
    after(&mut state, Msg::Main);
    assert_eq!(state.screen, Screen::Brief, "and the way goes on to the call");
}

#[test]
fn a_second_call_does_not_start_over_a_running_one() {
    let mut state = start();
    after(&mut state, Msg::StartCall("double-charge".into()));
    assert!(after(&mut state, Msg::StartCall("lost-bag".into())).is_empty());
    assert_eq!(state.call.as_ref().map(|c| c.scenario.as_str()), Some("double-charge"));
}

#[test]
fn an_old_analysis_does_not_replace_a_newer_one() {
    let mut state = start();
    after(&mut state, Msg::OpenSample);
    let first = state.work.as_ref().map(|w| w.id).unwrap();
    let jobs = after(&mut state, Msg::OpenSample);
    assert!(matches!(jobs[0], Job::Cancel(id) if id == first));
    absorb(&mut state, Event::Analyzed(first, Box::new(opened())), &mut Vec::new());
    assert!(state.feedback.is_none());
    let second = state.work.as_ref().map(|w| w.id).unwrap();
    absorb(&mut state, Event::Analyzed(second, Box::new(opened())), &mut Vec::new());
    assert!(state.feedback.is_some() && state.work.is_none());
}

#[test]
fn deleting_asks_first_and_closes_what_is_deleted() {
    let mut state = start();
    state.feedback = Some(Feedback::of(opened()));
    state.screen = Screen::Feedback;
    assert!(after(&mut state, Msg::Delete(7)).is_empty());
    let jobs = after(&mut state, Msg::Answer(true));
    assert!(jobs.iter().any(|j| matches!(j, Job::DeleteTake(7))));
    assert!(state.feedback.is_none() && state.screen == Screen::History);
}

#[test]
fn a_line_that_was_cut_into_is_the_one_that_is_tried_again() {
    let mut state = start();
    let mut cut_into = opened();
    // The agent came in half a second into the second line, which began at 12 s; what is heard begins before it.
    let at_s = 12.5;
    cut_into.shown.interruptions = vec![evenkeel::call::Interruption { start_s: at_s, overlap_s: 2.0 }];
    let finding = &mut cut_into.shown.findings[1];
    (finding.id, finding.start_s, finding.end_s) = ("interruption".to_owned(), at_s - 2.0, at_s + 3.0);
    state.feedback = Some(Feedback::of(cut_into));
    state.screen = Screen::Feedback;
    let jobs = after(&mut state, Msg::Again);
    let [Job::StartCall(plan)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(plan.retry_of, Some((7, "overdrawn".to_owned())));
}

#[test]
fn the_cursor_stays_in_the_recording_and_in_sight() {
    let mut state = start();
    state.feedback = Some(Feedback::of(opened()));
    let view = state.feedback.as_ref().unwrap().timeline().zoomed(0.2, 0.0, 24.0);
    after(&mut state, Msg::Show(view));
    for by in [3.0, 9.0, 50.0, -100.0] {
        after(&mut state, Msg::Step(by));
        let view = state.feedback.as_ref().unwrap().timeline();
        assert!((0.0..=24.0).contains(&view.at_s));
        assert!(view.from_s - 1e-9 <= view.at_s && view.at_s <= view.to_s + 1e-9, "{view:?}");
    }
}

#[test]
fn equal_channels_are_not_analyzed() {
    let mut state = start();
    after(&mut state, Msg::Ask(RecordingRow { path: "a.wav".into(), duration_s: 1.0, channels: 2 }));
    after(&mut state, Msg::Roles(Some(0), Some(0)));
    assert!(after(&mut state, Msg::OpenAsked).is_empty() && state.review.asking.is_some());
}

#[test]
fn channels_that_nobody_chose_are_an_assumption_and_those_that_were_swapped_are_not() {
    let row = || RecordingRow { path: "a.wav".into(), duration_s: 1.0, channels: 2 };
    let asked = |state: &mut State| match &after(state, Msg::OpenAsked)[..] {
        [.., Job::Analyze { what: AnalyzeWhat::File { customer, agent, .. }, .. }] => (*customer, *agent),
        other => panic!("{other:?}"),
    };
    let mut state = start();
    after(&mut state, Msg::Ask(row()));
    assert_eq!(asked(&mut state), (None, None));
    after(&mut state, Msg::Ask(row()));
    after(&mut state, Msg::Roles(Some(1), Some(0)));
    assert_eq!(asked(&mut state), (Some(1), Some(0)));
}

#[test]
fn what_one_dialog_refused_is_forgotten_when_the_next_one_works() {
    let mut state = start();
    absorb(&mut state, Event::Failed("The system's file dialog did not open".into()), &mut Vec::new());
    state.review.refused = Some("no audio".into());
    absorb(&mut state, Event::Picked(Vec::new()), &mut Vec::new());
    assert!(state.notice.is_some() && state.review.refused.is_some(), "nothing was chosen");
    absorb(&mut state, Event::Picked(vec!["a.wav".into()]), &mut Vec::new());
    assert!(state.notice.is_none() && state.review.refused.is_none());
}

#[test]
fn space_analyzes_the_recording_that_is_asked_about_and_chooses_one_otherwise() {
    let mut state = start();
    after(&mut state, Msg::Go(Screen::Review));
    assert!(matches!(after(&mut state, Msg::Main)[..], [Job::Pick { folder: false }]));
    after(&mut state, Msg::Ask(RecordingRow { path: "a.wav".into(), duration_s: 1.0, channels: 2 }));
    let jobs = after(&mut state, Msg::Main);
    assert!(matches!(&jobs[..], [Job::Analyze { .. }]), "{jobs:?}");
}

#[test]
fn a_journal_search_that_was_typed_over_is_dropped() {
    let mut state = start();
    let jobs = after(&mut state, Msg::Typed(Field::JournalSearch, "ref".into()));
    assert!(matches!(&jobs[..], [Job::SearchJournal(t)] if t == "ref"));
    after(&mut state, Msg::Typed(Field::JournalSearch, "refund".into()));
    let hit = evenkeel::library::Hit {
        entry: evenkeel::library::Entry { id: 1, take: None, written_at: 0, text: String::new() },
        excerpt: String::new(),
    };
    absorb(&mut state, Event::Hits("ref".into(), vec![hit]), &mut Vec::new());
    assert!(state.history.hits.is_empty());
}

#[test]
fn two_takes_are_chosen_one_after_the_other_and_the_older_one_comes_first() {
    let mut state = start();
    assert!(after(&mut state, Msg::CompareMark(9)).is_empty());
    let jobs = after(&mut state, Msg::CompareMark(4));
    assert!(matches!(jobs.last(), Some(Job::LoadCompare(4, 9))), "{jobs:?}");
    assert_eq!((state.screen, state.compare_with), (Screen::Compare, None));
    after(&mut state, Msg::CompareMark(9));
    after(&mut state, Msg::CompareMark(9));
    assert_eq!(state.compare_with, None, "and the same one again forgets it");
    after(&mut state, Msg::Back);
    assert_eq!(state.screen, Screen::History, "where both were chosen");
}

#[test]
fn one_key_changes_between_two_takes_at_the_same_place_of_the_line() {
    let mut state = start();
    state.screen = Screen::Compare;
    let mut later = opened();
    later.audio = "/nowhere/take-000009.wav".into();
    for line in &mut later.log.as_mut().unwrap().lines {
        line.start += 16_000;
        line.completion += 16_000;
    }
    absorb(&mut state, Event::Compare(Box::new(Compare::of(opened(), later))), &mut Vec::new());
    assert_eq!(state.compare.as_ref().unwrap().lines.len(), 2);
    let played = |jobs: &[Job]| match jobs.last() {
        Some(Job::Play { path, from_s, .. }) => (path.to_string_lossy().contains("9"), *from_s),
        other => panic!("{other:?}"),
    };
    assert_eq!(played(&after(&mut state, Msg::PlaySide(0))), (false, 0.5));
    state.player.at_s = 2.5;
    assert_eq!(played(&after(&mut state, Msg::Switch)), (true, 3.5));
    after(&mut state, Msg::Step(1.0));
    assert!(!state.player.playing && state.compare.as_ref().unwrap().line == 1);
    assert_eq!(
        played(&after(&mut state, Msg::Main)),
        (true, 13.0),
        "Space plays the line of the take heard last"
    );
}

#[test]
fn a_reworded_scorecard_is_what_the_next_one_begins_with() {
    let mut state = start();
    state.feedback = Some(Feedback::of(opened()));
    after(&mut state, Msg::ScoreText(1, true, "Names the feeling".into()));
    after(&mut state, Msg::Score(1, Some(4)));
    let jobs = after(&mut state, Msg::KeepTemplate(true));
    let Some(Job::Template(Some(card))) = jobs.last() else { panic!("{jobs:?}") };
    assert_eq!(card.lines[1], ("Names the feeling".to_owned(), None, String::new()), "without its points");
    state.feedback = Some(Feedback::of(opened()));
    after(&mut state, Msg::Score(0, Some(2)));
    let card = state.feedback.as_ref().unwrap().opened.scorecard.clone().unwrap();
    assert_eq!((card.lines[1].0.as_str(), card.lines[0].1), ("Names the feeling", Some(2)));
    assert!(matches!(after(&mut state, Msg::KeepTemplate(false)).last(), Some(Job::Template(None))));
}

#[test]
fn another_recognizer_counts_at_once_and_one_that_fails_is_not_kept() {
    let mut state = start();
    let jobs = after(&mut state, Msg::Model("small.en".into()));
    assert!(
        matches!(&jobs[..], [Job::SaveSettings(s), Job::Models(ModelDo::Use(n))] if s.model == *n && n == "small.en")
    );
    absorb(&mut state, Event::ModelInUse("small.en".into(), "small.en".into(), None), &mut Vec::new());
    assert_eq!(state.settings.model, "small.en");
    let mut jobs = Vec::new();
    after(&mut state, Msg::Model("medium".into()));
    let why = Some("too little memory".to_owned());
    absorb(&mut state, Event::ModelInUse("medium".into(), "small.en".into(), why), &mut jobs);
    assert!(matches!(&jobs[..], [Job::SaveSettings(s)] if s.model == "small.en"));
    assert!(
        state.models.said.as_ref().is_some_and(|(_, text, bad)| *bad && text.contains("too little memory"))
    );
    // What is removed is not what the next start looks for.
    let jobs = after(&mut state, Msg::Models(ModelDo::Remove("small.en".into())));
    assert!(
        matches!(&jobs[..], [Job::SaveSettings(s), Job::Models(ModelDo::Use(_)), Job::Models(ModelDo::Remove(_))] if s.model.is_empty())
    );
}

#[test]
fn the_lines_are_made_ready_while_the_brief_is_read() {
    let mut state = start();
    let jobs = after(&mut state, Msg::Brief("double-charge".into()));
    assert!(jobs.iter().any(|j| matches!(j, Job::Ready(id) if id == "double-charge")), "{jobs:?}");
}

#[test]
fn one_recognizer_is_fetched_at_a_time_and_can_be_stopped() {
    let mut state = start();
    let get = |name: &str| Msg::Models(ModelDo::Get(name.into()));
    assert_eq!(after(&mut state, get("small.en")).len(), 1);
    assert!(after(&mut state, get("medium")).is_empty());
    assert!(matches!(after(&mut state, Msg::Models(ModelDo::Stop)).last(), Some(Job::Models(ModelDo::Stop))));
    let now = Fetching { name: "small.en".into(), done: 5, whole: Some(9), stopping: false };
    absorb(&mut state, Event::Fetching(Some(now)), &mut Vec::new());
    assert!(state.models.fetching.as_ref().is_some_and(|f| f.stopping && f.done == 5));
    absorb(&mut state, Event::Fetching(None), &mut Vec::new());
    absorb(&mut state, Event::ModelSaid("small.en".into(), "Stopped.".into(), false), &mut Vec::new());
    assert!(state.models.fetching.is_none() && state.models.said.is_some());
}
