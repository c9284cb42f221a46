"""What a moderator writes: the fields kept, the values written otherwise, a reason, a question. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from tierslieux.contributions.champs import (
    CHAMPS_PROPOSABLES,
    ChampInvalideError,
    Contexte,
    clean,
    clean_lignes,
    write_champ,
)
from tierslieux.contributions.enums import MotifRefus
from tierslieux.contributions.fusion import is_vide, list_modifies
from tierslieux.lieux.resolution import CHAMPS_SIMPLES

# Values that a moderator may write otherwise than they were proposed, before publishing them.
CHAMPS_TEXTES = tuple(
    champ
    for champ in CHAMPS_PROPOSABLES
    if champ in CHAMPS_SIMPLES
    and champ not in {"position", "itinerant", "accessible", "ferme", "commune_code", "commune_nom"}
)
CHAMPS_CODES = ("genres", "services")
CHAMPS_CORRIGIBLES = frozenset({*CHAMPS_TEXTES, *CHAMPS_CODES})
# One thing for people: the code of a commune is published with its name, or neither is.
CHAMPS_COMMUNE = frozenset({"commune_code", "commune_nom"})
PREFIXE = "valeur-"
REPONSE_MAX = 1_000

COCHER = "Cochez cette information pour publier votre correction."
VIDE = "Pour ne pas publier cette information, décochez-la."
RIEN = "Cochez au moins une information, ou refusez la proposition."
INCOMPLET = "Pour ouvrir un nouveau lieu, cochez au moins son nom, et sa commune ou sa position."
SANS_MOTIF = "Choisissez un motif."
SANS_QUESTION = "Écrivez votre question."
TROP_LONG = f"C’est trop long : {REPONSE_MAX} signes au plus."


@dataclass(frozen=True, slots=True)
class Saisie:
    """What a form had in it, to be shown again: fields ticked, texts and codes of corrections by field.

    `motif`, `reponse` and `texte` are those of a refusal and of a question. `erreurs`: what is wrong, by field; the
    name of the form's own fields, or "" for the whole form.
    """

    champs: Collection[str] | None = None
    textes: Mapping[str, str] | None = None
    codes: Mapping[str, Collection[str]] | None = None
    motif: str = ""
    reponse: str = ""
    texte: str = ""
    erreurs: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Acceptation:
    """What is to be published: these fields (None: all), these ones with another value."""

    champs: list[str] | None
    corrections: dict[str, Any]


def read_saisie(envoi: MultiDict[str, str]) -> Saisie:
    """Everything that was sent, as it was."""
    return Saisie(
        champs=envoi.getlist("champs"),
        textes={champ: envoi[PREFIXE + champ] for champ in CHAMPS_TEXTES if PREFIXE + champ in envoi},
        codes={c: envoi.getlist(PREFIXE + c) for c in CHAMPS_CODES if f"{PREFIXE}{c}-la" in envoi},
        motif=envoi.get("motif", ""),
        reponse=envoi.get("reponse", ""),
        texte=envoi.get("texte", ""),
    )


def read_acceptation(
    saisie: Saisie, proposees: Mapping[str, Any], *, tout: bool, est_nouveau: bool = False
) -> tuple[Acceptation, dict[str, str]]:
    """What to publish of proposed values, and what is wrong with it by field; `est_nouveau`: they open a place.

    A value is corrected when it is not what was proposed any more.
    """
    voulus = set(saisie.champs or ())
    voulus |= CHAMPS_COMMUNE if voulus & CHAMPS_COMMUNE else set()
    coches = [champ for champ in proposees if tout or champ in voulus]
    erreurs: dict[str, str] = {}
    corrections: dict[str, Any] = {}
    contexte = Contexte(
        proposees.get("nom"),
        proposees.get("commune_code"),
        proposees.get("commune_nom"),
        proposees.get("code_postal"),
    )
    for champ in CHAMPS_CORRIGIBLES & proposees.keys():
        ecrit = _find_ecrit(saisie, champ, proposees[champ])
        if ecrit is None:
            continue
        try:
            valeur = clean(champ, ecrit, contexte)
        except ChampInvalideError as erreur:
            erreurs[champ] = erreur.message
            continue
        if not list_modifies({champ: proposees[champ]}, {champ: valeur}):
            continue
        if champ not in coches:
            erreurs[champ] = COCHER
        elif is_vide(valeur):
            erreurs[champ] = VIDE
        else:
            corrections[champ] = valeur
    if not coches:
        erreurs[""] = RIEN
    elif est_nouveau and ("nom" not in coches or {"position", "commune_code"}.isdisjoint(coches)):
        erreurs[""] = INCOMPLET
    return Acceptation(None if tout else coches, corrections), erreurs


def read_refus(saisie: Saisie) -> tuple[MotifRefus | None, str | None, dict[str, str]]:
    """The reason of a refusal, a word more, and what is wrong."""
    erreurs: dict[str, str] = {}
    motif = MotifRefus(saisie.motif) if saisie.motif in set(MotifRefus) else None
    if motif is None:
        erreurs["motif"] = SANS_MOTIF
    return motif, _clean(saisie.reponse, "reponse", erreurs) or None, erreurs


def read_question(saisie: Saisie) -> tuple[str, dict[str, str]]:
    """A question, and what is wrong with it."""
    erreurs: dict[str, str] = {}
    texte = _clean(saisie.texte, "texte", erreurs)
    if not texte and not erreurs:
        erreurs["texte"] = SANS_QUESTION
    return texte, erreurs


def _find_ecrit(saisie: Saisie, champ: str, proposee: Any) -> Any:  # noqa: ANN401  (whatever a field holds)
    """What was written of a field; None when it was left as it is."""
    if champ in CHAMPS_CODES:
        return (saisie.codes or {}).get(champ)
    texte = (saisie.textes or {}).get(champ)
    # Browsers write line ends in their own way.
    if texte is None or texte.replace("\r\n", "\n") == write_champ(champ, proposee):
        return None
    return texte


def _clean(texte: str, champ: str, erreurs: dict[str, str]) -> str:
    propre = clean_lignes(texte[: 10 * REPONSE_MAX])
    if len(propre) > REPONSE_MAX or len(texte) > 10 * REPONSE_MAX:
        erreurs[champ] = TROP_LONG
    return propre
