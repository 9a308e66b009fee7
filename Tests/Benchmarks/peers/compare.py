"""Who runs, in which order, and what is printed."""

import datetime
import json
import logging
import os
import statistics
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import torch

import network
import transformer


class Peer:
    """One way of labelling the tweets: `label(batches)` gives logits in the order of the batches' rows."""

    def __init__(self, name, label, tweets, batches):
        self.name, self.label, self.tweets, self.batches, self.rates = name, label, tweets, batches, {}

    def warm_up(self):
        """Some libraries prepare themselves for every shape when they first see it."""
        for size in self.batches:
            self.label(padded(self.tweets, size))

    def turn(self):
        for size in self.batches:
            batches = padded(self.tweets, size)
            start = time.perf_counter()
            self.label(batches)
            self.rates.setdefault(size, []).append(len(self.tweets) / (time.perf_counter() - start))

    def best_batch(self):
        return max(self.rates, key=lambda size: statistics.median(self.rates[size]))


class Animo:
    """The program on a file of texts; what it takes to start is measured apart and taken off."""

    batches = [0]

    def __init__(self, name, command, texts, folder):
        self.name, self.command, self.texts, self.rates = name, command, texts, {}
        self.file, self.single = folder / "tweets.txt", folder / "tweet.txt"
        self.file.write_text("\n".join(texts) + "\n")
        self.single.write_text(texts[0] + "\n")

    def warm_up(self):
        subprocess.run([*self.command, self.single], check=True, stdout=subprocess.DEVNULL)

    def turn(self):
        def seconds(file):
            start = time.perf_counter()
            subprocess.run([*self.command, file], check=True, stdout=subprocess.DEVNULL)
            return time.perf_counter() - start

        start, whole = seconds(self.single), seconds(self.file)
        # Few tweets take no longer than starting does: then nothing can be taken off.
        elapsed = whole - start if whole > 2 * start else whole
        self.rates.setdefault(0, []).append(len(self.texts) / elapsed)

    def probabilities(self):
        """p(positive) of every tweet."""
        run = subprocess.run([*self.command, self.file], check=True, capture_output=True)
        answers = [json.loads(line)["sentiment"] for line in run.stdout.splitlines()]
        return np.array([answer["p"]["positive"] for answer in answers])

    def best_batch(self):
        return 0


def padded(tweets, size):
    """Batches of tweets of about the same length: ids [rows][time], lengths [rows]."""
    ordered = sorted(tweets, key=len, reverse=True)
    batches = []
    for start in range(0, len(ordered), size):
        rows = ordered[start:start + size]
        ids = np.full((len(rows), len(rows[0])), network.PADDING, np.int64)
        for row, tweet in enumerate(rows):
            ids[row, :len(tweet)] = tweet
        batches.append((ids, np.array([len(r) for r in rows], np.int32)))
    return batches


def in_torch(module, bfloat16=False):
    def label(batches):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            return [module(torch.from_numpy(i), torch.from_numpy(n)).float().numpy() for i, n in batches]

    return label


