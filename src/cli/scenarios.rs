//! `scenarios`: list, check, new, pack, unpack.

use super::args::{ScenariosArgs, ScenariosCommand};
use super::{Embedded, Outcome, engines};
use crate::library::{Found, Origin, ScenarioStore};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// `evenkeel scenarios ...`
pub fn run(args: &ScenariosArgs, embedded: &Embedded) -> Result<Outcome> {
    let store = engines::scenarios(embedded);
    let own = |asked: &Option<PathBuf>| {
        asked
            .clone()
            .or_else(|| store.folder().map(PathBuf::from))
            .context("no folder for your own scenarios; give --out")
    };
    match &args.command {
        ScenariosCommand::List => Ok(list(&store)),
        ScenariosCommand::Check { folders } => Ok(check(&store, folders)),
        ScenariosCommand::New { id, out } => {
            let dir = ScenarioStore::create(&own(out)?, id)?;
            println!("{}", dir.display());
            eprintln!(
                "Write the lines in scenario.toml, record them into lines/, then: evenkeel scenarios check {}",
                dir.display()
            );
            Ok(Outcome::Done)
        }
        ScenariosCommand::Pack { folders, out } => {
            let names: Vec<String> = folders.iter().map(|f| f.display().to_string()).collect();
            store.pack(&names, out)?;
            println!("{}", out.display());
            Ok(Outcome::Done)
        }
        ScenariosCommand::Unpack { pack, out } => {
            for dir in ScenarioStore::unpack(pack, &own(out)?)? {
                println!("{}", dir.display());
            }
            Ok(Outcome::Done)
        }
    }
}

fn list(store: &ScenarioStore) -> Outcome {
    let mut outcome = Outcome::Done;
    let all = store.list();
    let widest = |of: &dyn Fn(&Found) -> usize| all.iter().map(of).max().unwrap_or(0);
    let id = widest(&|f| f.id.chars().count());
    let sector = widest(&|f| f.scenario.as_ref().map_or(0, |s| s.sector.chars().count()));
    for found in &all {
        let place = match &found.origin {
            Origin::Embedded => String::new(),
            Origin::Folder(dir) => format!("  {}", dir.display()),
        };
        match &found.scenario {
            Ok(s) => {
                println!("{:<id$}  heat {}  {:<sector$}  {}{place}", found.id, s.heat, s.sector, s.title);
            }
            Err(error) => {
                outcome = Outcome::Partly;
                eprintln!("evenkeel: {error}");
            }
        }
    }
    outcome
}

fn check(store: &ScenarioStore, folders: &[PathBuf]) -> Outcome {
    let mut bad = 0;
    for folder in folders {
        match store.check(&folder.display().to_string()) {
            Ok(bundle) => {
                let s = &bundle.scenario;
                println!("{}: fine, {} lines", s.id, s.lines.len());
                // It can be rehearsed as it is, so it is no fault; nobody would want to.
                let left = s.left_of_template();
                if !left.is_empty() {
                    eprintln!(
                        "evenkeel: {}: still the template's text in {}; write your own",
                        s.id,
                        left.join(", ")
                    );
                }
            }
            Err(error) => {
                bad += 1;
                eprintln!("evenkeel: {error}");
            }
        }
    }
    match bad {
        0 => Outcome::Done,
        n if n == folders.len() => Outcome::Nothing,
        _ => Outcome::Partly,
    }
}
