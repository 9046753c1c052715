"""Learns src/audio/speech/network.tsv, the weights of audio::detect_speech, and prints its frame accuracy.

Needs numpy, torch, soundfile, webrtcvad-wheels, and the synthetic speech of ../shared/data/speech/espeak_gold. Half of its
sentences, by the SHA-256 of their names, teach: as they are given, and in chains with noise or babble at random, some faster
or slower; the other half is reported. A frame of 10 ms is speech where its middle lies
in a word; pauses below 50 ms between two words count as speech ("bridged"), or not ("strict").

    python benches/speech_train.py            # report what the table does
    python benches/speech_train.py --write    # learn and write it first
"""

import glob
import hashlib
import json
import os
import sys

import numpy as np
import soundfile as sf
import torch

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GOLD = os.path.join(ROOT, "..", "shared", "data", "speech", "espeak_gold")
BANDS, WINDOW, HOP, RATE, HIDDEN = 20, 256, 160, 16000, (32, 16)
NEAR = (-5, 0, 5)
SHIFTS = (-20, -12, -7, -3, 3, 7, 12, 20)
PARTS = (0.05, 0.10, 0.20, 0.30, 0.50, 0.70, 0.90)
SPAN, STRIDE, BLOCK = 2000, 1000, 8
LESSONS, TURNS = 480, 10


def load(variant):
    out = []
    for path in sorted(glob.glob(os.path.join(GOLD, variant, "*.json"))):
        said = json.load(open(path))
        samples, _ = sf.read(path[:-5] + ".flac", dtype="float32")
        out.append((os.path.basename(path), samples, [(w["t0"], w["t1"]) for w in said["words"]]))
    return out


def labels(samples, words, bridge):
    count = len(samples) // HOP
    middle = (np.arange(count) + 0.5) * HOP / RATE
    said = np.zeros(count, bool)
    for at, (start, end) in enumerate(words):
        if at + 1 < len(words) and words[at + 1][0] - end < bridge:
            end = words[at + 1][0]
        said |= (middle >= start) & (middle < end)
    return said


def half(name):
    return hashlib.sha256(name.encode()).digest()[0] & 1


def bank():
    mel = lambda f: 1127 * np.log(1 + f / 700)
    edges = np.linspace(mel(80), mel(7600), BANDS + 2)
    bins = mel(np.arange(WINDOW // 2 + 1) * RATE / WINDOW)[:, None]
    rise = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rise, fall))


BANK, HANN = bank(), np.hanning(WINDOW + 1)[:WINDOW]


def smooth(values, reach):
    sums = np.cumsum(np.pad(values, ((reach + 1, reach), (0, 0)), mode="edge"), 0)
    return (sums[2 * reach + 1 :] - sums[: -2 * reach - 1]) / (2 * reach + 1)


def shifted(values, by):
    return values[np.clip(np.arange(len(values)) + by, 0, len(values) - 1)]


def blocks(values):
    """Means of blocks of frames, the last of which may be short."""
    starts = np.arange(0, len(values), BLOCK)
    return np.add.reduceat(values, starts, axis=0) / np.diff(np.append(starts, len(values)))[:, None]


