// Elements from values. Text becomes text, never HTML.

/** Return an element: properties, `on…` listeners and attributes, then children (text or elements). */
export function element(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else if (key in made && typeof value !== "string") made[key] = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== ""));
  return made;
}

/** Return the element of an id, which index.html has. */
export const byId = (id) => document.getElementById(id);

/** Return an id that HTML and CSS can hold, for any text. */
export const safeId = (text) => text.replace(/[^a-zA-Z0-9]+/g, "-");

/** Say something to whoever listens to the page. */
export function announce(text) {
  byId("said").textContent = text;
}
