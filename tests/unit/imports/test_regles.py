"""Rules that anyone can try: what each line gives, whatever it holds."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest

from tests.factories.imports import REFERENTIEL
from tierslieux.imports.contrat import Avertissement, RejectCode
from tierslieux.imports.etapes import ETAPES
from tierslieux.imports.regles import LIGNE_MAX, NETTOYE, REGLES, clean_lignes, try_regle


def essayer(regle: str, *lignes: bytes | str) -> list[tuple[Any, str | None]]:
    flux = io.BytesIO(b"\n".join(ligne if isinstance(ligne, bytes) else ligne.encode() for ligne in lignes))
    sorties = [json.loads(ligne) for ligne in clean_lignes(REGLES[regle], flux, REFERENTIEL)]
    assert all(list(sortie) == ["input", "output", "code"] for sortie in sorties)
    return [(sortie["output"], sortie["code"]) for sortie in sorties]


@pytest.mark.parametrize(
    ("regle", "texte", "sortie", "code"),
    [
        ("horaires", "du lundi au vendredi 9h-12h et 14h-17h30, fermé le mercredi",
         "Mo,Tu,Th,Fr 09:00-12:00,14:00-17:30", Avertissement.HORAIRES_CONVERTIS),
        ("horaires", "Mo-Fr 09:00-12:00", "Mo-Fr 09:00-12:00", None),
        ("horaires", "un vendredi sur deux", None, Avertissement.HORAIRES_ILLISIBLES),
        ("telephone", "02 98 00 11 22", "+33298001122", NETTOYE),
        ("telephone", "3949", "3949", None),
        ("telephone", "02 98 00 11 22 / 3949", ["+33298001122", "3949"], NETTOYE),
        ("telephone", "voir site", None, Avertissement.TELEPHONE_ILLISIBLE),
        ("courriel", "Mairie@Ville.fr", "mairie@ville.fr", NETTOYE),
        ("courriel", "mairie@ville.fr", "mairie@ville.fr", None),
        ("courriel", "jeanne.dupont@ville.fr", None, Avertissement.COURRIEL_NOMINATIF),
        ("courriel", "mairie@", None, Avertissement.COURRIEL_ILLISIBLE),
        ("url", "www.ville.fr", "https://www.ville.fr", NETTOYE),
        ("url", "https://ville.fr/", "https://ville.fr/", None),
        ("url", "javascript:alert(1)", None, Avertissement.URL_ILLISIBLE),
        ("adresse", "16 RUE DE LA REPUBLIQUE", "16 Rue de la République", NETTOYE),
        ("adresse", "16 rue du Port, 29200 Brest", "16 rue du Port", NETTOYE),
        ("adresse", "16 rue du Port", "16 rue du Port", None),
        ("nom", "MEDIATHEQUE DU PORT", "Médiathèque du Port", NETTOYE),
        ("commune", "29200 Brest", {"code": "29019", "nom": "Brest"}, Avertissement.CODE_DEDUIT),
        ("commune", "Brest (29200)", {"code": "29019", "nom": "Brest"}, Avertissement.CODE_DEDUIT),
        ("commune", "Brest", {"code": "29019", "nom": "Brest"}, Avertissement.CODE_DEDUIT),
        ("commune", "29200", {"code": "29019", "nom": "Brest"}, Avertissement.CODE_DEDUIT),
        ("commune", "29019", {"code": "29019", "nom": "Brest"}, None),
        ("commune", "28262", {"code": "28103", "nom": "Cloyes-les-Trois-Rivières"}, Avertissement.CODE_REMPLACE),
        ("commune", "75019 Paris", {"code": "75119", "nom": "Paris 19e Arrondissement"}, Avertissement.CODE_DEDUIT),
        ("commune", "97150 Saint-Martin", {"code": "97801", "nom": "Saint-Martin"}, Avertissement.CODE_DEDUIT),
        ("commune", "99999", None, RejectCode.CODE_INSEE_INCONNU),
        ("commune", "Saint-Denis", None, RejectCode.COMMUNE_INTROUVABLE),
        ("date", "12/03/2023", "2023-03-12", NETTOYE),
        ("date", "2023-03-12", "2023-03-12", None),
        ("date", "31/02/2023", None, Avertissement.DATE_ILLISIBLE),
        ("date", "2999-01-01", None, Avertissement.DATE_ILLISIBLE),
        ("typologie", "ASSO;CC", {"genres": ["association"], "typologies": ["CC"]}, NETTOYE),
        ("typologie", "CC", {"genres": [], "typologies": ["CC"]}, None),
        ("typologie", "ZZZ", None, Avertissement.VALEUR_INCONNUE),
        ("services", "Prendre en main un ordinateur;Créer avec le numérique",
         ["maitrise-des-outils-numeriques-du-quotidien", "loisirs-et-creations-numeriques"], NETTOYE),
        ("services", "numerique--acceder-a-du-materiel", ["acces-internet-et-materiel-informatique"], NETTOYE),
        ("services", "Accès internet et matériel informatique", ["acces-internet-et-materiel-informatique"], NETTOYE),
        ("services", "acces-internet-et-materiel-informatique", ["acces-internet-et-materiel-informatique"], None),
        ("services", "Jardinage", None, Avertissement.VALEUR_INCONNUE),
        ("frais", "Gratuit|Payant", ["gratuit", "payant"], NETTOYE),
        ("publics", "Adultes", [], NETTOYE),  # known, and no audience in particular
        ("publics", "Jeunes (16-26 ans);Surdité", ["jeunes", "surdite"], NETTOYE),
        ("genre", "Médiathèque du Port", ["bibliotheque"], Avertissement.GENRE_DEDUIT),
        ("genre", "Amis de la médiathèque", None, Avertissement.VALEUR_INCONNUE),
        ("pivot", "434 933 123 00029", "43493312300029", NETTOYE),
        ("pivot", "00000000000000", None, Avertissement.PIVOT_ILLISIBLE),
        ("code_postal", "1000", "01000", NETTOYE),
        ("code_postal", "2920O", None, Avertissement.CODE_POSTAL_ILLISIBLE),
        ("position", "48.39, -4.48", {"lon": -4.48, "lat": 48.39}, NETTOYE),
        ("position", "48,39 ; -4,48", {"lon": -4.48, "lat": 48.39}, NETTOYE),
        ("position", "-4.48, 48.39", None, RejectCode.COORDONNEES_INVERSEES),
        ("position", "0, 0", None, RejectCode.COORDONNEES_NULLES),
        ("position", "40.7, -74.0", None, RejectCode.COORDONNEES_HORS_COMMUNE),
        ("presentation", "<p>Un lieu</p>", "Un lieu", NETTOYE),
        ("presentation", "x" * 281, "x" * 281, Avertissement.PRESENTATION_DEPLACEE),
    ],
)  # fmt: skip
def test_rules(regle: str, texte: str, sortie: Any, code: str | None) -> None:
    assert essayer(regle, texte) == [(sortie, code)]


def test_every_step_that_reads_one_value_can_be_tried() -> None:
    # "texte" is applied by every rule, "confidentialite" reads whole records.
    assert {nom for nom, _ in ETAPES} - {"texte", "confidentialite"} <= REGLES.keys()


@pytest.mark.parametrize("regle", list(REGLES))
def test_one_line_out_for_each_line_in_whatever_it_holds(regle: str) -> None:
    lignes = [
        b"",
        b"   ",
        b"-",
        b"\0",
        b"a\0b",
        b"\xff\xfe\xfa",
        "\u2028\u0085\x0b\x0c".encode(),
        b'"\\{}[]',
        "é" * 500_000,
        b"<" * 1_000_000,
        b"9" * 1_000_000,
        b"a@" * 400_000,
        "💥".encode(),
        b"=cmd|'/C calc'!A0",
        b"fin",
    ]
    debut = time.perf_counter()
    sorties = essayer(regle, *lignes)
    assert len(sorties) == len(lignes)
    assert sorties[0] == sorties[1] == sorties[2] == (None, None)
    assert sorties[3] == sorties[4] == sorties[5] == (None, RejectCode.LIGNE_ILLISIBLE)
    assert {code for _, code in sorties[8:12]} == {RejectCode.VALEUR_TROP_LONGUE}
    assert time.perf_counter() - debut < 2


def test_the_input_is_given_back_without_its_line_end() -> None:
    flux = io.BytesIO(b"3949\r\n 3949\n\n3949")
    entrees = [json.loads(ligne)["input"] for ligne in clean_lignes(REGLES["telephone"], flux)]
    assert entrees == ["3949", " 3949", "", "3949"]


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    flux = io.BytesIO(b"x" * (2 * LIGNE_MAX + 10) + b"\n3949\n")
    sorties = [json.loads(ligne) for ligne in clean_lignes(REGLES["telephone"], flux)]
    assert [(len(s["input"]), s["code"]) for s in sorties] == [
        (LIGNE_MAX, RejectCode.VALEUR_TROP_LONGUE),
        (4, None),
    ]


def test_lines_are_answered_one_by_one() -> None:
    class Flux(io.BytesIO):
        lues = 0

        def readline(self, *args: Any) -> bytes:
            self.lues += 1
            return super().readline(*args)

    flux = Flux(b"3949\n115\n112\n")
    reponses = clean_lignes(REGLES["telephone"], flux)
    next(reponses)
    assert flux.lues == 1


def test_the_rule_on_communes_needs_them() -> None:
    with pytest.raises(ValueError, match="communes"):
        try_regle(REGLES["commune"], "Brest")


def test_clean_values_stay_clean() -> None:
    for regle, texte in [("horaires", "lundi 9h-12h"), ("telephone", "02 98 00 11 22"), ("url", "www.a.fr"),
                         ("nom", "MEDIATHEQUE DU PORT"), ("adresse", "1 AV FOCH"), ("date", "1er mai 2023"),
                         ("pivot", "434 933 123 00029"), ("presentation", "<b>Un</b>")]:  # fmt: skip
        premiere = try_regle(REGLES[regle], texte).output
        assert try_regle(REGLES[regle], premiere).output == premiere
        assert try_regle(REGLES[regle], premiere).code is None
