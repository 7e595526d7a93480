import * as formulas from "formulas";
import { axes, circle, fixed, panel, segment, significant, write } from "../kit.js";

const [ABOVE, BELOW] = [60, 200];

export default {
  controls: (data) => [
    { kind: "slider", name: "gamma", label: "factor γ", min: -2, max: 2, step: 0.1, value: 1 },
    { kind: "slider", name: "beta", label: "shift β", min: -2, max: 2, step: 0.1, value: -1 },
    { kind: "slider", name: "halved", label: "scores halved", min: 0, max: 6, step: 1, value: 1 },
    { kind: "slider", name: "eps", label: "ε", min: -4, max: 0, step: 0.5, value: -2 },
    { kind: "slider", name: "m", label: "batch size *m*", min: 1, max: data.scores.length, step: 1, value: data.scores.length },
  ],

  draw({ gamma, beta, halved, eps, m }, data) {
    const scores = data.scores.slice(0, m).map((z) => z / 2 ** halved);
    const small = 10 ** eps;
    const mean = (all) => formulas[`batchMean${m}`](...all);
    const variance = (all) => (m === 1 ? 0 : formulas[`batchVariance${m}`](...all));
    const [mu, wide] = [mean(scores), variance(scores)];
    const given = scores.map((z) => formulas.givenOn(z, mu, wide, small, gamma, beta));
    const [after, deviation] = [mean(given), Math.sqrt(Math.max(0, variance(given)))];
    const formula = formulas.deviationGiven(gamma, wide, small);
    const frame = axes({
      width: 420,
      height: 280,
      left: 16,
      x: { domain: [-8, 9], label: "score", ticks: [-8, -4, 0, 4, 8], format: (x) => fixed(x, 0) },
      y: { domain: [0, 1], ticks: [] },
    });
    // The bar of a row: one deviation to either side of the mean.
    const bar = (y, middle, sd, line) => [
      segment(frame.x(middle - sd), y, frame.x(middle + sd), y, line),
      segment(frame.x(middle - sd), y - 4, frame.x(middle - sd), y + 4, `${line} om-solid`),
      segment(frame.x(middle + sd), y - 4, frame.x(middle + sd), y + 4, `${line} om-solid`),
      segment(frame.x(middle), y - 7, frame.x(middle), y + 7, `${line} om-solid`),
    ];
    const said = `Mean ${fixed(mu, 2)} and deviation ${significant(Math.sqrt(wide))} before; mean ${fixed(after, 2)} and deviation ${significant(deviation)} after`;
    return {
      panels: [
        panel(
          "rows",
          `${m} scores of a batch before and after batch normalisation. ${said}.`,
          frame.width,
          frame.height,
          frame.back,
          scores.map((z, n) => segment(frame.x(z), ABOVE, frame.x(given[n]), BELOW, "om-line-faint")),
          scores.map((z) => circle(frame.x(z), ABOVE, 4, "om-now")),
          given.map((z) => circle(frame.x(z), BELOW, 4, "om-now")),
          bar(ABOVE - 22, mu, Math.sqrt(wide), "om-line-a"),
          bar(BELOW + 22, after, deviation, "om-line-b"),
          write(frame.box.left + 6, ABOVE + 4, "before", { className: "om-note" }),
          write(frame.box.left + 6, BELOW + 4, "after", { className: "om-note" }),
        ),
      ],
      shown: {
        gamma: fixed(gamma, 1),
        beta: fixed(beta, 1),
        halved: `${halved}×`,
        eps: significant(small, 2),
        m: String(m),
      },
      readout: [
        ["mean before", fixed(mu, 4)],
        ["deviation before", fixed(Math.sqrt(wide), 4)],
        ["mean after", fixed(after, 4)],
        ["deviation after", fixed(deviation, 4)],
        ["deviation after, by formula", fixed(formula, 4)],
      ],
      says: `${said}.`,
    };
  },
};
