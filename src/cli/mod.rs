//! The `sprogkit` command.

/// Runs the command with `args` (the program's name first) and returns the exit status.
pub fn run<I, A>(args: I) -> u8
where
    I: IntoIterator<Item = A>,
    A: Into<std::ffi::OsString> + Clone,
{
    let _ = args;
    2
}
