// Keeps what is typed in a form, in this browser only, until its thank-you page is seen; 30 days at most. Without this
// file, forms work as they are. The words are those of the page: components/brouillon.html.

const PREFIXE = "tl-brouillon:";
const TRENTE_JOURS_MS = 2_592_000_000;
const IGNORES = new Set(["hidden", "password", "file", "submit", "button"]);

/** Do it unless the browser keeps nothing: private windows, full or refused storage. */
function store(faire) {
  try {
    return faire(localStorage);
  } catch {
    return null;
  }
}

const isCase = (champ) => champ.type === "checkbox" || champ.type === "radio";
const read = (champ) => (isCase(champ) ? champ.checked : champ.value);

function listChamps(formulaire) {
  return [...formulaire.elements].filter(
    (champ) => champ.name && "value" in champ && !IGNORES.has(champ.type) && !champ.closest("[data-tl-sans-brouillon]"),
  );
}

function fill(champs, gardes) {
  let estChange = false;
  champs.forEach((champ, rang) => {
    const garde = gardes[rang];
    if (garde?.[0] !== champ.name || garde[1] === read(champ)) return;
    if (isCase(champ)) champ.checked = garde[1];
    else champ.value = garde[1];
    estChange = true;
    champ.dispatchEvent(new Event("change", { bubbles: true }));
  });
  return estChange;
}

function follow(formulaire) {
  const cle = PREFIXE + formulaire.dataset.tlBrouillon;
  const annonce = formulaire.querySelector("[data-tl-retrouve]");
  const bouton = formulaire.querySelector("[data-tl-effacer]");
  // Nothing is kept that cannot be erased.
  if (!annonce || !bouton) return;
  const garde = store((stockage) => JSON.parse(stockage.getItem(cle)));
  if (garde && Date.now() - garde.le < TRENTE_JOURS_MS) {
    if (fill(listChamps(formulaire), garde.champs)) annonce.textContent = annonce.dataset.tlRetrouve;
    bouton.parentElement.hidden = false;
  } else store((stockage) => stockage.removeItem(cle));
  formulaire.addEventListener("input", () => {
    const champs = listChamps(formulaire).map((champ) => [champ.name, read(champ)]);
    store((stockage) => stockage.setItem(cle, JSON.stringify({ le: Date.now(), champs })));
    bouton.parentElement.hidden = false;
  });
  bouton.addEventListener("click", () => {
    store((stockage) => stockage.removeItem(cle));
    formulaire.reset();
    annonce.textContent = "";
    bouton.parentElement.hidden = true;
    listChamps(formulaire)[0]?.focus();
  });
}

for (const fin of document.querySelectorAll("[data-tl-brouillon-fini]")) {
  store((stockage) => stockage.removeItem(PREFIXE + fin.dataset.tlBrouillonFini));
}
for (const formulaire of document.querySelectorAll("form[data-tl-brouillon]")) follow(formulaire);
