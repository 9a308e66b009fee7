"""Writes the goldens of training beside this file: what PyTorch makes of tiny networks with random weights.

    python3 -m venv venv && venv/bin/pip install numpy torch
    venv/bin/python Tests/Golden/training-tiny.py

The same files come out every time: safetensors of F32 tensors, ids and single numbers too, with weights by
PyTorch's names. What a minibatch gives is computed in float64 and rounded once; the files of twenty steps
hold a float32 run, which must stay close to a float64 one. Activations come in the order of the steps: row
t·rows + r is row r at step t; ragged batches hold nothing for tweets that have ended.

language-model: a minibatch `ids`, `targets` [rows][steps] that starts in `rnns.N.initial.hidden` and `.cell`.
    `loss` is the mean cross-entropy of all tokens, `X.grad` its gradient by X; `regularised.loss` and
    `regularised.X.grad` add AR (`alpha` × mean square of the dropped output of the last layer) and TAR
    (`beta` × mean square of the change of its raw output from one step to the next).
    On the way: `rnns.N.output`, `logits`, `rnns.N.final.hidden` and `.cell`.
language-model-masked: the same under given dropout masks, already scaled by 1/(1-p): `mask.embedding` [V],
    `mask.input` [rows][E], `mask.hidden.N` [rows][H] behind layer N, `mask.output` [rows][E] and
    `mask.weight.N` [4H][H] for the recurrent weights of layer N. The decoder's words are not dropped.
language-model-steps: twenty steps of Adam with decoupled weight decay over the stream `ids`
    [rows][20·bptt + 1], the state carried over. `plain.losses`, `plain.norms` (of all gradients as one)
    and `plain.X`, the weights in the end; `clipped.…` with that norm clipped at `clip`.
classifier: tweets of `lengths` tokens, `ids` tweet by tweet, through the encoder, [last, max, mean] and the
    head in training mode. `pooled`, `logits`, `X.after` for running statistics; `weighted.loss` by
    `class_weights`, `smoothed.loss` with label `smoothing`, `both.loss`; gradients `weighted.X.grad`, ….
classifier-targets: a minibatch as above with three classes and targets of all kinds: `targets` [tweets][3], and
    `others` [tweets], −1 or the class that the right one is told from while nothing is known of the third;
    `example_weights`. `loss` with `class_weights` and `smoothing`, gradients.
wide: a linear model of 16 buckets and three classes with the same kinds of targets. Of each text `word_counts` and
    `character_counts` features, `features` text by text, words first. `loss` at `parameters` [16][3] and
    `intercepts` with `regularisation`, `parameters.grad`, `intercepts.grad`.
classifier-steps: twenty steps of Adam on the loss `both`; `lengths`, `labels` [20][tweets], `ids` tweet by
    tweet. `losses`, and `final.X`, the weights and running statistics in the end.
sampled-softmax: the `loss` of hidden states `hidden` [tokens][E] when each target is told from the
    `candidates`, all logits lowered by `log_expected_counts` [V], a token's own target left out of its
    candidates; gradients.
"""

import json
import pathlib
import struct

import numpy as np
import torch
from torch.nn import functional

from awdlstm import (
    ALPHA, BETA, BETWEEN, CLASSES, EMBEDDING, LAYERS, WORDS, classify, encode, language_model, regularisation,
    sampled_softmax, step_order, zero_states)

FOLDER = pathlib.Path(__file__).parent / "training-tiny"
ROWS, BPTT, STEPS = 3, 5, 20
# In the steps of the classifier. With fewer, a unit is often positive for all tweets or for one; BatchNorm
# then takes its bias away, whose gradient is rounding errors, and Adam makes those as large as any other.
TWEETS = 16
CLASS_WEIGHTS, SMOOTHING = [1.5, 0.75], 0.1
LEARNING_RATE, BETAS, EPSILON, WEIGHT_DECAY, CLIP = 1e-2, (0.9, 0.99), 1e-8, 0.01, 0.25
ADAM = {"learning_rate": LEARNING_RATE, "beta1": BETAS[0], "beta2": BETAS[1], "epsilon": EPSILON,
        "weight_decay": WEIGHT_DECAY}


# What goes in: made by one generator a file, in float64 of values that float32 holds exactly.

def generator(seed):
    return torch.Generator().manual_seed(seed)


