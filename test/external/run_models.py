"""Runs both generated models with Python's onnxruntime and compares with what the Node halves sent and gave.

run_models.py BUNDLE EXCHANGE -> JSON: per sample, the bytes on the wire that differ and the largest difference of an output
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from exchange import external_data, pack_codes, samples


def session(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # As the bundles do: exact sums of products on processors without VNNI too.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def edge_session(bundle, manifest, folder):
    """The edge model beside its weights, unpacked into a file as ONNX knows external data."""
    model = Path(folder) / "model.onnx"
    shutil.copy(bundle / "edge/model.onnx", model)
    (Path(folder) / "weights.bin").write_bytes(external_data((bundle / "edge/weights.bin").read_bytes(), manifest["weights"]))
    onnx.checker.check_model(str(model), full_check=True)
    return session(str(model))


def sent(wire, made, inputs):
    """Bytes of a crossing tensor, before entropy coding."""
    source = wire["source"]
    if source["kind"] == "input":
        values = inputs[wire["name"]]
        if "scale" not in wire:
            return values.tobytes()
        codes = np.clip(np.rint(values / np.float32(wire["scale"][0]) + wire["zeroPoint"][0]), 0, 2 ** wire["bits"] - 1)
        return pack_codes(codes, wire["bits"])
    codes = made[source["name"]]
    if "scale" not in wire:
        return codes.tobytes()
    if "codeMap" in source:
        codes = np.array(source["codeMap"], np.uint8)[codes]
    return pack_codes(codes, wire["bits"])


def main(bundle, exchange):
    manifest = json.loads((bundle / "split-manifest.json").read_text())
    cloud_file = str(bundle / "cloud/model.onnx")
    onnx.checker.check_model(cloud_file, full_check=True)
    cloud = session(cloud_file)
    ports = {port.name: port for port in cloud.get_inputs()}
    results = []
    with tempfile.TemporaryDirectory() as folder:
        edge = edge_session(bundle, manifest, folder) if "weights" in manifest else None
        for sample in samples(exchange):
            made = {}
            if edge is not None:
                feeds = {port.name: sample["inputs"][port.name] for port in edge.get_inputs()}
                made = dict(zip([port.name for port in edge.get_outputs()], edge.run(None, feeds)))
            different, feeds = 0, {}
            for wire in manifest["wire"]:
                name = wire.get("cloudInput", wire["name"])
                codes = np.frombuffer(sent(wire, made, sample["inputs"]), np.uint8)
                if wire["encoding"] not in ("png",) and not wire["encoding"].startswith("jpeg"):
                    arrived = np.frombuffer(sample["wire"][name], np.uint8)
                    different += int(np.count_nonzero(arrived != codes)) if arrived.size == codes.size else codes.size
                dtype = {"tensor(uint8)": np.uint8, "tensor(float)": np.float32, "tensor(int64)": np.int64}[ports[name].type]
                feeds[name] = codes.view(dtype).reshape(ports[name].shape)
            outputs = {**made, **dict(zip([port.name for port in cloud.get_outputs()], cloud.run(None, feeds)))}
            difference = max(
                float(np.max(np.abs(outputs[name].astype(np.float64) - right.astype(np.float64)), initial=0))
                for name, right in sample["outputs"].items()
            )
            results.append({"differentBytes": different, "difference": difference})
    print(json.dumps({"samples": results, "edge": edge is not None}))


main(Path(sys.argv[1]), Path(sys.argv[2]))
