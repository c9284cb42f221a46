// The interactive map. It takes the place of the map drawn on the server once Leaflet is there; without this file, or
// when something fails, the drawn map and the list still work. One file, since its address carries a digest of its content
// and those of imported modules would not. Clusters are counted on the server for the visible box.

// Not to its last capes: one zoom nearer on most screens.
const FRANCE = [
  [43, -4.6],
  [50.6, 8.2],
];
const ZOOM_MIN = 3;
const ZOOM_MAX = 18;
// A cluster that cannot be told apart any more by zooming shows its list.
const ZOOM_LISTE = 17;
const LISTE_MAX = 20;
const ATTENTE_MS = 120;
// Diameters of discs by the number of digits of their count; those of cartes/apercu.py.
const DIAMETRES_PX = [26, 32, 38, 44];
const SEUL_PX = 32;
// Half the side of the square whose places a cluster at the last zooms lists.
const PORTEE_PX = 44;
const DECIMALES = 4;
const TUILE_PX = 256;
// Where a name may stand around its town: sides (times half its width) and pixels downwards. Width of a letter.
const ECARTS_NOM = [[0, 13], [0, -13], [1, 0], [-1, 0], [0, 30], [0, -30]];
const LETTRE_PX = 6.2;
const NOMBRE = new Intl.NumberFormat("fr-FR");
const ABREGE = new Intl.NumberFormat("fr-FR", { notation: "compact", maximumSignificantDigits: 2 });
const ECHEC = "La carte n’a pas pu charger les lieux. La liste, elle, reste disponible.";

const cadre = document.querySelector("[data-tl-carte]");
const formulaire = document.querySelector("[data-tl-carte-filtres]");
const lienListe = document.querySelector("[data-tl-carte-liste]");
const resume = document.querySelector("[data-tl-carte-resume]");
const sansScript = document.querySelector("[data-tl-carte-sans-script]");

function readFiltres() {
  const cachees = new Set(["lon", "lat", "zoom"]);
  return [...new FormData(formulaire)].filter(([nom, valeur]) => valeur && !cachees.has(nom));
}

/** Filters that a count on a grid can follow. */
function readFiltresCarte() {
  const suivis = new Set(["besoin", "genre", "service", "candidats"]);
  return readFiltres().filter(([nom]) => suivis.has(nom));
}

/** "lon", "lat", "zoom" and the filters that are set. */
function buildArgs(centre, zoom, filtres) {
  const args = new URLSearchParams();
  args.set("lon", centre.lng.toFixed(DECIMALES));
  args.set("lat", centre.lat.toFixed(DECIMALES));
  if (zoom !== null) args.set("zoom", zoom);
  for (const [nom, valeur] of filtres) args.set(nom, valeur);
  return args;
}

/** The box of whole web tiles around the view, so that a short move asks for the same address again. */
function buildBoite(carte, zoom) {
  const vue = carte.getPixelBounds();
  const nord_ouest = carte.unproject(vue.min.divideBy(TUILE_PX).floor().multiplyBy(TUILE_PX), zoom);
  const sud_est = carte.unproject(vue.max.divideBy(TUILE_PX).ceil().multiplyBy(TUILE_PX), zoom);
  const borner = (valeur, limite) => Math.min(Math.max(valeur, -limite), limite).toFixed(DECIMALES);
  return [
    borner(nord_ouest.lng, 180),
    borner(sud_est.lat, 85),
    borner(sud_est.lng, 180),
    borner(nord_ouest.lat, 85),
  ].join(",");
}

/** One ring as [lat, lon] pairs, the order that Leaflet wants. */
function decodeAnneau(valeurs, pas) {
  const points = [];
  let x = 0;
  let y = 0;
  for (let i = 0; i < valeurs.length; i += 2) {
    x += valeurs[i];
    y += valeurs[i + 1];
    points.push([y * pas, x * pas]);
  }
  return points;
}

/** Every ring of every outline. Rings are told apart by the even-odd rule, so that holes need no care. */
function decodeContours({ contours, pas }) {
  return contours.flatMap(({ anneaux }) => anneaux.map((anneau) => decodeAnneau(anneau, pas)));
}

