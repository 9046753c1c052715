"""Learns src/audio/speech/network.tsv, the weights of audio::detect_speech, and prints its frame accuracy.

Needs numpy, torch, soundfile, webrtcvad-wheels, and the synthetic speech of ../shared/data/speech/espeak_gold. Half of its
sentences, by the SHA-256 of their names, teach: as they are given or with their parts in another order, and in chains with noise
or babble at random, some faster or slower; the other half is reported. A frame of 10 ms is speech where its middle lies in a
word; pauses below 50 ms between two words count as speech ("bridged"), or not ("strict").
Learning takes one thread and five minutes of it.

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
BANDS, WINDOW, HOP, RATE, HIDDEN = 20, 256, 160, 16000, (48, 24)
# Two frames are a step: what the first layer sees around one, and what the second sees of the first.
PAIR, NEAR, FAR = 2, (-2, 0, 2), (-10, -6, -3, 0, 3, 6, 10)
EDGE = NEAR[-1] + FAR[-1]
GROUPS = (0, 6, 14, BANDS)
PARTS = (0.05, 0.10, 0.20, 0.30, 0.50, 0.70, 0.90)
SPAN, STRIDE, BLOCK = 2000, 1000, 8
# Of the learning: lessons, how often each is seen, steps that follow each other in a part of one, parts at once.
LESSONS, TURNS, LENGTH, BATCH = 2400, 10, 192, 12


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


def pairs(values):
    """Values of frames, of each step; a last frame that is alone is a pair with itself. Shape `[steps, 2, ..]`."""
    values = np.concatenate([values, values[len(values) - len(values) % PAIR :]])
    return values.reshape(-1, PAIR, *values.shape[1:])


def inputs(samples):
    """What the network sees of each step, around it and of it alone; src/audio/speech/network.rs makes the same."""
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
    groups = np.stack([above[:, start:end].mean(1) for start, end in zip(GROUPS, GROUPS[1:])], 1)
    seen = np.concatenate([pairs(above).mean(1), pairs(loud)], 1)
    own = np.concatenate([pairs(groups).reshape(len(seen), -1), pairs(steps).mean(1)], 1)
    return seen.astype(np.float32), own.astype(np.float32)


def edged(values, behind=0):
    """Steps before the first and behind the last are as these."""
    return np.pad(values, ((EDGE, EDGE + behind), (0, 0)), mode="edge")


def at_shifts(values, shifts):
    """Of each step but those at the ends, the values at the shifts, side by side."""
    most, count = shifts[-1], values.shape[-2]
    return [values[..., most + by : count - most + by, :] for by in shifts]


def faster(sentence, by):
    """A sentence `by` times as fast and as high."""
    name, samples, words = sentence
    places = np.arange(0, len(samples) - 1, by)
    sound = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    return name, sound, [(start / by, end / by) for start, end in words]


def shuffled(items, random):
    """What is said between the pauses of sentences, with half of the pauses around it, in any order."""
    pieces = []
    for _, samples, words in items:
        start, said = 0, []
        for word, after in zip(words, [*words[1:], None]):
            said.append(word)
            if after is None or after[0] - word[1] >= 0.05:
                end = int((word[1] + after[0]) / 2 * RATE) if after else len(samples)
                pieces.append((samples[start:end], [(t0 - start / RATE, t1 - start / RATE) for t0, t1 in said]))
                start, said = end, []
    parts, words, at = [], [], 0
    for number in random.permutation(len(pieces)):
        samples, said = pieces[int(number)]
        parts.append(samples)
        words += [(t0 + at / RATE, t1 + at / RATE) for t0, t1 in said]
        at += len(samples)
    return "shuffled", np.concatenate(parts), words


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
    for number in range(len(paused) * 12):
        one, noise = paused[number % len(paused)], 0.0
        if number >= len(paused):
            if random.random() < 0.6:
                one = shuffled([paused[int(i)] for i in random.permutation(len(paused))[: random.integers(1, 4)]], random)
            if random.random() < 0.75:
                one = faster(one, random.uniform(0.85, 1.18))
            if random.random() < 0.4:
                noise = np.sqrt(np.mean(one[1] ** 2)) * 10 ** (-random.uniform(10, 25) / 20)
        _, samples, words = one
        samples = samples + noise * random.standard_normal(len(samples))
        yield (samples * 10 ** random.uniform(-0.5, 0.3)).astype(np.float32), words, count / 800
    kinds = ("babble", "babble", "white", "babble", "pink", "babble", None, "babble", "white")
    for number in range(count):
        noise = kinds[number // 4 % len(kinds)]
        steady = noise in ("white", "pink")
        # In some somebody speaks now and then, or never.
        pauses, most = 1.0, 5
        if number % 4 == 1:
            pauses, most = np.exp(random.uniform(0, np.log(8))), int(random.integers(0 if steady else 1, 6))
            pauses *= 1 if most else 15
        change = (random.uniform(0.2, 0.8), 10 ** random.uniform(-1, 1)) if steady and random.integers(2) else None
        said = [clean[int(i)] for i in random.permutation(len(clean))[:most]]
        others = clean
        if random.integers(2):
            by = random.uniform(0.82, 1.2)
            said = [faster(one, by) for one in said]
            others = [faster(clean[int(i)], random.uniform(0.82, 1.2)) for i in random.permutation(len(clean))[:30]]
        # Babble is hard, and so most of it is loud.
        snr = random.uniform(0, 12 if noise == "babble" and number % 3 else 22)
        voices = int(random.integers(3, 10))
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


class Network(torch.nn.Module):
    def __init__(self, seen, own):
        super().__init__()
        self.first = torch.nn.Linear(seen * len(NEAR) + own, HIDDEN[0])
        self.second = torch.nn.Linear(HIDDEN[0] * len(FAR), HIDDEN[1])
        self.last = torch.nn.Linear(HIDDEN[1], PAIR)

    def forward(self, seen, own):
        """Of steps with `EDGE` more at each end."""
        own = own[..., NEAR[-1] : own.shape[-2] - NEAR[-1], :]
        units = torch.relu(self.first(torch.cat([*at_shifts(seen, NEAR), own], -1)))
        return self.last(torch.relu(self.second(torch.cat(at_shifts(units, FAR), -1))))


def learn():
    """Writes the table."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    seen, own, said, weight, starts, at = [], [], [], [], [], 0
    for samples, words, counts in lessons(LESSONS):
        values, alone = inputs(samples)
        spoken = pairs(labels(samples, words, 0.05).astype(np.float32))
        behind = -len(values) % LENGTH
        seen.append(edged(values, behind))
        own.append(edged(alone, behind))
        said.append(np.pad(spoken, ((0, behind), (0, 0))))
        weight.append(np.pad(np.full(len(values), counts, np.float32), (0, behind)))
        # Parts of the sound: where their inputs start, and what was said.
        starts += [(at + 2 * EDGE * (len(seen) - 1) + first, at + first) for first in range(0, len(said[-1]), LENGTH)]
        at += len(said[-1])
    seen, own, said, weight = (torch.from_numpy(np.concatenate(part)) for part in (seen, own, said, weight))
    # Learned with inputs of mean 0 and deviation 1, which the first layer does afterwards.
    scales = []
    for part in (seen, own):
        mean, deviation = part.mean(0), part.std(0) + 1e-3
        part.sub_(mean).div_(deviation)
        scales += [(mean, deviation)] * (len(NEAR) if part is seen else 1)
    mean, deviation = (torch.cat(parts) for parts in zip(*scales))
    net = Network(seen.shape[1], own.shape[1])
    optimizer = torch.optim.Adam(net.parameters(), weight_decay=1e-5)
    starts = torch.tensor(starts)
    wide, long = torch.arange(LENGTH + 2 * EDGE), torch.arange(LENGTH)
    count, number = TURNS * (len(starts) // BATCH), 0
    for turn in range(TURNS):
        for part in starts[torch.randperm(len(starts))].split(BATCH):
            if len(part) < BATCH:
                continue
            along = number / count
            optimizer.param_groups[0]["lr"] = 4e-3 * min(1, number / 200) * (1 + np.cos(np.pi * along)) / 2 + 2e-5
            heard, spoken = part[:, :1] + wide, part[:, 1:] + long
            guess = net(seen[heard], own[heard])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(guess, said[spoken], reduction="none")
            counts = weight[spoken]
            loss = (loss.mean(-1) * counts).sum() / counts.sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            number += 1
        print(f"turn {turn + 1} of {TURNS}: loss {loss.item():.4f}", file=sys.stderr, flush=True)
    with torch.no_grad():
        net.first.weight /= deviation
        net.first.bias -= net.first.weight @ mean
    lines = [
        "# Title: weights of the network of detect_speech",
        "# Source: learned by benches/speech_train.py on synthetic Danish speech (espeak-ng, sentences of UD Danish-DDT)",
        "# License: MIT OR Apache-2.0",
        "# Columns: input, its weight in each unit; of three layers, with the biases behind each",
    ]
    columns = [f"band{band}" for band in range(BANDS)] + [f"loud{half}" for half in range(PAIR)]
    names = [f"{column}{by:+}" for by in NEAR for column in columns]
    names += [f"group{group}.{half}" for half in range(PAIR) for group in range(len(GROUPS) - 1)]
    names += [f"step{number}" for number in range(len(PARTS) - 1)]
    units = [f"unit{unit}{by:+}" for by in FAR for unit in range(HIDDEN[0])]
    ends = [f"unit{unit}" for unit in range(HIDDEN[1])]
    for layer, names in ((net.first, names), (net.second, units), (net.last, ends)):
        rows = list(zip(names, layer.weight.detach().numpy().T)) + [("bias", layer.bias.detach().numpy())]
        # What is left of units that died is 0, and no number so small that computing with it is slow.
        lines += ["\t".join([name] + [f"{v if abs(v) > 1e-6 else 0:.5g}" for v in row]) for name, row in rows]
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


def odds(layers, samples):
    """The logarithm of the odds of speech in each frame."""
    seen, own = (edged(part) for part in inputs(samples))
    first, second, last = layers
    own = own[NEAR[-1] : len(own) - NEAR[-1]]
    units = np.maximum(np.concatenate([*at_shifts(seen, NEAR), own], 1) @ first[0] + first[1], 0)
    units = np.maximum(np.concatenate(at_shifts(units, FAR), 1) @ second[0] + second[1], 0)
    return (units @ last[0] + last[1]).reshape(-1)[: len(samples) // HOP]


def main():
    if "--write" in sys.argv:
        learn()
    layers = read()
    print(f"{'frame accuracy on the other half':<34} bridged  strict  webrtcvad (bridged)", flush=True)
    for name, sounds in sets().items():
        right, count = np.zeros(3), 0
        for _, samples, words in sounds:
            found = states(odds(layers, samples), 3.0)
            bridged = labels(samples, words, 0.05)
            right += [(found == bridged).sum(), (found == labels(samples, words, 0)).sum(), (webrtc(samples) == bridged).sum()]
            count += len(found)
        print(f"{name:<34} {right[0] / count:.4f}   {right[1] / count:.4f}  {right[2] / count:.4f}", flush=True)


if __name__ == "__main__":
    main()
