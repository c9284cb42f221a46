"""Search of a commune by what people type: name, former name, postcode, code, with one typing error forgiven.

Order of answers, each step only taken when the ones before leave room: names equal to the request (official, without
its article, former commune), the same in the place that the request also gives ("Saint-Denis 93"), names that begin so,
names one typing error away, both in the place given, communes of the postcode given, names that look alike. Inside a
step, the text as typed comes before another writing of it, then big communes before small ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy.orm import Session

from tierslieux.core.db import Rangee
from tierslieux.territoires import queries
from tierslieux.territoires.enums import NatureToponyme, Niveau
from tierslieux.territoires.noms import build_cle, find_cle_arrondissement
from tierslieux.territoires.requete import Filtre, Lecture, Requete, parse_requete, split_territoire

LIMITE = 10
# The widest postcode (51300) serves 46 communes: none must be cut off.
LIMITE_CODE_POSTAL = 100
# Places kept for names with an error when many names begin like the request.
_PLACES_PROCHES = 2
# Names looked at beyond the answer: one commune may have several.
_MARGE = 10
# Names that look alike are re-ranked by their distance; the right one was always among the first 20 of 1,000 misspelt.
_RESSEMBLANTS = 30
# Beyond one error, one more is forgiven per six letters: "monpelier" is 2 away from Montpellier.
_LETTRES_PAR_ERREUR = 6

_RANG_NATURE = {
    NatureToponyme.OFFICIEL.value: 0,
    NatureToponyme.SANS_ARTICLE.value: 1,
    NatureToponyme.ANCIENNE_COMMUNE.value: 2,
}


@dataclass(frozen=True, slots=True)
class CommuneTrouvee:
    """A commune or a municipal arrondissement that answers a request.

    `exacte`: the request is its name, former name, postcode or code, not just something like it. `nature` tells which
    name answered, `toponyme` that name when it is not the name of today ("Pierrefitte-sur-Seine" for Saint-Denis).
    `lon`, `lat`: its town hall, else a point inside it (EPSG:4326); None when it has neither polygon nor town hall.
    """

    code: str
    nom: str
    niveau: Niveau
    codes_postaux: tuple[str, ...]
    departement_code: str | None
    departement_nom: str | None
    population: int | None
    lon: float | None
    lat: float | None
    exacte: bool = True
    nature: NatureToponyme = NatureToponyme.OFFICIEL
    toponyme: str | None = None


@dataclass(frozen=True, slots=True)
class _Candidat:
    rangee: Rangee
    exacte: bool


def search_communes(session: Session, q: str, *, limite: int = LIMITE, approche: bool = True) -> list[CommuneTrouvee]:
    """Communes and arrondissements that answer the text, best first; see the module for the order.

    Without `approche`, only those that it names exactly: names that begin so or look alike cost the most.
    A postcode gives all its communes, whatever `limite`, up to LIMITE_CODE_POSTAL. Nothing understood gives [].
    """
    return search_communes_lot(session, [q], limite=limite, approche=approche)[0]


def search_communes_lot(
    session: Session, textes: Sequence[str], *, limite: int = LIMITE, approche: bool = True
) -> list[list[CommuneTrouvee]]:
    """`search_communes` of each text, in fewer statements."""
    requetes = [parse_requete(texte) for texte in textes]
    exacts = _list_exacts(session, {requete.cle for requete in requetes if requete.cle and requete.code is None})
    postaux = _list_codes_postaux(session, {requete.code for requete in requetes if requete.code is not None})
    trouves = [
        _search_nom(session, requete, exacts.get(requete.cle, []), limite, approche=approche)
        if requete.code is None
        else _search_code(session, requete.code, postaux.get(requete.code, []))
        for requete in requetes
    ]
    return _describe(session, trouves)


def search_noms_exacts(
    session: Session, cles: Collection[str], *, limite: int = LIMITE
) -> dict[str, list[CommuneTrouvee]]:
    """Communes and arrondissements by the key that names them exactly, of those given; best first.

    Keys are those of `noms.build_cle`; "lyon 3" is read as the arrondissement. Two statements, whatever their number.
    """
    noms = {cle: find_cle_arrondissement(cle) or cle for cle in cles if cle}
    exacts = _list_exacts(session, set(noms.values()))
    trouves = {cle: _sort_exacts(exacts[nom], cle)[:limite] for cle, nom in noms.items() if nom in exacts}
    candidats = [[_Candidat(rangee, exacte=True) for rangee in rangees] for rangees in trouves.values()]
    return dict(zip(trouves, _describe(session, candidats), strict=True))


def _search_code(session: Session, code: str, servies: list[Rangee]) -> list[_Candidat]:
    """Communes that the postcode serves, else the commune with this code INSEE, of today or of before."""
    rangees = servies or _sort_taille(session.execute(queries.list_code_insee_stmt(code)).all())
    reponse = _Reponse(LIMITE_CODE_POSTAL)
    reponse.add(rangees, exacte=True)
    return reponse.candidats


def _search_nom(
    session: Session, requete: Requete, exacts: list[Rangee], limite: int, *, approche: bool
) -> list[_Candidat]:
    if not requete.cle:
        return []
    reponse = _Reponse(limite)
    reponse.add(_sort_exacts(exacts, requete.brut), exacte=True)
    lectures: list[Lecture] = []
    if not exacts:
        lectures = [*requete.lectures, *_list_lectures_nommees(session, requete.cle)]
        if _add_exacts_dans_lieu(session, reponse, lectures):
            return reponse.candidats
    if not approche:
        return reponse.candidats
    _add_approches(session, reponse, requete.cle, est_nomme=any(_est_actuel(exact) for exact in exacts))
    if not reponse:
        _add_lectures(session, reponse, lectures)
    if not reponse:
        reponse.add(_list_ressemblants(session, requete.cle), exacte=False)
    return reponse.candidats


def _add_exacts_dans_lieu(session: Session, reponse: _Reponse, lectures: list[Lecture]) -> bool:
    """Names equal to the request once its place is set apart; whether there is one."""
    for lecture in lectures:
        reponse.add(_list_exacts_lecture(session, lecture, lecture.filtre), exacte=True)
        if reponse:
            return True
    return False


def _add_approches(session: Session, reponse: _Reponse, cle: str, *, est_nomme: bool) -> None:
    """Names that begin like the request, and those one error away unless a commune of today has that very name."""
    if reponse.est_pleine:
        return
    debuts = _list_prefixe(session, cle, reponse.limite)
    proches = [] if est_nomme else _list_proches(session, cle)
    # "Lion" begins ten names and is one letter away from Lyon: a few places are kept for errors.
    reponse.add(debuts, exacte=False, laisse=min(len(proches), _PLACES_PROCHES))
    reponse.add(proches, exacte=False)
    reponse.add(debuts, exacte=False)


def _add_lectures(session: Session, reponse: _Reponse, lectures: list[Lecture]) -> None:
    """Names like the one asked for in the place asked for, else the name anywhere, else the place alone."""
    for lecture in lectures:
        reponse.add(_list_prefixe(session, lecture.cle, reponse.limite, lecture.filtre), exacte=False)
        reponse.add(_list_proches(session, lecture.cle, lecture.filtre), exacte=False)
        if reponse:
            return
    for lecture in lectures:
        reponse.add(_list_exacts_lecture(session, lecture, None), exacte=False)
    for lecture in lectures:
        if lecture.filtre.code_postal is not None:
            postaux = _list_codes_postaux(session, {lecture.filtre.code_postal})
            reponse.add(postaux.get(lecture.filtre.code_postal, []), exacte=False)


class _Reponse:
    """Candidates in the order in which they came, each territory once, never more than asked for."""

    def __init__(self, limite: int) -> None:
        self.limite = limite
        self.candidats: list[_Candidat] = []
        self._vus: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self.candidats)

    @property
    def est_pleine(self) -> bool:
        return len(self.candidats) >= self.limite

    def add(self, rangees: Iterable[Rangee], *, exacte: bool, laisse: int = 0) -> None:
        """Add what is not there yet, while there is room; `laisse` places are left free."""
        for rangee in rangees:
            if len(self.candidats) < self.limite - laisse and rangee.territoire_id not in self._vus:
                self._vus.add(rangee.territoire_id)
                self.candidats.append(_Candidat(rangee, exacte))


# --- Steps -----------------------------------------------------------------------------------------------------------


def _list_exacts(session: Session, cles: set[str]) -> dict[str, list[Rangee]]:
    par_cle: dict[str, list[Rangee]] = defaultdict(list)
    if cles:
        for rangee in session.execute(queries.list_exacts_stmt(sorted(cles))):
            par_cle[rangee.cle].append(rangee)
    return par_cle


def _list_exacts_lecture(session: Session, lecture: Lecture, filtre: Filtre | None) -> list[Rangee]:
    return _sort_exacts(session.execute(queries.list_exacts_stmt([lecture.cle], filtre)).all(), lecture.cle)


def _list_prefixe(session: Session, cle: str, limite: int, filtre: Filtre | None = None) -> Sequence[Rangee]:
    return session.execute(queries.list_prefixe_stmt(cle, limite + _MARGE, filtre)).all()


def _list_codes_postaux(session: Session, codes: set[str]) -> dict[str, list[Rangee]]:
    """Communes of each postcode, big ones first; an arrondissement, which the postcode names, before its city."""
    par_code: dict[str, list[Rangee]] = defaultdict(list)
    if codes:
        for rangee in _sort_taille(session.execute(queries.list_codes_postaux_stmt(sorted(codes))).all()):
            par_code[rangee.code_postal].append(rangee)
    for rangees in par_code.values():
        rangees.sort(key=lambda rangee: rangee.niveau != Niveau.ARRONDISSEMENT)
    return par_code


def _list_proches(session: Session, cle: str, filtre: Filtre | None = None) -> list[Rangee]:
    """Names at one typing error: a letter more, less, wrong, or two swapped."""
    # One letter is half of a name of two, and all of a name of one.
    if len(cle) < 2 or not any(c.isalpha() for c in cle):
        return []
    rangees = session.execute(queries.list_proches_stmt(cle, filtre)).all()
    proches = [rangee for rangee in rangees if DamerauLevenshtein.distance(rangee.cle, cle, score_cutoff=1) <= 1]
    return _sort_taille(proches)


def _list_ressemblants(session: Session, cle: str) -> list[Rangee]:
    """Names with more than one error, nearest first."""
    erreurs_max = len(cle) // _LETTRES_PAR_ERREUR
    if erreurs_max < 1 or not any(c.isalpha() for c in cle):
        return []
    rangees = session.execute(queries.list_ressemblants_stmt(cle, _RESSEMBLANTS)).all()
    distances = {rangee.cle: DamerauLevenshtein.distance(rangee.cle, cle) for rangee in rangees}
    proches = [rangee for rangee in rangees if distances[rangee.cle] <= erreurs_max + 1]
    return sorted(_sort_taille(proches), key=lambda rangee: distances[rangee.cle])


def _list_lectures_nommees(session: Session, cle: str) -> list[Lecture]:
    """Readings of a key that ends with the name of a département, else of a région."""
    if " " not in cle:
        return []
    territoires: dict[str, Filtre] = {}
    # Régions first: where both have one name (La Réunion, Mayotte…), the département is kept.
    rangees = session.execute(queries.list_regions_departements_stmt()).all()
    for rangee in sorted(rangees, key=lambda rangee: rangee.niveau, reverse=True):
        filtre = Filtre(region=rangee.code) if rangee.niveau == Niveau.REGION else Filtre(departement=rangee.code)
        territoires[build_cle(rangee.nom_tri)] = filtre
        territoires[build_cle(rangee.nom)] = filtre
    return split_territoire(cle, territoires)


# --- Order -----------------------------------------------------------------------------------------------------------


def _est_actuel(rangee: Rangee) -> bool:
    return bool(rangee.nature != NatureToponyme.ANCIENNE_COMMUNE)


def _sort_taille(rangees: Iterable[Rangee]) -> list[Rangee]:
    """Official names first, then big communes, then codes."""
    return sorted(rangees, key=lambda r: (_RANG_NATURE[r.nature], -(r.population or 0), r.code))


def _sort_exacts(rangees: Iterable[Rangee], brut: str) -> list[Rangee]:
    """Official names first; the text as it was typed before another writing of it; then big communes, then codes."""
    replie = brut.casefold()
    return sorted(
        rangees,
        key=lambda r: (
            _RANG_NATURE[r.nature],
            r.toponyme != brut,
            r.toponyme.casefold() != replie,
            -(r.population or 0),
            r.code,
        ),
    )


def _describe(session: Session, trouves: list[list[_Candidat]]) -> list[list[CommuneTrouvee]]:
    ids = {candidat.rangee.territoire_id for candidats in trouves for candidat in candidats}
    fiches = {r.id: r for r in session.execute(queries.describe_communes_stmt(sorted(ids)))} if ids else {}
    return [
        [
            build_commune(
                fiches[candidat.rangee.territoire_id],
                exacte=candidat.exacte,
                nature=NatureToponyme(candidat.rangee.nature),
                toponyme=candidat.rangee.toponyme,
            )
            for candidat in candidats
        ]
        for candidats in trouves
    ]


def build_commune(
    fiche: Rangee,
    *,
    exacte: bool = True,
    nature: NatureToponyme = NatureToponyme.OFFICIEL,
    toponyme: str | None = None,
) -> CommuneTrouvee:
    """A row of `queries.describe_communes_stmt` as it is handed out."""
    return CommuneTrouvee(
        code=fiche.code,
        nom=fiche.nom,
        niveau=Niveau(fiche.niveau),
        codes_postaux=tuple(fiche.codes_postaux or ()),
        departement_code=fiche.departement_code,
        departement_nom=fiche.departement_nom,
        population=fiche.population,
        lon=fiche.lon,
        lat=fiche.lat,
        exacte=exacte,
        nature=nature,
        toponyme=toponyme if nature is NatureToponyme.ANCIENNE_COMMUNE else None,
    )
