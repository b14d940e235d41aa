"""Writing to an archive: the only room that does.

``create`` makes an archive · ``version`` adds versions, and ``write`` plans one · ``commit`` executes a plan in one
order with one commit point · ``recover`` ends what a crash left.
"""
