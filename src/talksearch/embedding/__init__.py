"""What a text means, as a vector, by a model on this machine: the extra ``talksearch[semantic]``.

The user names the model; nothing is ever fetched. Texts of like meaning have vectors that point the
same way. ``folder.py`` says what a model is, ``bert.py`` makes one that ONNX Runtime can run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from talksearch.embedding.folder import ModelFolder, find_model
from talksearch.errors import ConfigError
from talksearch.files import writing
from talksearch.once import cached_property
from talksearch.parallel import cores

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Embedder", "Model"]

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

        found: list[NDArray[Any]] = []
        for start in range(0, len(texts), _PORTION):
            with _Refusing(self._folder.weights):
                for vector in self._each(self._tokens(texts[start : start + _PORTION])):
                    found.append(vector)
                    done(len(found))
        return np.stack(found) if found else np.empty((0, 0), np.float32)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        found = self._tokenizer.encode_batch(list(texts))
        # A text of nothing that the model knows has none, where it does not mark the ends.
        return [each.ids or [0] for each in found]

    def _each(self, tokens: Sequence[list[int]]) -> Iterator[NDArray[Any]]:
        """The vectors of texts, each made by itself. In a batch, a model of 8 bits rounds one by
        the numbers of the others (a cosine of .99 to what it is alone); and every processor busy
        with a text of its own is a quarter faster than all of them with a batch."""
        if len(tokens) == 1:
            yield self._vector(tokens[0])
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(cores()) as pool:
            yield from pool.map(self._vector, tokens)

    def _vector(self, tokens: list[int]) -> NDArray[Any]:
        import numpy as np

        ids = np.array([tokens], np.int64)
        mask = np.ones_like(ids)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {each.name for each in self._session.get_inputs()}
        found = self._session.run(None, {name: given[name] for name in wanted & given.keys()})[0]
        if found.ndim == 3:
            found = self._folder.pooled(found)
        vector = found[0].astype(np.float32)
        length = np.linalg.norm(vector)
        if not np.isfinite(length):
            raise ConfigError(f"model: {self._folder.weights} gives no numbers")
        return np.asarray(vector / max(length, 1e-9))

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
        options.intra_op_num_threads = 1  # see ``_each``
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
