//! The `sprogkit` command: all of it is in [`sprogkit::cli`].

fn main() -> std::process::ExitCode {
    sprogkit::cli::run(std::env::args_os()).into()
}
