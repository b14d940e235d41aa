"""The process in which originals are read that could be built to stop their readers: bounded, and thrown away.

It reads requests from its standard input and writes answers to its standard output, each as eight bytes of length and
as many bytes of JSON; after a request come the bytes of the original in the same way.  It gets no environment and
writes no file.
"""

from __future__ import annotations

import gc
import json
import os
from dataclasses import asdict, replace
from importlib import import_module
from typing import Any, Final

from muniment.errors import ExtractorMissingError, SourceError
from muniment.sources.adapter import Extraction, Wish

READERS: Final = {
    "text": ("muniment.sources.plain_text", "extract_text"),
    "html": ("muniment.sources.html.extraction", "extract_page"),
    "mail": ("muniment.sources.mail.letter", "extract_mail"),
    "markdown": ("muniment.sources.markdown.extraction", "extract_markdown"),
    "docx": ("muniment.sources.office.word", "extract_docx"),
    "odt": ("muniment.sources.office.open_document", "extract_odt"),
    "pdf": ("muniment.sources.pdf.extraction", "extract_pdf"),
}
"""The function that reads each medium; its module is loaded by the first original of that medium."""
UNPACKERS: Final = {
    "answer": ("muniment.sources.warc.answer", "unpack_answer"),
    "list": ("muniment.sources.warc.listing", "list_answers"),
    "listed": ("muniment.sources.warc.listing", "take_listed"),
}
"""What takes an original out of a file that holds many, or says what is in it."""
DECODER: Final = ("muniment.sources.warc.http_response", "undo_codings")
"""What undoes the codings of an answer."""

MEMORY: Final = 1 << 30
"""Bytes of address space."""
SECONDS: Final = 20
"""Of processor time for one original."""
_LENGTH: Final = 8


def serve() -> None:
    """Answer requests until there is no more."""
    _bound_memory()
    while (request := read_frame(0)) is not None:
        data = read_frame(0)
        if data is None:
            return
        _bound_time()
        asked = json.loads(request)
        # Trees hold themselves together, and are given back once, when the answer is out.
        gc.disable()
        write_frame(1, json.dumps(_done(asked, data)).encode())
        gc.enable()
        gc.collect()


def read_frame(source: int) -> bytes | None:
    """Read what ``write_frame`` wrote; None at the end of the stream."""
    head = _read(source, _LENGTH)
    return None if head is None else _read(source, int.from_bytes(head, "big"))


def write_frame(target: int, data: bytes) -> None:
    """Write bytes with their length before them."""
    rest = memoryview(len(data).to_bytes(_LENGTH, "big") + data)
    while rest:
        rest = rest[os.write(target, rest) :]


def _read(source: int, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = os.read(source, min(size - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


def _answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    module, function = READERS[request["reader"]]
    values = request["wish"]
    wish = Wish(**{**values, "select": tuple(values["select"]), "remove": tuple(values["remove"])})
    try:
        extraction: Extraction = getattr(import_module(module), function)(data, request["charset"], wish)
    except SourceError as error:
        return {"error": {name: getattr(error, name) for name in ("what", "where", "expected", "found", "hint")}}
    except ExtractorMissingError as error:
        return {"missing": error.what}
    except (MemoryError, RecursionError):
        return {"beyond": True}
    # The parameters as the record has them: their names tell of which medium they are.
    parameters = extraction.extractor.parameters
    plain = replace(extraction, paragraphs=(), outline=(), extractor=replace(extraction.extractor, parameters=None))
    value = asdict(plain)
    value["extractor"]["parameters"] = None if parameters is None else parameters.as_json()
    value["paragraphs"] = [paragraph.as_json() for paragraph in extraction.paragraphs]
    value["outline"] = [{"text": part.text, "kind": part.kind, "taken": part.taken} for part in extraction.outline]
    return {"extraction": value}


def _done(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Do what is asked: take words out, or an original out of a file that holds many, or undo codings."""
    if "unpack" in request:
        return _as_asked(UNPACKERS[request["unpack"]], data, request["asked"])
    return _as_asked(DECODER, data, request["decode"]) if "decode" in request else _answer(request, data)


def _as_asked(what: tuple[str, str], data: bytes, how: dict[str, Any]) -> dict[str, Any]:
    module, function = what
    try:
        return {"done": getattr(import_module(module), function)(data, **how)}
    except SourceError as error:
        return {"error": {name: getattr(error, name) for name in ("what", "where", "expected", "found", "hint")}}
    except ExtractorMissingError as error:
        return {"missing": error.what}
    except (MemoryError, RecursionError):
        return {"beyond": True}


def _bound_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - start-up of a child; not on Windows, where the clock alone bounds it
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_time() -> None:
    """Allow so many seconds more than were used: one process reads many originals."""
    try:
        import resource  # noqa: PLC0415 - start-up, as above
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    serve()
