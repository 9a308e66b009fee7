#!/usr/bin/env python3
"""The same network, weights and tweets in PyTorch and ONNX Runtime, in turns with animo.

    swift build -c release --product animo
    python3 Tests/Benchmarks/peers.py [--animo .build/release/animo] [--quick] [--json FILE]

    swift build -c release --product animo-benchmarks
    python3 Tests/Benchmarks/peers.py --training [--quick] [--json FILE]

Makes its own virtual environment under .build/peers (git-ignored) and runs itself there. Weights and tweets
are random; every tweet is cut into tokens before, except for animo, which reads text. A transformer of the
size of RoBERTa-base runs on the same lengths. Rates are tweets by the seconds on the clock, of all threads
together. With --texts the tweets are real: animo then gains from those that begin alike, as it remembers the
states after frequent beginnings.

With --training the language model (128 rows of 70 tokens, exact softmax) and the classifier (128 tweets) are
trained instead, all layers of them, with dropout and Adam; rates are tokens.

Run it on an idle machine: on a busy one the threads of PyTorch wait for each other, and the ratios flatter
animo.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENVIRONMENT = ROOT / ".build" / "peers"


def enter_environment():
    """Replaces this process by the same one in the virtual environment, made when it does not exist."""
    if Path(sys.prefix) == ENVIRONMENT:
        return
    python = ENVIRONMENT / "bin" / "python"
    ready = ENVIRONMENT / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"]
        subprocess.run(install, check=True)
        ready.touch()
    os.execv(python, [str(python), *sys.argv])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--animo", type=Path, default=ROOT / ".build/release/animo", help="the program")
    parser.add_argument("--training", action="store_true", help="compare training, not labelling")
    parser.add_argument("--benchmarks", type=Path, default=ROOT / ".build/release/animo-benchmarks",
                        help="the program that measures animo's training")
    parser.add_argument("--kernel", action="append", default=[],
                        help="a kernel of animo to run too; can be repeated")
    parser.add_argument("--size", default="400,1150", help="embedding and hidden size (default 400,1150)")
    parser.add_argument("--texts", type=Path,
                        help="real tweets, one a line, in place of random words")
    parser.add_argument("--tweets", type=int, help="how many tweets a turn has (default 2000)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of everyone")
    parser.add_argument("--batches", help="batch sizes that peers try (default 16,48,128)")
    parser.add_argument("--rounds", type=int, help="turns of everyone (default 5)")
    parser.add_argument("--here", action="store_true", help="use this Python's packages, make no environment")
    parser.add_argument("--quick", action="store_true", help="a look, not a result")
    parser.add_argument("--json", type=Path,
                        help="where the results go (default: Results/, not with --quick)")
    options = parser.parse_args()
    options.tweets = options.tweets or (96 if options.quick else 2000)
    options.rounds = options.rounds or (1 if options.quick else 5)
    batches = options.batches or ("48" if options.quick else "16,48,128")
    options.batches = [int(batch) for batch in batches.split(",")]
    return options


if __name__ == "__main__":
    options = arguments()
    if not options.here:
        enter_environment()
    sys.path.insert(0, str(HERE / "peers"))
    if options.training:
        import training

        training.run(options, HERE / "Results")
    else:
        import compare

        compare.run(options, ROOT, HERE / "Results")
