//! Made-up speech of two people.

use super::*;
use crate::call::ResponseKind;
use crate::coach::Rubric;
use proptest::prelude::*;

fn speech(rows: &[(f64, f64)]) -> Timeline {
    rows.iter().filter_map(|&(a, b)| Span::from_seconds(a, b)).collect()
}

fn take(customer: &[(f64, f64)], agent: &[(f64, f64)]) -> TurnTaking {
    turn_taking(&Talk::of(&speech(agent), Some(&speech(customer))), &Rubric::embedded().limits)
}

/// Words spread evenly over one stretch.
fn said(rows: &[(f64, f64, &str)]) -> Transcript {
    let mut words = Vec::new();
    for &(from, to, text) in rows {
        let all: Vec<&str> = text.split_whitespace().collect();
        let step = (to - from) / all.len() as f64;
        for (i, word) in all.iter().enumerate() {
            let start = from + step * i as f64;
            words.push(((*word).to_owned(), Span::from_seconds(start, start + step * 0.9).unwrap(), 0.9));
        }
    }
    Transcript { words }
}

fn take_words(customer: &[(f64, f64)], agent: &[(f64, f64, &str)]) -> TurnTaking {
    let times: Vec<(f64, f64)> = agent.iter().map(|r| (r.0, r.1)).collect();
    let (ours, theirs, words) = (speech(&times), speech(customer), said(agent));
    let talk =
        Talk { words: Some(WordsOf { agent: &words, customer: None }), ..Talk::of(&ours, Some(&theirs)) };
    turn_taking(&talk, &Rubric::embedded().limits)
}

fn kinds(t: &TurnTaking) -> Vec<(ResponseKind, f64)> {
    t.responses.iter().map(|r| (r.kind, r.latency_s)).collect()
}

#[test]
fn the_latency_of_a_reply_is_from_the_last_sound_to_the_first() {
    let t = take(&[(1.0, 3.0), (3.4, 6.0)], &[(7.25, 9.0), (9.6, 12.0)]);
    assert_eq!(kinds(&t), [(ResponseKind::Reply, 1.25)]);
    assert_eq!(t.responses[0].customer_end_s, 6.0);
}

#[test]
fn starting_within_the_last_half_second_is_a_terminal_overlap() {
    let t = take(&[(1.0, 6.0)], &[(5.5, 9.0)]);
    assert_eq!(kinds(&t), [(ResponseKind::TerminalOverlap, -0.5)]);
    assert!(t.interruptions.is_empty());
}

#[test]
fn starting_earlier_and_speaking_on_is_an_interruption() {
    let t = take(&[(1.0, 6.0)], &[(4.5, 9.0)]);
    assert_eq!(kinds(&t), [(ResponseKind::Interruption, -1.5)]);
    assert_eq!(t.interruptions, [Interruption { start_s: 4.5, overlap_s: 1.5 }]);
}

#[test]
fn an_interruption_that_fails_ends_where_the_customer_ends() {
    let t = take(&[(1.0, 9.0)], &[(4.0, 5.5)]);
    assert_eq!(kinds(&t), [(ResponseKind::Interruption, -5.0)]);
}

#[test]
fn both_attempts_to_interrupt_have_a_row() {
    let t = take(&[(1.0, 9.0)], &[(3.0, 4.5), (8.0, 12.0)]);
    assert_eq!(kinds(&t), [(ResponseKind::Interruption, -6.0), (ResponseKind::Interruption, -1.0)]);
}

#[test]
fn pauses_inside_an_interruption_do_not_make_two_of_it() {
    let t = take(&[(1.0, 3.0), (3.4, 6.0), (6.4, 8.0)], &[(5.0, 6.2), (6.9, 8.5), (9.1, 11.0)]);
    assert_eq!(kinds(&t), [(ResponseKind::Interruption, -3.0)]);
}

#[test]
fn starting_in_a_pause_and_giving_way_at_once_is_a_pause_interruption() {
    let t = take_words(&[(1.0, 4.0), (5.0, 8.0)], &[(4.5, 5.3, "so what I")]);
    assert_eq!(kinds(&t), [(ResponseKind::PauseInterruption, -3.5)]);
}

