#!/usr/bin/env python3
"""Train the licence-plate reader and export it as `model.onnx`.

A plain fully convolutional network with a CTC head: no recurrent layers, one input, one output.

    input   image   1 x 3 x 64 x 192   RGB, (value - 127.5) / 64
    output  logits  1 x 35 x 24        34 characters, then the CTC blank, over 24 columns

The training plates are rendered by render.py (once, into a cache folder) from seeds that no calibration or validation
image uses. Needs PyTorch (1.13 was used, on a CPU), NumPy and Pillow; every random choice is seeded.

    python3 train.py --cache /tmp/plates
"""

import argparse
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

import render

MEAN, STD = 127.5, 64.0
ALPHABET = render.ALPHABET
BLANK = len(ALPHABET)

# Seeds of whole sets of plates. The `calib` and `val` folders have their own (see README.md).
TRAIN_SEED, TEST_SEED = 1000, 2000


class ConvUnit(nn.Module):
    """Convolution, BatchNorm and (unless told otherwise) ReLU; `fold` merges the BatchNorm into the convolution."""

    def __init__(self, cin, cout, kernel=3, stride=1, padding=None, relu=True):
        super().__init__()
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        if padding is None:
            padding = (kernel[0] // 2, kernel[1] // 2)
        self.conv = nn.Conv2d(cin, cout, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(cout)
        self.relu = nn.ReLU() if relu else nn.Identity()

    def fold(self):
        self.conv, self.bn = fuse_conv_bn_eval(self.conv, self.bn), nn.Identity()

    def forward(self, x):
        return self.relu(self.bn(self.conv(x)))


class Residual(nn.Module):
    """Two convolutions and a skip connection around them."""

    def __init__(self, channels, kernel=3):
        super().__init__()
        self.a = ConvUnit(channels, channels, kernel)
        self.b = ConvUnit(channels, channels, kernel, relu=False)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x + self.b(self.a(x)))


class PlateNet(nn.Module):
    """Shrinks the picture fast, to 24 x 8 x 24 after three convolutions, and has its parameters after that."""

    def __init__(self):
        super().__init__()
        self.stem = ConvUnit(3, 8, stride=2)  # 8 x 32 x 96
        self.down1 = ConvUnit(8, 16, stride=2)  # 16 x 16 x 48, beside a max pool of the 8 channels
        self.pool1 = nn.MaxPool2d(2)
        self.down2 = ConvUnit(24, 24, stride=2)  # 24 x 8 x 24: the narrow place
        self.grow = ConvUnit(24, 48)
        self.res1 = Residual(48)
        self.pool2 = nn.MaxPool2d((2, 1))  # 48 x 4 x 24
        self.mix1 = ConvUnit(48, 32, kernel=1)  # three parallel branches
        self.mix3 = ConvUnit(48, 48, kernel=3)
        self.mix5 = ConvUnit(48, 16, kernel=(1, 5))
        self.res2 = Residual(96)
        self.collapse = ConvUnit(96, 128, kernel=(4, 3), padding=(0, 1))  # 128 x 1 x 24
        self.context = ConvUnit(128, 128, kernel=(1, 3))
        self.head = nn.Conv2d(128, len(ALPHABET) + 1, 1)

    def forward(self, x):
        x = self.stem(x)
        x = torch.cat([self.down1(x), self.pool1(x)], 1)
        x = self.down2(x)
        x = self.pool2(self.res1(self.grow(x)))
        x = torch.cat([self.mix1(x), self.mix3(x), self.mix5(x)], 1)
        x = self.res2(x)
        x = self.context(self.collapse(x))
        return self.head(x).squeeze(2)  # N x classes x columns


def load_set(cache, seed, count):
    """Plates of a set and their labels as class numbers; rendered once, then read from the cache folder."""
    os.makedirs(cache, exist_ok=True)
    path = os.path.join(cache, f"set-{seed}-{count}.npz")
    if not os.path.exists(path):
        started = time.time()
        images = np.empty((count, render.HEIGHT, render.WIDTH, 3), np.uint8)
        labels = np.empty((count, render.LENGTH), np.int64)
        for index in range(count):
            image, text = render.render(seed, index)
            images[index] = np.asarray(image)
            labels[index] = [ALPHABET.index(c) for c in text]
        np.savez(path, images=images, labels=labels)
        print(f"rendered {count} plates of set {seed} in {time.time() - started:.0f} s", flush=True)
    with np.load(path) as archive:
        return archive["images"], archive["labels"]


def to_tensor(images):
    """HWC bytes to the network's input."""
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2), np.float32)).sub_(MEAN).div_(STD)


