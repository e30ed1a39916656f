//! Lists the files of `samples/scenarios`, so that the binary holds them without naming any in the source.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn files(dir: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, out)?;
        } else {
            out.push(path);
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("samples/scenarios");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=samples/scenarios");
    let mut all = Vec::new();
    if root.is_dir() {
        files(&root, &mut all)?;
    }
    all.sort();
    let mut list = String::from("&[\n");
    for path in &all {
        let name = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        if name.split('/').count() > 1 {
            writeln!(list, "    ({name:?}, include_bytes!({:?}).as_slice()),", path.to_string_lossy())?;
        }
    }
    list.push_str("]\n");
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("scenarios.rs"), list)?;
    Ok(())
}
