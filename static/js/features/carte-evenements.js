// What happens soon, over the interactive map: one mark a place, with the drawing and the word of what happens, and the
// same as a list under the map. carte.js says when the map is there; words, drawings and addresses are those of the page.

const ATTENTE_MS = 250;
// Nearer, marks have room for their word.
const ZOOM_MOTS = 9;
const MARQUES_MAX = 120;
const LIGNES_MAX = 60;
const BULLE_MAX = 3;
// The buttons of the map stand over bubbles.
const BOUTONS_PX = [60, 12];

const cadre = document.querySelector("[data-tl-carte]");
const liste = document.querySelector("[data-tl-carte-evenements]");

function build(nom, texte, attributs = {}) {
  const element = document.createElement(nom);
  element.textContent = texte;
  return Object.assign(element, attributs);
}

function buildIcone(genre) {
  const modele = document.querySelector(`[data-tl-carte-icone="${CSS.escape(genre)}"]`);
  return modele ? modele.content.cloneNode(true) : document.createDocumentFragment();
}

/** Events of one place together, in the order of the answer: the nearest in time first. */
function groupLieux(features) {
  const groupes = new Map();
  for (const feature of features) {
    if (!feature.geometry) continue;
    const { id } = feature.properties.lieu;
    groupes.set(id, [...(groupes.get(id) ?? []), feature]);
  }
  return [...groupes.values()].slice(0, MARQUES_MAX);
}

function buildMarque(groupe) {
  const [{ properties }] = groupe;
  const marque = build("span", "", { className: "carte-evenement-marque" });
  const suite = groupe.length > 1 ? ` +${groupe.length - 1}` : "";
  marque.append(buildIcone(properties.genre), build("span", properties.genre_libelle + suite));
  return marque;
}

function buildBulle(groupe, buildAdresse) {
  const bulle = document.createElement("div");
  const { lieu } = groupe[0].properties;
  bulle.append(build("p", lieu.nom, { className: "carte-bulle-nom" }));
  const lignes = document.createElement("ul");
  for (const { properties } of groupe.slice(0, BULLE_MAX)) {
    const ligne = document.createElement("li");
    ligne.append(build("strong", properties.titre), build("br", ""), document.createTextNode(properties.quand));
    lignes.append(ligne);
  }
  bulle.append(lignes, build("a", cadre.getAttribute("data-t-voir"), { href: `${buildAdresse(lieu.id)}#evenements` }));
  return bulle;
}

function start({ carte, buildBoite, fetchJson, getTexte, buildAdresse }) {
  carte.createPane("evenements").style.zIndex = 640;
  const couche = L.layerGroup().addTo(carte);
  let derniere = "";
  let retard;
  let annulation = new AbortController();

  function addMarque(groupe) {
    const [{ geometry, properties }] = groupe;
    const [lon, lat] = geometry.coordinates;
    const petit = carte.getZoom() < ZOOM_MOTS ? " carte-evenement-petit" : "";
    const icon = L.divIcon({ className: `carte-evenement${petit}`, iconSize: null, html: buildMarque(groupe) });
    const marqueur = L.marker([lat, lon], { icon, pane: "evenements", riseOnHover: true, autoPanOnFocus: false });
    const nombre = groupe.length - 1;
    const valeurs = { genre: properties.genre_libelle, titre: properties.titre, lieu: properties.lieu.nom, nombre };
    marqueur.addTo(couche);
    marqueur.getElement().setAttribute("aria-label", getTexte(nombre ? "evenements" : "evenement", valeurs));
    marqueur.on("click", () => {
      const bulle = L.popup({ maxWidth: 230, autoPanPaddingTopLeft: BOUTONS_PX, autoPanPaddingBottomRight: [12, 12] });
      bulle.setLatLng(marqueur.getLatLng()).setContent(buildBulle(groupe, buildAdresse)).openOn(carte);
    });
    marqueur.on("keydown", ({ originalEvent }) => {
      if (originalEvent.key !== " " && originalEvent.key !== "Enter") return;
      originalEvent.preventDefault();
      marqueur.fire("click");
    });
  }

  function show({ features }) {
    couche.clearLayers();
    for (const groupe of groupLieux(features)) addMarque(groupe);
    if (liste.contains(document.activeElement)) return;
    const lignes = features.slice(0, LIGNES_MAX).map(({ properties }) => {
      const { genre_libelle: genre, titre, quand, lieu } = properties;
      const ligne = document.createElement("li");
      const texte = `${getTexte("evenement", { genre, titre, lieu: lieu.nom })}. ${quand}`;
      ligne.append(build("a", texte, { href: `${buildAdresse(lieu.id)}#evenements` }));
      return ligne;
    });
    const vide = document.querySelector("[data-tl-carte-vide]").content.textContent;
    liste.replaceChildren(...(lignes.length ? lignes : [build("li", vide)]));
  }

  async function refresh() {
    const args = String(new URLSearchParams([["bbox", buildBoite(carte, carte.getZoom())]]));
    const cle = `${args} ${carte.getZoom() < ZOOM_MOTS}`;
    if (cle === derniere) return;
    annulation.abort();
    annulation = new AbortController();
    try {
      show(await fetchJson(cadre.dataset.evenements, args, annulation.signal));
      derniere = cle;
    } catch (erreur) {
      if (erreur.name !== "AbortError") liste.replaceChildren(build("li", getTexte("echec")));
    }
  }

  carte.on("moveend", () => {
    clearTimeout(retard);
    retard = setTimeout(refresh, ATTENTE_MS);
  });
  refresh();
}

cadre?.addEventListener("tl-carte", ({ detail }) => start(detail));
