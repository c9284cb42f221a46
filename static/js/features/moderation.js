// Moderation from the keyboard, and the lock of the proposal that is open. Without this file every button is on the page.

const RENOUVELER_MS = 5 * 60 * 1000;
const CLE_TOUCHES = "tierslieux.moderation.touches";
// Boxes and buttons take no letters.
const SANS_TEXTE = new Set(["checkbox", "radio", "button", "submit"]);

const aide = document.querySelector("[data-tl-touches]");
const dialogue = document.querySelector("[data-tl-dialogue]");
const actives = document.querySelector("[data-tl-actives]");
const lignes = [...document.querySelectorAll("[data-tl-ligne]")];
const proposition = document.querySelector("[data-tl-proposition]");
const verrou = document.querySelector("[data-tl-verrou]");

/** The choice of this device; storage may be refused. */
function readActives() {
  try {
    return localStorage.getItem(CLE_TOUCHES) !== "non";
  } catch {
    return true;
  }
}

function keepActives() {
  try {
    localStorage.setItem(CLE_TOUCHES, actives.checked ? "oui" : "non");
  } catch {
    // The choice then lasts as long as the page.
    actives.dataset.tlActives = "page";
  }
}

function isEcriture(cible) {
  if (cible.isContentEditable) return true;
  if (cible.tagName === "INPUT") return !SANS_TEXTE.has(cible.type);
  return cible.tagName === "TEXTAREA" || cible.tagName === "SELECT";
}

/** The link or the button of this page that a key stands for. */
function press(touche) {
  const cible = document.querySelector(`[data-tl-geste="${touche}"]`);
  cible?.click();
  return cible !== null;
}

function openVolet(touche) {
  const volet = document.querySelector(`[data-tl-volet="${touche}"]`);
  if (!volet) return false;
  volet.open = true;
  volet.querySelector("input:not([type=hidden]), textarea").focus();
  return true;
}

/** In the queue, j and k walk through the proposals; Enter opens one. */
function walk(pas) {
  if (!lignes.length) return false;
  const ici = lignes.indexOf(document.activeElement);
  const suivante = ici < 0 ? (pas > 0 ? 0 : lignes.length - 1) : Math.min(Math.max(ici + pas, 0), lignes.length - 1);
  lignes[suivante].focus();
  return true;
}

const GESTES = {
  j: () => walk(1) || press("j"),
  k: () => walk(-1) || press("k"),
  a: () => press("a"),
  r: () => openVolet("r"),
  q: () => openVolet("q"),
  u: () => press("u"),
  "?": () => {
    dialogue.showModal();
    return true;
  },
};

function obey(evenement) {
  const { key, target, ctrlKey, altKey, metaKey, repeat, defaultPrevented } = evenement;
  if (defaultPrevented || repeat || ctrlKey || altKey || metaKey || dialogue.open || isEcriture(target)) return;
  if (!actives.checked || !Object.hasOwn(GESTES, key)) return;
  if (GESTES[key]()) evenement.preventDefault();
}

async function take() {
  const corps = new URLSearchParams({ csrf_token: proposition.dataset.tlJeton });
  try {
    const reponse = await fetch(proposition.dataset.tlProposition, {
      method: "POST",
      body: corps,
      headers: { Accept: "application/json" },
    });
    const lu = await reponse.json();
    if (!reponse.ok) return;
    verrou.textContent = lu.texte;
    document.querySelector("[data-tl-laisser]").hidden = !lu.prise;
    document.querySelector("[data-tl-prendre]")?.remove();
    // Somebody else has it, or it is decided: asking again changes nothing.
    if (!lu.prise) clearInterval(minuterie);
  } catch {
    // No network: the page says what it said, and what is sent from it will be checked.
    verrou.dataset.tlVerrou = "inconnu";
  }
}

let minuterie = 0;

if (aide) {
  aide.hidden = false;
  actives.checked = readActives();
  actives.addEventListener("change", keepActives);
  document.querySelector("[data-tl-aide]").addEventListener("click", () => dialogue.showModal());
  document.addEventListener("keydown", obey);
}
document.querySelector("[data-tl-alerte]")?.focus();
if (proposition && verrou) {
  minuterie = setInterval(() => document.visibilityState === "visible" && take(), RENOUVELER_MS);
  take();
}
