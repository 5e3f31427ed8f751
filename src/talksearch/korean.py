"""The stem of a Korean word: without the particles and the copula that are written onto it.

ICU parts Korean at its spaces alone, Snowball does not know it, and analysers that do bring
dictionaries of 40 MB and more. Particles are few and regular: many have one form after a vowel and
another after a consonant, which keeps them apart from the ends of other words. Verbs are left as
they are. What is taken away too much ("고양이", a cat, loses its last syllable) is taken from every
form of the word.
"""

from __future__ import annotations

__all__ = ["stem"]

_FIRST, _LAST = "\uac00", "\ud7a3"
_FINALS = 28  # a syllable's number modulo this is its final consonant; 0 is none
_RIEUL = 8  # which counts as a vowel before 로

_PARTICLES = {
    "": """
        에서부터 에게서 한테서 에서 에게 한테 께서 까지 부터 보다 처럼 마다 조차 마저 밖에 하고 만큼
        대로 이라 들 에 의 도 만 뿐 께
    """,
    "consonant": "입니다 이에요 이라고 이라는 이었다 이랑 이나 이다 이란 으로 은 이 을 과",
    "vowel": "라고 라는 예요 랑 는 가 를 와 로",
}
_LONGEST_FIRST = sorted(
    ((particle, after) for after, found in _PARTICLES.items() for particle in found.split()),
    key=lambda each: -len(each[0]),
)
# Few words end like these; before the others at least two syllables have to be left.
_TELLING = frozenset(("은", "는", "을", "를", "에"))


def stem(word: str) -> str:
    """The stem of a word in Hangul; any other is its own.

    >>> stem("학교에서는"), stem("도서관으로"), stem("책을"), stem("가을"), stem("나이")
    ('학교', '도서관', '책', '가을', '나이')
    """
    while shorter := _without_one(word):
        word = shorter
    return word


def _without_one(word: str) -> str | None:
    for particle, after in _LONGEST_FIRST:
        rest = word.removesuffix(particle)
        least = 1 if len(particle) > 1 or particle in _TELLING else 2
        if least <= len(rest) < len(word) and after in ("", _ending(rest, particle)):
            return rest
    return None


def _ending(word: str, particle: str) -> str:
    last = word[-1]
    if not _FIRST <= last <= _LAST:
        return ""
    final = (ord(last) - ord(_FIRST)) % _FINALS
    vowel = final == 0 or (final == _RIEUL and particle in ("로", "으로"))
    return "vowel" if vowel else "consonant"
