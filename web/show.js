// What the answers lead to: verdict, picture, parameters, files and code, and the ways out.

import { code } from "./code.js";
import { element } from "./dom.js";
import { picture } from "./picture.js";

/** The verdict, the rule behind it, and what would change it. */
export function verdict(decision) {
  const [api, because] = split(decision.headline);
  return element(
    "section",
    { class: `verdict ${decision.api}`, "aria-label": "Verdict" },
    element("h2", {}, element("span", { class: "api" }, api), element("span", { class: "because" }, because)),
    element("ul", { class: "reasons" }, decision.reasons.map(reason)),
    element(
      "details",
      {},
      element("summary", {}, "What would change it"),
      element("ul", {}, decision.would_change.map((each) => element("li", {}, each))),
    ),
  );
}

function split(headline) {
  const at = headline.indexOf(":");
  return [headline.slice(0, at), headline.slice(at + 1).trim()];
}

const sentence = (text) => text[0].toUpperCase() + text.slice(1);

function reason(each) {
  const way = each.gave_way_to ? ` It gave way to ${each.gave_way_to}.` : "";
  return element(
    "li",
    { class: each.gave_way_to ? "overruled" : "" },
    element("span", { class: "rule" }, each.rule),
    element("span", { class: "force" }, each.force),
    element("p", {}, `${sentence(each.because)}. ${each.sentence}${way}`),
    element("blockquote", {}, element("p", {}, each.passage), element("cite", {}, each.section)),
  );
}

/** What was found in a file; `asked` are the questions about it, `act` is how to begin with it. */
export function found(look, asked, act) {
  const rows = (section) => section.rows.map((row) =>
    element(
      "li",
      {},
      row.name ? element("bdi", { class: "column" }, row.name) : null,
      element("span", {}, row.text, row.notes.map((note) => element("span", { class: "aside" }, ` ${note}.`))),
    ),
  );
  const more = (section) => section.all > section.rows.length ? element("p", { class: "quiet" }, `and ${section.all - section.rows.length} more`) : null;
  return element(
    "section",
    { class: "found", "aria-label": "What was found", tabindex: "-1", id: "found" },
    element("h2", {}, element("bdi", {}, look.title)),
    look.sections.map((each) => [element("h3", {}, each.title), element("ul", { class: "rows" }, rows(each)), more(each)]),
    asked.length ? element("form", { class: "asked", "aria-label": "Questions about it", novalidate: true, onsubmit: (event) => event.preventDefault() }, asked) : null,
    look.decision ? verdict(look.decision) : null,
    act,
  );
}

/** The picture of the model, and the parameters of each part. */
export function model(view, width) {
  const drawn = element("div", { class: "drawn", tabindex: "0", role: "region", "aria-label": "Picture of the model" });
  drawn.append(picture(view.picture, width));
  const rows = view.parameters.map(([name, what, count], at) =>
    element(
      "tr",
      { class: at === view.parameters.length - 1 ? "sum" : "" },
      element("th", { scope: "row" }, name),
      element("td", {}, what),
      element("td", { class: "number" }, count.toLocaleString("en")),
    ),
  );
  return element(
    "section",
    { class: "model", "aria-label": "Model" },
    element("h2", {}, "The model"),
    drawn,
    element(
      "details",
      {},
      element("summary", {}, `${view.parameters.at(-1)[2].toLocaleString("en")} parameters`),
      element("table", {}, element("tbody", {}, rows)),
    ),
  );
}

/** The files as a tree; `choose` gets the path of one. */
export function tree(view, open, choose) {
  const root = {};
  const every = new Set([...Object.keys(view.files), ...Object.keys(view.changed)]);
  for (const path of every) {
    const parts = path.split("/");
    let node = root;
    for (const part of parts.slice(0, -1)) node = node[`${part}/`] ??= {};
    node[parts.at(-1)] = path;
  }
  return element("nav", { class: "tree", "aria-label": "Files" }, branch(root, view.changed, open, choose));
}

function branch(node, changed, open, choose) {
  const names = Object.keys(node).sort((a, b) => a.endsWith("/") - b.endsWith("/") || (a < b ? -1 : 1));
  return element(
    "ul",
    {},
    names.map((name) => {
      const inside = node[name];
      if (typeof inside !== "string") {
        const folder = element("details", { open: true }, element("summary", {}, name));
        folder.append(branch(inside, changed, open, choose));
        return element("li", {}, folder);
      }
      const mark = changed[inside];
      return element(
        "li",
        {},
        element(
          "button",
          {
            type: "button",
            class: `file ${mark ?? ""}`,
            "data-path": inside,
            "aria-current": inside === open ? "true" : undefined,
            disabled: mark === "gone",
            onclick: () => choose(inside),
          },
          element("bdi", {}, name),
          mark ? element("span", { class: "state" }, mark) : null,
        ),
      );
    }),
  );
}

/** One file; with `changes`, as the difference to the answer before. */
export function file(path, text, changes) {
  return element(
    "pre",
    { tabindex: "0", role: "region", "aria-label": `${path}` },
    code(path, text, changes),
  );
}
