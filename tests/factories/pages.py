"""Invented places as pages receive them: no database, every field can be given."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tierslieux.lieux.enums import (
    Accompagnement,
    Besoin,
    FormationLabel,
    Frais,
    Genre,
    ModaliteAcces,
    Precision,
    PriseEnCharge,
    Programme,
    Public,
    Service,
    Statut,
)
from tierslieux.lieux.horaires import EtatOuverture, LigneHoraires, Ouverture
from tierslieux.lieux.services import ChampPublie, LieuDetail, LieuResume, MentionSource

TODAY = dt.date(2026, 11, 22)


def build_resume(**champs: Any) -> LieuResume:
    """A France Services of Brest, open."""
    defauts: dict[str, Any] = {
        "id": 1,
        "public_id": "france-services-bellevue",
        "nom": "France Services de Bellevue",
        "genres": (Genre.FRANCE_SERVICES,),
        "services": (Service.DEMARCHES, Service.ACCES),
        "besoins": (Besoin.DEMARCHE, Besoin.ORDINATEUR),
        "frais": (Frais.GRATUIT,),
        "est_aide": True,
        "est_tiers_lieu": False,
        "horaires": "Mo-Fr 09:00-12:00,14:00-17:00",
        "ouverture": Ouverture(EtatOuverture.OUVERT, "Ouvert, ferme à 17\u00a0h"),
        "telephone": "+33298000001",
        "adresse": "1 place Napoléon III",
        "code_postal": "29200",
        "commune_code": "29019",
        "commune_nom": "Brest",
        "lon": -4.49,
        "lat": 48.39,
        "precision": Precision.ADRESSE,
        "distance_m": 347.0,
        "itinerant": None,
        "accessible": True,
        "source": "France Services",
        "date": dt.date(2026, 8, 1),
        "est_invente": False,
    }
    return LieuResume(**(defauts | champs))


def build_mention(**champs: Any) -> MentionSource:
    """A public source with a date."""
    defauts: dict[str, Any] = {
        "libelle": "France Services",
        "producteur": "Agence nationale de la cohésion des territoires",
        "licence": "Licence Ouverte 2.0",
        "url": "https://www.data.gouv.fr/fr/datasets/",
        "date": dt.date(2026, 8, 1),
        "est_inventee": False,
    }
    return MentionSource(**(defauts | champs))


def build_detail(resume: LieuResume | None = None, **champs: Any) -> LieuDetail:
    """Everything published of a place, from two sources."""
    premiere, seconde = build_mention(), build_mention(libelle="Bibliothèques publiques", date=dt.date(2025, 3, 1))
    defauts: dict[str, Any] = {
        "resume": resume or build_resume(distance_m=None),
        "statut": Statut.PUBLIE,
        "champs": (
            ChampPublie("nom", "Nom", "France Services de Bellevue", (premiere,)),
            ChampPublie("genres", "Type de lieu", ("France Services", "Bibliothèque"), (premiere, seconde)),
            ChampPublie("adresse", "Adresse", "1 place Napoléon III", (premiere,)),
            ChampPublie("telephone", "Téléphone", "+33298000001", (seconde,)),
        ),
        "semaine": (
            LigneHoraires("Du lundi au vendredi", "9\u00a0h – 12\u00a0h et 14\u00a0h – 17\u00a0h"),
            LigneHoraires("Samedi et dimanche", "fermé"),
        ),
        "complement_adresse": None,
        "courriel": "accueil@exemple.fr",
        "site_web": "https://www.exemple.fr/france-services",
        "prise_rdv": "https://rdv.exemple.fr",
        "presentation": "Un lieu ouvert à tous, sans rendez-vous.",
        "presentation_detail": "Deux salles, huit ordinateurs.",
        "structure_parente": "Ville de Brest",
        "fiche_acces_libre": "https://acceslibre.example/brest",
        "autres_telephones": ("+33298000001",),
        "autres_courriels": ("contact@exemple.fr",),
        "autres_sites_web": ("https://reseau.exemple.fr/",),
        "typologies": ("ESS",),
        "formations_labels": (FormationLabel.ORDI,),
        "autres_formations_labels": ("Label inventé",),
        "publics": (Public.SENIORS,),
        "prises_en_charge": (PriseEnCharge.SURDITE,),
        "modalites_acces": (ModaliteAcces.SE_PRESENTER, ModaliteAcces.TELEPHONER),
        "accompagnements": (Accompagnement.INDIVIDUEL, Accompagnement.AUTONOMIE),
        "programmes": (Programme.AIDANTS_CONNECT,),
        "voisins": tuple(
            build_resume(
                id=10 + n,
                public_id=f"voisin-{n}",
                nom=f"Voisin numéro {n}",
                distance_m=400.0 * n,
                lon=-4.49 + 0.006 * n,
                lat=48.39 - 0.004 * n,
            )
            for n in range(1, 6)
        ),
    }
    return LieuDetail(**(defauts | champs))
