// The interactive map. It takes the place of the map drawn on the server once Leaflet is there; without this file, or
// when something fails, the drawn map and the list still work. One file, since its address carries a digest of its content
// and those of imported modules would not. Clusters are counted on the server for the visible box. Its words and its
// addresses are those of the page, in the page's language: attributes data-* of the frame.

// Not to its last capes: one zoom nearer on most screens.
const FRANCE = [[43, -4.6], [50.6, 8.2]];
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
// Points listed under the map; POINTS_MAX of diffusion/carte.py.
const POINTS_MAX = 60;
const LANGUE = document.documentElement.lang;
const NOMBRE = new Intl.NumberFormat(LANGUE);
const ABREGE = new Intl.NumberFormat(LANGUE, { notation: "compact", maximumSignificantDigits: 2 });
const PLURIEL = new Intl.PluralRules(LANGUE);

const cadre = document.querySelector("[data-tl-carte]");
const formulaire = document.querySelector("[data-tl-carte-filtres]");
const lienListe = document.querySelector("[data-tl-carte-liste]");
const resume = document.querySelector("[data-tl-carte-resume]");
const points = document.querySelector("[data-tl-carte-points]");

/** A text of the page, data-t-<nom>, with its values: "{nombre} lieux". */
function getTexte(nom, valeurs = {}) {
  return cadre.getAttribute(`data-t-${nom}`).replace(/{(\w+)}/g, (_, cle) => valeurs[cle]);
}

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
  const coins = [borner(nord_ouest.lng, 180), borner(sud_est.lat, 85), borner(sud_est.lng, 180), borner(nord_ouest.lat, 85)];
  return coins.join(",");
}

