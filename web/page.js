// The page: a state, and what the engine says of it. A state is the tables of a spec; before there are
// any, it is what was dropped and the answers to what is asked about it.

import { Questions } from "./ask.js";
import { announce, byId, element } from "./dom.js";
import { chosen, dropped } from "./drop.js";
import { Engine, script } from "./engine.js";
import * as show from "./show.js";

const MOST_STEPS = 100; // answers that can be taken back
const MARGIN = 42; // pixels around the picture

const engine = new Engine(progress);
const questions = new Questions(byId("ask"), (request) => change(request));
const page = { view: null, open: "", changes: [], steps: [], at: -1, problems: [], forms: null, look: null };

// === Loading ===

function progress(said) {
  const place = byId("engine");
  if (said.ready) place.replaceChildren();
  else if (said.failed) place.replaceChildren(`The page cannot start: ${said.failed}`);
  else place.replaceChildren(`${said.stage} …`, element("progress", { max: 1, value: said.part, "aria-label": "Loading" }));
  if (said.ready) document.documentElement.dataset.resumed = said.resumed;
  document.documentElement.dataset.engine = said.ready ? "ready" : said.failed ? "failed" : "loading";
}

async function ways() {
  const catalogue = await (await fetch("catalogue.json")).json();
  const recipe = (each) =>
    element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "recipe", "data-recipe": each.name, onclick: () => begin({ recipe: each.name }) },
        element("span", { class: "name" }, each.name),
        element("span", { class: `badge ${each.api}` }, each.api),
        element("span", { class: "title" }, each.title),
      ),
    );
  byId("ways").replaceChildren(
    element("h2", {}, "Begin with a model of your own"),
    element(
      "button",
      { type: "button", class: "primary", id: "own", onclick: () => begin({}) },
      "Say what goes in and what comes out",
    ),
    element("h2", {}, "Or with a file"),
    element(
      "p",
      { class: "quiet" },
      "Drop it anywhere on this page: a table (CSV, TSV, Parquet), a folder with a folder of images for each ",
      "class, a saved model (.keras, .h5), code of a model, or a kerasmith.toml. It is read here and sent nowhere.",
    ),
    element("div", { class: "buttons" }, field("file", "Choose a file", {}), field("folder", "Choose a folder", { webkitdirectory: true })),
    element("div", { id: "looked" }),
    element("h2", {}, "Or with a recipe"),
    element("ul", { class: "recipes" }, catalogue.recipes.map(recipe)),
  );
}

function field(id, text, more) {
  const input = element("input", { type: "file", id, class: "visually-hidden", ...more, onchange: pick });
  function pick() {
    take(chosen(input));
    input.value = ""; // so that the same file can be chosen again
  }
  return element("span", { class: "choose" }, input, element("label", { for: id }, text));
}

// === What is dropped ===

/** Look into what came in, and show what was found. */
function take(drop) {
  if (!drop) return turn;
  return inTurn(async () => {
    toBeginning();
    byId("looked").replaceChildren(element("p", { class: "quiet", role: "status" }, `Looking into ${drop.path} …`));
    if (drop.others) notice([{ what: `Of what was dropped, ${drop.path} is looked into: one file, or one folder.` }]);
    const look = await lookInto({ drop, answers: {} });
    if (look.refused) return byId("looked").replaceChildren(...look.refused.map((each) => questions.problem(each)));
    [page.steps, page.at] = [[], -1];
    keep({ drop, answers: {} });
    showLook(look);
    byId("found").focus();
    announce(look.title);
  });
}

/** Return what was dropped and what was answered about it, for the engine; null where nothing was. */
function about() {
  const { drop, answers } = page.steps[page.at];
  return drop ? { path: drop.path, answers } : null;
}

const lookInto = ({ drop, answers }) => engine.ask({ do: "look_into", path: drop.path, answers, cut: drop.cut }, drop);

/** Answer a question about what was dropped. */
function reply(id, answer) {
  return inTurn(async () => {
    const { drop, answers } = page.steps[page.at];
    const then = { drop, answers: { ...answers, [id]: answer } };
    const look = await lookInto(then);
    notice(look.refused ?? []);
    if (look.refused) return showLook(page.look);
    keep(then);
    showLook(look);
    announce(look.decision?.headline ?? look.title);
  });
}

/** Show what was found, with the questions about it; the focus stays where it is. */
function showLook(look) {
  page.look = look;
  const focused = document.activeElement?.id;
  const asked = look.questions.map((each) => questions.question(each, each.problems, (answer) => reply(each.id, answer)));
  const go = look.tables && element("button", { type: "button", class: "primary", id: "begin-with", onclick: beginWithLook }, "Begin a project with it");
  byId("looked").replaceChildren(show.found(look, asked, [...look.problems.map((each) => questions.problem(each)), go].filter(Boolean)));
  if (focused) byId(focused)?.focus();
  waysBack();
}

