"""What the fields of a form say of a place: written from its values, read back, and what changed in between. Pure.

A form holds texts by name, as browsers send them. A field that comes back as it was shown proposes nothing, whatever
its value is worth: only what people touch is cleaned, and only that can be refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tierslieux.contributions import champs as regles
from tierslieux.contributions.champs import ChampInvalideError, Contexte
from tierslieux.contributions.formulaires.grille import Grille, format_grille, list_champs, parse_grille, read_grille
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.enums import Precision

# One text each, by the name of their field.
TEXTES = (
    "nom",
    "adresse",
    "complement_adresse",
    "telephone",
    "courriel",
    "site_web",
    "prise_rdv",
    "presentation",
    "presentation_detail",
)
# Boxes to tick, codes of a vocabulary.
CHOIX = ("genres", "services", "frais", "modalites_acces", "accompagnements", "publics", "prises_en_charge")
# "oui", "non", or nothing.
OUI_NON = ("accessible", "itinerant")

GENRE = "genre"  # the kind chosen in the list of a new place, beside the boxes
COMMUNE, COMMUNE_CODE, COMMUNE_LUE = "commune", "commune_code", "commune_lue"
POSITION = "position"
HORAIRES = "horaires"
COMMENTAIRE = "commentaire"
COURRIEL_AUTEUR = "courriel_auteur"
# A box on the form of a closed place.
ROUVERT = "rouvert"
# Says that the boxes of the form are all there: unticked ones send nothing.
ENTIER = "entier"
# What the page of a conflict sends: the fields of the place that are still proposed. One more name for each choice.
SEULEMENT, CHOIX_CONFLIT = "seulement", "choix_"
# Those that carry the form itself and not what it says.
TECHNIQUES = frozenset({"csrf_token", "action", "timbre", "version", "fonction", "brouillon", ENTIER, SEULEMENT})
_DE_GRILLE = re.compile(r"h(?:\d_.+|_(?:copier|feries|rdv))")
# No form of ours has so many; the rest is dropped before anything is read of it.
CHAMPS_MAX = 400


@dataclass(frozen=True, slots=True)
class Champs:
    """The fields of a form, in order, each with its values."""

    valeurs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_paires(cls, paires: Iterable[tuple[str, str]]) -> Champs:
        """From (name, value) pairs as they come; the one sign that no database keeps is taken out."""
        listes: dict[str, list[str]] = {}
        for _rang, (nom, valeur) in zip(range(CHAMPS_MAX), paires, strict=False):
            listes.setdefault(nom.replace("\0", ""), []).append(valeur.replace("\0", ""))
        return cls({nom: tuple(liste) for nom, liste in listes.items()})

    def get(self, nom: str) -> str:
        """The first value of a field, empty when it was not sent."""
        return self.valeurs.get(nom, ("",))[0]

    def list(self, nom: str) -> tuple[str, ...]:
        """Every value of a field."""
        return self.valeurs.get(nom, ())

    def __contains__(self, nom: object) -> bool:
        return nom in self.valeurs

    def iter_paires(self, sans: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
        """(name, value) pairs, the technical fields and those named left out."""
        for nom, liste in self.valeurs.items():
            if nom not in TECHNIQUES and nom not in sans and not nom.startswith(CHOIX_CONFLIT):
                yield from ((nom, valeur) for valeur in liste)

    def replace(self, **nouvelles: str | Sequence[str] | None) -> Champs:
        """The same with other values; None takes the field out."""
        suite = dict(self.valeurs)
        for nom, valeur in nouvelles.items():
            if valeur is None:
                suite.pop(nom, None)
            else:
                suite[nom] = (valeur,) if isinstance(valeur, str) else tuple(valeur)
        return Champs(suite)

    def overlay(self, autres: Champs) -> Champs:
        """The same where other fields say something: boxes add up, texts replace texts."""
        suite = dict(self.valeurs)
        for nom, liste in autres.valeurs.items():
            if nom in TECHNIQUES or not any(valeur.strip() for valeur in liste):
                continue
            suite[nom] = tuple(dict.fromkeys((*suite.get(nom, ()), *liste))) if nom in CHOIX else liste
        return Champs(suite)


@dataclass(frozen=True, slots=True)
class CommuneLue:
    """The commune that a form means."""

    code: str
    nom: str
    code_postal: str | None = None


@dataclass(frozen=True, slots=True)
class Lecture:
    """What a form proposes: changed values by field, and sentences on what cannot be taken, by name of field."""

    valeurs: dict[str, Any]
    erreurs: dict[str, list[str]]


# --- Out --------------------------------------------------------------------------------------------------------------


def build_champs(valeurs: Mapping[str, Any]) -> Champs:
    """The fields of a form that shows the values of a place (lieux.resolution); nothing for a new one."""
    paires: list[tuple[str, str]] = [(champ, regles.write_champ(champ, valeurs.get(champ))) for champ in TEXTES]
    paires += [(champ, code) for champ in CHOIX for code in valeurs.get(champ) or ()]
    paires += [(champ, regles.write_champ(champ, valeurs.get(champ))) for champ in OUI_NON]
    commune = write_commune(valeurs.get("commune_nom"), valeurs.get("code_postal"))
    paires += [(COMMUNE, commune), (COMMUNE_LUE, commune), (COMMUNE_CODE, valeurs.get("commune_code") or "")]
    paires.append((POSITION, write_position(valeurs.get("position"))))
    horaires: str = valeurs.get("horaires") or ""
    grille = parse_grille(horaires)
    paires.append((HORAIRES, "" if grille else horaires))
    paires += list_champs(grille) if grille else ()
    return Champs.from_paires(paires)


def write_commune(nom: str | None, code_postal: str | None) -> str:
    """A commune as people write it: "Brest (29200)"."""
    return f"{nom} ({code_postal})" if nom and code_postal else nom or ""


def write_position(position: Mapping[str, Any] | None) -> str:
    """A position as a field holds it: "-4.49,48.39,adresse"."""
    if position is None:
        return ""
    return f"{position['lon']},{position['lat']},{position.get('precision') or Precision.ADRESSE.value}"


def parse_position(texte: str) -> dict[str, Any] | None:
    """The position that a field holds, None when it holds none; raises ChampInvalideError."""
    lon, _virgule, suite = texte.strip().partition(",")
    lat, _virgule, precision = suite.partition(",")
    if not lon:
        return None
    lue: dict[str, Any] | None = regles.clean("position", {"lon": lon, "lat": lat, "precision": precision.strip()})
    return lue


# --- In ---------------------------------------------------------------------------------------------------------------


def read_champs(envoyes: Champs, montres: Champs, commune: CommuneLue | None, *, nom: str | None = None) -> Lecture:
    """What a form proposes over what it has shown; `nom` is the place's when the form does not say it.

    Position and commune are read as they stand: what is worked out of them is the caller's.
    """
    contexte = Contexte(
        nom=envoyes.get("nom") or nom,
        commune_code=commune.code if commune else None,
        commune_nom=commune.nom if commune else None,
        code_postal=commune.code_postal if commune else None,
    )
    lecteur = _Lecteur(envoyes, montres, contexte)
    lecteur.read_textes()
    lecteur.read_choix()
    lecteur.read_horaires()
    lecteur.read_position()
    if commune is not None and is_commune_changee(envoyes, montres):
        lecteur.valeurs |= {"commune_code": commune.code, "commune_nom": commune.nom}
        if commune.code_postal:
            lecteur.valeurs["code_postal"] = commune.code_postal
    return Lecture(lecteur.valeurs, lecteur.erreurs)


def rebase(envoyes: Champs, montres: Champs) -> Champs:
    """A form after a conflict: what its page has left to propose, over the place as it is now.

    Without an answer to a conflict, the form as it is.
    """
    if SEULEMENT not in envoyes:
        return envoyes
    gardes = {
        un for nom, liste in envoyes.valeurs.items() if nom.startswith((SEULEMENT, CHOIX_CONFLIT)) for un in liste
    }
    suite = {nom: liste for nom, liste in montres.valeurs.items() if _find_champ(nom) not in gardes}
    for nom, liste in envoyes.valeurs.items():
        champ = _find_champ(nom)
        if (champ is None or champ in gardes) and nom != SEULEMENT and not nom.startswith(CHOIX_CONFLIT):
            suite[nom] = liste
    return Champs(suite)


def _find_champ(nom: str) -> str | None:
    """The field of a place that a field of the form says; None for those that say nothing of the place."""
    if nom in {COMMUNE, COMMUNE_CODE, COMMUNE_LUE}:
        return "commune_nom"
    if is_horaires(nom):
        return HORAIRES
    if nom in {*TEXTES, *CHOIX, *OUI_NON, POSITION}:
        return nom
    return {GENRE: "genres", ROUVERT: "ferme"}.get(nom)


def is_horaires(nom: str) -> bool:
    """Whether a field of the form says the opening hours, or a part of them."""
    return nom == HORAIRES or _DE_GRILLE.fullmatch(nom) is not None


def is_commune_changee(envoyes: Champs, montres: Champs) -> bool:
    """Whether the form says another commune than the one that it has shown."""
    if COMMUNE not in envoyes:
        return False
    est_meme_texte = regles.clean_ligne(envoyes.get(COMMUNE)) == regles.clean_ligne(montres.get(COMMUNE))
    return not est_meme_texte or (
        bool(envoyes.get(COMMUNE_CODE)) and envoyes.get(COMMUNE_CODE) != montres.get(COMMUNE_CODE)
    )


class _Lecteur:
    """Reads the fields one after the other, each error kept beside its field."""

    def __init__(self, envoyes: Champs, montres: Champs, contexte: Contexte) -> None:
        self._envoyes = envoyes
        self._montres = montres
        self._contexte = contexte
        self.valeurs: dict[str, Any] = {}
        self.erreurs: dict[str, list[str]] = {}

    def read_textes(self) -> None:
        for champ in TEXTES:
            if self._is_touche(champ):
                self._clean(champ, self._envoyes.get(champ))

    def read_choix(self) -> None:
        """Boxes, and the kind of a new place; boxes that were not sent only say something in a whole form."""
        for champ in CHOIX:
            coches = list(self._envoyes.list(champ))
            if champ == "genres" and self._envoyes.get(GENRE):
                coches.append(self._envoyes.get(GENRE))
            if not coches and ENTIER not in self._envoyes:
                continue
            if set(coches) != set(self._montres.list(champ)):
                self._clean(champ, coches)
        for champ in OUI_NON:
            if self._is_touche(champ):
                self._clean(champ, self._envoyes.get(champ))

    def read_horaires(self) -> None:
        texte = regles.clean_ligne(self._envoyes.get(HORAIRES)[: 10 * regles.LONGUEURS_MAX[HORAIRES]])
        montre = regles.clean_ligne(self._montres.get(HORAIRES))
        grille, fautes = read_grille({nom: liste[0] for nom, liste in self._envoyes.valeurs.items()})
        montree, _fautes = read_grille({nom: liste[0] for nom, liste in self._montres.valeurs.items()})
        est_grille_touchee = bool(fautes) or grille != montree
        if HORAIRES not in self._envoyes and ENTIER not in self._envoyes:
            return
        if texte == montre and not est_grille_touchee:
            return
        if fautes:
            self.erreurs[HORAIRES] = fautes
        elif texte and not grille.est_vide:
            self.erreurs[HORAIRES] = [_("Les horaires sont dits deux fois. Effacez la grille, ou le texte.")]
        elif texte:
            self._clean(HORAIRES, self._envoyes.get(HORAIRES))
        else:
            self.valeurs[HORAIRES] = self._format(grille)

    def _format(self, grille: Grille) -> str | None:
        return None if grille.est_vide else format_grille(grille)

    def read_position(self) -> None:
        if not self._is_touche(POSITION):
            return
        try:
            self.valeurs[POSITION] = parse_position(self._envoyes.get(POSITION))
        except ChampInvalideError as erreur:
            self.erreurs.setdefault(POSITION, []).append(erreur.message)

    def _is_touche(self, champ: str) -> bool:
        if champ not in self._envoyes:
            return False
        return regles.clean_ligne(self._envoyes.get(champ)) != regles.clean_ligne(self._montres.get(champ))

    def _clean(self, champ: str, valeur: Any) -> None:  # noqa: ANN401
        try:
            propre = regles.clean(champ, valeur, self._contexte)
        except ChampInvalideError as erreur:
            self.erreurs.setdefault(champ, []).append(erreur.message)
        else:
            self.valeurs[champ] = propre