def normal(random, *shape, spread=0.3, center=0.0):
    return (torch.randn(shape, generator=random) * spread + center).double()


def uniform_ids(random, *shape):
    return torch.randint(0, WORDS, shape, generator=random)


def encoder_weights(random):
    weights = {"encoder.weight": normal(random, WORDS, EMBEDDING, spread=0.7)}
    for layer, (inputs, units) in enumerate(LAYERS):
        name = f"rnns.{layer}."
        weights[name + "weight_ih_l0"] = normal(random, 4 * units, inputs)
        weights[name + "weight_hh_l0"] = normal(random, 4 * units, units)
        weights[name + "bias_ih_l0"] = normal(random, 4 * units)
        weights[name + "bias_hh_l0"] = normal(random, 4 * units)
    return weights


def language_model_weights(random):
    return encoder_weights(random) | {"decoder.bias": normal(random, WORDS)}


def classifier_weights(random, classes=CLASSES):
    weights = encoder_weights(random)
    for norm, inputs, outputs in [(0, 3 * EMBEDDING, BETWEEN), (4, BETWEEN, classes)]:
        weights[f"head.{norm}.weight"] = normal(random, inputs, center=1)
        weights[f"head.{norm}.bias"] = normal(random, inputs)
        weights[f"head.{norm}.running_mean"] = normal(random, inputs)
        weights[f"head.{norm}.running_var"] = (torch.rand(inputs, generator=random) + 0.5).double()
        weights[f"head.{norm + 2}.weight"] = normal(random, outputs, inputs)
        weights[f"head.{norm + 2}.bias"] = normal(random, outputs)
    return weights


def states(random):
    return [(normal(random, ROWS, units), normal(random, ROWS, units)) for _, units in LAYERS]


def dropout_masks(random):
    def mask(p, *shape):
        # The quotient is rounded to float32, so that the files hold what was computed with.
        return ((torch.rand(shape, generator=random) >= p).float() / (1 - p)).double()

    masks = {"mask.embedding": mask(0.2, WORDS), "mask.input": mask(0.4, ROWS, EMBEDDING),
             "mask.output": mask(0.3, ROWS, EMBEDDING)}
    for layer, (_, units) in enumerate(LAYERS):
        masks[f"mask.weight.{layer}"] = mask(0.5, 4 * units, units)
        if layer + 1 < len(LAYERS):
            masks[f"mask.hidden.{layer}"] = mask(0.25, ROWS, units)
    return masks


def stream(random, rows, length):
    """Ids with something to learn: most are of few words and follow from the id before."""
    ids = [uniform_ids(random, rows)]
    while len(ids) < length:
        strays = torch.rand(rows, generator=random) < 0.1
        ids.append(torch.where(strays, uniform_ids(random, rows), (3 * ids[-1] + 1) % 8))
    return torch.stack(ids, 1)


# The files.

def write(name, tensors):
    """A safetensors file: eight bytes with the header's length, the header, the numbers."""
    header, body = {}, b""
    for key, value in tensors.items():
        array = torch.as_tensor(value).detach().numpy().astype("<f4")
        header[key] = {"dtype": "F32", "shape": list(array.shape),
                       "data_offsets": [len(body), len(body) + array.nbytes]}
        body += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (FOLDER / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)


def is_learnt(name):
    return "running" not in name


def leaves(weights, dtype=torch.float64):
    """Copies to differentiate by."""
    copies = {name: value.to(dtype, copy=True) for name, value in weights.items()}
    return {name: copy.requires_grad_(is_learnt(name)) for name, copy in copies.items()}


def gradients(loss, weights, prefix=""):
    learnt = [name for name in weights if weights[name].requires_grad]
    found = torch.autograd.grad(loss, [weights[name] for name in learnt], retain_graph=True)
    return {f"{prefix}loss": loss} | {f"{prefix}{name}.grad": value for name, value in zip(learnt, found)}


def write_language_models():
    random = generator(1)
    weights, initial = language_model_weights(random), states(random)
    ids, targets = uniform_ids(random, ROWS, BPTT), uniform_ids(random, ROWS, BPTT)
    batch = {"ids": ids, "targets": targets, "alpha": ALPHA, "beta": BETA}
    batch |= layer_states("initial", initial)
    for name, masks in [("language-model", {}), ("language-model-masked", dropout_masks(random))]:
        answers = minibatch(leaves(weights), ids, targets, initial, masks)
        write(name, weights | batch | masks | answers)


