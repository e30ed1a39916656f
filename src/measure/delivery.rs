//! Pace, pauses and shares of a call. Every number carries why it may not be trusted.

use super::{Bands, Limits, Talk, TurnTaking, plain_word};
use crate::call::{Delivery, Metric, Speaker, Turn, samples_to_seconds};

/// Why a recording of one voice has no numbers that need two.
const ONE_VOICE: &str = "only one person's channel in this recording";

/// The delivery metrics of a call. `turns` hold the words (empty texts without a recognizer); `articulation` comes
/// from the voice room, which finds the syllable nuclei.
pub fn delivery(
    talk: &Talk,
    taking: &TurnTaking,
    turns: &[Turn],
    articulation: Metric,
    limits: &Limits,
    bands: &Bands,
) -> Delivery {
    let agent: Vec<&Turn> = turns.iter().filter(|t| t.speaker == Speaker::Agent).collect();
    let spoke = !talk.agent.is_empty();
    let silent = || Metric::absent("the agent said nothing");
    let two_voices =
        |metric: Metric| if talk.customer.is_none() { Metric::absent(ONE_VOICE) } else { metric };
    let with_words = |metric: Metric| {
        if talk.words.is_none() {
            Metric::absent("needs the words, and no recognizer was used")
        } else {
            metric
        }
    };
    let band = |name: &str, metric: Metric| bands.attach(name, metric);
    Delivery {
        speech_rate_wpm: band("speech_rate_wpm", with_words(speech_rate(&agent, limits))),
        articulation_rate_sps: band("articulation_rate_sps", articulation),
        talk_share: band("talk_share", two_voices(talk_share(talk))),
        longest_monologue_s: band(
            "longest_monologue_s",
            two_voices(match taking.turns_of(Speaker::Agent).map(crate::call::Span::len).max() {
                Some(longest) => Metric::ok(samples_to_seconds(longest)),
                None => silent(),
            }),
        ),
        response_latency_s: band("response_latency_s", two_voices(latency(taking))),
        interruption_rate: band("interruption_rate", two_voices(interruption_rate(taking))),
        pauses_per_min: band("pauses_per_min", if spoke { pauses(taking, limits) } else { silent() }),
        filled_per_100_words: band("filled_per_100_words", with_words(filled(&agent, limits))),
    }
}

/// Words a minute of turn time including pauses; short turns are left out (Yuan, Liberman & Cieri 2006).
fn speech_rate(agent: &[&Turn], limits: &Limits) -> Metric {
    let long: Vec<&&Turn> = agent.iter().filter(|t| t.words.len() >= limits.rate_min_words).collect();
    let seconds: f64 = long.iter().map(|t| t.end_s - t.start_s).sum();
    let words: usize = long.iter().map(|t| t.words.len()).sum();
    if words == 0 || seconds <= 0.0 {
        return Metric::absent(format!("no turn of at least {} words", limits.rate_min_words));
    }
    let rate = Metric::ok(words as f64 * 60.0 / seconds);
    if seconds < limits.rate_min_speech_s {
        return rate.doubt(format!("only {seconds:.0} s of speech in turns long enough"));
    }
    rate
}

/// Agent speech / all speech.
fn talk_share(talk: &Talk) -> Metric {
    let agent = talk.agent.total_s();
    let all = agent + talk.customer.map_or(0.0, crate::call::Timeline::total_s);
    if all <= 0.0 {
        return Metric::absent("nobody said anything");
    }
    Metric::ok(agent / all)
}

fn latency(taking: &TurnTaking) -> Metric {
    let mut all: Vec<f64> = taking.responses.iter().map(|r| r.latency_s).collect();
    all.sort_by(f64::total_cmp);
    match all.len() {
        0 => Metric::absent("the agent never replied to the customer"),
        n if n % 2 == 1 => Metric::ok(all[n / 2]),
        n => Metric::ok(f64::midpoint(all[n / 2 - 1], all[n / 2])),
    }
}

fn interruption_rate(taking: &TurnTaking) -> Metric {
    match taking.turns_of(Speaker::Agent).count() {
        0 => Metric::absent("the agent took no turn"),
        turns => Metric::ok(taking.interruptions.len() as f64 / turns as f64),
    }
}

fn pauses(taking: &TurnTaking, limits: &Limits) -> Metric {
    let seconds: f64 = taking.turns_of(Speaker::Agent).map(crate::call::Span::duration_s).sum();
    if seconds <= 0.0 {
        return Metric::absent("the agent took no turn");
    }
    let rate = Metric::ok(taking.pauses.len() as f64 * 60.0 / seconds);
    if seconds < limits.rate_min_speech_s {
        return rate.doubt(format!("only {seconds:.0} s of agent turns"));
    }
    rate
}

