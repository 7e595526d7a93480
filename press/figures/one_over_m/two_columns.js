import * as formulas from "formulas";
import { fixed, ownFirst, panel, plain, rect, remember, segment, write } from "../kit.js";

const { absorbedDz, deferredDz, exampleLoss, score, softmax3 } = formulas;
const [WIDTH, HEIGHT, LEFT, CELL, LOW] = [360, 304, 38, 39, 21];
const NUDGE = 1e-5;
const NEAR = 1e-6; // how well a nudged cost gives a slope

const probabilities = (W, b, x) => {
  const z = W.map((w, k) => score(...w, b[k], ...x));
  return z.map((_, k) => softmax3(...ownFirst(z, k)));
};

/** The cost of the first m examples, and its derivatives as the nudged cost gives them: no backpropagation. */
const measured = remember((m, data) => {
  const examples = data.right.slice(0, m);
  const cost = (W, b) =>
    formulas[`cost${m}`](...examples.map((own, i) => exampleLoss(...probabilities(W, b, data.X[i]), ...data.b.map((_, k) => Number(k + 1 === own)))));
  const nudged = (k, d, by) => data.W.map((row, r) => row.map((w, s) => (r === k && s === d ? w + by : w)));
  const shifted = (k, by) => data.b.map((one, r) => (r === k ? one + by : one));
  return {
    dW: data.W.map((row, k) => row.map((_, d) => (cost(nudged(k, d, NUDGE), data.b) - cost(nudged(k, d, -NUDGE), data.b)) / (2 * NUDGE))),
    db: data.b.map((_, k) => (cost(data.W, shifted(k, NUDGE)) - cost(data.W, shifted(k, -NUDGE))) / (2 * NUDGE)),
  };
});

/** What a book holds: dZ with or without the factor, dW and db with or without the division. */
const book = (m, data, carried, divided) => {
  const P = data.X.slice(0, m).map((x) => probabilities(data.W, data.b, x));
  const target = (i, k) => Number(data.right[i] === k + 1);
  const dZ = data.b.map((_, k) => P.map((p, i) => (carried ? absorbedDz(p[k], target(i, k), m) : deferredDz(p[k], target(i, k)))));
  const stem = divided ? "deferred" : "absorbed";
  const feature = (d) => data.X.slice(0, m).map((x) => x[d]);
  return {
    dZ,
    dW: dZ.map((row) => [0, 1].map((d) => formulas[`${stem}Weights${m}`](...row, ...feature(d)))),
    db: dZ.map((row) => formulas[`${stem}Bias${m}`](...row)),
  };
};

/** By which factor all of dW and db is off from the measured slopes; null where it is no one factor. */
const factor = (made, truth) => {
  const pairs = [...made.dW.flat().map((x, n) => [x, truth.dW.flat()[n]]), ...made.db.map((x, n) => [x, truth.db[n]])];
  const [top, bottom] = pairs.reduce(([a, b], [x, y]) => [a + x * y, b + y * y], [0, 0]);
  const off = top / bottom;
  return pairs.every(([x, y]) => Math.abs(x - off * y) < NEAR * Math.max(1, off)) ? off : null;
};

const verdict = (off) => {
  if (off === null) return "no multiple of the derivative of *J*";
  if (Math.abs(off - 1) < 1e-4) return "the derivative of *J*";
  return off > 1 ? `${fixed(off, 0)} times too large` : `${fixed(1 / off, 0)} times too small`;
};

const matrix = (x, y, values, { cell = CELL, places = 2 } = {}) =>
  values.map((row, k) =>
    row.map((value, i) => [
      rect(x + i * cell, y + k * LOW, cell - 2, LOW - 2, "om-cell"),
      write(x + i * cell + cell / 2 - 1, y + k * LOW + 14, fixed(value, places), { anchor: "middle", className: "om-tick om-ink" }),
    ]),
  );

const column = (values) => values.map((one) => [one]);

const code = (lines) => lines.map((text, n) => write(8, 48 + 19 * n, text, { className: "om-code" }));
const given = (rows) => rows.map(([name, text], n) => [write(8, 48 + 19 * n, name), write(LEFT, 48 + 19 * n, text, { className: "om-figures" })]);

