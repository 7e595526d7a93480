// Every way to make one number of many losses, and the way back from a number that was seen. The sums run over as
// many positions as are typed in, so they are loops here; a test compares each with its definition and the snippet.

import { axes, escape, mark, panel, powerOfTen, segment, significant, write } from "../kit.js";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const COMMA = /^[+-]?\d+,\d+$/; // a number as some countries write it
const FIELDS = ["losses", "ignored", "weights", "parts", "ranks", "outputs", "seen"];
const LABELS = {
  losses: "Losses",
  ignored: "Ignored positions",
  weights: "Weights",
  parts: "Micro-batches",
  ranks: "Ranks",
  outputs: "Outputs",
  seen: "Number seen",
};
const NAMED = 4; // ways that the answer names; the table marks all
const LONGEST = 4000; // characters of a field that an address may bring

// ---- what was typed

const words = (text) => text.split(/[\s,;]+/).filter(Boolean);
const quoted = (text) => `“${text.length > 20 ? `${text.slice(0, 20)}…` : text}”`;
const whole = (word, least, most = Infinity) => /^\d+$/.test(word) && Number(word) >= least && Number(word) <= most;

/** The fields as numbers, and what is wrong, by field: {given, faults}. The table's own minus sign may be pasted. */
export const read = (typed) => {
  const state = Object.fromEntries(FIELDS.map((name) => [name, typed[name].replaceAll("\u2212", "-")]));
  const faults = {};
  const fault = (name, says) => (faults[name] ??= `${LABELS[name]}: expected ${says}.`);
  const numbers = (name) => {
    const all = words(state[name]);
    const apart = state[name].split(/[\s;]+/).filter(Boolean);
    const comma = (name === "losses" || apart.length > 1) && apart.find((word) => COMMA.test(word));
    if (comma) {
      fault(name, `a decimal point, got ${quoted(comma)}`);
      return [];
    }
    const bad = all.find((word) => !NUMBER.test(word) || !Number.isFinite(Number(word)));
    if (bad !== undefined) fault(name, `numbers, got ${quoted(bad)}`);
    return bad === undefined ? all.map(Number) : [];
  };
  const losses = numbers("losses");
  const m = losses.length;
  if (!m) fault("losses", "at least one number, got none");
  const known = !faults.losses; // the others are held against the losses

  let weights = numbers("weights");
  if (!words(state.weights).length) weights = losses.map(() => 1);
  else if (known && weights.length !== m) fault("weights", `${m} numbers, one for each loss, got ${weights.length}`);

  const ignored = words(state.ignored);
  const outside = ignored.find((word) => !whole(word, 1, known ? m : Infinity));
  if (outside !== undefined) fault("ignored", `whole numbers from 1${known ? ` to ${m}` : ""}, got ${quoted(outside)}`);
  const kept = losses.map((_, n) => (ignored.some((word) => Number(word) === n + 1) ? 0 : 1));
  if (known && !faults.ignored && !kept.includes(1)) fault("ignored", `at least one position that counts, got all ${m} ignored`);

  const sizes = (name) => {
    const all = words(state[name]);
    if (!all.length) return [m];
    const bad = all.find((word) => !whole(word, 1));
    const total = all.reduce((sum, word) => sum + Number(word), 0);
    if (bad !== undefined) fault(name, `sizes from 1, got ${quoted(bad)}`);
    else if (known && total !== m) fault(name, `sizes that add up to ${m}, got a sum of ${total}`);
    return all.map(Number);
  };
  const [parts, ranks] = [sizes("parts"), sizes("ranks")];

  const asked = state.outputs.trim();
  if (asked && !whole(asked, 1)) fault("outputs", `a whole number from 1, got ${quoted(asked)}`);
  const seen = state.seen.trim();
  if (COMMA.test(seen)) fault("seen", `a decimal point, got ${quoted(seen)}`);
  else if (seen && !NUMBER.test(seen)) fault("seen", `a number, got ${quoted(seen)}`);
  return { given: { losses, weights, kept, parts, ranks, outputs: asked ? Number(asked) : 1, seen }, faults };
};

