// Files that come in: dropped anywhere on the page, or chosen. They are read here and sent nowhere.

const MOST_FILES = 20_000;

let token = 0;

/**
 * Return what was dropped, as {token, path, files: [{name, file}], cut, others}, or null where nothing
 * was. `cut` is how many files were taken where there are more, `others` how many things are left out.
 */
export async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
  if (!entries.length) return null;
  const files = [];
  await collect(entries[0], entries[0].name, files);
  return drop(entries[0].name, files, entries.length - 1);
}

/** Return what was chosen in a field for files, or for a folder. */
export function chosen(field) {
  const files = [...field.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
  if (!files.length) return null;
  return drop(files[0].name.split("/")[0], files, 0);
}

function drop(path, files, others) {
  token += 1;
  const cut = files.length > MOST_FILES ? MOST_FILES : 0;
  const taken = files.slice(0, MOST_FILES).map(({ name, file }) => ({ name: plain(name), file }));
  return { token, path, files: taken, cut, others };
}

/** Return a path with nothing between its names that would lead elsewhere: one may hold a backslash. */
const plain = (path) => path.split("/").filter((part) => !["", ".", ".."].includes(part)).join("/");

async function collect(entry, name, files) {
  if (files.length > MOST_FILES) return;
  if (entry instanceof File) {
    files.push({ name, file: entry });
    return;
  }
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    files.push({ name, file });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const each of some) await collect(each, `${name}/${each.name}`, files);
  }
}
