// "Autour de moi": adds the device's position to the address of the link. Without this file, the link leads to its page
// as it is, which asks where; its attribute names the field to fill in instead. The position is rounded to about 100 m
// before it leaves the browser, and is sent to this site only.

const DECIMALES = 3;
const ATTENTE_MS = 10_000;
// GeolocationPositionError: the person refused; otherwise, no position was found, or not in time.
const REFUS = 1;

function goTo(lien, { longitude, latitude }) {
  // The link's own page and what was already chosen stay.
  const url = new URL(lien.href);
  url.hash = "";
  url.searchParams.set("lon", longitude.toFixed(DECIMALES));
  url.searchParams.set("lat", latitude.toFixed(DECIMALES));
  location.assign(url);
}

for (const lien of document.querySelectorAll("[data-tl-autour]")) {
  const message = document.querySelector("[data-tl-autour-message]");
  if (!("geolocation" in navigator)) continue;
  lien.addEventListener("click", (evenement) => {
    evenement.preventDefault();
    message.textContent = message.dataset.tlAttente;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => goTo(lien, coords),
      (erreur) => {
        message.textContent = erreur.code === REFUS ? message.dataset.tlRefus : message.dataset.tlEchec;
        document.getElementById(lien.dataset.tlAutour || "q")?.focus();
      },
      { timeout: ATTENTE_MS, maximumAge: 60_000 },
    );
  });
}
