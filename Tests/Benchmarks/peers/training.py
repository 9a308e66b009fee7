"""Training in PyTorch, in turns with animo: tokens by the seconds on the clock, of all threads together."""

import datetime
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

import awdlstm
import compare
import network


class LanguageModelStage:
    """One minibatch a turn: 128 rows of 70 tokens."""

    name = "language-model"

    def __init__(self, size, quick):
        self.size, self.operations = size, {}
        self.rows, self.steps = (16, 20) if quick else (128, 70)
        self.tokens = self.rows * self.steps
        generator = torch.Generator().manual_seed(7)
        self.ids = torch.randint(network.VOCABULARY, (self.steps + 1, self.rows), generator=generator)

    def batches(self):
        return [(self.ids,)]

    def model(self):
        return awdlstm.LanguageModel(self.size, self.rows)

    def weights(self):
        """How many numbers each token is multiplied by."""
        return lstm_weights(self.size) + network.VOCABULARY * self.size.embedding


class ClassifierStage:
    """Four minibatches a turn: 128 tweets each of about the same length. Padding is no token."""

    name = "classifier"

    def __init__(self, size, quick):
        self.size, self.operations = size, {}
        rows, count = (16, 1) if quick else (128, 4)
        tweets = network.random_tweets(rows * count)
        self.tokens = sum(len(tweet) for tweet in tweets)
        labels = torch.arange(rows) % 2
        self.padded = [(torch.from_numpy(ids.T.copy()), torch.from_numpy(lengths.astype(np.int64)), labels)
                       for ids, lengths in compare.padded(tweets, rows)]

    def batches(self):
        return self.padded

    def model(self):
        return awdlstm.Classifier(self.size)

    def weights(self):
        return lstm_weights(self.size)


def lstm_weights(size):
    return sum(4 * units * (inputs + units) for inputs, units in size.layers())


class Torch:
    """Adam on all parameters, in fp32 or with autocast to bf16."""

    def __init__(self, name, stage, bfloat16):
        self.name, self.stage, self.bfloat16 = name, stage, bfloat16
        torch.manual_seed(42)
        self.model = stage.model()
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=1e-3, betas=(0.8, 0.99), weight_decay=0.01, fused=True)

    def turn(self):
        """Tokens per second by the contestant's name."""
        start = time.perf_counter()
        for batch in self.stage.batches():
            self.step(batch)
        return {self.name: self.stage.tokens / (time.perf_counter() - start)}

    def step(self, batch):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            loss = self.model.loss(*batch)
        loss.backward()
        self.optimiser.step()
        self.optimiser.zero_grad()


class Animo:
    """A program that trains the same network on as many tokens and measures itself."""

    def __init__(self, options, stage):
        self.options, self.stage = options, stage

    def turn(self):
        """Tokens per second by name: the program may train in more than one way, such as fp32 and bf16."""
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            subprocess.run(self.command(file.name), check=True, stdout=subprocess.DEVNULL)
            report = json.loads(Path(file.name).read_text())
        measured = [m for section in report["sections"] for m in section["measurements"]]
        rates = {unit: {f"animo {m['name']}": m["median"] for m in measured if m["unit"] == unit}
                 for unit in ["tokens/s", "GFLOP/s"]}
        for name, rate in rates["tokens/s"].items():
            self.stage.operations[name] = 1e9 * rates["GFLOP/s"][name] / rate
        return rates["tokens/s"]

    def command(self, report):
        # The program takes all the processors that it may.
        processors = ",".join(str(n) for n in sorted(os.sched_getaffinity(0))[:self.options.threads])
        return ["taskset", "--cpu-list", processors, self.options.benchmarks, "--only", "training", "--stage",
                self.stage.name, "--size", self.options.size, "--json", report,
                *(["--quick"] if self.options.quick else [])]


def contest(options, stage):
    """The rates of everyone by name, in the order of their turns. A first turn does not count."""
    contestants = [Animo(options, stage), Torch("PyTorch fp32", stage, False),
                   Torch("PyTorch bf16 autocast", stage, True)]
    for contestant in list(contestants):
        try:
            contestant.turn()
        except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
            print(f"left out: {stage.name}, {type(contestant).__name__}: {str(error)[:150]}", flush=True)
            contestants.remove(contestant)
    rates = {}
    for _ in range(options.rounds):
        for contestant in contestants:
            for name, rate in contestant.turn().items():
                rates.setdefault(name, []).append(rate)
    return rates


def rows(stage, rates):
    medians = {name: statistics.median(of_name) for name, of_name in rates.items()}
    animo = {name: median for name, median in medians.items() if name.startswith("animo")}
    # Two operations for a weight forward, four backward; a sampled softmax has fewer, and says so itself.
    operations = {name: stage.operations.get(name, 6 * stage.weights()) for name in medians}
    return [{"stage": stage.name, "name": name, "tokensPerSecond": median, "best": max(rates[name]),
             "gigaflopsPerSecond": median * operations[name] / 1e9,
             "animoIsFasterBy": {other: rate / median for other, rate in animo.items()}}
            for name, median in medians.items()]


def show(stage, rows):
    print(f"\n{stage.name:28} {'tokens/s':>9} {'best':>9} {'GFLOP/s':>8}  animo is faster by")
    for row in rows:
        ratios = "  ".join(f"{ratio:.2f} ({name})" for name, ratio in row["animoIsFasterBy"].items())
        print(f"{row['name']:28} {row['tokensPerSecond']:9.1f} {row['best']:9.1f} "
              f"{row['gigaflopsPerSecond']:8.1f}  {ratios}", flush=True)


def run(options, results):
    torch.set_num_threads(options.threads)
    size = network.Size(*(int(n) for n in options.size.split(",")))
    load = os.getloadavg()
    print(f"{compare.processor()}, {options.threads} threads, load {load[0]:.2f}", flush=True)
    everything = []
    for stage in [LanguageModelStage(size, options.quick), ClassifierStage(size, options.quick)]:
        of_stage = rows(stage, contest(options, stage))
        show(stage, of_stage)
        everything += of_stage
    compare.write(options, results, "training-peers", {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "processor": compare.processor(), "threads": options.threads, "loadAtStart": load,
        "quick": options.quick, "size": options.size, "torch": torch.__version__, "results": everything})
