"""What all tests share: examples that are the same in every run."""

import hypothesis

# The same examples each time, so that a run says what the last one said.
hypothesis.settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, max_examples=200
)
hypothesis.settings.load_profile("same")
