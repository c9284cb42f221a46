"""Every step of a resident's journey on invented data: places, addresses of the pages, and the data they show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.conftest import SECRET
from tests.factories.lieux import INSTANT, make_lieu, make_source
from tests.factories.propositions import propose_lieu
from tests.factories.scenarios import make_scenario
from tests.factories.territoires import make_bretagne
from tests.pages import flatten
from tierslieux.comptes.jetons import digest_jeton
from tierslieux.contributions.formulaires.brouillons import keep_brouillon
from tierslieux.contributions.liens_prives import build_jeton_desabonnement
from tierslieux.contributions.models import Relance
from tierslieux.langues import Langue, build_racine
from tierslieux.lieux.historique import get_version
from tierslieux.lieux.models import Execution
from tierslieux.lieux.publication import refresh_grappe
from tierslieux.planification.enums import Action
from tierslieux.planification.etude import Etude, Geste
from tierslieux.territoires.enums import Niveau

_RICHE = {
    "adresse": "1 place Napoléon",
    "complement_adresse": "Bâtiment Zibeline",
    "code_postal": "29200",
    "commune_nom": "Brest",
    "telephone": "+33298000001",
    "courriel": "accueil@exemple.fr",
    "site_web": "https://exemple.fr/",
    "prise_rdv": "https://rdv.exemple.fr/",
    "horaires": "Mo-Fr 09:00-12:00,14:00-17:00",
    "services": ["aide-aux-demarches-administratives", "acces-internet-et-materiel-informatique"],
    "accompagnements": ["accompagnement-individuel", "en-autonomie"],
    "modalites_acces": ["se-presenter", "telephoner", "prendre-un-rdv-en-ligne"],
    "publics": ["seniors"],
    "prises_en_charge": ["surdite", "langues-etrangeres-anglais"],
    "frais": ["gratuit"],
    "accessible": True,
    "presentation": "Présentation zibeline.",
    "presentation_detail": "Détail zibeline.",
    "structure_parente": "Ville Zibeline",
    "fiche_acces_libre": "https://acceslibre.exemple.fr/x",
    "autres_telephones": ["+33298000002"],
    "autres_courriels": ["autre@exemple.fr"],
    "autres_sites_web": ["https://autre.exemple.fr/"],
    # It goes on for ever, so that it is always coming.
    "evenements": [
        {
            "id": "zbn00001",
            "genre": "atelier",
            "titre": "Permanence Zibeline",
            "debut": "2026-01-06T14:00",
            "fin": "2026-01-06T16:00",
            "recurrence": "FREQ=WEEKLY;BYDAY=TU",
            "sauf": ["2026-12-22"],
            "texte": "Apportez votre zibeline.",
            "inscription": "+33298000001",
            "gratuit": True,
            "public": "zibelines débutantes",
        }
    ],
}
_TERRITOIRES = (
    "France",
    "Bretagne",
    "Finistère",
    "Côtes-d’Armor",
    "Brest Métropole",
    "Communauté de communes du Trégor",
    "Brest",
    "Lambézellec",
    "Guipavas",
    "Landerneau",
    "Plourin",
    "Le Vieux-Marché",
    "Vieux-Marché",
)
_OUTRE_MER = ("Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte")
_NOMS = (
    "Maison Zibeline",
    "Fabrique Ocelot",
    "Mairie Okapi",
    "Atelier Ocarina",
    "Bus Tatou",
    "Ancien Yak",
    "Plan Kiwi",
)
_SOURCES = ("Annuaire Ibis", "Producteur Ibis", "Démonstration Ibis", "Licence Ouverte 2.0")
_SIGNES = (
    "Tierslieux",
    "exemple.fr",
    "acceslibre.exemple.fr",
    "autre.exemple.fr",
    "rdv.exemple.fr",
    "localhost",
    "Saint-Denis",
)


@dataclass(frozen=True, slots=True)
class Parcours:
    """Addresses by what they show, the status expected of each, and the texts that are data."""

    adresses: dict[str, str]
    statuts: dict[str, int]
    donnees: frozenset[str]

    def visit(
        self, client: FlaskClient, langue: Langue, noms: Collection[str] | None = None
    ) -> Iterator[tuple[str, TestResponse]]:
        """The pages written in this language, by name: these or all; what an address leads to when it moved."""
        for nom in noms or self.adresses:
            adresse = self.adresses[nom]
            suite: str | None = build_racine(langue) + adresse
            while suite is not None and suite.startswith(build_racine(langue)):
                reponse = client.get(suite)
                suite = reponse.location
            if suite is None:
                assert reponse.status_code == self.statuts.get(nom, 200), adresse
                yield nom, reponse


def make_parcours(session: Session) -> Parcours:
    """Lay the invented places of the journey and name its pages."""
    make_bretagne(session)
    make_source(session, libelle="Annuaire Ibis", producteur="Producteur Ibis")
    make_source(session, "demonstration", libelle="Démonstration Ibis", producteur="Producteur Ibis", est_inventee=True)
    session.add(
        Execution(source_id="essai", statut="reussie", origine="essai", debut_at=INSTANT, duree_s=1, rejets_par_code={})
    )
    riche = make_lieu(session, "Maison Zibeline", lon=-4.55, lat=48.391, **_RICHE)
    fabrique = make_lieu(
        session,
        "Fabrique Ocelot",
        lon=-4.45,
        lat=48.35,
        commune_code="29075",
        commune_nom="Guipavas",
        genres=("fablab", "repair-cafe", "coworking"),
        frais=["payant"],
        date_maj=dt.date(2019, 1, 1),
    )
    make_lieu(session, "Mairie Okapi", lon=-4.35, lat=48.35, commune_code="29103", genres=("mairie",))
    invente = make_lieu(session, "Atelier Ocarina", lon=-4.52, lat=48.36, genres=("epn",), source_id="demonstration")
    bus = make_lieu(
        session,
        "Bus Tatou",
        lon=-4.25,
        lat=48.35,
        commune_code="29208",
        commune_nom="Plourin",
        genres=("bus-numerique", "epn"),
        itinerant=True,
        horaires="2026 Dec 01 14:00-16:00; week 1-53/2 Tu 10:00-12:00",
        position={"lon": -4.25, "lat": 48.35, "precision": "commune"},
        date_maj=None,
    )
    ferme = make_lieu(session, "Ancien Yak", lon=-4.56, lat=48.38, statut="ferme")
    refresh_grappe(session)
    scenario, _ = make_scenario(
        session,
        Etude(Niveau.DEPARTEMENT, "29").add(Geste(Action.FERMER, riche.public_id)),
        titre="Plan Kiwi",
        publie=True,
    )
    recu = propose_lieu(session, "Atelier Okapi")
    brouillon = keep_brouillon(session, "lieu", [("nom", "Atelier Okapi")], now=dt.datetime.now(dt.UTC))
    session.add(
        Relance(
            lieu_id=riche.id,
            empreinte="essai",
            jeton_sha256=digest_jeton("essai"),
            envoyee_at=INSTANT,
            expire_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=1),
        )
    )
    session.commit()
    adresses = {
        "accueil": "/",
        "mentions": "/mentions-legales",
        "accessibilité": "/accessibilite",
        "données personnelles": "/donnees-personnelles",
        "plan": "/plan-du-site",
        "mots": "/mots-difficiles",
        "temps de trajet": "/temps-de-trajet",
        "écoconception": "/ecoconception",
        "recherche vide": "/recherche",
        "question": "/recherche?besoin=demarche",
        "résultats": "/recherche?q=brest",
        "résultats larges": "/recherche?q=brest&candidats=1",
        "résultats filtrés": "/recherche?q=brest&besoin=demarche&gratuit=1&accessible=1&ouvert=1",
        "résultats du soir": "/recherche?q=brest&quand=ce-soir",
        "résultats à pied": "/recherche?q=brest&mode=a-pied&a_temps=1&quand=samedi",
        "ancienne commune": "/recherche?q=lambezellec",
        "autour d’un point": "/recherche?lon=-4.55&lat=48.39",
        "rien près": "/recherche?q=brest&genre=prefecture",
        "rien du tout": "/recherche?lon=-2.9&lat=47&genre=fablab",
        "hors de France": "/recherche?lon=4.35&lat=50.85",
        "incompris": "/recherche?q=qsdfghjklm",
        "noms": "/recherche?q=zibeline",
        "filtre inconnu": "/recherche?q=brest&genre=licorne",
        "orientation": "/orientation",
        "orientation, mots": "/orientation?mots=qsdfghjklm",
        "orientation, où": "/orientation?besoin=demarche",
        "orientation, où encore": "/orientation?besoin=demarche&ou=qsdfghjklm",
        "orientation, comment": "/orientation?besoin=demarche&commune=29019",
        "orientation, quand": "/orientation?besoin=demarche&commune=29019&deplacement=a-pied",
        "orientation, savoir": "/orientation?besoin=demarche&commune=29019&deplacement=a-pied&quand=samedi",
        "orientation, réponse absurde": "/orientation?besoin=licorne",
        "proposition": "/orientation?besoin=demarche&commune=29019&deplacement=a-pied&quand=samedi&savoir=rien",
        "proposition prudente": "/orientation?besoin=apprendre&commune=29019&deplacement=transports&quand=ce-soir"
        "&savoir=fauteuil&savoir=surdite&savoir=vue&savoir=francais&savoir=lecture",
        "proposition à distance": "/orientation?besoin=demarche&commune=29019&deplacement=impossible&quand=passe"
        "&savoir=rien",
        "proposition vide": "/orientation?besoin=reparer&lon=-2.9&lat=47&deplacement=velo&quand=maintenant&savoir=rien",
        "lieu": f"/lieux/{riche.public_id}",
        "fiche à imprimer": f"/lieux/{riche.public_id}/fiche.pdf",
        "fiche pauvre à imprimer": f"/lieux/{fabrique.public_id}/fiche.pdf",
        "fiche itinérante à imprimer": f"/lieux/{bus.public_id}/fiche.pdf",
        "appel": f"/lieux/{riche.public_id}/telephoner?besoin=demarche",
        "appel d’un lieu pauvre": f"/lieux/{fabrique.public_id}/telephoner",
        "liste à imprimer": "/recherche/liste.pdf?q=brest",
        "liste de la commune": "/territoires/commune/29019/liste.pdf",
        "choix": f"/mes-lieux?l={riche.public_id}&l={bus.public_id}&l=disparu",
        "choix vide": "/mes-lieux",
        "choix à imprimer": f"/mes-lieux/liste.pdf?l={riche.public_id}&l={fabrique.public_id}",
        "hors connexion": "/hors-connexion",
        "hors connexion, département": "/hors-connexion/29",
        "hors connexion, secours": "/hors-connexion/secours",
        "lieu par son nom": f"/bretagne/finistere/brest/maison-zibeline-{riche.public_id}",
        "à vérifier": "/a-verifier",
        "à vérifier, ici": "/a-verifier?q=brest",
        "à vérifier, nulle part": "/a-verifier?q=qsdfghjklm",
        "délais": "/contributions/delais",
        "contribuer": "/contribuer",
        "contribuer, par le nom": "/contribuer?q=zibeline",
        "contribuer, nom inconnu": "/contribuer?q=qsdfghjklm",
        "ajouter un lieu": "/contribuer/lieu",
        "corriger un lieu": f"/lieux/{riche.public_id}/corriger",
        "corriger un lieu pauvre": f"/lieux/{fabrique.public_id}/corriger",
        "lieu fermé, à dire": f"/lieux/{riche.public_id}/ferme",
        "lieux ressemblants": "/contribuer/ressemblances?nom=maison+zibeline&commune=brest",
        "point sur la carte": "/contribuer/position?position=-4.55,48.39",
        "brouillon": f"/contribuer/brouillon/{brouillon}",
        "merci": f"/contribuer/merci/{recu.proposition.public_id}/{recu.jeton}",
        "suivre sa proposition": f"/contributions/{recu.proposition.public_id}/{recu.jeton}",
        "tenir à jour": f"/lieux/{riche.public_id}/tenir-a-jour/essai",
        "ne plus recevoir": f"/courriels/ne-plus-recevoir/{build_jeton_desabonnement(SECRET, 'essai')}",
        "se connecter": "/connexion",
        "code": "/connexion/code",
        "opposition d’une personne": f"/lieux/{riche.public_id}/opposition",
        "opposition faite": f"/lieux/{fabrique.public_id}/opposition?fait=1",
        "effacer mes données": f"/contributions/{recu.proposition.public_id}/{recu.jeton}/effacer",
        "histoire du lieu": f"/lieux/{riche.public_id}/historique",
        "version du lieu": f"/lieux/{riche.public_id}/historique/{get_version(session, riche.id)}",
        "fiches du lieu": f"/lieux/{riche.public_id}/fiches",
        "lieu pauvre": f"/lieux/{fabrique.public_id}",
        "lieu inventé": f"/lieux/{invente.public_id}",
        "lieu itinérant": f"/lieux/{bus.public_id}",
        "lieu fermé": f"/lieux/{ferme.public_id}",
        "france": "/territoires",
        "région": "/territoires/region/53/lieux",
        "département": "/territoires/departement/29/lieux",
        "intercommunalité": "/territoires/epci/242900314/lieux",
        "commune": "/territoires/commune/29019/lieux",
        "commune par son nom": "/bretagne/finistere/brest",
        "commune sans population": "/territoires/commune/22387/lieux",
        "scénario": f"/scenarios/{scenario.public_id}",
        "carte": "/carte",
        "agenda": "/agenda",
        "agenda d’ici": "/agenda?q=brest&genre=atelier",
        "agenda de nulle part": "/agenda?q=qsdfghjklm",
        "agenda absurde": "/agenda?genre=licorne&du=jamais",
        "rendez-vous à annoncer": f"/lieux/{riche.public_id}/evenements/proposer",
        "rendez-vous à corriger": f"/lieux/{riche.public_id}/evenements/zbn00001/corriger",
        "rendez-vous à annuler": f"/lieux/{riche.public_id}/evenements/zbn00001/annuler",
        "carte de ce qui se passe": "/carte?lon=-4.5&lat=48.36&zoom=12&evenements=1",
        "carte zoomée": "/carte?lon=-4.5&lat=48.36&zoom=12&besoin=demarche",
        "page inconnue": "/nulle-part",
        "lieu inconnu": "/lieux/essai99999x",
        "territoire inconnu": "/territoires/commune/00000/lieux",
    }
    statuts = {
        "filtre inconnu": 422,
        "agenda de nulle part": 422,
        "agenda absurde": 422,
        "orientation, réponse absurde": 422,
        "page inconnue": 404,
        "lieu inconnu": 404,
        "territoire inconnu": 404,
    }
    textes = [valeur for valeur in _RICHE.values() if isinstance(valeur, str)]
    donnees = {
        *_TERRITOIRES,
        *_OUTRE_MER,
        *_NOMS,
        *_SOURCES,
        *_SIGNES,
        *textes,
        "autre@exemple.fr",
        "qsdfghjklm",
        "Permanence Zibeline",
        "Apportez votre zibeline.",
        "zibelines débutantes",
        "jamais",
        "zibeline",
        "Côtes-d'Armor",
    }
    donnees |= {lieu.public_id for lieu in (riche, fabrique, invente, bus, ferme)}
    return Parcours(adresses, statuts, frozenset(flatten(donnee) for donnee in donnees))
