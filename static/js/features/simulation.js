// A simulation: each change asks the server for the figures of the new study and puts them in the page, without loading
// it again. The address is that of the study, so that "back" undoes. Without this file, the same links and forms lead to
// the same pages. What is refused changes nothing and is said.

// What asks for a change, and what only belongs to one view.
const ACTIONS = ["ajouter", "retirer", "ou", "clic"];
const PASSAGERS = [...ACTIONS, "rayon_m", "vers", "deplacer", "carte", "page", "fragments"];
// How near a mark a pointer means it, in pixels: a finger is wider than an arrow.
const PORTEE_PX = { mouse: 11, touch: 22 };
const GLISSE_PX = 6;
const METRES_PAR_DEGRE = 111_320;
const SVG = "http://www.w3.org/2000/svg";

const racine = document.querySelector("[data-tl-simulation]");
const annonce = racine.querySelector("[data-tl-annonce]");
const boiteCarte = getBloc("carte");

// Changes wait for each other: each one starts from the address that the one before has left.
let file = Promise.resolve();
// What the pointer or the keyboard is doing on the map: { svg, x, y } in units of the drawing, or null.
let saisie = null;
let depart = null;
let aGlisse = false;

function getBloc(nom) {
  return racine.querySelector(`[data-tl-fragment="${nom}"]`);
}

function dire(texte) {
  annonce.textContent = texte;
}

/** The study of the address, without what belongs to one view of it. */
function readEtude() {
  const args = new URLSearchParams(location.search);
  for (const cle of PASSAGERS) args.delete(cle);
  return args;
}

// --- Asking and showing ----------------------------------------------------------------------------------------------

/** Ask for what these arguments give and show it; `pousser` keeps the address that was there for "back". */
function simuler(lireArgs, { pousser = true } = {}) {
  file = file.then(() => executer(lireArgs(), pousser)).catch((erreur) => {
    console.error(erreur);
    racine.removeAttribute("aria-busy");
    dire("Le site ne répond pas. Rien n’a changé : réessayez dans un instant.");
  });
}

async function executer(args, pousser) {
  racine.setAttribute("aria-busy", "true");
  const demandes = new URLSearchParams(args);
  demandes.set("fragments", "1");
  const reponse = await fetch(`${racine.dataset.json}?${demandes}`);
  const donnees = await reponse.json();
  if (!donnees.fragments) {
    // The territory has no data any more: its page says so.
    location.assign(`${racine.dataset.page}?${args}`);
    return;
  }
  if (reponse.ok && pousser && donnees.adresse !== location.pathname + location.search) {
    history.pushState(null, "", donnees.adresse);
  }
  for (const [nom, html] of Object.entries(donnees.fragments)) {
    if (reponse.ok || nom === "erreurs") remplacer(nom, html);
  }
  racine.removeAttribute("aria-busy");
  dire(donnees.annonce);
  if (!reponse.ok) getBloc("erreurs").scrollIntoView({ block: "nearest" });
}

/** Put a part of the page in place of the one that is there; who was in it stays there. */
function remplacer(nom, html) {
  const bloc = getBloc(nom);
  const ici = bloc.contains(document.activeElement) ? document.activeElement : null;
  const ouverts = [...bloc.querySelectorAll("details")].map((details) => details.open);
  if (nom === "carte") remplacerCarte(html);
  else bloc.innerHTML = html;
  bloc.querySelectorAll("details").forEach((details, rang) => { details.open = ouverts[rang]; });
  if (ici) (retrouver(bloc, ici) ?? bloc.querySelector("h2"))?.focus({ preventScroll: true });
}

/** The element of a new part that an element of the old one has become. */
function retrouver(bloc, element) {
  if (element.id) return bloc.querySelector(`#${CSS.escape(element.id)}`);
  if (element.name) return bloc.querySelector(`[name="${element.name}"][value="${CSS.escape(element.value)}"]`);
  return element.ownerSVGElement || element.localName === "svg" ? bloc.querySelector("svg.choroplethe-dessin") : null;
}

/** The server leaves out the ground, which is there already: the shapes of every commune stay. */
function remplacerCarte(html) {
  const modele = document.createElement("template");
  modele.innerHTML = html;
  const ancienne = boiteCarte.querySelector("[data-tl-carte-simulation]");
  const nouvelle = modele.content.querySelector("[data-tl-carte-simulation]");
  if (!ancienne || !nouvelle) return;
  const fonds = JSON.parse(ancienne.dataset.fonds);
  const dessins = listDessins(nouvelle);
  listDessins(ancienne).forEach((dessin, rang) => {
    const avant = dessin.querySelector(":scope > g");
    const limites = avant.querySelector(":scope > .aire-limites");
    const fond = [...avant.children].slice(0, fonds[rang]);
    dessins[rang].querySelector(":scope > g").prepend(...fond, ...(limites ? [limites] : []));
  });
  boiteCarte.replaceChildren(modele.content);
  equiper();
}

// --- Links, buttons, "back" ------------------------------------------------------------------------------------------