def minibatch(weights, ids, targets, initial, masks):
    """What a language model answers to a minibatch, by name."""
    logits, outputs, dropped, finals = language_model(weights, list(ids.T), initial, masks)
    loss = functional.cross_entropy(logits, targets.T.flatten())
    answers = {f"rnns.{layer}.output": torch.cat(steps) for layer, steps in enumerate(outputs)}
    answers |= {"logits": logits} | layer_states("final", finals)
    answers |= gradients(loss, weights)
    return answers | gradients(loss + regularisation(outputs[-1], dropped), weights, "regularised.")


def layer_states(moment, layers):
    named = {}
    for layer, (hidden, cell) in enumerate(layers):
        named |= {f"rnns.{layer}.{moment}.hidden": hidden, f"rnns.{layer}.{moment}.cell": cell}
    return named


def adam(weights):
    """Adam whose weight decay is apart from the gradient: of all parameters, biases too."""
    learnt = [value for value in weights.values() if value.requires_grad]
    return torch.optim.AdamW(learnt, LEARNING_RATE, BETAS, EPSILON, WEIGHT_DECAY)


def write_language_model_steps():
    random = generator(2)
    weights, ids = language_model_weights(random), stream(random, ROWS, STEPS * BPTT + 1)
    plain = train_language_model(weights, ids, torch.inf)
    clipped = train_language_model(weights, ids, CLIP)
    check_steps("language model", plain, train_language_model(weights, ids, torch.inf, torch.float64))
    check_steps("language model, clipped", clipped, train_language_model(weights, ids, CLIP, torch.float64))
    assert min(clipped["norms"]) > CLIP
    tensors = weights | {"ids": ids, "bptt": BPTT, "clip": CLIP} | ADAM
    tensors |= {f"plain.{name}": value for name, value in plain.items()}
    write("language-model-steps", tensors | {f"clipped.{name}": value for name, value in clipped.items()})


def train_language_model(weights, ids, clip, dtype=torch.float32):
    """The losses of all steps, the gradients' norms, and by name the weights in the end."""
    weights, layers, losses, norms = leaves(weights, dtype), zero_states(ROWS, dtype), [], []
    optimiser = adam(weights)
    for start in range(0, STEPS * BPTT, BPTT):
        end = start + BPTT
        logits, _, _, finals = language_model(weights, list(ids[:, start:end].T), layers)
        loss = functional.cross_entropy(logits, ids[:, start + 1:end + 1].T.flatten())
        optimiser.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(weights.values(), clip).item())
        optimiser.step()
        layers = [(hidden.detach(), cell.detach()) for hidden, cell in finals]
        losses.append(loss.item())
    return {"losses": losses, "norms": norms} | weights


LOSSES = {"weighted": (CLASS_WEIGHTS, 0.0), "smoothed": ([1.0] * CLASSES, SMOOTHING),
          "both": (CLASS_WEIGHTS, SMOOTHING)}


def class_loss(logits, labels, kind):
    """The mean over tweets, weighted by the class of each."""
    class_weights, smoothing = LOSSES[kind]
    class_weights = torch.tensor(class_weights, dtype=logits.dtype)
    return functional.cross_entropy(logits, labels, class_weights, label_smoothing=smoothing)


def write_classifier():
    random = generator(3)
    weights, tweets = classifier_weights(random), [uniform_ids(random, length) for length in [7, 4, 4, 2, 1]]
    labels = torch.tensor([0, 1, 1, 0, 1])
    copies = leaves(weights)
    pooled, logits, outputs = classify(copies, tweets)
    lengths = [len(tweet) for tweet in tweets]
    tensors = weights | {"ids": torch.cat(tweets), "lengths": lengths, "labels": labels,
                         "class_weights": CLASS_WEIGHTS, "smoothing": SMOOTHING}
    tensors |= {f"rnns.{layer}.output": torch.cat(steps) for layer, steps in enumerate(outputs)}
    tensors |= {"pooled": pooled, "logits": logits}
    tensors |= {f"{name}.after": value for name, value in copies.items() if not is_learnt(name)}
    for kind in LOSSES:
        tensors |= gradients(class_loss(logits, labels, kind), copies, f"{kind}.")
    write("classifier", tensors)