#[test]
fn starting_in_a_pause_and_talking_over_the_rest_is_an_interruption() {
    let t = take(&[(1.0, 4.0), (5.0, 8.0)], &[(4.4, 7.0)]);
    assert_eq!(kinds(&t), [(ResponseKind::Interruption, -3.6)]);
}

#[test]
fn a_short_early_overlap_with_other_words_is_brief() {
    let t = take_words(&[(1.0, 8.0)], &[(4.0, 4.45, "wait what")]);
    assert_eq!(kinds(&t), [(ResponseKind::BriefOverlap, -4.0)]);
    assert!(t.interruptions.is_empty());
}

#[test]
fn up_to_three_listening_words_are_a_backchannel_and_no_response() {
    let t = take_words(
        &[(1.0, 8.0)],
        &[(3.0, 3.5, "Mm-hm."), (5.0, 5.9, "okay, I see"), (9.0, 11.0, "Right, let me look.")],
    );
    assert_eq!(t.backchannels.iter().map(|b| b.text.as_str()).collect::<Vec<_>>(), ["Mm-hm.", "okay, I see"]);
    assert_eq!(kinds(&t), [(ResponseKind::Reply, 1.0)]);
}

#[test]
fn four_listening_words_or_more_than_a_second_take_the_floor() {
    let t = take_words(&[(1.0, 9.0)], &[(3.0, 3.9, "yes yes okay right"), (6.0, 7.2, "I see")]);
    assert!(t.backchannels.is_empty());
    assert_eq!(t.interruptions.len(), 2);
}

#[test]
fn without_words_a_second_inside_the_customers_turn_is_a_backchannel() {
    let t = take(&[(1.0, 4.0), (4.9, 8.0)], &[(2.0, 3.0), (4.2, 4.7)]);
    assert_eq!(t.backchannels.len(), 2);
    assert!(t.responses.is_empty());
    assert_eq!(take(&[(1.0, 8.0)], &[(2.0, 3.1)]).backchannels, []);
}

#[test]
fn a_short_start_that_goes_on_is_no_backchannel_without_words() {
    let t = take(&[(1.0, 8.0)], &[(6.0, 6.6), (7.0, 11.0)]);
    assert_eq!(kinds(&t), [(ResponseKind::Interruption, -2.0)]);
}

#[test]
fn words_that_are_not_believed_do_not_decide() {
    let (ours, theirs) = (speech(&[(3.0, 3.5)]), speech(&[(1.0, 8.0)]));
    let mut words = said(&[(3.0, 3.5, "Thank you very")]);
    words.words.iter_mut().for_each(|w| w.2 = 0.2);
    let talk =
        Talk { words: Some(WordsOf { agent: &words, customer: None }), ..Talk::of(&ours, Some(&theirs)) };
    assert_eq!(turn_taking(&talk, &Rubric::embedded().limits).backchannels.len(), 1);
}

#[test]
fn a_lone_filler_is_not_yet_a_reply_but_one_before_words_is() {
    let lone = take_words(&[(1.0, 4.0)], &[(4.5, 4.8, "um"), (6.0, 8.0, "let me look that up")]);
    assert_eq!(kinds(&lone), [(ResponseKind::Reply, 2.0)]);
    let joined = take_words(&[(1.0, 4.0)], &[(4.5, 8.0, "um let me look that up")]);
    assert_eq!(kinds(&joined), [(ResponseKind::Reply, 0.5)]);
}

#[test]
fn stopping_within_half_a_second_is_yielding() {
    let t = take(&[(1.0, 3.0), (8.0, 12.0)], &[(4.0, 8.4)]);
    assert_eq!(t.barge_ins, [BargeIn { start_s: 8.0, agent_spoke_on_s: 0.4, yielded: true }]);
    let t = take(&[(1.0, 3.0), (8.0, 12.0)], &[(4.0, 10.0)]);
    assert_eq!(t.barge_ins, [BargeIn { start_s: 8.0, agent_spoke_on_s: 2.0, yielded: false }]);
}