def around(values, count, parts):
    """Of values of blocks, the quantiles in the 20 seconds around each frame. Shape `[frames, parts, columns]`."""
    length = count if count <= SPAN + STRIDE else SPAN
    starts = np.minimum(np.arange(0, count - length + STRIDE, STRIDE), count - length)
    found = np.stack([np.quantile(values[at // BLOCK : -(-(at + length) // BLOCK)], parts, axis=0) for at in starts])
    if len(found) == 1:
        return np.repeat(found, count, 0)
    along = np.interp(np.arange(count), starts + length // 2, np.arange(len(starts)))
    low = np.minimum(along.astype(int), len(starts) - 2)
    return found[low] + (found[low + 1] - found[low]) * (along - low)[:, None, None]


def inputs(samples):
    """What the network sees of each frame; src/audio/speech/network.rs makes the same."""
    count = len(samples) // HOP
    padded = np.pad(samples, ((WINDOW - HOP) // 2, 400))
    frames = padded[np.arange(count)[:, None] * HOP + np.arange(WINDOW)]
    power = np.abs(np.fft.rfft(frames * HANN)) ** 2 @ BANK + 1e-7
    level = 10 * np.log10(power)
    usual = around(blocks(level), count, PARTS)
    above = np.clip(level - usual[:, 1], -3, 30) / 10
    steps = np.diff(usual, axis=1).mean(2) / 5
    total = 10 * np.log10(power.sum(1) + 1e-9)
    loud = np.clip(total - around(total[::BLOCK, None], count, [0.95])[:, 0, 0], -40, 5) / 10
    groups = np.stack([above[:, :6].mean(1), above[:, 6:14].mean(1), above[:, 14:].mean(1), loud], 1)
    smoothed = smooth(groups, 2)
    bands = smooth(above, 1)
    parts = [shifted(bands, by) for by in NEAR] + [groups] + [shifted(smoothed, by) for by in SHIFTS]
    return np.concatenate(parts + [smooth(above.mean(1)[:, None], 15), steps], 1).astype(np.float32)


def faster(sentence, by):
    """A sentence `by` times as fast and as high."""
    name, samples, words = sentence
    places = np.arange(0, len(samples) - 1, by)
    sound = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    return name, sound, [(start / by, end / by) for start, end in words]


def chain(items, random, noise=None, snr=10, others=None, voices=6, pauses=1.0, change=None):
    """Sentences one after the other with pauses, so many times as long, in noise, from a place on so many times as loud."""
    parts, words, at = [], [], 0.0
    for _, samples, said in items:
        parts.append(np.zeros(int(random.uniform(0.3, 1.5) * pauses * RATE), np.float32))
        at += len(parts[-1]) / RATE
        words += [(start + at, end + at) for start, end in said]
        parts.append(samples)
        at += len(samples) / RATE
    parts.append(np.zeros(int(pauses * RATE / 2), np.float32))
    sound = np.concatenate(parts)
    if noise:
        if noise == "babble":
            added = np.zeros(len(sound))
            for _ in range(voices):
                first = int(random.integers(len(others)))
                voice = np.concatenate([others[(first + k) % len(others)][1] for k in range(12)])
                voice = np.tile(voice, len(sound) // len(voice) + 1)
                added += np.roll(voice, int(random.integers(RATE)))[: len(sound)]
        else:
            added = random.standard_normal(len(sound))
            if noise == "pink":
                bins = np.arange(len(sound) // 2 + 1) + 1
                added = np.fft.irfft(np.fft.rfft(added) / np.sqrt(bins), len(sound))
        if change:
            place, factor = change
            added[int(place * len(added)) :] *= factor
        loud = np.mean(sound[sound != 0] ** 2) if items else 1e-3
        sound = sound + added / np.sqrt(np.mean(added**2)) * np.sqrt(loud) * 10 ** (-snr / 20)
    return "chain", sound.astype(np.float32), words


def sentences(part):
    """The sentences of a half: with pauses and noise, and clean."""
    return ([one for one in load(name) if half(one[0]) == part] for name in ("da_f2_r150_pause_snr10", "da_r160"))


def lessons(count):
    """Sound of the half that teaches, words, and weight."""
    paused, clean = sentences(0)
    random = np.random.default_rng(0)
    for _, samples, words in paused:
        yield samples, words, 2.0
    for number in range(count):
        noise = ("babble", "babble", "babble", "white", "pink", None)[number // 2 % 6]
        steady = noise in ("white", "pink")
        # In half of them somebody speaks all the time, in half now and then, or never.
        pauses, most = 1.0, 5
        if number % 2:
            pauses, most = np.exp(random.uniform(0, np.log(8))), int(random.integers(0 if steady else 1, 6))
            pauses *= 1 if most else 15
        change = (random.uniform(0.2, 0.8), 10 ** random.uniform(-1, 1)) if steady and random.integers(2) else None
        said = [clean[int(i)] for i in random.permutation(len(clean))[:most]]
        others = clean
        if random.integers(2):
            by = random.uniform(0.82, 1.2)
            said = [faster(one, by) for one in said]
            others = [faster(clean[int(i)], random.uniform(0.82, 1.2)) for i in random.permutation(len(clean))[:40]]
        snr, voices = random.uniform(0, 22), int(random.integers(3, 9))
        _, samples, words = chain(said, random, noise, snr, others, voices, pauses, change)
        yield samples * np.float32(10 ** random.uniform(-0.75, 0.25)), words, 1.0


def sets():
    """Sound of the other half, by kind."""
    paused, clean = sentences(1)
    random = np.random.default_rng(1)

    def chains(**noise):
        return [chain([clean[int(i)] for i in random.permutation(len(clean))[:5]], random, **noise) for _ in range(8)]

    made = {"pause, 10 dB (given)": paused, "chains, clean": chains()}
    for noise in ("white", "pink", "babble"):
        for snr in (5, 10, 20):
            made[f"chains, {noise} {snr} dB"] = chains(noise=noise, snr=snr, others=clean)
    for noise in ("white", "pink", "babble"):
        made[f"long pauses, {noise} 10 dB"] = chains(noise=noise, others=clean, pauses=6.0)
    return made


def states(odds, inertia):
    score, back = np.zeros(2), np.zeros((len(odds), 2), int)
    for at, one in enumerate(odds):
        change = score[::-1] - inertia > score
        back[at] = np.where(change, [1, 0], [0, 1])
        score = np.maximum(score, score[::-1] - inertia) + np.array([-one / 2, one / 2])
    state, out = int(score.argmax()), np.zeros(len(odds), bool)
    for at in range(len(odds) - 1, -1, -1):
        out[at], state = state, back[at, state]
    return out


def webrtc(samples):
    import webrtcvad

    judge = webrtcvad.Vad(2)
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    return np.array([judge.is_speech(pcm[i * 320 : i * 320 + 320], RATE) for i in range(len(samples) // HOP)])


TABLE = os.path.join(ROOT, "src", "audio", "speech", "network.tsv")


def learn():
    """Writes the table."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    x, y, weight = [], [], []
    for samples, words, counts in lessons(LESSONS):
        x.append(inputs(samples))
        y.append(labels(samples, words, 0.05))
        weight.append(np.full(len(y[-1]), counts))
    x, y, weight = (torch.tensor(np.concatenate(part).astype(np.float32)) for part in (x, y, weight))
    # Learned with inputs of mean 0 and deviation 1, which the first layer does afterwards.
    mean, deviation = x.mean(0), x.std(0) + 1e-3
    x = (x - mean) / deviation
    linear, relu = torch.nn.Linear, torch.nn.ReLU
    net = torch.nn.Sequential(linear(x.shape[1], HIDDEN[0]), relu(), linear(*HIDDEN), relu(), linear(HIDDEN[1], 1))
    optimizer = torch.optim.Adam(net.parameters(), weight_decay=1e-5)
    for turn in range(TURNS):
        optimizer.param_groups[0]["lr"] = 3e-3 * (1 - turn / TURNS) + 1e-4
        order = torch.randperm(len(x))
        for part in order.split(2048):
            guess = net(x[part])[:, 0]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(guess, y[part], weight=weight[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        net[0].weight /= deviation
        net[0].bias -= net[0].weight @ mean
    lines = [
        "# Title: weights of the network of detect_speech",
        "# Source: learned by benches/speech_train.py on synthetic Danish speech (espeak-ng, sentences of UD Danish-DDT)",
        "# License: MIT OR Apache-2.0",
        "# Columns: input, its weight in each unit; of three layers, with the biases behind each",
    ]
    names = [f"band{b}{by:+}" for by in NEAR for b in range(BANDS)] + [f"group{g}" for g in range(4)]
    names += [f"group{g}{by:+}" for by in SHIFTS for g in range(4)] + ["mean"]
    names += [f"step{number}" for number in range(len(PARTS) - 1)]
    for layer in (net[0], net[2], net[4]):
        rows = list(zip(names, layer.weight.detach().numpy().T)) + [("bias", layer.bias.detach().numpy())]
        lines += ["\t".join([name] + [f"{v:.5g}" for v in row]) for name, row in rows]
        names = [f"unit{number}" for number in range(len(layer.bias))]
    with open(TABLE, "w") as file:
        file.write("\n".join(lines) + "\n")


def read():
    """The layers of the table: weights, and biases."""
    layers, weights = [], []
    for row in open(TABLE):
        name, *cells = row.split("\t")
        if name == "bias":
            layers.append((np.array(weights), np.array(cells, float)))
            weights = []
        elif not row.startswith("#"):
            weights.append(np.array(cells, float))
    return layers


def odds(layers, values):
    for number, (weights, biases) in enumerate(layers):
        values = (np.maximum(values, 0) if number else values) @ weights + biases
    return values[:, 0]


def main():
    if "--write" in sys.argv:
        learn()
    layers = read()
    print(f"{'frame accuracy on the other half':<34} bridged  strict  webrtcvad (bridged)", flush=True)
    for name, sounds in sets().items():
        right, count = np.zeros(3), 0
        for _, samples, words in sounds:
            found = states(odds(layers, inputs(samples)), 3.0)
            bridged = labels(samples, words, 0.05)
            right += [(found == bridged).sum(), (found == labels(samples, words, 0)).sum(), (webrtc(samples) == bridged).sum()]
            count += len(found)
        print(f"{name:<34} {right[0] / count:.4f}   {right[1] / count:.4f}  {right[2] / count:.4f}", flush=True)


if __name__ == "__main__":
    main()
