"""SQLite FTS5 and Tantivy, as ``speed.py`` asks them; ``speed_engines.py`` says what for."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from speed_engines import TOP, Asked, rows
from speed_passages import Entry, Question

ALL_VALUES = 100_000  # of a facet


# SQLite FTS5


class Fts5:
    """An index over a table with the content, as in its manual's section on such tables. Speakers
    are indexed too, which finds them four times as fast as looking at the table; shows are not:
    a condition on the table is faster for what so many passages have."""

    name = "SQLite FTS5"

    def build(self, folder: Path, entries: Iterable[Entry], workers: int) -> None:
        folder.mkdir()
        with contextlib.closing(_connect(folder)) as db, db:
            db.executescript(_TABLES)
            db.executemany(_INSERT, ((None, *row) for row in rows(entries)))
            db.execute("INSERT INTO found(found) VALUES ('rebuild')")

    def settle(self, folder: Path) -> None:
        with contextlib.closing(_connect(folder)) as db:
            with db:
                db.execute("INSERT INTO found(found) VALUES ('optimize')")
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def open(self, folder: Path) -> OpenedFts5:
        return OpenedFts5(folder)


_TABLES = """
CREATE TABLE passages (id INTEGER PRIMARY KEY, speaker, role, show, episode, date, text);
CREATE INDEX by_episode ON passages (episode);
CREATE VIRTUAL TABLE found USING fts5(
    speaker, text, content='passages', content_rowid='id', tokenize='porter'
);
INSERT INTO found(found, rank) VALUES ('rank', 'bm25(0.0, 1.0)');
"""
_INSERT = "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)"


def _connect(folder: Path) -> sqlite3.Connection:
    db = sqlite3.connect(folder / "passages.db", check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA cache_size = -262144")
    db.execute("PRAGMA mmap_size = 4294967296")
    return db


class OpenedFts5:
    def __init__(self, folder: Path) -> None:
        self.db = _connect(folder)
        self.close = self.db.close

    def ask(self, question: Question) -> Asked | None:
        if question.how == "fuzzy":
            return None
        match question.how:
            case "phrase":
                wanted = f'"{" ".join(question.words)}"'
            case "prefix":
                wanted = f'"{question.words[0]}"*'
            case _:
                wanted = f" {question.how.upper()} ".join(f'"{w}"' for w in question.words)
        wanted = f"text : ({wanted})"
        if question.speaker:
            name = question.speaker.replace('"', '""')
            wanted += f' AND speaker : "{name}"'
        statements = self._statements(question)
        parameters = {"wanted": wanted, "show": question.show}
        if question.dates:
            parameters |= dict(zip(("first", "last"), question.dates, strict=True))

        def asked() -> None:
            for statement in statements:
                self.db.execute(statement, parameters).fetchall()

        return asked

    def _statements(self, question: Question) -> list[str]:
        plain = "FROM found WHERE found MATCH :wanted"
        joined = "FROM found JOIN passages ON id = found.rowid WHERE found MATCH :wanted"
        ten = f"ORDER BY rank LIMIT {TOP}"
        if question.show:
            best = f"SELECT id, rank {joined} AND show = :show {ten}"
        elif question.dates:
            best = f"SELECT id, rank {joined} AND date BETWEEN :first AND :last {ten}"
        elif question.highlighted:
            best = f"SELECT rowid, rank, highlight(found, 1, '<b>', '</b>') {plain} {ten}"
        elif question.grouped:
            # A bare column beside min() is of the row with the minimum.
            best = (
                f"SELECT id, min(rank) AS best, episode, count(*) {joined} "
                f"GROUP BY episode ORDER BY best LIMIT {TOP}"
            )
        else:
            best = f"SELECT rowid, rank {plain} {ten}"
        counts = [
            f"SELECT passages.{facet}, count(*) {joined} GROUP BY 1 ORDER BY 2 DESC"
            for facet in question.facets
        ]
        return [best, *counts]

    def replace(self, entry: Entry, marker: str) -> int:
        episode = (entry[0].episode.id,)
        # The transaction is the module's own: it begins with the first change.
        with self.db:
            self.db.execute(
                "INSERT INTO found (found, rowid, speaker, text) "
                "SELECT 'delete', id, speaker, text FROM passages WHERE episode = ?",
                episode,
            )
            self.db.execute("DELETE FROM passages WHERE episode = ?", episode)
            self.db.executemany(_INSERT, ((None, *row) for row in rows([entry])))
            self.db.execute(
                "INSERT INTO found (rowid, speaker, text) "
                "SELECT id, speaker, text FROM passages WHERE episode = ?",
                episode,
            )
        wanted = "SELECT rowid, rank FROM found WHERE found MATCH ? ORDER BY rank LIMIT 10"
        return len(self.db.execute(wanted, (marker,)).fetchall())


# Tantivy


class Tantivy:
    name = "Tantivy"

    def build(self, folder: Path, entries: Iterable[Entry], workers: int) -> None:
        import tantivy

        folder.mkdir()
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("text", stored=True, tokenizer_name="en_stem")
        for name in ("speaker", "role", "show", "episode"):
            schema.add_text_field(
                name, stored=True, fast=True, tokenizer_name="raw", index_option="basic"
            )
        schema.add_integer_field("date", stored=True, indexed=True, fast=True)
        # What fast_field_values() can give: numbers.
        schema.add_integer_field("group", fast=True)
        index = tantivy.Index(schema.build(), str(folder))
        writer = index.writer(heap_size=128_000_000 * workers, num_threads=workers)
        _tantivy_add(writer, entries)
        writer.commit()
        writer.wait_merging_threads()

    def settle(self, folder: Path) -> None:
        pass

    def open(self, folder: Path) -> OpenedTantivy:
        return OpenedTantivy(folder)


def _tantivy_add(writer: Any, entries: Iterable[Entry]) -> None:
    import tantivy

    for speaker, role, show, episode, date, text in rows(entries):
        writer.add_document(
            tantivy.Document(
                text=text,
                speaker=speaker,
                role=role,
                show=show,
                episode=episode,
                date=int(date.replace("-", "") or 0),
                group=int.from_bytes(blake2b(episode.encode(), digest_size=7).digest()),
            )
        )


class OpenedTantivy:
    def __init__(self, folder: Path) -> None:
        import tantivy

        self.index = tantivy.Index.open(str(folder))
        self.searcher = self.index.searcher()
        self.writer: Any = None

    def ask(self, question: Question) -> Asked:
        query = self._query(question)
        if question.grouped:
            return lambda: self._grouped(query)
        counted = {
            facet: {"terms": {"field": facet, "size": ALL_VALUES}} for facet in question.facets
        }

        def asked() -> int:
            found = self.searcher.search(query, TOP, count=True)
            if counted:
                self.searcher.aggregate(query, counted)
            if question.highlighted:
                self._marked(query, found)
            return int(found.count)

        return asked

    def _marked(self, query: Any, found: Any) -> list[str]:
        import tantivy

        snippets = tantivy.SnippetGenerator.create(self.searcher, query, self.index.schema, "text")
        snippets.set_max_num_chars(100_000)  # the whole passage, as in the others
        return [
            snippets.snippet_from_doc(self.searcher.doc(address)).to_html()
            for _, address in found.hits
        ]

    def _grouped(self, query: Any) -> int:
        """The ten best episodes: it has no collapsing, so more hits until there are ten."""
        limit = TOP * 5
        while True:
            found = self.searcher.search(query, limit, count=True)
            addresses = [address for _, address in found.hits]
            groups = self.searcher.fast_field_values("group", addresses)
            best = dict(zip(reversed(groups), reversed(found.hits), strict=True))
            if len(best) >= TOP or limit >= found.count:
                break
            limit *= 4
        counts = {"episode": {"terms": {"field": "episode", "size": ALL_VALUES}}}
        return len(self.searcher.aggregate(query, counts)["episode"]["buckets"])

    def _query(self, question: Question) -> Any:
        import tantivy

        schema, words = self.index.schema, question.words

        def parsed(text: str) -> Any:
            return self.index.parse_query(text, ["text"])

        match question.how:
            case "phrase":
                query = parsed(f'"{" ".join(words)}"')
            case "prefix":
                query = tantivy.Query.regex_query(schema, "text", f"{words[0]}.*")
            case "fuzzy":
                (stem,) = _english().analyze(words[0])
                query = tantivy.Query.fuzzy_term_query(schema, "text", stem)
            case "or":
                query = parsed(" ".join(words))
            case "and":
                query = parsed(" ".join(f"+{word}" for word in words))
        must = [query]
        for field, value in (("speaker", question.speaker), ("show", question.show)):
            if value:
                term = tantivy.Query.term_query(schema, field, value, "basic")
                must.append(tantivy.Query.const_score_query(term, 0.0))
        if question.dates:
            first, last = (int(date.replace("-", "")) for date in question.dates)
            number = tantivy.FieldType.Integer
            dated = tantivy.Query.range_query(schema, "date", number, first, last)
            must.append(tantivy.Query.const_score_query(dated, 0.0))
        if len(must) == 1:
            return query
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, each) for each in must])

    def replace(self, entry: Entry, marker: str) -> int:
        if self.writer is None:  # made once, as a program that writes would
            self.writer = self.index.writer(num_threads=1)
        self.writer.delete_documents_by_term("episode", entry[0].episode.id)
        _tantivy_add(self.writer, [entry])
        self.writer.commit()
        self.index.reload()
        self.searcher = self.index.searcher()
        query = self.index.parse_query(marker, ["text"])
        return int(self.searcher.search(query, TOP, count=True).count)

    def close(self) -> None:
        self.writer = self.searcher = None


def _english() -> Any:
    """What ``en_stem`` does."""
    import tantivy

    filters = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(filters.lowercase()).filter(filters.stemmer("english")).build()