TARGETS = [[0, 1, 0], [0.25, 0.5, 0.25], [0, 0, 1], [0.125, 0.125, 0.75], [1, 0, 0]]
# Of the third and the fifth text only that it is rather the one than the other.
OTHERS = [-1, -1, 0, -1, 2]
EXAMPLE_WEIGHTS, THREE_WEIGHTS = [1, 0.5, 2, 1, 0.25], [1.5, 0.75, 0.5]


def target_loss(logits, class_weights, smoothing):
    """The mean over texts; where two classes are told apart, the softmax is over these two, without class weights."""
    total, weight = 0, 0
    targets, class_weights = torch.tensor(TARGETS).double(), torch.tensor(class_weights).double()
    for row, target, other, example_weight in zip(logits, targets, OTHERS, EXAMPLE_WEIGHTS):
        if other >= 0:
            pair = torch.stack([row[target.argmax()], row[other]])[None]
            loss = functional.cross_entropy(pair, torch.tensor([0]), label_smoothing=smoothing)
            total, weight = total + example_weight * loss, weight + example_weight
        else:
            loss = functional.cross_entropy(row[None], target[None], class_weights, reduction="sum",
                                            label_smoothing=smoothing)
            total = total + example_weight * loss
            weight = weight + example_weight * (class_weights * target).sum()
    return total / weight


def write_classifier_targets():
    random = generator(8)
    weights = classifier_weights(random, 3)
    tweets = [uniform_ids(random, length) for length in [7, 4, 4, 2, 1]]
    copies = leaves(weights)
    _, logits, _ = classify(copies, tweets)
    tensors = weights | {"ids": torch.cat(tweets), "lengths": [len(tweet) for tweet in tweets],
                         "targets": TARGETS, "others": OTHERS, "example_weights": EXAMPLE_WEIGHTS,
                         "class_weights": THREE_WEIGHTS, "smoothing": SMOOTHING}
    write("classifier-targets", tensors | gradients(target_loss(logits, THREE_WEIGHTS, SMOOTHING), copies))


def write_wide():
    random = generator(9)
    buckets, regularisation = 16, 0.03125
    texts = [[torch.randperm(buckets, generator=random)[:count] for count in counts]
             for counts in [(2, 5), (1, 3), (3, 7), (0, 0), (2, 4)]]
    weights = leaves({"parameters": normal(random, buckets, 3), "intercepts": normal(random, 3)})
    found = torch.zeros(buckets).double()
    for features in texts:
        for kind in features:
            found[kind] += 1
    rarities = torch.where(found > 0, 1 + ((1 + len(texts)) / (1 + found)).log(), 0)
    worth = weights["parameters"] * rarities[:, None]
    logits = torch.stack([weights["intercepts"] + sum(worth[kind].sum(0) / max(1, len(kind)) ** 0.5 for kind in features)
                          for features in texts])
    loss = target_loss(logits, THREE_WEIGHTS, 0) + regularisation / 2 * weights["parameters"].square().sum()
    write("wide", weights | gradients(loss, weights) | {
        "features": torch.cat([kind for features in texts for kind in features]),
        "word_counts": [len(words) for words, _ in texts],
        "character_counts": [len(characters) for _, characters in texts],
        "targets": TARGETS, "others": OTHERS, "example_weights": EXAMPLE_WEIGHTS,
        "class_weights": THREE_WEIGHTS, "regularisation": regularisation})


