"""The network of animo with random weights: as a model directory, in PyTorch and as an ONNX graph."""

import json
import struct
import subprocess
from dataclasses import dataclass

import numpy as np
import torch

SPECIAL = ["xxunk", "xxpad", "xxbos", "xxeos", "xxfld", "xxmaj", "xxup", "xxrep", "xxwrep"]
VOCABULARY = 30_000
BEGINNING, PADDING = 2, 1


@dataclass
class Size:
    embedding: int
    hidden: int

    def layers(self):
        """What goes into each LSTM layer and how many units it has."""
        e, h = self.embedding, self.hidden
        return [(e, h), (h, h), (h, e)]


def random_weights(size):
    """All tensors by the names that animo reads."""
    generator = np.random.default_rng(42)

    def uniform(*shape, spread=0.1, center=0.0):
        return (center + spread * generator.uniform(-1, 1, shape)).astype(np.float32)

    weights = {"encoder.weight": uniform(VOCABULARY, size.embedding, spread=0.5)}
    for layer, (inputs, units) in enumerate(size.layers()):
        spread = 2 / size.hidden**0.5
        columns = {"weight_ih": (inputs,), "weight_hh": (units,), "bias_ih": (), "bias_hh": ()}
        for name, shape in columns.items():
            weights[f"rnns.{layer}.{name}_l0"] = uniform(4 * units, *shape, spread=spread)
    for module, inputs, outputs in [(0, 3 * size.embedding, 50), (4, 50, 2)]:
        weights[f"head.{module}.weight"] = uniform(inputs, center=1)
        weights[f"head.{module}.bias"] = uniform(inputs)
        weights[f"head.{module}.running_mean"] = uniform(inputs)
        weights[f"head.{module}.running_var"] = uniform(inputs, center=1)
        weights[f"head.{module + 2}.weight"] = uniform(outputs, inputs, spread=0.5)
        weights[f"head.{module + 2}.bias"] = uniform(outputs)
    return weights


def words():
    """The vocabulary: the special tokens, then invented words of three syllables."""
    syllables = [c + v for c in "bdfglmnprstv" for v in "aeiou"]
    invented = (syllables[i % 60] + syllables[i // 60 % 60] + syllables[i // 3600] for i in range(VOCABULARY))
    return (SPECIAL + list(invented))[:VOCABULARY]


def random_tweets(count):
    """Token ids: 20.7 a tweet on average, the mark at the start included."""
    generator = np.random.default_rng(7)
    lengths = generator.integers(5, 37, count) + (np.arange(count) % 5 == 0)
    words = (generator.integers(len(SPECIAL), VOCABULARY, length - 1) for length in lengths)
    return [np.concatenate([[BEGINNING], tweet]) for tweet in words]


def texts_of(tweets):
    """Texts that are cut into these tokens."""
    vocabulary = words()
    return [" ".join(vocabulary[i] for i in tweet[1:]) for tweet in tweets]


def built_in_words(animo, folder):
    """The vocabulary of the model that is built into the program."""
    subprocess.run([animo, "model", "export", "--hub", folder / "built-in"], check=True, stderr=subprocess.DEVNULL)
    return (folder / "built-in" / "vocab.txt").read_text().splitlines()


def real_tweets(animo, model, file, count):
    """The first texts of a file, a line each, in which there is something to judge; and their token ids, as animo reads
    them with a model."""
    lines = [line for line in file.read_text().splitlines() if line.strip()]
    strings = "".join(json.dumps(line) + "\n" for line in lines)
    command = [animo, "explain", "--features", "--model", model]
    run = subprocess.run(command, input=strings.encode(), stdout=subprocess.PIPE, check=True)
    readings = map(json.loads, run.stdout.splitlines())
    read = [(line, np.array(r["ids"])) for line, r in zip(lines, readings) if not r["nothing_to_judge"]]
    return [list(column) for column in zip(*read[:count])]


def write_directory(folder, size, weights, vocabulary):
    """A model directory: config.json, vocab.txt, model.safetensors."""
    folder.mkdir()
    configuration = {
        "architecture": "awd-lstm-classifier", "vocabulary_size": VOCABULARY,
        "embedding_size": size.embedding, "hidden_size": size.hidden, "layers": 3, "pad_id": PADDING,
        "head_sizes": [3 * size.embedding, 50, 2], "batch_norm_epsilon": 1e-5,
        "labels": ["negative", "positive"], "cleaning": "standard", "max_tokens": 72,
    }
    (folder / "config.json").write_text(json.dumps(configuration))
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    header, offset = {}, 0
    for name, values in weights.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape),
                        "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in weights.values():
            file.write(values.tobytes())


class Classifier(torch.nn.Module):
    """ids [rows][time] padded at the end, lengths [rows] → logits [rows][2]."""

    def __init__(self, size, weights):
        super().__init__()
        self.encoder = torch.nn.Embedding(VOCABULARY, size.embedding)
        self.rnns = torch.nn.ModuleList(torch.nn.LSTM(i, u, batch_first=True) for i, u in size.layers())
        self.head = torch.nn.Sequential(
            torch.nn.BatchNorm1d(3 * size.embedding), torch.nn.Dropout(),
            torch.nn.Linear(3 * size.embedding, 50), torch.nn.ReLU(),
            torch.nn.BatchNorm1d(50), torch.nn.Dropout(), torch.nn.Linear(50, 2))
        self.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()}, strict=False)
        self.eval()

    def forward(self, ids, lengths):
        x = self.encoder(ids)
        for rnn in self.rnns:
            x, _ = rnn(x)
        outside = torch.arange(x.shape[1])[None, :] >= lengths[:, None]
        last = x[torch.arange(len(x)), lengths - 1]
        greatest = x.masked_fill(outside[:, :, None], -torch.inf).amax(1)
        mean = x.masked_fill(outside[:, :, None], 0).sum(1) / lengths[:, None]
        return self.head(torch.cat([last, greatest, mean], 1).float())


