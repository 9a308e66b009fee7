"""Writes the golden networks beside this file: models of our own with random weights, and what PyTorch
answers, layer by layer.

    python3 -m venv venv && venv/bin/pip install torch safetensors
    venv/bin/python Tests/Golden/network-tiny.py

network-tiny: prime sizes that end inside a block of 16 units; 13 tweets of falling length, the longest of
three rounds of 16 steps.
network-one: every size as small as it can be.
network-three: three labels and a temperature; `texts.jsonl` has texts of its words and how probable each label is.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
SPECIAL = ["xxunk", "xxpad", "xxbos", "xxeos", "xxfld", "xxmaj", "xxup", "xxrep", "xxwrep"]
WORDS = """de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha
me si sin sobre este ya""".split()


class Network(torch.nn.Module):
    """An AWD-LSTM classifier at inference: no dropout, a batch without padding between the tweets."""

    def __init__(self, vocabulary, embedding, hidden, layers, head_sizes):
        super().__init__()
        self.encoder = torch.nn.Embedding(vocabulary, embedding)
        self.rnns = torch.nn.ModuleList()
        for layer in range(layers):
            inputs = embedding if layer == 0 else hidden
            units = embedding if layer == layers - 1 else hidden
            self.rnns.append(torch.nn.LSTM(inputs, units, batch_first=True))
        modules = []
        for block, (inputs, outputs) in enumerate(zip(head_sizes, head_sizes[1:])):
            modules += [torch.nn.BatchNorm1d(inputs), torch.nn.Dropout(0.1), torch.nn.Linear(inputs, outputs)]
            if block < len(head_sizes) - 2:
                modules.append(torch.nn.ReLU())
        self.head = torch.nn.Sequential(*modules)

    def forward(self, ids):
        """The tensors of one tweet, by name: [tokens][units], or [1][units] behind the pooling."""
        tensors = {}
        hidden = self.encoder(torch.tensor([ids]))
        tensors["encoder"] = hidden[0]
        for index, rnn in enumerate(self.rnns):
            hidden, _ = rnn(hidden)
            tensors[f"rnns.{index}"] = hidden[0]
        pooled = torch.cat([hidden[:, -1], hidden.amax(1), hidden.mean(1)], 1)
        tensors["pooled"] = pooled
        for index, module in enumerate(self.head):
            pooled = module(pooled)
            # What a block answers: after its ReLU where it has one.
            is_last = index + 1 == len(self.head)
            if isinstance(module, torch.nn.ReLU) or is_last:
                tensors[f"head.{(index - 2) // 4}"] = pooled
        return tensors


def randomise(network, generator, spread=0.3):
    """Weights as wide as trained ones, running statistics that are not 0 and 1."""
    for name, tensor in network.state_dict().items():
        if name.endswith("running_var"):
            tensor.copy_(torch.rand(tensor.shape, generator=generator) * 0.5 + 0.01)
        elif not name.endswith("num_batches_tracked"):
            tensor.copy_(torch.randn(tensor.shape, generator=generator) * spread)


def write(name, vocabulary, embedding, hidden, layers, head_sizes, labels, lengths, seed=42, spread=0.3, temperature=None,
          texts=()):
    generator = torch.Generator().manual_seed(seed)
    directory = HERE / name
    directory.mkdir(exist_ok=True)
    head_sizes = [3 * embedding] + head_sizes + [len(labels)]
    network = Network(vocabulary, embedding, hidden, layers, head_sizes).eval()
    randomise(network, generator, spread)
    weights = {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})
    configuration = {
        "architecture": "awd-lstm-classifier", "vocabulary_size": vocabulary, "embedding_size": embedding,
        "hidden_size": hidden, "layers": layers, "pad_id": 1, "head_sizes": head_sizes,
        "batch_norm_epsilon": 1e-05, "labels": labels, "cleaning": "standard", "max_tokens": 72,
    }
    if temperature:
        configuration["temperature"] = temperature
    (directory / "config.json").write_text(json.dumps(configuration, indent=1) + "\n")
    tokens = (SPECIAL + WORDS)[:vocabulary]
    (directory / "vocab.txt").write_text("".join(token + "\n" for token in tokens))
    write_answers(directory / "answers.txt", network, vocabulary, lengths, generator)
    if texts:
        write_texts(directory / "texts.jsonl", network, tokens, labels, temperature, texts)


def write_answers(path, network, vocabulary, lengths, generator):
    """For each tweet a line `tweet id id …`, then its tensors: `tensor name rows columns`, a line a row."""
    lines = []
    with torch.inference_mode():
        for length in lengths:
            ids = torch.randint(0, vocabulary, (length,), generator=generator).tolist()
            lines.append("tweet " + " ".join(map(str, ids)))
            for name, tensor in network(ids).items():
                lines.append(f"tensor {name} {tensor.shape[0]} {tensor.shape[1]}")
                lines += [" ".join(f"{value:.9g}" for value in row) for row in tensor.tolist()]
    path.write_text("\n".join(lines) + "\n")


def write_texts(path, network, tokens, labels, temperature, texts):
    """For each text, of words that the vocabulary has, a line with its likeliest label and `p` to the millionth."""
    lines = []
    with torch.inference_mode():
        for text in texts:
            ids = [tokens.index("xxbos")] + [tokens.index(word) for word in text.split()]
            logits = list(network(ids).values())[-1][0].double()
            p = [round(value, 6) for value in (logits / temperature).softmax(0).tolist()]
            label = labels[p.index(max(p))]
            line = {"text": text, "label": label, "p": dict(zip(labels, p))}
            lines.append(json.dumps(line, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n")


write("network-tiny", vocabulary=43, embedding=19, hidden=37, layers=3, head_sizes=[11, 5],
      labels=["negative", "neutral", "positive"], lengths=[33, 17, 16, 5, 4, 4, 3, 2, 2, 1, 1, 1, 1])
write("network-one", vocabulary=2, embedding=1, hidden=1, layers=1, head_sizes=[],
      labels=["negative", "positive"], lengths=[3, 1])
write("network-three", vocabulary=43, embedding=7, hidden=11, layers=2, head_sizes=[],
      labels=["negative", "neutral", "positive"], lengths=[5, 2, 1], seed=105, spread=0.6, temperature=1.25,
      texts=["la una de la", "no es lo más", "me ha sin su", "y ya este", "como para un pero por se",
             "con los del al", "si sobre las", "en el que", "más", "este no"])
