//! The index of a batch: one row a recording, sortable by any column, with a link to its report.

use super::csv::COLUMNS;
use super::html::{esc, open};
use super::metric::metric_info;
use super::text::clock;
use crate::call::{Analysis, Confidence, behavior_info};
use std::fmt::Write;

/// A recording of a batch.
#[derive(Clone, Copy, Debug)]
pub struct IndexRow<'a> {
    /// What it is called, below the folder.
    pub name: &'a str,
    /// Its report, relative to the index.
    pub report: &'a str,
    /// Its cells, one for each of [`COLUMNS`].
    pub cells: &'a [String],
    /// Its trusted numbers that lie outside their band ([`out_of_band`]).
    pub out: &'a [&'static str],
}

/// The trusted numbers of a recording that lie outside their band, by name.
pub fn out_of_band(analysis: &Analysis) -> Vec<&'static str> {
    let metrics = crate::coach::metrics(analysis).into_iter();
    let out = metrics.filter(|(_, m)| m.confidence == Confidence::Ok && m.out_of_band() == Some(true));
    out.map(|(id, _)| id).collect()
}

/// Columns of the page: column of the table, heading, decimals, scale.
const SHOWN: [(&str, &str); 9] = [
    ("duration_s", "Length"),
    ("replies", "Replies"),
    ("response_latency_s", "Latency"),
    ("interruptions", "Cut in"),
    ("dead_air_unannounced", "Silences"),
    ("talk_share", "Talk share"),
    ("speech_rate_wpm", "Pace"),
    ("steadiness", "Steadiness"),
    ("hazards", "Hazards"),
];

const SCRIPT: &str = r#""use strict";
(() => {
  const body = document.querySelector("tbody"), heads = [...document.querySelectorAll("th")];
  heads.forEach((head, column) => head.firstChild.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    heads.forEach(h => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = row => row.cells[column].dataset.sort;
    const order = (a, b) => {
      const x = key(a), y = key(b);
      if (x === "" || y === "") return (x === "") - (y === "");
      const n = x - y;
      return (Number.isNaN(n) ? x.localeCompare(y) : n) * (up ? 1 : -1);
    };
    [...body.rows].sort(order).forEach(row => body.append(row));
  }));
  const filter = document.querySelector(".filter");
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
})();
"#;

/// The page. `failed` are names with what is wrong with each.
pub fn index(rows: &[IndexRow], failed: &[(&str, &str)]) -> Vec<u8> {
    let mut out = open("Recordings - Evenkeel", true);
    let seconds: f64 = rows.iter().filter_map(|r| cell(r, "duration_s").parse::<f64>().ok()).sum();
    let _ = write!(
        out,
        "<h1>{} recording{}</h1><p class=\"about\">{} in all{}</p>",
        rows.len(),
        if rows.len() == 1 { "" } else { "s" },
        clock(seconds),
        if failed.is_empty() { String::new() } else { format!(", {} could not be analyzed", failed.len()) }
    );
    out.push_str("<input class=\"filter\" type=\"search\" placeholder=\"Filter\" aria-label=\"Filter the recordings\"><div class=\"tablewrap\"><table><thead><tr><th aria-sort=\"ascending\"><button type=\"button\">Recording</button></th>");
    for (_, heading) in SHOWN {
        let _ = write!(out, "<th><button type=\"button\">{heading}</button></th>");
    }
    out.push_str(
        "<th class=\"text\"><button type=\"button\">Keep, change, try</button></th></tr></thead><tbody>",
    );
    for row in rows {
        let _ = write!(
            out,
            "<tr><td data-sort=\"{0}\"><a href=\"{1}\">{0}</a></td>",
            esc(row.name),
            esc(&link(row.report))
        );
        for (column, _) in SHOWN {
            number(&mut out, row, column);
        }
        said(&mut out, row);
    }
    out.push_str("</tbody></table></div>");
    if !failed.is_empty() {
        out.push_str("<h2>Could not be analyzed</h2><ul class=\"notes\">");
        for (name, why) in failed {
            let _ = write!(out, "<li><b>{}</b>: {}</li>", esc(name), esc(why));
        }
        out.push_str("</ul>");
    }
    let _ = write!(
        out,
        "<p class=\"colophon\">Every number, with its confidence: results.csv and results.jsonl beside this page.</p></main><script>\n{SCRIPT}</script></body></html>\n"
    );
    out.into_bytes()
}

