"""Published places as exports read them, and what a file says of itself: no database, every field can be given."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tierslieux.core.enums import Libelle
from tierslieux.diffusion.exports.contexte import Contexte, SourceCitee
from tierslieux.lieux.enums import Precision
from tierslieux.lieux.extraction import SEPARATEUR, Compte, LieuPublie
from tierslieux.lieux.resolution import CHAMPS, CHAMPS_CUMULES, CHAMPS_LISTES, CHAMPS_LISTES_LIBRES, CHAMPS_OBJETS
from tierslieux.lieux.typologies import TYPOLOGIES

LISTES = (*CHAMPS_LISTES, *CHAMPS_LISTES_LIBRES, *CHAMPS_CUMULES)

SOURCES = {
    "essai": SourceCitee("essai", "Source d’essai", "Producteur d’essai", "Licence Ouverte 2.0", None, "2026", False),  # noqa: FBT003
    "bretagne": SourceCitee(
        "bretagne",
        "Tiers-lieux de Bretagne",
        "Région Bretagne",
        "CC BY 4.0",
        "https://exemple.fr/",
        "2020",
        False,  # noqa: FBT003
    ),
    "demonstration": SourceCitee(
        "demonstration",
        "Lieux inventés (démonstration)",
        "Ce programme",
        "Données inventées",
        None,
        "1",
        True,  # noqa: FBT003
    ),
}


def build_publie(
    public_id: str = "essai00001",
    *,
    date_maj: str | None = "2026-01-01",
    mentions: tuple[str, ...] = ("essai 2026-01-01",),
    **valeurs: Any,
) -> LieuPublie:
    """A place of which everything that the national standard requires is known; `valeurs` are fields of CHAMPS."""
    defauts: dict[str, Any] = {
        "nom": "Lieu d’essai",
        "adresse": "1 rue Inventée",
        "code_postal": "29200",
        "commune_nom": "Brest",
        "commune_code": "29019",
        "genres": ["france-services"],
        "position": {"lon": -4.49, "lat": 48.39, "precision": "adresse"},
    }
    dites = {champ: valeur for champ, valeur in (defauts | valeurs).items() if valeur is not None}
    position = dites.pop("position", {"lon": None, "lat": None, "precision": None})
    champs = dict.fromkeys(LieuPublie._fields)
    champs |= {champ: SEPARATEUR.join(dites.pop(champ, ())) for champ in LISTES} | dites | position
    champs |= {"public_id": public_id, "dates": json.dumps([date_maj, None]), "mentions": SEPARATEUR.join(mentions)}
    return LieuPublie(**champs)


def read_valeurs(lieu: LieuPublie) -> dict[str, Any]:
    """The fields of CHAMPS of a place, absent ones left out: what `build_publie` was given."""
    valeurs: dict[str, Any] = {}
    for champ in CHAMPS:
        if champ == "position":
            if lieu.lon is not None:
                valeurs[champ] = {"lon": lieu.lon, "lat": lieu.lat, "precision": lieu.precision}
        elif champ in LISTES:
            if liste := getattr(lieu, champ):
                valeurs[champ] = liste.split(SEPARATEUR)
        elif champ not in {"ferme", *CHAMPS_OBJETS} and (valeur := getattr(lieu, champ)) is not None:
            valeurs[champ] = valeur
    return valeurs


def build_contexte(*lieux: LieuPublie, **champs: Any) -> Contexte:
    """What a file of these places says of itself."""
    defauts: dict[str, Any] = {
        "compte": Compte(len(lieux), len(lieux)),
        "filtre": "Lieux d’aide numérique et tiers-lieux.",
        "sources": SOURCES,
        "date": dt.date(2026, 11, 22),
        "racine": "https://tierslieux.example/",
    }
    return Contexte(**(defauts | champs))


# What a field may hold once published, formulas and separators included; spaces at both ends are cut by imports.
TEXTES = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@'\";,\n\t"), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
_ITEMS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z"), exclude_characters="|;"), min_size=1, max_size=12)
_TELEPHONES = st.sampled_from(("+33298000001", "+590590000001", "+262262000001", "+687271234", "3949", "118712"))
_URLS = st.sampled_from(("https://exemple.fr/", "https://exemple.fr/a?b=1,2;c", "http://exemple.org/é"))
_COURRIELS = st.sampled_from(("accueil@exemple.fr", "contact@exemple.org", "mairie@exemple.fr"))


def _list_codes(vocabulaire: type[Libelle]) -> st.SearchStrategy[list[str]]:
    choisis = st.sets(st.sampled_from([membre.value for membre in vocabulaire]), max_size=4)
    return choisis.map(lambda codes: [membre.value for membre in vocabulaire if membre.value in codes])


def _maybe(strategie: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategie


_DEGRES = st.integers(-1_700_000_000, 1_700_000_000).map(lambda n: round(n / 10**7, 7))
_CHAMPS: Mapping[str, st.SearchStrategy[Any]] = {
    "nom": TEXTES,
    "horaires": _maybe(st.sampled_from(("Mo-Fr 09:00-12:00,14:00-17:00", "Sa 10:00-12:00; PH off"))),
    "telephone": _maybe(_TELEPHONES),
    "courriel": _maybe(_COURRIELS),
    "site_web": _maybe(_URLS),
    "prise_rdv": _maybe(_URLS),
    "adresse": _maybe(TEXTES),
    "complement_adresse": _maybe(TEXTES),
    "code_postal": _maybe(st.from_regex(r"[0-9]{5}", fullmatch=True)),
    "commune_code": _maybe(st.sampled_from(("29019", "2A004", "98818", "97411"))),
    "commune_nom": _maybe(TEXTES),
    "position": _maybe(
        st.builds(
            lambda lon, lat, precision: {"lon": lon, "lat": round(lat / 2, 7), "precision": precision.value},
            _DEGRES,
            _DEGRES,
            st.sampled_from(Precision),
        )
    ),
    "itinerant": _maybe(st.booleans()),
    "accessible": _maybe(st.booleans()),
    "presentation": _maybe(TEXTES),
    "presentation_detail": _maybe(TEXTES),
    "structure_parente": _maybe(TEXTES),
    "fiche_acces_libre": _maybe(_URLS),
    "pivot": _maybe(st.sampled_from(("43493312300029", "W291000001"))),
    "typologies": st.lists(
        st.sampled_from([code for code, (_, genre) in TYPOLOGIES.items() if genre is None]), unique=True, max_size=2
    ),
    "autres_formations_labels": st.lists(_ITEMS, unique=True, max_size=2),
    "autres_telephones": st.lists(_TELEPHONES, unique=True, max_size=2),
    "autres_courriels": st.lists(_COURRIELS, unique=True, max_size=2),
    "autres_sites_web": st.lists(_URLS, unique=True, max_size=2),
    **{champ: _list_codes(vocabulaire) for champ, vocabulaire in (CHAMPS_LISTES | CHAMPS_CUMULES).items()},
}
DATES = _maybe(st.dates(dt.date(2015, 1, 1), dt.date(2026, 11, 22)).map(dt.date.isoformat))


@st.composite
def draw_lieux(draw: st.DrawFn, *, minimum: int = 1, **champs: st.SearchStrategy[Any]) -> list[LieuPublie]:
    """Places of any shape, each with its own id; `champs` replace the strategies of some fields."""
    strategies = _CHAMPS | champs
    return [
        build_publie(f"essai{rang:05d}", date_maj=date, **valeurs)
        for rang, (date, valeurs) in enumerate(
            draw(st.lists(st.tuples(DATES, st.fixed_dictionaries(dict(strategies))), min_size=minimum, max_size=8))
        )
    ]
