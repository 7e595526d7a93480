import { error, gradientEntry, softmax4 } from "formulas";
import { fixed, ownFirst, panel, rect, remember, shape, write } from "../kit.js";

const LOW = 26;

const arrays = remember((data) => {
  const [classes, examples] = [data.scores.length, data.right.length];
  const column = (i) => data.scores.map((row) => row[i]);
  const E = data.scores.map((row, k) =>
    row.map((_, i) => error(data.right[i] === k + 1 ? 1 : 0, softmax4(1, ...ownFirst(column(i), k)))),
  );
  const G = E.map((row) => data.inputs.map((inputs) => gradientEntry(...row, ...inputs)));
  return { E, X: data.inputs, G, classes, examples, features: data.inputs.length };
});

const hatch = (x, y, w, h) => {
  const lines = [];
  for (let c = 6; c < w + h; c += 6) {
    const [x1, y1] = [Math.min(c, w), Math.max(0, c - w)];
    const [x2, y2] = [Math.max(0, c - h), Math.min(c, h)];
    lines.push(`M${(x + x1).toFixed(1)},${(y + y1).toFixed(1)}L${(x + x2).toFixed(1)},${(y + y2).toFixed(1)}`);
  }
  return lines.join("");
};

/** Cells with their numbers; a positive one is filled, a negative one hatched, by size. */
const matrix = ({ x, y, cell, values, largest, places, name, rows, columns }) => {
  const w = cell;
  const h = LOW;
  return [
    write(x - 8, y + (values.length * h) / 2 + 3, name, { anchor: "end", className: rows ? "om-strong" : "om-tick" }),
    rows ? write(x + (values[0].length * w) / 2, y - 8, `${rows} × ${columns}`, { anchor: "middle", className: "om-note" }) : "",
    values.map((row, r) =>
      row.map((value, c) => {
        const [left, top, depth] = [x + c * w, y + r * h, Math.min(1, Math.abs(value) / largest)];
        const level = Math.round(depth * 5);
        const text = fixed(value, places);
        const half = 4 * text.length + 1; // on a hatched cell the minus would be one stroke among many
        return [
          rect(left, top, w - 2, h - 2, value > 0 && level ? `om-cell om-plus-${level}` : "om-cell"),
          value < 0 && level
            ? [shape(hatch(left, top, w - 2, h - 2), `om-hatch om-minus-${level}`), rect(left + w / 2 - 1 - half, top + h / 2 - 8, 2 * half, 14, "om-cell")]
            : "",
          write(left + w / 2 - 1, top + h / 2 + 3, text, { anchor: "middle", className: "om-figures om-cell-text" }),
        ];
      }),
    ),
  ];
};

const frame = (x, y, w, h) => rect(x - 2, y - 2, w + 2, h + 2, "om-frame");

export default {
  controls: (data) => [
    { kind: "slider", name: "r", label: "class *r*, row of *E*", min: 1, max: data.scores.length, step: 1, value: 2 },
    { kind: "slider", name: "s", label: "feature *s*, row of *X*", min: 1, max: data.inputs.length, step: 1, value: 3 },
  ],

  drag(id, px, py, state, data) {
    const { classes, features } = arrays(data);
    if (id !== "gradient") return null;
    const s = Math.floor((px - 42) / 52) + 1;
    const r = Math.floor((py - 40) / LOW) + 1;
    return s >= 1 && s <= features && r >= 1 && r <= classes ? { r, s } : null;
  },

  draw(state, data) {
    const { r, s } = state;
    const { E, X, G, classes, examples, features } = arrays(data);
    const left = 60;
    const cell = 58;
    const [yE, yX] = [34, 34 + classes * LOW + 54];
    const yP = yX + features * LOW + 34;
    const products = E[r - 1].map((e, i) => e * X[s - 1][i]);
    const sums = Array.from({ length: examples }, (_, i) => E.reduce((total, row) => total + row[i], 0));
    const wide = examples * cell;

    const factors = [
      matrix({ x: left, y: yE, cell, values: E, largest: 1, places: 2, name: "*E*", rows: classes, columns: examples }),
      sums.map((total, i) => write(left + i * cell + cell / 2 - 1, yE + classes * LOW + 13, fixed(total, 2), { anchor: "middle", className: "om-tick" })),
      write(left - 10, yE + classes * LOW + 13, "sum", { anchor: "end", className: "om-tick" }),
      matrix({ x: left, y: yX, cell, values: X, largest: 2.5, places: 0, name: "*X*", rows: features, columns: examples }),
      frame(left, yE + (r - 1) * LOW, wide, LOW - 2),
      frame(left, yX + (s - 1) * LOW, wide, LOW - 2),
      matrix({ x: left, y: yP, cell, values: [products], largest: 2, places: 2, name: "product" }),
      write(left, yP + 46, `sum of the products, times minus 1/${examples}:`, { className: "om-note" }),
      write(left + wide - 4, yP + 46, fixed(G[r - 1][s - 1], 3), { anchor: "end", className: "om-strong om-figures" }),
    ];
    const gradient = [
      matrix({ x: 42, y: 40, cell: 52, values: G, largest: 0.5, places: 2, name: "", rows: classes, columns: features }),
      G.map((_, k) => write(36, 40 + k * LOW + 17, String(k + 1), { anchor: "end", className: "om-tick" })),
      X.map((_, d) => write(42 + d * 52 + 25, 40 + classes * LOW + 14, String(d + 1), { anchor: "middle", className: "om-tick" })),
      write(42, 14, "gradient, −(1/*m*) *EX*ᵀ", { className: "om-strong" }),
      write(14, 40 + (classes * LOW) / 2, "class *r*", { anchor: "middle", className: "om-axis", turn: -90 }),
      write(42 + (features * 52) / 2, 40 + classes * LOW + 34, "feature *s*", { anchor: "middle", className: "om-axis" }),
      frame(42 + (s - 1) * 52, 40 + (r - 1) * LOW, 50, LOW - 2),
    ];

    return {
      panels: [
        panel("factors", `Errors E above inputs X, column by column; row ${r} of E and row ${s} of X are framed.`, 360, yP + 56, factors),
        panel("gradient", `The gradient, ${classes} by ${features}; entry ${r}, ${s} is ${fixed(G[r - 1][s - 1], 3)}.`, 360, 190, gradient),
      ],
      shown: { r: String(r), s: String(s) },
      readout: [["entry (*r*, *s*) of the gradient", fixed(G[r - 1][s - 1], 4)]],
      says: `Entry ${r}, ${s} of the gradient is ${fixed(G[r - 1][s - 1], 3)}.`,
    };
  },
};
