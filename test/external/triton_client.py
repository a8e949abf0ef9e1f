"""Talks to a generated cloud half with NVIDIA's client.

triton_client.py ADDRESS TOKEN BUILD EXCHANGE -> JSON: health, metadata, differences of outputs by way of asking, texts of refusals
"""

import json
import sys

import numpy as np
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

from exchange import samples


def main(address, token, build, exchange):
    client = InferenceServerClient(address.removeprefix("http://"))
    headers = {"Authorization": f"Bearer {token}"}
    metadata = client.get_model_metadata(build, headers=headers)

    def infer_inputs(sample, as_json):
        for port in metadata["inputs"]:
            tensor = InferInput(port["name"], port["shape"], port["datatype"])
            content = sample["wire"][port["name"]]
            array = np.frombuffer(content, triton_to_np_dtype(port["datatype"])).reshape(port["shape"])
            yield tensor.set_data_from_numpy(array, binary_data=not as_json)

    def infer(sample, inputs=None, as_json=False, outputs="binary", model=build, digest=None, headers=headers, **options):
        names = [port["name"] for port in metadata["outputs"]]
        asked = None if outputs is None else [InferRequestedOutput(name, binary_data=outputs == "binary") for name in names]
        parameters = {"autosplit_digest": digest or sample["digest"]} if digest != "" else None
        inputs = inputs or list(infer_inputs(sample, as_json))
        # The client adds to the headers that it is given.
        return client.infer(model, inputs, outputs=asked, headers=dict(headers), parameters=parameters, **options)

    def difference(sample, **how):
        result = infer(sample, **how)
        names = [port["name"] for port in metadata["outputs"]]
        return max(float(np.max(np.abs(result.as_numpy(name) - sample["outputs"][name]))) for name in names)

    ways = {
        "binary": {},
        "gzip": {"request_compression_algorithm": "gzip"},
        "deflate": {"request_compression_algorithm": "deflate"},
        "version": {"model_version": "1"},
        "outputs left to the server": {"outputs": None},
        "JSON out": {"outputs": "json"},
        "compressed answers welcome": {"response_compression_algorithm": "gzip"},
        "JSON in": {"as_json": True},
        "JSON both ways": {"as_json": True, "outputs": "json"},
    }
    recorded = list(samples(exchange))
    differences = {name: max(difference(sample, **how) for sample in recorded) for name, how in ways.items()}

    sample = recorded[0]

    def refusal(work):
        try:
            work()
        except InferenceServerException as error:
            return [error.status(), error.message()]
        return None

    short = [InferInput(metadata["inputs"][0]["name"], [1], "UINT8").set_data_from_numpy(np.zeros(1, np.uint8))]
    other = [InferInput("other", [1], "UINT8").set_data_from_numpy(np.zeros(1, np.uint8))]
    refusals = {
        "no token": refusal(lambda: infer(sample, headers={})),
        "no digest": refusal(lambda: infer(sample, digest="")),
        "another digest": refusal(lambda: infer(sample, digest="0" * 64)),
        "another model": refusal(lambda: infer(sample, model="other")),
        "another version": refusal(lambda: infer(sample, model_version="2")),
        "another shape": refusal(lambda: infer(sample, inputs=short)),
        "another input": refusal(lambda: infer(sample, inputs=other)),
        "metadata of another model": refusal(lambda: client.get_model_metadata("other", headers=headers)),
        "an extension that is not there": refusal(lambda: client.get_model_config(build, headers=headers)),
    }
    health = [client.is_server_live(), client.is_server_ready(), client.is_model_ready(build, headers=headers)]
    server = client.get_server_metadata(headers=headers)
    print(json.dumps({"health": health, "server": server, "metadata": metadata, "differences": differences, "refusals": refusals}))


main(*sys.argv[1:])
