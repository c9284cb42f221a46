"""Moderation as it is done from the pages: who sees what, each decision, going back, two people at once."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.integration.contributions.moderation.conftest import GUIPAVAS, VIEUX_MARCHE, Terrain
from tierslieux.comptes.droits import Habilitation, Personne, Role
from tierslieux.comptes.models_journal import Journal
from tierslieux.contributions.models import MessageProposition, Proposition
from tierslieux.lieux import historique
from tierslieux.lieux.models import DecisionPaire, Lieu
from tierslieux.territoires.enums import CODE_FRANCE, Niveau

AGENT_29 = Habilitation(Role.AGENT, Niveau.DEPARTEMENT, "29")
REFUS = {"motif": "inexact", "reponse": "Nous avons appelé."}


def read_empreinte(page: str) -> str:
    trouvee = re.search(r'name="empreinte" value="(\w+)"', page)
    assert trouvee is not None
    return trouvee[1]


def post(client: FlaskClient, adresse: str, **champs: object):
    return client.post(f"/moderation/{adresse}", data=champs)


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_each_sees_the_proposals_of_their_territory_alone(terrain: Terrain) -> None:
    sienne, autre = terrain.proposer("Fablab de Brest"), terrain.proposer("Atelier", commune_code=VIEUX_MARCHE)
    client, _ = terrain.moderer()
    page = client.get("/moderation").text
    assert "Fablab de Brest" in page
    assert "Atelier" not in page
    assert client.get(f"/moderation/{sienne}").status_code == 200
    assert client.get(f"/moderation/{autre}").status_code == 404
    for geste in ("accepter", "refuser", "demander", "isoler", "prendre", "laisser", "annuler", "rouvrir", "rattacher"):
        champs = {"champs": "nom", "texte": "Vraiment ?", "lieu": "x", **REFUS}
        assert post(client, f"{autre}/{geste}", **champs).status_code == 404, geste
    assert terrain.lire(autre).statut == "en-attente"


def test_nobody_signed_in_nor_a_contributor_sees_the_queue(terrain: Terrain) -> None:
    public_id = terrain.proposer()
    anonyme = terrain.app.test_client()
    reponse = anonyme.get(f"/moderation/{public_id}")
    assert (reponse.status_code, reponse.location) == (303, f"/connexion?suite=/moderation/{public_id}")
    contributeur, _ = terrain.entrer()
    assert contributeur.get("/moderation").status_code == 403
    assert post(contributeur, f"{public_id}/accepter", tout="1").status_code == 403


def test_an_agent_reads_without_knowing_who_nor_deciding(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu(telephone="+33298000000")
    public_id = terrain.corriger(lieu, telephone="+33298111111", auteur="habitant-secret")
    with terrain.ouvrir() as session:
        session.query(Proposition).update({"commentaire": "Je suis la voisine."})
    client, _ = terrain.entrer(AGENT_29)
    for adresse in ("/moderation", f"/moderation/{public_id}"):
        reponse = client.get(adresse)
        assert reponse.status_code == 200
        assert "habitant-secret" not in reponse.text
        assert "voisine" not in reponse.text
        assert "/accepter" not in reponse.text
    assert "02\u00a098\u00a011\u00a011\u00a011" in client.get(f"/moderation/{public_id}").text
    assert post(client, f"{public_id}/accepter", tout="1").status_code == 403


def test_pages_are_kept_by_nobody(terrain: Terrain) -> None:
    client, _ = terrain.moderer()
    reponse = client.get("/moderation")
    assert reponse.headers["Cache-Control"] == "no-store"
    assert "noindex" in reponse.text


# --- The queue --------------------------------------------------------------------------------------------------------


def test_the_oldest_comes_first_and_filters_stay_inside_ones_territory(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu("Médiathèque des Capucins", telephone="+33298000000")
    premiere = terrain.corriger(lieu, telephone="+33298111111")
    terrain.proposer("Fablab de Guipavas", commune_code=GUIPAVAS)
    terrain.proposer("Atelier lointain", commune_code=VIEUX_MARCHE)
    client, _ = terrain.moderer()
    page = client.get("/moderation").text
    assert page.index("Médiathèque des Capucins") < page.index("Fablab de Guipavas")
    assert "Correction" in page
    assert "Téléphone" in page
    seuls_nouveaux = client.get("/moderation?demarche=nouveau").text
    assert "Fablab de Guipavas" in seuls_nouveaux
    assert "Médiathèque des Capucins" not in seuls_nouveaux
    a_guipavas = client.get("/moderation?territoire=commune:29075").text
    assert "Fablab de Guipavas" in a_guipavas
    assert "Médiathèque des Capucins" not in a_guipavas
    ailleurs = client.get("/moderation?territoire=departement:22").text
    assert "Atelier lointain" not in ailleurs
    assert "Il n’y a rien à examiner ici." in ailleurs
    post(client, f"{premiere}/isoler")
    assert "Médiathèque des Capucins" not in client.get("/moderation").text.split("moderation-file")[-1]
    assert "Médiathèque des Capucins" in client.get("/moderation?vue=quarantaine").text


def test_a_long_queue_comes_in_pages_without_loss_nor_repetition(terrain: Terrain) -> None:
    noms = [f"Lieu numéro {n:02d}" for n in range(23)]
    for nom in noms:
        terrain.proposer(nom)
    client, _ = terrain.moderer()
    vus: list[str] = []
    adresse: str | None = "/moderation"
    while adresse:
        page = client.get(adresse).text
        vus += re.findall(r"data-tl-ligne>([^<]+)<", page)
        suite = re.search(r'href="(/moderation\?apres=\d+)"', page)
        adresse = suite[1] if suite else None
    assert vus == noms
    for insensee in ("apres=-1", "apres=9999999999999999999999", "apres=é", "vue=x&demarche=y&territoire=z:;--"):
        assert client.get(f"/moderation?{insensee}").status_code == 200


# --- Deciding ---------------------------------------------------------------------------------------------------------


def test_two_fields_of_three_are_published(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu(telephone="+33298000000", adresse="2 rue du Port", site_web="https://a.example")
    public_id = terrain.corriger(lieu, telephone="+33298111111", adresse="4 rue du Port", site_web="https://b.example")
    client, moderateur = terrain.moderer()
    reponse = post(client, f"{public_id}/accepter", champs=["telephone", "adresse"])
    assert (reponse.status_code, reponse.location) == (303, f"/moderation?fait={public_id}")
    publie = terrain.lire_lieu(lieu.id)
    assert (publie.telephone, publie.adresse, publie.site_web) == (
        "+33298111111",
        "4 rue du Port",
        "https://a.example",
    )
    proposition = terrain.lire(public_id)
    assert (proposition.statut, proposition.decidee_par) == ("partielle", moderateur.pseudonyme)
    suite = client.get(reponse.location).text
    assert "acceptée en partie" in suite
    assert f'action="/moderation/{public_id}/annuler"' in suite
    decidees = client.get("/moderation?vue=decidees").text
    assert decidees.count("data-tl-ligne") == 1
    assert f'action="/moderation/{public_id}/annuler?vue=decidees"' in decidees


def test_a_value_is_published_as_the_moderator_writes_it(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu(telephone="+33298000000", presentation="Une salle.")
    public_id = terrain.corriger(lieu, telephone="+33298111111", presentation="La plus BELLE salle !!!")
    client, moderateur = terrain.moderer()
    champs = {
        "champs": ["telephone", "presentation"],
        "valeur-telephone": "02 98 11 11 11",  # as it was shown
        "valeur-presentation": "Une belle salle.",
    }
    assert post(client, f"{public_id}/accepter", **champs).status_code == 303
    publie = terrain.lire_lieu(lieu.id)
    assert (publie.telephone, publie.presentation) == ("+33298111111", "Une belle salle.")
    with terrain.ouvrir() as session:
        derniere = historique.list_versions(session, lieu.id)[-1]
    assert derniere.auteur == moderateur.pseudonyme
    assert [m.champ for m in derniere.modifications] == ["presentation"]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({}, "Cochez au moins une information"),
        ({"champs": "adresse", "valeur-telephone": "02 98 22 22 22"}, "Cochez cette information"),
        ({"champs": ["telephone"], "valeur-telephone": "pas un numéro"}, "Nous ne comprenons pas ce numéro"),
        ({"champs": ["telephone"], "valeur-telephone": ""}, "décochez-la"),
    ],
)
def test_what_cannot_be_accepted_says_why_and_loses_nothing(
    terrain: Terrain, champs: dict[str, object], phrase: str
) -> None:
    lieu = terrain.ouvrir_lieu(telephone="+33298000000", adresse="2 rue du Port")
    public_id = terrain.corriger(lieu, telephone="+33298111111", adresse="4 rue du Port")
    client, _ = terrain.moderer()
    reponse = post(client, f"{public_id}/accepter", **champs)
    assert reponse.status_code == 422
    assert phrase in reponse.text
    if champs.get("valeur-telephone"):
        assert f'value="{champs["valeur-telephone"]}"' in reponse.text
    assert terrain.lire(public_id).statut == "en-attente"


def test_a_new_place_opens_with_the_whole_of_its_commune(terrain: Terrain) -> None:
    public_id = terrain.proposer(telephone="+33298111111")
    client, _ = terrain.moderer()
    page = client.get(f"/moderation/{public_id}").text
    coches = re.findall(r'name="champs" value="(\w+)" checked', page)
    assert coches == ["nom", "genres", "commune_nom", "telephone"]
    post(client, f"{public_id}/accepter", champs=["nom", "genres", "commune_nom"])
    lieu = terrain.lire_lieu(terrain.lire(public_id).lieu_id)
    assert (lieu.commune_code, lieu.commune_nom, lieu.genres, lieu.telephone) == ("29019", "Brest", ["fablab"], None)
    assert lieu.provenance["nom"]["source"] == "contributions"
    sans_nom = terrain.proposer("Autre")
    reponse = post(client, f"{sans_nom}/accepter", champs="genres")
    assert reponse.status_code == 422
    assert "cochez au moins son nom, et sa commune ou sa position" in reponse.text


def test_a_refusal_has_a_reason_of_the_list_and_keeps_its_text(terrain: Terrain) -> None:
    public_id = terrain.proposer()
    client, _ = terrain.moderer()
    sans_motif = post(client, f"{public_id}/refuser", reponse="Un <b>mot</b> de plus")
    assert sans_motif.status_code == 422
    assert "Choisissez un motif." in sans_motif.text
    assert "Un &lt;b&gt;mot&lt;/b&gt; de plus" in sans_motif.text
    trop_long = post(client, f"{public_id}/refuser", motif="inexact", reponse="é" * 1_001)
    assert trop_long.status_code == 422
    assert "é" * 1_001 in trop_long.text
    assert post(client, f"{public_id}/refuser", **REFUS).status_code == 303
    proposition = terrain.lire(public_id)
    assert (proposition.statut, proposition.motif_refus, proposition.reponse) == (
        "refusee",
        "inexact",
        "Nous avons appelé.",
    )


def test_a_question_waits_for_its_answer_and_frees_the_proposal(terrain: Terrain) -> None:
    public_id = terrain.proposer()
    client, moderateur = terrain.moderer()
    assert post(client, f"{public_id}/demander", texte="  \r\n ").status_code == 422
    assert post(client, f"{public_id}/demander", texte="Est-ce\r\nau rez-de-chaussée ?").status_code == 303
    proposition = terrain.lire(public_id)
    assert (proposition.statut, proposition.verrou_par) == ("question", None)
    with terrain.ouvrir() as session:
        message = session.scalars(select(MessageProposition)).one()
    assert (message.texte, message.auteur) == ("Est-ce\nau rez-de-chaussée ?", moderateur.pseudonyme)
    assert "Est-ce\nau rez-de-chaussée ?" in client.get(f"/moderation/{public_id}").text
    assert post(client, f"{public_id}/accepter", tout="1").status_code == 303


def test_after_a_decision_comes_the_next_of_the_same_queue(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu(telephone="+33298000000")
    premiere, seconde = terrain.proposer("Un"), terrain.proposer("Deux")
    correction = terrain.corriger(lieu, telephone="+33298111111")
    client, _ = terrain.moderer()
    suite = client.post(f"/moderation/{seconde}/accepter?demarche=nouveau", data={"tout": "1"})
    assert suite.location == f"/moderation/{premiere}?demarche=nouveau&fait={seconde}"
    suite = client.post(f"/moderation/{premiere}/refuser?demarche=nouveau", data=REFUS)
    assert suite.location == f"/moderation?demarche=nouveau&fait={premiere}"
    suite = post(client, f"{correction}/isoler")
    assert suite.location == f"/moderation?fait={correction}"
    page = client.get(suite.location).text
    assert f'action="/moderation/{correction}/liberer"' in page
    post(client, f"{correction}/liberer")
    assert terrain.lire(correction).statut == "en-attente"


# --- A new place that is known already --------------------------------------------------------------------------------


def test_a_new_place_becomes_a_correction_of_the_known_one_and_back(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu("Fablab du coin", genres=("fablab", "coworking"), adresse="2 rue du Port")
    position = {"lon": -4.4901, "lat": 48.3901, "precision": "adresse"}
    public_id = terrain.proposer(telephone="+33298111111", adresse="2, rue du Port", position=position)
    client, _ = terrain.moderer()
    page = client.get(f"/moderation/{public_id}").text
    assert "Est-ce l’un de ces lieux" in page
    assert f'name="lieu" value="{lieu.public_id}"' in page
    reponse = post(client, f"{public_id}/rattacher", lieu=lieu.public_id)
    assert reponse.location == f"/moderation/{public_id}"
    proposition = terrain.lire(public_id)
    assert (proposition.demarche, proposition.lieu_id) == ("correction", lieu.id)
    # Its kinds are among those of the place: nothing is taken out; its position is not taken without looking.
    page = client.get(reponse.location).text
    assert 'value="genres"' not in page
    assert 'name="champs" value="telephone" checked' in page
    assert 'name="champs" value="position" checked' not in page
    assert 'name="champs" value="position"' in page
    post(client, f"{public_id}/detacher")
    proposition = terrain.lire(public_id)
    assert (proposition.demarche, proposition.lieu_id, proposition.avant) == ("nouveau", None, {})
    post(client, f"{public_id}/rattacher", lieu=f"https://tierslieux.example/lieux/{lieu.public_id}/")
    post(client, f"{public_id}/accepter", champs="telephone")
    publie = terrain.lire_lieu(lieu.id)
    assert (publie.telephone, publie.genres, publie.adresse) == (
        "+33298111111",
        ["coworking", "fablab"],
        "2 rue du Port",
    )
    with terrain.ouvrir() as session:
        assert len(session.scalars(select(Lieu)).all()) == 1


def test_a_new_place_that_says_nothing_new_is_refused_for_being_there(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu("Fablab du coin", genres=("fablab",), commune_nom="Brest")
    public_id = terrain.proposer()
    client, _ = terrain.moderer()
    assert post(client, f"{public_id}/rattacher", lieu=lieu.public_id).status_code == 303
    proposition = terrain.lire(public_id)
    assert (proposition.statut, proposition.motif_refus) == ("refusee", "deja-la")


def test_a_new_place_is_not_attached_to_a_place_of_another_territory(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu("Ailleurs", commune_code=VIEUX_MARCHE)
    public_id = terrain.proposer()
    client, _ = terrain.moderer()
    for cible in (lieu.public_id, "inconnu", "", "é" * 100):
        assert post(client, f"{public_id}/rattacher", lieu=cible).status_code == 404
    assert terrain.lire(public_id).demarche == "nouveau"


def test_two_places_are_made_one_after_the_fact_and_two_again(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu("Fablab du coin", genres=("fablab",))
    public_id = terrain.proposer(telephone="+33298111111")
    client, moderateur = terrain.moderer()
    post(client, f"{public_id}/accepter", tout="1")
    nouveau = terrain.lire(public_id).lieu_id
    page = client.get(f"/moderation/{public_id}").text
    assert f'action="/moderation/{public_id}/reunir"' in page
    post(client, f"{public_id}/reunir", lieu=lieu.public_id)
    assert terrain.lire_lieu(nouveau).statut == "masque"
    assert terrain.lire_lieu(lieu.id).telephone == "+33298111111"
    with terrain.ouvrir() as session:
        assert {d.auteur for d in session.scalars(select(DecisionPaire))} == {moderateur.pseudonyme}
        actes = session.scalars(select(Journal.action).where(Journal.acteur == moderateur.pseudonyme))
        assert list(actes) == ["accepter", "reunir"]
    post(client, f"{public_id}/separer")
    assert terrain.lire_lieu(nouveau).statut == "publie"
    assert terrain.lire_lieu(lieu.id).telephone is None
    assert post(client, f"{public_id}/separer").status_code == 409


# --- Going back -------------------------------------------------------------------------------------------------------


def test_an_acceptance_is_undone_and_done_again(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu(telephone="+33298000000")
    public_id = terrain.corriger(lieu, telephone="+33298111111")
    client, _ = terrain.moderer()
    post(client, f"{public_id}/accepter", tout="1")
    assert terrain.lire_lieu(lieu.id).telephone == "+33298111111"
    assert post(client, f"{public_id}/annuler").location == f"/moderation/{public_id}"
    assert terrain.lire_lieu(lieu.id).telephone == "+33298000000"
    assert post(client, f"{public_id}/annuler").status_code == 409
    assert "Publier de nouveau" in client.get(f"/moderation/{public_id}").text
    post(client, f"{public_id}/retablir")
    assert terrain.lire_lieu(lieu.id).telephone == "+33298111111"


def test_a_refusal_is_taken_back(terrain: Terrain) -> None:
    public_id = terrain.proposer()
    client, _ = terrain.moderer()
    post(client, f"{public_id}/refuser", **REFUS)
    post(client, f"{public_id}/rouvrir")
    proposition = terrain.lire(public_id)
    assert (proposition.statut, proposition.motif_refus, proposition.reponse, proposition.decidee_par) == (
        "en-attente",
        None,
        None,
        None,
    )
    assert post(client, f"{public_id}/rouvrir").status_code == 409


# --- Several moderators -----------------------------------------------------------------------------------------------


def test_a_proposal_is_taken_shown_as_such_and_left(terrain: Terrain) -> None:
    public_id = terrain.proposer()
    client_a, moderateur_a = terrain.moderer()
    client_b, _ = terrain.moderer(Niveau.COMMUNE, "29019")
    client_a.get(f"/moderation/{public_id}")
    assert terrain.lire(public_id).verrou_par is None  # looking changes nothing
    post(client_a, f"{public_id}/prendre")
    assert terrain.lire(public_id).verrou_par == moderateur_a.pseudonyme
    for adresse in ("/moderation", f"/moderation/{public_id}"):
        assert f"{moderateur_a.pseudonyme} l’examine, jusqu’au " in client_b.get(adresse).text
        assert "Vous l’examinez" in client_a.get(adresse).text
    refusee = post(client_b, f"{public_id}/refuser", **REFUS)
    assert refusee.status_code == 409
    assert "Une autre personne examine cette proposition." in refusee.text
    assert "Nous avons appelé." in refusee.text
    en_json = client_b.post(f"/moderation/{public_id}/prendre", headers={"Accept": "application/json"})
    assert en_json.json["prise"] is False
    assert moderateur_a.pseudonyme in en_json.json["texte"]
    post(client_a, f"{public_id}/laisser")
    assert post(client_b, f"{public_id}/refuser", **REFUS).status_code == 303


def test_a_lock_lasts_a_quarter_of_an_hour_and_one_has_a_single_one(terrain: Terrain) -> None:
    premiere, seconde = terrain.proposer("Un"), terrain.proposer("Deux")
    client_a, moderateur_a = terrain.moderer()
    client_b, _ = terrain.moderer()
    avant = dt.datetime.now(dt.UTC)
    en_json = client_a.post(f"/moderation/{premiere}/prendre", headers={"Accept": "application/json"})
    assert en_json.json["prise"] is True
    jusqua_at = terrain.lire(premiere).verrou_jusqua_at
    assert jusqua_at is not None
    assert dt.timedelta(minutes=15) <= jusqua_at - avant < dt.timedelta(minutes=16)
    post(client_a, f"{seconde}/prendre")
    assert (terrain.lire(premiere).verrou_par, terrain.lire(seconde).verrou_par) == (None, moderateur_a.pseudonyme)
    with terrain.ouvrir() as session:
        session.query(Proposition).update({"verrou_jusqua_at": avant - dt.timedelta(seconds=1)})
    assert post(client_b, f"{seconde}/accepter", tout="1").status_code == 303


def test_the_second_of_two_decisions_is_told_the_first_and_keeps_its_text(terrain: Terrain) -> None:
    public_id = terrain.proposer()
    client_a, moderateur_a = terrain.moderer()
    client_b, _ = terrain.moderer()
    page_b = client_b.get(f"/moderation/{public_id}").text
    post(client_a, f"{public_id}/accepter", tout="1")
    seconde = post(client_b, f"{public_id}/refuser", empreinte=read_empreinte(page_b), **REFUS)
    assert seconde.status_code == 409
    assert "a déjà reçu une réponse" in seconde.text
    assert f"par {moderateur_a.pseudonyme}" in seconde.text
    assert "Nous avons appelé." in seconde.text
    assert terrain.lire(public_id).statut == "acceptee"


def test_what_changed_since_the_page_was_opened_is_read_again(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu(telephone="+33298000000")
    premiere = terrain.corriger(lieu, telephone="+33298111111")
    seconde = terrain.corriger(lieu, telephone="+33298222222")
    client, _ = terrain.moderer()
    empreinte = read_empreinte(client.get(f"/moderation/{seconde}").text)
    post(client, f"{premiere}/accepter", tout="1")
    reponse = post(client, f"{seconde}/accepter", champs="telephone", empreinte=empreinte)
    assert reponse.status_code == 409
    assert "a changé depuis" in reponse.text
    assert "Changé aussi par quelqu’un d’autre" in reponse.text
    assert terrain.lire_lieu(lieu.id).telephone == "+33298111111"
    # Seen again, it is chosen.
    page = client.get(f"/moderation/{seconde}").text
    assert "Tout accepter" not in page
    assert 'name="champs" value="telephone" checked' not in page
    post(client, f"{seconde}/accepter", champs="telephone", empreinte=read_empreinte(page))
    assert terrain.lire_lieu(lieu.id).telephone == "+33298222222"


def test_the_queue_leads_past_what_somebody_else_is_looking_at(terrain: Terrain) -> None:
    premiere, prise, derniere = (terrain.proposer(nom) for nom in ("Un", "Deux", "Trois"))
    client_a, _ = terrain.moderer()
    client_b, _ = terrain.moderer()
    post(client_a, f"{prise}/prendre")
    suite = post(client_b, f"{premiere}/accepter", tout="1")
    assert suite.location == f"/moderation/{derniere}?fait={premiere}"


# --- The rest ---------------------------------------------------------------------------------------------------------


def test_texts_of_people_are_shown_as_text(terrain: Terrain) -> None:
    piege = "<script>alert(1)</script>"
    public_id = terrain.proposer(f"Lieu {piege}", presentation=piege)
    with terrain.ouvrir() as session:
        session.query(Proposition).update({"commentaire": piege})
    client, _ = terrain.moderer()
    for adresse in ("/moderation", f"/moderation/{public_id}"):
        page = client.get(adresse).text
        assert piege not in page
        assert "&lt;script&gt;" in page


def test_a_form_without_its_token_is_refused_and_given_back(terrain: Terrain, monkeypatch: pytest.MonkeyPatch) -> None:
    public_id = terrain.proposer()
    client, _ = terrain.moderer()
    monkeypatch.setitem(terrain.app.config, "WTF_CSRF_ENABLED", value=True)
    for geste in ("accepter", "refuser", "demander", "isoler", "prendre", "rattacher", "annuler", "reunir"):
        reponse = post(client, f"{public_id}/{geste}", reponse="Mon explication", texte="Ma question", tout="1")
        assert reponse.status_code == 400, geste
        assert "Mon explication" in reponse.text
        assert "Ma question" in reponse.text
    assert terrain.lire(public_id).statut == "en-attente"


def test_an_address_that_means_nothing_is_a_page_that_does_not_exist(terrain: Terrain) -> None:
    client, _ = terrain.moderer()
    proposition = terrain.proposer()
    for public_id in ("a%00b", "é" * 50, "%ff", "..", "x" * 5_000, "'--"):
        assert client.get(f"/moderation/{public_id}").status_code == 404
        assert client.get(f"/moderation?fait={public_id}").status_code == 200
        assert post(client, f"{public_id}/accepter", tout="1").status_code == 404
        assert post(client, f"{proposition}/rattacher", lieu=unquote(public_id)).status_code == 404


def test_only_national_administrators_are_led_to_the_pairs_of_imports(terrain: Terrain) -> None:
    client, _ = terrain.moderer()
    assert "/imports/doublons" not in client.get("/moderation").text
    administrateur, _ = terrain.entrer(Habilitation(Role.ADMINISTRATEUR, Niveau.FRANCE, CODE_FRANCE))
    assert "/imports/doublons" in administrateur.get("/moderation").text


def test_a_proposal_without_a_commune_is_the_countrys(terrain: Terrain, national: tuple[FlaskClient, Personne]) -> None:
    position = {"lon": 2.0, "lat": 46.0, "precision": "adresse"}
    public_id = terrain.proposer("Nulle part", commune_code=None, commune_nom=None, position=position)
    assert terrain.moderer()[0].get(f"/moderation/{public_id}").status_code == 404
    assert national[0].get(f"/moderation/{public_id}").status_code == 200


def test_what_a_person_opposes_and_what_is_confirmed_have_no_page_here(terrain: Terrain) -> None:
    lieu = terrain.ouvrir_lieu(courriel="jeanne@exemple.example")
    public_id = terrain.corriger(lieu, courriel=None)
    client, _ = terrain.moderer()
    agent, _ = terrain.entrer(AGENT_29)
    with terrain.ouvrir() as session:
        session.query(Proposition).update({"demarche": "opposition", "statut": "acceptee"})
    assert client.get(f"/moderation/{public_id}").location == "/moderation/oppositions"
    assert agent.get(f"/moderation/{public_id}").status_code == 404
    for geste in ("annuler", "accepter", "rouvrir"):
        assert post(client, f"{public_id}/{geste}", tout="1").status_code == 404
    assert "data-tl-ligne" not in client.get("/moderation?vue=decidees").text
    with terrain.ouvrir() as session:
        session.query(Proposition).update({"demarche": "confirmation"})
    assert client.get(f"/moderation/{public_id}").status_code == 404
