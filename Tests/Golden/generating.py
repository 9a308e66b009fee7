"""Writes generating.json beside this file: the words that PyTorch draws from a language model.

    python3 -m venv venv && venv/bin/pip install numpy torch
    venv/bin/python Tests/Golden/generating.py

The model is that of training-tiny/language-model.safetensors. Each writer reads `prompt`, then draws a word for each
of `places`, and reads it: of the words but the `excluded`, in order of falling probability (equals by id), the first
that together have the probability `share` are kept; the word is the first whose cumulative probability, as a share of
what is kept, exceeds the place. At temperature 0 it is the likeliest.
"""

import json
import pathlib
import struct

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
EXCLUDED = [0, 1, 3, 4]
WRITERS = [(1.0, 1.0), (0.7, 0.9), (1.5, 0.5), (0.0, 1.0)]


def load():
    data = (HERE / "training-tiny" / "language-model.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    weights = {}
    for key, entry in json.loads(data[8:8 + size]).items():
        start, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + size + start:8 + size + end], "<f4").reshape(entry["shape"])
        weights[key] = torch.tensor(values, dtype=torch.float64)
    return weights


def modules(weights):
    layers = []
    for layer in range(3):
        name = f"rnns.{layer}."
        inputs, units = weights[name + "weight_ih_l0"].shape[1], weights[name + "weight_hh_l0"].shape[1]
        module = torch.nn.LSTM(inputs, units, batch_first=True, dtype=torch.float64)
        module.load_state_dict({key: weights[name + key] for key in module.state_dict()})
        layers.append(module)
    return layers


def write(weights, prompt, places, temperature, share):
    layers, states, ids, margin = modules(weights), [None] * 3, [], 1.0
    reading = prompt
    for place in places:
        x = weights["encoder.weight"][reading][None]
        for index, layer in enumerate(layers):
            x, states[index] = layer(x, states[index])
        logits = x[0, -1] @ weights["encoder.weight"].T + weights["decoder.bias"]
        logits[EXCLUDED] = -torch.inf
        order = torch.argsort(-logits, stable=True)
        if temperature == 0:
            ids.append(int(order[0]))
        else:
            p = (logits / temperature).softmax(0)[order]
            kept = int((p.cumsum(0) < share).sum()) + 1
            cumulative = p[:kept].cumsum(0) / p[:kept].sum()
            ids.append(int(order[int((cumulative <= place).sum())]))
            margin = min(margin, float((cumulative - place).abs().min()), float((p.cumsum(0)[:-6] - share).abs().min()))
        reading = [ids[-1]]
    # What single precision must not change.
    assert margin > 1e-5, margin
    return ids


with torch.no_grad():
    weights = load()
    places = torch.rand(25, generator=torch.Generator().manual_seed(11), dtype=torch.float64).tolist()
    prompt = [2, 17, 30]
    answers = [{"temperature": temperature, "share": share, "prompt": prompt, "excluded": EXCLUDED, "places": places,
                "words": write(weights, prompt, places, temperature, share)} for temperature, share in WRITERS]
(HERE / "generating.json").write_text(json.dumps(answers, indent=1) + "\n")