// ---- the arithmetic

const sum = (values) => values.reduce((total, value) => total + value, 0);
const dot = (...arrays) => sum(arrays[0].map((_, n) => arrays.reduce((product, array) => product * array[n], 1)));
const over = (numerator, denominator) => (denominator === 0 ? NaN : numerator / denominator);

/** The (weighted) means of the parts, added up. */
const means = (sizes, by, losses) => {
  let start = 0;
  return sum(
    sizes.map((size) => {
      const [from, to] = [start, (start += size)];
      return over(dot(by.slice(from, to), losses.slice(from, to)), sum(by.slice(from, to)));
    }),
  );
};

/** Name, numerator and denominator of each way, in the order of the page. */
export const report = ({ losses, weights, kept, parts, ranks, outputs }) => {
  const m = losses.length;
  const [B, R] = [parts.length, ranks.length];
  const [total, count] = [dot(kept, losses), sum(kept)];
  const by = kept.map((one, n) => one * weights[n]);
  const weighted = dot(by, losses);
  const added = means(parts, kept, losses);
  const across = means(ranks, kept, losses);
  return [
    ["sum", total, 1],
    ["sum / micro-batches", total, B],
    ["mean, all positions", total, m],
    ["mean, kept positions", total, count],
    ["mean, all outputs", total, outputs * m],
    ["half the mean", total, 2 * m],
    ["mean, kept / ranks", total, count * R],
    ["mean of micro-batch means", added, B],
    ["sum of micro-batch means", added, 1],
    ["sum of means / positions", added, m],
    ["mean of rank means", across, R],
    ["sum of rank means", across, 1],
    ["weighted sum", weighted, 1],
    ["weighted / weights", weighted, sum(by)],
    ["weighted / positions", weighted, m],
    ["weighted / kept", weighted, count],
    ["weighted / nonzero weights", weighted, by.filter((one) => one !== 0).length],
    ["mean of weighted means", means(parts, by, losses), B],
  ].map(([name, numerator, denominator]) => ({ name, numerator, denominator, value: over(numerator, denominator) }));
};

/** Half a unit of the last digit that a number was written with. */
const half = (seen) => {
  const [mantissa, exponent = "0"] = seen.toLowerCase().split("e");
  return 0.5 * 10 ** (Number(exponent) - (mantissa.split(".")[1] ?? "").length);
};

/** The ways whose value is the number that was seen, to the digits that it has. */
export const which = (seen, ways) =>
  ways.filter(({ value }) => Math.abs(value - Number(seen)) - half(seen) <= 1e-9 * Math.abs(Number(seen)));

/** The way whose value is nearest in proportion, and what the number seen is times that value; null if none has its sign. */
export const nearest = (seen, ways) => {
  const fit = ways.map((way) => [way, Number(seen) / way.value]).filter(([, ratio]) => ratio > 0 && Number.isFinite(ratio));
  return fit.reduce((best, one) => (best && Math.abs(Math.log(best[1])) <= Math.abs(Math.log(one[1])) ? best : one), null);
};

// ---- how it is shown

const short = (x) => {
  if (!Number.isFinite(x)) return "no value";
  const size = Math.abs(x);
  return size !== 0 && (size < 1e-4 || size >= 1e7) ? significant(x, 4) : String(Number(x.toPrecision(5))).replace("-", "\u2212");
};
const named = (ways) => {
  const names = ways.slice(0, NAMED).map(({ name }) => name);
  return names.join("; ") + (ways.length > NAMED ? `; and ${ways.length - NAMED} more` : "");
};

/** Nothing but losses was typed in, so that most ways are one mean. */
const bare = ({ weights, kept, parts, ranks, outputs }) =>
  [...weights, ...kept, parts.length, ranks.length, outputs].every((one) => one === 1);

