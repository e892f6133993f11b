// The picture of a model: boxes in columns, from the inputs to the outputs, and lines between them.

const SVG = "http://www.w3.org/2000/svg";
const [LETTER, LINE, PADDING, GAP, BETWEEN] = [7.4, 18, 14, 52, 18];

function shape(name, given, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Return the picture; where its place is too narrow, from top to bottom. */
export function picture(drawing, room) {
  const columns = [];
  for (const node of drawing.nodes) {
    if (columns.at(-1)?.name !== node.column) columns.push({ name: node.column, nodes: [] });
    columns.at(-1).nodes.push(sized(node));
  }
  const flat = beside(columns);
  const upright = flat.width > room;
  const whole = upright ? stacked(columns) : flat;
  const places = new Map(columns.flatMap((each) => each.nodes).map((node) => [node.id, node]));
  const lines = drawing.edges.map(([from, to]) => line(places.get(from), places.get(to), upright));
  const boxes = [...places.values()].map(box);
  const label = shape("title", {});
  label.textContent = `The model: ${drawing.words}.`;
  return shape(
    "svg",
    {
      viewBox: `0 0 ${whole.width} ${whole.height}`,
      width: whole.width,
      height: whole.height,
      role: "img",
      class: "picture",
    },
    label,
    ...lines,
    ...boxes,
  );
}

function sized(node) {
  const texts = [...node.lines, ...node.marks];
  const longest = Math.max(...texts.map((text) => text.length));
  return {
    ...node,
    width: Math.max(84, longest * LETTER + 2 * PADDING),
    height: texts.length * LINE + 2 * PADDING - 6,
  };
}

const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);

function beside(columns) {
  const heights = columns.map(({ nodes }) => sum(nodes.map((n) => n.height)) + BETWEEN * (nodes.length - 1));
  const height = Math.max(...heights);
  let x = 1;
  for (const [at, { nodes }] of columns.entries()) {
    const width = Math.max(...nodes.map((node) => node.width));
    let y = 1 + (height - heights[at]) / 2;
    for (const node of nodes) {
      Object.assign(node, { x, y, width });
      y += node.height + BETWEEN;
    }
    x += width + GAP;
  }
  return { width: x - GAP + 1, height: height + 2 };
}

function stacked(columns) {
  const widths = columns.map(({ nodes }) => sum(nodes.map((n) => n.width)) + BETWEEN * (nodes.length - 1));
  const width = Math.max(...widths);
  let y = 1;
  for (const [at, { nodes }] of columns.entries()) {
    const height = Math.max(...nodes.map((node) => node.height));
    let x = 1 + (width - widths[at]) / 2;
    for (const node of nodes) {
      Object.assign(node, { x, y, height });
      x += node.width + BETWEEN;
    }
    y += height + GAP * 0.7;
  }
  return { width: width + 2, height: y - GAP * 0.7 + 1 };
}

function line(from, to, upright) {
  const [x1, y1] = upright
    ? [from.x + from.width / 2, from.y + from.height]
    : [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = upright ? [to.x + to.width / 2, to.y] : [to.x, to.y + to.height / 2];
  const half = upright ? (y2 - y1) / 2 : (x2 - x1) / 2;
  const [a, b] = upright ? [`${x1} ${y1 + half}`, `${x2} ${y2 - half}`] : [`${x1 + half} ${y1}`, `${x2 - half} ${y2}`];
  const tip = upright ? `M${x2 - 4} ${y2 - 7}L${x2} ${y2 - 1}L${x2 + 4} ${y2 - 7}` : `M${x2 - 7} ${y2 - 4}L${x2 - 1} ${y2}L${x2 - 7} ${y2 + 4}`;
  return shape("path", { class: "edge", d: `M${x1} ${y1}C${a} ${b} ${x2} ${y2}${tip}` });
}

function box(node) {
  const round = ["input", "output"].includes(node.column) ? 18 : 6;
  const corner = { x: node.x, y: node.y, width: node.width, height: node.height, rx: round };
  const kind = `node ${node.column}${node.marks.length ? " marked" : ""}`;
  const frames = [shape("rect", corner)];
  const texts = [...node.lines, ...node.marks].map((text, at) => {
    const made = shape("text", {
      x: node.x + node.width / 2,
      y: node.y + PADDING + 10 + at * LINE + (node.height - ((node.lines.length + node.marks.length) * LINE + 2 * PADDING - 6)) / 2,
      class: at === 0 ? "first" : at >= node.lines.length ? "mark" : "more",
    });
    made.textContent = text;
    return made;
  });
  return shape("g", { class: kind }, ...frames, ...texts);
}
