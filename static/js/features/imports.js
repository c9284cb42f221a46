// The progress of a job, kept up to date without loading the page again. Without JavaScript, the page reloads itself.

const INTERVALLE_MS = 2000;

async function actualiser() {
  try {
    const reponse = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
    const ici = document.querySelector("[data-tl-avancement]");
    const nouveau = page.querySelector("[data-tl-avancement]");
    if (!nouveau) {
      // The job has ended: the page at this address is another one by now.
      location.reload();
      return;
    }
    ici.replaceWith(document.importNode(nouveau, true));
  } catch {
    // The network or the site is away for a moment: the next turn tells.
  }
  setTimeout(actualiser, INTERVALLE_MS);
}

setTimeout(actualiser, INTERVALLE_MS);
