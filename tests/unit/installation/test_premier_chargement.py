from tierslieux.imports.rapport import ECHOUEE, REUSSIE, Rapport
from tierslieux.indicateurs.chargement import RapportSource
from tierslieux.installation.premier_chargement import Chargement, render_chargement
from tierslieux.territoires.chargement import RapportTerritoires


def test_nothing_due_says_nothing():
    assert render_chargement(Chargement(None, [])) == []


def test_what_was_loaded_is_told_with_its_rejects_by_code():
    territoires = RapportTerritoires("1.1.0", "00", {"commune": 34875, "epci": 1254}, 10, 20, 2021, 15.5, {})
    source = Rapport(
        "fablabs", REUSSIE, None, "fichier", "00", 0.4, read=10, created=6, merged=1, rejected={"hors_commune": 3}
    )
    assert render_chargement(Chargement(territoires, [source])) == [
        "territoires: 34875 commune, 1254 epci, in 15.5 s",
        "fablabs: 10 read, 6 created, 0 updated, 0 unchanged, 1 merged, rejected: 3 hors_commune; in 0.4 s",
    ]


def test_a_source_that_could_not_be_had_is_said_with_its_reason():
    absente = Rapport("fablabs", ECHOUEE, "Source absente.", "aucune", None, 0.0)
    assert render_chargement(Chargement(None, [absente])) == ["fablabs: NOT LOADED. Source absente."]


def test_indicators_are_told_loaded_refused_or_lacking():
    rapports = [
        RapportSource("densite", "chargee", valeurs=5, communes=4, secondes=1.5),
        RapportSource("filosofi-2021", "refusee", "Colonnes absentes."),
        RapportSource("zonage-frr", "absente", "Aucun dossier."),
        RapportSource("modele-tiers-lieux", "absente", "Il faut charger."),
    ]
    assert render_chargement(Chargement(None, [], rapports)) == [
        "indicators of densite: 5 values, 4 communes, in 1.5 s",
        "indicators of filosofi-2021: NOT LOADED. Colonnes absentes.",
        "indicators without data: zonage-frr, modele-tiers-lieux (flask indicateurs load --all says why)",
    ]
