//! One file of rules: the behavior it hears, patterns, exceptions, examples, why.

use super::error::{WordsError, line_of};
use super::pattern::Compiler;
use super::program::Program;
use crate::call::behavior_info;
use serde::Deserialize;
use toml::Spanned;

/// An example: a reply, or a reply with what the customer said and is called.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum RawExample {
    Reply(String),
    Full {
        #[serde(default)]
        customer: Option<String>,
        #[serde(default)]
        name: Option<String>,
        reply: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    id: Spanned<String>,
    why: String,
    #[serde(default)]
    except: Vec<Spanned<String>>,
    #[serde(default)]
    answers: Vec<Spanned<String>>,
    #[serde(default)]
    unless_heard: Vec<Spanned<String>>,
    #[serde(default)]
    rule: Vec<RawRule>,
    #[serde(default)]
    examples: Vec<Spanned<RawExample>>,
    #[serde(default)]
    not: Vec<Spanned<RawExample>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    name: String,
    patterns: Vec<Spanned<String>>,
    #[serde(default)]
    except: Vec<Spanned<String>>,
    #[serde(default)]
    unless_said: Vec<Spanned<String>>,
    #[serde(default)]
    unless_heard: Vec<Spanned<String>>,
    #[serde(default)]
    only_if_heard: Vec<Spanned<String>>,
    #[serde(default)]
    customer: Vec<Spanned<String>>,
    #[serde(default)]
    within_words: Option<usize>,
    #[serde(default)]
    shares_words: usize,
    #[serde(default)]
    hint: bool,
    #[serde(default)]
    sure: bool,
    #[serde(default)]
    examples: Vec<Spanned<RawExample>>,
    #[serde(default)]
    not: Vec<Spanned<RawExample>>,
}

/// A rule of a file: what was said, and when it does not count.
#[derive(Debug)]
pub(crate) struct Rule {
    /// `id/name`.
    pub name: String,
    /// The behavior it hears.
    pub id: &'static str,
    pub patterns: Vec<Program>,
    /// A hit that shares a word with one of these is none.
    pub except: Vec<Program>,
    /// Nothing counts when one of these stands anywhere in the reply.
    pub unless_said: Vec<Program>,
    /// Nor when one of these behaviors is heard in the reply.
    pub unless_heard: Vec<&'static str>,
    /// It counts only when one of these behaviors is heard in the reply.
    pub only_if_heard: Vec<&'static str>,
    /// It counts only when the customer's line has one of these.
    pub customer: Vec<Program>,
    /// It counts only when it begins within so many words.
    pub within_words: Option<usize>,
    /// It counts only when what follows shares so many content words with the customer's line.
    pub shares_words: usize,
    /// Too weak alone: only tells the model.
    pub hint: bool,
    /// The model does not overrule it.
    pub sure: bool,
}

/// An example of a file.
#[derive(Clone, Debug)]
pub struct Example {
    /// The file as given.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// The behavior of the file.
    pub id: &'static str,
    /// Whether it is to be heard.
    pub heard: bool,
    /// What the customer said before.
    pub customer: Option<String>,
    /// How the customer is called.
    pub name: Option<String>,
    /// The reply.
    pub reply: String,
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct RuleFile {
    pub id: &'static str,
    pub why: String,
    /// A hit of any of the rules that shares a word with one of these is none.
    pub except: Vec<Program>,
    /// The same where the customer's line ends with a question: an answer to it.
    pub answers: Vec<Program>,
    pub unless_heard: Vec<&'static str>,
    pub rules: Vec<Rule>,
    pub examples: Vec<Example>,
}

struct Reader<'a, 'l> {
    file: &'a str,
    text: &'a str,
    compiler: &'a mut Compiler<'l>,
}

impl Reader<'_, '_> {
    fn patterns(&mut self, rows: &[Spanned<String>]) -> Result<Vec<Program>, WordsError> {
        let mut out = Vec::with_capacity(rows.len());
        for row in rows {
            out.push(self.compiler.compile(row.get_ref()).map_err(|reason| WordsError::Pattern {
                file: self.file.to_owned(),
                line: line_of(self.text, row.span().start),
                pattern: row.get_ref().clone(),
                reason,
            })?);
        }
        Ok(out)
    }

    fn ids(&self, rows: &[Spanned<String>]) -> Result<Vec<&'static str>, WordsError> {
        rows.iter().map(|row| self.id(row)).collect()
    }

    fn id(&self, row: &Spanned<String>) -> Result<&'static str, WordsError> {
        behavior_info(row.get_ref()).map(|b| b.id).ok_or_else(|| WordsError::Format {
            file: self.file.to_owned(),
            line: line_of(self.text, row.span().start),
            reason: format!("`{}` is no behavior; the ids are in docs/behaviors.md", row.get_ref()),
        })
    }
}

/// Reads one rule file.
pub(crate) fn read(file: &str, text: &str, compiler: &mut Compiler) -> Result<RuleFile, WordsError> {
    let raw: RawFile = toml::from_str(text).map_err(|e| WordsError::Format {
        file: file.to_owned(),
        line: e.span().map_or(1, |s| line_of(text, s.start)),
        reason: e.message().to_owned(),
    })?;
    let mut reader = Reader { file, text, compiler };
    let id = reader.id(&raw.id)?;
    let mut rules = Vec::with_capacity(raw.rule.len());
    let (mut heard, mut unheard) = (raw.examples, raw.not);
    for r in raw.rule {
        heard.extend(r.examples);
        unheard.extend(r.not);
        rules.push(Rule {
            name: format!("{id}/{}", r.name),
            id,
            patterns: reader.patterns(&r.patterns)?,
            except: reader.patterns(&r.except)?,
            unless_said: reader.patterns(&r.unless_said)?,
            unless_heard: reader.ids(&r.unless_heard)?,
            only_if_heard: reader.ids(&r.only_if_heard)?,
            customer: reader.patterns(&r.customer)?,
            within_words: r.within_words,
            shares_words: r.shares_words,
            hint: r.hint,
            sure: r.sure,
        });
    }
    let mut examples = Vec::new();
    for (heard, rows) in [(true, heard), (false, unheard)] {
        for row in rows {
            let line = line_of(text, row.span().start);
            let (customer, name, reply) = match row.into_inner() {
                RawExample::Reply(reply) => (None, None, reply),
                RawExample::Full { customer, name, reply } => (customer, name, reply),
            };
            examples.push(Example { file: file.to_owned(), line, id, heard, customer, name, reply });
        }
    }
    let unless_heard = reader.ids(&raw.unless_heard)?;
    let except = reader.patterns(&raw.except)?;
    let answers = reader.patterns(&raw.answers)?;
    Ok(RuleFile { id, why: raw.why, except, answers, unless_heard, rules, examples })
}