/// Filled pauses a hundred words: a lower bound, because recognizers leave some out.
fn filled(agent: &[&Turn], limits: &Limits) -> Metric {
    let words = agent.iter().flat_map(|t| &t.words);
    let (mut all, mut fillers) = (0_usize, 0_usize);
    for word in words {
        all += 1;
        fillers += usize::from(limits.fillers.contains(&plain_word(&word.text)));
    }
    if all == 0 {
        return Metric::absent("no words of the agent");
    }
    let share = Metric::ok(fillers as f64 * 100.0 / all as f64);
    if all < limits.filler_min_words {
        return share.doubt(format!("only {all} words"));
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Confidence, Span, Timeline, Transcript};
    use crate::coach::Rubric;
    use crate::measure::{WordsOf, turn_taking, turns_with_words};

    fn speech(rows: &[(f64, f64)]) -> Timeline {
        rows.iter().filter_map(|&(a, b)| Span::from_seconds(a, b)).collect()
    }

    fn counted(from: f64, to: f64, words: &[&str]) -> Transcript {
        let step = (to - from) / words.len() as f64;
        let span =
            |i: usize| Span::from_seconds(from + step * i as f64, from + step * (i + 1) as f64).unwrap();
        Transcript { words: words.iter().enumerate().map(|(i, w)| ((*w).to_owned(), span(i), 0.9)).collect() }
    }

    fn of(agent: &[(f64, f64)], customer: Option<&[(f64, f64)]>, words: Option<&Transcript>) -> Delivery {
        let rubric = Rubric::embedded();
        let (ours, theirs) = (speech(agent), customer.map(speech));
        let words = words.map(|agent| WordsOf { agent, customer: None });
        let talk = Talk { words, ..Talk::of(&ours, theirs.as_ref()) };
        let taking = turn_taking(&talk, &rubric.limits);
        let turns = turns_with_words(&taking, words);
        delivery(&talk, &taking, &turns, Metric::absent("not measured here"), &rubric.limits, &rubric.bands)
    }

    #[test]
    fn the_speech_rate_counts_words_over_turn_time_with_its_pauses() {
        let words: Vec<&str> = std::iter::repeat_n("word", 50).collect();
        let d = of(&[(4.0, 12.0), (14.0, 24.0)], Some(&[(1.0, 3.0)]), Some(&counted(4.0, 24.0, &words)));
        assert_eq!(d.speech_rate_wpm.value, Some(150.0));
        assert_eq!(d.speech_rate_wpm.confidence, Confidence::Ok);
        assert_eq!(d.speech_rate_wpm.band, Some([110.0, 190.0]));
    }

    #[test]
    fn too_little_speech_lowers_the_confidence_and_short_turns_do_not_count() {
        let few = of(&[(4.0, 8.0)], Some(&[(1.0, 3.0)]), Some(&counted(4.0, 8.0, &["word"; 10])));
        assert_eq!(
            (few.speech_rate_wpm.value, few.speech_rate_wpm.confidence),
            (Some(150.0), Confidence::Low)
        );
        let short = of(&[(4.0, 6.0)], Some(&[(1.0, 3.0)]), Some(&counted(4.0, 6.0, &["word"; 7])));
        assert_eq!(short.speech_rate_wpm.confidence, Confidence::Absent);
    }

    #[test]
    fn the_share_and_the_monologue_are_of_speech_and_of_turns() {
        let d = of(&[(5.0, 8.0), (9.0, 11.0)], Some(&[(1.0, 4.0)]), None);
        assert_eq!(d.talk_share.value, Some(0.625));
        assert_eq!(d.longest_monologue_s.value, Some(6.0));
        assert_eq!(d.pauses_per_min.value, Some(10.0));
    }

    #[test]
    fn the_latency_is_the_median_and_the_rate_is_of_agent_turns() {
        let d =
            of(&[(4.0, 6.0), (9.0, 11.0), (13.0, 16.0)], Some(&[(1.0, 3.0), (7.0, 8.5), (12.0, 14.5)]), None);
        assert_eq!(d.response_latency_s.value, Some(0.5));
        assert_eq!(d.interruption_rate.value, Some(0.333));
        assert_eq!(d.interruption_rate.out_of_band(), Some(true));
    }

    #[test]
    fn fillers_are_counted_per_hundred_words() {
        let mut words = vec!["word"; 46];
        words.extend(["Um,", "uh", "er...", "erm"]);
        let d = of(&[(4.0, 24.0)], Some(&[(1.0, 3.0)]), Some(&counted(4.0, 24.0, &words)));
        assert_eq!(d.filled_per_100_words.value, Some(8.0));
    }

    #[test]
    fn one_voice_has_no_numbers_that_need_two_and_says_so() {
        let d = of(&[(1.0, 20.0)], None, None);
        for metric in [d.talk_share, d.longest_monologue_s, d.response_latency_s, d.interruption_rate] {
            assert_eq!((metric.value, metric.reason.as_str()), (None, ONE_VOICE));
        }
        assert!(d.pauses_per_min.value.is_some());
        assert!(d.speech_rate_wpm.reason.contains("recognizer"));
    }

    #[test]
    fn silence_gives_no_numbers() {
        let d = of(&[], Some(&[]), None);
        for metric in
            [d.talk_share, d.longest_monologue_s, d.response_latency_s, d.interruption_rate, d.pauses_per_min]
        {
            assert_eq!(metric.confidence, Confidence::Absent);
            assert!(!metric.reason.is_empty());
        }
    }
}
