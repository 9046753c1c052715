# The same commands as CI and the README; `python3 tests/all.py` needs no make.
PYTHON ?= python3
VENV := target/venv/bin

.PHONY: help demo test check fmt bench wheel fuzz

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: ## the main job on the built-in sample
	cargo run --release --features cli -- demo

test: ## all tests: Rust and Python
	$(PYTHON) tests/all.py

check: ## form and lints alone
	cargo fmt --all --check
	cargo clippy --workspace --all-features --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --all-features --no-deps

fmt: ## put every file into form
	cargo fmt --all
	if [ -x $(VENV)/ruff ]; then $(VENV)/ruff check --fix .; fi

bench: ## all measurements against rivals (minutes)
	cargo bench --all-features

wheel: ## an abi3 wheel for old and new Linux, tried in a clean environment
	$(PYTHON) python/check_wheel.py

fuzz: ## a minute on each parser of untrusted bytes (nightly Rust, cargo-fuzz)
	for target in $$(cargo +nightly fuzz list); do \
	    cargo +nightly fuzz run $$target -- -max_total_time=60 || exit 1; done
