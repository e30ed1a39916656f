//! The arguments as clap reads them. What they mean together is checked where each command turns them into its options.

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Rehearse calls with angry customers, and hear what your voice, words and timing did. Nothing leaves this machine.
///
/// Without a command the window opens.
#[derive(Debug, Parser)]
#[command(name = "evenkeel", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes: 0 all done; 1 done, but some files failed or a --check target was missed; \
2 nothing could be done.\nStandard output is data, standard error is talk.";

const WORDS_INPUT: &str =
    r#"JSON lines {"id","customer_name","customer_line","reply"}; standard input when left out"#;

/// Choices of recordings that mean nothing where only words are written; they are taken and not shown.
const NOT_OF_WORDS: [&str; 6] = ["scenario", "baseline", "no_words", "no_voice", "rubric", "rules"];

impl Cli {
    /// The command line of this process.
    pub fn read() -> Result<Self, clap::Error> {
        let matches = Self::shown().try_get_matches()?;
        Self::from_arg_matches(&matches)
    }

    /// The commands as `--help` shows them.
    fn shown() -> clap::Command {
        Self::command().mut_subcommand("transcribe", |transcribe| {
            transcribe.mut_args(|arg| {
                let hide = NOT_OF_WORDS.contains(&arg.get_id().as_str());
                arg.hide(hide)
            })
        })
    }
}

/// One row of the table in `docs/cli.md` each.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Everything about each recording: timing, words, voice, coaching
    Analyze(AnalyzeArgs),
    /// All recordings below a folder, resumable, with an index and one report each
    Batch(BatchArgs),
    /// Who said what and when, nothing else
    Transcribe(TranscribeArgs),
    /// Behaviors in text: JSON lines in, JSON lines out
    Words(WordsArgs),
    /// The window, straight into a scenario
    Practice(PracticeArgs),
    /// Scenario folders and packs
    Scenarios(ScenariosArgs),
    /// Recognizer weights
    Models(ModelsArgs),
    /// Microphones and speakers, with what is wrong with each
    Devices,
    /// What is installed, what is missing, how to mend it
    Doctor,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, 80 columns
    Text,
    /// One object
    Json,
    /// One object a line
    Jsonl,
    /// One row a recording
    Csv,
    /// A page that stands alone, with sound
    Html,
}

/// How a transcript is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TranscriptFormat {
    /// For people, 80 columns
    Text,
    /// One object
    Json,
    /// One object a line
    Jsonl,
}

impl From<TranscriptFormat> for Format {
    fn from(format: TranscriptFormat) -> Self {
        match format {
            TranscriptFormat::Text => Self::Text,
            TranscriptFormat::Json => Self::Json,
            TranscriptFormat::Jsonl => Self::Jsonl,
        }
    }
}

impl From<Format> for crate::report::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
            Format::Jsonl => Self::Jsonl,
            Format::Csv => Self::Csv,
            Format::Html => Self::Html,
        }
    }
}

/// Choices that every command on recordings shares.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "one switch of the command line each")]
pub struct RecordingArgs {
    /// The agent's channel: left, right, mono, none or a number from 0 [default: right, or the only one]
    #[arg(long, value_name = "CHANNEL")]
    pub agent: Option<String>,
    /// The customer's channel: left, right, mono, none or a number from 0 [default: left]
    #[arg(long, value_name = "CHANNEL")]
    pub customer: Option<String>,
    /// The scenario that was rehearsed: its facts sharpen what is found and said
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// A calm recording of the same person (repeatable; all are pooled)
    #[arg(long, value_name = "FILE")]
    pub baseline: Vec<PathBuf>,
    /// Do not mask card, account and phone numbers and e-mail addresses
    #[arg(long)]
    pub keep_numbers: bool,
    /// Language of the recording and of the rules
    #[arg(long, default_value = "en", value_name = "CODE")]
    pub language: String,
    /// Name files as given and put no folder of this machine into the output
    #[arg(long)]
    pub relative: bool,
    /// No recognizer: timing and voice only
    #[arg(long)]
    pub no_words: bool,
    /// No voice metrics
    #[arg(long)]
    pub no_voice: bool,
    /// Recognizer weights by name (see `evenkeel models list`) or file
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// Threads [default: the machine's cores, at most 4]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// A rubric of your own (bands, weights, targets)
    #[arg(long, value_name = "FILE")]
    pub rubric: Option<PathBuf>,
    /// A folder with rule files of your own, laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

/// `analyze`.
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// Recordings; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Shared choices.
    #[command(flatten)]
    pub recording: RecordingArgs,
    /// text on a terminal, otherwise jsonl
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write here instead of standard output (a folder for several html files)
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Exit with 1 when a target of the rubric is missed
    #[arg(long)]
    pub check: bool,
}

