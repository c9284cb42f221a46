// The form of a place: known places that it looks like while it is filled in, its point on a map, the same hours on
// several days. Without this file, the buttons of the form do the same. Words and addresses are those of the page:
// attributes data-* of its elements.

const ATTENTE_MS = 600;
const LETTRES_MIN = 4;
const CHIFFRES_MIN = 10;
const FRANCE = [[43, -4.6], [50.6, 8.2]];
const ZOOM_COMMUNE = 15;
const ZOOM_POINT = 16;
const ZOOM_MAX = 18;
// From here on, the known places around are shown, with their names from the second one on.
const ZOOM_LIEUX = 13;
const ZOOM_NOMS = 14;
const LIEUX_MAX = 60;
const DECIMALES = 6;
const PAS_PX = 8;
const FLECHES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const formulaire = document.querySelector("[data-tl-contribuer]");

function schedule(faire) {
  let minuterie = 0;
  return () => {
    clearTimeout(minuterie);
    minuterie = setTimeout(faire, ATTENTE_MS);
  };
}

/** The part of a page at this address, "" when it cannot be read: the page works without it. */
function buildLecteur() {
  let annulation = new AbortController();
  return async (chemin, args) => {
    annulation.abort();
    annulation = new AbortController();
    try {
      const reponse = await fetch(`${chemin}?${new URLSearchParams(args)}`, { signal: annulation.signal });
      return reponse.ok ? await reponse.text() : "";
    } catch (erreur) {
      return erreur.name === "AbortError" ? null : "";
    }
  };
}

// --- Known places that the form looks like ---

function followRessemblances(liste, adresse) {
  const champs = ["nom", "commune", "commune_lue", "commune_code", "adresse", "telephone"];
  const read = buildLecteur();
  let dernier = "";
  const ask = schedule(async () => {
    const dits = champs.map((nom) => [nom, formulaire.elements[nom]?.value ?? ""]);
    const point = formulaire.querySelector("input[name=position]:checked")?.value ?? "";
    const { nom, commune, telephone } = Object.fromEntries(dits);
    const assez = (nom.trim().length >= LETTRES_MIN && (commune.trim() || point))
      || telephone.replace(/\D/g, "").length >= CHIFFRES_MIN;
    const question = JSON.stringify([dits, point]);
    if (!assez || question === dernier) return;
    dernier = question;
    const lu = await read(adresse, [...dits, ["position", point]]);
    if (lu !== null && liste.innerHTML !== lu) liste.innerHTML = lu;
  });
  formulaire.addEventListener("input", ask);
}

// --- The point on the map ---

function load(nom, attributs) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(nom), attributs);
    element.addEventListener("load", resolve);
    element.addEventListener("error", reject);
    document.head.append(element);
  });
}

/** One ring of the API's outlines as [lat, lon] pairs: steps from one point to the next. */
function decodeAnneau(valeurs, pas) {
  const sommets = [];
  for (let i = 0, x = 0, y = 0; i < valeurs.length; i += 2) {
    x += valeurs[i];
    y += valeurs[i + 1];
    sommets.push([y * pas, x * pas]);
  }
  return sommets;
}

async function fetchJson(chemin, args) {
  const reponse = await fetch(`${chemin}?${new URLSearchParams(args)}`);
  if (!reponse.ok) throw new Error(`${chemin} ${reponse.status}`);
  return reponse.json();
}

function addFond(carte, { tuiles, attribution, tlContours }) {
  const mention = L.control.attribution({ prefix: false }).addTo(carte);
  if (tuiles) {
    L.tileLayer(tuiles, { maxZoom: ZOOM_MAX }).addTo(carte);
    mention.addAttribution((attribution ?? "").replace(/[<>&]/g, ""));
    return;
  }
  mention.addAttribution(tlContours);
  const terre = L.polygon([], { className: "carte-terre", interactive: false, smoothFactor: 0 }).addTo(carte);
  const draw = schedule(async () => {
    const bbox = carte.getBounds().toBBoxString();
    const { contours, pas } = await fetchJson("/api/v1/contours", [["bbox", bbox], ["zoom", carte.getZoom()]]);
    terre.setLatLngs(contours.flatMap(({ anneaux }) => anneaux.map((anneau) => [decodeAnneau(anneau, pas)])));
  });
  carte.on("moveend", draw);
  draw();
}

/** The places that are known around, to find one's way: their names beside them once there is room. */
function addReperes(carte) {
  const couche = L.layerGroup().addTo(carte);
  const draw = schedule(async () => {
    const zoom = carte.getZoom();
    if (zoom < ZOOM_LIEUX) {
      couche.clearLayers();
      return;
    }
    const args = [["bbox", carte.getBounds().toBBoxString()], ["limite", LIEUX_MAX], ["candidats", 1]];
    const { features } = await fetchJson("/api/v1/lieux", args);
    couche.clearLayers();
    for (const { geometry, properties } of features.filter(({ geometry }) => geometry)) {
      const [lon, lat] = geometry.coordinates;
      const nom = document.createElement("span");
      nom.textContent = properties.nom;
      L.circleMarker([lat, lon], { className: "repere", radius: 5, interactive: false })
        .bindTooltip(nom, { permanent: zoom >= ZOOM_NOMS, direction: "right", className: "repere-nom" })
        .addTo(couche);
    }
  });
  carte.on("moveend", draw);
  draw();
}

