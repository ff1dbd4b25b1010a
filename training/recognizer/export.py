"""Write the trained network as ONNX with 8-bit weights, and its vocabulary beside it."""

import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import (  # type: ignore[import-untyped]  # has no types
    QuantType,
    quantize_dynamic,
)

from training.recognizer.network import Tagger

__all__ = ["export"]


def export(tagger: Tagger, path: Path) -> None:
    """Write `tagger` to `path`.

    The inputs are `pieces` and `cases`, shape `(windows, length)`, 64-bit integers; the output is
    `logits`, shape `(windows, length, 12)`: outside, begins, continues a place; inside; adjective;
    outside, begins, continues a person, an organization, something else.
    """
    tagger.eval()
    example = torch.ones(2, 16, dtype=torch.long)
    axes = {name: {0: "windows", 1: "length"} for name in ("pieces", "cases", "logits")}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            tagger,
            (example, example),
            str(whole),
            input_names=["pieces", "cases"],
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        aside = path.with_suffix(".part")
        quantize_dynamic(
            whole,
            aside,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # 7 bits: sums of 8-bit products overflow on processors without VNNI.
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Gather", "Gemm"],
        )
    aside.replace(path)
