"""No person's address is published nor kept; addresses of places are. Every name here is invented."""

from __future__ import annotations

import pytest

from tests.factories.imports import make_contexte, make_record
from tierslieux.imports.contrat import Avertissement, Reject, RejectCode
from tierslieux.imports.etapes import confidentialite, courriel, run_etapes
from tierslieux.lieux.nettoyage import courriels

MOTS = courriels.split_mots("Espace numérique Simone Exemple 2 rue du Port Saint-Inventé")


@pytest.mark.parametrize(
    "adresse",
    [
        "jeanne.exemple-tartempion@a.fr",
        "jean-luc.tartempion@a.fr",
        "tartempion.jeanne@a.fr",
        "j.tartempion@a.fr",
        "j-tartempion@a.fr",
        "tartempion-j@a.fr",
        "jtartempion@mairie-a.fr",
        "jeannetartempion@a.fr",
        "jeanne@a.fr",
        "zorglub.tartempion@mairie-a.fr",  # neither is a known first name; nothing explains them
        "jeanne.tartempion.ccas@a.fr",
        "j.tartempion-fs@a.fr",
        "msap.jeanne@a.fr",
        "jeanne.tartempion42@a.fr",
        "jeanne.tartempion@france-services.gouv.fr",
    ],
)
def test_addresses_of_persons(adresse: str) -> None:
    assert courriels.is_nominatif(adresse, MOTS)


@pytest.mark.parametrize(
    "adresse",
    [
        "accueil@a.fr",
        "accueil.ccas@a.fr",
        "france.services@a.fr",
        "franceservices-port@a.fr",
        "mairie.tartempion@a.fr",
        "mediatheque@a.fr",
        "saint-invente@a.fr",
        "stinvente@a.fr",
        "simone.exemple@a.fr",  # the place bears this name
        "tartempion@tartempion.fr",  # the organisation's own name
        "marie@saintinvente.fr",  # for "mairie"
        "epn@a.fr",
        "cslm@a.fr",
        "accueil-rgp.751200a@a.fr",
        "pi14.accueil@a.fr",
        "29200@a.fr",
        "haut-pays@france-services.gouv.fr",
    ],
)
def test_addresses_of_places(adresse: str) -> None:
    assert not courriels.is_nominatif(adresse, MOTS)


@pytest.mark.parametrize(
    ("texte", "adresses"),
    [
        ("Contact@A.fr", ["contact@a.fr"]),
        ("a@b.fr - c@d.fr", ["a@b.fr", "c@d.fr"]),
        ("accueil-", []),
        ("accueil@", []),
        ("accueil@localhost", []),
        ("a..b@c.fr", []),
        (".a@b.fr", ["a@b.fr"]),
    ],
)
def test_addresses_found_in_a_text(texte: str, adresses: list[str]) -> None:
    assert courriels.find_adresses(texte) == adresses


def test_the_first_address_of_a_place_is_published() -> None:
    contexte = make_contexte()
    record = courriel.clean(make_record(courriel="j.tartempion@a.fr ; Accueil@a.fr"), contexte)
    assert record.valeurs["courriel"] == "accueil@a.fr"
    assert not contexte.avertissements


@pytest.mark.parametrize(
    ("texte", "avertissement"),
    [
        ("j.tartempion@a.fr", Avertissement.COURRIEL_NOMINATIF),
        ("accueil-", Avertissement.COURRIEL_ILLISIBLE),
    ],
)
def test_an_address_left_out_is_counted(texte: str, avertissement: Avertissement) -> None:
    contexte = make_contexte()
    assert "courriel" not in courriel.clean(make_record(courriel=texte), contexte).valeurs
    assert contexte.avertissements == {avertissement: 1}


@pytest.mark.parametrize(
    ("colonne", "personne"),
    [
        ("nom", False),
        ("Nom du lieu", False),
        ("contact_public", False),
        ("commentaire", False),
        ("nom_responsable", True),
        ("Prénom du contact", True),
        ("contact_nom_prenom", True),
        ("Civilité", True),
        ("responsable", True),
        ("Nom contact", True),
    ],
)
def test_columns_that_name_persons(colonne: str, personne) -> None:
    assert confidentialite.is_colonne_personne(colonne) is personne


def test_persons_leave_the_raw_record_wherever_they_stand() -> None:
    brut = {
        "nom": "Espace du Port",
        "responsable": "Jeanne Tartempion",
        "mail": "j.tartempion@a.fr",
        "commentaire": "Écrire à j.tartempion@a.fr ou accueil@a.fr",
        "contacts": [{"mail": "J.Tartempion@a.fr", "prenom": "Jeanne"}],
        "vide": None,
    }
    assert confidentialite.scrub_brut(brut) == {
        "nom": "Espace du Port",
        "mail": None,
        "commentaire": "Écrire à [adresse nominative retirée] ou accueil@a.fr",
        "contacts": [{"mail": None}],
        "vide": None,
    }


@pytest.mark.parametrize(
    ("texte", "publie"),
    [
        ("RDV : j.tartempion@a.fr", "RDV : [adresse nominative retirée]"),
        ("RDV : accueil@a.fr", "RDV : accueil@a.fr"),
        ("j.tartempion@a.fr", None),
    ],
)
def test_the_published_text_is_scrubbed_too(texte: str, publie: str | None) -> None:
    record = confidentialite.clean(make_record(presentation=texte), make_contexte())
    assert record.valeurs.get("presentation") == publie
    assert None not in record.valeurs.values()


def test_no_reject_keeps_a_person() -> None:
    brut = {"mail": "j.tartempion@a.fr", "prenom": "Jeanne"}
    du_fichier = run_etapes(Reject(3, RejectCode.LIGNE_ILLISIBLE, "mail", "j.tartempion@a.fr", brut), make_contexte())
    d_une_etape = run_etapes(make_record(nom="-", brut=brut), make_contexte())
    assert isinstance(du_fichier, Reject)
    assert isinstance(d_une_etape, Reject)
    assert (du_fichier.brut, du_fichier.valeur) == ({"mail": None}, None)
    assert d_une_etape.brut == {"mail": None}
