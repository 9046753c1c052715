//! Progress on the standard error, where that is a terminal: how much, how fast, how long still.

use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::When;
use super::figures::count;
use super::interrupt::{self, Watch};
use super::out::Paint;
use crate::progress::Progress;

/// A bar for each stage of a work, and the ear for Ctrl-C.
pub(super) struct Bars {
    shown: bool,
    color: bool,
    current: Mutex<Option<ProgressBar>>,
    watch: Option<Watch>,
}

impl Bars {
    /// Bars on the standard error where that is a terminal. The work they belong to can be
    /// stopped by Ctrl-C.
    pub(super) fn new(color: When) -> Self {
        let mut bars = Self::unstoppable(color);
        bars.watch = Some(interrupt::watch());
        bars
    }

    /// Bars of a work that Ctrl-C ends at once, since it leaves nothing behind.
    pub(super) fn unstoppable(color: When) -> Self {
        let color = Paint::for_stderr(color).is_on();
        Self { shown: io::stderr().is_terminal(), color, current: Mutex::new(None), watch: None }
    }

    fn style(&self, total: Option<u64>, unit: &str) -> ProgressStyle {
        let (done, speed) = match (unit, total) {
            ("bytes", Some(_)) => {
                ("{decimal_bytes}/{decimal_total_bytes}", "{decimal_bytes_per_sec}")
            }
            ("bytes", None) => ("{decimal_bytes}", "{decimal_bytes_per_sec}"),
            (_, Some(_)) => ("{human_pos}/{human_len}", "{speed}"),
            (_, None) => ("{human_pos}", "{speed}"),
        };
        let name = if unit == "bytes" { String::new() } else { format!(" {unit}") };
        let bar = if self.color { "{wide_bar:.cyan/dim}" } else { "{wide_bar}" };
        let template = match total {
            Some(_) => format!("{{msg:12}} {bar} {done}{name}  {speed}  {{eta}} left"),
            None => format!("{{msg:12}} {{spinner}} {done}{name}  {speed}  {{elapsed}}"),
        };
        // The template is made here from a handful of parts; the default is a bar too.
        ProgressStyle::with_template(&template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("speed", per_second)
            .progress_chars("━╸─")
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = self.lock().take() {
            bar.finish_and_clear();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Units a second, without the decimals that nobody reads.
fn per_second(state: &ProgressState, to: &mut dyn Write) {
    let _ = write!(to, "{}/s", count(state.per_sec().round() as u64));
}

impl Progress for Bars {
    fn start(&self, stage: &str, total: Option<u64>, unit: &str) {
        if !self.shown {
            return;
        }
        self.finish();
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10))
            .with_style(self.style(total, unit))
            .with_message(stage.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        *self.lock() = Some(bar);
    }

    fn advance(&self, count: u64) {
        if !self.shown {
            return;
        }
        if let Some(bar) = &*self.lock() {
            bar.inc(count);
        }
    }

    fn cancelled(&self) -> bool {
        self.watch.is_some() && interrupt::asked()
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.finish();
    }
}