async function fetchJson(chemin, args, signal) {
  const reponse = await fetch(`${chemin}?${args}`, { signal });
  if (!reponse.ok) throw new Error(`${chemin} ${reponse.status}`);
  return reponse.json();
}

function build(nom, texte, attributs = {}) {
  const element = document.createElement(nom);
  element.textContent = texte;
  return Object.assign(element, attributs);
}

function buildCarte() {
  const contenant = document.createElement("div");
  contenant.className = "carte-vive";
  cadre.replaceChildren(contenant);
  if (sansScript) sansScript.hidden = true;
  const calme = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const carte = L.map(contenant, {
    minZoom: ZOOM_MIN,
    maxZoom: ZOOM_MAX,
    zoomControl: false,
    attributionControl: false,
    zoomAnimation: !calme,
    fadeAnimation: !calme,
    inertia: !calme,
    worldCopyJump: true,
  });
  contenant.addEventListener("keydown", ({ key }) => key === "Escape" && carte.closePopup());
  contenant.setAttribute("role", "region");
  contenant.setAttribute("aria-label", "Carte des lieux. Flèches pour se déplacer, plus et moins pour zoomer.");
  L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(carte);
  L.control.scale({ imperial: false }).addTo(carte);
  carte.createPane("noms").style.zIndex = 450;
  carte.getPane("noms").setAttribute("aria-hidden", "true");
  carte.getPane("noms").style.pointerEvents = "none";
  const { lon, lat, zoom } = cadre.dataset;
  if (lon === undefined) carte.fitBounds(FRANCE);
  else carte.setView([Number(lat), Number(lon)], Number(zoom));
  return carte;
}

/** Tiles when the site has an address of tiles, outlines of territories otherwise; `setVilles` receives the towns. */
function addFond(carte, setVilles) {
  const attribution = L.control.attribution({ prefix: false }).addTo(carte);
  const { tuiles, attribution: mention } = cadre.dataset;
  if (tuiles) {
    if (mention) attribution.addAttribution(mention.replace(/[<>&]/g, ""));
    L.tileLayer(tuiles, { maxZoom: ZOOM_MAX }).addTo(carte);
    return () => {};
  }
  attribution.addAttribution("Contours : IGN");
  // One path for all outlines. No simplification: neighbours must keep the edges that they share.
  const terre = L.polygon([], { className: "carte-terre", interactive: false, smoothFactor: 0 }).addTo(carte);
  return buildLecteur(carte, "/api/v1/contours", (fond) => {
    terre.setLatLngs(decodeContours(fond).map((anneau) => [anneau]));
    setVilles(fond.villes);
  });
}

/** A function that reads the address for the visible box and these filters, unless it has just done so. */
function buildLecteur(carte, chemin, show, listFiltres = () => []) {
  let derniere = "";
  let annulation = new AbortController();
  return async () => {
    const zoom = carte.getZoom();
    const args = String(new URLSearchParams([["bbox", buildBoite(carte, zoom)], ["zoom", zoom], ...listFiltres()]));
    if (args === derniere) return;
    annulation.abort();
    annulation = new AbortController();
    const reponse = await fetchJson(chemin, args, annulation.signal);
    derniere = args;
    show(reponse);
  };
}

/** Names of towns where neither a disc nor another name stands, the biggest towns first; see cartes/fond.py. */
function showNoms(carte, couche, villes, disques) {
  couche.clearLayers();
  const pris = disques.map(({ centre, rayon }) => {
    const { x, y } = carte.latLngToLayerPoint(centre);
    return [x - rayon, y - rayon, x + rayon, y + rayon];
  });
  const vue = L.bounds(carte.containerPointToLayerPoint([0, 0]), carte.containerPointToLayerPoint(carte.getSize()));
  for (const [lon, lat, nom] of villes) {
    const demi = (nom.length * LETTRE_PX) / 2;
    const { x, y } = carte.latLngToLayerPoint([lat, lon]);
    for (const [cote, haut] of ECARTS_NOM) {
      const milieu = [x + cote * (demi + 12), y + haut];
      const boite = [milieu[0] - demi, milieu[1] - 8, milieu[0] + demi, milieu[1] + 8];
      if (!vue.contains([boite.slice(0, 2), boite.slice(2)])) continue;
      if (pris.some((p) => p[0] < boite[2] && boite[0] < p[2] && p[1] < boite[3] && boite[1] < p[3])) continue;
      pris.push(boite);
      const icon = L.divIcon({ className: "carte-nom", html: build("span", nom), iconSize: null });
      const place = carte.layerPointToLatLng(milieu);
      L.marker(place, { icon, pane: "noms", interactive: false, keyboard: false }).addTo(couche);
      break;
    }
  }
}

