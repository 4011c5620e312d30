// What a page gains where script runs; every page works without this file.

// Leaving quickly also takes this page out of the back button.
document.addEventListener("click", (event) => {
  const exit = event.target.closest("[data-quick-exit]");
  if (!exit) return;
  event.preventDefault();
  window.location.replace(exit.href);
});

// The back button may bring a page out of memory, with what was closed since: it is hidden there, and asked for anew.
window.addEventListener("pagehide", () => {
  document.documentElement.hidden = true;
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A polled fragment asks only for what is new, and stops asking once the session has ended.
const known = new WeakMap();
const ended = new WeakSet();

document.addEventListener("htmx:configRequest", (event) => {
  const etag = known.get(event.detail.elt);
  if (etag) event.detail.headers["If-None-Match"] = etag;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (ended.has(event.detail.elt) || document.hidden) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (!elt.matches("[data-signed-out]")) return;
  if (xhr.status === 401) {
    ended.add(elt);
    elt.textContent = elt.dataset.signedOut;
    return;
  }
  const etag = xhr.getResponseHeader("ETag");
  if (etag) known.set(elt, etag);
});
