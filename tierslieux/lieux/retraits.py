"""What stands in the history of a place where a person has had a value taken out. Pure.

A whole value becomes MARQUE and a keyed digest, so that two rows of history can still be seen to say the same; a piece
of a text becomes RETRAIT. Replaying history leaves whole ones out: a former version can be put back without them.
"""

from __future__ import annotations

from typing import Any

# The trigger changement_retrait (migrations) lets no other text into a row of history.
MARQUE = "retiré à la demande d’une personne"
RETRAIT = f"[{MARQUE}]"


def build_marque(empreinte: str) -> str:
    """The text that stands for a whole value."""
    return f"{MARQUE} ({empreinte[:8]})"


def is_marque(valeur: object) -> bool:
    """Whether a value of history was taken out as a whole."""
    return isinstance(valeur, str) and valeur.startswith(MARQUE)


def strip_retraits(valeur: Any) -> Any:  # noqa: ANN401  (whatever a field holds)
    """The value of a field without what was taken out; None when nothing is left."""
    if is_marque(valeur):
        return None
    if isinstance(valeur, list) and any(map(is_marque, valeur)):
        return [element for element in valeur if not is_marque(element)] or None
    return valeur
