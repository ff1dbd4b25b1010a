"""The manifest: what a scan is made with, its shards, and what was done of them; `geo.scan/1`."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.errors import FormatError
from geo.scan.files import Folder
from geo.scan.parts import PartSummary
from geo.scan.plan import Shard
from geo.scan.slices import Slice

__all__ = ["FAILED", "MANIFEST", "SCHEMA", "Manifest"]

SCHEMA = "geo.scan/1"
MANIFEST = "manifest.json"
FAILED = "failed.jsonl"


@dataclass(slots=True)
class Manifest:
    """The state of a scan; the parts are the truth about what is done."""

    made_with: Mapping[str, object]
    sources: list[str] = field(default_factory=list)  #: as they were given
    shards: dict[int, Shard] = field(default_factory=dict)
    done: dict[int, PartSummary] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)  #: files that have no shard, and why

    @property
    def next_number(self) -> int:
        """Give the number of the next new shard."""
        return max(self.shards, default=-1) + 1

    def digest(self, shard: Shard) -> str:
        """Return what a part of that shard must carry to be one of this scan's."""
        made = json.dumps(self.made_with, sort_keys=True) + shard.digest
        return hashlib.sha256(made.encode()).hexdigest()[:16]

    def failures(self) -> Iterable[dict[str, object]]:
        """Yield a line of `failed.jsonl` for each document or file that was not done."""
        for path, reason in sorted(self.refused.items()):
            yield {"source": path, "document_id": None, "reason": reason, "part": None}
        for number in sorted(self.done):
            for failure in self.done[number].failures:
                yield {
                    "source": failure.source,
                    "document_id": failure.document_id,
                    "reason": failure.reason,
                    "part": self.shards[number].part,
                }

    def save(self, folder: Folder) -> None:
        """Write manifest and `failed.jsonl`, each in one step.

        Raises
        ------
        ExportError
            They cannot be written.
        """
        failures = [json.dumps(line, ensure_ascii=False) for line in self.failures()]
        if failures:
            folder.write(FAILED, ("\n".join(failures) + "\n").encode("utf-8", "replace"))
        else:
            folder.remove(FAILED)
        done = self.done.values()
        head = {
            "schema": SCHEMA,
            "complete": len(self.done) == len(self.shards),
            "documents": sum(one.documents for one in done),
            "words": sum(one.words for one in done),
            "mentions": sum(one.mentions for one in done),
            "resolved": sum(one.resolved for one in done),
            "failed": len(failures),
            "made_with": dict(self.made_with),
            "sources": self.sources,
        }
        lines = [json.dumps(self._shard(shard), ensure_ascii=False) for shard in self._ordered()]
        text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
        shards = ",\n  ".join(lines)
        folder.write(
            MANIFEST,
            f'{text},\n "shards": [\n  {shards}\n ]\n}}\n'.encode("utf-8", "backslashreplace"),
        )

    @classmethod
    def load(cls, folder: Folder) -> "Manifest | None":
        """Read the manifest of a folder, None where there is none.

        Raises
        ------
        FormatError
            It is broken, or of a newer format.
        """
        content = folder.read(MANIFEST)
        if content is None:
            return None
        where = f"{folder.path}/{MANIFEST}"
        try:
            values: dict[str, Any] = json.loads(content)  # Any: the values of JSON
            schema = values["schema"]
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(
                f"{where} is no manifest of a scan: {error}. Give another folder, or remove it "
                "and its parts to begin anew."
            ) from error
        if schema != SCHEMA:
            raise FormatError(
                f"{where} has the format {schema}, this release reads {SCHEMA}. "
                "Use the release that wrote it, or give another folder."
            )
        shards = {
            row["shard"]: Shard(row["shard"], tuple(Slice(*one) for one in row["slices"]))
            for row in values["shards"]
        }
        return cls(values["made_with"], list(values["sources"]), shards)

    def _ordered(self) -> list[Shard]:
        return [self.shards[number] for number in sorted(self.shards)]

    def _shard(self, shard: Shard) -> dict[str, object]:
        summary = self.done.get(shard.number)
        row: dict[str, object] = {"shard": shard.number, "part": shard.part}
        if summary is not None:
            row |= {
                "documents": summary.documents,
                "mentions": summary.mentions,
                "failed": len(summary.failures),
            }
        return row | {"done": summary is not None, "slices": [s.as_row() for s in shard.slices]}