def write_classifier_steps():
    random = generator(34)
    weights = classifier_weights(random)
    lengths = torch.randint(1, 8, (STEPS, TWEETS), generator=random).sort(1, descending=True).values
    batches = [[uniform_ids(random, length) for length in row] for row in lengths.tolist()]
    # Something to learn: the class follows from the first word.
    labels = torch.tensor([[int(tweet[0] < WORDS // 2) for tweet in tweets] for tweets in batches])
    losses, final = train_classifier(weights, batches, labels)
    double_losses, _ = train_classifier(weights, batches, labels, torch.float64)
    check_steps("classifier", {"losses": losses}, {"losses": double_losses})
    ids = torch.cat([tweet for tweets in batches for tweet in tweets])
    tensors = weights | {"ids": ids, "lengths": lengths, "labels": labels, "class_weights": CLASS_WEIGHTS,
                         "smoothing": SMOOTHING, "losses": losses} | ADAM
    write("classifier-steps", tensors | {f"final.{name}": value for name, value in final.items()})


def train_classifier(weights, batches, labels, dtype=torch.float32):
    weights, losses = leaves(weights, dtype), []
    optimiser = adam(weights)
    for tweets, classes in zip(batches, labels):
        loss = class_loss(classify(weights, tweets)[1], classes, "both")
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses, weights


def write_sampled_softmax():
    random = generator(5)
    inputs = leaves({"hidden": normal(random, ROWS * BPTT, EMBEDDING, spread=0.8),
                     "encoder.weight": normal(random, WORDS, EMBEDDING, spread=0.7),
                     "decoder.bias": normal(random, WORDS)})
    targets = uniform_ids(random, ROWS * BPTT)
    candidates = torch.randperm(WORDS, generator=random)[:9]
    assert torch.isin(targets, candidates).any() and not torch.isin(targets, candidates).all()
    # Frequent words come first and are drawn more often.
    counts = torch.linspace(-0.5, -4, WORDS).double()
    loss = sampled_softmax(inputs["hidden"], targets, candidates, counts, inputs["encoder.weight"],
                           inputs["decoder.bias"])
    write("sampled-softmax", inputs | gradients(loss, inputs) | {
        "targets": targets, "candidates": candidates, "log_expected_counts": counts})


# Checks of this script itself.

def check_lstm():
    """The layers above are torch.nn.LSTM, state and ragged rows included."""
    random = generator(6)
    weights, tweets = encoder_weights(random), [uniform_ids(random, length) for length in [5, 3, 1]]
    initial = states(random)
    outputs, finals = encode(weights, step_order(tweets), initial, {})
    x = torch.nn.utils.rnn.pack_sequence([weights["encoder.weight"][tweet] for tweet in tweets])
    for layer, (inputs, units) in enumerate(LAYERS):
        module = torch.nn.LSTM(inputs, units, dtype=torch.float64)
        module.load_state_dict({name: weights[f"rnns.{layer}.{name}"] for name in module.state_dict()})
        x, (hidden, cell) = module(x, tuple(state[None] for state in initial[layer]))
        torch.testing.assert_close(torch.cat(outputs[layer]), x.data)
        torch.testing.assert_close(torch.stack(finals[layer]), torch.cat([hidden, cell]))


def check_sampled_softmax():
    """With every word a candidate and no correction it is the exact softmax."""
    random = generator(7)
    hidden, words = normal(random, 4, EMBEDDING), normal(random, WORDS, EMBEDDING)
    bias = normal(random, WORDS)
    targets = uniform_ids(random, 4)
    sampled = sampled_softmax(hidden, targets, torch.arange(WORDS), torch.zeros(WORDS).double(), words, bias)
    torch.testing.assert_close(sampled, functional.cross_entropy(hidden @ words.T + bias, targets))


def check_adam():
    """PyTorch's AdamW is Adam behind a shrinking of the weights by rate × decay, as in fastai."""
    value = torch.tensor([0.5, -2.0], dtype=torch.float64, requires_grad=True)
    optimiser, expected = adam({"value": value}), value.detach().clone()
    mean, square = torch.zeros(2).double(), torch.zeros(2).double()
    for step in range(1, 6):
        gradient = torch.tensor([step - 3.0, step**2], dtype=torch.float64)
        value.grad = gradient.clone()
        optimiser.step()
        mean = BETAS[0] * mean + (1 - BETAS[0]) * gradient
        square = BETAS[1] * square + (1 - BETAS[1]) * gradient**2
        expected *= 1 - LEARNING_RATE * WEIGHT_DECAY
        corrected = (square / (1 - BETAS[1]**step)).sqrt() + EPSILON
        expected -= LEARNING_RATE * mean / (1 - BETAS[0]**step) / corrected
    torch.testing.assert_close(value.detach(), expected)


def check_steps(name, single, double):
    difference = np.abs(np.subtract(single["losses"], double["losses"])).max()
    print(f"{name}: losses {single['losses'][0]:.3f} … {single['losses'][-1]:.3f}, "
          f"float32 is {difference:.1e} from float64")
    assert difference < 1e-5


if __name__ == "__main__":
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    for check in [check_lstm, check_sampled_softmax, check_adam]:
        check()
    for make in [write_language_models, write_language_model_steps, write_classifier, write_classifier_targets,
                 write_wide, write_classifier_steps, write_sampled_softmax]:
        make()
