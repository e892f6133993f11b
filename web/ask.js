// The questions, as the engine puts them: text, choices, or a list to tick. What they are about is
// not known here.

import { element, safeId } from "./dom.js";

const at = (problems, asked) => problems.filter((each) => each.at === asked.id);
const FEW = 4; // choices that are shown side by side; more of them become a list

export class Questions {
  /** `hear` gets `{do: "answer", id, answer}` and `{do: "act", id}`. */
  constructor(place, hear) {
    this.place = place;
    this.hear = hear;
    this.drawn = new Map(); // group id -> [JSON, element]
    this.dragged = null;
  }

  /** Show the groups; those that are as they were stay where they are, and so does the focus. */
  show(view, problems) {
    const focused = document.activeElement?.id;
    const cards = view.groups.map((group) => this.group(group, problems));
    const sections = [];
    for (const [at, group] of view.groups.entries()) {
      if (sections.at(-1)?.name !== group.section) {
        sections.push({ name: group.section, cards: [] });
      }
      sections.at(-1).cards.push(cards[at]);
    }
    const shown = sections.map(({ name, cards }) => {
      const more = view.additions.filter((each) => each.id.startsWith(`${name}.`));
      return element(
        "section",
        { class: `group of-${name}`, "aria-label": `Questions: ${name}` },
        element("h2", {}, name[0].toUpperCase() + name.slice(1)),
        element("div", { class: "cards" }, cards),
        more.map((each) => this.action(each, "add")),
      );
    });
    const known = new Set(view.groups.map((each) => each.id));
    for (const id of this.drawn.keys()) if (!known.has(id)) this.drawn.delete(id);
    this.place.replaceChildren(...shown);
    if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  }

  group(group, problems) {
    const own = problems.filter((each) => group.questions.some((asked) => asked.id === each.at));
    const key = JSON.stringify([group, own]);
    const before = this.drawn.get(group.id);
    if (before?.[0] === key) return before[1];
    const open = [...(before?.[1].querySelectorAll("details[open]") ?? [])].map((each) => each.id);
    const joins = Object.keys(group.joins).length > 0;
    const handle = joins
      ? element("span", {
          class: "handle",
          draggable: "true",
          title: "Drag onto another input to read both by the same layers",
          "aria-hidden": "true",
          ondragstart: (event) => this.drag(event, group),
          ondragend: () => this.drop(null),
        })
      : null;
    const card = element(
      "fieldset",
      { class: "card", id: `card-${safeId(group.id)}` },
      element("legend", group.title ? {} : { class: "visually-hidden" }, handle, element("bdi", {}, group.title || group.section)),
      group.questions.filter((asked) => !asked.fold).map((asked) => this.question(asked, at(own, asked))),
      this.folds(group, own),
      group.actions.map((each) => this.action(each, "remove")),
    );
    card.addEventListener("dragover", (event) => this.over(event, group.id, card));
    card.addEventListener("dragleave", () => card.classList.remove("target"));
    card.addEventListener("drop", (event) => {
      event.preventDefault();
      this.drop(group.id);
    });
    for (const id of open) card.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    this.drawn.set(group.id, [key, card]);
    return card;
  }

  /** The questions that are folded away under a heading; open where something is wrong in it. */
  folds(group, problems) {
    const headings = [...new Set(group.questions.map((asked) => asked.fold))].filter(Boolean);
    return headings.map((heading, number) => {
      const members = group.questions.filter((asked) => asked.fold === heading);
      const open = members.some((asked) => at(problems, asked).length);
      return element(
        "details",
        { class: "fold", id: `more-${safeId(group.id)}-${number}`, open },
        element("summary", {}, heading),
        members.map((asked) => this.question(asked, at(problems, asked))),
      );
    });
  }

  action(action, what) {
    return element(
      "button",
      {
        type: "button",
        class: `action ${what}`,
        id: `do-${safeId(action.id)}`,
        onclick: () => this.hear({ do: "act", id: action.id }),
      },
      action.label,
    );
  }

  // === One question ===

  /** A question of a card; or one by itself, whose answer of now is what was typed: `hear` gets the next. */
  question(asked, problems, hear) {
    const id = `ask-${safeId(asked.id)}`;
    const notes = problems.map((problem, number) => this.problem(problem, `${id}-wrong-${number}`));
    const describedBy = [...notes.map((each) => each.id), `${id}-help`].join(" ");
    const ask = { asked, id, describedBy, wrong: problems.length > 0, alone: Boolean(hear) };
    const answer = hear ?? ((value) => this.hear({ do: "answer", id: asked.id, answer: value }));
    if (asked.several) return this.list(ask, notes, answer);
    if (!asked.choices.length) return this.text(ask, notes, answer);
    return asked.choices.length <= FEW ? this.side(ask, notes, answer) : this.menu(ask, notes, answer);
  }

  problem(problem, id) {
    return element(
      "p",
      { class: "wrong", id, role: "alert" },
      element("strong", {}, problem.what),
      problem.why ? ` ${problem.why}` : "",
      problem.try ? element("span", { class: "try" }, " Try: ", element("bdi", {}, problem.try)) : null,
    );
  }

