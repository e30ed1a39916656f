//! Hands the arguments to the command line or opens the window.
fn main() -> std::process::ExitCode {
    evenkeel::cli::main()
}