#[test]
fn stopping_for_a_breath_and_going_on_is_not_yielding() {
    let t = take(&[(1.0, 3.0), (8.0, 12.0)], &[(4.0, 8.3), (8.7, 11.0)]);
    assert_eq!(t.barge_ins.iter().map(|b| b.yielded).collect::<Vec<_>>(), [false]);
}

#[test]
fn a_quick_question_and_answer_are_turns_of_their_own() {
    let t = take_words(
        &[(1.0, 4.0), (5.6, 6.6), (8.4, 10.0)],
        &[(4.4, 5.2, "On Friday the fourth."), (7.0, 8.0, "By noon I promise.")],
    );
    assert_eq!(kinds(&t), [(ResponseKind::Reply, 0.4), (ResponseKind::Reply, 0.4)]);
    assert_eq!(t.turns.len(), 5);
}

#[test]
fn three_seconds_of_nobody_are_dead_air_unless_a_hold_was_announced() {
    let (ours, theirs) = (speech(&[(4.0, 6.0), (16.0, 18.0)]), speech(&[(1.0, 3.0), (21.1, 23.0)]));
    let limits = Rubric::embedded().limits;
    let hold = [Span::from_seconds(4.5, 5.8).unwrap()];
    let t = turn_taking(&Talk { holds: &hold, ..Talk::of(&ours, Some(&theirs)) }, &limits);
    assert_eq!(
        t.dead_air,
        [
            DeadAir { start_s: 6.0, end_s: 16.0, announced: true },
            DeadAir { start_s: 18.0, end_s: 21.1, announced: false }
        ]
    );
    assert!(take(&[(1.0, 3.0)], &[(5.9, 8.0)]).dead_air.is_empty());
}

#[test]
fn pauses_inside_the_agents_turn_are_counted_and_gaps_between_turns_are_not() {
    let t = take(&[(1.0, 3.0)], &[(4.0, 6.0), (6.2, 8.0), (8.5, 9.0), (10.2, 12.0)]);
    let pauses: Vec<(f64, bool)> = t.pauses.iter().map(|p| (p.start_s, p.long)).collect();
    assert_eq!(pauses, [(8.0, false), (9.0, true)]);
}

#[test]
fn an_exact_line_overrules_the_detected_ends_and_holds_its_own_pause() {
    let line = [Span::from_seconds(1.0, 8.0).unwrap()];
    let (ours, theirs) = (speech(&[(8.5, 12.0)]), speech(&[(1.1, 4.0), (6.5, 7.7), (8.2, 8.4)]));
    let limits = Rubric::embedded().limits;
    let t = turn_taking(&Talk { lines: &line, ..Talk::of(&ours, Some(&theirs)) }, &limits);
    assert_eq!(kinds(&t), [(ResponseKind::Reply, 0.5)]);
    assert_eq!(t.turns_of(Speaker::Customer).collect::<Vec<_>>(), line);
    // Inside the line's own long pause, with words that are no sign of listening.
    let words = said(&[(4.5, 5.5, "So here is the thing")]);
    let (ours, theirs) = (speech(&[(4.5, 5.5)]), speech(&[(1.0, 4.0), (6.5, 8.0)]));
    let talk = Talk {
        lines: &line,
        words: Some(WordsOf { agent: &words, customer: None }),
        ..Talk::of(&ours, Some(&theirs))
    };
    assert_eq!(kinds(&turn_taking(&talk, &limits)), [(ResponseKind::PauseInterruption, -3.5)]);
}

#[test]
fn one_voice_has_turns_and_nothing_that_needs_two() {
    let t = turn_taking(
        &Talk::of(&speech(&[(1.0, 4.0), (4.5, 6.0), (9.5, 12.0)]), None),
        &Rubric::embedded().limits,
    );
    assert_eq!(t.turns.len(), 2);
    assert!(t.responses.is_empty() && t.dead_air.is_empty());
}

#[test]
fn silence_has_nothing() {
    assert_eq!(take(&[], &[]), TurnTaking::default());
}

