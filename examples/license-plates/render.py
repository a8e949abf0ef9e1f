#!/usr/bin/env python3
"""Render synthetic licence plates as a roadside camera would crop them: RGB, 192 wide and 64 high.

Every plate comes from one pair of seeds (set seed, index), so a set can be rendered again byte for byte. Needs only
NumPy and Pillow: the letters are drawn from the strokes in GLYPHS, no font file is used.

    python3 render.py --seed 3000 --count 40 --out data/calib
    python3 render.py --seed 4000 --count 100 --out data/val --labels data/val.csv
"""

import argparse
import io
import math
import os

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 192, 64
LENGTH = 7

# 24 letters (no I and no O, which look like 1 and 0) and 10 digits. The index is the network's class.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"

# Each glyph is a list of polylines in a box 4 wide and 6 high, y downwards. Corners of round letters are cut.
_O = [(1, 0), (3, 0), (4, 1), (4, 5), (3, 6), (1, 6), (0, 5), (0, 1), (1, 0)]
GLYPHS = {
    "A": [[(0, 6), (2, 0), (4, 6)], [(0.7, 4), (3.3, 4)]],
    "B": [[(0, 0), (3, 0), (4, 0.8), (4, 2.2), (3.2, 3), (4, 3.8), (4, 5.2), (3, 6), (0, 6), (0, 0)], [(0, 3), (3.2, 3)]],
    "C": [[(4, 1.4), (4, 1), (3, 0), (1, 0), (0, 1), (0, 5), (1, 6), (3, 6), (4, 5), (4, 4.6)]],
    "D": [[(0, 0), (2.6, 0), (4, 1.4), (4, 4.6), (2.6, 6), (0, 6), (0, 0)]],
    "E": [[(4, 0), (0, 0), (0, 6), (4, 6)], [(0, 3), (3.2, 3)]],
    "F": [[(4, 0), (0, 0), (0, 6)], [(0, 3), (3.2, 3)]],
    "G": [[(4, 1.4), (4, 1), (3, 0), (1, 0), (0, 1), (0, 5), (1, 6), (3, 6), (4, 5), (4, 3.2), (2.3, 3.2)]],
    "H": [[(0, 0), (0, 6)], [(4, 0), (4, 6)], [(0, 3), (4, 3)]],
    "J": [[(1.4, 0), (4, 0), (4, 5), (3, 6), (1, 6), (0, 5), (0, 4.4)]],
    "K": [[(0, 0), (0, 6)], [(4, 0), (0, 3.6)], [(1.3, 2.5), (4, 6)]],
    "L": [[(0, 0), (0, 6), (4, 6)]],
    "M": [[(0, 6), (0, 0), (2, 3.6), (4, 0), (4, 6)]],
    "N": [[(0, 6), (0, 0), (4, 6), (4, 0)]],
    "P": [[(0, 6), (0, 0), (3, 0), (4, 1), (4, 2.4), (3, 3.4), (0, 3.4)]],
    "Q": [_O, [(2.4, 4.2), (4.2, 6.4)]],
    "R": [[(0, 6), (0, 0), (3, 0), (4, 1), (4, 2.2), (3, 3.2), (0, 3.2)], [(2, 3.2), (4, 6)]],
    "S": [[(4, 1.3), (4, 1), (3, 0), (1, 0), (0, 1), (0, 2.1), (0.9, 2.9), (3.1, 3.1), (4, 3.9), (4, 5), (3, 6), (1, 6), (0, 5), (0, 4.7)]],
    "T": [[(0, 0), (4, 0)], [(2, 0), (2, 6)]],
    "U": [[(0, 0), (0, 5), (1, 6), (3, 6), (4, 5), (4, 0)]],
    "V": [[(0, 0), (2, 6), (4, 0)]],
    "W": [[(0, 0), (0.9, 6), (2, 2), (3.1, 6), (4, 0)]],
    "X": [[(0, 0), (4, 6)], [(4, 0), (0, 6)]],
    "Y": [[(0, 0), (2, 3), (4, 0)], [(2, 3), (2, 6)]],
    "Z": [[(0, 0), (4, 0), (0, 6), (4, 6)]],
    "0": [_O],
    "1": [[(0.7, 1.4), (2.3, 0), (2.3, 6)]],
    "2": [[(0, 1.3), (0, 1), (1, 0), (3, 0), (4, 1), (4, 2.2), (0, 6), (4, 6)]],
    "3": [[(0, 0.9), (0.9, 0), (3, 0), (4, 0.9), (4, 2.1), (3.1, 3), (4, 3.9), (4, 5.1), (3, 6), (0.9, 6), (0, 5.1)], [(1.4, 3), (3.1, 3)]],
    "4": [[(2.8, 0), (0, 4.2), (4.2, 4.2)], [(3.1, 2.6), (3.1, 6)]],
    "5": [[(3.8, 0), (0.3, 0), (0.1, 2.7), (1, 2.3), (3, 2.3), (4, 3.3), (4, 5), (3, 6), (1, 6), (0, 5)]],
    "6": [[(3.4, 0), (1.6, 1), (0, 3.6), (0, 5), (1, 6), (3, 6), (4, 5), (4, 3.7), (3, 2.7), (1, 2.7), (0.2, 3.3)]],
    "7": [[(0, 0), (4, 0), (1.4, 6)]],
    "8": [[(1, 0), (3, 0), (3.8, 0.9), (3.8, 2.1), (3, 3), (4, 3.9), (4, 5.1), (3, 6), (1, 6), (0, 5.1), (0, 3.9), (1, 3), (0.2, 2.1), (0.2, 0.9), (1, 0)], [(1, 3), (3, 3)]],
    "9": [[(0.6, 6), (2.4, 5), (4, 2.4), (4, 1), (3, 0), (1, 0), (0, 1), (0, 2.3), (1, 3.3), (3, 3.3), (3.8, 2.7)]],
}