racine.addEventListener("click", (evenement) => {
  const lien = evenement.target.closest("a[data-tl-simuler]");
  if (!lien || evenement.button || evenement.ctrlKey || evenement.metaKey || evenement.shiftKey) return;
  evenement.preventDefault();
  simuler(() => new URL(lien.href).searchParams);
});

racine.addEventListener("submit", (evenement) => {
  const formulaire = evenement.target;
  if (!("tlSimuler" in formulaire.dataset)) return;
  evenement.preventDefault();
  const args = new URLSearchParams(new FormData(formulaire));
  if (evenement.submitter?.name) args.append(evenement.submitter.name, evenement.submitter.value);
  // The fields of the form say the study as it was when it was drawn: what has changed since wins.
  simuler(() => {
    const suite = readEtude();
    suite.delete("cherche");
    for (const cle of [...ACTIONS, "deplacer", "cherche"]) {
      for (const valeur of args.getAll(cle)) if (valeur) suite.append(cle, valeur);
    }
    return suite;
  });
});

addEventListener("popstate", () => simuler(() => new URLSearchParams(location.search), { pousser: false }));

// --- The map ---------------------------------------------------------------------------------------------------------

function listDessins(boite) {
  return [...boite.querySelectorAll("svg.choroplethe-dessin")];
}

/** What the script adds to the map: it takes the keyboard, and its instructions are shown. */
function equiper() {
  const carte = boiteCarte.querySelector("[data-tl-carte-simulation]");
  if (!carte) return;
  carte.querySelector("[data-tl-mode]").hidden = false;
  for (const dessin of listDessins(carte)) {
    dessin.setAttribute("tabindex", "0");
    dessin.setAttribute("role", "application");
    dessin.setAttribute("aria-describedby", "carte-aide");
  }
  saisie = null;
  setDepart(null);
}

/** A position of the pointer in units of a drawing. */
function lirePoint(svg, { clientX, clientY }) {
  const point = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  return { svg, x: point.x, y: point.y };
}

/** Degrees of a position, between the four corners of its cell that are known. */
function lireDegres({ svg, x, y }) {
  const carte = svg.closest("[data-tl-carte-simulation]");
  const noeuds = JSON.parse(carte.dataset.noeuds)[listDessins(carte).indexOf(svg)];
  const cellules = Number(carte.dataset.cellules);
  const { width, height } = svg.viewBox.baseVal;
  const [i, dx] = placer(x / width, cellules);
  const [j, dy] = placer(y / height, cellules);
  const coin = (ligne, colonne, axe) => noeuds[(j + ligne) * (cellules + 1) + i + colonne][axe];
  const melanger = (axe) =>
    (1 - dy) * ((1 - dx) * coin(0, 0, axe) + dx * coin(0, 1, axe)) + dy * ((1 - dx) * coin(1, 0, axe) + dx * coin(1, 1, axe));
  return { lon: melanger(0), lat: melanger(1) };
}

/** The cell of a share of the width, and where in it. */
function placer(part, cellules) {
  const rang = Math.min(Math.max(Math.floor(part * cellules), 0), cellules - 1);
  return [rang, part * cellules - rang];
}

/** Metres on the ground of some pixels of the screen. */
function mesurer(point, pixels) {
  const unites = (pixels * point.svg.viewBox.baseVal.width) / point.svg.getBoundingClientRect().width;
  const ici = lireDegres(point);
  const la = lireDegres({ ...point, y: point.y + unites });
  return Math.abs(la.lat - ici.lat) * METRES_PAR_DEGRE;
}

function ecrire({ lon, lat }) {
  return `${lon.toFixed(5)},${lat.toFixed(5)}`;
}

/** What stands at a point is opened, closed or, with `vers`, moved. */
function agir(point, genre, vers = null) {
  const clic = ecrire(lireDegres(point));
  const rayon_m = Math.min(mesurer(point, PORTEE_PX[genre] ?? PORTEE_PX.touch), 30_000).toFixed(0);
  simuler(() => {
    const args = readEtude();
    args.set("clic", clic);
    args.set("rayon_m", rayon_m);
    if (vers) args.set("vers", ecrire(lireDegres(vers)));
    return args;
  });
}

function getBouton() {
  return boiteCarte.querySelector("[data-tl-deplacer]");
}

function estEnDeplacement() {
  return getBouton()?.getAttribute("aria-pressed") === "true";
}

function setDeplacement(oui) {
  getBouton()?.setAttribute("aria-pressed", String(oui));
  setDepart(null);
  if (oui) dire("Choisissez le lieu ouvert à déplacer.");
}

/** Where the place that moves stands; null once it is done. */
function setDepart(point) {
  depart = point;
  boiteCarte.querySelector(".simulation-depart")?.remove();
  if (!point) return;
  marquer(point.svg, "simulation-depart", point);
}

function marquer(svg, classe, { x, y }) {
  const signe = svg.querySelector(`.${classe}`) ?? document.createElementNS(SVG, "path");
  const rayon = (14 * svg.viewBox.baseVal.width) / svg.getBoundingClientRect().width;
  signe.setAttribute("class", classe);
  signe.setAttribute("d", `M${x - rayon} ${y}h${2 * rayon}M${x} ${y - rayon}v${2 * rayon}`);
  svg.append(signe);
}

