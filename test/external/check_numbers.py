"""Reads weights.bin and the crossing tensors by the quantization table and the manifest alone, and compares with the float network.

check_numbers.py BUNDLE MODEL EXCHANGE -> JSON: per weight and crossing tensor how well its codes stand for the float values
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

from exchange import dequantize, samples, signed, unpack_codes


def weight_codes(bundle, row, parts, skeleton):
    """Codes of a weight: packed in weights.bin, or, where they are few, as int8 in the model itself."""
    part = parts.get(row["initializer"])
    if part is None:
        return numpy_helper.to_array(skeleton[row["initializer"]]).astype(np.int64)
    assert part["bits"] == row["bits"], (part, row["bits"])
    stored = (bundle / "edge/weights.bin").read_bytes()[part["offset"] : part["offset"] + part["length"]]
    return signed(unpack_codes(stored, part["unpackedLength"], part["bits"]), part["bits"])


def check_weight(row, codes, value):
    """A code is the nearest one, or the last one for what is beyond it."""
    top = 2 ** (row["bits"] - 1) - 1
    spread = [1] * value.ndim
    spread[row["axis"]] = -1
    scales = np.array(row["scales"], np.float64).reshape(spread)
    codes = codes.reshape(value.shape)
    error = np.abs(dequantize(codes, row, value.shape) - value)
    is_clipped = np.abs(value) > (top + 0.5) * scales
    # Half a scale, but for the rounding of float32 itself.
    within = error <= scales * 0.5 * (1 + 1e-6)
    clips_right = codes == np.sign(value) * top
    return {
        "tensor": row["tensor"],
        "bits": row["bits"],
        "codesInRange": bool(np.all(np.abs(codes) <= top)),
        "right": bool(np.all(np.where(is_clipped, clips_right, within))),
        "clipped": float(np.mean(is_clipped)),
        "used": int(np.unique(codes).size),
        "mse": float(np.mean(error**2)),
        "statedMse": row["mse"],
    }


def float_values(model, names):
    """Runs the float network for the named tensors."""
    network = onnx.load(model)
    known = {value.name for value in network.graph.output}
    network.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names if name not in known)
    session = onnxruntime.InferenceSession(network.SerializeToString(), providers=["CPUExecutionProvider"])
    return lambda inputs: dict(zip(names, session.run(names, inputs)))


def check_wire(wire, packed, value):
    """How well a crossing tensor stands for the float one: correlation, and signal to noise in dB beside that of the nearest codes."""
    codes = unpack_codes(packed, value.size, wire["bits"])
    assert len(packed) == wire["packedBytes"], (len(packed), wire["packedBytes"])
    got = dequantize(codes, wire, value.shape)
    noise = np.sum((got - value) ** 2)
    low, high = (dequantize(np.array([code]), wire, [1])[0] for code in (0, 2 ** wire["bits"] - 1))
    ideal = np.clip(np.rint(value / wire["scale"][0]) + wire["zeroPoint"][0], 0, 2 ** wire["bits"] - 1)
    return {
        "tensor": wire["name"],
        "correlation": float(np.corrcoef(got.reshape(-1), value.reshape(-1))[0, 1]),
        "sqnr": float(10 * np.log10(np.sum(value**2) / noise)),
        "bestSqnr": float(10 * np.log10(np.sum(value**2) / np.sum((dequantize(ideal, wire, value.shape) - value) ** 2))),
        "withinRange": bool(got.min() >= low and got.max() <= high),
    }


def main(bundle, model, exchange):
    manifest = json.loads((bundle / "split-manifest.json").read_text())
    table = json.loads((bundle / "quantization-table.json").read_text())["tensors"]
    initializers = {entry.name: numpy_helper.to_array(entry).astype(np.float64) for entry in onnx.load(model).graph.initializer}
    skeleton = {entry.name: entry for entry in onnx.load(str(bundle / "edge/model.onnx"), load_external_data=False).graph.initializer}
    parts = {part["name"]: part for part in manifest["weights"]}
    rows = [row for row in table if row["kind"] == "weight"]
    weights = [check_weight(row, weight_codes(bundle, row, parts, skeleton), initializers[row["tensor"]]) for row in rows]
    run = float_values(model, [wire["name"] for wire in manifest["wire"]])
    wires = []
    for sample in samples(exchange):
        values = run(sample["inputs"])
        for wire in manifest["wire"]:
            wires.append(check_wire(wire, sample["wire"][wire.get("cloudInput", wire["name"])], values[wire["name"]].astype(np.float64)))
    in_table = {row["tensor"]: row for row in table if row["kind"] == "wire"}
    agree = all(
        (in_table[wire["name"]]["scales"], in_table[wire["name"]]["zeroPoints"], in_table[wire["name"]]["bits"])
        == (wire["scale"], wire["zeroPoint"], wire["bits"])
        for wire in manifest["wire"]
    )
    print(json.dumps({"weights": weights, "wires": wires, "tableAgrees": agree}))


main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