const answer = (given, faults, ways) => {
  const { seen, losses, kept } = given;
  const [wrong] = Object.values(faults);
  if (wrong) return wrong;
  if (!seen) {
    const [m, count] = [losses.length, sum(kept)];
    return `${m} ${m === 1 ? "loss" : "losses"}, of which ${count} ${count === 1 ? "counts" : "count"}. Enter the number that you saw.`;
  }
  const fits = which(seen, ways);
  if (fits.length === 1) {
    const [{ name, numerator, denominator }] = fits;
    return `${seen} is: ${name}. That is ${short(numerator)} over ${short(denominator)}.`;
  }
  if (fits.length) {
    const next = bare(given) ? "Enter what else the batch had, to tell them apart." : "More digits or another batch may tell them apart.";
    return `${seen} fits ${fits.length} ways: ${named(fits)}. ${next}`;
  }
  const near = nearest(seen, ways);
  if (!near) return `None of them gives ${seen}, and none has its sign.`;
  return `None of them gives ${seen}. Nearest is: ${near[0].name}. The number seen is ${short(near[1])} times that.`;
};

const table = (ways, fits, libraries) => {
  const run = (name) => (libraries[name]?.length ? `<small>${escape(libraries[name].join(", "))}</small>` : "");
  const number = (x) => `<td><data value="${escape(Number.isFinite(x) ? x : "")}">${escape(short(x))}</data></td>`;
  const empty = "<td>–</td>".repeat(3);
  const rows = ways.map(
    ({ name, numerator, denominator, value }) =>
      `<tr${fits.includes(name) ? ' class="om-fits"' : ""}><th scope="row"><span>${escape(name)}</span>${run(name)}</th>` +
      (value === null ? empty : number(numerator) + number(denominator) + number(value)) +
      "</tr>",
  );
  return (
    '<table class="om-table om-ways"><thead><tr><th scope="col">way</th><th scope="col">numerator</th>' +
    `<th scope="col">denominator</th><th scope="col">result</th></tr></thead><tbody>${rows.join("")}</tbody></table>`
  );
};

const LANES = [
  ["from the losses", 0, 7],
  ["from means of parts", 7, 12],
  ["from weighted losses", 12, 18],
];

/** At most six round numbers inside a logarithmic axis. */
const roundNumbers = (low, high) => {
  const from = Math.floor(Math.log10(low));
  const decades = Math.ceil(Math.log10(high)) - from;
  const all = Array.from({ length: decades + 1 }, (_, n) => from + n).flatMap((e) =>
    (decades > 2 ? [1] : [1, 2, 5]).map((digit) => Number(`${digit}e${e}`)),
  );
  const inside = all.filter((x) => x >= low && x <= high);
  const every = Math.ceil(inside.length / 6);
  return inside.filter((_, n) => n % every === 0);
};

const line = (ways, fits, seen) => {
  const shown = ways.filter(({ value }) => value !== null && Number.isFinite(value));
  const values = [...shown.map(({ value }) => value), ...(seen === null ? [] : [seen])];
  const log = values.length > 0 && values.every((x) => x > 1e-300);
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  if (log) [low, high] = [low / 1.3, high * 1.3];
  else {
    const room = (high - low || 1) * 0.06;
    [low, high] = [low - room, high + room];
  }
  const said = (x) => (x !== 0 && (Math.abs(x) >= 1e4 || Math.abs(x) < 0.01) ? powerOfTenOr(x) : short(x));
  const frame = axes({
    height: 176,
    left: 14,
    right: 14,
    top: 8,
    bottom: 36,
    x: { domain: [low, high], log, label: log ? "result, logarithmic" : "result", ticks: log ? roundNumbers(low, high) : 4, format: said },
    y: { domain: [0, LANES.length], ticks: [], format: String },
  });
  const lanes = LANES.flatMap(([title, from, to], n) => {
    const base = frame.y(LANES.length - n - 1) - 4;
    return [
      segment(frame.box.left, base, frame.box.right, base, "om-grid"),
      seen === null ? "" : segment(frame.x(seen), base - 20, frame.x(seen), base, "om-line-b"), // not through the title
      write(frame.box.left, base - 26, title, { className: "om-note" }),
      ...ways
        .slice(from, to)
        .filter((way) => shown.includes(way))
        .map((way) => mark(n, frame.x(way.value), base - 8, fits.includes(way.name) ? "om-fill-b" : "om-fill-a", fits.includes(way.name) ? 120 : 50)),
    ];
  });
  return [frame, frame.back, lanes];
};