fn cell<'a>(row: &IndexRow<'a>, column: &str) -> &'a str {
    let at = COLUMNS.iter().position(|c| *c == column);
    at.and_then(|i| row.cells.get(i)).map_or("", String::as_str)
}

/// A behavior or a metric as a thing, after "keep", "change" or "try".
fn title(id: &str) -> &str {
    NOUNS
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, noun)| *noun)
        .or_else(|| behavior_info(id).map(|b| b.title))
        .or_else(|| metric_info(id).map(|m| m.name))
        .unwrap_or(id)
}

const NOUNS: [(&str, &str); 47] = [
    ("acknowledge_feelings", "naming the feeling"),
    ("apologise", "a short apology"),
    ("announce_hold", "announcing the wait"),
    ("argue", "arguing"),
    ("blame_customer", "blame"),
    ("can_do", "what is possible"),
    ("clarifying_question", "a question"),
    ("command", "giving orders"),
    ("confirm_resolution", "asking whether it is solved"),
    ("dead_air", "silence"),
    ("deflect", "deflecting"),
    ("dismiss", "dismissing the feeling"),
    ("dont_take_personally", "keeping it about the situation"),
    ("empathy_but", "empathy, but"),
    ("escalate_with_reason", "a handover with a reason"),
    ("filled_per_100_words", "um and uh"),
    ("filler", "um and uh"),
    ("follow_up", "a follow-up"),
    ("give_timeline", "a time"),
    ("interruption", "cutting in"),
    ("jargon", "jargon"),
    ("leave_door_open", "a way back"),
    ("let_them_finish", "letting them finish"),
    ("longest_monologue_s", "long turns"),
    ("neutral_tone", "a flat voice"),
    ("next_steps", "the next step"),
    ("no_needless_blame_taking", "conceding a fault"),
    ("offer_options", "options"),
    ("overpromise", "promising too much"),
    ("paraphrase", "saying it back"),
    ("pause_before_reply", "a pause before replying"),
    ("pause_interruption", "starting in their pauses"),
    ("plain_words", "long replies"),
    ("policy_wall", "hiding behind policy"),
    ("prevent_recurrence", "the cause"),
    ("response_latency_s", "when replies begin"),
    ("set_boundary", "a boundary"),
    ("speech_rate_wpm", "pace"),
    ("stay_calm", "a level voice"),
    ("steadiness", "a voice that left its band"),
    ("take_ownership", "ownership"),
    ("talk_share", "talking most"),
    ("thank", "thanks"),
    ("use_name", "the name"),
    ("verbal_nods", "signs of listening"),
    ("work_together", "working together"),
    ("yielded", "giving way"),
];

fn number(out: &mut String, row: &IndexRow, column: &str) {
    let text = cell(row, column);
    let unheard = || cell(row, "warnings").split_whitespace().any(|w| matches!(w, "no_words" | "no_rules"));
    if column == "hazards" && !unheard() {
        let count = text.split_whitespace().count();
        let mut names: Vec<&str> = text.split_whitespace().map(title).collect();
        names.dedup();
        let class = if count > 0 { " class=\"out\"" } else { "" };
        let _ =
            write!(out, "<td{class} data-sort=\"{count}\" title=\"{}\">{count}</td>", esc(&names.join(", ")));
        return;
    }
    let Ok(value) = text.parse::<f64>() else {
        out.push_str("<td class=\"none\" data-sort=\"\">–</td>");
        return;
    };
    let shown = match metric_info(column) {
        Some(info) if info.unit == "s" || info.unit == "%" => info.shown(Some(value)),
        Some(info) => info.number(Some(value)),
        None if column == "duration_s" => clock(value),
        None => text.to_owned(),
    };
    let fault = matches!(column, "interruptions" | "dead_air_unannounced") && value > 0.0
        || row.out.contains(&column);
    let class = if fault { " class=\"out\"" } else { "" };
    let _ = write!(out, "<td{class} data-sort=\"{}\">{}</td>", esc(text), esc(&shown));
}