def onnx_graph(size, weights):
    """The same as an ONNX model, with ONNX's own LSTM, whose gates come in the order i, o, f, c."""
    from onnx import TensorProto, helper, numpy_helper

    constants, nodes = [], []

    def constant(name, values):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(operator, inputs, outputs, **attributes):
        nodes.append(helper.make_node(operator, inputs, outputs, **attributes))
        return outputs[0]

    def gates(values):
        i, f, g, o = np.split(values, 4)
        return np.concatenate([i, o, f, g])[None]

    zero, one, two = (constant(n, np.array([v], np.int64)) for n, v in [("zero", 0), ("one", 1), ("two", 2)])
    x = node("Transpose", [node("Gather", [constant("words", weights["encoder.weight"]), "ids"], ["rows"])],
             ["steps"], perm=[1, 0, 2])
    for layer, (_, units) in enumerate(size.layers()):
        names = [f"rnns.{layer}.{n}_l0" for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        w, r, bw, br = (gates(weights[n]) for n in names)
        inputs = [x, constant(f"w{layer}", w), constant(f"r{layer}", r),
                  constant(f"b{layer}", np.concatenate([bw, br], 1)), "lengths"]
        h, last = f"h{layer}", f"last{layer}"
        node("LSTM", inputs, [h, last], hidden_size=units)
        x = node("Squeeze", [h, one], [f"x{layer}"])
    # Past a tweet's end ONNX's LSTM answers 0: right for the sum, hidden from the maximum.
    time = node("Squeeze", [node("Shape", [x], ["all"], end=1)], ["time"])
    node("Range", ["first", time, "step"], ["moments"])
    constant("first", np.array(0, np.int64)), constant("step", np.array(1, np.int64))
    node("Cast", ["lengths"], ["lengths64"], to=TensorProto.INT64)
    node("Unsqueeze", ["moments", one], ["column"])
    node("Less", ["column", node("Unsqueeze", ["lengths64", zero], ["row"])], ["inside"])
    constant("least", np.array(-2, np.float32))
    node("Where", [node("Unsqueeze", ["inside", two], ["mask"]), x, "least"], ["masked"])
    node("ReduceMax", ["masked", zero], ["maximum"], keepdims=0)
    node("ReduceSum", [x, zero], ["sum"], keepdims=0)
    node("Cast", [node("Unsqueeze", ["lengths64", one], ["counts"])], ["divisors"], to=TensorProto.FLOAT)
    node("Div", ["sum", "divisors"], ["mean"])
    node("Squeeze", [last, zero], ["end"])
    y = node("Concat", ["end", "maximum", "mean"], ["pooled"], axis=1)
    for module, rectified in [(0, True), (4, False)]:
        norm = [constant(f"n{module}{n}", weights[f"head.{module}.{n}"])
                for n in ("weight", "bias", "running_mean", "running_var")]
        y = node("BatchNormalization", [y, *norm], [f"norm{module}"], epsilon=1e-5)
        linear = [constant(f"l{module}w", weights[f"head.{module + 2}.weight"].T),
                  constant(f"l{module}b", weights[f"head.{module + 2}.bias"])]
        y = node("Add", [node("MatMul", [y, linear[0]], [f"product{module}"]), linear[1]], [f"y{module}"])
        if rectified:
            y = node("Relu", [y], [f"z{module}"])
    graph = helper.make_graph(
        nodes, "classifier",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tweets", "time"]),
         helper.make_tensor_value_info("lengths", TensorProto.INT32, ["tweets"])],
        [helper.make_tensor_value_info(y, TensorProto.FLOAT, ["tweets", 2])], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
