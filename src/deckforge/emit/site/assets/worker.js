/* The site offline. The shell (the pages where studying begins, and what they load) is kept when the worker is installed;
   other pages and pictures are kept as they are opened. A page comes from the network where there is one, and from what
   was kept where there is none; what a page loads comes from what was kept, and is fetched where it was not. */
"use strict";
const VERSION = "VERSION";
const SHELL = ["SHELL"];
const KEPT = "deckforge-shell-" + VERSION + "-" + self.registration.scope;
const OPENED = "deckforge-opened-" + VERSION + "-" + self.registration.scope;

self.addEventListener("install", (event) => {
  const keep = (cache) => cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload" })));
  event.waitUntil(caches.open(KEPT).then(keep).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const ours = (name) => name.startsWith("deckforge-") && name.endsWith("-" + self.registration.scope);
  const old = (names) => names.filter((name) => ours(name) && name !== KEPT && name !== OPENED);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim())
  );
});

async function kept(request) {
  return (await caches.match(request, { cacheName: KEPT, ignoreSearch: true })) ||
    caches.match(request, { cacheName: OPENED, ignoreSearch: true });
}

async function fetched(request) {
  const response = await fetch(request);
  if (response.ok && response.type === "basic" && response.status === 200) {
    const cache = await caches.open(OPENED);
    await cache.put(request, response.clone()).catch(() => {}); // no room left: the page is shown all the same
  }
  return response;
}

async function page(request) {
  try {
    return await fetched(request);
  } catch (error) {
    const found = (await kept(request)) || (await kept(new URL("./", self.registration.scope).href));
    if (found) return found;
    throw error;
  }
}

async function part(request) {
  return (await kept(request)) || fetched(request);
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope) || request.headers.has("range")) return;
  const wantsPage = request.mode === "navigate" || /\/(\?.*)?$/.test(request.url) || request.url.endsWith("/sitemap.xml");
  event.respondWith(wantsPage ? page(request) : part(request));
});
