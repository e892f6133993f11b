// Images, which Python would look at with a library in C: here the browser opens them.

const HEAD = 65_536; // bytes in which a header is looked for
const MOST_PIXELS = 40_000_000; // that are decoded in all: of the images after them the header is read
const AT_ONCE = 8;
const LARGEST = 1024; // pixels of a side in which colours are looked for
const ORIENTATION = 0x0112;

/** Return what is seen of images, each {form, size, channels, turned}; null for one that cannot be opened. */
export async function seen(files) {
  const budget = { left: MOST_PIXELS };
  const found = [];
  for (let at = 0; at < files.length; at += AT_ONCE) {
    found.push(...(await Promise.all(files.slice(at, at + AT_ONCE).map((file) => look(file, budget)))));
  }
  return found;
}

async function look(file, budget) {
  const head = new DataView(await file.slice(0, HEAD).arrayBuffer());
  const { form, channels, size } = begins(head);
  if (!OPENED.has(form)) return form ? { form } : null;
  const way = form === "JPEG" ? orientation(head) : 1;
  const turned = way > 1 && way < 9;
  if (size) budget.left -= size[0] * size[1];
  if (size && budget.left < 0) {
    return { form, size: way > 4 ? size.reverse() : size, channels: channels ?? 3, turned };
  }
  try {
    const image = await createImageBitmap(file); // upright
    const { width, height } = image;
    const seen = { form, size: [height, width], channels: channelsOf(image, channels), turned };
    image.close();
    return seen;
  } catch {
    return null;
  }
}

const OPENED = new Set(["PNG", "JPEG", "GIF", "BMP", "WEBP"]);
const text = (head, from, length) =>
  String.fromCharCode(...new Uint8Array(head.buffer, from, Math.max(0, Math.min(length, head.byteLength - from))));

/** Return what the first bytes say: the form, and for most its size and its channels. */
function begins(head) {
  if (head.byteLength < 30) return {};
  const sides = (at, bytes, little) => [at + bytes, at].map((place) => head[`getUint${8 * bytes}`](place, little));
  if (text(head, 1, 3) === "PNG") {
    const channels = { 0: 1, 2: 3, 4: 1, 6: 3 }[head.getUint8(25)];
    return { form: "PNG", size: sides(16, 4, false), channels };
  }
  if (head.getUint16(0) === 0xffd8) return { form: "JPEG", ...frame(head) };
  if (text(head, 0, 4) === "GIF8") return { form: "GIF", size: sides(6, 2, true) };
  if (text(head, 0, 2) === "BM") return { form: "BMP", channels: head.getUint16(28, true) > 8 ? 3 : undefined };
  if (text(head, 0, 4) === "RIFF" && text(head, 8, 4) === "WEBP") return { form: "WEBP" };
  if (["II*\0", "MM\0*"].includes(text(head, 0, 4))) return { form: "TIFF" };
  return {};
}

/** Yield the segments of a JPEG, as [marker, where its content is]. */
function* segments(head) {
  for (let at = 2; at + 10 < head.byteLength && head.getUint8(at) === 0xff; at += 2 + head.getUint16(at + 2)) {
    yield [head.getUint8(at + 1), at + 4];
  }
}

function frame(head) {
  for (const [marker, at] of segments(head)) {
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (!isFrame) continue;
    return { size: [head.getUint16(at + 1), head.getUint16(at + 3)], channels: head.getUint8(at + 5) === 1 ? 1 : 3 };
  }
  return {};
}

/** Return how EXIF data say that a JPEG is turned: 1 for not at all, from 5 on by a quarter. */
function orientation(head) {
  for (const [marker, at] of segments(head)) {
    if (marker !== 0xe1 || text(head, at, 4) !== "Exif") continue;
    const start = at + 6;
    const little = text(head, start, 2) === "II";
    const number = (where, size = 16) => (where + 4 > head.byteLength ? 0 : head[`getUint${size}`](where, little));
    const list = start + number(start + 4, 32);
    for (let n = 0; n < Math.min(number(list), 100); n += 1) {
      const entry = list + 2 + 12 * n;
      if (number(entry) === ORIENTATION) return number(entry + 8);
    }
  }
  return 1;
}

/** Return 4 where something shows through, or else what the header or the pixels say: 1 or 3. */
function channelsOf(image, said) {
  const scale = Math.min(1, LARGEST / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const place = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  place.drawImage(image, 0, 0, width, height);
  const { data } = place.getImageData(0, 0, width, height);
  let grey = true;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 255) return 4;
    grey &&= data[at] === data[at + 1] && data[at] === data[at + 2];
  }
  return said ?? (grey ? 1 : 3);
}