const powerOfTenOr = (x) => {
  const exponent = Math.round(Math.log10(Math.abs(x)));
  return Math.abs(Math.abs(x) / 10 ** exponent - 1) < 1e-9 && x > 0 ? powerOfTen(exponent) : significant(x, 1);
};

export default {
  controls: (data) => [
    { kind: "text", name: "losses", label: "Losses, one for each position", hint: "Numbers with a decimal point, with spaces between them.", value: data.example.losses, wide: true },
    { kind: "text", name: "ignored", label: "Positions that are ignored", hint: "Counted from 1. Empty: none.", value: data.example.ignored },
    { kind: "text", name: "weights", label: "Weights", hint: "One for each loss. Empty: all 1.", value: data.example.weights },
    { kind: "text", name: "parts", label: "Sizes of the micro-batches", hint: "In the order of the losses. Empty: one for all.", value: data.example.parts },
    { kind: "text", name: "ranks", label: "Positions on each rank", hint: "In the order of the losses. Empty: one for all.", value: data.example.ranks },
    { kind: "text", name: "outputs", label: "Outputs at each position", hint: "Their losses are added up above. Empty: 1.", value: data.example.outputs },
    { kind: "text", name: "seen", label: "The number that you saw", hint: "With all the digits that were printed.", value: data.example.seen },
    {
      kind: "buttons",
      buttons: [
        ["clear", "Keep the losses, clear the rest"],
        ["example", "Show the example"],
      ],
    },
  ],

  act: (name, state, data) => (name === "example" ? { ...data.example } : Object.fromEntries(FIELDS.slice(1).map((field) => [field, ""]))),

  draw(state, data) {
    const { given, faults } = read(state);
    const blocked = FIELDS.some((name) => name !== "seen" && faults[name]);
    const ways = report(blocked ? { losses: [0], weights: [1], kept: [1], parts: [1], ranks: [1], outputs: 1 } : given);
    const shown = blocked ? ways.map(({ name }) => ({ name, value: null })) : ways;
    const seen = given.seen && !faults.seen && !blocked ? given.seen : "";
    const fits = seen ? which(seen, ways).map(({ name }) => name) : [];
    const says = answer({ ...given, seen }, faults, ways);
    const [frame, ...drawing] = line(shown, fits, seen === "" ? null : Number(seen));
    return {
      panels: [
        { id: "answer", markup: `<p>${escape(says)}</p>` },
        panel("line", `The results on a line. ${says}`, frame.width, frame.height, ...drawing),
        { id: "ways", markup: table(shown, fits, data.libraries) },
      ],
      readout: [
        ["positions", blocked ? "–" : String(given.losses.length)],
        ["that count", blocked ? "–" : String(sum(given.kept))],
        ["micro-batches", blocked ? "–" : String(given.parts.length)],
        ["ranks", blocked ? "–" : String(given.ranks.length)],
      ],
      shown: {},
      faults,
      says,
    };
  },

  toFragment: (state) =>
    FIELDS.filter((name) => state[name].trim())
      .map((name) => `${name}=${encodeURIComponent(state[name].trim()).replace(/%20/g, "+")}`)
      .join("&"),

  fromFragment(text) {
    if (!text.startsWith("losses=")) return null;
    try {
      const found = Object.fromEntries(text.split("&").map((pair) => pair.split("=", 2)));
      const field = (name) => decodeURIComponent((found[name] ?? "").replace(/\+/g, " ")).slice(0, LONGEST);
      return Object.fromEntries(FIELDS.map((name) => [name, field(name)]));
    } catch {
      return null; // no address that this page has written
    }
  },
};
