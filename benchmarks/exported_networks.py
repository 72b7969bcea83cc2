"""Whether an exported form of the bundled networks is faster than PyTorch, and whether it says the same.

    python benchmarks/exported_networks.py --json

Times `compact` and `composition` on one thread, 32 grey squares at once, the best of some rounds: as the product runs
them (PyTorch, eager), traced and frozen, and through OpenVINO and ONNX Runtime where these are installed
(`pip install openvino onnxruntime onnx onnxscript`).  Beside each time stands the largest difference of any component
from the product's own rows.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from similarity.describe.descriptors import compact, composition
from similarity.describe.descriptors.bundled import SIDE_PIXELS

Rows = npt.NDArray[np.float32]
Run = Callable[[Rows], Rows]

BATCH = 32
ROUNDS = 20
NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "compact": compact.load_network,
    "composition": composition.load_network,
}


def eager(network: nn.Module, example: Rows) -> Run:  # noqa: ARG001 - one of a family
    """As the product runs it."""

    def run(squares: Rows) -> Rows:
        with torch.inference_mode():
            grey = torch.from_numpy(squares).contiguous(memory_format=torch.channels_last)
            return np.asarray(network(grey).numpy())

    return run


def frozen(network: nn.Module, example: Rows) -> Run:
    """Traced, frozen and fused by PyTorch."""
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(network, torch.from_numpy(example), check_trace=False)  # type: ignore[no-untyped-call]
        fused = torch.jit.optimize_for_inference(torch.jit.freeze(traced))
    return eager(fused, example)


def openvino(network: nn.Module, example: Rows, *, precision: str = "f32") -> Run:
    """Through OpenVINO on one thread."""
    import openvino

    model = openvino.convert_model(network, example_input=torch.from_numpy(example))
    model.reshape([-1, 1, SIDE_PIXELS, SIDE_PIXELS])
    settings = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": precision}
    compiled = openvino.Core().compile_model(model, "CPU", settings)
    return lambda squares: np.asarray(compiled(squares)[0])


def openvino_bf16(network: nn.Module, example: Rows) -> Run:
    """The same, computed in bf16 where the processor can."""
    return openvino(network, example, precision="bf16")


def onnx_runtime(network: nn.Module, example: Rows) -> Run:
    """Through ONNX Runtime on one thread."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = str(Path(folder) / "network.onnx")
        torch.onnx.export(network, (torch.from_numpy(example),), path, dynamo=False, opset_version=17)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda squares: np.asarray(session.run(None, {name: squares})[0])


FORMS: dict[str, tuple[str, Callable[[nn.Module, Rows], Run]]] = {
    "PyTorch, as the product runs it": ("torch", eager),
    "PyTorch, traced and frozen": ("torch", frozen),
    "OpenVINO": ("openvino", openvino),
    "OpenVINO, bf16": ("openvino", openvino_bf16),
    "ONNX Runtime": ("onnxruntime", onnx_runtime),
}


def measured(network: nn.Module, squares: Rows) -> dict[str, dict[str, object]]:
    """Milliseconds a picture and largest difference of each form that is installed."""
    expected = eager(network, squares)(squares)
    table: dict[str, dict[str, object]] = {}
    for form, (package, load) in FORMS.items():
        if importlib.util.find_spec(package) is None:
            table[form] = {"not_measured": f"{package} is not installed"}
            continue
        run = load(network, squares)
        largest = float(np.abs(run(squares) - expected).max())
        table[form] = {"milliseconds_a_picture": round(fastest(run, squares), 3), "largest_difference": largest}
    return table


def fastest(run: Run, squares: Rows) -> float:
    """Milliseconds a picture in the best round."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run(squares)
        seconds.append(time.perf_counter() - start)
    return 1000 * min(seconds) / len(squares)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="JSON instead of lines")
    as_json = parser.parse_args().json
    torch.set_num_threads(1)
    squares = np.random.default_rng(1).integers(0, 256, (BATCH, 1, SIDE_PIXELS, SIDE_PIXELS)).astype(np.float32)
    table = {name: measured(load().eval(), squares) for name, load in NETWORKS.items()}
    if as_json:
        print(json.dumps(table, indent=2))
        return
    for name, forms in table.items():
        for form, figures in forms.items():
            print(f"{name:12} {form:34} {figures}")


if __name__ == "__main__":
    main()
