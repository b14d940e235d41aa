"""Writing to an archive: the only room that does.

``marker`` says what a writer is about to write · ``commit`` writes it in one order with one commit point · ``recover``
ends what a crash left · ``create`` makes an archive · ``version`` adds versions.
"""