fn rows() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((1u64..3000, 40u64..5000), 0..12).prop_map(|rows| {
        let mut at = 0;
        rows.into_iter().map(|(gap, len)| (at += gap + len, (at - len, at)).1).collect()
    })
}

/// Milliseconds, moved by `by`.
fn moved(rows: &[(u64, u64)], by: u64) -> Timeline {
    rows.iter().filter_map(|&(a, b)| Span::new((a + by) * 16, (b + by) * 16)).collect()
}

proptest! {
    #[test]
    fn moving_both_moves_every_result(agent in rows(), customer in rows(), by in 0u64..5000) {
        let limits = Rubric::embedded().limits;
        let at = |by| turn_taking(&Talk::of(&moved(&agent, by), Some(&moved(&customer, by))), &limits);
        let (here, there) = (at(0), at(by));
        let shift = |s: Span| Span::new(s.start() + by * 16, s.end() + by * 16).unwrap();
        prop_assert_eq!(
            here.turns.iter().map(|t| (t.speaker, shift(t.span))).collect::<Vec<_>>(),
            there.turns.iter().map(|t| (t.speaker, t.span)).collect::<Vec<_>>()
        );
        prop_assert_eq!(kinds(&here), kinds(&there));
        prop_assert_eq!(here.barge_ins.len(), there.barge_ins.len());
    }

    #[test]
    fn every_agent_turn_after_the_customers_start_has_exactly_one_row(agent in rows(), customer in rows()) {
        let t = turn_taking(&Talk::of(&moved(&agent, 0), Some(&moved(&customer, 0))), &Rubric::embedded().limits);
        let first = t.turns_of(Speaker::Customer).map(Span::start).min();
        let due = t.turns_of(Speaker::Agent).filter(|a| first.is_some_and(|c| c < a.start())).count();
        prop_assert_eq!(t.responses.len(), due);
        let counted = t.responses.iter().filter(|r| r.kind == ResponseKind::Interruption).count();
        prop_assert_eq!(counted, t.interruptions.len());
    }

    #[test]
    fn speech_is_in_exactly_one_turn_or_backchannel(agent in rows(), customer in rows()) {
        let ours = moved(&agent, 0);
        let t = turn_taking(&Talk::of(&ours, Some(&moved(&customer, 0))), &Rubric::embedded().limits);
        let homes: Vec<Span> = t.turns_of(Speaker::Agent).chain(t.backchannel_spans.iter().copied()).collect();
        for span in ours.spans() {
            prop_assert_eq!(homes.iter().filter(|h| h.covers(*span)).count(), 1);
        }
    }
}

#[test]
fn a_turn_ends_where_the_customer_is_put_on_hold_and_what_follows_is_no_second_answer() {
    let (ours, theirs) = (speech(&[(6.0, 9.0), (30.5, 33.0)]), speech(&[(1.0, 5.0)]));
    let held = [Span::from_seconds(10.0, 30.0).unwrap()];
    let whole = turn_taking(&Talk::of(&ours, Some(&theirs)), &Rubric::embedded().limits);
    let t = turn_taking(&Talk { held: &held, ..Talk::of(&ours, Some(&theirs)) }, &Rubric::embedded().limits);
    let lengths = |t: &TurnTaking| t.turns_of(Speaker::Agent).map(Span::duration_s).collect::<Vec<_>>();
    assert_eq!(lengths(&whole), [27.0]);
    assert_eq!(lengths(&t), [3.0, 2.5], "no monologue of half a minute");
    assert_eq!(kinds(&t), [(ResponseKind::Reply, 1.0)]);
    assert!(t.pauses.is_empty() && t.dead_air.len() == 1);
    // Nobody had answered before the hold: that is how long the answer took.
    let ours = speech(&[(30.5, 33.0)]);
    let t = turn_taking(&Talk { held: &held, ..Talk::of(&ours, Some(&theirs)) }, &Rubric::embedded().limits);
    assert_eq!(kinds(&t), [(ResponseKind::Reply, 25.5)]);
}