/** One column of the slide: a title, what goes in, three arrays, and what the check says. */
const side = (title, top, { dZ, dW, db }, ok, said, labels) => [
  write(8, 18, title, { className: "om-strong" }),
  segment(8, 27, WIDTH - 8, 27, "om-grid"),
  top,
  write(8, 119, labels[0], { className: "om-axis" }),
  matrix(LEFT, 126, dZ),
  write(LEFT - 8, 126 + 14, "1", { anchor: "end", className: "om-tick" }),
  write(LEFT - 8, 126 + LOW + 14, "2", { anchor: "end", className: "om-tick" }),
  write(LEFT - 8, 126 + 2 * LOW + 14, "3", { anchor: "end", className: "om-tick" }),
  write(8, 208, labels[1], { className: "om-axis" }),
  write(200, 208, labels[2], { className: "om-axis" }),
  matrix(LEFT, 215, dW, { cell: 58, places: 4 }),
  matrix(200, 215, column(db), { cell: 58, places: 4 }),
  write(8, 296, said, { className: ok === null ? "om-note" : ok ? "om-strong om-ink-a" : "om-strong om-ink-b" }),
];

/** What the check compares with. */
const nudged = (m, { dW, db }) => [
  write(8, HEIGHT + 30, m === 1 ? "The cost *J* of one example, nudged" : `The cost *J* of all ${m}, nudged`, { className: "om-strong" }),
  segment(8, HEIGHT + 39, WIDTH - 8, HEIGHT + 39, "om-grid"),
  write(8, HEIGHT + 62, "by each weight", { className: "om-axis" }),
  write(200, HEIGHT + 62, "by each bias", { className: "om-axis" }),
  matrix(LEFT, HEIGHT + 69, dW, { cell: 58, places: 4 }),
  matrix(200, HEIGHT + 69, column(db), { cell: 58, places: 4 }),
];

export default {
  controls: (data) => [
    { kind: "slider", name: "m", label: "examples *m*", min: 1, max: data.right.length, step: 1, value: 4 },
    { kind: "slider", name: "i", label: "example of the left column", min: 1, max: data.right.length, step: 1, value: 1 },
    {
      kind: "choice",
      name: "slip",
      label: "1/*m* in",
      options: [["once", "one place"], ["both", "both places"], ["neither", "neither"]],
      value: "once",
    },
  ],

  changed: (name, state) => ({ i: Math.min(state.i, state.m) }),

  draw({ m, i, slip }, data) {
    const truth = measured(m, data);
    const alone = book(1, { ...data, X: [data.X[i - 1]], right: [data.right[i - 1]] }, false, false);
    const deferred = book(m, data, false, slip !== "neither");
    const absorbed = book(m, data, true, slip === "both");
    const [offD, offA] = [factor(deferred, truth), factor(absorbed, truth)];
    const right = (off) => off !== null && Math.abs(off - 1) < 1e-4;
    const lines = (name, divided) => code(data.code[name][divided ? "divided" : "plain"]);
    const own = data.right[i - 1];
    const list = (values, places) => values.map((one) => fixed(one, places)).join(", ");
    const alike = [
      ["*x*", list(data.X[i - 1], 1)],
      ["*y*", list(data.b.map((_, k) => Number(k + 1 === own)), 0)],
      ["*p*", list(probabilities(data.W, data.b, data.X[i - 1]), 4)],
    ];
    const ratio = deferred.dZ[0][0] / absorbed.dZ[0][0];
    const batch = ["*dZ*, a column for each example", "*dW*", "*db*"];

    return {
      panels: [
        panel(
          "one",
          `One example: dz, dW and db of example ${i}, nothing divided. Below, the derivatives of the cost of all ${m}, as a nudge measures them.`,
          WIDTH,
          HEIGHT + 158,
          side(`One example, *i* = ${i}`, given(alike), alone, null, "derivatives of its own loss", ["*dz*, prediction minus target", "*dW*, *dz* times each feature", "*db*"]),
          nudged(m, truth),
        ),
        panel(
          "deferred",
          `The batch, deferred: dW and db are ${plain(verdict(offD))}.`,
          WIDTH,
          HEIGHT,
          side("The batch, deferred", lines("deferred", slip !== "neither"), deferred, right(offD), `*dW*, *db*: ${verdict(offD)}`, batch),
        ),
        panel(
          "absorbed",
          `The batch, absorbed: dW and db are ${plain(verdict(offA))}.`,
          WIDTH,
          HEIGHT,
          side("The batch, absorbed", lines("absorbed", slip === "both"), absorbed, right(offA), `*dW*, *db*: ${verdict(offA)}`, batch),
        ),
      ],
      shown: { m: String(m), i: String(i) },
      readout: [
        ["*dZ* deferred over *dZ* absorbed", fixed(ratio, 4)],
        ["*dW* deferred over the measured slope", offD === null ? "no one factor" : fixed(offD, 4)],
        ["*dW* absorbed over the measured slope", offA === null ? "no one factor" : fixed(offA, 4)],
      ],
      says: `Deferred: ${plain(verdict(offD))}. Absorbed: ${plain(verdict(offA))}. One dZ is ${fixed(ratio, 2)} times the other.`,
    };
  },
};
