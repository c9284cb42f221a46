"""Terms of the national standards, of every version, and the codes that they became. Pure tables.

A vocabulary tells the codes of one field. A term that it knows and that says nothing for the field has an empty tuple:
it is not an unknown one. Terms are looked for without case, accents nor punctuation; what follows a colon in a term of
version 0 ("Payant : L'accès au lieu…") may be missing.

Sources: Table Schemas of "lieux de médiation numérique" 0.1.0 to 1.0.2; comparison of versions 0.1.1 and 1.0.1 by the
Mednum (each pair of services, fees and ways of helping was checked on the places of Charente published in both); value
lists of data·inclusion, structures 0.18.0 and services 0.25.0, then version 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from tierslieux.core.enums import Libelle
from tierslieux.lieux.enums import (
    GENRES_TIERS_LIEU,
    Accompagnement,
    FormationLabel,
    Frais,
    Genre,
    ModaliteAcces,
    PriseEnCharge,
    Programme,
    Public,
    Service,
)
from tierslieux.lieux.resolution import CHAMPS_CUMULES, CHAMPS_LISTES
from tierslieux.lieux.typologies import ANCIENS_CODES, GENRES_IMPLIQUES, TYPOLOGIES
from tierslieux.territoires.noms import build_cle

# Fields whose values are codes of a closed list.
LISTES_FERMEES: Mapping[str, type[Libelle]] = MappingProxyType({**CHAMPS_LISTES, **CHAMPS_CUMULES})

Vocabulaire = Mapping[str, tuple[str, ...]]
# What a table gives for a term: a member, several, or None for a term that says nothing.
_Cible = Libelle | tuple[Libelle, ...] | None


@lru_cache(maxsize=8192)
def build_cle_terme(terme: str) -> str:
    """The key under which a term is looked for; signs alone stand for themselves."""
    return build_cle(terme) or terme.strip()


def _build(vocabulaire: type[Libelle], *tables: Mapping[str, _Cible]) -> Vocabulaire:
    """The codes and the labels of a closed list, and the terms of other lists that mean them."""
    index: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for terme, cible in table.items():
            membres: Iterable[Libelle] = cible if isinstance(cible, tuple) else () if cible is None else (cible,)
            codes = tuple(membre.value for membre in membres if isinstance(membre, vocabulaire))
            for cle in (terme, terme.partition(" : ")[0]):
                index[build_cle_terme(cle)] = codes
    for membre in vocabulaire:
        index[build_cle_terme(membre.value)] = index[build_cle_terme(membre.libelle)] = (membre.value,)
    return MappingProxyType(index)


_SERVICES_V0: Mapping[str, _Cible] = {
    "Devenir autonome dans les démarches administratives": Service.DEMARCHES,
    "Réaliser des démarches administratives avec un accompagnement": Service.DEMARCHES,
    "Accompagner les démarches de santé": Service.DEMARCHES,
    "Prendre en main un smartphone ou une tablette": Service.OUTILS_QUOTIDIEN,
    "Prendre en main un ordinateur": Service.OUTILS_QUOTIDIEN,
    "Utiliser le numérique au quotidien": Service.OUTILS_QUOTIDIEN,
    "Approfondir ma culture numérique": Service.COMPREHENSION,
    "Promouvoir la citoyenneté numérique": Service.COMPREHENSION,
    "Favoriser mon insertion professionnelle": Service.INSERTION,
    "Créer et développer mon entreprise": Service.INSERTION,
    "Créer avec le numérique": Service.LOISIRS,
    "Soutenir la parentalité et l'éducation avec le numérique": Service.PARENTALITE,
    "Accéder à une connexion internet": Service.ACCES,
    "Accéder à du matériel": Service.ACCES,
    "S'équiper en matériel informatique": Service.ACQUISITION,
}
# Only what is said of digital matters: the other themes of data·inclusion are not services of this map.
_THEMATIQUES: Mapping[str, _Cible] = {
    f"numerique--{theme}": service
    for theme, service in {
        "realiser-des-demarches-administratives-avec-un-accompagnement": Service.DEMARCHES,
        "devenir-autonome-dans-les-demarches-administratives": Service.DEMARCHES,
        "accompagner-les-demarches-de-sante": Service.DEMARCHES,
        "prendre-en-main-un-smartphone-ou-une-tablette": Service.OUTILS_QUOTIDIEN,
        "prendre-en-main-un-ordinateur": Service.OUTILS_QUOTIDIEN,
        "utiliser-le-numerique-au-quotidien": Service.OUTILS_QUOTIDIEN,
        "approfondir-ma-culture-numerique": Service.COMPREHENSION,
        "promouvoir-la-citoyennete-numerique": Service.COMPREHENSION,
        "favoriser-mon-insertion-professionnelle": Service.INSERTION,
        "creer-et-developper-mon-entreprise": Service.INSERTION,
        "creer-avec-le-numerique": Service.LOISIRS,
        "soutenir-la-parentalite-et-l-education-avec-le-numerique": Service.PARENTALITE,
        "acceder-a-une-connexion-internet": Service.ACCES,
        "acceder-a-du-materiel": Service.ACCES,
        "s-equiper-en-materiel-informatique": Service.ACQUISITION,
        # Version 1.
        "acceder-a-des-services-en-ligne": Service.DEMARCHES,
        "acquerir-un-equipement": Service.ACQUISITION,
        "maitriser-les-fondamentaux-du-numerique": Service.OUTILS_QUOTIDIEN,
    }.items()
} | {
    "numerique": None,
    "illettrisme--utiliser-numerique": Service.OUTILS_QUOTIDIEN,
    "se-former--utiliser-le-numerique": Service.OUTILS_QUOTIDIEN,
    "equipement-et-alimentation--acces-a-du-materiel-informatique": Service.ACQUISITION,
}
# One list of version 0 became two in version 1; "adults" was everybody, who is no audience in particular.
_PUBLICS_ACCUEILLIS: Mapping[str, _Cible] = {
    "Adultes": None,
    "Familles/enfants": Public.FAMILLES,
    "Jeunes (16-26 ans)": Public.JEUNES,
    "Seniors (+ 65 ans)": Public.SENIORS,
    "Uniquement femmes": Public.FEMMES,
    "Déficience visuelle": PriseEnCharge.DEFICIENCE_VISUELLE,
    "Surdité": PriseEnCharge.SURDITE,
    "Handicaps mentaux : déficiences limitant les activités d'une personne": PriseEnCharge.HANDICAPS_MENTAUX,
    "Handicaps psychiques : troubles psychiatriques donnant lieu à des atteintes comportementales": (
        PriseEnCharge.HANDICAPS_MENTAUX
    ),
    "Personnes en situation d'illettrisme": PriseEnCharge.ILLETTRISME,
    # Which languages is not said: the term of version 1 that promises the least.
    "Public langues étrangères": PriseEnCharge.LANGUES_AUTRES,
}
_PROFILS: Mapping[str, _Cible] = {
    **dict.fromkeys(
        "adultes alternants beneficiaires-rsa demandeurs-demploi locataires personnes-de-nationalite-etrangere"
        " personnes-en-situation-de-handicap personnes-handicapees proprietaires retraites salaries sans-domicile-fixe"
        " sortants-de-detention victimes tous-publics personnes-en-situation-durgence actifs"
        " beneficiaires-des-minimas-sociaux demandeurs-emploi personnes-en-situation-juridique-specifique"
        " personnes-exilees residents-qpv-frr".split()
    ),
    "familles-enfants": Public.FAMILLES,
    "familles": Public.FAMILLES,
    "etudiants": Public.ETUDIANTS,
    "femmes": Public.FEMMES,
    "jeunes": Public.JEUNES,
    "jeunes-16-26": Public.JEUNES,
    "seniors": Public.SENIORS,
    "seniors-65": Public.SENIORS,
    "deficience-visuelle": PriseEnCharge.DEFICIENCE_VISUELLE,
    "handicaps-mentaux": PriseEnCharge.HANDICAPS_MENTAUX,
    "handicaps-psychiques": PriseEnCharge.HANDICAPS_MENTAUX,
    "personnes-en-situation-illettrisme": PriseEnCharge.ILLETTRISME,
    "public-langues-etrangeres": PriseEnCharge.LANGUES_AUTRES,
    "surdite": PriseEnCharge.SURDITE,
}
_PASS_NUMERIQUE = "Accepte le Pass numérique : Il est possible d'utiliser un Pass numérique pour accéder au lieu"  # noqa: S105  (a voucher)
_FRAIS: Mapping[str, _Cible] = {
    "Gratuit : Je peux accéder gratuitement au lieu et à ses services": Frais.GRATUIT,
    "Gratuit sous condition : La gratuité est conditionnée à des critères (situation familiale, convention avec un"
    " organisme social...)": Frais.GRATUIT_SOUS_CONDITION,
    "Payant : L'accès au lieu et/ou à ses services est payant": Frais.PAYANT,
    "Adhésion : L'accès au lieu et/ou à ses services nécessite d'y adhérer": Frais.PAYANT,
    # A means of payment says no fee; it is kept among the labels, beside APTIC, which issued it.
    _PASS_NUMERIQUE: None,
    "gratuit-sous-conditions": Frais.GRATUIT_SOUS_CONDITION,
    "pass-numerique": None,
}
_MODALITES_ACCES: Mapping[str, _Cible] = {
    "envoyer-un-mail": ModaliteAcces.CONTACTER_PAR_MAIL,
    "envoyer-un-courriel": ModaliteAcces.CONTACTER_PAR_MAIL,
    # An appointment, a form or a link: by what means is not said.
    **dict.fromkeys(("prendre-rdv", "completer-le-formulaire-dadhesion", "utiliser-lien-mobilisation", "autre")),
}
_ACCOMPAGNEMENTS: Mapping[str, _Cible] = {
    "Seul : j'ai accès à du matériel et une connexion": Accompagnement.AUTONOMIE,
    "Avec de l'aide : je suis accompagné seul dans l'usage du numérique": Accompagnement.INDIVIDUEL,
    "Dans un atelier : j'apprends collectivement à utiliser le numérique": Accompagnement.COLLECTIF,
    "A ma place : une personne habilitée fait les démarches à ma place": Accompagnement.INDIVIDUEL,
    # data·inclusion: ways of receiving and kinds of service.
    "a-distance": Accompagnement.DISTANCE,
    "atelier": Accompagnement.COLLECTIF,
    "autonomie": Accompagnement.AUTONOMIE,
    "delegation": Accompagnement.INDIVIDUEL,
    **dict.fromkeys(
        "en-presentiel accueil accompagnement aide-financiere aide-materielle financement formation information"
        " numerique".split()
    ),
}
# Labels of version 0, whose list became programmes and trainings; those that neither took are kept by their name.
_LABELS: Mapping[str, _Cible] = {
    "CNFS": (Programme.CONSEILLERS_NUMERIQUES, Genre.CONSEILLER_NUMERIQUE),
    "France Services": (Programme.FRANCE_SERVICES, Genre.FRANCE_SERVICES),
    "Aidants Connect": Programme.AIDANTS_CONNECT,
    "Grandes écoles du numérique": Programme.GRANDE_ECOLE,
    "Point numérique CAF": Programme.CAF,
    "Fabriques de Territoire": FormationLabel.FABRIQUES,
    # data·inclusion.
    "conseiller-numerique": (Programme.CONSEILLERS_NUMERIQUES, Genre.CONSEILLER_NUMERIQUE),
    "conseillers-numeriques": (Programme.CONSEILLERS_NUMERIQUES, Genre.CONSEILLER_NUMERIQUE),
    "france-service": (Programme.FRANCE_SERVICES, Genre.FRANCE_SERVICES),
    "croix-rouge": Programme.CROIX_ROUGE,
    "fabrique-de-territoire": FormationLabel.FABRIQUES,
    "ccas-cias": Genre.CCAS,
    "espaces-publics-numeriques": Genre.EPN,
    "maisons-des-solidarites": Genre.MAISON_DEPARTEMENTALE,
    "pimms-mediation": Genre.PIMMS,
    "ressourceries": Genre.RESSOURCERIE,
    "la-ressourcerie": Genre.RESSOURCERIE,
}
_ANCIENS_LABELS = {
    "APTIC": "APTIC",
    "Point relais CAF": "Point relais CAF",
    "Relais pôle emploi": "Relais pôle emploi",
    "French Tech": "French Tech",
    "Campus connecté": "Campus connecté",
}
_LABELS_GARDES: Mapping[str, _Cible] = dict.fromkeys(_ANCIENS_LABELS)


def _build_typologies() -> dict[str, Vocabulaire]:
    """Codes of the national typology that no kind expresses, and kinds that the others express or imply."""
    codes: dict[str, tuple[str, ...]] = {}
    genres: dict[str, tuple[str, ...]] = dict(_build(Genre))
    for ecrit, code in {**{code: code for code in TYPOLOGIES}, **ANCIENS_CODES}.items():
        libelle, genre = TYPOLOGIES[code]
        for cle in {build_cle_terme(ecrit), build_cle_terme(libelle)}:
            codes[cle] = () if genre else (code,)
            implique = genre or GENRES_IMPLIQUES.get(code)
            genres.setdefault(cle, (implique.value,) if implique else ())
    return {"typologies": MappingProxyType(codes), "genres": MappingProxyType(genres)}


VOCABULAIRES: Mapping[str, Vocabulaire] = MappingProxyType(
    {
        "services": _build(Service, _SERVICES_V0, _THEMATIQUES),
        "publics": _build(Public, _PUBLICS_ACCUEILLIS, _PROFILS),
        "prises_en_charge": _build(PriseEnCharge, _PUBLICS_ACCUEILLIS, _PROFILS),
        "frais": _build(Frais, _FRAIS),
        "modalites_acces": _build(ModaliteAcces, _MODALITES_ACCES),
        "accompagnements": _build(Accompagnement, _ACCOMPAGNEMENTS),
        "programmes": _build(Programme, _LABELS, _LABELS_GARDES),
        "formations_labels": _build(FormationLabel, _LABELS, _LABELS_GARDES),
        "genres_labels": _build(Genre, _LABELS, _LABELS_GARDES),
        "anciens_labels": MappingProxyType(
            {build_cle_terme(terme): (nom,) for terme, nom in _ANCIENS_LABELS.items()}
            | {build_cle_terme(terme): () for terme in _FRAIS}
            | {
                build_cle_terme(terme): ("Accepte le Pass numérique",)
                for terme in (_PASS_NUMERIQUE, "Accepte le Pass numérique", "pass-numerique")
            }
        ),
        **_build_typologies(),
    }
)

# Third places that the standard does not tell apart: our export says TIERS_LIEUX and a code of ours, their name.
_A_PART = frozenset(
    {build_cle_terme(Genre.TIERS_LIEU.value)}
    | {build_cle_terme(genre.value) for genre in GENRES_TIERS_LIEU - {genre for _, genre in TYPOLOGIES.values()}}
)
_GENERIQUE = build_cle_terme("TIERS_LIEUX")


def drop_generique(termes: Sequence[str]) -> list[str]:
    """The terms of a typology without TIERS_LIEUX where another says which third place it is."""
    if any(build_cle_terme(terme) in _A_PART for terme in termes):
        return [terme for terme in termes if build_cle_terme(terme) != _GENERIQUE]
    return list(termes)


# Words of a yes-or-no column.
OUI_NON: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(("oui", "o", "yes", "y", "true", "vrai", "1", "x"), True)
    | dict.fromkeys(("non", "n", "no", "false", "faux", "0"), False)
)


_CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {champ: tuple(membre.value for membre in liste) for champ, liste in LISTES_FERMEES.items()}
)


def list_codes(champ: str) -> frozenset[str] | None:
    """The codes that a field admits, None when it admits any text."""
    codes = _CODES.get(champ)
    return None if codes is None else frozenset(codes)


def order_codes(champ: str, codes: Iterable[str]) -> list[str]:
    """The codes once each, in the order of the field's closed list, else in theirs."""
    uniques = dict.fromkeys(codes)
    liste = _CODES.get(champ)
    if len(uniques) < 2 or liste is None:
        return list(uniques)
    return [code for code in liste if code in uniques]
