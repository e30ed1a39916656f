//! A trainer's notes and scorecard, and the page to talk a call over.

use crate::desktop::msg::{Field, Job, Msg};
use crate::desktop::state::{Feedback, Shelf, State};
use crate::library::Scorecard;
use crate::rehearse::cards::reflect_prompt;
use crate::report::{Debrief, DebriefNote, ScoreLine, without_voice};

/// Gives the message back when it is about nothing of that.
pub fn update(state: &mut State, msg: Msg, jobs: &mut Vec<Job>) -> Option<Msg> {
    let template = state.shelf.as_ref().map_or_else(Scorecard::template, Shelf::scorecard);
    let Some(feedback) = &mut state.feedback else { return Some(msg) };
    match msg {
        Msg::Typed(Field::Note, text) => feedback.draft = text,
        Msg::Typed(Field::CallNote, text) => {
            feedback.opened.call_note.clone_from(&text);
            jobs.extend(feedback.opened.take.map(|take| Job::CallNote(take, text)));
        }
        Msg::AddNote(at_s) => {
            let text = std::mem::take(&mut feedback.draft);
            if let Some(take) = feedback.opened.take.filter(|_| !text.trim().is_empty()) {
                jobs.push(Job::AddNote(take, at_s, text.trim().to_owned()));
            }
        }
        Msg::RemoveNote(id) => jobs.extend(feedback.opened.take.map(|take| Job::RemoveNote(take, id))),
        Msg::Score(line, points) => score(feedback, template, line, jobs, |l| l.1 = points),
        Msg::ScoreText(line, is_criterion, text) => score(feedback, template, line, jobs, |l| {
            if is_criterion {
                l.0 = text;
            } else {
                l.2 = text;
            }
        }),
        Msg::KeepTemplate(own) => {
            let mut card = feedback.opened.scorecard.clone().unwrap_or(template);
            for line in &mut card.lines {
                (line.1, line.2) = (None, String::new());
            }
            let kept = own.then_some(card);
            if !own {
                // The lines that were judged stay as they are; an empty card begins anew.
                let judged = |c: &Scorecard| c.lines.iter().any(|l| l.1.is_some() || !l.2.is_empty());
                feedback.opened.scorecard = feedback.opened.scorecard.take().filter(judged);
            }
            if let Some(shelf) = &mut state.shelf {
                shelf.template.clone_from(&kept);
            }
            jobs.push(Job::Template(kept));
        }
        Msg::ExportVoice(on) => feedback.export_voice = on,
        Msg::ExportDebrief => {
            let page = debrief(feedback);
            let (opened, voice) = (feedback.opened.clone(), feedback.export_voice);
            jobs.push(Job::ExportDebrief(Box::new(page), Box::new(opened), voice));
        }
        Msg::ExportReport => {
            jobs.push(Job::ExportReport(Box::new(feedback.opened.clone()), feedback.export_voice));
        }
        other => return Some(other),
    }
    None
}

fn score(
    feedback: &mut Feedback,
    template: Scorecard,
    line: usize,
    jobs: &mut Vec<Job>,
    change: impl FnOnce(&mut (String, Option<u8>, String)),
) {
    let card = feedback.opened.scorecard.get_or_insert(template);
    let Some(row) = card.lines.get_mut(line) else { return };
    change(row);
    let card = card.clone();
    jobs.extend(feedback.opened.take.map(|take| Job::Scorecard(take, card)));
}

/// The page to talk a call over.
pub fn debrief(feedback: &Feedback) -> Debrief {
    let opened = &feedback.opened;
    let line = |(criterion, points, remark): &(String, Option<u8>, String)| ScoreLine {
        criterion: criterion.clone(),
        points: *points,
        remark: remark.clone(),
    };
    let judged = opened.scorecard.iter().flat_map(|c| &c.lines).filter(|l| l.1.is_some() || !l.2.is_empty());
    let stripped = (!feedback.export_voice).then(|| without_voice(&opened.shown));
    let analysis = stripped.as_ref().unwrap_or(&opened.shown);
    Debrief {
        reflection: opened
            .reflections
            .iter()
            .map(|r| (reflect_prompt(&r.prompt).to_owned(), r.answer.clone()))
            .collect(),
        self_rating: opened.self_rating,
        notes: opened.notes.iter().map(|n| DebriefNote { at_s: n.at_s, text: n.text.clone() }).collect(),
        scorecard: judged.map(line).collect(),
        call_note: opened.call_note.clone(),
        ..Debrief::of(analysis, &opened.title, &crate::desktop::views::date(opened.when))
    }
}
