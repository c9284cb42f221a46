// Answers without connection: packs that people chose (hors-connexion.js registers this then), sheets seen since.
const COQUILLE = "coquille-{{ version }}";
const PACKS = "packs";
const FICHES = "fiches";
const FICHES_MAX = 40;
const FICHIERS = {{ coquille|tojson }};
const SECOURS = {{ secours|tojson }};
const PACK = /\/hors-connexion\/[0-9A-Z]{2,3}$/;
const FICHE = /\/lieux\/[\w-]+(\/telephoner)?$/;

self.addEventListener("install", (evenement) => {
  const garder = async () => {
    const cache = await caches.open(COQUILLE);
    await cache.addAll([...FICHIERS, ...Object.values(SECOURS)]);
    await self.skipWaiting();
  };
  evenement.waitUntil(garder());
});

self.addEventListener("activate", (evenement) => {
  const ranger = async () => {
    const anciennes = (await caches.keys()).filter((nom) => nom.startsWith("coquille-") && nom !== COQUILLE);
    await Promise.all(anciennes.map((nom) => caches.delete(nom)));
    await self.clients.claim();
  };
  evenement.waitUntil(ranger());
});

async function keep(requete, reponse) {
  const { pathname, search } = new URL(requete.url);
  if (!reponse.ok || reponse.redirected || search) return;
  if (PACK.test(pathname)) {
    const cache = await caches.open(PACKS);
    if (await cache.match(requete, { ignoreVary: true })) await cache.put(requete, reponse);
  } else if (FICHE.test(pathname)) {
    const cache = await caches.open(FICHES);
    await cache.put(requete, reponse);
    const vues = await cache.keys();
    await Promise.all(vues.slice(0, -FICHES_MAX).map((ancienne) => cache.delete(ancienne)));
  }
}

async function answerPage(evenement) {
  const requete = evenement.request;
  try {
    const reponse = await fetch(requete);
    evenement.waitUntil(keep(requete, reponse.clone()));
    return reponse;
  } catch {
    const [, premier] = new URL(requete.url).pathname.split("/");
    const secours = SECOURS[premier] ?? SECOURS[""];
    return (await caches.match(requete, { ignoreVary: true })) ?? caches.match(secours, { ignoreVary: true });
  }
}

async function answerFichier(requete) {
  const exact = await caches.match(requete, { ignoreVary: true });
  if (exact) return exact;
  try {
    return await fetch(requete);
  } catch (erreur) {
    // A sheet kept before an update names its styles by their former digest.
    const proche = await caches.match(requete, { ignoreSearch: true, ignoreVary: true });
    if (proche) return proche;
    throw erreur;
  }
}

self.addEventListener("fetch", (evenement) => {
  const { request: requete } = evenement;
  const url = new URL(requete.url);
  if (requete.method !== "GET" || url.origin !== self.location.origin) return;
  if (requete.mode === "navigate") evenement.respondWith(answerPage(evenement));
  else if (url.pathname.startsWith("/static/")) evenement.respondWith(answerFichier(requete));
});
