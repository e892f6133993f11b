// Python's memory, once kerasmith had started: it is kept beside the page's files, so that the next
// visit goes on from there. BUILD is put above by tools/web.py.

const WHERE = { cacheName: `kerasmith-${BUILD}` };
const KEPT = new URL(`memory?${encodeURIComponent(navigator.userAgent)}`, import.meta.url).href;
const MARGIN = 65_536; // bytes of a snapshot that are not memory, at the most

/** Return what was kept by this browser; null where nothing was. */
export async function remembered() {
  const found = await globalThis.caches?.match(KEPT, WHERE);
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

/** Keep it, where the page's files are kept. */
export async function remember(memory) {
  if (!(await caches.has(WHERE.cacheName))) return;
  const cache = await caches.open(WHERE.cacheName);
  await cache.put(KEPT, new Response(memory));
}

/** Forget it: something was wrong with it. */
export async function forget() {
  if (!(await globalThis.caches?.has(WHERE.cacheName))) return;
  await (await caches.open(WHERE.cacheName)).delete(KEPT);
}

/** Make room for what was kept, before Python begins. */
export function makeRoom(module, memory) {
  if (memory.length > module.HEAP8.length + MARGIN) module.growMemory(memory.length);
}
