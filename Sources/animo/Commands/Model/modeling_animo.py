"""The classifier of this folder in PyTorch; needs torch, and the program animo to read texts.

    from modeling_animo import Animo
    model = Animo.from_folder(".")
    model.classify(["qué alegría verte"])     # [{"negative": …, "neutral": …, "positive": …}]

An AWD-LSTM whose outputs are pooled (the last, the greatest and the mean of each unit) into a head of two or more
blocks, and two terms that are added to its logits: a wide one of hashed n-grams, and one of marks (emoticons, emoji).
The names of the parameters are those of model.safetensors. Differs from animo only in the last decimals.
"""

import json
import math
import pathlib
import struct
import subprocess

import torch

# What a mark counts that comes once, twice, and more often.
MARK_FACTORS = (1.0, 1.25, 1.5)


class Animo(torch.nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.labels = config["labels"]
        embedding, hidden, layers = config["embedding_size"], config["hidden_size"], config["layers"]
        sizes = [embedding] + [hidden] * (layers - 1) + [embedding]
        self.encoder = torch.nn.Embedding(config["vocabulary_size"], embedding, padding_idx=config["pad_id"])
        self.rnns = torch.nn.ModuleList(torch.nn.LSTM(*pair, batch_first=True) for pair in zip(sizes, sizes[1:]))
        blocks = []
        for inputs, outputs in zip(config["head_sizes"], config["head_sizes"][1:]):
            norm = torch.nn.BatchNorm1d(inputs, eps=config["batch_norm_epsilon"])
            blocks += [norm, torch.nn.Dropout(0.1), torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        self.head = torch.nn.Sequential(*blocks[:-1])
        count = len(self.labels)
        self.wide = torch.nn.Embedding(config["wide"]["buckets"], count) if "wide" in config else None
        self.marks = torch.nn.Embedding(config["marks"]["count"], count) if "marks" in config else None

    @classmethod
    def from_folder(cls, folder, program="animo"):
        """The model of a folder, ready to classify."""
        folder = pathlib.Path(folder)
        model = cls(json.loads((folder / "config.json").read_text(encoding="utf-8")))
        missing, unknown = model.load_state_dict(read_safetensors(folder / "model.safetensors"), strict=False)
        missing = [name for name in missing if not name.endswith(".num_batches_tracked")]
        if missing or unknown:
            raise ValueError(f"{folder}: missing tensors {missing}, unknown tensors {unknown}")
        model.folder, model.program = str(folder), program
        return model.eval()

    def read(self, texts):
        """What the model gets of each text, as animo reads it: a dictionary of lists of numbers."""
        command = [self.program, "explain", "--features", "--model", self.folder]
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        output = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
        readings = [json.loads(line) for line in output.splitlines()]
        if len(readings) != len(texts):
            raise ValueError(f"animo read {len(readings)} of {len(texts)} texts")
        return readings

    def forward(self, readings):
        """The logits, [texts][labels], before they are divided by the temperature."""
        lengths = torch.tensor([len(reading["ids"]) for reading in readings])
        ids = torch.nn.utils.rnn.pad_sequence(
            [torch.tensor(reading["ids"]) for reading in readings], batch_first=True, padding_value=self.config["pad_id"]
        )
        x = self.encoder(ids)
        for rnn in self.rnns:
            x, _ = rnn(x)
        outside = (torch.arange(x.shape[1]) >= lengths[:, None])[:, :, None]
        last = x[torch.arange(len(readings)), lengths - 1]
        greatest = x.masked_fill(outside, -math.inf).amax(1)
        mean = x.masked_fill(outside, 0).sum(1) / lengths[:, None]
        logits = self.head(torch.cat([last, greatest, mean], 1))
        return logits + torch.stack([self.added(reading) for reading in readings])

    def added(self, reading):
        """What wide term and marks add to the logits of one text."""
        sums = torch.zeros(len(self.labels))
        if self.wide is not None:
            for buckets in (reading["words"], reading["characters"]):
                if buckets:
                    sums = sums + self.wide(torch.tensor(buckets)).sum(0) / math.sqrt(len(buckets))
        if self.marks is not None and reading["marks"]:
            numbers, counts = zip(*reading["marks"])
            factors = torch.tensor([MARK_FACTORS[min(count, 3) - 1] for count in counts])
            sums = sums + (self.marks(torch.tensor(numbers)) * factors[:, None]).sum(0) / math.sqrt(len(numbers))
        return sums

    @torch.no_grad()
    def classify(self, texts, rows=64):
        """The probability of each label for each text. A text with nothing to judge is neutral, if there is such a label."""
        answers = []
        for start in range(0, len(texts), rows):
            readings = self.read(texts[start : start + rows])
            logits = self(readings) / self.config.get("temperature", 1.0)
            for reading, row in zip(readings, logits.softmax(1).tolist()):
                if reading["nothing_to_judge"] and "neutral" in self.labels:
                    row = [float(label == "neutral") for label in self.labels]
                answers.append(dict(zip(self.labels, row)))
        return answers


def read_safetensors(path):
    """The tensors of a file whose elements are all F32."""
    content = bytearray(path.read_bytes())
    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + size])
    tensors = {}
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        if tensor["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is {tensor['dtype']}, not F32")
        start, end = tensor["data_offsets"]
        values = torch.frombuffer(content, dtype=torch.float32, count=(end - start) // 4, offset=8 + size + start)
        tensors[name] = values.reshape(tensor["shape"]).clone()
    return tensors