function getDiametre(nombre) {
  return nombre === 1 ? DIAMETRES_PX[0] : DIAMETRES_PX[Math.min(String(nombre).length, DIAMETRES_PX.length) - 1];
}

function formatCompte(nombre) {
  return nombre < 1000 ? String(nombre) : ABREGE.format(nombre);
}

function buildIcone(nombre) {
  if (nombre === 1) {
    // The tip of the pin, below its middle, is on the place.
    const ancre = [SEUL_PX / 2, SEUL_PX / 2 + 11];
    return L.divIcon({ className: "carte-grappe carte-seul", iconSize: [SEUL_PX, SEUL_PX], iconAnchor: ancre, html: "" });
  }
  const diametre = getDiametre(nombre);
  const texte = formatCompte(nombre);
  return L.divIcon({ className: "carte-grappe", iconSize: [diametre, diametre], html: build("span", texte) });
}

function buildBulleLieu(id, nom, genre) {
  const bulle = document.createElement("div");
  bulle.append(build("p", nom, { className: "carte-bulle-nom" }));
  if (genre) bulle.append(build("p", genre));
  bulle.append(build("a", "Voir ce lieu", { href: `/lieux/${encodeURIComponent(id)}` }));
  return bulle;
}

async function fetchBulleListe(carte, marqueur) {
  const centre = carte.latLngToContainerPoint(marqueur.getLatLng());
  const coins = [centre.subtract([PORTEE_PX, PORTEE_PX]), centre.add([PORTEE_PX, PORTEE_PX])];
  const boite = L.latLngBounds(coins.map((coin) => carte.containerPointToLatLng(coin))).toBBoxString();
  const args = new URLSearchParams([["bbox", boite], ["limite", LISTE_MAX], ...readFiltresCarte()]);
  const { features } = await fetchJson("/api/v1/lieux", args);
  const bulle = document.createElement("div");
  bulle.append(build("p", "Lieux à cet endroit"));
  const liste = document.createElement("ul");
  for (const { id, properties } of features) {
    const ligne = document.createElement("li");
    ligne.append(build("a", properties.nom, { href: `/lieux/${encodeURIComponent(id)}` }));
    liste.append(ligne);
  }
  bulle.append(liste);
  return bulle;
}

