// The files of the engine, which tools/web.py packs into one.

/** Return the files of a pack, as [name, bytes]. */
export async function unpack(address) {
  const found = await fetch(address);
  if (!found.ok) throw new Error(`${address.pathname.split("/").at(-1)}: ${found.status}`);
  const content = found.body.pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(content).arrayBuffer());
  const head = bytes.indexOf(10); // a line of JSON says names and sizes
  let at = head + 1;
  return JSON.parse(new TextDecoder().decode(bytes.subarray(0, head))).map(([name, size]) => {
    at += size;
    return [name, bytes.subarray(at - size, at)];
  });
}