/** One ring as [lat, lon] pairs, the order that Leaflet wants. */
function decodeAnneau(valeurs, pas) {
  const sommets = [];
  for (let i = 0, x = 0, y = 0; i < valeurs.length; i += 2) {
    x += valeurs[i];
    y += valeurs[i + 1];
    sommets.push([y * pas, x * pas]);
  }
  return sommets;
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

function buildAdresse(id) {
  return cadre.dataset.lieu + encodeURIComponent(id);
}

function buildLigne(texte, href) {
  const ligne = document.createElement("li");
  ligne.append(build("a", texte, { href }));
  return ligne;
}

function buildCarte() {
  const contenant = document.createElement("div");
  contenant.className = "carte-vive";
  cadre.replaceChildren(contenant);
  const anime = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const mouvements = { zoomAnimation: anime, fadeAnimation: anime, inertia: anime };
  const carte = L.map(contenant, {
    minZoom: ZOOM_MIN,
    maxZoom: ZOOM_MAX,
    zoomControl: false,
    attributionControl: false,
    worldCopyJump: true,
    ...mouvements,
  });
  contenant.addEventListener("keydown", ({ key }) => key === "Escape" && carte.closePopup());
  contenant.setAttribute("role", "region");
  contenant.setAttribute("aria-label", getTexte("region"));
  L.control.zoom({ zoomInTitle: getTexte("agrandir"), zoomOutTitle: getTexte("reduire") }).addTo(carte);
  L.control.scale({ imperial: false }).addTo(carte);
  carte.createPane("noms").style.zIndex = 450;
  // Outlines and names are the ground: what there is to know, points say.
  for (const fond of ["noms", "overlayPane"]) carte.getPane(fond).setAttribute("aria-hidden", "true");
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
  attribution.addAttribution(getTexte("contours"));
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
  bulle.append(build("a", getTexte("voir"), { href: buildAdresse(id) }));
  return bulle;
}

async function fetchBulleListe(carte, marqueur) {
  const centre = carte.latLngToContainerPoint(marqueur.getLatLng());
  const coins = [centre.subtract([PORTEE_PX, PORTEE_PX]), centre.add([PORTEE_PX, PORTEE_PX])];
  const boite = L.latLngBounds(coins.map((coin) => carte.containerPointToLatLng(coin))).toBBoxString();
  const args = new URLSearchParams([["bbox", boite], ["limite", LISTE_MAX], ...readFiltresCarte()]);
  const { features } = await fetchJson("/api/v1/lieux", args);
  const bulle = document.createElement("div");
  bulle.append(build("p", getTexte("bulle")));
  const liste = document.createElement("ul");
  for (const { id, properties } of features) liste.append(buildLigne(properties.nom, buildAdresse(id)));
  bulle.append(liste);
  return bulle;
}

/** The name of the town that is nearest on the map; undefined as long as no town is known. */
function findVille(carte, position, villes) {
  const ecart = ([lon, lat]) => carte.project([lat, lon]).distanceTo(carte.project(position));
  return villes.reduce((proche, ville) => (proche && ecart(proche) <= ecart(ville) ? proche : ville), null)?.[2];
}

/** Clusters of the visible box; `getVilles` gives the towns that are known, `onShow` receives the discs. */
function addGrappes(carte, getVilles, onShow) {
  const couche = L.layerGroup().addTo(carte);
  const presents = new Map();
  // The marker whose bubble is open: it stays, and takes the focus back when the bubble closes.
  let ouvert = null;
  carte.on("popupclose", ({ popup }) => {
    // The focus was in the bubble, which may be gone by now.
    const { activeElement } = document;
    if (activeElement === document.body || popup.getElement()?.contains(activeElement)) ouvert?.getElement()?.focus();
    ouvert = null;
  });

  function openBulle(marqueur, contenu) {
    const bulle = L.popup({ maxWidth: 260, autoPanPadding: [12, 12], offset: [0, -8] });
    bulle.setLatLng(marqueur.getLatLng()).setContent(contenu).openOn(carte);
    ouvert = marqueur;
  }

  async function open(marqueur, [, , , id, nom, genre]) {
    if (id) openBulle(marqueur, buildBulleLieu(id, nom, genre));
    else if (carte.getZoom() < ZOOM_LISTE) carte.setView(marqueur.getLatLng(), Math.min(carte.getZoom() + 2, ZOOM_MAX));
    else openBulle(marqueur, await fetchBulleListe(carte, marqueur).catch(() => build("p", getTexte("echec"))));
  }

  function buildMarqueur(grappe) {
    const [lon, lat, nombre] = grappe;
    // A map that moves under the keyboard would show new points for ever: what is in view stays where it is.
    const options = { icon: buildIcone(nombre), riseOnHover: true, autoPanOnFocus: false };
    const marqueur = L.marker([lat, lon], options);
    marqueur.on("click", () => open(marqueur, grappe));
    marqueur.on("keydown", ({ originalEvent }) => {
      if (originalEvent.key !== " " && originalEvent.key !== "Enter") return;
      originalEvent.preventDefault();
      marqueur.fire("click");
    });
    return marqueur;
  }

  function describe([lon, lat, nombre, id, nom, genre]) {
    if (id) return [nom, genre].filter(Boolean).join(", ");
    const ville = findVille(carte, [lat, lon], getVilles());
    const suite = carte.getZoom() < ZOOM_LISTE ? "zoom" : "liste";
    return getTexte(ville ? `${suite}-ville` : suite, { nombre: formatCompte(nombre), ville });
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
      presents.set(cle, { marqueur, grappe });
      couche.addLayer(marqueur);
    }
    const measure = ({ marqueur, grappe }) => ({ centre: marqueur.getLatLng(), rayon: getDiametre(grappe[2]) / 2 });
    onShow([...presents.values()].map(measure));
  }

  /** Names, ranks and keyboard order of what is in view, from north to south; the same as a list under the map. */
  function announce() {
    const vue = carte.getBounds();
    const visibles = [...presents.values()].filter(({ marqueur }) => vue.contains(marqueur.getLatLng()));
    visibles.sort((a, b) => b.grappe[1] - a.grappe[1] || a.grappe[0] - b.grappe[0]);
    for (const { marqueur, grappe } of presents.values()) {
      marqueur.getElement().tabIndex = -1;
      marqueur.getElement().setAttribute("aria-label", describe(grappe));
    }
    let precedent = null;
    const lignes = visibles.map(({ marqueur, grappe }, rang) => {
      const element = marqueur.getElement();
      element.title = describe(grappe);
      const libelle = getTexte("rang", { libelle: element.title, rang: rang + 1, total: visibles.length });
      element.setAttribute("aria-label", libelle);
      element.tabIndex = 0;
      // An element that moves loses the focus: the one that has it stays, the others go around it.
      if (element !== document.activeElement && precedent) precedent.after(element);
      else if (element !== document.activeElement) element.parentElement.prepend(element);
      precedent = element;
      const [lon, lat, , id] = grappe;
      const suite = buildArgs({ lng: lon, lat }, Math.min(carte.getZoom() + 2, ZOOM_MAX), readFiltres());
      return buildLigne(libelle, id ? buildAdresse(id) : `${cadre.dataset.carte}?${suite}`);
    });
    if (!points.contains(document.activeElement)) points.replaceChildren(...lignes.slice(0, POINTS_MAX));
    const nombre = visibles.reduce((total, { grappe }) => total + grappe[2], 0);
    const forme = PLURIEL.select(nombre) === "one" ? "one" : "other";
    resume.textContent = getTexte(`lieux-${forme}`, { nombre: NOMBRE.format(nombre) });
  }

  return [buildLecteur(carte, "/api/v1/grappes", show, readFiltresCarte), announce];
}