# Paint of plates: background, characters, border, and how often.
PAINTS = [
    ((236, 236, 232), (22, 22, 26), (30, 30, 34), 0.36),  # white with black
    ((238, 200, 52), (24, 22, 20), (40, 34, 20), 0.18),  # yellow with black
    ((232, 234, 238), (26, 54, 140), (26, 54, 140), 0.14),  # white with blue
    ((226, 232, 222), (20, 98, 58), (20, 98, 58), 0.10),  # white with green
    ((28, 64, 146), (232, 234, 236), (226, 228, 232), 0.09),  # blue with white
    ((30, 30, 32), (226, 226, 220), (200, 200, 196), 0.07),  # black with white
    ((150, 26, 32), (236, 232, 226), (230, 226, 220), 0.06),  # red with white
]
_PAINT_WEIGHTS = np.array([p[3] for p in PAINTS]) / sum(p[3] for p in PAINTS)

# The plate is drawn at this size, the scene at twice the camera's resolution.
_PW, _PH, _SW, _SH = 416, 96, WIDTH * 2, HEIGHT * 2


def _tint(rng, color, amount):
    return tuple(int(v) for v in np.clip(np.array(color) + rng.normal(0, amount, 3), 0, 255))


def _cloud(rng, rows, cols, size, low, high):
    """Smooth random field of the given size, from a few random values stretched over it."""
    small = rng.integers(0, 256, (rows, cols), dtype=np.uint8)
    field = np.asarray(Image.fromarray(small).resize(size, Image.BICUBIC), np.float32) / 255
    return low + (high - low) * field


def _background(rng):
    """What is around a plate: paint, a bumper's edges, a dark grille or the road, and something bright at times."""
    base = rng.choice([30, 60, 110, 170, 215]) + rng.normal(0, 12)
    image = Image.new("RGB", (WIDTH, HEIGHT), _tint(rng, (base, base, base), 18))
    draw = ImageDraw.Draw(image)
    slope = rng.normal(0, 2.5)
    for _ in range(rng.integers(1, 5)):  # horizontal parts: bumper, gap, trim
        y, h = rng.uniform(-10, HEIGHT), rng.uniform(1.5, 22)
        level = base * rng.uniform(0.35, 1.4)
        draw.polygon([(0, y), (WIDTH, y + slope), (WIDTH, y + h + slope), (0, y + h)], fill=_tint(rng, (level, level, level), 12))
    for _ in range(rng.integers(0, 4)):  # lamps, screws, grille bars
        x, y, w, h = rng.uniform(-10, WIDTH), rng.uniform(-10, HEIGHT), rng.uniform(3, 35), rng.uniform(3, 25)
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape([x, y, x + w, y + h], fill=_tint(rng, rng.uniform(20, 245, 3), 10))
    if rng.random() < 0.3:
        step, color = int(rng.integers(4, 10)), _tint(rng, (base * 0.5,) * 3, 8)
        for x in range(int(rng.integers(0, step)), WIDTH, step):
            draw.line([(x, 0), (x, HEIGHT)], fill=color)
    return image.resize((_SW, _SH), Image.BILINEAR)


def _draw_glyph(draw, glyph, x, y, w, h, slant, pen, color):
    r = pen / 2
    for line in GLYPHS[glyph]:
        points = [(x + px * w / 4 + (6 - py) * h / 6 * slant, y + py * h / 6) for px, py in line]
        draw.line(points, fill=color, width=round(pen))
        for px, py in points:
            draw.ellipse([px - r, py - r, px + r, py + r], fill=color)


