// HDF5 and Parquet, which Python reads with libraries in C: here they are read by ones in JavaScript.

import { parquetMetadataAsync, parquetReadObjects } from "./vendor/hyparquet/index.js";
import { Dataset, File as Hdf5File, Group } from "./vendor/jsfive.js";

const MOST_STEPS = 30_000; // groups and datasets that are looked at
const DEEPEST = 20; // groups inside each other
const MOST_ROWS = 20_000;
const MAGIC = { "\x89HDF": hdf5, PAR1: parquet };

/** Return what Python needs of a file, as {form, value}; null where Python reads it itself. */
export async function readHere(file) {
  const begins = String.fromCharCode(...new Uint8Array(await file.slice(0, 4).arrayBuffer()));
  const read = MAGIC[begins];
  if (!read) return null;
  try {
    return { form: read.name, value: await read(file) };
  } catch (error) {
    return { form: read.name, why: String(error?.message ?? error).slice(0, 200) };
  }
}

const words = (number) => number.toLocaleString("en");

// === HDF5: the configuration of a model, and the shapes of its weights ===

async function hdf5(file) {
  const root = new Hdf5File(await file.arrayBuffer(), file.name);
  const config = root.attrs.model_config;
  if (typeof config !== "string") {
    throw new Error("The HDF5 file holds weights and no configuration of a model.");
  }
  const weights = {};
  const steps = { left: MOST_STEPS };
  const layers = root.keys.includes("model_weights") ? root.get("model_weights") : null;
  for (const name of layers instanceof Group ? layers.keys : []) {
    const layer = layers.get(name);
    if (layer instanceof Group) weights[name] = Object.fromEntries(shapes(layer, "", steps, DEEPEST));
  }
  return { config, version: String(root.attrs.keras_version ?? ""), weights };
}

function* shapes(group, at, steps, deep) {
  for (const name of group.keys) {
    steps.left -= 1;
    if (steps.left < 0 || deep === 0) throw new Error("It holds more groups than any real model.");
    const found = group.get(name);
    if (found instanceof Dataset) yield [`${at}${name}`, [...found.shape]];
    else if (found instanceof Group) yield* shapes(found, `${at}${name}/`, steps, deep - 1);
  }
}

// === Parquet: rows ===

async function parquet(file) {
  const buffer = {
    byteLength: file.size,
    slice: (start, end) => file.slice(start, end).arrayBuffer(),
  };
  const metadata = await parquetMetadataAsync(buffer);
  const rows = Number(metadata.num_rows);
  if (rows > MOST_ROWS) {
    throw new Error(`Of Parquet, ${words(MOST_ROWS)} rows are read on this page, and it has ${words(rows)}.`);
  }
  const columns = metadata.schema.slice(1);
  if (columns.some((each) => each.num_children)) throw new Error("It has columns inside columns.");
  const read = await parquetReadObjects({ file: buffer, metadata });
  return {
    rows,
    columns: columns.map((column) => ({
      name: column.name,
      floating: ["FLOAT", "DOUBLE"].includes(column.type),
      cells: read.map((row) => cell(row[column.name], column)),
    })),
  };
}

function cell(value, column) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (typeof value === "boolean") return value ? "True" : "False"; // as Python writes it
  if (value instanceof Date) return moment(value, column);
  return String(value);
}

function moment(value, column) {
  const [day, time] = value.toISOString().replace("Z", "").split("T");
  if (column.logical_type?.type === "DATE" || column.converted_type === "DATE") return day;
  const zone = column.logical_type?.isAdjustedToUTC ? "+00:00" : "";
  return `${day} ${time.replace(/\.000$/, "").replace(/(\.\d{3})$/, "$1000")}${zone}`;
}
