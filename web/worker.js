// Python, with the engine in it. It gets requests as JSON, and answers with JSON.

import { forget, makeRoom, remember, remembered } from "./memory.js";
import { unpack } from "./unpack.js";
import createModule from "./vendor/pyodide.asm.mjs";
import { loadPyodide } from "./vendor/pyodide.mjs";

const tell = (stage, part) => postMessage({ stage, part });
const here = (name) => new URL(name, import.meta.url);
const ask = (engine, request) => JSON.parse(engine.call(JSON.stringify(request)));
const START = { do: "start" };

/** Go on from what an earlier visit kept; where that does not work, begin. */
async function load() {
  tell("Loading Python", 0.1);
  const files = unpack(here("engine.pack"));
  try {
    const memory = await remembered();
    if (memory) return await goOn(await files, memory);
  } catch {
    await forget();
  }
  return begin(await files);
}

async function goOn(files, memory) {
  const python = await start(files, { _loadSnapshot: memory }, memory);
  const engine = python.pyimport("kerasmith.web.engine");
  ask(engine, START); // works, or is not gone on from
  return { python, engine, kept: undefined };
}

async function begin(files) {
  const python = await start(files, { _makeSnapshot: true });
  tell("Starting kerasmith", 0.6);
  const engine = python.pyimport("kerasmith.web.engine");
  tell("Warming up", 0.9);
  ask(engine, START);
  return { python, engine, kept: snapshot(python) };
}

function snapshot(python) {
  if (!globalThis.caches) return null;
  for (const name of Object.keys(python.loadedPackages)) delete python.loadedPackages[name];
  return python.makeMemorySnapshot();
}

function start(files, more, memory) {
  return loadPyodide({
    indexURL: here("vendor/").href,
    env: { PYTHONDONTWRITEBYTECODE: "1" },
    stdout: () => {},
    stderr: () => {},
    createPyodideModule: (settings) => {
      settings.preRun.push((module) => prepare(module, files, memory));
      return createModule(settings);
    },
    ...more,
  });
}

async function prepare(module, files, memory) {
  module.addRunDependency("engine");
  try {
    if (memory) makeRoom(module, memory);
    for (const [name, content] of files) await put(module, `${module.API.sitePackages}/${name}`, content);
  } finally {
    module.removeRunDependency("engine");
  }
}

/** Put a file in place; what is compiled is loaded before Python begins: always to one address. */
async function put(module, path, content) {
  module.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  module.FS.writeFile(path, content, { canOwn: true });
  if (!path.endsWith(".so")) return;
  const how = { loadAsync: true, nodelete: true };
  const exports = await module.loadWebAssemblyModule(content, how, path, {});
  Object.assign(module.newDSO(path, undefined, exports), { global: false });
}

// === What was dropped ===

const DROPPED = "/dropped";
let mounted = 0;

/** Show files to Python without a copy: what is read of them is read where they are. */
async function mount({ python, engine }, { token, files }) {
  if (token === mounted) return;
  const { FS } = python;
  if (mounted) {
    FS.chdir("/");
    FS.unmount(DROPPED);
  }
  FS.mkdirTree(DROPPED);
  const blobs = files.map(({ name, file }) => ({ name, data: file }));
  FS.mount(FS.filesystems.WORKERFS, { blobs }, DROPPED);
  FS.chdir(DROPPED);
  mounted = token;
  const { small } = ask(engine, { do: "arrived", path: files[0].name });
  if (files.length !== 1 || !small) return;
  const { readHere } = await import("./readers.js");
  const read = await readHere(files[0].file);
  if (read) ask(engine, { do: "give", path: files[0].name, ...read });
}

const loaded = load();
let turn = loaded.then(
  ({ kept }) => postMessage({ ready: true, resumed: kept === undefined }),
  (error) => postMessage({ failed: String(error?.message ?? error) }),
);

addEventListener("message", ({ data }) => {
  turn = turn.then(() => (data.keep ? keep() : hear(data)));
});

/** Look at images that the engine asks for, and tell it what is seen. */
async function look({ engine }, { files }, wanted) {
  const { seen } = await import("./images.js");
  const known = new Map(files.map(({ name, file }) => [name, file]));
  const found = await seen(wanted.map((path) => known.get(path)));
  ask(engine, { do: "see", images: Object.fromEntries(wanted.map((path, at) => [path, found[at]])) });
}

/** Keep the memory for the next visit; where there is no room for it, that one begins as this one. */
async function keep() {
  const found = await loaded;
  const memory = found.kept;
  found.kept = null;
  const done = () => postMessage({ kept: true });
  if (memory) remember(memory).then(done, done);
  else done();
}

async function hear({ number, request, drop }) {
  try {
    const found = await loaded;
    if (drop) await mount(found, drop);
    let answer = JSON.parse(found.engine.call(request));
    if (answer.images) {
      await look(found, drop, answer.images);
      answer = JSON.parse(found.engine.call(request));
    }
    postMessage({ number, answer });
  } catch (error) {
    await forget();
    postMessage({ broken: String(error?.message ?? error).slice(0, 200) });
  }
}
