"""What a text means, as a vector, by a model on this machine: the extra ``talksearch[semantic]``.

The user names the model; nothing is ever fetched. Texts of like meaning have vectors that point the
same way. ``folder.py`` says what a model is, ``bert.py`` makes one that ONNX Runtime can run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from talksearch.embedding.folder import ModelFolder, find_model
from talksearch.errors import ConfigError
from talksearch.files import writing

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Embedder", "Model"]

_TOKENS = 1024
"""So many are embedded at a time: what a model makes of them on the way stays in the processor's
cache, which is a fifth faster than batches of ten thousand."""
_PORTION = 512


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def identity(self) -> str:
        """Another one for another model: its vectors cannot be compared with these."""

    def embed(
        self, texts: Sequence[str], done: Callable[[int], None] = lambda count: None
    ) -> NDArray[Any]:
        """A vector of length 1 for each text, float32, as the rows of a matrix. ``done`` is told
        how many there are so far."""


class Model:
    """The model that ``name`` names: a folder, an ONNX file, or an installed package that carries
    one. ``home`` is where relative paths begin, ``cache`` a folder for what is made of the model.

    Safe from any thread. Raises ``ConfigError`` when there is none, or it cannot be used.
    """

    def __init__(self, name: str, home: Path, cache: Path) -> None:
        self._folder: ModelFolder = find_model(name, home)
        self._cache = cache
        self._lock = threading.Lock()

    @cached_property
    def identity(self) -> str:
        return self._folder.identity

    def embed(
        self, texts: Sequence[str], done: Callable[[int], None] = lambda count: None
    ) -> NDArray[Any]:
        import numpy as np

        parts, count = [], 0
        for start in range(0, len(texts), _PORTION):
            with _Refusing(self._folder.weights):
                tokens = self._tokens(texts[start : start + _PORTION])
                order, found = [], []
                for batch in _batches(tokens):
                    order += batch
                    found.append(self._run([tokens[place] for place in batch]))
                    count += len(batch)
                    done(count)
            parts.append(np.concatenate(found)[np.argsort(order)])
        return np.concatenate(parts) if parts else np.empty((0, 0), np.float32)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        found = self._tokenizer.encode_batch(list(texts))
        # A text of nothing that the model knows has none, where it does not mark the ends.
        return [each.ids or [0] for each in found]

    def _run(self, tokens: Sequence[list[int]]) -> NDArray[Any]:
        import numpy as np

        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(tokens):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {each.name for each in self._session.get_inputs()}
        found = self._session.run(None, {name: given[name] for name in wanted & given.keys()})[0]
        if found.ndim == 3:
            found = self._folder.pooled(found, mask)
        found = found.astype(np.float32)
        length = np.linalg.norm(found, axis=1, keepdims=True)
        if not np.isfinite(length).all():
            raise ConfigError(f"model: {self._folder.weights} gives no numbers")
        return np.asarray(found / np.maximum(length, 1e-9))

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        made = Tokenizer.from_file(str(self._folder.tokenizer))
        made.no_padding()
        made.enable_truncation(self._folder.length)
        return made

    @property
    def _session(self) -> Any:
        with self._lock:
            return self._opened

    @cached_property
    def _opened(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what goes wrong is raised
        # Else threads that wait for the next batch keep their processors busy.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(
            str(self._runnable()), options, providers=["CPUExecutionProvider"]
        )

    def _runnable(self) -> Path:
        """The ONNX file; where the model is none, it is made, once."""
        if self._folder.weights.suffix == ".onnx":
            return self._folder.weights
        path = self._cache / f"{self.identity}.onnx"
        if not path.is_file():
            from talksearch.embedding.bert import convert

            with writing(path):
                self._cache.mkdir(parents=True, exist_ok=True)
                for former in self._cache.glob("*.onnx"):
                    former.unlink(missing_ok=True)
                convert(self._folder, path)
        return path


def _batches(tokens: Sequence[list[int]]) -> Iterator[list[int]]:
    """The texts' places, those of like length together: the shorter ones of a batch are filled
    up."""
    batch: list[int] = []
    for place in sorted(range(len(tokens)), key=lambda place: len(tokens[place])):
        if batch and (len(batch) + 1) * len(tokens[place]) > _TOKENS:
            yield batch
            batch = []
        batch.append(place)
    yield batch


class _Refusing:
    """Turns what ONNX Runtime and tokenizers raise into a ``ConfigError`` that names the model."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Neither library has a base of its errors; those of tokenizers have no class of their own.
        if kind and (kind is Exception or kind.__module__.startswith("onnxruntime")):
            raise ConfigError(f"model: {self._path} cannot be used: {error}") from error
