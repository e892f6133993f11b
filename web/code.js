// Code with colours and with what changed. The highlighter's tokens become elements, never HTML.

import highlighter from "./vendor/highlight.js";
import bash from "./vendor/bash.min.js";
import ini from "./vendor/ini.min.js";
import json from "./vendor/json.min.js";
import markdown from "./vendor/markdown.min.js";
import python from "./vendor/python.min.js";
import yaml from "./vendor/yaml.min.js";
import { element } from "./dom.js";

const LANGUAGES = { bash, ini, json, markdown, python, yaml };
const ENDINGS = {
  py: "python", toml: "ini", cfg: "ini", yml: "yaml", yaml: "yaml", md: "markdown", sh: "bash",
  sbatch: "bash", json: "json",
};
const LONGEST = 60_000; // characters that get colours

/** Takes the tokens of highlight.js as [scope, text]. */
class Tokens {
  constructor() {
    this.found = [];
    this.scopes = [];
  }
  addText(text) {
    if (text) this.found.push([this.scopes.at(-1), text]);
  }
  openNode(scope) {
    this.scopes.push(scope);
  }
  closeNode() {
    this.scopes.pop();
  }
  startScope(scope) {
    this.openNode(scope);
  }
  endScope() {
    this.closeNode();
  }
  __addSublanguage(other) {
    this.found.push(...other.found);
  }
  finalize() {}
  toHTML() {
    return "";
  }
}

for (const [name, language] of Object.entries(LANGUAGES)) highlighter.registerLanguage(name, language);
highlighter.configure({ __emitter: Tokens });

function tokens(path, text) {
  const language = ENDINGS[path.split(".").at(-1)];
  if (!language || text.length > LONGEST) return [[undefined, text]];
  return highlighter.highlight(text, { language, ignoreIllegals: true })._emitter.found;
}

/** Return the lines of a file, each a list of text and spans. */
export function lines(path, text) {
  const made = [[]];
  for (const [scope, words] of tokens(path, text)) {
    for (const [at, part] of words.split("\n").entries()) {
      if (at > 0) made.push([]);
      if (!part) continue;
      const plain = !scope || scope.startsWith("language:");
      made.at(-1).push(plain ? part : element("span", { class: `t-${scope.split(".")[0]}` }, part));
    }
  }
  if (made.at(-1).length === 0) made.pop();
  return made;
}

/** Return a file as code; `changes` are the runs of lines that the last answer changed. */
export function code(path, text, changes = []) {
  const shown = [];
  const runs = new Map(changes.map((each) => [each.at, each]));
  let fresh = 0;
  const removed = (run) => {
    for (const words of run?.removed ?? []) shown.push(row("del", [words], "removed: "));
  };
  const all = lines(path, text);
  for (const [at, parts] of all.entries()) {
    const run = runs.get(at);
    removed(run);
    if (run) fresh = run.added;
    shown.push(fresh > 0 ? row("ins", parts, "added: ") : row("span", parts));
    fresh -= 1;
  }
  removed(runs.get(all.length));
  return element("code", { dir: "ltr" }, shown);
}

function row(name, parts, spoken) {
  const said = spoken ? element("span", { class: "visually-hidden" }, spoken) : null;
  return element(name, { class: "line" }, said, parts, "\n");
}
