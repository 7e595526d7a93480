import { ascentW1, ascentW2, descentW1, descentW2, marginSlope, stableOnLoss, stableOnQuality, steepestMargin, toTheTop } from "formulas";
import { axes, curve, fixed, legend, panel, remember, significant } from "../kit.js";

const [LOW, HIGH] = [1e-6, 1e6];
const DECADES = [1e-6, 1e-4, 1e-2, 1, 1e2, 1e4, 1e6];
const clamp = (d) => Math.min(HIGH * 10, Math.max(LOW / 10, d));

const walk = remember((start, lr, steps, kind) => {
  const next = kind === "ascent" ? [ascentW1, ascentW2] : [descentW1, descentW2];
  const out = [start];
  for (let t = 0; t < steps; t++) out.push(next.map((f) => f(...out[t], lr)));
  return out.map(([a, b]) => toTheTop(a, b));
});

const weights = remember((margins, lr, steps) => {
  const out = [0];
  for (let t = 0; t < steps; t++) out.push(out[t] - lr * marginSlope(out[t], ...margins));
  return out;
});

export default {
  controls: (data) => [
    { kind: "slider", name: "times", label: "rate, as a multiple of the limit", min: 0.05, max: 2, step: 0.05, value: 1.2 },
    { kind: "slider", name: "last", label: "last margin of the two-class problem", min: -2, max: 2, step: 0.1, value: data.margins[3] },
    { kind: "buttons", buttons: [["below", "Below"], ["at", "At the limit"], ["above", "Above"]] },
  ],

  act: (name) => ({ below: { times: 0.9 }, at: { times: 1 }, above: { times: 1.2 } })[name],

  draw({ times, last }, data) {
    const [onQuality, onLoss] = [times * stableOnQuality(), times * stableOnLoss()];
    const t = { domain: [0, data.steps], label: "iteration" };
    const away = axes({ height: 300, left: 58, top: 44, x: t, y: { domain: [LOW, HIGH], log: true, label: "distance to the top", ticks: DECADES } });
    const up = walk(data.start, onQuality, data.steps, "ascent");
    const down = walk(data.start, onLoss, data.steps, "descent");
    const line = (distances) => distances.map((d, n) => [away.x(n), away.y(clamp(d))]);

    const margins = [...data.margins.slice(0, 3), last];
    // The same multiple of a rate that is large for this problem, to see that it still cannot blow up.
    const lr = 20 * times;
    const bound = lr * steepestMargin(...margins);
    const path = weights(margins, lr, data.steps);
    const highest = bound * data.steps;
    const grown = axes({ height: 300, left: 58, top: 44, x: t, y: { domain: [LOW, HIGH], log: true, label: "size of the weight", ticks: DECADES } });

    return {
      panels: [
        panel(
          "distance",
          `Distance to the top after ${data.steps} steps: ${significant(up[data.steps])} on the quality, ${significant(down[data.steps])} on the loss.`,
          away.width,
          away.height,
          away.back,
          away.clip(curve(line(down), "om-line-b"), curve(line(up), "om-line-a")),
          legend(away, [
            ["om-line-a", "ascent on the quality", "a"],
            ["om-line-b", "descent on its loss, a bowl", "b"],
          ]),
        ),
        panel(
          "weight",
          `Size of the weight against iteration: ${significant(Math.abs(path[data.steps]))} after ${data.steps} steps, bound ${significant(highest)}.`,
          grown.width,
          grown.height,
          grown.back,
          curve(path.slice(1).map((_, n) => [grown.x(n + 1), grown.y(clamp(bound * (n + 1)))]), "om-line-c"),
          curve(path.slice(1).map((w, n) => [grown.x(n + 1), grown.y(clamp(Math.abs(w)))]), "om-line-a"),
          legend(grown, [
            ["om-line-c", "rate × iterations × largest slope", "c"],
            ["om-line-a", "gradient descent", "a"],
          ]),
        ),
      ],
      shown: { times: fixed(times, 2), last: fixed(last, 1) },
      readout: [
        ["rate on the quality", fixed(onQuality, 3)],
        ["its limit", fixed(stableOnQuality(), 3)],
        ["rate on the loss", fixed(onLoss, 3)],
        ["its limit", fixed(stableOnLoss(), 3)],
        ["rate of the two-class problem", significant(lr)],
        ["its margins", margins.map((one) => fixed(one, 1)).join(", ")],
      ],
      says: `After ${data.steps} steps the distance is ${significant(up[data.steps])} on the quality and ${significant(down[data.steps])} on the loss.`,
    };
  },
};
