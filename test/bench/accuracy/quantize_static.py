"""onnxruntime's own static quantizer, as its documentation uses it: quantize_static.py MODEL INPUT SAMPLES.npy FOLDER METHOD WEIGHTS.

Prints {"file": ...} or {"error": ...} as JSON.
"""

import json
import os
import sys

import numpy
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

model, name, samples, folder, method, weights = sys.argv[1:]


# Samples whose activations are held at once.
STRIDE = 10


class Reader(CalibrationDataReader):
    def __init__(self):
        self.samples = numpy.load(samples, mmap_mode="r")
        self.set_range(0, len(self.samples))

    def __len__(self):
        return len(self.samples) - len(self.samples) % STRIDE

    def set_range(self, start_index, end_index):
        self.left = iter(self.samples[start_index:end_index])

    def get_next(self):
        sample = next(self.left, None)
        return None if sample is None else {name: numpy.ascontiguousarray(sample)}


try:
    prepared = os.path.join(folder, "prepared.onnx")
    if not os.path.exists(prepared):
        quant_pre_process(model, prepared, skip_symbolic_shape=True)
    file = os.path.join(folder, f"{method}-{weights}.onnx")
    quantize_static(
        prepared,
        file,
        Reader(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType[weights],
        calibrate_method=CalibrationMethod[method],
        # The name is historical: all methods collect in strides.
        extra_options={"CalibStridedMinMax": STRIDE},
    )
    print(json.dumps({"file": file}))
except Exception as error:  # What the quantizer cannot do is a result of the comparison.
    print(json.dumps({"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]}))
