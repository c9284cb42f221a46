"""Forms of the pages of imports: a file and its source, which column says what, and the few that only confirm.

Messages stand beside their field. What was typed is kept; a browser never keeps the file, which the page says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import Length

OCTETS_MAX = 20_000_000
# What surrounds the file in the body of the request.
OCTETS_AUTOUR = 100_000
LIBELLE_MAX = 120
NOM_FICHIER_MAX = 150

LICENCES = ("Licence Ouverte 2.0", "ODbL 1.0", "CC BY 4.0", "CC0 1.0 (domaine public)")
NOUVELLE = ""

_TROP_LONG = f"C’est trop long : {LIBELLE_MAX} caractères au plus."
TROP_GROS = f"Ce fichier est trop gros : {OCTETS_MAX // 1_000_000} Mo au plus."
_COMMANDES = re.compile(r"[\x00-\x1f\x7f]+")
# Where the digest that stands for a missing identifier is taken, in this order.
EMPREINTE = ("nom", "adresse", "code_postal", "commune_code", "commune_nom")


class FichierForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A file alone, in the place of the one given before."""

    fichier = FileField("Votre fichier")

    def read_fichier(self) -> tuple[str, bytes] | None:
        """(name, content) of the file; None when there is none, with the reason beside the field."""
        recu: FileStorage | None = self.fichier.data
        if recu is None or not recu.filename:
            self.refuse_fichier("Choisissez un fichier.")
            return None
        contenu = recu.stream.read(OCTETS_MAX + 1)
        if not contenu:
            self.refuse_fichier("Ce fichier est vide.")
            return None
        if len(contenu) > OCTETS_MAX:
            self.refuse_fichier(TROP_GROS)
            return None
        return clean_nom_fichier(recu.filename), contenu

    def refuse_fichier(self, raison: str) -> None:
        """Write the reason beside the field."""
        self.fichier.errors = (*self.fichier.errors, raison)


class DepotForm(FichierForm):
    """A file and its source: one that exists, or a new one with its label, producer and licence."""

    source = SelectField("De quelle source vient-il ?", validate_choice=False)
    libelle = StringField("Nom de la source", validators=[Length(max=LIBELLE_MAX, message=_TROP_LONG)])
    producteur = StringField("Qui la produit ?", validators=[Length(max=LIBELLE_MAX, message=_TROP_LONG)])
    licence = SelectField(
        "Sous quelle licence ?", choices=[SelectChoice(licence) for licence in LICENCES], validate_choice=False
    )

    def offer_sources(self, sources: Iterable[tuple[str, str]]) -> None:
        """Give the (id, label) of the sources that exist."""
        connues = [SelectChoice(source_id, libelle) for source_id, libelle in sources]
        self.source.choices = [SelectChoice(NOUVELLE, "Une nouvelle source"), *connues]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Also ask for the label and the producer of a new source, and for choices among those offered."""
        est_valide = bool(super().validate(extra_validators))
        for champ in (self.source, self.licence):
            if champ.data not in {choix.value for choix in champ.choices}:
                champ.errors = (*champ.errors, "Choisissez dans la liste.")
                est_valide = False
        if self.source.data == NOUVELLE:
            for champ, demande in (
                (self.libelle, "Donnez un nom à cette source."),
                (self.producteur, "Dites qui produit ce fichier."),
            ):
                champ.data = (champ.data or "").strip()
                if not champ.data:
                    champ.errors = (*champ.errors, demande)
                    est_valide = False
        return est_valide


class ActionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A button: nothing but the token that says it was pressed on this site."""


class ApplicationForm(ActionForm):
    """The button that applies a preview: which one was seen, and whether its losses are accepted."""

    vu = HiddenField()
    accepter_pertes = BooleanField("J’ai vérifié : ces lieux doivent bien disparaître de cette source.")


def clean_nom_fichier(nom: str) -> str:
    """The last part of a file's name, shown and kept: no folder, no control character, not too long."""
    court = PureWindowsPath(PurePosixPath(nom).name).name
    return _COMMANDES.sub(" ", court).strip()[-NOM_FICHIER_MAX:] or "fichier"


@dataclass(frozen=True, slots=True)
class Choix:
    """Which column says what, as chosen: a target or "" for each column of the file, and what is wrong with it.

    `erreurs` are by rank of column; `generales` concern the whole.
    """

    cibles: tuple[str, ...]
    erreurs: dict[int, str] = field(default_factory=dict)
    generales: tuple[str, ...] = ()

    @property
    def est_valide(self) -> bool:
        """Whether the file can be read by it."""
        return not self.erreurs and not self.generales


def read_choix(formulaire: Mapping[str, str], nombre: int, cibles: Mapping[str, str]) -> Choix:
    """Read the fields "colonne-0"… of a form for a file of `nombre` columns; `cibles` are labels by target."""
    choisies = tuple(formulaire.get(f"colonne-{rang}", "") for rang in range(nombre))
    erreurs: dict[int, str] = {}
    vues: dict[str, int] = {}
    for rang, cible in enumerate(choisies):
        if not cible:
            continue
        if cible not in cibles:
            erreurs[rang] = "Choisissez dans la liste."
        elif cible in vues:
            erreurs[rang] = f"« {cibles[cible]} » est déjà pris par une autre colonne : une seule peut le dire."
        else:
            vues[cible] = rang
    generales = []
    if "nom" not in vues:
        generales.append("Dites quelle colonne contient le nom des lieux.")
    if ("longitude" in vues) != ("latitude" in vues):
        generales.append("La longitude et la latitude vont ensemble : choisissez les deux, ou aucune.")
    return Choix(choisies, erreurs, tuple(generales))


def build_correspondance(
    base: Mapping[str, Any], colonnes: Sequence[Mapping[str, Any]], choix: Choix
) -> dict[str, Any]:
    """The declaration proposed for a file, with what a person has changed of it.

    `colonnes` are those of the proposal (nom, champ). What was proposed and left as it is stays, with its options; a
    target that no column says any more is taken out, of the model too. Without an identifier, a digest of the name and
    of the address stands for it.
    """
    entrees = dict(base.get("colonnes", {}))
    retenues = {cible: colonne["nom"] for cible, colonne in zip(choix.cibles, colonnes, strict=True) if cible}
    for colonne, cible in zip(colonnes, choix.cibles, strict=True):
        proposee = colonne.get("champ")
        if proposee and proposee != cible and proposee not in retenues:
            entrees.pop(proposee, None)
            if base.get("modele"):
                entrees[proposee] = False
        if cible and cible != proposee:
            entrees[cible] = colonne["nom"]
    entree = entrees.get("identifiant")
    est_empreinte = isinstance(entree, Mapping) and "empreinte" in entree
    if est_empreinte or entree is False or ("identifiant" not in entrees and not base.get("modele")):
        entrees["identifiant"] = {"empreinte": [retenues[cible] for cible in EMPREINTE if cible in retenues]}
    return {**base, "colonnes": entrees}
