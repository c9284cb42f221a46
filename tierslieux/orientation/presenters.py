"""Contexts of the pages of the orientation: one question, or the places proposed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tierslieux.core.textes import N_, ngettext
from tierslieux.core.textes import gettext as _
from tierslieux.filtres import join_liste
from tierslieux.lieux.enums import Besoin
from tierslieux.lieux.horaires import describe_horaires
from tierslieux.lieux.moments import Moment, Quand
from tierslieux.lieux.services import LieuResume
from tierslieux.orientation.enums import Deplacement, Etape, Precaution, Relachement, Verdict
from tierslieux.orientation.params import PASSE, Reponses
from tierslieux.orientation.selection import NOMBRE_LIEUX, Constat, Examen
from tierslieux.orientation.services import Depart, Lecture, Proposition, build_criteres
from tierslieux.territoires.services import CommuneTrouvee

Args = dict[str, str | list[str]]

QUESTIONS: Mapping[Etape, str] = {
    Etape.BESOIN: N_("Quel est le souci ?"),
    Etape.OU: N_("Où êtes-vous ?"),
    Etape.DEPLACEMENT: N_("Comment vous déplacez-vous ?"),
    Etape.QUAND: N_("Quand êtes-vous libre ?"),
    Etape.SAVOIR: N_("Faut-il savoir quelque chose ?"),
}

_EXEMPLES_BESOINS: Mapping[Besoin, str] = {
    Besoin.DEMARCHE: N_("Carte grise, CAF, impôts, retraite…"),
    Besoin.APPRENDRE: N_("Courriels, photos, mots de passe…"),
    Besoin.ORDINATEUR: N_("Imprimer, aller sur Internet…"),
    Besoin.TRAVAILLER: N_("Un bureau, une salle de réunion…"),
    Besoin.FABRIQUER: N_("Couture, bois, imprimante 3D…"),
    Besoin.REPARER: N_("Vélo, grille-pain, ordinateur…"),
}

_EXEMPLES_MOMENTS: Mapping[Quand, str] = {
    Quand.MAINTENANT: N_("Je peux partir tout de suite."),
    Quand.SOIR: N_("Entre 18 h et 22 h."),
    Quand.SAMEDI: N_("Samedi qui vient, à toute heure."),
}


@dataclass(frozen=True, slots=True)
class Choix:
    """One answer to choose, and the query string that gives it; `picto` names its drawing."""

    picto: str
    libelle: str
    args: Args
    detail: str | None = None
    est_choisi: bool = False


@dataclass(frozen=True, slots=True)
class ReponseDonnee:
    """An answer already given, and the query string that asks its question again."""

    question: str
    valeur: str
    args: Args


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The page of one question.

    `caches` are the other answers, as hidden fields of its form; `saisie` is what was typed and not understood.
    `communes` are offered when the text may mean several. `args_passer` is None where an answer is needed.
    """

    etape: Etape
    numero: int
    total: int
    titre: str
    erreurs: tuple[str, ...]
    choix: tuple[Choix, ...]
    caches: tuple[tuple[str, str], ...]
    args: Args
    donnees: tuple[ReponseDonnee, ...]
    args_passer: Args | None
    args_precedente: Args | None
    saisie: str = ""
    communes: tuple[Choix, ...] = ()
    jour: str = ""
    heure: str = ""
    jour_min: str = ""
    precautions: tuple[tuple[Precaution, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class LieuPropose:
    """A place with why it was chosen, what must be checked before going, and its usual hours in sentences."""

    lieu: LieuResume
    raisons: tuple[Constat, ...]
    reserves: tuple[Constat, ...]
    horaires: str | None


@dataclass(frozen=True, slots=True)
class Numero:
    """A national telephone number: as it is dialled, as it is read, who answers and about what."""

    appel: str
    lecture: str
    nom: str
    sujets: str


# National services, at the price of a plain call since 2021 (loi n° 2018-727, article 28).
NUMEROS: tuple[Numero, ...] = (
    Numero("3939", "39 39", N_("Allô Service Public"), N_("Toutes les démarches")),
    Numero("3230", "32 30", N_("CAF"), N_("Allocations, RSA, aide au logement")),
    Numero("3646", "36 46", N_("Assurance maladie"), N_("Soins, carte Vitale")),
    Numero("3960", "39 60", N_("Assurance retraite"), N_("Retraite")),
    Numero("3949", "39 49", N_("France Travail"), N_("Emploi, chômage")),
    Numero("3400", "34 00", N_("France Titres"), N_("Carte grise, permis de conduire, passeport")),
    Numero("0809401401", "0 809 401 401", N_("Impôts"), N_("Déclarer, payer")),
)


@dataclass(frozen=True, slots=True)
class ResultatPage:
    """The page of the places proposed. `numeros` are told when too few places suit, or when the person stays home.

    `args_fabriquer` asks again for a place to make things, when none is known to mend.
    """

    titre: str
    ou: str
    lieux: tuple[LieuPropose, ...]
    relachements: tuple[str, ...]
    donnees: tuple[ReponseDonnee, ...]
    args_recherche: dict[str, str]
    mairie: LieuResume | None
    numeros: tuple[Numero, ...]
    est_en_transports: bool
    est_a_distance: bool
    est_a_un_moment: bool
    est_sourd: bool
    args_fabriquer: Args | None
    today: dt.date


def build_question_page(etape: Etape, lecture: Lecture, today: dt.date) -> QuestionPage:
    """The page of this question, with the answers to the others."""
    reponses = lecture.reponses
    autres = reponses.to_args(sans=etape)
    etapes = list(Etape)
    rang = etapes.index(etape)
    instant = reponses.quand.instant if reponses.quand else None
    est_a_l_heure = instant is not None and reponses.quand is not None and not reponses.quand.jour_entier
    return QuestionPage(
        etape=etape,
        numero=rang + 1,
        total=len(etapes),
        titre=_(QUESTIONS[etape]),
        erreurs=reponses.erreurs.get(etape, ()),
        choix=tuple(_list_choix(etape, reponses, autres)),
        caches=tuple(_list_caches(autres)),
        args=autres,
        donnees=tuple(_list_donnees(lecture, sans=etape)),
        args_passer=None if etape is Etape.OU else autres | {etape.value: PASSE},
        args_precedente=reponses.to_args() | {"etape": etapes[rang - 1].value} if rang else None,
        saisie={Etape.BESOIN: reponses.mots, Etape.OU: reponses.ou or _name_commune(lecture.depart)}.get(etape, ""),
        communes=tuple(_list_communes(lecture.communes, autres)) if etape is Etape.OU else (),
        jour=instant.date().isoformat() if instant else "",
        heure=instant.strftime("%H:%M") if instant and est_a_l_heure else "",
        jour_min=today.isoformat(),
        precautions=tuple((p, p in (reponses.precautions or ())) for p in Precaution) if etape is Etape.SAVOIR else (),
    )


def build_resultat_page(lecture: Lecture, proposition: Proposition, today: dt.date) -> ResultatPage:
    """The page of the places proposed."""
    reponses, demande = lecture.reponses, proposition.demande
    choisis = proposition.selection.choisis
    est_a_distance = demande.deplacement is Deplacement.IMPOSSIBLE
    faut_numeros = len(choisis) < NOMBRE_LIEUX or est_a_distance
    if choisis:
        titre = ngettext("%(nombre)s lieu pour vous", "%(nombre)s lieux pour vous", len(choisis))
    else:
        titre = _("Nous n’avons pas trouvé de lieu")
    return ResultatPage(
        titre=titre,
        ou=_name_commune(proposition.depart),
        lieux=tuple(_build_lieu_propose(examen) for examen in choisis),
        relachements=tuple(_list_relachements(proposition)),
        donnees=tuple(_list_donnees(lecture)),
        args_recherche=_build_args_recherche(reponses, proposition),
        mairie=proposition.mairie,
        numeros=NUMEROS if faut_numeros and demande.besoin in {None, Besoin.DEMARCHE} else (),
        est_en_transports=demande.deplacement is Deplacement.TRANSPORTS,
        est_a_distance=est_a_distance,
        est_a_un_moment=demande.moment is not None,
        est_sourd=Precaution.SURDITE in demande.precautions,
        args_fabriquer=_build_args_fabriquer(reponses) if not choisis else None,
        today=today,
    )


def _list_relachements(proposition: Proposition) -> Iterable[str]:
    """What was given up; who stays at home is told of no distance."""
    for relachement in proposition.selection.relachements:
        if relachement is Relachement.MOMENT or proposition.demande.deplacement is not Deplacement.IMPOSSIBLE:
            yield _(relachement.libelle)


def _build_lieu_propose(examen: Examen) -> LieuPropose:
    return LieuPropose(
        examen.lieu,
        raisons=tuple(c for c in examen.constats if c.verdict is Verdict.REMPLI),
        reserves=tuple(
            c for verdict in (Verdict.NON, Verdict.INCONNU) for c in examen.constats if c.verdict is verdict
        ),
        horaires=describe_horaires(examen.lieu.horaires, examen.lieu.commune_code),
    )


def _build_args_recherche(reponses: Reponses, proposition: Proposition) -> dict[str, str]:
    position = reponses.position
    ou = {"lon": f"{position.lon:g}", "lat": f"{position.lat:g}"} if position else {}
    autour = ou or {"commune": proposition.depart.commune.code}
    # Nothing for this need: every place around is shown.
    return autour | build_criteres(proposition).to_args() if proposition.selection.choisis else autour


def _build_args_fabriquer(reponses: Reponses) -> Args | None:
    """Places that mend are few: where there is none, a workshop may lend its tools."""
    if reponses.besoin is not Besoin.REPARER:
        return None
    return reponses.to_args(sans=Etape.BESOIN) | {"besoin": Besoin.FABRIQUER.value}


def _list_choix(etape: Etape, reponses: Reponses, autres: Args) -> Iterable[Choix]:
    if etape is Etape.BESOIN:
        for besoin in Besoin:
            args = autres | {"besoin": besoin.value}
            est_choisi = besoin is reponses.besoin
            yield Choix(besoin.value, _(besoin.libelle), args, _(_EXEMPLES_BESOINS[besoin]), est_choisi)
    elif etape is Etape.DEPLACEMENT:
        for deplacement in Deplacement:
            args = autres | {"deplacement": deplacement.value}
            yield Choix(deplacement.value, _(deplacement.libelle), args, est_choisi=deplacement is reponses.deplacement)
    elif etape is Etape.QUAND:
        for quand in Quand:
            args = autres | {"quand": quand.value}
            est_choisi = reponses.quand == Moment(quand, None)
            yield Choix(quand.value, _(quand.libelle), args, _(_EXEMPLES_MOMENTS[quand]), est_choisi)
        yield Choix(
            "toujours", _("N’importe quand"), autres | {"quand": PASSE}, est_choisi=Etape.QUAND in reponses.passees
        )


def _list_caches(args: Args) -> Iterable[tuple[str, str]]:
    for nom, valeur in args.items():
        for texte in [valeur] if isinstance(valeur, str) else valeur:
            yield nom, texte


def _list_communes(communes: Iterable[CommuneTrouvee], autres: Args) -> Iterable[Choix]:
    for commune in communes:
        libelle = commune.toponyme or commune.nom
        if commune.departement_nom:
            libelle = _("%(commune)s (%(departement)s)", commune=libelle, departement=commune.departement_nom)
        yield Choix("ou", libelle, autres | {"commune": commune.code})


def _list_donnees(lecture: Lecture, sans: Etape | None = None) -> Iterable[ReponseDonnee]:
    reponses = lecture.reponses
    args = reponses.to_args()
    for etape in Etape:
        if etape is not sans and reponses.has(etape):
            yield ReponseDonnee(_(etape.libelle), _name_reponse(etape, lecture), args | {"etape": etape.value})


def _name_reponse(etape: Etape, lecture: Lecture) -> str:
    reponses = lecture.reponses
    noms: Mapping[Etape, str | None] = {
        Etape.BESOIN: join_liste(_(choix.libelle) for choix in (reponses.besoin, reponses.genre) if choix),
        Etape.OU: _name_ou(lecture),
        Etape.DEPLACEMENT: _(reponses.deplacement.libelle) if reponses.deplacement else None,
        Etape.QUAND: reponses.quand.libelle if reponses.quand else None,
        Etape.SAVOIR: ". ".join(_(p.libelle) for p in reponses.precautions or ()),
    }
    return noms[etape] or _name_passee(etape, reponses)


def _name_passee(etape: Etape, reponses: Reponses) -> str:
    if etape is Etape.QUAND:
        return _("N’importe quand")
    if etape is Etape.SAVOIR and reponses.precautions is not None:
        return _("Rien de particulier")
    return _("Je ne sais pas")


def _name_ou(lecture: Lecture) -> str:
    if lecture.depart and lecture.reponses.position:
        return _("Autour de vous, à %(commune)s", commune=lecture.depart.commune.nom)
    return _name_commune(lecture.depart)


def _name_commune(depart: Depart | None) -> str:
    if depart is None:
        return ""
    commune = depart.commune
    # Paris is its own département.
    if commune.departement_nom in {None, commune.nom}:
        return commune.nom
    return _("%(commune)s (%(departement)s)", commune=commune.nom, departement=commune.departement_nom)