/** Clusters of the visible box; `onShow` receives their discs. */
function addGrappes(carte, onShow) {
  const couche = L.layerGroup().addTo(carte);
  const presents = new Map();
  // The marker whose bubble is open: it stays, and takes the focus back when the bubble closes.
  let ouvert = null;
  carte.on("popupclose", ({ popup }) => {
    if (popup.getElement()?.contains(document.activeElement)) ouvert?.getElement()?.focus();
    ouvert = null;
  });

  function openBulle(marqueur, contenu) {
    const bulle = L.popup({ maxWidth: 260, autoPanPadding: [12, 12], offset: [0, -8] });
    bulle.setLatLng(marqueur.getLatLng()).setContent(contenu).openOn(carte);
    ouvert = marqueur;
  }

  function buildMarqueur([lon, lat, nombre, id, nom, genre]) {
    const libelle = id ? [nom, genre].filter(Boolean).join(", ") : `${formatCompte(nombre)} lieux`;
    const marqueur = L.marker([lat, lon], { icon: buildIcone(nombre), title: libelle, riseOnHover: true });
    const suite = id ? "" : carte.getZoom() < ZOOM_LISTE ? " : agrandir ici" : " : voir la liste";
    marqueur.on("add", () => marqueur.getElement().setAttribute("aria-label", libelle + suite));
    marqueur.on("click", async () => {
      if (id) openBulle(marqueur, buildBulleLieu(id, nom, genre));
      else if (carte.getZoom() < ZOOM_LISTE) carte.setView(marqueur.getLatLng(), Math.min(carte.getZoom() + 2, ZOOM_MAX));
      else openBulle(marqueur, await fetchBulleListe(carte, marqueur).catch(() => build("p", ECHEC)));
    });
    marqueur.on("keydown", ({ originalEvent }) => {
      if (originalEvent.key !== " " && originalEvent.key !== "Enter") return;
      originalEvent.preventDefault();
      marqueur.fire("click");
    });
    return marqueur;
  }

  function show({ grappes }) {
    const voulus = new Map(grappes.map((grappe) => [grappe.join("|"), grappe]));
    for (const [cle, { marqueur }] of presents) {
      if (voulus.has(cle) || marqueur === ouvert) continue;
      // The keyboard stays on the map when the cluster that it was on is replaced.
      if (marqueur.getElement() === document.activeElement) carte.getContainer().focus({ preventScroll: true });
      couche.removeLayer(marqueur);
      presents.delete(cle);
    }
    for (const [cle, grappe] of voulus) {
      if (presents.has(cle)) continue;
      const marqueur = buildMarqueur(grappe);
      presents.set(cle, { marqueur, nombre: grappe[2] });
      couche.addLayer(marqueur);
    }
    onShow([...presents.values()].map(({ marqueur, nombre }) => {
      return { centre: marqueur.getLatLng(), rayon: getDiametre(nombre) / 2 };
    }));
  }

  const read = buildLecteur(carte, "/api/v1/grappes", show, readFiltresCarte);
  return async () => {
    await read();
    const vue = carte.getBounds();
    let nombre = 0;
    for (const present of presents.values()) if (vue.contains(present.marqueur.getLatLng())) nombre += present.nombre;
    resume.textContent = `${NOMBRE.format(nombre)} ${nombre > 1 ? "lieux" : "lieu"} dans cette partie de la carte.`;
  };
}

function start() {
  const carte = buildCarte();
  const noms = L.layerGroup().addTo(carte);
  let villes = [];
  let disques = [];
  let retard;
  const taches = [
    addFond(carte, (lues) => (villes = lues)),
    addGrappes(carte, (montres) => (disques = montres)),
  ];

  function saveEtat() {
    const centre = carte.getCenter().wrap();
    const filtres = readFiltres();
    history.replaceState(null, "", `/carte?${buildArgs(centre, carte.getZoom(), filtres)}`);
    lienListe.href = `/recherche?${buildArgs(centre, null, filtres)}`;
    for (const [nom, valeur] of Object.entries({ lon: centre.lng, lat: centre.lat, zoom: carte.getZoom() })) {
      const champ = formulaire.elements[nom];
      if (champ) champ.value = valeur;
    }
  }

  async function refresh() {
    for (const resultat of await Promise.allSettled(taches.map((tache) => tache()))) {
      if (resultat.status === "rejected" && resultat.reason.name !== "AbortError") resume.textContent = ECHEC;
    }
    showNoms(carte, noms, villes, disques);
  }

  function refreshSoon() {
    clearTimeout(retard);
    retard = setTimeout(refresh, ATTENTE_MS);
  }

  carte.on("moveend", () => {
    saveEtat();
    refreshSoon();
  });
  carte.on("popupopen", ({ popup }) => {
    const fermer = popup.getElement().querySelector(".leaflet-popup-close-button");
    fermer.setAttribute("aria-label", "Fermer");
    popup.getElement().querySelector("a[href^='/']")?.focus({ preventScroll: true });
  });
  formulaire.addEventListener("submit", (evenement) => {
    evenement.preventDefault();
    carte.closePopup();
    saveEtat();
    refresh();
  });
  for (const lien of document.querySelectorAll("[data-tl-carte-raccourci]")) {
    lien.addEventListener("click", (evenement) => {
      evenement.preventDefault();
      const args = new URL(lien.href).searchParams;
      if (args.has("lon")) carte.setView([Number(args.get("lat")), Number(args.get("lon"))], Number(args.get("zoom")));
      else carte.fitBounds(FRANCE);
      carte.getContainer().scrollIntoView({ block: "nearest" });
      carte.getContainer().focus({ preventScroll: true });
    });
  }
  refresh();
}

if (cadre && globalThis.L) start();
