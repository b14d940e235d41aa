"""The snapshot of one version: a format, of which every word is frozen.

- ``signed_files``: what a snapshot is made from
- ``contents``: every file of it
- ``container``: its files, out of a zip or a folder
- ``packed_zip``: a zip that another tool has packed
- ``bagit``: the bag
- ``zip``: the zip, in exactly one form
- ``readme``: ``README.txt``
- ``texts``: the texts to read and to quote
- ``page``: ``00-START-HERE.html``, which checks itself
- ``shell``: ``verify.sh`` and ``VERIFY.txt``
- ``prov``: W3C PROV-JSON
- ``rocrate``: RO-Crate 1.2
"""