function choisir(point, genre) {
  if (depart) {
    agir(depart, genre, point);
    setDeplacement(false);
  } else if (estEnDeplacement()) {
    setDepart(point);
    dire("Lieu choisi. Choisissez maintenant où il va.");
  } else {
    agir(point, genre);
  }
}

boiteCarte.addEventListener("click", (evenement) => {
  if (evenement.target.closest("[data-tl-deplacer]")) {
    setDeplacement(!estEnDeplacement());
    return;
  }
  const svg = evenement.target.closest("svg.choroplethe-dessin");
  if (!svg || aGlisse) {
    aGlisse = false;
    return;
  }
  choisir(lirePoint(svg, evenement), evenement.pointerType || "mouse");
});

// A mouse drags; a finger that drags scrolls the page.
boiteCarte.addEventListener("pointerdown", (evenement) => {
  const svg = evenement.target.closest("svg.choroplethe-dessin");
  aGlisse = false;
  if (!svg || evenement.pointerType !== "mouse" || evenement.button) return;
  evenement.preventDefault();
  saisie = { point: lirePoint(svg, evenement), clientX: evenement.clientX, clientY: evenement.clientY };
});

addEventListener("pointermove", (evenement) => {
  if (!saisie) return;
  const ecart = Math.hypot(evenement.clientX - saisie.clientX, evenement.clientY - saisie.clientY);
  if (ecart < GLISSE_PX && !aGlisse) return;
  aGlisse = true;
  const { svg } = saisie.point;
  const ici = lirePoint(svg, evenement);
  const trait = svg.querySelector(".simulation-trait") ?? document.createElementNS(SVG, "path");
  trait.setAttribute("class", "simulation-trait");
  trait.setAttribute("d", `M${saisie.point.x} ${saisie.point.y}L${ici.x} ${ici.y}`);
  svg.append(trait);
});

addEventListener("pointerup", (evenement) => {
  if (!saisie) return;
  const { point } = saisie;
  saisie = null;
  point.svg.querySelector(".simulation-trait")?.remove();
  if (!aGlisse) return;
  const boite = point.svg.getBoundingClientRect();
  const dedans = evenement.clientX >= boite.left && evenement.clientX <= boite.right
    && evenement.clientY >= boite.top && evenement.clientY <= boite.bottom;
  if (dedans) agir(point, "mouse", lirePoint(point.svg, evenement));
  // A click outside the drawing does not follow.
  setTimeout(() => { aGlisse = false; });
});

// --- The keyboard ----------------------------------------------------------------------------------------------------

const FLECHES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const croix = new WeakMap();

boiteCarte.addEventListener("keydown", (evenement) => {
  const svg = evenement.target.closest("svg.choroplethe-dessin");
  if (!svg || evenement.ctrlKey || evenement.metaKey || evenement.altKey) return;
  const { width, height } = svg.viewBox.baseVal;
  const point = croix.get(svg) ?? { svg, x: width / 2, y: height / 2 };
  const fleche = FLECHES[evenement.key];
  if (fleche) {
    const pas = width * (evenement.shiftKey ? 0.005 : 0.02);
    point.x = Math.min(Math.max(point.x + fleche[0] * pas, 0), width);
    point.y = Math.min(Math.max(point.y + fleche[1] * pas, 0), height);
    croix.set(svg, point);
    marquer(svg, "simulation-croix", point);
    dire(lireTexte(point));
  } else if (evenement.key === "Enter" || evenement.key === " ") {
    choisir({ ...point }, "touch");
  } else if (evenement.key === "d" || evenement.key === "D") {
    setDeplacement(true);
    choisir({ ...point }, "touch");
  } else if (evenement.key === "Escape") {
    setDeplacement(false);
    dire("Déplacement abandonné.");
  } else {
    return;
  }
  evenement.preventDefault();
});

/** What stands under the cross: the nearest mark, else the commune. */
function lireTexte({ svg, x, y }) {
  const portee = (PORTEE_PX.touch * svg.viewBox.baseVal.width) / svg.getBoundingClientRect().width;
  let meilleur = null;
  for (const repere of svg.querySelectorAll("[data-tl-repere]")) {
    const [, rx, ry] = repere.getAttribute("d").match(/^M(-?[\d.]+) (-?[\d.]+)/);
    const ecart = Math.hypot(rx - x, ry - y);
    if (ecart <= portee && (!meilleur || ecart < meilleur.ecart)) meilleur = { ecart, repere };
  }
  if (meilleur) return meilleur.repere.querySelector("title")?.textContent ?? "";
  const { x: clientX, y: clientY } = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
  const aire = document.elementsFromPoint(clientX, clientY).find((element) => element.localName === "path" && element.querySelector("title"));
  const { lon, lat } = lireDegres({ svg, x, y });
  return aire ? aire.querySelector("title").textContent : `${lon.toFixed(3)} ; ${lat.toFixed(3)}`;
}

equiper();
