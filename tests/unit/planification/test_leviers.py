"""The week of an invented territory, against counts made one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.factories.terrains import build_terrain
from tierslieux.planification.creneaux.creneaux import CRENEAUX, Creneau, Partie
from tierslieux.planification.creneaux.leviers import Periode, Semaine, compute_creneaux, is_dans
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.planification.terrain import Terrain
from tierslieux.territoires.enums import Niveau

ETUDE = Etude(Niveau.DEPARTEMENT, "48", minutes=20)
HORAIRES = ("Mo-Fr 09:00-12:00", "Tu 14:00-17:00; Sa 09:00-12:00", "le mardi", None)


def build(graine: int) -> Terrain:
    """Four places open today: two with hours, two whose hours nobody knows."""
    terrain = build_terrain(graine, ouverts=4)
    sites = tuple(
        replace(site, horaires=HORAIRES[rang] if rang < 4 else "Mo-Su 09:00-20:00")
        for rang, site in enumerate(terrain.sites)
    )
    return replace(terrain, sites=sites)


def compute(terrain: Terrain, etude: Etude = ETUDE, **options) -> Semaine:
    return compute_creneaux(terrain, etude, annee=2026, **options)


def list_servis(terrain: Terrain, sites: list[int]) -> set[int]:
    ouverts = np.zeros(len(terrain.sites), dtype=bool)
    ouverts[sites] = True
    return set(np.flatnonzero(terrain.find_proches(ouverts)[1] <= ETUDE.minutes))


def weigh(terrain: Terrain, points: set[int]) -> float:
    return float(sum(terrain.poids[i] for i in points))


def find_ligne(semaine: Semaine, jour: int, partie: Partie):
    return next(ligne for ligne in semaine.lignes if ligne.creneau == Creneau(jour, partie))


@pytest.mark.parametrize("graine", range(5))
def test_half_days_of_a_territory(graine: int) -> None:
    terrain = build(graine)
    semaine = compute(terrain)
    tous, premier, second = (list_servis(terrain, sites) for sites in ([0, 1, 2, 3], [0], [1]))
    assert semaine.besoin.valeur == pytest.approx(terrain.poids.sum())
    assert semaine.portee.valeur == pytest.approx(weigh(terrain, tous))
    mardi, samedi = find_ligne(semaine, 1, Partie.APRES_MIDI), find_ligne(semaine, 5, Partie.MATIN)
    lundi, dimanche = find_ligne(semaine, 0, Partie.MATIN), find_ligne(semaine, 6, Partie.MATIN)
    assert mardi.servis.valeur == samedi.servis.valeur == pytest.approx(weigh(terrain, second))
    assert lundi.servis.valeur == pytest.approx(weigh(terrain, premier))
    assert lundi.manquants.valeur == pytest.approx(weigh(terrain, tous - premier))
    assert (dimanche.servis.valeur, dimanche.lieux) == (0, 0)
    # Places that nobody is near are not counted.
    pres = [rang for rang in range(4) if list_servis(terrain, [rang])]
    assert (semaine.lieux, semaine.sans_horaires) == (len(pres), len(set(pres) & {2, 3}))
    assert (lundi.lieux, mardi.lieux) == (int(0 in pres), int(1 in pres))
    gains = {0: weigh(terrain, premier - second), 1: 0.0}
    meilleur = max(gains, key=lambda rang: gains[rang])
    if gains[meilleur]:
        assert samedi.meilleure is not None
        assert samedi.meilleure.site.code == f"site{meilleur}"
        assert samedi.meilleure.gagnes.valeur == pytest.approx(gains[meilleur])
        assert samedi.meilleure.gagnes.bas is not None
    else:
        assert samedi.meilleure is None


def test_only_what_is_asked_is_proposed_and_never_a_place_of_unknown_hours() -> None:
    terrain = build(1)
    for periode in Periode:
        semaine = compute(terrain, periode=periode)
        assert all(is_dans(o.creneau, periode) for o in semaine.meilleures)
        assert {o.site.code for o in semaine.meilleures} <= {"site0", "site1"}
    assert len(compute(terrain, periode=Periode.TOUT, limite=3).meilleures) == 3
    compris = {periode: sum(is_dans(creneau, periode) for creneau in CRENEAUX) for periode in Periode}
    assert list(compris.values()) == [12, 10, 3, 5, 21]


def test_places_around_the_territory_serve_but_are_not_proposed() -> None:
    terrain = build(1)
    ailleurs = tuple(replace(site, commune=-1) for site in terrain.sites)
    semaine = compute(replace(terrain, sites=ailleurs))
    assert semaine.meilleures == ()
    assert semaine.lignes[0].servis == compute(terrain).lignes[0].servis


def test_an_opening_that_is_kept_serves_and_is_not_proposed_again() -> None:
    terrain = build(1)
    avant = compute(terrain, periode=Periode.TOUT)
    premiere = avant.meilleures[0]
    geste = Geste(Action.HORAIRES, premiere.site.code, creneau=premiere.creneau.code)
    apres = compute(terrain, ETUDE.add(geste), periode=Periode.TOUT)
    rang = CRENEAUX.index(premiere.creneau)
    assert apres.lignes[rang].servis.valeur == pytest.approx(avant.lignes[rang].servis.valeur + premiere.gagnes.valeur)
    assert (premiere.site, premiere.creneau) not in [(o.site, o.creneau) for o in apres.meilleures]
    # What was proposed next, and counted after it, now comes first.
    assert (apres.meilleures[0].site, apres.meilleures[0].gagnes) == (
        avant.meilleures[1].site,
        avant.meilleures[1].gagnes,
    )


def test_the_week_of_one_place() -> None:
    terrain = build(1)
    semaine = compute(terrain, lieu="site0").lieu
    assert semaine is not None
    assert (semaine.site.code, semaine.sans_horaires) == ("site0", False)
    ouverts = [ligne.creneau.code for ligne in semaine.lignes if ligne.est_ouvert]
    assert ouverts == ["lu-matin", "ma-matin", "me-matin", "je-matin", "ve-matin"]
    samedi = next(ligne for ligne in semaine.lignes if ligne.creneau.code == "sa-matin")
    attendu = weigh(terrain, list_servis(terrain, [0]) - list_servis(terrain, [1]))
    assert samedi.gagnes.valeur == pytest.approx(attendu)
    inconnu = compute(terrain, lieu="site3").lieu
    assert inconnu is not None
    assert inconnu.sans_horaires
    assert compute(terrain, lieu="site9").lieu is None
