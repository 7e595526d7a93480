import { activated, batchMean4, batchVariance4, biasParameters, givenOn, normalisedParameters } from "formulas";
import { arrow, fixed, panel, rect, segment, write } from "../kit.js";

const [WIDTH, HEIGHT] = [360, 420];

const box = (y, title, note) => [
  rect(60, y, 240, 44, "om-box", { rx: 4 }),
  write(180, y + 19, title, { anchor: "middle", className: "om-strong" }),
  write(180, y + 36, note, { anchor: "middle", className: "om-note" }),
];

const flow = (y, length, symbol, shape) => [
  arrow(180, y, 180, y + length, "om-arrow-ink"),
  write(192, y + length / 2 + 4, symbol),
  write(348, y + length / 2 + 4, shape, { anchor: "end", className: "om-note" }),
];

export default {
  controls: () => [
    { kind: "slider", name: "gamma", label: "factor γ", min: -2, max: 2, step: 0.1, value: 1 },
    { kind: "slider", name: "beta", label: "shift β", min: -2, max: 2, step: 0.1, value: 0.5 },
    { kind: "slider", name: "units", label: "units of the layer", min: 1, max: 64, step: 1, value: 4 },
    { kind: "slider", name: "inputs", label: "units below", min: 1, max: 64, step: 1, value: 3 },
    { kind: "check", name: "normalised", label: "normalised; without it γ is not there", value: true },
  ],

  draw({ normalised, gamma, beta, units, inputs }, data) {
    const { scores } = data;
    const by = (rows) => `${rows} × ${scores.length}`;
    const learnt = (normalised ? normalisedParameters : biasParameters)(units, inputs);
    const [mu, wide] = [batchMean4(...scores), batchVariance4(...scores)];
    const own = (z, factor, shift) => givenOn(z, mu, wide, data.eps, factor, shift);
    const columns = normalised
      ? [scores, scores.map((z) => own(z, 1, 0)), scores.map((z) => own(z, gamma, beta))]
      : [scores, null, scores.map((z) => z + beta)];
    columns.push(columns[2].map(activated));

    const diagram = [
      flow(6, 30, "*A*, from below", by(inputs)),
      box(40, normalised ? "times *W*" : "times *W*, plus *b*", `*W*: ${units} × ${inputs}${normalised ? "" : `, *b*: ${units}`}`),
      normalised
        ? [
            flow(86, 28, "scores *Z*", by(units)),
            box(118, "less the mean, over the root", `mean and variance: ${units} each`),
            flow(164, 28, "normalised", by(units)),
            box(196, "times γ, plus β", `γ and β: ${units} each, learnt`),
            flow(242, 28, "passed on", by(units)),
          ]
        : flow(86, 184, "scores *Z*", by(units)),
      box(274, "tanh", "entry by entry"),
      flow(320, 40, "*A*", by(units)),
      write(180, 382, "to the next layer, which sees this alone", { anchor: "middle", className: "om-note" }),
    ];
    const table = [
      ["score", "normalised", "passed on", "tanh"].map((title, c) => write(92 + c * 84, 30, title, { anchor: "end", className: "om-axis" })),
      segment(12, 40, 348, 40, "om-grid"),
      columns.map((values, c) =>
        scores.map((_, n) =>
          write(92 + c * 84, 66 + n * 28, values ? fixed(values[n], 3) : "as it was", { anchor: "end", className: values ? "om-figures" : "om-note" }),
        ),
      ),
      write(180, 192, `one unit, ${scores.length} examples`, { anchor: "middle", className: "om-note" }),
    ];
    const said = `${learnt} numbers to learn${normalised ? `, and ${2 * units} to keep for the test` : ""}`;
    return {
      panels: [
        panel("layer", `A layer ${normalised ? "with" : "without"} batch normalisation between its scores and its activation. ${said}.`, WIDTH, HEIGHT - 30, diagram),
        panel("unit", `One unit on its way: scores ${scores.map((z) => fixed(z, 1)).join(", ")}; what comes out ${columns[3].map((a) => fixed(a, 2)).join(", ")}.`, WIDTH, 204, table),
      ],
      shown: { gamma: fixed(gamma, 1), beta: fixed(beta, 1), units: String(units), inputs: String(inputs) },
      readout: [
        ["numbers to learn", String(learnt)],
        ["mean of the scores", fixed(mu, 4)],
        ["first example: passed on", fixed(columns[2][0], 4)],
        ["first example: after tanh", fixed(columns[3][0], 4)],
      ],
      says: `${said}.`,
    };
  },
};
