"""What is trained: the AWD-LSTM of fastai v1 with its dropouts, as a language model and as a classifier.

Activations are [time][rows][units], the order that oneDNN's LSTM takes without a transposition.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional

import network

# fastai v1's drop_mult of the case study.
DROPOUT = 0.3
# AR and TAR (Merity 2017), with fastai's factors.
ALPHA, BETA = 2, 1


@dataclass
class Dropouts:
    """Shares that are dropped; fastai's values by DROPOUT."""

    embedding: float
    input: float
    weight: float
    hidden: float
    output: float

    def __post_init__(self):
        for name, share in vars(self).items():
            setattr(self, name, share * DROPOUT)


def locked(x, share):
    """Dropout with the same mask at every step."""
    return x * functional.dropout(torch.ones_like(x[:1]), share)


class Encoder(torch.nn.Module):
    def __init__(self, size, dropouts):
        super().__init__()
        self.words = torch.nn.Embedding(network.VOCABULARY, size.embedding)
        torch.nn.init.uniform_(self.words.weight, -0.1, 0.1)
        self.rnns = torch.nn.ModuleList(torch.nn.LSTM(i, u) for i, u in size.layers())
        self.dropouts = dropouts

    def states(self, rows):
        return [(torch.zeros(1, rows, rnn.hidden_size), torch.zeros(1, rows, rnn.hidden_size))
                for rnn in self.rnns]

    def forward(self, ids, states):
        """ids [time][rows] → what the last layer answers, and the states at the end."""
        kept = functional.dropout(torch.ones(network.VOCABULARY, 1), self.dropouts.embedding)
        x = locked(self.words(ids) * kept[ids], self.dropouts.input)
        ends = []
        for index, (rnn, state) in enumerate(zip(self.rnns, states)):
            recurrent = functional.dropout(rnn.weight_hh_l0, self.dropouts.weight)
            weights = [rnn.weight_ih_l0, recurrent, rnn.bias_ih_l0, rnn.bias_hh_l0]
            # What torch.nn.LSTM calls: layers, dropout between them, training, both directions, batch first.
            x, *end = torch.lstm(x, state, weights, True, 1, 0.0, True, False, False)
            ends.append(tuple(tensor.detach() for tensor in end))
            if index + 1 < len(self.rnns):
                x = locked(x, self.dropouts.hidden)
        return x, ends


def regularisation(raw, dropped):
    return (ALPHA * dropped.float().square().mean()
            + BETA * (raw[1:] - raw[:-1]).float().square().mean())


class LanguageModel(torch.nn.Module):
    """The decoder shares its words with the encoder; the softmax is exact."""

    def __init__(self, size, rows):
        super().__init__()
        dropouts = Dropouts(embedding=0.02, input=0.25, weight=0.2, hidden=0.15, output=0.1)
        self.encoder = Encoder(size, dropouts)
        self.bias = torch.nn.Parameter(torch.zeros(network.VOCABULARY))
        self.states = self.encoder.states(rows)

    def loss(self, ids):
        """ids [time + 1][rows]: the loss of telling each token from those before; the state goes on."""
        raw, self.states = self.encoder(ids[:-1], self.states)
        dropped = locked(raw, self.encoder.dropouts.output)
        logits = functional.linear(dropped.flatten(0, 1), self.encoder.words.weight, self.bias)
        return functional.cross_entropy(logits, ids[1:].flatten()) + regularisation(raw, dropped)


class Classifier(torch.nn.Module):
    """Nothing is frozen."""

    def __init__(self, size):
        super().__init__()
        dropouts = Dropouts(embedding=0.05, input=0.4, weight=0.5, hidden=0.3, output=0.4)
        self.encoder = Encoder(size, dropouts)
        pooled = 3 * size.embedding
        self.head = torch.nn.Sequential(
            torch.nn.BatchNorm1d(pooled), torch.nn.Dropout(dropouts.output), torch.nn.Linear(pooled, 50),
            torch.nn.ReLU(), torch.nn.BatchNorm1d(50), torch.nn.Dropout(0.1), torch.nn.Linear(50, 2))

    def loss(self, ids, lengths, labels):
        """ids [time][rows] padded at the end, lengths and labels [rows]."""
        raw, _ = self.encoder(ids, self.encoder.states(len(lengths)))
        outside = (torch.arange(len(raw))[:, None] >= lengths)[:, :, None]
        last = raw[lengths - 1, torch.arange(len(lengths))]
        greatest = raw.masked_fill(outside, -torch.inf).amax(0)
        mean = raw.masked_fill(outside, 0).sum(0) / lengths[:, None]
        logits = self.head(torch.cat([last, greatest, mean], 1))
        return functional.cross_entropy(logits, labels) + regularisation(raw, raw)