def augment(images, rng):
    """Shift by a few pixels, and change the exposure of each plate."""
    out = np.empty(images.shape, np.float32)
    for i, image in enumerate(images):
        dy, dx = int(rng.integers(-3, 4)), int(rng.integers(-5, 6))
        padded = np.pad(image, ((3, 3), (5, 5), (0, 0)), mode="edge")
        out[i] = padded[3 + dy : 3 + dy + render.HEIGHT, 5 + dx : 5 + dx + render.WIDTH]
    gain = rng.uniform(0.8, 1.2, (len(images), 1, 1, 1)).astype(np.float32)
    tint = rng.uniform(0.94, 1.06, (len(images), 1, 1, 3)).astype(np.float32)
    offset = rng.uniform(-15, 15, (len(images), 1, 1, 1)).astype(np.float32)
    return np.clip(out * gain * tint + offset, 0, 255)


def decode(logits):
    """Greedy CTC: the best class of each column, repeats merged, blanks dropped."""
    texts = []
    for row in logits.argmax(1).tolist():
        previous, text = BLANK, ""
        for value in row:
            if value != previous and value != BLANK:
                text += ALPHABET[value]
            previous = value
        texts.append(text)
    return texts


def accuracy(net, images, labels):
    """Share of plates of which every character is right."""
    net.eval()
    hits = 0
    with torch.no_grad():
        for start in range(0, len(images), 100):
            texts = decode(net(to_tensor(images[start : start + 100])))
            wanted = ["".join(ALPHABET[c] for c in row) for row in labels[start : start + 100]]
            hits += sum(a == b for a, b in zip(texts, wanted))
    net.train()
    return hits / len(images)


def train(net, images, labels, epochs, batch, rate, seed):
    rng = np.random.default_rng(seed)
    steps = epochs * (len(images) // batch)
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.15)
    lengths = torch.full((batch,), render.LENGTH, dtype=torch.long)
    started, step, running = time.time(), 0, None
    for epoch in range(epochs):
        order = rng.permutation(len(images))
        for start in range(0, len(order) - batch + 1, batch):
            chosen = np.sort(order[start : start + batch])
            logits = net(to_tensor(augment(images[chosen], rng)).contiguous(memory_format=torch.channels_last))
            scores = F.log_softmax(logits.permute(2, 0, 1), dim=2)
            columns = torch.full((batch,), scores.shape[0], dtype=torch.long)
            loss = F.ctc_loss(scores, torch.from_numpy(labels[chosen]), columns, lengths, blank=BLANK)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            step += 1
            running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
            if step % 100 == 0:
                print(f"epoch {epoch + 1} step {step}/{steps} loss {running:.4f} {time.time() - started:.0f} s", flush=True)
        yield epoch + 1


def export(net, path):
    """Write the float32 ONNX file, each BatchNorm merged into the convolution before it."""
    net = net.eval().to(memory_format=torch.contiguous_format)
    for module in net.modules():
        if isinstance(module, ConvUnit):
            module.fold()
    image = torch.zeros(1, 3, render.HEIGHT, render.WIDTH)
    torch.onnx.export(net, image, path, input_names=["image"], output_names=["logits"], opset_version=13)
    return net


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", default="/tmp/plates", help="folder for the rendered sets")
    parser.add_argument("--out", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.onnx"))
    parser.add_argument("--plates", type=int, default=48000, help="plates to train on")
    parser.add_argument("--test", type=int, default=2000, help="fresh plates to test on")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    images, labels = load_set(args.cache, TRAIN_SEED, args.plates)
    test_images, test_labels = load_set(args.cache, TEST_SEED, args.test)
    net = PlateNet().to(memory_format=torch.channels_last)
    print(f"{sum(p.numel() for p in net.parameters())} parameters", flush=True)
    for epoch in train(net, images, labels, args.epochs, args.batch, args.rate, args.seed):
        # Only a progress report: nothing is chosen by it, so the last figure is a fair one.
        print(f"epoch {epoch}: {accuracy(net, test_images, test_labels):.2%} of {args.test} fresh plates", flush=True)
    net = export(net, args.out)
    print(f"exported: {accuracy(net, test_images, test_labels):.2%}, {os.path.getsize(args.out)} bytes", flush=True)


if __name__ == "__main__":
    main()
