"""Prints what PyTorch says to the inputs of the tests of the classifier's head (`Tests/TrainingTests`:
`CrossEntropyTests`, `BatchNormTests`, `TrainableHeadGoldenTests`), which hold these numbers as literals.

    python3 -m venv venv && venv/bin/pip install torch
    venv/bin/python Tests/Golden/classifier-head.py
"""

import torch
from torch import nn


def show(name, tensor):
    print(f"{name}: " + ", ".join(f"{value:.8g}" for value in tensor.flatten().tolist()))


def cross_entropy():
    logits = torch.tensor([[1, -0.5, 0.25], [0, 2, -1], [-1.5, 0.5, 0.75]], requires_grad=True)
    right = torch.tensor([0, 2, 1])
    soft = torch.tensor([[0.7, 0.2, 0.1], [0, 0.5, 0.5], [0.25, 0.25, 0.5]])
    weight = torch.tensor([1, 2, 0.5])
    for name, targets, weight, smoothing in [
        ("plain", right, None, 0), ("weights", right, weight, 0), ("smoothing", right, None, 0.1),
        ("weights and smoothing", right, weight, 0.1), ("soft targets, smoothing", soft, None, 0.2),
    ]:
        logits.grad = None
        loss = nn.CrossEntropyLoss(weight=weight, label_smoothing=smoothing)(logits, targets)
        loss.backward()
        show(f"cross-entropy, {name}", loss)
        show("  gradient", logits.grad)


def batch_norm():
    norm = nn.BatchNorm1d(2)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([2, -0.5]))
        norm.bias.copy_(torch.tensor([0.25, 1]))
    input = torch.tensor([[1, 2], [3, -1], [0.5, 0.25], [-2, 4]], requires_grad=True)
    output = norm(input)
    output.backward(torch.tensor([[1, 0.5], [-1, 2], [0.5, -0.25], [0, 1]]))
    show("batch normalisation", output)
    show("  gradient", input.grad)
    for name, tensor in norm.named_parameters():
        show(f"  gradient of {name}", tensor.grad)
    show("  running mean", norm.running_mean)
    show("  running variance", norm.running_var)
    show("  evaluation", norm.eval()(input))


def numbers(shape, seed):
    """The k-th number is ((37k² + 11k + seed) mod 101 - 50) / 64."""
    count = torch.Size(shape).numel()
    return torch.tensor([(37 * k * k + 11 * k + seed) % 101 - 50 for k in range(count)]).reshape(shape) / 64


def head():
    head = nn.Sequential(
        nn.BatchNorm1d(6), nn.Dropout(0), nn.Linear(6, 3), nn.ReLU(),
        nn.BatchNorm1d(3), nn.Dropout(0), nn.Linear(3, 2))
    with torch.no_grad():
        for seed, parameter in enumerate(head.parameters(), start=1):
            parameter.copy_(numbers(parameter.shape, seed))
    pooled = numbers((4, 6), 11).requires_grad_()
    logits = head(pooled)
    criterion = nn.CrossEntropyLoss(weight=torch.tensor([0.5, 1.5]), label_smoothing=0.1)
    loss = criterion(logits, torch.tensor([0, 1, 1, 0]))
    loss.backward()
    show("head, loss", loss)
    show("  logits", logits)
    show("  gradient of pooled", pooled.grad)
    for name, tensor in head.named_parameters():
        show(f"  gradient of head.{name}", tensor.grad)
    for name, tensor in head.named_buffers():
        show(f"  head.{name}", tensor)


cross_entropy()
batch_norm()
head()
