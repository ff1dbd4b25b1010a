"""Fine-tune the network; a run that was stopped goes on from its last checkpoint."""

import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from training.recognizer.examples import IGNORE, Example
from training.recognizer.network import Tagger

__all__ = ["Recipe", "train"]

#: Parts that start from nothing learn faster.
_NEW = ("head", "others", "case", "styles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The numbers of a run."""

    seed: int = 1
    epochs: float = 1.0
    batch_pieces: int = 1024
    rate: float = 2e-4
    new_rate: float = 1e-3
    warm_up: int = 60  #: steps
    weight_decay: float = 0.01
    others_weight: float = 0.25
    inside_weight: float = 0.25
    adjective_weight: float = 0.25
    most_steps: int | None = None  #: for a trial of the whole chain


def train(
    tagger: Tagger,
    examples: Sequence[Example],
    recipe: Recipe,
    folder: Path,
    *,
    padding: int,
    every: int = 50,
) -> None:
    """Train `tagger` in place; keep a checkpoint in `folder` each `every` steps."""
    torch.manual_seed(recipe.seed)
    batches = _schedule(examples, recipe)
    steps = recipe.most_steps or len(batches)
    optimizer = torch.optim.AdamW(
        [
            {"params": _parameters(tagger, new=False), "rate": recipe.rate},
            {"params": _parameters(tagger, new=True), "rate": recipe.new_rate},
        ],
        weight_decay=recipe.weight_decay,
    )
    step = _resume(folder, tagger, optimizer, recipe)
    tagger.train()
    begun, pieces, total = time.monotonic(), 0, 0.0
    while step < steps:
        share = min(1.0, (step + 1) / recipe.warm_up) * max(0.02, 1 - step / steps)
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * share
        batch = [examples[i] for i in batches[step]]
        loss = _loss(tagger, batch, recipe, padding)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        torch.nn.utils.clip_grad_norm_(tagger.parameters(), 1.0)
        optimizer.step()
        step += 1
        total += loss.item()
        pieces += sum(len(example.pieces) for example in batch)
        if step % every == 0 or step == steps:
            speed = pieces / (time.monotonic() - begun)
            print(f"step {step}/{steps} loss {total / every:.4f} {speed:.0f} pieces/s", flush=True)
            total = 0.0
            _keep(folder, tagger, optimizer, recipe, step)
    tagger.eval()


def _schedule(examples: Sequence[Example], recipe: Recipe) -> list[list[int]]:
    """Return the batches of all epochs in order: windows of like length, the batches shuffled."""
    rng = random.Random(recipe.seed)
    batches: list[list[int]] = []
    left = recipe.epochs
    while left > 0:
        order = list(range(len(examples)))
        rng.shuffle(order)
        epoch: list[list[int]] = []
        for chunk in range(0, len(order), 2048):
            batch: list[int] = []
            for i in sorted(order[chunk : chunk + 2048], key=lambda i: len(examples[i].pieces)):
                if (len(batch) + 1) * len(examples[i].pieces) > recipe.batch_pieces and batch:
                    epoch.append(batch)
                    batch = []
                batch.append(i)
            epoch.append(batch)
        rng.shuffle(epoch)
        batches += epoch[: round(len(epoch) * min(1.0, left))]
        left -= 1
    return batches


def _loss(tagger: Tagger, batch: Sequence[Example], recipe: Recipe, padding: int) -> Tensor:
    pieces = _pad([example.pieces for example in batch], padding)
    cases = _pad([example.cases for example in batch], 0)
    mask = _pad([[1] * len(example.pieces) for example in batch], 0).bool()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        style = tagger.styles(torch.tensor([[example.style] for example in batch]))
        encoded = tagger.encode(pieces, cases, style, mask)
        logits, others = tagger.head(encoded).float(), tagger.others(encoded).float()
    loss = _classes(logits[..., :3], [example.place for example in batch])
    loss = loss + recipe.others_weight * _classes(others, [e.others for e in batch])
    loss = loss + recipe.inside_weight * _flags(logits[..., 3], [e.inside for e in batch])
    return loss + recipe.adjective_weight * _flags(logits[..., 4], [e.adjective for e in batch])


def _classes(logits: Tensor, labels: list[list[int]]) -> Tensor:
    target = _pad(labels, IGNORE).flatten()
    if not (target != IGNORE).any():
        return logits.sum() * 0
    return functional.cross_entropy(logits.flatten(0, 1), target, ignore_index=IGNORE)


def _flags(logits: Tensor, labels: list[list[int]]) -> Tensor:
    target = _pad(labels, IGNORE)
    known = target != IGNORE
    if not known.any():
        return logits.sum() * 0
    return functional.binary_cross_entropy_with_logits(logits[known], target[known].float())


def _pad(rows: list[list[int]], value: int) -> Tensor:
    return pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=value)


def _parameters(tagger: Tagger, *, new: bool) -> list[Tensor]:
    return [p for name, p in tagger.named_parameters() if name.startswith(_NEW) == new]


def _keep(
    folder: Path, tagger: Tagger, optimizer: torch.optim.Optimizer, recipe: Recipe, step: int
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "tagger": tagger.state_dict(),
        "optimizer": optimizer.state_dict(),
        "random": torch.get_rng_state(),
        "step": step,
    }
    aside = folder / "checkpoint.part"
    torch.save(state, aside)
    aside.replace(folder / "checkpoint.pt")
    (folder / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1), encoding="utf-8")


def _resume(folder: Path, tagger: Tagger, optimizer: torch.optim.Optimizer, recipe: Recipe) -> int:
    path = folder / "checkpoint.pt"
    if not path.exists():
        return 0
    if json.loads((folder / "recipe.json").read_text(encoding="utf-8")) != asdict(recipe):
        raise SystemExit(f"{folder} holds a run of another recipe: give another --output")
    state = torch.load(path, weights_only=True)
    tagger.load_state_dict(state["tagger"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"])
    step: int = state["step"]
    print(f"resumed at step {step}")
    return step
