"""Opening hours as a grid of seven days and two slots a day, to and from OpenStreetMap syntax. Pure.

What the grid cannot show (dates, weeks, school holidays, nights, three slots a day) is not read: it stays a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tierslieux.core.calendrier import JOURS
from tierslieux.core.textes import gettext as _
from tierslieux.lieux.nettoyage.creneaux import MINUIT, Creneau, format_creneaux, format_jours, parse_heure
from tierslieux.lieux.nettoyage.horaires_semaine import NOTE_RENDEZ_VOUS
from tierslieux.lieux.semaine_simple import JOURS_DE_REGLE, list_jours

PLAGES_PAR_JOUR = 2
NOMBRE_JOURS = 7
# Days that "copy Monday" fills: to Friday.
JOURS_OUVRES = range(1, 5)

_HEURE = r"(?:[01]\d|2[0-4]):[0-5]\d"
_REGLE = re.compile(
    rf"(?P<jours>{JOURS_DE_REGLE}) (?:(?P<ferme>off|closed)|(?P<heures>{_HEURE}-{_HEURE}(?:,{_HEURE}-{_HEURE})*)"
    rf'(?P<rdv> (?:unknown )?"{NOTE_RENDEZ_VOUS}")?)',
    re.ASCII,
)
_FERIES = re.compile(r"PH (?:off|closed)", re.ASCII)
# "9h", "9 h 30", "9.30", "09:30", "9": as people write the time in a field of text.
_SAISIE = re.compile(r"(\d{1,2})\s*(?:[hH:.]\s*(\d{2})?)?\s*(?:min)?", re.ASCII)

# Names of the fields of a form, by day (0 is Monday), slot and end.
COPIER, FERIES, RENDEZ_VOUS = "h_copier", "h_feries", "h_rdv"


def name_heure(jour: int, plage: int, bout: str) -> str:
    """The field of one time; `bout` is "debut" or "fin"."""
    return f"h{jour}_{plage}_{bout}"


def name_ferme(jour: int) -> str:
    """The field that says that the place is closed on a day."""
    return f"h{jour}_ferme"


@dataclass(frozen=True, slots=True)
class Grille:
    """A week: the slots of each day in minutes, Monday first; days that are said to be closed; two boxes beside it.

    A day without slots that is not said to be closed is one of which nothing is said.
    """

    jours: tuple[tuple[Creneau, ...], ...]
    fermes: frozenset[int] = frozenset()
    feries_fermes: bool = False
    sur_rendez_vous: bool = False

    @property
    def est_vide(self) -> bool:
        """Whether nothing at all is said."""
        return not (any(self.jours) or self.fermes or self.feries_fermes or self.sur_rendez_vous)


def parse_grille(texte: str) -> Grille | None:
    """The grid that shows these hours (OpenStreetMap syntax); None when a grid cannot."""
    jours: dict[int, tuple[Creneau, ...]] = {}
    feries_fermes, rendez_vous = False, set()
    for regle in re.split(r"\s*;\s*", re.sub(r"\s*,\s*", ",", texte.strip()).rstrip("; ")):
        if _FERIES.fullmatch(regle):
            feries_fermes = True
            continue
        lue = _REGLE.fullmatch(regle)
        plages = None if lue is None else _read_plages(lue["heures"])
        if lue is None or plages is None:
            return None
        if plages:
            rendez_vous.add(lue["rdv"] is not None)
        jours |= dict.fromkeys(list_jours(lue["jours"]), plages)
    if len(rendez_vous) != 1 or not any(jours.values()):
        return None
    return Grille(
        tuple(jours.get(jour, ()) for jour in range(NOMBRE_JOURS)),
        frozenset(jour for jour, plages in jours.items() if not plages),
        feries_fermes,
        rendez_vous == {True},
    )


def _read_plages(heures: str | None) -> tuple[Creneau, ...] | None:
    """Slots of one day in order; empty for a closed day, None when the grid has no room for them."""
    if heures is None:
        return ()
    plages: list[Creneau] = []
    for plage in heures.split(","):
        debut, fin = (parse_heure(heure) for heure in plage.split("-"))
        if debut is None or fin is None or debut >= fin or (plages and debut <= plages[-1][1]):
            return None
        plages.append((debut, fin))
    return tuple(plages) if len(plages) <= PLAGES_PAR_JOUR else None


def format_grille(grille: Grille) -> str | None:
    """The week in OpenStreetMap syntax, days with the same slots together; None when it says no opening."""
    groupes: dict[tuple[Creneau, ...], list[int]] = {}
    for jour, plages in enumerate(grille.jours):
        if plages:
            groupes.setdefault(plages, []).append(jour)
    if not groupes:
        return None
    note = f' unknown "{NOTE_RENDEZ_VOUS}"' if grille.sur_rendez_vous else ""
    regles = [f"{format_jours(jours)} {format_creneaux(plages)}{note}" for plages, jours in groupes.items()]
    if grille.fermes:
        regles.append(f"{format_jours(sorted(grille.fermes))} off")
    if grille.feries_fermes:
        regles.append("PH off")
    return "; ".join(regles)


def read_grille(champs: Mapping[str, str]) -> tuple[Grille, list[str]]:
    """The grid that the fields of a form say, and what is wrong with it, in sentences.

    Times are read in any of the ways in which people write them; the second slot may be filled alone.
    """
    erreurs: list[str] = []
    jours: list[tuple[Creneau, ...]] = []
    fermes = set()
    for jour in range(NOMBRE_JOURS):
        plages, faute = _read_jour(champs, jour)
        if name_ferme(jour) in champs:
            fermes.add(jour)
            if plages or faute:
                faute, plages = _("ce jour est fermé : effacez ses heures, ou décochez « Fermé »."), ()
        if faute:
            erreurs.append(f"{_(JOURS[jour]).capitalize()} : {faute}".replace(" :", "\u00a0:"))
        jours.append(plages)
    if COPIER in champs and (jours[0] or 0 in fermes):
        for jour in JOURS_OUVRES:
            # What was written for a day stays.
            if not jours[jour] and jour not in fermes:
                jours[jour] = jours[0]
                fermes |= {jour} if 0 in fermes else set()
    grille = Grille(tuple(jours), frozenset(fermes), FERIES in champs, RENDEZ_VOUS in champs)
    if not erreurs and not grille.est_vide and not any(jours):
        erreurs.append(_("Écrivez au moins un jour d’ouverture, avec ses heures."))
    return grille, erreurs


def _read_jour(champs: Mapping[str, str], jour: int) -> tuple[tuple[Creneau, ...], str | None]:
    plages: list[Creneau] = []
    for rang in range(PLAGES_PAR_JOUR):
        textes = [champs.get(name_heure(jour, rang, bout), "").strip() for bout in ("debut", "fin")]
        if not any(textes):
            continue
        if not all(textes):
            return (), _("il manque une heure.")
        debut, fin = (read_heure(texte) for texte in textes)
        if debut is None or fin is None:
            return (), _("écrivez les heures ainsi : %(exemple)s.", exemple="14:30")
        # Midnight closes a day, it never opens it twice.
        fin = fin or MINUIT
        if debut >= fin:
            return (), _("l’heure de fin doit venir après l’heure de début.")
        plages.append((debut, fin))
    plages.sort()
    if len(plages) == PLAGES_PAR_JOUR and plages[1][0] <= plages[0][1]:
        return (), _("les deux moments se touchent ou se chevauchent.")
    return tuple(plages), None


def read_heure(texte: str) -> int | None:
    """Minutes after midnight of a time as people write it, None for anything else."""
    lue = _SAISIE.fullmatch(texte.strip())
    if lue is None:
        return None
    return parse_heure(f"{lue[1]}:{lue[2] or '00'}")


def list_champs(grille: Grille) -> Iterator[tuple[str, str]]:
    """(field, value) of a form that shows the grid."""
    for jour, plages in enumerate(grille.jours):
        for rang, (debut, fin) in enumerate(plages):
            yield name_heure(jour, rang, "debut"), write_heure(debut)
            yield name_heure(jour, rang, "fin"), write_heure(fin)
        if jour in grille.fermes:
            yield name_ferme(jour), "1"
    if grille.feries_fermes:
        yield FERIES, "1"
    if grille.sur_rendez_vous:
        yield RENDEZ_VOUS, "1"


def write_heure(minutes: int) -> str:
    """A time as a field of a form holds it; the end of the day is "00:00", for fields that know no "24:00"."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class LigneGrille:
    """A day of the grid as the page writes it: (field, value, whether a browser's own time field can show it)."""

    jour: str
    heures: tuple[tuple[str, str, bool], ...]
    champ_ferme: str
    est_ferme: bool


def build_lignes(champs: Mapping[str, str]) -> Sequence[LigneGrille]:
    """The seven days with what the form holds, right or wrong."""
    return [
        LigneGrille(
            _(JOURS[jour]),
            tuple(
                _show_heure(champs, name_heure(jour, rang, bout))
                for rang in range(PLAGES_PAR_JOUR)
                for bout in ("debut", "fin")
            ),
            name_ferme(jour),
            name_ferme(jour) in champs,
        )
        for jour in range(NOMBRE_JOURS)
    ]


def _show_heure(champs: Mapping[str, str], nom: str) -> tuple[str, str, bool]:
    texte = champs.get(nom, "")
    minutes = read_heure(texte) if texte else None
    # A browser empties a time field whose text is no time: then it is a field of text, so that nothing is lost.
    return (nom, write_heure(minutes), True) if minutes is not None else (nom, texte, not texte)