  text({ asked, id, describedBy, wrong, alone }, notes, answer) {
    const received = wrong && !alone ? (this.typed?.get(asked.id) ?? asked.answer) : asked.answer;
    const field = element("input", {
      id,
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      dir: "auto",
      placeholder: asked.example,
      "aria-describedby": describedBy,
      "aria-invalid": wrong ? "true" : undefined,
      onchange: () => {
        this.typed = new Map([[asked.id, field.value]]);
        answer(field.value);
      },
    });
    field.value = received;
    const more = [asked.help, asked.example ? `For example: ${asked.example}` : ""].filter(Boolean);
    return element(
      "div",
      { class: "question", "data-question": asked.id },
      element("label", { for: id }, asked.text),
      field,
      notes,
      element("p", { class: asked.fold || alone ? "hint" : "visually-hidden", id: `${id}-help` }, more.join(" ")),
    );
  }

  hint(id, text) {
    return element("p", { class: "hint", id: `${id}-help`, hidden: text === "" }, text);
  }

  about(choice) {
    return [choice?.why_not ? `Not now: ${choice.why_not}.` : "", choice?.brief, choice?.about]
      .filter(Boolean)
      .join(" ");
  }

  menu({ asked, id, describedBy, wrong }, notes, answer) {
    const option = (each) =>
      element(
        "option",
        { value: each.value, disabled: each.why_not !== "", selected: each.value === asked.answer },
        each.label,
      );
    const headings = [...new Set(asked.choices.map((each) => each.heading))];
    const grouped = headings.map((heading) => {
      const members = asked.choices.filter((each) => each.heading === heading).map(option);
      return heading ? element("optgroup", { label: heading }, members) : members;
    });
    const field = element(
      "select",
      {
        id,
        "aria-describedby": describedBy,
        "aria-invalid": wrong ? "true" : undefined,
        onchange: () => answer(field.value),
      },
      grouped,
    );
    const now = asked.choices.find((each) => each.value === asked.answer);
    return element(
      "div",
      { class: "question", "data-question": asked.id },
      element("label", { for: id }, asked.text),
      field,
      notes,
      this.hint(id, [this.about(now), asked.help].filter(Boolean).join(" ")),
    );
  }

  side({ asked, id, describedBy }, notes, answer) {
    const options = asked.choices.map((each) => {
      const own = `${id}-${safeId(each.value)}`;
      const field = element("input", {
        type: "radio",
        id: own,
        name: id,
        value: each.value,
        checked: each.value === asked.answer,
        disabled: each.why_not !== "",
        onchange: () => answer(each.value),
      });
      return element("span", { class: "option" }, field, element("label", { for: own }, each.label));
    });
    const now = asked.choices.find((each) => each.value === asked.answer);
    const barred = asked.choices.filter((each) => each.why_not);
    const why = barred.map((each) => `${each.label}: ${each.why_not}.`).join(" ");
    return element(
      "div",
      { class: "question", "data-question": asked.id, role: "radiogroup", "aria-labelledby": `${id}-text`, "aria-describedby": describedBy },
      element("span", { class: "label", id: `${id}-text` }, asked.text),
      element("div", { class: "side" }, options),
      notes,
      this.hint(id, [this.about(now), why, asked.help].filter(Boolean).join(" ")),
    );
  }

  list({ asked, id, describedBy }, notes, answer) {
    const ticked = new Set(asked.answer.split(",").filter(Boolean));
    const options = asked.choices.map((each) => {
      const own = `${id}-${safeId(each.value)}`;
      const field = element("input", {
        type: "checkbox",
        id: own,
        checked: ticked.has(each.value),
        disabled: each.why_not !== "",
        "aria-describedby": `${own}-about`,
        onchange: () => {
          if (field.checked) ticked.add(each.value);
          else ticked.delete(each.value);
          answer(asked.choices.map((e) => e.value).filter((value) => ticked.has(value)).join(","));
        },
      });
      return element(
        "div",
        { class: "tick" },
        field,
        element("label", { for: own }, each.label),
        element("span", { class: "about", id: `${own}-about` }, this.about(each)),
      );
    });
    return element(
      "div",
      { class: "question", "data-question": asked.id, role: "group", "aria-labelledby": `${id}-text`, "aria-describedby": describedBy },
      element("span", { class: "label", id: `${id}-text` }, asked.text),
      element("div", { class: "ticks" }, options),
      notes,
      this.hint(id, asked.help),
    );
  }

  // === Dragging one card onto another ===

  drag(event, group) {
    this.dragged = group;
    event.dataTransfer.setData("text/plain", group.title);
    event.dataTransfer.effectAllowed = "link";
  }

  over(event, id, card) {
    if (!this.dragged?.joins[id]) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "link";
    card.classList.add("target");
  }

  drop(id) {
    const joined = this.dragged?.joins[id];
    this.dragged = null;
    if (joined) this.hear({ do: "answer", id: joined[0], answer: joined[1] });
  }
}