def _plate(rng, text):
    """The flat plate, seen from straight ahead, as RGB and its mask."""
    paint, ink, border, _ = PAINTS[rng.choice(len(PAINTS), p=_PAINT_WEIGHTS)]
    paint, ink, border = _tint(rng, paint, 8), _tint(rng, ink, 8), _tint(rng, border, 8)
    image = Image.new("RGB", (_PW, _PH), paint)
    draw = ImageDraw.Draw(image)
    radius, edge = int(rng.integers(3, 14)), int(rng.integers(0, 5))
    mask = Image.new("L", (_PW, _PH), 0)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, _PW - 1, _PH - 1], radius, fill=255)
    if edge:
        inset = int(rng.integers(0, 4))
        draw.rounded_rectangle([inset, inset, _PW - 1 - inset, _PH - 1 - inset], radius, outline=border, width=edge)
    left, right = 14.0, _PW - 14.0
    if rng.random() < 0.45:  # country stripe
        stripe = int(rng.integers(26, 38))
        draw.rectangle([edge, edge, stripe, _PH - 1 - edge], fill=_tint(rng, (22, 52, 150), 14))
        draw.ellipse([stripe / 2 - 8, 18, stripe / 2 + 10, 36], outline=(230, 210, 60), width=3)
        draw.rectangle([stripe / 2 - 5, 62, stripe / 2 + 7, 76], outline=(225, 225, 230), width=3)
        left = stripe + 8.0

    # Seven characters, with a wider gap after the second, third or fourth on most plates.
    pen = rng.uniform(6.5, 11.5)
    gap = rng.uniform(5, 10)
    split = int(rng.choice([0, 2, 3, 4], p=[0.2, 0.3, 0.3, 0.2]))
    wide = rng.uniform(10, 26) if split else 0.0
    cell = min((right - left - wide - 6 * gap) / LENGTH, rng.uniform(40, 56))
    glyph_w = cell - pen
    glyph_h = rng.uniform(54, 64) - pen
    slant = rng.choice([0.0, 0.0, rng.uniform(-0.06, 0.1)])
    used = LENGTH * cell + 6 * gap + wide
    x = left + (right - left - used) * rng.uniform(0.15, 0.85)
    y = (_PH - glyph_h) / 2 + rng.normal(0, 2)
    for i, glyph in enumerate(text):
        _draw_glyph(draw, glyph, x + pen / 2, y, glyph_w, glyph_h, slant, pen, ink)
        x += cell + gap
        if i + 1 == split:
            if rng.random() < 0.4:  # seal or dot between the groups
                cx, cy, r = x - gap / 2 + wide / 2, _PH / 2 + rng.normal(0, 9), rng.uniform(3, 7)
                draw.ellipse([cx - r, cy - r, cx + r, cy + r], fill=_tint(rng, rng.uniform(40, 200, 3), 10))
            x += wide

    for _ in range(rng.integers(0, 3)):  # screws
        sx, sy, r = rng.uniform(left, right), rng.choice([9.0, _PH - 9.0]), rng.uniform(2, 5)
        draw.ellipse([sx - r, sy - r, sx + r, sy + r], fill=_tint(rng, (110, 108, 104), 30))
    for _ in range(rng.poisson(2.0)):  # mud
        sx, sy, r = rng.uniform(0, _PW), rng.uniform(0, _PH), rng.uniform(1.5, 7)
        draw.ellipse([sx - r, sy - r * 0.8, sx + r, sy + r * 0.8], fill=_tint(rng, (120, 104, 84), 22))
    return image, mask


def _quad(rng):
    """Corners of the plate in the scene: turned, tilted and seen from one side, but always wholly inside."""
    w = rng.uniform(0.74, 0.95) * _SW
    h = w * _PH / _PW * rng.uniform(0.88, 1.12)
    angle = math.radians(rng.normal(0, 3.0))
    shear = rng.normal(0, 0.08)
    near = rng.normal(0, 0.07)  # one side is nearer, so higher
    corners = []
    for sx, sy in ((-1, -1), (-1, 1), (1, 1), (1, -1)):
        px, py = sx * w / 2, sy * h / 2 * (1 + sx * near)
        px += shear * py
        px, py = px * math.cos(angle) - py * math.sin(angle), px * math.sin(angle) + py * math.cos(angle)
        corners.append((px, py))
    corners = np.array(corners)
    extent = np.ptp(corners, axis=0)
    corners *= min(1.0, (_SW - 8) / extent[0], (_SH - 8) / extent[1])
    low, high = corners.min(axis=0), corners.max(axis=0)
    room_x, room_y = (_SW - (high[0] - low[0])) / 2, (_SH - (high[1] - low[1])) / 2
    center = (_SW / 2 + rng.uniform(-1, 1) * (room_x - 3), _SH / 2 + rng.uniform(-1, 1) * (room_y - 3) * 0.8)
    return corners - (low + high) / 2 + np.array(center)