/// What the findings were: `kind:id` as the word and the name that people read.
fn said(out: &mut String, row: &IndexRow) {
    let all: Vec<(&str, &str)> =
        cell(row, "findings").split_whitespace().filter_map(|f| f.split_once(':')).collect();
    let changed = all.iter().find(|(kind, _)| *kind == "change").map_or("", |(_, id)| id);
    let _ = write!(out, "<td class=\"text\" data-sort=\"{}\">", esc(changed));
    for (kind, id) in all {
        let class = match kind {
            "keep" => "f-keep",
            "change" => "f-change",
            _ => "f-try",
        };
        let _ = write!(out, "<div><b class=\"{class}\">{}</b> {}</div>", esc(kind), esc(title(id)));
    }
    out.push_str("</td></tr>");
}

/// A path as a link: what has a meaning in a link is spelt out.
fn link(path: &str) -> String {
    let mut out = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    // A name such as "javascript:x" must stay a file.
    if out.starts_with('/') { out } else { format!("./{out}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_cell_or_its_link() {
        let cells = crate::report::row(&Analysis::default());
        let name = "<script>alert('x')</script>&\" #1?.wav";
        let row = IndexRow { name, report: "reports/a b#1?.html", cells: &cells, out: &[] };
        let page = String::from_utf8(index(&[row], &[(name, "<b>no</b>")])).unwrap();
        assert!(!page.contains("<script>alert") && !page.contains("<b>no</b>"));
        assert!(page.contains("href=\"./reports/a%20b%231%3F.html\""));
    }

    #[test]
    fn a_number_outside_its_band_is_marked_and_one_that_was_not_measured_is_a_dash() {
        use crate::call::{Metric, Warning};
        let mut analysis = Analysis::default();
        analysis.delivery.speech_rate_wpm = Metric::ok(302.0).with_band(110.0, 190.0);
        analysis.delivery.talk_share = Metric::low(0.9, "short").with_band(0.0, 0.7);
        analysis.warnings.push(Warning::new("no_words", "x"));
        let out = out_of_band(&analysis);
        assert_eq!(out, ["speech_rate_wpm"]);
        let cells = crate::report::row(&analysis);
        let row = IndexRow { name: "a", report: "a.html", cells: &cells, out: &out };
        let page = String::from_utf8(index(&[row], &[])).unwrap();
        assert!(page.contains("<td class=\"out\" data-sort=\"302\">302</td>"), "{page}");
        assert!(page.contains("<td data-sort=\"0.9\">90 %</td>"), "{page}");
        // Latency, cut in, silences, replies, steadiness and the hazards of words that nobody looked for.
        assert_eq!(page.matches("<td class=\"none\" data-sort=\"\">–</td>").count(), 6, "{page}");
    }

    #[test]
    fn everything_that_can_be_said_has_a_noun() {
        let weights = crate::coach::Rubric::embedded().weights;
        for id in weights.keep.keys().chain(weights.change.keys()).chain(weights.r#try.keys()) {
            let known = NOUNS.iter().any(|(noun, _)| noun == id);
            assert!(known || behavior_info(id).is_none(), "{id}");
        }
    }

    #[test]
    fn every_shown_column_is_a_column_of_the_table() {
        assert!(SHOWN.iter().all(|(column, _)| COLUMNS.contains(column)));
    }
}
