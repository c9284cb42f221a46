// Keeping a département on the device: the page of the département, to be read without connection. Without this file, or
// in a browser that cannot keep pages, the same page is read, printed or saved by hand. Nothing is kept, and no service
// worker is registered, before somebody presses the button. Messages stand in the page, in its language.

const PACKS = "packs";
const bloc = document.querySelector("[data-tl-pack]");
const gardes = document.querySelector("[data-tl-packs]");

function say(texte) {
  bloc.querySelector("[data-tl-pack-message]").textContent = texte;
}

async function isGarde() {
  const cache = await caches.open(PACKS);
  return Boolean(await cache.match(location.pathname, { ignoreVary: true }));
}

async function showEtat() {
  const garde = await isGarde();
  bloc.querySelector("[data-tl-pack-garder]").hidden = garde;
  bloc.querySelector("[data-tl-pack-effacer]").hidden = !garde;
  say(garde ? bloc.dataset.tlGarde : "");
}

async function keepPack() {
  say(bloc.dataset.tlAttente);
  try {
    const reponse = await fetch(location.pathname, { cache: "no-cache" });
    if (!reponse.ok || reponse.redirected) throw new Error(`status ${reponse.status}`);
    const cache = await caches.open(PACKS);
    await cache.put(location.pathname, reponse);
    await navigator.serviceWorker.register(bloc.dataset.tlPack, { scope: "/" });
    await navigator.serviceWorker.ready;
    await showEtat();
  } catch {
    say(bloc.dataset.tlEchec);
  }
}

/** Without any pack left, everything goes: sheets, styles and the service worker itself. */
async function erasePack() {
  const cache = await caches.open(PACKS);
  await cache.delete(location.pathname, { ignoreVary: true });
  if ((await cache.keys()).length === 0) {
    for (const nom of await caches.keys()) await caches.delete(nom);
    const enregistrement = await navigator.serviceWorker.getRegistration("/");
    await enregistrement?.unregister();
  }
  await showEtat();
}

async function listPacks() {
  const cache = await caches.open(PACKS);
  const liste = gardes.querySelector("ul");
  for (const requete of await cache.keys()) {
    const reponse = await cache.match(requete, { ignoreVary: true });
    const lien = document.createElement("a");
    lien.href = new URL(requete.url).pathname;
    lien.textContent = decodeURIComponent(reponse.headers.get("X-Tierslieux-Pack") ?? lien.href);
    const element = document.createElement("li");
    element.append(lien);
    liste.append(element);
  }
  gardes.hidden = liste.children.length === 0;
}

// Pages are only kept on secure sites.
if ("caches" in globalThis && "serviceWorker" in navigator) {
  if (bloc) {
    bloc.querySelector("[data-tl-pack-garder]").addEventListener("click", keepPack);
    bloc.querySelector("[data-tl-pack-effacer]").addEventListener("click", erasePack);
    bloc.hidden = false;
    showEtat();
  }
  if (gardes) listPacks();
}
