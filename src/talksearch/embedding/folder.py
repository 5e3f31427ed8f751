"""Which files a model is made of, as sentence-transformers lays them out.

``model.onnx`` (or ``onnx/model.onnx``), else ``model.safetensors`` with ``config.json``; beside it
``tokenizer.json``. ``1_Pooling/config.json`` says how the vectors of a text's tokens become one,
``sentence_bert_config.json`` how many tokens of a text are read.

https://sbert.net/docs/package_reference/sentence_transformer/models.html
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talksearch.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ModelFolder", "find_model"]

_VERSION = b"1"
"""Of how texts are embedded: another one, and all is embedded anew."""
_WEIGHTS = ("model.onnx", "onnx/model.onnx", "model.safetensors")
_KNOWN_STEPS = ("Transformer", "Pooling", "Normalize")
_POOLINGS = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "first"}
_LENGTH = 256
_WHOLE = 1 << 20
_SAMPLES, _SAMPLE = 256, 4096


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model's files; ``length`` tokens of a text are read, ``pooling`` is ``mean`` (of all of
    them) or ``first``."""

    root: Path
    weights: Path
    tokenizer: Path
    length: int
    pooling: str

    def config(self, name: str) -> dict[str, Any]:
        """One of its JSON files; empty where there is none."""
        found: dict[str, Any] = _json(self.root / name)
        return found

    @property
    def identity(self) -> str:
        told = hashlib.sha256(_VERSION + f"{self.length} {self.pooling}".encode())
        for path in (self.weights, self.tokenizer, self.root / "config.json"):
            told.update(_fingerprint(path))
        return told.hexdigest()[:32]

    def pooled(self, found: NDArray[Any]) -> NDArray[Any]:
        """Of the vectors of each text's tokens (text, token, number) one for the text."""
        if self.pooling == "first":
            first: NDArray[Any] = found[:, 0]
            return first
        mean: NDArray[Any] = found.mean(1)
        return mean


def find_model(name: str, home: Path) -> ModelFolder:
    """The model of that name (see ``Model``). Raises ``ConfigError`` saying what is missing."""
    missing = [each for each in ("onnxruntime", "tokenizers") if not find_spec(each)]
    if missing:
        raise ConfigError(
            f"model: it needs {' and '.join(missing)}: pip install 'talksearch[semantic]'"
        )
    place = home / Path(name).expanduser()
    if place.suffix == ".onnx" and place.is_file():
        # In a folder of its own, or beside the tokenizer.
        root = place.parent if (place.parent / "tokenizer.json").is_file() else place.parent.parent
        return _model(root, place)
    roots = [place, *_in_package(name)]
    for root in roots:
        for weights in _WEIGHTS:
            if (root / weights).is_file():
                return _model(root, root / weights)
    if not any(root.is_dir() for root in roots):
        raise ConfigError(f"model: there is no folder {place}, nor an installed package {name}")
    raise ConfigError(f"model: {place} holds neither model.onnx nor model.safetensors")


def _in_package(name: str) -> list[Path]:
    """Where an installed package would have its model. It is not imported."""
    module = name.replace("-", "_")
    spec = find_spec(module) if module.isidentifier() else None
    places = spec.submodule_search_locations if spec else None
    return [root for place in places or () for root in (Path(place), Path(place, "model"))]


def _model(root: Path, weights: Path) -> ModelFolder:
    tokenizer = root / "tokenizer.json"
    if not tokenizer.is_file():
        raise ConfigError(f"model: there is no {tokenizer}")
    if weights.suffix == ".safetensors" and not find_spec("onnx"):
        raise ConfigError("model: onnx is not installed: pip install 'talksearch[semantic]'")
    length = _json(root / "sentence_bert_config.json").get("max_seq_length")
    most = _json(root / "config.json").get("max_position_embeddings")
    lengths = [each for each in (length or _LENGTH, most) if isinstance(each, int) and each > 0]
    return ModelFolder(root, weights, tokenizer, min(lengths, default=_LENGTH), _pooling(root))


def _pooling(root: Path) -> str:
    """How tokens become a text. Raises ``ConfigError`` for a model that does anything else."""
    steps = _json(root / "modules.json", list)
    kinds = [str(each.get("type")) for each in steps if isinstance(each, dict)]
    strange = [kind for kind in kinds if kind.rpartition(".")[2] not in _KNOWN_STEPS]
    told = _json(root / "1_Pooling" / "config.json")
    wanted = [name for name, on in told.items() if name.startswith("pooling_mode") and on is True]
    if strange or len(wanted) > 1 or not set(wanted) <= _POOLINGS.keys():
        what = ", ".join(strange or wanted)
        raise ConfigError(f"model: {root} makes a text's vector in a way that is not known: {what}")
    return _POOLINGS[wanted[0]] if wanted else "mean"


def _json(path: Path, kind: type[Any] = dict) -> Any:
    """What a JSON file holds; empty where there is none."""
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return kind()
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"model: {path} cannot be read: {error}") from error
    if not isinstance(found, kind):
        raise ConfigError(f"model: {path} is not as sentence-transformers writes it")
    return found


def _fingerprint(path: Path) -> bytes:
    """Of a file's bytes; of a large one, of samples, for a search cannot wait for all of it. Models
    that were trained otherwise differ everywhere."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            told = hashlib.sha256(str(size).encode())
            if size <= _WHOLE:
                told.update(file.read())
            else:
                for sample in range(_SAMPLES):
                    file.seek(sample * (size - _SAMPLE) // (_SAMPLES - 1))
                    told.update(file.read(_SAMPLE))
            return told.digest()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ConfigError(f"model: {path} cannot be read: {error.strerror or error}") from error
