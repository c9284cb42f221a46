// "Autour de moi": turns the link into a search around the device's position. Without this file, the link leads to the
// search page, which asks where. The position is rounded to about 100 m before it leaves the browser, and is sent to this
// site only.

const DECIMALES = 3;
const ATTENTE_MS = 10_000;
const MESSAGES = {
  1: "Vous avez refusé de donner votre position. Tapez plutôt le nom de votre commune.",
  2: "Votre appareil ne trouve pas sa position. Tapez plutôt le nom de votre commune.",
  3: "Votre appareil met trop de temps à trouver sa position. Tapez plutôt le nom de votre commune.",
};

function goTo(lien, { longitude, latitude }) {
  const url = new URL("/recherche", location.href);
  // The need that was already chosen stays.
  for (const [nom, valeur] of new URL(lien.href).searchParams) url.searchParams.set(nom, valeur);
  url.searchParams.set("lon", longitude.toFixed(DECIMALES));
  url.searchParams.set("lat", latitude.toFixed(DECIMALES));
  location.assign(url);
}

for (const lien of document.querySelectorAll("[data-tl-autour]")) {
  const message = document.querySelector("[data-tl-autour-message]");
  if (!("geolocation" in navigator)) continue;
  lien.addEventListener("click", (evenement) => {
    evenement.preventDefault();
    message.textContent = "Nous cherchons où vous êtes…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => goTo(lien, coords),
      (erreur) => {
        message.textContent = MESSAGES[erreur.code];
        document.getElementById("q")?.focus();
      },
      { timeout: ATTENTE_MS, maximumAge: 60_000 },
    );
  });
}
