// The service worker: keeps what was built, whole or not at all, and serves it first. A new one waits until the page
// says that no form is open; it never takes over by itself.
const scope = self as unknown as ServiceWorkerGlobalScope;
declare const __FILES__: string[];
declare const __VERSION__: string;

const OURS = "fangxian-field-";
const CACHE = `${OURS}${__VERSION__}`;

const fresh = (file: string) => new Request(file, { cache: "no-cache" });

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(__FILES__.map(fresh))));
});

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS) && name !== CACHE).map((name) => caches.delete(name)));
  await scope.clients.claim();
}

scope.addEventListener("activate", (event) => event.waitUntil(dropOlder()));

scope.addEventListener("message", (event) => {
  if (event.data === "take over") void scope.skipWaiting();
});

const isOurPage = (request: Request) => request.mode === "navigate" && request.url.startsWith(scope.registration.scope);

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const found = isOurPage(request) ? await cache.match("./") : await cache.match(request);
  return found ?? fetch(request);
}

/** What the app asks of the server, and what is not the app's, goes its own way. */
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const isFile = request.method === "GET" && request.url.startsWith(scope.registration.scope);
  if (isFile && !request.url.startsWith(`${scope.registration.scope}api/`)) event.respondWith(kept(request));
});
