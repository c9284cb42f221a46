"""Where a publisher newly contradicts people: the rule alone, on records."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tierslieux.contributions.desaccords import Nouveaute, list_ecarts
from tierslieux.lieux.enums import NatureSource
from tierslieux.lieux.resolution import Fiche

FICHIER_AT = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
LIEU = {"nom": "Fablab", "commune_code": "29019", "genres": ["fablab"]}


def flux(valeurs: dict[str, Any], source: str = "fichier", numero: int = 1, **champs: Any) -> Fiche:
    return Fiche(numero, source, str(numero), 50, dt.date(2026, 1, 1), LIEU | valeurs, **champs)


def personne(valeurs: dict[str, Any], *, heures: int = -1, **champs: Any) -> Fiche:
    acceptee_at = FICHIER_AT + dt.timedelta(hours=heures)
    autres = {"nature": NatureSource.CONTRIBUTION, "acceptee_at": acceptee_at} | champs
    return Fiche(9, "contributions", "p", 200, dt.date(2026, 2, 1), valeurs, **autres)


def lister(fiches: list[Fiche], avant: dict[str, Any] | None, **options: Any) -> dict[str, tuple[Any, Any]]:
    nouveaute = Nouveaute(1, None if avant is None else LIEU | avant, fiches[0].valeurs)
    return list_ecarts(fiches, "fichier", [nouveaute], debut_at=FICHIER_AT, **options)


def test_only_what_is_new_and_contradicts_a_person() -> None:
    dite = personne({"telephone": "+33298000001"})
    assert lister([flux({"telephone": "+33298000002"}), dite], {"telephone": "+33298000003"}) == {
        "telephone": ("+33298000001", "+33298000002")
    }
    # Repeated, agreed, said by nobody, or said by a person later: no question.
    assert lister([flux({"telephone": "+33298000002"}), dite], {"telephone": "+33298000002"}) == {}
    assert lister([flux({"telephone": "+33298000001"}), dite], None) == {}
    assert lister([flux({"telephone": "+33298000002"}), personne({"adresse": "2 rue du Port"})], None) == {}
    plus_tard = personne({"telephone": "+33298000001"}, heures=1)
    assert lister([flux({"telephone": "+33298000002"}), plus_tard], None) == {}
    # Taken back: people say nothing any more.
    assert lister([flux({"telephone": "+33298000002"}), personne(dict(dite.valeurs), est_retiree=True)], None) == {}


def test_a_field_that_people_emptied() -> None:
    vide = personne({}, retraits={"telephone": []})
    assert lister([flux({"telephone": "+33298000002"}), vide], {}) == {"telephone": (None, "+33298000002")}


def test_a_question_that_waits_stands_until_the_source_agrees() -> None:
    dite = personne({"telephone": "+33298000001"})
    repetee = flux({"telephone": "+33298000002"})
    assert set(lister([repetee, dite], dict(repetee.valeurs), deja=["telephone"])) == {"telephone"}
    assert lister([flux({"telephone": "+33298000001"}), dite], {}, deja=["telephone"]) == {}


def test_of_sets_what_people_denied_and_no_more() -> None:
    niee = personne({}, retraits={"genres": ["coworking"]})
    fiche = flux({"genres": ["fablab", "coworking", "repair-cafe"]})
    assert lister([fiche, niee], {}) == {"genres": (["fablab", "repair-cafe"], ["fablab", "repair-cafe", "coworking"])}
    assert lister([fiche, niee], {"genres": ["coworking"]}) == {}


def test_an_event_that_people_wrote_and_a_file_says_otherwise() -> None:
    dit = {"id": "e1", "titre": "Atelier du mardi"}
    autre = {"id": "e1", "titre": "Atelier du jeudi"}
    ecarts = lister([flux({"evenements": [autre]}), personne({"evenements": [dit]})], {})
    assert ecarts == {"evenements": ([dit], [autre])}


def test_a_place_that_people_alone_keep_open() -> None:
    tenue = personne({"nom": "Fablab", "commune_code": "29019"})
    partie = flux({}, est_retiree=True)
    nouveaute = Nouveaute(1, partie.valeurs, partie.valeurs, part=True)
    options = {"nouveautes": [nouveaute], "debut_at": FICHIER_AT}
    assert list_ecarts([partie, tenue], "fichier", **options) == {"ferme": (None, True)}
    # Another file still speaks of it.
    assert list_ecarts([partie, tenue, flux({}, source="autre", numero=2)], "fichier", **options) == {}