function followPoint(bloc) {
  const bouton = bloc.querySelector("[data-tl-ouvrir-carte]");
  const cadre = bloc.querySelector("[data-tl-carte-point]");
  const endroit = bloc.querySelector("[data-tl-endroit]");
  const contenant = cadre.querySelector(".carte-point");
  const read = buildLecteur();
  let carte = null;
  let marqueur = null;

  function getChoix() {
    return bloc.querySelector("input[name=position]:checked")?.value ?? "";
  }

  const describe = schedule(async () => {
    const position = getChoix();
    const [lon, lat] = position.split(",");
    const lu = lat ? await read(formulaire.dataset.tlPosition, [["position", `${lon},${lat}`]]) : "";
    if (lu !== null) endroit.innerHTML = lu;
  });

  /** The choice "the point on the map", made at its first use. */
  function choose({ lat, lng }) {
    let option = bloc.querySelector("[data-tl-place]");
    if (!option) {
      const etiquette = document.createElement("label");
      etiquette.className = "choix";
      option = Object.assign(document.createElement("input"), { type: "radio", name: "position" });
      option.dataset.tlPlace = "";
      const texte = document.createElement("span");
      texte.textContent = bloc.dataset.tlLibelle;
      etiquette.append(option, " ", texte);
      bloc.querySelector("fieldset").append(etiquette);
    }
    option.value = `${lng.toFixed(DECIMALES)},${lat.toFixed(DECIMALES)},adresse`;
    option.checked = true;
    option.dispatchEvent(new Event("input", { bubbles: true }));
    describe();
  }

  function place(position) {
    if (!marqueur) {
      const icon = L.divIcon({ className: "carte-grappe carte-seul", iconSize: [32, 32], iconAnchor: [16, 27], html: "" });
      marqueur = L.marker(position, { icon, draggable: true, autoPan: true, title: bloc.dataset.tlLibelle }).addTo(carte);
      marqueur.on("dragend", () => choose(marqueur.getLatLng()));
      marqueur.getElement().setAttribute("aria-label", bloc.dataset.tlLibelle);
      marqueur.getElement().addEventListener("keydown", move);
    }
    marqueur.setLatLng(position);
  }

  function move(evenement) {
    const pas = FLECHES[evenement.key];
    if (!pas) return;
    evenement.preventDefault();
    evenement.stopPropagation();
    const milieu = carte.latLngToContainerPoint(marqueur.getLatLng()).add(L.point(pas).multiplyBy(PAS_PX));
    marqueur.setLatLng(carte.containerPointToLatLng(milieu));
    carte.panInside(marqueur.getLatLng(), { padding: [24, 24] });
    choose(marqueur.getLatLng());
  }

  /** Where the map opens: on the point, else on the commune, else on the country. */
  async function findVue() {
    const [lon, lat] = getChoix().split(",");
    if (lat) return [[Number(lat), Number(lon)], ZOOM_POINT];
    const q = formulaire.elements.commune.value.trim();
    if (!q) return null;
    const { communes } = await fetchJson("/api/v1/communes", [["q", q], ["limite", 1]]);
    return communes[0]?.lat ? [[communes[0].lat, communes[0].lon], ZOOM_COMMUNE] : null;
  }

  async function open() {
    const { tlLeafletCss: href, tlLeafletJs: src } = bloc.dataset;
    await Promise.all([load("link", { rel: "stylesheet", href }), load("script", { src })]);
    cadre.hidden = false;
    const anime = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    carte = L.map(contenant, { maxZoom: ZOOM_MAX, attributionControl: false, zoomAnimation: anime, fadeAnimation: anime });
    L.control.scale({ imperial: false }).addTo(carte);
    contenant.setAttribute("role", "region");
    const vue = await findVue().catch(() => null);
    if (vue) carte.setView(...vue);
    else carte.fitBounds(FRANCE);
    addFond(carte, bloc.dataset);
    addReperes(carte);
    place(carte.getCenter());
    carte.on("click", ({ latlng }) => {
      place(latlng);
      choose(latlng);
    });
    marqueur.getElement().focus();
  }

  bouton.hidden = false;
  bouton.addEventListener("click", () => {
    bouton.hidden = true;
    open().catch(() => {
      bouton.hidden = false;
    });
  });
  bloc.addEventListener("change", ({ target }) => {
    if (target.name !== "position") return;
    const [lon, lat] = target.value.split(",");
    if (carte && lat) {
      place([Number(lat), Number(lon)]);
      carte.panTo(marqueur.getLatLng());
    }
    describe();
  });
}

// --- The same hours on several days ---

function followCopie(grille) {
  const case_ = grille.querySelector("[data-tl-copier]");
  const jours = [...grille.querySelectorAll("fieldset")].slice(0, 5);
  case_.addEventListener("change", () => {
    if (!case_.checked) return;
    const [lundi, ...suivants] = jours.map((jour) => [...jour.querySelectorAll("input")]);
    for (const jour of suivants) {
      if (jour.some((champ) => (champ.type === "checkbox" ? champ.checked : champ.value))) continue;
      jour.forEach((champ, rang) => {
        if (champ.type === "checkbox") champ.checked = lundi[rang].checked;
        else champ.value = lundi[rang].value;
      });
    }
    grille.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

if (formulaire) {
  const liste = formulaire.querySelector("[data-tl-liste-ressemblances]");
  if (liste) followRessemblances(liste, formulaire.dataset.tlRessemblances);
  followPoint(formulaire.querySelector("[data-tl-point]"));
  followCopie(formulaire.querySelector("[data-tl-grille]"));
}
