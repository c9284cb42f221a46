"""Contexts of what is carried away: sheets, lists, the script of a call, packs. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from tierslieux.core.qr import Qr, build_qr
from tierslieux.core.textes import gettext as _
from tierslieux.core.textes import ngettext
from tierslieux.emporter.appel import Connu, Question, build_demande, list_questions
from tierslieux.emporter.apporter import list_a_apporter
from tierslieux.emporter.params import CHOISIS_MAX, Choix
from tierslieux.emporter.services import ChoixLu, ListeCommune
from tierslieux.filtres import INSECABLE, format_distance, format_telephone
from tierslieux.lieux.enums import Besoin, Precision
from tierslieux.lieux.fraicheur import find_fraicheur
from tierslieux.lieux.horaires.semaines import describe_horaires
from tierslieux.lieux.presenters import LieuPage
from tierslieux.lieux.services import LieuDetail, LieuResume
from tierslieux.lieux.sms import build_lien_sms, build_sms, build_sms_liste
from tierslieux.territoires.noms import build_complement, build_locatif


@dataclass(frozen=True, slots=True)
class Bloc:
    """A place in a list to carry; every text is ready to be read."""

    public_id: str
    nom: str
    telephone: str | None
    adresse: str
    horaires: str
    aide: str | None
    distance: str | None
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceCitee:
    """A source of a list with the date of what is newest in it, None when it gives none."""

    libelle: str
    date: dt.date | None


@dataclass(frozen=True, slots=True)
class Groupe:
    """Places under one title."""

    titre: str | None
    blocs: tuple[Bloc, ...]


@dataclass(frozen=True, slots=True)
class Liste:
    """A list to print: its title, what to know of it, its places by group, where they come from."""

    titre: str
    resume: tuple[str, ...]
    groupes: tuple[Groupe, ...]
    sources: tuple[SourceCitee, ...]
    today: dt.date
    adresse: str
    qr: Qr

    @property
    def nombre(self) -> int:
        """How many places there are in all."""
        return sum(len(groupe.blocs) for groupe in self.groupes)


@dataclass(frozen=True, slots=True)
class Fiche:
    """The sheet of a place as a document."""

    page: LieuPage
    horaires: str
    a_apporter: tuple[str, ...]
    contacts: tuple[str, ...]
    adresse: str


@dataclass(frozen=True, slots=True)
class AppelPage:
    """The script of a call to a place."""

    public_id: str
    nom: str
    telephone: str | None
    autres_telephones: tuple[str, ...]
    demande: str
    questions: tuple[Question, ...]
    a_apporter: tuple[str, ...]
    besoin: Besoin | None
    choix_besoins: tuple[Besoin, ...]
    today: dt.date


@dataclass(frozen=True, slots=True)
class SelectionPage:
    """The places that somebody chose; `ajouts` are places that could join them, found by `q`."""

    choix: Choix
    liste: Liste
    avis: tuple[str, ...]
    sms: str | None
    lien_sms: str | None
    q: str
    ajouts: tuple[Bloc, ...] | None
    est_pleine: bool


@dataclass(frozen=True, slots=True)
class PackPage:
    """Every offer of a département, to be read without the Internet."""

    code: str
    nom: str
    liste: Liste


def build_bloc(lieu: LieuResume, *, today: dt.date, est_ferme: bool = False) -> Bloc:
    """A place as a list to carry says it."""
    commune = " ".join(partie for partie in (lieu.code_postal, lieu.commune_nom) if partie)
    return Bloc(
        public_id=lieu.public_id,
        nom=lieu.nom,
        telephone=format_telephone(lieu.telephone) if lieu.telephone else None,
        adresse=", ".join(p for p in (lieu.adresse, commune) if p) or _("Adresse non communiquée"),
        horaires=_say_horaires(lieu),
        aide=", ".join(_(besoin.libelle) for besoin in lieu.besoins) or None,
        distance=_say_distance(lieu.distance_m) if lieu.distance_m is not None else None,
        mentions=tuple(_list_mentions(lieu, today, est_ferme=est_ferme)),
    )


def build_liste(
    titre: str,
    groupes: Iterable[tuple[str | None, Sequence[LieuResume]]],
    *,
    today: dt.date,
    adresse: str,
    resume: Sequence[str] = (),
    fermes: frozenset[str] = frozenset(),
) -> Liste:
    """A list from groups of places, each with its title or None; empty groups are left out."""
    pleins = [(nom, lieux) for nom, lieux in groupes if lieux]
    tous = [lieu for _nom, lieux in pleins for lieu in lieux]
    return Liste(
        titre=titre,
        resume=tuple(resume),
        groupes=tuple(
            Groupe(nom, tuple(build_bloc(lieu, today=today, est_ferme=lieu.public_id in fermes) for lieu in lieux))
            for nom, lieux in pleins
        ),
        sources=tuple(_list_sources(tous)),
        today=today,
        adresse=adresse,
        qr=build_qr(adresse),
    )


def build_liste_commune(trouves: ListeCommune, *, today: dt.date, adresse: str) -> Liste:
    """The list of a commune and, when it is short, of what is nearest around it."""
    nombre = len(trouves.lieux)
    if trouves.est_coupee:
        compte = _("La commune a plus de lieux. La liste montre les %(nombre)s premiers.", nombre=nombre)
    elif nombre:
        compte = ngettext("%(nombre)s lieu dans la commune.", "%(nombre)s lieux dans la commune.", nombre)
    else:
        compte = _("Il n’y a pas de lieu dans la commune.")
    resume = [compte]
    autour = None
    if trouves.autres:
        resume.append(_("La liste continue avec les lieux les plus proches."))
        autour = _("Les plus proches %(de_commune)s", de_commune=build_complement(trouves.nom))
    return build_liste(
        _("Les lieux %(a_commune)s", a_commune=build_locatif(trouves.nom)),
        [(_("Dans la commune") if autour else None, trouves.lieux), (autour, trouves.autres)],
        today=today,
        adresse=adresse,
        resume=resume,
    )


def build_fiche(page: LieuPage, *, adresse: str) -> Fiche:
    """The sheet of a place: what its page says, and what to bring for what it helps with."""
    lieu, detail = page.lieu, page.detail
    contacts = (detail.courriel, *detail.autres_courriels, detail.site_web, *detail.autres_sites_web)
    return Fiche(
        page=page,
        horaires=_say_horaires(lieu),
        a_apporter=tuple(list_a_apporter(lieu.besoins)),
        contacts=tuple(contact for contact in contacts if contact),
        adresse=adresse,
    )


def build_appel_page(detail: LieuDetail, besoin: Besoin | None, *, today: dt.date) -> AppelPage:
    """The script of a call, for a need or for the needs that the place answers."""
    lieu = detail.resume
    connu = Connu(
        describe_horaires(lieu.horaires, lieu.commune_code),
        lieu.itinerant,
        lieu.accessible,
        lieu.frais,
        detail.modalites_acces,
    )
    return AppelPage(
        public_id=lieu.public_id,
        nom=lieu.nom,
        telephone=lieu.telephone,
        autres_telephones=detail.autres_telephones,
        demande=build_demande(besoin),
        questions=tuple(list_questions(connu)),
        a_apporter=tuple(list_a_apporter([besoin] if besoin else lieu.besoins)),
        besoin=besoin,
        choix_besoins=tuple(Besoin),
        today=today,
    )


def build_selection_page(
    choix: Choix,
    lus: ChoixLu,
    *,
    today: dt.date,
    adresse: str,
    q: str = "",
    ajouts: Sequence[LieuResume] | None = None,
) -> SelectionPage:
    """The list of chosen places with what there is to say of it; `ajouts` is None when nothing was looked for."""
    ids = tuple(lieu.public_id for lieu in lus.lieux)
    sms = _write_sms_liste(lus.lieux, adresse)
    return SelectionPage(
        choix=Choix(ids),
        liste=build_liste(_("Mes lieux choisis"), [(None, lus.lieux)], today=today, adresse=adresse, fermes=lus.fermes),
        avis=tuple(_list_avis(choix, lus)),
        sms=sms,
        lien_sms=build_lien_sms(sms) if sms else None,
        q=q,
        ajouts=None if ajouts is None else tuple(build_bloc(a, today=today) for a in ajouts if a.public_id not in ids),
        est_pleine=len(ids) >= CHOISIS_MAX,
    )


def build_pack_page(code: str, nom: str, lieux: Sequence[LieuResume], *, today: dt.date, adresse: str) -> PackPage:
    """A département by commune; `lieux` are sorted by commune."""
    par_commune = groupby(lieux, key=lambda lieu: (lieu.commune_nom, lieu.commune_code))
    groupes = [(nom_commune or _("Commune inconnue"), list(groupe)) for (nom_commune, _code), groupe in par_commune]
    liste = build_liste(_("Lieux du département : %(nom)s", nom=nom), groupes, today=today, adresse=adresse)
    return PackPage(code, nom, liste)


def _say_distance(distance_m: float) -> str:
    return _("à %(distance)s", distance=format_distance(distance_m)).replace(" ", INSECABLE)


def _say_horaires(lieu: LieuResume) -> str:
    """The hours in sentences; those that no sentence tells are not shown in the syntax of machines."""
    if not lieu.horaires:
        return _("Horaires non communiqués.")
    return describe_horaires(lieu.horaires, lieu.commune_code) or _("Horaires à demander au téléphone.")


def _list_mentions(lieu: LieuResume, today: dt.date, *, est_ferme: bool) -> Iterable[str]:
    if est_ferme:
        yield _("Ce lieu est fermé définitivement.")
    if lieu.est_invente:
        yield _("Lieu inventé, pour la démonstration.")
    if lieu.itinerant:
        yield _("Ce lieu se déplace : demandez où il sera.")
    if lieu.precision == Precision.COMMUNE and lieu.distance_m is not None:
        yield _("Position approximative.")
    if lieu.date and find_fraicheur(lieu.date, today).est_perimee:
        yield _("Information de %(annee)s : elle peut avoir changé.", annee=lieu.date.year)


def _list_sources(lieux: Iterable[LieuResume]) -> Iterable[SourceCitee]:
    """Each source once with the newest of its dates, the most cited first."""
    dates: dict[str, list[dt.date | None]] = {}
    for lieu in lieux:
        dates.setdefault(lieu.source, []).append(lieu.date)
    for libelle, vues in sorted(dates.items(), key=lambda paire: (-len(paire[1]), paire[0])):
        yield SourceCitee(libelle, max((vue for vue in vues if vue), default=None))


def _list_avis(choix: Choix, lus: ChoixLu) -> Iterable[str]:
    inconnus = len(lus.inconnus) + choix.illisibles
    if inconnus:
        yield ngettext(
            "Un lieu de votre liste n’existe pas, ou n’existe plus.",
            "%(nombre)s lieux de votre liste n’existent pas, ou n’existent plus.",
            inconnus,
        )
    if lus.remplaces:
        yield ngettext(
            "Un lieu a changé d’adresse sur ce site. Votre liste montre la nouvelle.",
            "%(nombre)s lieux ont changé d’adresse sur ce site. Votre liste montre les nouvelles.",
            lus.remplaces,
        )
    if choix.trop:
        yield _("Une liste a %(nombre)s lieux au plus. Les premiers sont gardés.", nombre=CHOISIS_MAX)


def _write_sms_liste(lieux: Sequence[LieuResume], adresse: str) -> str | None:
    """One place: its own message. Several: one short line each, then the address of the list."""
    if not lieux:
        return None
    if len(lieux) == 1:
        (seul,) = lieux
        commune = " ".join(partie for partie in (seul.code_postal, seul.commune_nom) if partie)
        numero = format_telephone(seul.telephone) if seul.telephone else None
        rue = ", ".join(partie for partie in (seul.adresse, commune) if partie)
        return build_sms(seul.nom, telephone=numero, adresse=rue, lien=adresse)
    numeros = [format_telephone(lieu.telephone) if lieu.telephone else None for lieu in lieux]
    return build_sms_liste([(lieu.nom, numero) for lieu, numero in zip(lieux, numeros, strict=True)], adresse)