function start() {
  const carte = buildCarte();
  const noms = L.layerGroup().addTo(carte);
  let villes = [];
  let disques = [];
  let retard;
  const [readGrappes, announce] = addGrappes(carte, () => villes, (montres) => (disques = montres));
  const taches = [addFond(carte, (lues) => (villes = lues)), readGrappes];

  function saveEtat() {
    const centre = carte.getCenter().wrap();
    const filtres = readFiltres();
    history.replaceState(null, "", `${cadre.dataset.carte}?${buildArgs(centre, carte.getZoom(), filtres)}`);
    lienListe.href = `${cadre.dataset.recherche}?${buildArgs(centre, null, filtres)}`;
    for (const [nom, valeur] of Object.entries({ lon: centre.lng, lat: centre.lat, zoom: carte.getZoom() })) {
      const champ = formulaire.elements[nom];
      if (champ) champ.value = valeur;
    }
  }

  async function refresh() {
    const resultats = await Promise.allSettled(taches.map((tache) => tache()));
    const echecs = resultats.filter(({ status, reason }) => status === "rejected" && reason.name !== "AbortError");
    if (echecs.length) resume.textContent = getTexte("echec");
    else announce();
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
    fermer.setAttribute("aria-label", getTexte("fermer"));
    popup.getElement().querySelector("a[href^='/']")?.focus({ preventScroll: true });
  });
  formulaire.addEventListener("submit", (evenement) => {
    // What happens soon has a script and a list of its own: the page comes again, with or without them.
    if (formulaire.elements.evenements.checked !== ("evenements" in cadre.dataset)) return;
    evenement.preventDefault();
    carte.closePopup();
    saveEtat();
    refresh();
  });
  // What a drag or a pinch does, one click does too.
  const gestes = { nord: [0, -0.5], sud: [0, 0.5], ouest: [-0.5, 0], est: [0.5, 0] };
  for (const lien of document.querySelectorAll("[data-tl-carte-geste]")) {
    lien.addEventListener("click", (evenement) => {
      evenement.preventDefault();
      const geste = lien.dataset.tlCarteGeste;
      const { x, y } = carte.getSize();
      if (gestes[geste]) carte.panBy([gestes[geste][0] * x, gestes[geste][1] * y]);
      else carte.setZoom(carte.getZoom() + (geste === "plus" ? 1 : -1));
    });
  }
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
  cadre.dispatchEvent(new CustomEvent("tl-carte", { detail: { carte, buildBoite, fetchJson, getTexte, buildAdresse } }));
}

if (cadre && globalThis.L) start();
