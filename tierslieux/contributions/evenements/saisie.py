"""What the form of an event says: read into an event, written from one. Pure.

A form holds texts by name, as browsers send them; each error is a sentence beside its field.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tierslieux.contributions import champs as regles
from tierslieux.contributions.champs import Contexte
from tierslieux.contributions.evenements.params import read_date
from tierslieux.core.enums import Libelle
from tierslieux.core.errors import InvalidInputError
from tierslieux.core.geo import find_zone
from tierslieux.core.textes import N_
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import format_date, format_telephone
from tierslieux.lieux.evenements import Evenement, Frequence, GenreEvenement, JourRegle, Recurrence
from tierslieux.lieux.evenements.objets import (
    DUREE_RECURRENTE_MAX,
    INSCRIPTION_MAX,
    PUBLIC_MAX,
    SAUF_MAX,
    TEXTE_MAX,
    TITRE_MAX,
    clean_ligne,
    clean_texte,
    read_inscription,
)
from tierslieux.lieux.evenements.recurrences import find_rang, is_dernier

# Nobody knows what will be in two years. A rule without end is announced for one: somebody says that it goes on.
DUREE_SANS_FIN = dt.timedelta(days=365)
DUREE_FIN_MAX = dt.timedelta(days=731)
DEBUT_MAX = dt.timedelta(days=731)

_HEURE = re.compile(r"(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?\s*(?:min)?", re.ASCII)
_ESPACES = re.compile(r"\s+")


class Retour(Libelle):
    """Whether an event comes back, as the form asks it."""

    NON = "non", N_("Non, une seule fois")
    SEMAINE = "semaine", N_("Chaque semaine, le même jour")
    QUINZAINE = "quinzaine", N_("Une semaine sur deux, le même jour")
    MOIS = "mois", N_("Chaque mois, par exemple le premier mardi")
    DERNIER = "dernier", N_("Chaque mois, par exemple le dernier vendredi")
    # Only for an event whose rule the form cannot say.
    TEL_QUEL = "tel-quel", N_("Garder le rythme actuel")


CHAMPS = (
    "genre",
    "titre",
    "jour",
    "debut",
    "fin",
    "jour_fin",
    "retour",
    "jusqu_au",
    "sauf",
    "texte",
    "inscription",
    "gratuit",
    "public",
)


@dataclass(frozen=True, slots=True)
class Lecture:
    """What a form says: an event, or None with sentences by name of field."""

    evenement: Evenement | None
    erreurs: dict[str, list[str]]


@dataclass(slots=True)
class _Lecteur:
    """Reads the fields one after the other, so that all that is wrong is said at once."""

    textes: Mapping[str, str]
    commune_code: str | None
    actuel: Evenement | None
    erreurs: dict[str, list[str]] = field(default_factory=dict)

    def get(self, nom: str) -> str:
        return self.textes.get(nom, "").strip()

    def refuse(self, nom: str, message: str) -> None:
        self.erreurs.setdefault(nom, []).append(message)

    def read_texte(self, nom: str, maximum: int, *, sur_une_ligne: bool) -> str | None:
        try:
            return (clean_ligne if sur_une_ligne else clean_texte)(nom, self.get(nom), maximum)
        except InvalidInputError:
            self.refuse(nom, _("C’est trop long : %(nombre)s signes au plus.", nombre=maximum))
            return None

    def read_genre(self) -> GenreEvenement:
        if self.get("genre") not in set(GenreEvenement):
            self.refuse("genre", _("Choisissez dans la liste."))
            return GenreEvenement.AUTRE
        return GenreEvenement(self.get("genre"))

    def read_jour(self, nom: str) -> dt.date | None:
        texte = self.get(nom)
        if not texte:
            return None
        jour = read_date(texte)
        if jour is None:
            self.refuse(nom, _("Nous ne comprenons pas cette date. Écrivez par exemple : 24/12/2026."))
        return jour

    def read_heure(self, nom: str) -> dt.time | None:
        texte = self.get(nom)
        if not texte:
            self.refuse(nom, _("Écrivez une heure, par exemple : 14:00."))
            return None
        heure = parse_heure(texte)
        if heure is None:
            self.refuse(nom, _("Nous ne comprenons pas cette heure. Écrivez par exemple : 14:00."))
        return heure

    def read_instants(self, now: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
        jour = self.read_jour("jour")
        if not self.get("jour"):
            self.refuse("jour", _("Écrivez la date, ou la première date si cela revient."))
        debut, fin = self.read_heure("debut"), self.read_heure("fin")
        jour_fin = self.read_jour("jour_fin") or jour
        if jour is None or jour_fin is None or debut is None or fin is None or "jour_fin" in self.erreurs:
            return None
        if jour > now.date() + DEBUT_MAX:
            self.refuse("jour", _("Cette date est trop loin. Donnez une date dans les deux ans."))
            return None
        # From 20 h to 1 h in the morning: the day after.
        if jour_fin == jour and fin <= debut and fin <= dt.time(6):
            jour_fin = jour + dt.timedelta(days=1)
        instants = dt.datetime.combine(jour, debut), dt.datetime.combine(jour_fin, fin)
        if instants[1] <= instants[0]:
            self.refuse("fin", _("La fin est avant le début."))
            return None
        return instants

    def read_recurrence(self, debut: dt.datetime) -> Recurrence | None:
        texte = self.get("retour") or Retour.NON.value
        if texte not in set(Retour):
            self.refuse("retour", _("Choisissez dans la liste."))
            return None
        retour = Retour(texte)
        if retour is Retour.NON:
            return None
        if retour is Retour.TEL_QUEL:
            if self.actuel is None or self.actuel.recurrence is None:
                self.refuse("retour", _("Choisissez dans la liste."))
                return None
            return self.actuel.recurrence
        if retour is Retour.DERNIER and not is_dernier(debut.date()):
            self.refuse("jour", _("La première date n’est pas le dernier jour de ce nom dans son mois."))
            return None
        return _build_regle(retour, debut, self.read_fin(debut))

    def read_fin(self, debut: dt.datetime) -> dt.date:
        jusqu_au = self.read_jour("jusqu_au")
        if jusqu_au is None:
            return debut.date() + DUREE_SANS_FIN
        if jusqu_au < debut.date():
            self.refuse("jusqu_au", _("Le dernier jour est avant le premier."))
        elif jusqu_au > debut.date() + DUREE_FIN_MAX:
            self.refuse("jusqu_au", _("C’est trop loin : deux ans au plus. Vous pourrez prolonger plus tard."))
        return jusqu_au

    def read_sauf(self) -> tuple[dt.date, ...]:
        morceaux = [morceau.strip() for morceau in re.split(r"[\n,;]|\bet\b", self.get("sauf")) if morceau.strip()]
        jours = [read_date(morceau.removeprefix("le ")) for morceau in morceaux[: SAUF_MAX + 1]]
        if None in jours:
            fautif = morceaux[jours.index(None)][:40]
            self.refuse(
                "sauf", _("Nous ne comprenons pas « %(texte)s ». Écrivez par exemple : 24/12/2026.", texte=fautif)
            )
        if len(jours) > SAUF_MAX:
            self.refuse("sauf", _("C’est trop : %(nombre)s dates au plus.", nombre=SAUF_MAX))
        return tuple(sorted({jour for jour in jours if jour is not None}))

    def read_inscription(self) -> str | None:
        texte = self.get("inscription")
        if not texte:
            return None
        est_numero = not re.search(r"[^\W\d_]", texte)
        try:
            propre = regles.clean(
                "telephone" if est_numero else "site_web", texte, Contexte(commune_code=self.commune_code)
            )
            return read_inscription(propre)
        except InvalidInputError as erreur:
            connue = erreur.message if isinstance(erreur, regles.ChampInvalideError) else None
            self.refuse("inscription", connue or _("Écrivez un numéro de téléphone ou une adresse web."))
            return None

    def read_gratuit(self) -> bool | None:
        reponses = {"oui": True, "non": False, "": None}
        if self.get("gratuit") not in reponses:
            self.refuse("gratuit", _("Répondez par oui ou par non."))
            return None
        return reponses[self.get("gratuit")]


def read_evenement(
    textes: Mapping[str, str],
    identifiant: str,
    *,
    commune_code: str | None,
    now: dt.datetime,
    actuel: Evenement | None = None,
) -> Lecture:
    """The event that a form says, at a place of this commune; `actuel` is the one that it corrects."""
    lecteur = _Lecteur(textes, commune_code, actuel)
    genre = lecteur.read_genre()
    titre = lecteur.read_texte("titre", TITRE_MAX, sur_une_ligne=True)
    if titre is None and "titre" not in lecteur.erreurs:
        lecteur.refuse("titre", _("Donnez un titre, par exemple : Atelier premiers clics."))
    instants = lecteur.read_instants(now)
    recurrence = lecteur.read_recurrence(instants[0]) if instants else None
    sauf = lecteur.read_sauf()
    texte = lecteur.read_texte("texte", TEXTE_MAX, sur_une_ligne=False)
    public = lecteur.read_texte("public", PUBLIC_MAX, sur_une_ligne=True)
    inscription, gratuit = lecteur.read_inscription(), lecteur.read_gratuit()
    if lecteur.erreurs or instants is None or titre is None:
        return Lecture(None, lecteur.erreurs)
    evenement = Evenement(identifiant, genre, titre, *instants, recurrence, sauf, texte, inscription, gratuit, public)
    _check(evenement, lecteur, now)
    return Lecture(None if lecteur.erreurs else evenement, lecteur.erreurs)


def _check(evenement: Evenement, lecteur: _Lecteur, now: dt.datetime) -> None:
    """What only shows when everything is read."""
    if evenement.recurrence and evenement.fin - evenement.debut > DUREE_RECURRENTE_MAX:
        lecteur.refuse("jour_fin", _("Un rendez-vous qui revient dure un jour au plus."))
        return
    try:
        evenement.check_coherence()
    except InvalidInputError as erreur:
        champ = {"fin": "jour_fin", "recurrence": "retour"}.get(str(erreur.details["champ"]), "jour")
        messages = {
            "jour_fin": _("C’est trop long : un mois au plus."),
            "retour": _("La première date ne va pas avec ce rythme : choisissez-en un autre."),
        }
        lecteur.refuse(champ, messages.get(champ, erreur.message))
        return
    if not evenement.list_prochaines(now, find_zone(lecteur.commune_code).fuseau, 1):
        lecteur.refuse("jour", _("Ces dates sont passées. Donnez une date à venir."))
        return
    etrangers = [jour for jour in evenement.sauf if not _is_date(evenement, jour)]
    if etrangers:
        lecteur.refuse("sauf", _("Le %(date)s n’est pas une date de ce rendez-vous.", date=format_date(etrangers[0])))


def _is_date(evenement: Evenement, jour: dt.date) -> bool:
    """Whether it would happen on that day but for its exceptions."""
    sans_exception = Evenement(
        evenement.id,
        evenement.genre,
        evenement.titre,
        evenement.debut,
        evenement.fin,
        evenement.recurrence,
    )
    return sans_exception.happens(jour)


def _build_regle(retour: Retour, debut: dt.datetime, jusqu_au: dt.date) -> Recurrence:
    jour = debut.weekday()
    if retour is Retour.SEMAINE:
        return Recurrence(Frequence.SEMAINE, 1, (JourRegle(jour),), jusqu_au)
    if retour is Retour.QUINZAINE:
        return Recurrence(Frequence.SEMAINE, 2, (JourRegle(jour),), jusqu_au)
    rang = -1 if retour is Retour.DERNIER else find_rang(debut.date())
    return Recurrence(Frequence.MOIS, 1, (JourRegle(jour, rang),), jusqu_au)


def find_retour(evenement: Evenement) -> Retour:
    """What the form says of the rule of an event; TEL_QUEL for one that it cannot say."""
    regle = evenement.recurrence
    if regle is None:
        return Retour.NON
    jusqu_au = regle.jusqu_au or evenement.debut.date()
    for retour in (Retour.SEMAINE, Retour.QUINZAINE, Retour.MOIS, Retour.DERNIER):
        if regle.jusqu_au and _build_regle(retour, evenement.debut, jusqu_au) == regle:
            return retour
    return Retour.TEL_QUEL


def write_champs(evenement: Evenement) -> dict[str, str]:
    """The fields of a form that shows an event."""
    jour_fin = evenement.fin.date()
    est_du_soir = jour_fin - evenement.debut.date() == dt.timedelta(days=1) and evenement.fin.time() <= dt.time(6)
    inscription = evenement.inscription or ""
    jusqu_au = evenement.recurrence.jusqu_au if evenement.recurrence else None
    return {
        "genre": evenement.genre.value,
        "titre": evenement.titre,
        "jour": evenement.debut.date().isoformat(),
        "debut": f"{evenement.debut:%H:%M}",
        "fin": f"{evenement.fin:%H:%M}",
        "jour_fin": "" if jour_fin == evenement.debut.date() or est_du_soir else jour_fin.isoformat(),
        "retour": find_retour(evenement).value,
        "jusqu_au": jusqu_au.isoformat() if jusqu_au else "",
        "sauf": "\n".join(f"{jour:%d/%m/%Y}" for jour in evenement.sauf),
        "texte": evenement.texte or "",
        "inscription": inscription
        if inscription.startswith("http")
        else format_telephone(inscription).replace("\u00a0", " "),
        "gratuit": {True: "oui", False: "non", None: ""}[evenement.gratuit],
        "public": evenement.public or "",
    }


def parse_heure(texte: str) -> dt.time | None:
    """An hour as fields send it (14:00) or as people type it (14h, 14 h 30, 9.15); None otherwise."""
    lue = _HEURE.fullmatch(_ESPACES.sub(" ", texte).strip())
    if lue is None or int(lue[1]) > 23 or int(lue[2] or 0) > 59:
        return None
    return dt.time(int(lue[1]), int(lue[2] or 0))


LONGUEURS = {"titre": TITRE_MAX, "texte": TEXTE_MAX, "inscription": INSCRIPTION_MAX, "public": PUBLIC_MAX}
