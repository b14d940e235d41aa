"""What desktops and sync tools leave in any folder, and nobody archived.

Outside the ``content`` folders of versions it hides nothing and changes nothing, so it is named and is no failure.
Other names that such tools give tell of a file of the archive itself, changed on two machines or not there: these are
failures, called what they are.
"""

from __future__ import annotations

import re

_FILES: tuple[tuple[str, str], ...] = (
    (r"\.DS_Store", "how the macOS Finder shows this folder"),
    (r"\._.+", "what macOS keeps beside a file on a disk of another system"),
    (r"Icon\r", "the icon that macOS shows for this folder"),
    (r"\.localized", "how macOS translates the name of this folder"),
    (r"(?i:(?:eh)?thumbs\.db)", "previews by the Windows Explorer"),
    (r"(?i:desktop\.ini)", "how the Windows Explorer shows this folder"),
    (r"\.directory", "how the KDE file manager shows this folder"),
    (r"\.nfs[0-9a-f]{8,}", "a file that was removed while in use, which NFS keeps until it is closed"),
    (r"\.fuse_hidden[0-9a-f]{8,}", "a file that was removed while in use, which FUSE keeps until it is closed"),
    (r"~\$.+", "a lock by Microsoft Office"),
    (r"\.~lock\..+#", "a lock by LibreOffice"),
    (r"\.dropbox(?:\.attr|\.device)?", "what Dropbox knows of this folder"),
    (r"\.stignore", "what Syncthing is to leave out"),
    (r"\.?_?sync_[0-9a-f]+\.db(?:-shm|-wal)?", "what Nextcloud knows of this folder"),
    (r"\.(?:nextcloud|owncloud)sync\.log", "the log of Nextcloud"),
)

_FOLDERS: tuple[tuple[str, str], ...] = (
    (r"@eaDir", "what a Synology disk knows of this folder"),
    (r"\.AppleDouble", "what macOS keeps beside files on a disk of another system"),
    (r"\.stfolder|\.stversions", "what Syncthing keeps here"),
    (r"\.dropbox\.cache", "what Dropbox keeps here"),
)

_TOP_FOLDERS: tuple[tuple[str, str], ...] = (
    (r"\.Spotlight-V100|\.fseventsd|\.TemporaryItems|\.DocumentRevisions-V100", "what macOS keeps on every disk"),
    (r"\.Trashes|\.Trash-[0-9]+|\$RECYCLE\.BIN|#recycle", "the wastebasket of this disk"),
    (r"System Volume Information", "what Windows keeps on every disk"),
    (r"lost\+found", "what a check of this disk has found"),
    (r"#snapshot|\.snapshot|\.zfs", "earlier states of this disk"),
)

_CONFLICTS: tuple[tuple[str, str], ...] = (
    (r"(.+?) ?\((?:.* )?(?i:conflicted copy)[^)]*\)(\.[^.]+)?", "a conflicted copy of {0}, by a sync tool"),
    (r"(.+)\.sync-conflict-[0-9]{8}-[0-9]{6}-[A-Z0-9]+(\.[^.]+)?", "a conflicted copy of {0}, by Syncthing"),
    (r"\.(.+)\.icloud()", "stands for {0}, which iCloud has taken off this disk"),
    (r"(.+)\.orig()", "{0} as it was before a merge"),
    (r"(.+)~()", "an older {0}, by an editor"),
    (r"\.(.+)\.sw[a-p]()", "{0} as it is being edited, by vim"),
    (r"\.~?(.+)\.[A-Za-z0-9]{6}()", "a copy of {0} that was not finished, by rsync"),
    (r"(.+)\.(?:part|partial|crdownload)()", "a copy of {0} that was not finished"),
)


_KIB = 1024

_OWN: tuple[tuple[str, int], ...] = (
    (r"\.DS_Store", 256 * _KIB),
    (r"\._.+", 64 * _KIB),
    (r"Icon\r|\.localized|\.directory|\.stignore|\.dropbox(?:\.attr|\.device)?|(?i:desktop\.ini)", 4 * _KIB),
    (r"(?i:(?:eh)?thumbs\.db)|\.?_?sync_[0-9a-f]+\.db(?:-shm|-wal)?", 1024 * _KIB),
    (r"\.(?:nextcloud|owncloud)sync\.log", 1024 * _KIB),
    (r"~\$.+|\.~lock\..+#", _KIB),
    (r"SYNO(?:@.+|FILE_THUMB_.+|INDEX_.+)", 256 * _KIB),
)
"""Names that such tools give to files of their own, and the bytes up to which they are believed to be those."""


def describe_litter(path: str, what: str, size: int) -> str:
    """Say what a file of litter is, and that it may be a document where it is none that a desktop writes itself.

    Somebody can have put it there, to be read beside the files that are vouched for.

    Args:
        path: The file.
        what: What ``litter_in`` says of it.
        size: Its bytes.
    """
    name = path.rpartition("/")[2]
    if not size or any(size <= most and re.fullmatch(pattern, name) for pattern, most in _OWN):
        return what
    return f"{what}; nothing vouches for these {size:,} bytes"


def litter_in(path: str) -> tuple[str, str] | None:
    """Tell whether a path is litter, or lies in a folder of litter: the path of that file or folder, and what it is.

    A file that the archive knows by this name is none, whatever it is called: ask about what nothing vouches for.

    Args:
        path: Below the archive's folder.
    """
    parts = path.split("/")
    for end, name in enumerate(parts, 1):
        last = end == len(parts)
        if name == "content" and not last:
            return None
        tables = (_FOLDERS, *([_TOP_FOLDERS] if end == 1 else []), *([_FILES] if last else []))
        for pattern, what in (row for table in tables for row in table):
            if re.fullmatch(pattern, name):
                return "/".join(parts[:end]), what
    return None


def describe_stray(path: str) -> str:
    """Say what a file is whose name tells that a tool made it of a file of the archive; else nothing."""
    name = path.rpartition("/")[2]
    for pattern, what in _CONFLICTS:
        match = re.fullmatch(pattern, name)
        if match is not None:
            return what.format(match[1] + (match[2] or ""))
    return ""
