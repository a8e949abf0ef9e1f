"""What the Node halves did with a sample, and the formats of a bundle, read by numpy and the standard library alone."""

import gzip
import json
from pathlib import Path

import numpy as np

NUMPY = {"float32": np.float32, "int64": np.int64, "int32": np.int32, "uint8": np.uint8, "bool": np.bool_}
DATATYPES = {"FP32": np.float32, "INT64": np.int64, "INT32": np.int32, "UINT8": np.uint8, "BOOL": np.bool_}


def samples(folder):
    """Each sample: digest, inputs and outputs by name, and the request that was posted."""
    for file in sorted(Path(folder).glob("*.json")):
        record = json.loads(file.read_text())
        tensors = lambda ports: {port["name"]: read_tensor(file.parent / port["file"], port) for port in ports}
        header, wire = read_request((file.parent / record["request"]["file"]).read_bytes(), record["request"]["headers"])
        yield {
            "digest": record["digest"],
            "inputs": tensors(record["inputs"]),
            "outputs": tensors(record["outputs"]),
            "request": header,
            "wire": wire,
        }


def read_tensor(file, port):
    return np.fromfile(file, NUMPY[port["dtype"]]).reshape(port["shape"])


def read_request(body, headers):
    """An infer request with binary tensor data: its JSON, and the bytes of each input."""
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    at = int(headers["inference-header-content-length"])
    header = json.loads(body[:at])
    wire = {}
    for tensor in header["inputs"]:
        end = at + tensor["parameters"]["binary_data_size"]
        wire[tensor["name"]] = body[at:end]
        at = end
    assert at == len(body), "bytes follow the last tensor"
    return header, wire


def unpack_codes(packed, count, bits):
    """Code i is bits i * bits and following of the stream, least significant first."""
    stream = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")
    assert not stream[count * bits :].any(), "the padding is not zero"
    digits = stream[: count * bits].reshape(count, bits).astype(np.int64)
    return digits @ (1 << np.arange(bits))


def pack_codes(codes, bits):
    digits = (codes.reshape(-1, 1).astype(np.int64) >> np.arange(bits)) & 1
    return np.packbits(digits.astype(np.uint8).reshape(-1), bitorder="little").tobytes()


def signed(codes, bits):
    return np.where(codes >= 1 << (bits - 1), codes - (1 << bits), codes)


def dequantize(codes, row, shape):
    """Values of codes by a row of the quantization table, or by a crossing tensor of the manifest."""
    scales = np.array(row["scales"] if "scales" in row else row["scale"], np.float64)
    zeros = np.array(row["zeroPoints"] if "zeroPoints" in row else row["zeroPoint"], np.float64)
    spread = [1] * len(shape)
    if row.get("axis") is not None:
        spread[row["axis"]] = -1
    return (codes.reshape(shape) - (zeros.reshape(spread) if zeros.size > 1 else zeros)) * scales.reshape(spread)


def external_data(weights, parts):
    """External data of edge/model.onnx, unpacked from weights.bin by the manifest."""
    size = max((part["unpackedOffset"] + part["unpackedLength"] for part in parts), default=0)
    data = np.zeros(size, np.uint8)
    for part in parts:
        stored = weights[part["offset"] : part["offset"] + part["length"]]
        assert len(stored) == part["length"], part
        count = part["unpackedLength"]
        if part["bits"] == "raw":
            codes = np.frombuffer(stored, np.uint8)
        else:
            codes = signed(unpack_codes(stored, count, part["bits"]), part["bits"]).astype(np.int8).view(np.uint8)
        data[part["unpackedOffset"] : part["unpackedOffset"] + count] = codes
    return data.tobytes()
