import { logSoftmax4, lossOf, parameters, softmax4, weights } from "formulas";
import { arrow, fixed, ownFirst, panel, rect, segment, write } from "../kit.js";

const [WIDTH, HEIGHT] = [360, 400];

const box = (y, title, note) => [
  rect(70, y, 220, 46, "om-box", { rx: 4 }),
  write(180, y + 20, title, { anchor: "middle", className: "om-strong" }),
  write(180, y + 37, note, { anchor: "middle", className: "om-note" }),
];

const flow = (y, symbol, shape) => [
  arrow(180, y, 180, y + 34, "om-arrow-ink"),
  write(192, y + 21, symbol),
  write(348, y + 21, shape, { anchor: "end", className: "om-note" }),
];

export default {
  controls: (data) => [
    { kind: "slider", name: "side", label: "picture, pixels a side", min: 1, max: 32, step: 1, value: 32 },
    { kind: "slider", name: "examples", label: "examples *m*", min: 1, max: 200, step: 1, value: 1 },
    { kind: "slider", name: "classes", label: "classes *K*", min: 2, max: 10, step: 1, value: data.classes.length },
    { kind: "check", name: "biased", label: "with *b*", value: true },
    {
      kind: "choice",
      name: "right",
      label: "Right class",
      options: data.classes.map((name, n) => [String(n + 1), name]),
      value: String(data.right),
    },
    { kind: "slider", name: "raise", label: "added to the right class's score", min: -4, max: 6, step: 0.1, value: 0 },
  ],

  draw(state, data) {
    const { side, examples, classes, biased, right, raise } = state;
    const features = side * side * 3;
    const count = (biased ? parameters : weights)(classes, features);
    const by = (rows) => `${rows} × ${examples}`;
    const input = examples > 1 ? "*X*" : "*x*";

    const diagram = [
      write(180, 18, `picture: ${side} × ${side} × 3 numbers`, { anchor: "middle", className: "om-note" }),
      flow(26, input, by(features)),
      box(64, biased ? "*W*" + input + " + *b*" : "*W*" + input, `*W*: ${classes} × ${features}${biased ? `, *b*: ${classes}` : ""}`),
      flow(114, examples > 1 ? "scores *Z*" : "scores *z*", by(classes)),
      box(152, "LogSoftmax", "each column on its own"),
      flow(202, examples > 1 ? "log *P*" : "log *p*", by(classes)),
      box(240, "minus entry *c*", "the right class's entry, sign turned"),
      flow(290, "*ℓ*", examples > 1 ? `1 × ${examples}` : "one number"),
      examples > 1
        ? [box(328, "average", "over the examples"), write(180, 392, "*L*: one number", { anchor: "middle", className: "om-note" })]
        : write(180, 344, "the loss", { anchor: "middle", className: "om-note" }),
    ];

    const own = Number(right) - 1;
    const scores = data.scores.map((z, n) => (n === own ? z + raise : z));
    const logs = scores.map((_, n) => logSoftmax4(...ownFirst(scores, n)));
    const chances = scores.map((_, n) => softmax4(1, ...ownFirst(scores, n)));
    const columns = [
      ["scores *z*", scores],
      ["*p*", chances],
      ["log *p*", logs],
    ];
    const [top, row] = [58, 46];
    const table = [
      columns.map(([title], c) => write(140 + c * 90, 36, title, { anchor: "end", className: "om-axis" })),
      data.classes.map((name, n) => [
        n === own ? rect(8, top + n * row - 22, 344, 34, "om-frame", { rx: 4 }) : "",
        write(16, top + n * row, name, { className: n === own ? "om-strong" : "" }),
        columns.map(([, values], c) =>
          write(140 + c * 90, top + n * row, fixed(values[n], c === 0 ? 1 : 3), { anchor: "end", className: "om-figures" }),
        ),
        rect(230 - 78, top + n * row + 5, 78 * chances[n], 4, "om-fill-a"),
      ]),
      arrow(336, top + own * row + 14, 336, 262, "om-arrow-a"),
      write(348, 284, fixed(lossOf(chances[own]), 3), { anchor: "end", className: "om-strong om-figures" }),
      write(228, 284, "loss", { anchor: "end", className: "om-axis" }),
      segment(16, 300, 344, 300, "om-grid"),
    ];

    return {
      panels: [
        panel("diagram", `From a picture through one linear layer and log-softmax to one number. ${count} parameters.`, WIDTH, HEIGHT, diagram),
        panel("example", `One example: the right class has probability ${fixed(chances[own], 3)}, loss ${fixed(-logs[own], 3)}.`, WIDTH, 310, table),
      ],
      shown: { side: String(side), examples: String(examples), classes: String(classes), raise: fixed(raise, 1) },
      readout: [
        ["parameters", String(count)],
        ["probability of the right class", fixed(chances[own], 4)],
        ["loss", fixed(-logs[own], 4)],
      ],
      says: `${count} parameters. Loss ${fixed(-logs[own], 3)}.`,
    };
  },
};
