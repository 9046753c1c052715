"""CTC alignment against torchaudio: the same score on thousands of random problems, then time.

    python benches/ctc.py [--problems 2400]

One thread, CPU seconds, interleaved runs, the best of each. Scores are compared in
64-bit floats: torchaudio gets the same values as float64, and its path is summed here.
"""

import argparse
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import sprogkit as sk
import torch
import torchaudio

torch.set_num_threads(1)


def random_problem(rng):
    """Any shape: repeats, as many targets as frames, none, two columns to a thousand, -inf."""
    vocabulary = int(rng.choice([2, 3, 5, 17, 40, 62, 63, 64, 80, 300, 1000]))
    frames = int(rng.integers(1, rng.choice([7, 41, 301])))
    most = int(rng.choice([0, frames // 4, frames // 2, frames]))
    targets = rng.integers(1, rng.integers(2, vocabulary + 1), size=rng.integers(0, most + 1))
    while len(targets) + int((targets[1:] == targets[:-1]).sum()) > frames:
        targets = targets[:-1]
    log_probs = rng.normal(size=(frames, vocabulary)).astype(np.float32) * rng.choice([0.1, 1, 8])
    log_probs -= np.log(np.exp(log_probs.astype(np.float64)).sum(1, keepdims=True)).astype(np.float32)
    if rng.random() < 0.25:
        log_probs[rng.random(log_probs.shape) < 0.1] = -np.inf
    return np.ascontiguousarray(log_probs, dtype=np.float32), targets.astype(np.int32)


def spoken(seconds, *, seed=1, vocabulary=40, wrong=0.05):
    """Peaky emissions as of a wav2vec2-like model: 50 frames and 15 tokens per second."""
    rng = np.random.default_rng(seed)
    frames, tokens = seconds * 50, seconds * 15
    steps = rng.integers(2, 5, size=tokens)
    while (left := frames - 4 - int(steps.sum())) > 0:
        steps[rng.integers(tokens)] += min(left, int(rng.integers(3, 43)))
    places = np.cumsum(steps) - 1
    targets = rng.integers(1, vocabulary, size=tokens).astype(np.int32)
    peaks = np.zeros(frames, dtype=np.int64)
    said = np.where(rng.random(tokens) < wrong, rng.integers(1, vocabulary, size=tokens), targets)
    peaks[places] = said
    logits = rng.normal(size=(frames, vocabulary)).astype(np.float32)
    logits[np.arange(frames), peaks] += 9
    log_probs = torch.log_softmax(torch.from_numpy(logits), -1).numpy()
    return log_probs, targets


def along(log_probs, path):
    return float(log_probs[np.arange(len(path)), path].astype(np.float64).sum())


def says(path, targets):
    collapsed = path[np.flatnonzero(np.diff(path, prepend=0))]
    return np.array_equal(collapsed[collapsed != 0], targets)


def rival(log_probs, targets, kind):
    values = torch.from_numpy(log_probs).to(kind)[None]
    tokens = torch.from_numpy(targets.astype(np.int32))[None]
    start = time.process_time()
    path, _ = torchaudio.functional.forced_align(values, tokens, blank=0)
    return time.process_time() - start, path[0].numpy()


def aligned(problems, runs=1):
    """The best time, score, whether it is exact, and path of each problem."""
    found = []
    for log_probs, targets in problems:
        best = float("inf")
        for _ in range(runs):
            start = time.process_time()
            p = sk.align.ctc(log_probs, targets)
            best = min(best, time.process_time() - start)
        found.append((best, p.score, p.exact, np.asarray(p.path)))
    return found


def compare(count):
    rng = np.random.default_rng(11)
    problems = []
    while len(problems) < count:
        log_probs, targets = random_problem(rng)
        # torchaudio refuses an empty text, and returns tokens from uninitialised memory where no
        # path is possible.
        if len(targets) == 0:
            continue
        try:
            path = rival(log_probs, targets, torch.float64)[1]
        except IndexError:
            continue
        if not says(path, targets) or not np.isfinite(along(log_probs, path)):
            continue
        problems.append((log_probs, targets, path))
    same = better = 0
    for (log_probs, targets, path), (_, score, exact, own) in zip(
        problems, aligned([p[:2] for p in problems]), strict=True
    ):
        theirs = along(log_probs, path)
        assert exact
        assert abs(along(log_probs, own) - score) <= 1e-9 * (1 + abs(score))
        assert says(own, targets)
        assert score >= theirs - 1e-9 * (1 + abs(theirs)), (score, theirs)
        better += score > theirs + 1e-9 * (1 + abs(theirs))
        same += bool((own == path).all())
    print(f"{count} random problems: score equal on {count - better}, better on {better}; "
          f"path the same on {same}")


def timed(name, seconds, runs):
    log_probs, targets = spoken(seconds)
    fast = slow = float("inf")
    for _ in range(3):
        slow = min([slow] + [rival(log_probs, targets, torch.float32)[0] for _ in range(runs)])
        [(seconds_own, score, exact, own)] = aligned([(log_probs, targets)], runs * 3)
        fast = min(fast, seconds_own)
    theirs = rival(log_probs, targets, torch.float64)[1]
    differ = int((theirs != own).sum())
    assert exact and abs(score - along(log_probs, theirs)) <= 1e-6
    print(f"{name}: torchaudio {slow * 1e3:.3f} ms, sprogkit {fast * 1e3:.3f} ms, "
          f"{slow / fast:.0f} x; score {score:.4f} for both, {differ} of {len(own)} frames differ")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--problems", type=int, default=2400)
    options = arguments.parse_args()
    print(f"torch {torch.__version__}, torchaudio {torchaudio.__version__}, Python {sys.version.split()[0]}")
    compare(options.problems)
    timed("10 s", 10, 200)
    timed("5 min", 300, 3)


if __name__ == "__main__":
    main()