def _perspective(quad):
    """Coefficients for Pillow: scene coordinates to plate coordinates."""
    source = [(0, 0), (0, _PH), (_PW, _PH), (_PW, 0)]
    rows, values = [], []
    for (x, y), (u, v) in zip(quad, source):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return np.linalg.solve(np.array(rows), np.array(values)).tolist()


def _motion(pixels, length):
    """Horizontal motion blur over a fractional number of pixels."""
    whole = int(length)
    taps = [1.0] * whole + [length - whole]
    out = np.zeros_like(pixels)
    for i, tap in enumerate(taps):
        if tap:
            out += tap * np.roll(pixels, i - whole // 2, axis=1)
    return out / sum(taps)


def render(seed, index, hard=1.0):
    """One camera crop as a PIL image, and its text. `hard` scales the blur, the noise and the loss of contrast."""
    rng = np.random.default_rng([seed, index])
    text = "".join(ALPHABET[i] for i in rng.integers(0, len(ALPHABET), LENGTH))
    scene = _background(rng)
    plate, mask = _plate(rng, text)
    quad = _quad(rng)
    coefficients = _perspective(quad)
    size = (_SW, _SH)
    shadow = Image.new("L", (WIDTH // 2, HEIGHT // 2), 0)
    ImageDraw.Draw(shadow).polygon([(x / 4 + 0.5, y / 4 + 1.2) for x, y in quad], fill=150)
    scene.paste((12, 12, 14), (0, 0), shadow.resize(size, Image.BILINEAR))
    scene.paste(
        plate.transform(size, Image.PERSPECTIVE, coefficients, Image.BILINEAR),
        (0, 0),
        mask.transform(size, Image.PERSPECTIVE, coefficients, Image.BILINEAR),
    )

    # Optics: down to the sensor's resolution, where a plate far away has fewer pixels than the crop; out of focus.
    if rng.random() < 0.35:
        far = rng.uniform(0.45, 0.9)
        scene = scene.resize((round(WIDTH * far), round(HEIGHT * far)), Image.BOX)
        scene = scene.resize((WIDTH, HEIGHT), Image.BICUBIC)
    else:
        scene = scene.resize((WIDTH, HEIGHT), Image.BOX)
    blur = rng.gamma(2.0, 0.3) * hard
    scene = scene.filter(ImageFilter.GaussianBlur(min(blur, 2.2)))
    pixels = np.asarray(scene, np.float32)
    if rng.random() < 0.35:
        pixels = _motion(pixels, rng.uniform(1.2, 1.0 + 3.2 * hard))

    # Light: uneven, with a shadow's edge or a reflection at times, coloured, and dim at night.
    light = _cloud(rng, 2, 4, (WIDTH, HEIGHT), rng.uniform(0.55, 0.95), 1.1)
    yy, xx = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    if rng.random() < 0.3:
        angle = rng.uniform(-0.8, 0.8)
        side = (xx - rng.uniform(20, WIDTH - 20)) * math.cos(angle) + (yy - HEIGHT / 2) * math.sin(angle) * 2
        light = light * (1 - rng.uniform(0.25, 0.65) / (1 + np.exp(np.clip(-side / rng.uniform(0.6, 3), -30, 30))))
    pixels = pixels * (light[..., None] * rng.normal(1, 0.06, 3).astype(np.float32))
    if rng.random() < 0.25:
        d = ((xx - rng.uniform(0, WIDTH)) / rng.uniform(10, 50)) ** 2 + ((yy - rng.uniform(0, HEIGHT)) / rng.uniform(6, 20)) ** 2
        pixels = pixels + rng.uniform(40, 150) * np.exp(-d)[..., None]
    contrast = 1 - hard * rng.beta(1.6, 2.2) * 0.72
    level = rng.uniform(45, 185)
    pixels = level + (pixels - 128) * contrast

    # Sensor: shot and read noise, then the camera's own compression.
    pixels = np.clip(pixels, 0, 255)
    sigma = hard * (rng.gamma(2.0, 2.2) + np.sqrt(pixels) * rng.uniform(0.05, 0.45))
    noise = rng.standard_normal(pixels.shape, dtype=np.float32)
    pixels = np.clip(pixels + noise * sigma, 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=int(rng.integers(38, 92)))
    stream.seek(0)
    return Image.open(stream).convert("RGB"), text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True, help="seed of the whole set")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", required=True, help="folder for 0001.jpg and so on")
    parser.add_argument("--labels", help="CSV file for the labels: file,label")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    rows = ["file,label"]
    for index in range(args.count):
        image, text = render(args.seed, index)
        name = f"{index + 1:04d}.jpg"
        image.save(os.path.join(args.out, name), "JPEG", quality=92)
        rows.append(f"{name},{text}")
    if args.labels:
        with open(args.labels, "w", encoding="utf-8") as file:
            file.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
