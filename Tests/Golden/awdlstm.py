"""An AWD-LSTM written out in PyTorch for goldens: every product visible, dropout a product with a given mask.

Weights are a dictionary by PyTorch's names; `masks` may hold what training-tiny.py says, or nothing.
"""

import torch
from torch.nn import functional

WORDS, EMBEDDING, HIDDEN, CLASSES, BETWEEN = 37, 6, 10, 2, 8
# What goes into each LSTM layer and how many units it has.
LAYERS = [(EMBEDDING, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, EMBEDDING)]
ALPHA, BETA = 2.0, 1.0


def lstm(weights, layer, x, rows_at, state, weight_mask=None):
    """The outputs of one layer, a list of [rows][units] a step, and its state [rows][units] twice in the end.

    Step t works on the first `rows_at[t]` rows; the state of a row that has ended stays as it is.
    """
    name = f"rnns.{layer}."
    recurrent = weights[name + "weight_hh_l0"]
    if weight_mask is not None:
        recurrent = recurrent * weight_mask
    hidden, cell = state
    outputs = []
    for step, rows in enumerate(rows_at):
        gates = (x[step] @ weights[name + "weight_ih_l0"].T + weights[name + "bias_ih_l0"]
                 + hidden[:rows] @ recurrent.T + weights[name + "bias_hh_l0"])
        i, f, g, o = gates.chunk(4, 1)
        new_cell = f.sigmoid() * cell[:rows] + i.sigmoid() * g.tanh()
        new_hidden = o.sigmoid() * new_cell.tanh()
        outputs.append(new_hidden)
        hidden, cell = torch.cat([new_hidden, hidden[rows:]]), torch.cat([new_cell, cell[rows:]])
    return outputs, (hidden, cell)


def encode(weights, ids, states, masks):
    """What each layer answers, raw, and its final state. `ids` is a list of tensors [rows], one a step."""
    words = weights["encoder.weight"]
    if masks:
        words = words * masks["mask.embedding"][:, None]
    x = [masked(words[step], masks, "mask.input") for step in ids]
    outputs, finals = [], []
    for layer in range(len(LAYERS)):
        raw, final = lstm(weights, layer, x, [len(step) for step in ids], states[layer],
                          masks.get(f"mask.weight.{layer}"))
        outputs.append(raw)
        finals.append(final)
        x = [masked(step, masks, f"mask.hidden.{layer}") for step in raw]
    return outputs, finals


def masked(x, masks, name):
    return x * masks[name] if name in masks else x


def language_model(weights, ids, states, masks={}):
    """Logits, the layers' outputs, the dropped output of the last, the final states."""
    outputs, finals = encode(weights, ids, states, masks)
    dropped = torch.cat([masked(step, masks, "mask.output") for step in outputs[-1]])
    logits = dropped @ weights["encoder.weight"].T + weights["decoder.bias"]
    return logits, outputs, dropped, finals


def regularisation(raw, dropped):
    """AR and TAR (Merity 2017) as they are added to the loss."""
    raw = torch.stack(raw)
    return ALPHA * dropped.square().mean() + BETA * (raw[1:] - raw[:-1]).square().mean()


def classify(weights, tweets):
    """Of tweets of falling length: pooled features, logits, the layers' outputs.

    The running statistics in `weights` change in place.
    """
    ids = step_order(tweets)
    outputs, _ = encode(weights, ids, zero_states(len(tweets), weights["encoder.weight"].dtype), {})
    pooled = []
    for row, tweet in enumerate(tweets):
        x = torch.stack([outputs[-1][step][row] for step in range(len(tweet))])
        pooled.append(torch.cat([x[-1], x.amax(0), x.mean(0)]))
    pooled = torch.stack(pooled)
    x = linear(weights, "head.2", batch_norm(weights, "head.0", pooled)).relu()
    return pooled, linear(weights, "head.6", batch_norm(weights, "head.4", x)), outputs


def zero_states(rows, dtype):
    return [(torch.zeros(rows, units, dtype=dtype), torch.zeros(rows, units, dtype=dtype))
            for _, units in LAYERS]


def step_order(tweets):
    """Tweets of falling length as a list of tensors: the ids of every step."""
    longest = len(tweets[0])
    return [torch.stack([tweet[step] for tweet in tweets if len(tweet) > step]) for step in range(longest)]


def batch_norm(weights, name, x):
    mean, variance = weights[name + ".running_mean"], weights[name + ".running_var"]
    return functional.batch_norm(x, mean, variance, weights[name + ".weight"], weights[name + ".bias"],
                                 training=True, momentum=0.1, eps=1e-5)


def linear(weights, name, x):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def sampled_softmax(hidden, targets, candidates, log_expected_counts, words, bias):
    losses = []
    for h, target in zip(hidden, targets):
        others = candidates[candidates != target]
        chosen = torch.cat([target[None], others])
        logits = words[chosen] @ h + bias[chosen] - log_expected_counts[chosen]
        losses.append(-logits.log_softmax(0)[0])
    return torch.stack(losses).mean()
