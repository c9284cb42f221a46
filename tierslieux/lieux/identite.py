"""The stable address of a place, drawn from the record that opens it. Pure."""

from __future__ import annotations

import hashlib

# Crockford's base 32: no i, l, o, u, which people misread.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def build_public_id(source_id: str, identifiant: str, essai: int = 0) -> str:
    """The public id of the place that this record opens: ten signs of Crockford's alphabet, 50 bits of a digest.

    The same source and identifier give the same address in any database. `essai` numbers the next candidates when the
    id is already another place's.
    """
    parties = [source_id, identifiant, *([str(essai)] if essai else [])]
    nombre = int.from_bytes(hashlib.sha256("\x1f".join(parties).encode()).digest()[:8], "big") >> 14
    signes = []
    for _ in range(10):
        nombre, reste = divmod(nombre, 32)
        signes.append(ALPHABET[reste])
    return "".join(reversed(signes))