def in_onnx(path, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda batches: [session.run(None, {"ids": i, "lengths": n})[0] for i, n in batches]


def quantised_onnx(path):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    target = path.with_suffix(".int8.onnx")
    quantize_dynamic(path, target, weight_type=QuantType.QInt8, per_channel=False)
    return target


def quantised_torch(module):
    return torch.ao.quantization.quantize_dynamic(module, {torch.nn.LSTM, torch.nn.Linear}, dtype=torch.qint8)


def attempt(peers, name, make, tweets, batches):
    """Adds a peer, or says why it cannot run here."""
    try:
        label = make()
        label(padded(tweets[:4], 4))
    except Exception as error:  # A peer that does not run must not end the comparison.
        print(f"left out: {name}: {type(error).__name__}: {str(error).splitlines()[0][:150]}")
        return
    peers.append(Peer(name, label, tweets, batches))


def lstm_peers(options, size, weights, tweets, folder):
    import onnx

    peers, path = [], folder / "network.onnx"
    module = network.Classifier(size, weights)
    onnx.save(network.onnx_graph(size, weights), path)

    def add(name, make):
        attempt(peers, name, make, tweets, options.batches)

    add("PyTorch fp32", lambda: in_torch(module))
    add("PyTorch bf16 autocast", lambda: in_torch(module, bfloat16=True))
    add("PyTorch dynamic int8", lambda: in_torch(quantised_torch(module)))
    add("ONNX Runtime fp32", lambda: in_onnx(path, options.threads))
    add("ONNX Runtime int8", lambda: in_onnx(quantised_onnx(path), options.threads))
    return peers


def transformer_peers(options, tweets, folder):
    peers, path = [], folder / "transformer.onnx"
    module = transformer.Transformer()
    few = tweets[:max(8, len(tweets) // 10)]

    def exported():
        ids, lengths = (torch.from_numpy(array) for array in padded(tweets[:2], 2)[0])
        torch.onnx.export(
            module, (ids, lengths), str(path), input_names=["ids", "lengths"], opset_version=17, dynamo=False,
            dynamic_axes={"ids": {0: "tweets", 1: "time"}, "lengths": {0: "tweets"}})
        return in_onnx(quantised_onnx(path), options.threads)

    attempt(peers, "RoBERTa-base size, PyTorch fp32", lambda: in_torch(module), few, options.batches)
    attempt(peers, "RoBERTa-base size, ONNX Runtime int8", exported, few, options.batches)
    return peers


def animo_runs(options, fp32, texts, folder):
    int8, int4 = folder / "model-int8", folder / "model-int4"
    subprocess.run([options.animo, "model", "quantise", fp32, int8], check=True)
    subprocess.run([options.animo, "model", "quantise", "--bits", "4", fp32, int4], check=True)
    common = [options.animo, "classify", "--quiet", "--no-cache", "--workers", str(options.threads)]
    runs = [Animo("animo fp32", [*common, "--model", fp32], texts, folder),
            Animo("animo int8 model", [*common, "--model", int8], texts, folder),
            Animo("animo int8 model, layers in 4 bits", [*common, "--model", int4], texts, folder)]
    for kernel in options.kernel:
        command = [*common, "--kernel", kernel, "--model", int8]
        runs.append(Animo(f"animo int8 model, {kernel}", command, texts, folder))
    return runs


def greatest_difference(animo, peer):
    """Between what animo and a peer think of each tweet: the same network, or else the rest means nothing."""
    logits = np.concatenate(peer.label(padded(peer.tweets, 48))).astype(np.float64)
    odds = np.exp(logits - logits.max(1, keepdims=True))
    order = sorted(range(len(peer.tweets)), key=lambda i: len(peer.tweets[i]), reverse=True)
    expected = np.empty(len(order))
    expected[order] = (odds / odds.sum(1, keepdims=True))[:, 1]
    return float(np.abs(animo.probabilities() - expected).max())


def run(options, root, results):
    warnings.filterwarnings("ignore")
    logging.getLogger().setLevel(logging.ERROR)
    torch.set_num_threads(options.threads)
    size = network.Size(*(int(n) for n in options.size.split(",")))
    load = os.getloadavg()
    print(f"{processor()}, {options.threads} threads, load {load[0]:.2f}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights, model = network.random_weights(size), folder / "model"
        if options.texts:
            network.write_directory(model, size, weights, network.built_in_words(options.animo, folder))
            texts, tweets = network.real_tweets(options.animo, model, options.texts, options.tweets)
        else:
            network.write_directory(model, size, weights, network.words())
            tweets = network.random_tweets(options.tweets)
            texts = network.texts_of(tweets)
        animo = animo_runs(options, model, texts, folder)
        lstm = lstm_peers(options, size, weights, tweets, folder)
        everyone = animo + lstm + transformer_peers(options, tweets, folder)
        differences = {peer.name: greatest_difference(animo[0], peer) for peer in lstm}
        for contestant in everyone:
            contestant.warm_up()
        for _ in range(options.rounds):
            for contestant in everyone:
                contestant.turn()
    rows = [row(contestant, everyone, differences) for contestant in everyone]
    show(rows)
    write(options, results, "peers", {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "processor": processor(), "threads": options.threads, "loadAtStart": load, "quick": options.quick,
        "size": options.size, "tweets": len(tweets), "real": bool(options.texts), "torch": torch.__version__, "results": rows})


def row(contestant, everyone, differences):
    batch = contestant.best_batch()
    rates = contestant.rates[batch]
    animo = {c.name: statistics.median(c.rates[0]) for c in everyone if isinstance(c, Animo)}
    median = statistics.median(rates)
    return {"name": contestant.name, "batch": batch, "tweetsPerSecond": median, "best": max(rates),
            "animoIsFasterBy": {name: rate / median for name, rate in animo.items()},
            "greatestDifferenceFromAnimo": differences.get(contestant.name)}


def show(rows):
    ratios = list(rows[0]["animoIsFasterBy"])
    print(f"\n{'':38} {'tweets/s':>9} {'best':>9} {'batch':>6} {'|Δp|':>8}  animo is faster by")
    for row in rows:
        difference = row["greatestDifferenceFromAnimo"]
        print(f"{row['name']:38} {row['tweetsPerSecond']:9.1f} {row['best']:9.1f} {row['batch'] or '':>6} "
              f"{'' if difference is None else f'{difference:.1e}':>8}  "
              + "  ".join(f"{row['animoIsFasterBy'][name]:.2f} ({name})" for name in ratios))


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def write(options, results, kind, report):
    """Where the options say, or beside the other results, named after the day, the processor and the kind."""
    path = options.json
    if path is None and options.quick:
        return
    if path is None:
        name = "-".join("".join(c if c.isalnum() else " " for c in processor().lower()).split())
        path = results / f"{report['date'][:10]}-{name}-{kind}.json"
    path.write_text(json.dumps(report, indent=2, sort_keys=True) + "\n")
    print(f"\nwritten: {path}")
