"""Texts in eleven languages of nine scripts for the benchmark of the differ, seeded: real small words, invented others.

The small words are common ones of each language; content words are put together from its syllables or letters, so that
there are as many different ones as a long text has.  Nothing is quoted from anywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Script:
    """How one language writes: its small words, the pieces of its others, and its marks."""

    name: str
    small: str
    pieces: str
    comma: str = ", "
    stop: str = ". "
    space: str = " "
    capitals: bool = True
    length: tuple[int, int] = (2, 4)


SCRIPTS = (
    Script(
        "latin-english",
        "the of and to in that for with on as by at from this which not will all its has",
        "ar ben cor dal en fer gov har in jor kel lo min nor pre qui ren sta ter ul ver wes tion ment ing est",
    ),
    Script(
        "latin-french",
        "le la les des et à en que pour dans par sur avec une est au ce qui sont été",
        "pré mé cha bou ré tion vel lé jour gar con fê ron ça né sou mar tel vi eau ment age eur île",
    ),
    Script(
        "cyrillic-russian",
        "и в на не что по с о для из при это как от будет после также были до все",
        "пра го вор ми ни стер ре ше за кон об ще ство пе ре да ча но во сти ем ыми ях ого",
    ),
    Script(
        "cyrillic-kazakh",
        "және бұл үшін мен туралы болды деп барлық кейін сол осы бойынша оның жоқ керек",
        "қа зақ ел бас үкі мет жұ мыс тә ртіп кө лік жаң ғыр ұлт өң ір дағ ының ған дерді",
    ),
    Script(
        "greek",
        "και το της του στην για με από που δεν είναι θα μετά όλα ότι αυτό ως στο",
        "κυ βέρ νη ση αν θρω πο λι τεί α συμ φω νί δρό μος νό μος ρά τι κές ους ων",
    ),
    Script(
        "arabic",
        "في من على إلى عن أن هذا التي بعد كل قد مع لا ما ذلك خلال بين",
        "ال مد حك وم قر ار شر ط سل ام تع ليم بن اء رح لة ين ات ون ها",
        comma="، ",
        capitals=False,
    ),
    Script(
        "hebrew",
        "של את על לא הוא עם כי זה אל גם כל או אם היה אחרי בין",
        "מש רד ממ שלה הח לט חו קי שר בט חון תח בו רה ים ות ני ית",
        capitals=False,
    ),
    Script(
        "devanagari",
        "और के में है की को से पर यह नहीं लिए कर एक सभी बाद तक",
        "सर का र मं त्रा लय नि र्ण य प्र दे श वि का स शि क्षा यों ता",
        stop="। ",
        capitals=False,
    ),
    Script(
        "han",
        "的 了 在 是 和 对 与 及 将 为 由 其 各 本",
        "国 政 府 会 议 决 定 市 民 法 律 安 全 经 济 交 通 水 电 学 校 新 闻 发 布 区 域 合 作 道 路 时 间 工 程",
        comma="，",
        stop="。",
        space="",
        capitals=False,
        length=(2, 3),
    ),
    Script(
        "kana",
        "の は を に が で と も から まで",
        "せい ふ かい ぎ けっ てい し みん ほう りつ あん ぜん けい ざい こう つう が っこう 港 市 道 春 水",
        comma="、",
        stop="。",
        space="",
        capitals=False,
        length=(2, 3),
    ),
    Script(
        "thai",
        "และ ของ ใน ที่ เป็น การ ได้ จาก กับ ให้ ไม่ โดย",
        "รัฐ บาล ประ เทศ เมือง ทาง น้ำ ไฟ โรง เรียน กฎ หมาย ตลาด สะพาน แม่ ภูเขา ฤดู ข่าว",
        comma=" ",
        stop=" ",
        space="",
        capitals=False,
    ),
)


def paragraph(script: Script, rng: random.Random, sentences: int = 3) -> str:
    """One paragraph of a script."""
    return script.stop.join(_sentence(script, rng) for _ in range(sentences)).strip() + script.stop.strip()


def _sentence(script: Script, rng: random.Random) -> str:
    small, pieces = script.small.split(), script.pieces.split()
    words = []
    for place in range(rng.randint(7, 15)):
        if place % 2 and rng.random() < 0.7:
            words.append(rng.choice(small))
        elif rng.random() < 0.06:
            words.append(str(rng.randint(1, 2400)))
        else:
            words.append("".join(rng.choices(pieces, k=rng.randint(*script.length))))
    middle = rng.randint(3, len(words) - 2)
    text = script.space.join(words[:middle]) + script.comma + script.space.join(words[middle:])
    return text[0].upper() + text[1:] if script.capitals else text


def write_texts(folder: Path, seed: int, texts: int = 2, paragraphs: int = 60) -> None:
    """Write some texts of each script, paragraphs apart by an empty line."""
    for script in SCRIPTS:
        for number in range(texts):
            rng = random.Random(f"{seed}:{script.name}:{number}")
            lines = [paragraph(script, rng) for _ in range(paragraphs)]
            (folder / f"{script.name}-{number}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def pairs_of_25_kb(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Numbered texts of some 25 KB, each beside an update: 1 to 8 words changed, sometimes a clause more."""
    for number in range(count):
        rng = random.Random(f"{seed}:pair:{number}")
        script = SCRIPTS[number % len(SCRIPTS)]
        old: list[str] = []
        while sum(len(text.encode()) for text in old) < 25_000:
            old.append(paragraph(script, rng))
        new = list(old)
        for _ in range(rng.randint(1, 8)):
            place = rng.randrange(len(new))
            new[place] = _edited(new[place], script, rng)
        if number % 3 == 0:
            new.insert(rng.randrange(len(new)), paragraph(script, rng))
        yield _numbered(old), _numbered(new)


def big_pairs(size: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Four large cases by name: few edits, many moves, repeated boilerplate, unrelated texts."""
    rng = random.Random(f"{seed}:big")
    script = SCRIPTS[0]
    source = [paragraph(script, rng, 2) for _ in range(size)]
    few = list(source)
    for _ in range(30):
        place = rng.randrange(size)
        few[place] = _edited(few[place], script, rng)
    del few[size // 3]
    few.insert(size // 2, paragraph(script, rng))
    moved = list(source)
    for _ in range(size // 20):
        moved.insert(rng.randrange(size - 1), moved.pop(rng.randrange(size)))
    same = "The Ministry has no further comment."
    other = [paragraph(SCRIPTS[1], rng, 2) for _ in range(size)]
    yield "few edits", _joined(source), _joined(few)
    yield "many moves", _joined(source), _joined(moved)
    yield "boilerplate", _joined([same] * size), _joined([same] * (size - size // 10) + source[: size // 10])
    yield "unrelated", _joined(source), _joined(other)


def _edited(text: str, script: Script, rng: random.Random) -> str:
    if not script.space:
        place = rng.randrange(len(text) // 4, len(text) // 2)
        return text[:place] + rng.choice(script.pieces.split()) + text[place + 2 :]
    words = text.split(" ")
    words[rng.randrange(1, len(words))] = rng.choice(script.small.split())
    return " ".join(words)


def _numbered(texts: list[str]) -> str:
    return _joined([f"{number}. {text}" for number, text in enumerate(texts, 1)])


def _joined(texts: list[str]) -> str:
    return "\n\n".join(texts) + "\n"
