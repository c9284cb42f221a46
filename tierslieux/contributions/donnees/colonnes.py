"""Columns that hold nothing personal, table by table. Pure.

Whoever adds a column writes it here, or in registre.py with its limit: a test compares both with the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NON_PERSONNELLES: Mapping[str, str] = MappingProxyType(
    {
        "acces_commune": (
            "cible mode code lieu_id duree_min duree_second_min heures_semaine accessibilite parts_au_dela portee_m"
        ),
        "acces_territoire": (
            "niveau code cible mode duree_min heures_semaine accessibilite gini part_dixieme population "
            "population_au_dela besoin besoin_bas besoin_haut besoin_au_dela au_dela_bas au_dela_haut"
        ),
        "adresse_geocodee": ("commune_code adresse code_postal commune_nom lon lat precision score source demandee_at"),
        "avis_scenario": "id scenario_id site_code statut decide_at",
        "bloc_couverture": "nom lot octets",
        "blocage": "id genre niveau code motif",
        "calcul_plan": (
            "public_id etude par empreinte statut avance message job_id resultat demande_at fini_at annule_at"
        ),
        "changement": "id lieu_id champ execution_id motif fait_at",
        "code_postal_territoire": "code_postal territoire_id",
        "compte": "id",
        "courriel_sortant": "id cle etat essais erreur cree_at prochain_at perime_at",
        "decision_paire": "id source_a identifiant_a source_b identifiant_b decision motif fait_at",
        "depot": (
            "id cle source_id sha256 octets etat message reconnu correspondance progression arret_demande "
            "accepter_pertes job_id execution_id cree_at modifie_at"
        ),
        "dessin_territoire": "zoom_min niveau code nom population geom_3857",
        "edition_couverture": "id moteur parametres resume calculee_at actualisee_at",
        "edition_dessins": "id edition empreinte dessinee_at",
        "edition_indicateurs": (
            "source_id edition millesime sha256 empreinte lues chargees rejets communes remarques chargee_at"
        ),
        "edition_territoires": "id edition sha256 chargee_at remarques",
        "execution": (
            "id source_id statut message origine sha256 octets debut_at duree_s lues creees modifiees inchangees "
            "fusionnees rejetees disparues retirees rejets_par_code reconnu colonnes annulee_at"
        ),
        "fiche_avant": "id execution_id fiche_id",
        "fiche_source": (
            "id source_id identifiant lieu_id empreinte date_maj creee_at modifiee_at vue_execution_id "
            "disparue_execution_id retiree_at acceptee_at retraits"
        ),
        "habilitation": "id",
        "invitation": "id",
        "journal": "id fait_at action",
        "lieu": (
            "id public_id statut nom genres services publics prises_en_charge frais modalites_acces accompagnements "
            "programmes besoins est_aide est_tiers_lieu horaires adresse code_postal commune_code commune_nom "
            "itinerant accessible fiche_acces_libre formations_labels typologies autres_formations_labels pivot "
            "precision geom provenance nom_cle recherche"
        ),
        "lieu_couvert": "lieu_id cibles commune_code lon lat horaires heures_semaine demandes",
        "ligne_apercu": "id depot_id rang sort identifiant ligne commune_nom code champ",
        "message_proposition": "id",
        "opposition": "id lieu_id proposition_id effacee_at",
        "paire": "id fiche_a_id fiche_b_id bande score parts vue_at",
        "point_habite": "id commune_code origine part geom",
        "proposition": (
            "id public_id demarche statut voie lieu_id version nom commune_code retenus fiche_id source_id "
            "execution_id langue score parts motif_refus recue_at decidee_at verrou_jusqua_at"
        ),
        "purge": "id regle fait_at nombre avant_le jours",
        "recherche_vaine": "commune_code mois besoin nombre",
        "reglage_territoire": "niveau code avec_votes modifie_at",
        "rejet": "id execution_id ligne code champ",
        "relance": "id",
        "scenario": (
            "public_id jeton_sha256 niveau code titre presentation etude precedentes version cree_at modifie_at "
            "publie_at"
        ),
        "source": "id libelle producteur licence url edition confiance est_inventee nature correspondance",
        "table_territoire": "public_id niveau code nom sha256 lignes rejets deposee_at gardee_at utilisee_at",
        "territoire": (
            "id niveau code nom nom_tri type_nom population population_annee region_code departement_code epci_code "
            "commune_code geom contour centre mairie"
        ),
        "toponyme": "id territoire_id nom cle nature code population",
        "valeur_indicateur": "indicateur millesime niveau code valeur bas haut",
        "vote": "id proposition_id",
    }
)


def list_non_personnelles() -> frozenset[str]:
    """These columns as "table.column"."""
    return frozenset(f"{table}.{colonne}" for table, noms in NON_PERSONNELLES.items() for colonne in noms.split())
