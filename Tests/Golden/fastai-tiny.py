"""Writes the golden weights of fastai beside this file: random AWD-LSTMs with the names, the order of special
tokens and the fillers that fastai gives them, and what they are to be here.

    python3 -m venv venv && venv/bin/pip install numpy safetensors
    venv/bin/python Tests/Golden/fastai-tiny.py

fastai-tiny/fastai1-language-model: version 1, single precision, with what weight drop left of the state
weights; a token that is a line feed; two fillers.
fastai-tiny/fastai2-classifier: version 2, half precision, special tokens in another order and one missing,
linear layers without biases, no dropout in front of the second one.
Each has the weights, `itos.json`, and `expected`: the weights by our names, rows in our order.
"""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent / "fastai-tiny"
OURS = "xxunk xxpad xxbos xxeos xxfld xxmaj xxup xxrep xxwrep".split()
FASTAI2 = "xxunk xxpad xxbos xxfld xxrep xxwrep xxup xxmaj".split()  # xxeos is missing
EMBEDDING, HIDDEN, LAYERS, HEAD, LABELS = 3, 4, 3, 5, 2


def numbers(generator, *shape):
    """Numbers that half precision holds exactly."""
    return (generator.integers(-512, 512, shape) / 256).astype(np.float32)


def encoder(generator, rows):
    """An encoder by our names."""
    tensors = {"encoder.weight": numbers(generator, rows, EMBEDDING)}
    for layer in range(LAYERS):
        inputs = EMBEDDING if layer == 0 else HIDDEN
        units = EMBEDDING if layer == LAYERS - 1 else HIDDEN
        tensors |= {
            f"rnns.{layer}.weight_ih_l0": numbers(generator, 4 * units, inputs),
            f"rnns.{layer}.weight_hh_l0": numbers(generator, 4 * units, units),
            f"rnns.{layer}.bias_ih_l0": numbers(generator, 4 * units),
            f"rnns.{layer}.bias_hh_l0": numbers(generator, 4 * units),
        }
    return tensors


def fastai_encoder(tensors, prefix):
    """The same by fastai's names; weights that dropout was applied to are halved, and so not to be used."""
    named = {}
    for name, tensor in tensors.items():
        if name == "encoder.weight":
            named |= {prefix + name: tensor, prefix + "encoder_dp.emb.weight": tensor.copy()}
            continue
        _, layer, parameter = name.split(".")
        if parameter == "weight_hh_l0":
            named[f"{prefix}rnns.{layer}.weight_hh_l0_raw"] = tensor
            tensor = tensor / 2
        named[f"{prefix}rnns.{layer}.module.{parameter}"] = tensor
    return named


def by_our_tokens(tensor, itos, tokens):
    """The rows of our tokens; the mean of all for one that is not there."""
    mean = tensor.astype(np.float64).mean(0).astype(np.float32)
    return np.stack([tensor[itos.index(token)] if token in itos else mean for token in tokens])


def write(name, weights, itos, expected):
    directory = HERE / name
    directory.mkdir(parents=True, exist_ok=True)
    save_file(weights, directory / "weights.safetensors", metadata={"format": "pt"})
    save_file(expected, directory / "expected.safetensors", metadata={"format": "pt"})
    (directory / "itos.json").write_text(json.dumps(itos) + "\n")


def language_model(generator):
    itos = OURS + ["\n", "de", "que", "día", '"', "xxfake", "xxfake"]
    ours = encoder(generator, len(itos)) | {"decoder.bias": numbers(generator, len(itos))}
    weights = fastai_encoder({k: v for k, v in ours.items() if k != "decoder.bias"}, "0.")
    weights |= {"1.decoder.weight": ours["encoder.weight"].copy(), "1.decoder.bias": ours["decoder.bias"]}
    tokens = itos[:-2]
    for name in "encoder.weight", "decoder.bias":
        ours[name] = by_our_tokens(ours[name], itos, tokens)
    write("fastai1-language-model", weights, itos, ours)


def classifier(generator):
    itos = FASTAI2 + ["de", "que", "día"]
    ours = encoder(generator, len(itos))
    weights = fastai_encoder(ours, "0.module.")
    for block, (inputs, outputs, linear) in enumerate([(3 * EMBEDDING, HEAD, 2), (HEAD, LABELS, 1)]):
        norm = {name: numbers(generator, inputs) for name in ("weight", "bias", "running_mean")}
        norm["running_var"] = abs(numbers(generator, inputs))
        matrix = numbers(generator, outputs, inputs)
        weights |= {f"1.layers.{block}.0.{name}": tensor for name, tensor in norm.items()}
        weights[f"1.layers.{block}.0.num_batches_tracked"] = np.array(7, dtype=np.int64)
        weights[f"1.layers.{block}.{linear}.weight"] = matrix
        ours |= {f"head.{4 * block}.{name}": tensor for name, tensor in norm.items()}
        ours[f"head.{4 * block + 2}.weight"] = matrix
        ours[f"head.{4 * block + 2}.bias"] = np.zeros(outputs, np.float32)
    ours["encoder.weight"] = by_our_tokens(ours["encoder.weight"], itos, OURS + ["de", "que", "día"])
    weights = {k: v.astype(np.float16) if v.dtype == np.float32 else v for k, v in weights.items()}
    write("fastai2-classifier", weights, itos, ours)


language_model(np.random.default_rng(1))
classifier(np.random.default_rng(2))