/** Begin with what was found, once what was answered before has been heard. */
function beginWithLook() {
  return inTurn(() => {
    const { tables } = page.look;
    if (tables) void begin({ do: "begin", tables }); // in a turn of its own
  });
}

// === From answer to view ===

let turn = Promise.resolve();

/** Run one request after the other, each on the state that the one before led to. */
function inTurn(task) {
  turn = turn.then(task).catch((error) => notice([{ what: String(error.message ?? error) }]));
  return turn;
}

function begin(from) {
  return inTurn(async () => {
    byId("begin").classList.add("waiting");
    const view = (await prepared(from)) ?? (await engine.ask({ do: "start", ...from }));
    byId("begin").classList.remove("waiting");
    if (view.refused) return notice(view.refused);
    if (!from.do) [page.steps, page.at] = [[], -1]; // else undo leads back to what was dropped
    page.open = view.open ?? "";
    await arrive(view);
    byId("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  });
}

/** Return what the engine says first of a recipe, made with the page, while the engine is loading. */
async function prepared(from) {
  if (document.documentElement.dataset.engine === "ready" || from.fragment || from.do) return null;
  const found = await fetch(`begin/${from.recipe ?? "_own"}.json`);
  return found.ok ? found.json() : null;
}

function change(request) {
  return inTurn(async () => {
    const began = performance.now();
    const view = await engine.ask({ ...request, tables: page.view.tables });
    if (view.refused) {
      const asked = page.view.groups.flatMap((group) => group.questions);
      if (!asked.some((each) => each.id === request.id)) return notice(view.refused);
      page.problems = view.refused.map((each) => ({ ...each, at: request.id }));
      questions.show(page.view, [...page.view.problems, ...page.problems]);
      return;
    }
    await arrive(view);
    document.documentElement.dataset.took = Math.round(performance.now() - began);
  });
}

async function arrive(view) {
  notice(view.note ? [{ what: view.note }] : []);
  const before = page.steps[page.at];
  keep({ ...before, tables: view.tables });
  await draw(view, before?.tables);
}

/** Keep a state behind the one of now, from which undo leads back. */
function keep(step) {
  page.steps = [...page.steps.slice(0, page.at + 1), step].slice(-MOST_STEPS);
  page.at = page.steps.length - 1;
}

/** Go to a state that was there before, or will be again. */
function step(by) {
  return inTurn(async () => {
    const [now, then] = [page.steps[page.at], page.steps[page.at + by]];
    if (!then) return;
    const view = await (then.tables ? engine.ask({ do: "show", tables: then.tables, before: now.tables }) : lookInto(then));
    if (view.refused) return notice(view.refused);
    page.at += by;
    notice([]);
    if (then.tables) return draw(view, now.tables);
    toBeginning();
    showLook(view);
  });
}

function waysBack() {
  byId("steps").hidden = false;
  byId("undo").disabled = page.at <= 0;
  byId("redo").disabled = page.at >= page.steps.length - 1;
}

async function draw(view, before) {
  page.view = view;
  page.problems = [];
  page.forms = null;
  byId("begin").hidden = true;
  byId("work").hidden = false;
  waysBack();
  questions.show(view, view.problems);
  if (view.files && !(page.open in view.files)) page.open = view.open;
  page.changes = [];
  if (before && view.changed?.[page.open] === "changed") {
    const request = { do: "difference", tables: view.tables, before, path: page.open };
    page.changes = (await engine.ask(request)).lines ?? [];
  }
  page.before = before;
  const { drop } = page.steps[page.at];
  if (drop && view.files) {
    const { command } = await engine.ask({ do: "command", tables: view.tables, drop: about() }, drop);
    view.command = command ?? view.command;
  }
  result();
  const { dataset } = document.documentElement;
  dataset.shown = Number(dataset.shown ?? 0) + 1;
  byId("strip").hidden = !view.decision;
  if (!view.decision) return;
  byId("strip").textContent = view.decision.headline;
  byId("strip").className = view.decision.api;
  history.replaceState(null, "", `#${view.fragment}`);
  announce(view.decision.headline);
}

// === What the answers lead to ===

function result() {
  const { view } = page;
  const place = byId("result");
  const loose = view.problems.filter((each) => !each.at);
  const wrong = loose.map((each) => questions.problem(each));
  if (!view.files) {
    const text = "These answers do not fit together yet; what is wrong is beside them.";
    place.replaceChildren(element("p", { class: "note", role: "alert" }, text), ...wrong);
    return;
  }
  const said = element("div", { class: "said" }, show.verdict(view.decision));
  place.replaceChildren(
    said,
    element("section", { class: "files", "aria-label": "Project" }, outs(), ...files()),
  );
  said.append(show.model(view, said.clientWidth - MARGIN));
}

function files() {
  const { view, open } = page;
  const changed = Object.keys(view.changed).length;
  const said = changed ? `The last answer changed ${changed} of ${Object.keys(view.files).length} files.` : "";
  const title = element(
    "div",
    { class: "title" },
    element("h3", {}, element("bdi", {}, page.forms ? "Both forms" : open)),
    view.both_forms
      ? element("button", { type: "button", id: "forms", "aria-pressed": String(page.forms !== null), onclick: both }, "Sequential and Functional side by side")
      : null,
    element("button", { type: "button", id: "copy-code", onclick: () => copy(view.files[open], "The file") }, "Copy"),
  );
  const body = page.forms
    ? element("div", { class: "forms" }, Object.entries(page.forms).map(([api, text]) => element("div", {}, element("h4", {}, api), show.file(open, text))))
    : show.file(open, view.files[open], page.changes);
  return [
    element("p", { class: "quiet changed", id: "changed" }, said),
    element("div", { class: "browse" }, show.tree(view, open, choose), element("div", { class: "open" }, title, body)),
  ];
}

function choose(path) {
  return inTurn(async () => {
    page.open = path;
    page.forms = null;
    page.changes = [];
    if (page.before && page.view.changed[path] === "changed") {
      const { view, before } = page;
      page.changes = (await engine.ask({ do: "difference", tables: view.tables, before, path })).lines;
    }
    result();
    document.querySelector(`[data-path="${CSS.escape(path)}"]`)?.focus();
  });
}

function both() {
  return inTurn(async () => {
    page.forms = page.forms ? null : await engine.ask({ do: "forms", tables: page.view.tables });
    result();
    byId("forms").focus();
  });
}

// === Ways out ===

function outs() {
  const { view } = page;
  const button = (id, text, does, kind = "") => element("button", { type: "button", id, class: kind, onclick: does }, text);
  return element(
    "div",
    { class: "outs" },
    element("h2", {}, "The project"),
    element(
      "div",
      { class: "buttons" },
      button("zip", "Download ZIP", zip, "primary"),
      button("copy-link", "Copy link", () => copy(location.href, "The link")),
      button("copy-command", "Copy command", () => copy(view.command, "The command")),
      button("spec", `Save ${view.spec_file}`, () => save(view.spec_file, [view.files[view.spec_file]])),
    ),
    element("pre", { class: "command", tabindex: "0", role: "region", "aria-label": "Command" }, element("code", { dir: "ltr" }, view.command)),
  );
}

function zip() {
  return inTurn(async () => {
    const made = await engine.ask({ do: "zipped", tables: page.view.tables, drop: about() }, page.steps[page.at].drop);
    if (made.refused) return notice(made.refused);
    save(made.name, [Uint8Array.from(atob(made.content), (each) => each.charCodeAt(0))]);
  });
}

function save(name, parts) {
  const address = URL.createObjectURL(new Blob(parts, { type: "application/octet-stream" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} was copied.`);
  } catch {
    announce("The browser did not allow to copy.");
  }
}

function notice(problems) {
  byId("notice").replaceChildren(...problems.map((each) => questions.problem({ why: "", try: "", ...each })));
  byId("notice").classList.toggle("shown", problems.length > 0);
}

// === Beginning ===

/** Go where the address says, once what is under way has been drawn. */
function fromAddress() {
  return inTurn(() => {
    const fragment = location.hash.slice(1);
    if (fragment) return void begin({ fragment }); // in a turn of its own
    toBeginning();
    byId("looked").replaceChildren();
    return notice([]);
  });
}

function toBeginning() {
  byId("begin").hidden = false;
  byId("work").hidden = true;
  byId("steps").hidden = true;
  byId("strip").hidden = true;
}

addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("dropping");
});
addEventListener("dragleave", (event) => event.relatedTarget ?? document.body.classList.remove("dropping"));
addEventListener("drop", (event) => {
  document.body.classList.remove("dropping");
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  dropped(event.dataTransfer).then(take, (error) => notice([{ what: String(error.message ?? error) }]));
});
byId("undo").addEventListener("click", () => step(-1));
byId("redo").addEventListener("click", () => step(1));
byId("restart").addEventListener("click", () => {
  history.replaceState(null, "", location.pathname + location.search);
  fromAddress();
});
byId("strip").addEventListener("click", () => byId("result").scrollIntoView());
byId("ask").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", fromAddress);
addEventListener("resize", () => {
  clearTimeout(page.resizing);
  page.resizing = setTimeout(() => page.view && result(), 150);
});

await ways();
fromAddress();
if ("serviceWorker" in navigator && isSecureContext) {
  await navigator.serviceWorker.register(script("offline.js"));
  await navigator.serviceWorker.ready;
  document.documentElement.dataset.offline = "ready";
  await engine.keep();
  document.documentElement.dataset.kept = "true";
}
