"""PDF files made by hand, for tests: lines of text at places."""

from __future__ import annotations

from collections.abc import Sequence


def made(*pages: Sequence[tuple[float, float, float, str]]) -> bytes:
    """Make a PDF of pages, each of lines: from the left, from below, size, and words in windows-1252."""
    count = len(pages)
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(count))
    font = 3 + 2 * count
    objects = ["<</Type/Catalog/Pages 2 0 R/Lang(en)>>", f"<</Type/Pages/Count {count}/Kids[{kids}]>>"]
    for number, lines in enumerate(pages):
        drawn = "\n".join(f"BT /F {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET" for x, y, size, text in lines)
        box = "/MediaBox[0 0 595 842]"
        objects.append(
            f"<</Type/Page/Parent 2 0 R{box}/Contents {4 + 2 * number} 0 R/Resources<</Font<</F {font} 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream")
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    return bound(objects)


def bound(objects: Sequence[str]) -> bytes:
    """Make a file of objects, the first of which is the catalogue."""
    data = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    data += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(data)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def hostile() -> bytes:
    """A small file that ends its reader: a form that draws itself twice."""
    form = "<</XObject<</X 5 0 R>>>>"
    return bound(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources{form}>>",
            "<</Length 5>>stream\n/X Do\nendstream",
            f"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources{form}/Length 11>>stream\n/X Do /X Do\nendstream",
        ]
    )


def picture_only() -> bytes:
    """Two pages, each of one picture."""
    drawn = "q 300 0 0 300 60 400 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    content = f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream"
    return bound(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 2/Kids[3 0 R 5 0 R]>>", page, content, page])


def locked(data: bytes) -> bytes:
    """The same file, as one that wants a password which nobody has."""
    lock = f"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<{'11' * 32}>/U<{'22' * 32}>>>".encode()
    return data.replace(b"/Root 1 0 R>>\nstartxref", b"/Root 1 0 R" + lock + b">>\nstartxref")


def right_to_left() -> bytes:
    """Three Hebrew letters."""
    letters = "1 beginbfchar <61> <05D0> endbfchar"
    table = f"1 begincodespacerange <00> <FF> endcodespacerange {letters}"
    drawn = "BT /F 12 Tf 60 700 Td (aaa) Tj ET"
    page = "/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>"
    return bound(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            f"<</Type/Page/Parent 2 0 R{page}>>",
            f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
            f"<</Length {len(table)}>>stream\n{table}\nendstream",
        ]
    )
