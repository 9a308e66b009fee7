"""Writes explaining.json beside this file: what PyTorch's gradients say of a few sentences.

    python3 -m venv venv && venv/bin/pip install numpy torch
    venv/bin/python Tests/Golden/explaining.py

For each sentence and golden network: `attention`, intrinsic attention as fastai v1 computes it (the gradient of the
likeliest label's probability by the embeddings, absolute values summed, divided by the greatest); `saliency`, the
same of the gradient times the embedding, summed, then absolute; `contributions`, integrated gradients of each label's
log-odds (the mean of ln(p(label) / p(other)) over the others) from zero vectors behind xxbos, by the midpoint rule
with 4,000 points in float64, [tokens][labels]; `base`, the log-odds at the beginning of that path.
"""

import json
import pathlib
import struct

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
SENTENCES = [
    ("no es lo más", "xxbos no es lo más"),
    ("Como una de las sin su", "xxbos xxmaj como una de las sin su"),
    ("pero YA me ha zumbado", "xxbos pero xxup ya me ha zumbado"),
    ("este no no no y leeee", "xxbos este xxwrep 3 no y l xxrep 4 e"),
]


def load(name):
    data = (HERE / name / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    weights = {}
    for key, entry in json.loads(data[8:8 + size]).items():
        if key != "__metadata__":
            start, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + size + start:8 + size + end], "<f4").reshape(entry["shape"])
            weights[key] = torch.tensor(values, dtype=torch.float64)
    configuration = json.loads((HERE / name / "config.json").read_text())
    vocabulary = (HERE / name / "vocab.txt").read_text().splitlines()
    return weights, configuration, vocabulary


def logits(weights, layers, vectors):
    """The logits of texts given as vectors [texts][words][E]."""
    x = vectors
    for layer in range(layers):
        name = f"rnns.{layer}."
        inputs, units = weights[name + "weight_ih_l0"].shape[1], weights[name + "weight_hh_l0"].shape[1]
        module = torch.nn.LSTM(inputs, units, batch_first=True, dtype=torch.float64)
        module.load_state_dict({key: weights[name + key] for key in module.state_dict()})
        x, _ = module(x)
    x = torch.cat([x[:, -1], x.amax(1), x.mean(1)], 1)
    blocks = sum(key.endswith("running_var") for key in weights)
    for block in range(blocks):
        norm, linear = f"head.{4 * block}.", f"head.{4 * block + 2}."
        x = (x - weights[norm + "running_mean"]) / (weights[norm + "running_var"] + 1e-5).sqrt()
        x = x * weights[norm + "weight"] + weights[norm + "bias"]
        x = x @ weights[linear + "weight"].T + weights[linear + "bias"]
        if block < blocks - 1:
            x = x.relu()
    return x


def explain(name, text, tokens):
    weights, configuration, vocabulary = load(name)
    layers, temperature = configuration["layers"], configuration.get("temperature", 1)
    ids = [vocabulary.index(token) if token in vocabulary else 0 for token in tokens.split()]
    embeddings = weights["encoder.weight"][ids]

    vectors = embeddings[None].clone().requires_grad_(True)
    p = (logits(weights, layers, vectors) / temperature).softmax(-1)[0]
    label = int(p.argmax())
    p[label].backward()
    gradient = vectors.grad[0]
    attention = gradient.abs().sum(-1)
    saliency = (gradient * embeddings).sum(-1).abs()

    classes = len(configuration["labels"])
    log_odds = (torch.eye(classes, dtype=torch.float64) * classes - 1) / (classes - 1) / temperature
    start = torch.zeros_like(embeddings)
    start[0] = embeddings[0]
    places = (torch.arange(4000, dtype=torch.float64) + 0.5) / 4000
    path = (start + places[:, None, None] * (embeddings - start)).requires_grad_(True)
    scores = logits(weights, layers, path) @ log_odds.T
    contributions = []
    for score in range(classes):
        found, = torch.autograd.grad(scores[:, score].sum(), path, retain_graph=True)
        contributions.append(((embeddings - start) * found.mean(0)).sum(-1))
    with torch.no_grad():
        base = (logits(weights, layers, start[None]) @ log_odds.T)[0]
        end = (logits(weights, layers, embeddings[None]) @ log_odds.T)[0]
    error = (base + torch.stack(contributions).sum(1) - end).abs().max().item()
    print(f"{name}: {text}: completeness misses by {error:.1e}")

    def rounded(tensor):
        return np.round(tensor.detach().numpy(), 7).tolist()

    return {"model": name, "text": text, "tokens": tokens.split(), "label": configuration["labels"][label],
            "attention": rounded(attention / attention.max()), "saliency": rounded(saliency / saliency.max()),
            "base": rounded(base), "contributions": rounded(torch.stack(contributions, 1))}


torch.set_num_threads(1)
answers = [explain(name, *sentence) for name in ["network-tiny", "network-three"] for sentence in SENTENCES]
(HERE / "explaining.json").write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n")
