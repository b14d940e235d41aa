"""Products made from a verified version, for readers who do not have the archive.

``snapshot`` builds the one zip of a version, and ``check`` verifies it offline, with ``evidence`` for what is signed or
logged.  ``material`` is what a snapshot is made from, ``contents`` the files made out of it, ``reading_text`` and
``readme`` two of their texts.  ``bagit`` (RFC 8493) and ``stored_zip`` are the two containers, each written and read in
exactly one form.  ``shell`` is the same check for a shell, ``verify.sh``.

``paragraph_proof`` makes and reads the proof of one paragraph, ``paragraph_check`` reports on one; ``standing`` says
under which checkpoint both kinds of product stand.

A snapshot is a function of its version and of the checkpoint that it stands under: no clock, time zone, locale or
version of this software reaches its bytes.
"""