/// `batch`.
#[derive(Debug, Args)]
pub struct BatchArgs {
    /// The folder with recordings, searched through all levels
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Where results go: index.html, results.csv, results.jsonl, reports/
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Shared choices.
    #[command(flatten)]
    pub recording: RecordingArgs,
    /// Files worked on at once [default: threads / 2, at least 1]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Exit with 1 when a target of the rubric is missed in any recording
    #[arg(long)]
    pub check: bool,
}

/// `transcribe`.
#[derive(Debug, Args)]
pub struct TranscribeArgs {
    /// Recordings; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Shared choices.
    #[command(flatten)]
    pub recording: RecordingArgs,
    /// text on a terminal, otherwise jsonl
    #[arg(long, value_enum)]
    pub format: Option<TranscriptFormat>,
    /// Write here instead of standard output
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
}

/// `words`.
#[derive(Debug, Args)]
pub struct WordsArgs {
    /// The input.
    #[arg(value_name = "FILE", help = WORDS_INPUT)]
    pub file: Option<PathBuf>,
    /// Language of the rules
    #[arg(long, default_value = "en", value_name = "CODE")]
    pub language: String,
    /// Do not mask numbers
    #[arg(long)]
    pub keep_numbers: bool,
    /// A scenario whose facts (jargon, fault, name) apply to every reply
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// A folder with rule files of your own, laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

/// `practice`.
#[derive(Debug, Args)]
pub struct PracticeArgs {
    /// The scenario's id (see `evenkeel scenarios list`)
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<String>,
}

/// `scenarios`.
#[derive(Debug, Args)]
pub struct ScenariosArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: ScenariosCommand,
}

/// What to do with scenarios.
#[derive(Debug, Subcommand)]
pub enum ScenariosCommand {
    /// The scenarios that can be rehearsed
    List,
    /// Every rule of docs/scenario.md, with file, key and reason
    Check {
        /// Scenario folders, or ids of installed ones
        #[arg(required = true, value_name = "DIR")]
        folders: Vec<PathBuf>,
    },
    /// A new scenario folder to fill in
    New {
        /// Its id: a-z, 0-9 and -
        id: String,
        /// Where [default: your scenarios folder]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Scenario folders into one pack
    Pack {
        /// Scenario folders
        #[arg(required = true, value_name = "DIR")]
        folders: Vec<PathBuf>,
        /// The pack to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// A pack into scenario folders
    Unpack {
        /// The pack
        pack: PathBuf,
        /// Where [default: your scenarios folder]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// `models`.
#[derive(Debug, Args)]
pub struct ModelsArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: ModelsCommand,
}

/// What to do with weights.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Known weights: installed, size, checksum
    List,
    /// Download weights (the only command that uses the network)
    Get {
        /// A name of the list
        name: String,
    },
    /// Check installed weights against their SHA-256
    Verify {
        /// Names; all installed ones when left out
        names: Vec<String>,
    },
    /// Delete downloaded weights
    Remove {
        /// A name of the list
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_definitions_are_consistent() {
        Cli::command().debug_assert();
    }
}
