// "Où ouvrir ?": the answer follows the question as its fields move, and an area can be drawn on the map. Without this
// file the button asks for the page again, and the area is typed. Its words and addresses are those of the page.

const ATTENTE_MS = 250;
// Sliders stop where fields go on: few ask for more.
const CURSEUR_SITES_MAX = 20;
const SOMMETS_MIN = 3;
const SVG = "http://www.w3.org/2000/svg";

const formulaire = document.querySelector("[data-tl-etude]");
const cadre = document.querySelector("[data-tl-ouvrir]");
const reponse = document.querySelector("[data-tl-reponse]");
const resultats = document.querySelector("[data-tl-resultats]");
const annonce = document.querySelector("[data-tl-annonce]");
const estVive = formulaire.hasAttribute("data-tl-vive");

let minuterie = 0;
let demande = null;

/** The fields as a query string, without those left empty but for the ones where empty means something. */
function readQuestion() {
  const args = new URLSearchParams();
  for (const [nom, valeur] of new FormData(formulaire)) {
    if (valeur !== "" || nom === "genres" || nom === "sites") args.append(nom, valeur);
  }
  return args;
}

async function ask() {
  clearTimeout(minuterie);
  demande?.abort();
  demande = new AbortController();
  const { signal } = demande;
  const args = readQuestion();
  args.set("fragment", "1");
  cadre.setAttribute("aria-busy", "true");
  try {
    const lu = await fetch(`${formulaire.dataset.tlEtude}?${args}`, { signal, headers: { Accept: "application/json" } });
    const donnees = await lu.json();
    if (signal.aborted) return;
    if (donnees.adresse === undefined || donnees.long) {
      location.assign(`${formulaire.action}?${readQuestion()}`);
      return;
    }
    show(donnees);
  } catch (erreur) {
    if (erreur.name === "AbortError") return;
    annonce.textContent = annonce.dataset.tlEchec;
  }
  if (!signal.aborted) cadre.removeAttribute("aria-busy");
}

function show(donnees) {
  const deplies = new Set([...resultats.querySelectorAll("details[open] > summary")].map((titre) => titre.textContent));
  reponse.innerHTML = donnees.reponse;
  resultats.innerHTML = donnees.resultats;
  for (const titre of resultats.querySelectorAll("details > summary")) {
    if (deplies.has(titre.textContent)) titre.parentElement.open = true;
  }
  history.replaceState(null, "", donnees.adresse);
  annonce.textContent = [...donnees.erreurs, donnees.phrase, donnees.preuve].filter(Boolean).join(" ");
}

function schedule() {
  clearTimeout(minuterie);
  minuterie = setTimeout(ask, ATTENTE_MS);
}

/** A slider under a field of numbers, which moves with it. */
function addCurseur(champ, maximum) {
  const curseur = document.createElement("input");
  curseur.type = "range";
  curseur.min = champ.min;
  curseur.max = Math.min(Number(champ.max), maximum);
  curseur.value = champ.value;
  curseur.setAttribute("aria-label", `${champ.labels[0].textContent.trim()} (curseur)`);
  curseur.addEventListener("input", () => {
    champ.value = curseur.value;
    schedule();
  });
  champ.addEventListener("input", () => {
    if (champ.value) curseur.value = champ.value;
  });
  champ.after(curseur);
}

// --- An area drawn on the map ---

const dessin = document.querySelector("[data-tl-zone]");
const boutonDessiner = document.querySelector("[data-tl-zone-dessiner]");
const boutonEffacer = document.querySelector("[data-tl-zone-effacer]");
const champZone = document.getElementById("zone");
let sommets = null;
let trace = null;

/** Degrees of a place of the drawing, from the degrees of the corners of a net laid over it. */
function locate(x, y, svg) {
  const noeuds = svg.closest("[data-tl-reseau]").dataset.tlReseau.split(" ").map((noeud) => noeud.split(",").map(Number));
  const cote = Math.round(Math.sqrt(noeuds.length)) - 1;
  const { width, height } = svg.viewBox.baseVal;
  const [u, v] = [(x / width) * cote, (y / height) * cote];
  const [i, j] = [Math.min(Math.max(Math.floor(u), 0), cote - 1), Math.min(Math.max(Math.floor(v), 0), cote - 1)];
  const [a, b] = [u - i, v - j];
  const get = (colonne, ligne) => noeuds[ligne * (cote + 1) + colonne];
  return [0, 1].map((axe) =>
    get(i, j)[axe] * (1 - a) * (1 - b) + get(i + 1, j)[axe] * a * (1 - b)
    + get(i, j + 1)[axe] * (1 - a) * b + get(i + 1, j + 1)[axe] * a * b);
}

function addSommet(evenement) {
  const svg = evenement.target.closest(".choroplethe-principal .choroplethe-dessin");
  if (!sommets || !svg || (trace && trace.ownerSVGElement !== svg)) return;
  evenement.preventDefault();
  const place = new DOMPoint(evenement.clientX, evenement.clientY).matrixTransform(svg.getScreenCTM().inverse());
  sommets.push({ x: place.x, y: place.y, degres: locate(place.x, place.y, svg) });
  if (!trace) {
    trace = document.createElementNS(SVG, "polygon");
    trace.classList.add("zone-dessinee");
    svg.append(trace);
  }
  trace.setAttribute("points", sommets.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "));
}

function stopDessin() {
  sommets = null;
  trace = null;
  cadre.classList.remove("zone-en-cours");
  boutonDessiner.textContent = boutonDessiner.dataset.tlDessiner;
}

function toggleDessin() {
  if (!sommets) {
    sommets = [];
    cadre.classList.add("zone-en-cours");
    boutonDessiner.textContent = boutonDessiner.dataset.tlTerminer;
    annonce.textContent = boutonDessiner.dataset.tlAide;
    resultats.querySelector("[data-tl-reseau]")?.scrollIntoView({ block: "center" });
    return;
  }
  if (sommets.length >= SOMMETS_MIN) {
    champZone.value = sommets.map(({ degres }) => degres.map((degre) => degre.toFixed(5)).join(",")).join(" ");
    boutonEffacer.hidden = false;
    schedule();
  } else {
    trace?.remove();
  }
  stopDessin();
}

if (estVive) {
  addCurseur(formulaire.elements.minutes, Infinity);
  addCurseur(formulaire.elements.sites, CURSEUR_SITES_MAX);
  formulaire.addEventListener("input", schedule);
  formulaire.addEventListener("submit", (evenement) => {
    evenement.preventDefault();
    ask();
  });
  dessin.hidden = false;
  boutonDessiner.addEventListener("click", toggleDessin);
  boutonEffacer.hidden = !champZone.value;
  boutonEffacer.addEventListener("click", () => {
    champZone.value = "";
    boutonEffacer.hidden = true;
    schedule();
  });
  resultats.addEventListener("click", addSommet);
  document.addEventListener("keydown", (evenement) => {
    if (evenement.key !== "Escape" || !sommets) return;
    trace?.remove();
    stopDessin();
  });
}
