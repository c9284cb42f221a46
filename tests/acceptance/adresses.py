"""Every page of the site by its endpoint, with addresses to visit; and what is no page. A new route belongs here.

In an address, `{lieu}` is the identifier of a place of the test database, `{autre}` that of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Flask


@dataclass(frozen=True, slots=True)
class Adresse:
    """A page to visit: its endpoint, its path and query string."""

    endpoint: str
    chemin: str


PAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "accueil.show_accueil": ("/",),
        "accueil.show_accessibilite": ("/accessibilite",),
        "accueil.show_donnees_personnelles": ("/donnees-personnelles",),
        "accueil.show_ecoconception": ("/ecoconception",),
        "accueil.show_mentions": ("/mentions-legales",),
        "accueil.show_mots_difficiles": ("/mots-difficiles",),
        "accueil.show_plan": ("/plan-du-site",),
        "carte.show_carte": (
            "/carte?lon=-4.486&lat=48.39&zoom=13",
            "/carte?lon=-4.486&lat=48.39&zoom=13&evenements=1",
        ),
        "contribuer.show_choix": ("/contribuer", "/contribuer?q=brest"),
        "contribuer.show_correction": ("/lieux/{lieu}/corriger",),
        "contribuer.show_fermeture": ("/lieux/{lieu}/ferme",),
        "contribuer.show_nouveau": ("/contribuer/lieu",),
        "donnees_personnelles.show_opposition": ("/lieux/{lieu}/opposition",),
        "emporter.show_appel": ("/lieux/{lieu}/telephoner",),
        "emporter.show_pack": ("/hors-connexion",),
        "emporter.show_pack_departement": ("/hors-connexion/29",),
        "emporter.show_secours": ("/hors-connexion/secours",),
        "emporter.show_selection": ("/mes-lieux", "/mes-lieux?l={lieu}&l={autre}"),
        "evenements.propose": ("/lieux/{lieu}/evenements/proposer",),
        "evenements.show_agenda": ("/agenda", "/agenda?q=brest", "/agenda?departement=29&genre=passage"),
        "exports.show_telechargements": ("/donnees/telecharger",),
        "historique.show_fiches": ("/lieux/{lieu}/fiches",),
        "historique.show_historique": ("/lieux/{lieu}/historique",),
        "imports.show_donnees": ("/donnees",),
        "lieux.search_lieux": (
            "/recherche",
            "/recherche?q=brest",
            "/recherche?q=brest&besoin=demarche&gratuit=1",
            "/recherche?lon=-2&lat=47&genre=fablab",
            "/recherche?besoin=demarche",
            "/recherche?q=qsdfghjklm",
            "/recherche?q=fabrique+partagée+de+kérinou",
        ),
        "lieux.show_lieu": ("/lieux/{lieu}",),
        "lieux.show_lieu_nomme": ("/bretagne/finistere/brest/{lieu}",),
        "methode.show_methode": ("/methode",),
        "observatoire.show_croisement": ("/territoires/epci/242900314/croisement",),
        "observatoire.show_territoire": (
            "/territoires/france/FR",
            "/territoires/epci/242900314?comparer=200067932",
            "/territoires/commune/29019?pair=quimper",
        ),
        "orientation.show_etape": (
            "/orientation",
            "/orientation?besoin=demarche",
            "/orientation?besoin=demarche&commune=29019",
            "/orientation?besoin=demarche&commune=29019&deplacement=passe",
            "/orientation?besoin=demarche&commune=29019&deplacement=passe&quand=passe",
            "/orientation?besoin=demarche&commune=29019&deplacement=passe&quand=passe&savoir=rien",
        ),
        "creneaux.show_creneaux": (
            "/territoires/departement/29/horaires",
            "/territoires/commune/29019/horaires?periode=samedi&minutes=15",
        ),
        "planification.show_ouvrir": (
            "/territoires/france/FR/ouvrir",
            "/territoires/epci/242900314/ouvrir?minutes=10&sites=2&genres=mairie",
        ),
        "itinerance.show_itinerance": ("/territoires/epci/242900314/itinerance",),
        "scenarios.show_comparaison": ("/scenarios/comparer",),
        "suivi.show_a_verifier": ("/a-verifier", "/a-verifier?q=brest"),
        "suivi.show_delais": ("/contributions/delais",),
        "tables.show_tables": ("/territoires/epci/242900314/tables",),
        "territoires.show_france": ("/territoires",),
        "territoires.show_territoire": (
            "/territoires/epci/242900314/lieux",
            "/territoires/commune/97608/lieux",
        ),
        "territoires.show_nomme": ("/bretagne", "/bretagne/finistere", "/bretagne/finistere/brest"),
        "trajets.show_methode": ("/temps-de-trajet",),
    }
)

# Pages of people at work: they need files and jobs, which their own test prepares.
TEST_IMPORTS = "tests/acceptance/test_imports.py::test_every_page_is_accessible"
TEST_DOUBLONS = "tests/acceptance/test_imports.py::test_pages_of_possible_duplicates_are_accessible"
# A table and a computation need coverage, which their own test computes; so does a scenario.
TEST_CALCULS = "tests/acceptance/test_calculs.py::test_from_a_table_to_a_computed_plan"
TEST_SIMULATION = "tests/acceptance/test_planification.py::test_from_the_figures_to_a_report_with_a_resident_in_between"
TEST_SCENARIOS = "tests/acceptance/test_scenarios.py::test_from_a_plan_to_the_words_of_a_resident"
# Pages of accounts: forms without rights, then with them.
TEST_COMPTES = "tests/acceptance/test_comptes.py::test_pages_of_accounts_are_accessible"
# What moderators see: somebody has proposed something, and they are signed in.
TEST_CONTRIBUTIONS = "tests/acceptance/test_contributions.py::test_every_page_is_accessible"
AILLEURS: Mapping[str, str] = MappingProxyType(
    {
        "contribuer.show_brouillon": TEST_CONTRIBUTIONS,
        "contribuer.show_merci": TEST_CONTRIBUTIONS,
        "evenements.cancel": TEST_CONTRIBUTIONS,
        "evenements.correct": TEST_CONTRIBUTIONS,
        "administration.list_comptes": TEST_COMPTES,
        "administration.show_compte": TEST_COMPTES,
        "comptes.show_code": TEST_COMPTES,
        "comptes.show_connexion": TEST_COMPTES,
        "comptes.show_invitation": TEST_COMPTES,
        "comptes.show_second_facteur": TEST_COMPTES,
        "historique.show_annulation_auteur": TEST_CONTRIBUTIONS,
        "historique.show_auteur": TEST_CONTRIBUTIONS,
        "historique.show_decisions": TEST_CONTRIBUTIONS,
        "historique.show_flux": TEST_CONTRIBUTIONS,
        "historique.show_journal": TEST_CONTRIBUTIONS,
        "historique.show_masquage": TEST_CONTRIBUTIONS,
        "historique.show_restauration": TEST_CONTRIBUTIONS,
        "historique.show_restauree": TEST_CONTRIBUTIONS,
        "historique.show_retour": TEST_CONTRIBUTIONS,
        "historique.show_separation": TEST_CONTRIBUTIONS,
        "historique.show_version": TEST_CONTRIBUTIONS,
        "votes.list_propositions": TEST_CONTRIBUTIONS,
        "votes.show_proposition": TEST_CONTRIBUTIONS,
        "votes.show_reglages": TEST_CONTRIBUTIONS,
        "moderation.list_propositions": TEST_CONTRIBUTIONS,
        "moderation.show_proposition": TEST_CONTRIBUTIONS,
        "mon_compte.show_adresse": TEST_COMPTES,
        "mon_compte.show_code": TEST_COMPTES,
        "mon_compte.show_compte": TEST_COMPTES,
        "mon_compte.show_suppression": TEST_COMPTES,
        "acces.show_acces": TEST_IMPORTS,
        "annulations.show_annulation": TEST_IMPORTS,
        "calculs.show_calcul": TEST_CALCULS,
        "depots.list_depots": TEST_IMPORTS,
        "depots.show_colonnes": TEST_IMPORTS,
        "depots.show_depot": TEST_IMPORTS,
        "depots.show_lignes": TEST_IMPORTS,
        "depots.show_nouveau": TEST_IMPORTS,
        "doublons.list_doublons": TEST_DOUBLONS,
        "doublons.show_doublon": TEST_DOUBLONS,
        "rapports.show_rapport": TEST_CALCULS,
        "rapports.show_scenario": TEST_SCENARIOS,
        "scenarios.edit_scenario": TEST_SCENARIOS,
        "scenarios.show_nouveau": TEST_SCENARIOS,
        "scenarios.show_scenario": TEST_SCENARIOS,
        "simulation.show_simulation": TEST_SIMULATION,
        "suivi.list_miennes": TEST_CONTRIBUTIONS,
        "suivi.show_desabonnement": TEST_CONTRIBUTIONS,
        "suivi.show_entretien": TEST_CONTRIBUTIONS,
        "suivi.show_suivi": TEST_CONTRIBUTIONS,
        "donnees_personnelles.show_effacement": TEST_CONTRIBUTIONS,
        "oppositions.list_oppositions": TEST_CONTRIBUTIONS,
        "tables.show_table": TEST_CALCULS,
    }
)

# Answers that no browser shows as a page: data, files, and what only programs read.
HORS_PAGES = frozenset(
    {
        "accueil.show_robots",
        "accueil.show_sante",
        "api.get_lieu",
        "api.get_territoire",
        "api.list_communes",
        "api.list_contours",
        "api.list_evenements",
        "api.list_grappes",
        "api.list_lieux",
        "calculs.read_calcul",
        "contribuer.describe_point",
        "contribuer.list_ressemblances",
        "depots.download_declaration",
        "depots.download_rejets",
        "donnees_personnelles.download_compte",
        "donnees_personnelles.download_suivi",
        "emporter.download_fiche",
        "emporter.download_recherche",
        "emporter.download_selection",
        "emporter.download_territoire",
        "emporter.send_service_worker",
        "emporter.show_qr",
        "evenements.download_agenda",
        "evenements.download_evenements",
        "exports.download",
        "historique.download_journal",
        "imports.download_rejets",
        "lieux.download_calendrier",
        "openapi.spec",
        "planification.read_ouvrir",
        "rapport.download_carte",
        "rapport.download_diagnostic",
        "rapports.download_carte",
        "rapports.download_carte_scenario",
        "rapports.download_pdf",
        "rapports.download_scenario",
        "rapports.read_rapport",
        "simulation.read_simulation",
        "sitemap.show_index",
        "sitemap.show_partie",
        "static",
        "suivi.read_delais",
        "tables.download_modele",
        "tuiles.get_attributs_ecarts",
        "tuiles.get_attributs_indicateur",
        "tuiles.get_tuile",
        "tuiles.list_boite",
        "tuiles.show_couche",
        "tuiles.show_ecarts",
        "tuiles.show_index",
        "tuiles.show_indicateur",
        "tableaux.download_colonnes",
        "tableaux.download_niveau",
        "tableaux.download_tableau",
    }
)

# One page of each sort, for checks of what all pages share and for the other languages.
ECHANTILLON = (
    "accueil.show_accueil",
    "lieux.search_lieux",
    "lieux.show_lieu",
    "territoires.show_nomme",
    "carte.show_carte",
    "accueil.show_mots_difficiles",
)


def list_adresses(pages: Mapping[str, tuple[str, ...]] = PAGES) -> Iterator[Adresse]:
    """Every address to visit."""
    return (Adresse(endpoint, chemin) for endpoint, chemins in pages.items() for chemin in chemins)


def list_endpoints(app: Flask) -> set[str]:
    """Everything that answers to GET."""
    return {regle.endpoint for regle in app.url_map.iter_rules() if "GET" in (regle.methods or ())}
