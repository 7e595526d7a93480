import { ridgeOfTheMean, ridgeOfTheSum } from "formulas";
import { axes, circle, curve, fixed, legend, mark, panel, segment, significant } from "../kit.js";

const [WEAK, STRONG] = [0.01, 100];
const GRID = Array.from({ length: 81 }, (_, n) => WEAK * (STRONG / WEAK) ** (n / 80));
const listed = (numbers) => numbers.map((one) => String(one).replace("-", "\u2212")).join(", ");

export default {
  controls: () => [
    { kind: "slider", name: "m", label: "examples *m*", min: 1, max: 64, step: 1, value: 16 },
    { kind: "slider", name: "lam", label: "strength λ", min: WEAK, max: STRONG, log: true, value: 1 },
    { kind: "check", name: "times", label: "λ times *m* for the sum", value: false },
  ],

  draw({ m, lam, times }, data) {
    const weights = data.xx.map((xx, n) => {
      const mean = (one) => ridgeOfTheMean(xx, data.xy[n], one);
      const sum = (one) => ridgeOfTheSum(xx, data.xy[n], times ? m * one : one, m);
      return { mean, sum };
    });
    const frame = axes({
      width: 420,
      height: 320,
      top: 52,
      left: 50,
      x: { domain: [WEAK, STRONG], log: true, label: "strength λ" },
      y: { domain: [-1.3, 1.6], label: "weight", ticks: [-1, -0.5, 0, 0.5, 1, 1.5], format: (y) => fixed(y, 1) },
    });
    const path = (f) => GRID.map((one) => [frame.x(one), frame.y(f(one))]);
    const now = weights.map(({ mean, sum }) => ({ mean: mean(lam), sum: sum(lam) }));
    const said = now.map(({ mean, sum }, n) => `weight ${n + 1}: mean ${fixed(mean, 3)}, sum ${fixed(sum, 3)}`).join("; ");
    return {
      panels: [
        panel(
          "paths",
          `Three weights against the strength of the penalty, for the mean and for the sum of ${m} losses. At strength ${significant(lam)}, ${said}.`,
          frame.width,
          frame.height,
          frame.back,
          segment(frame.box.left, frame.y(0), frame.box.right, frame.y(0), "om-line-ink om-thin"),
          segment(frame.x(lam), frame.box.top, frame.x(lam), frame.box.bottom, "om-line-quiet"),
          weights.map(({ mean, sum }, n) => [
            curve(path(mean), "om-line-a"),
            curve(path(sum), "om-line-b"),
            circle(frame.x(lam), frame.y(now[n].mean), 4.5, "om-fill-a"),
            mark(1, frame.x(lam), frame.y(now[n].sum), "om-fill-b"),
          ]),
          legend(frame, [
            ["om-line-a", "the mean of the losses, plus the penalty", "a"],
            ["om-line-b", times ? `their sum, plus ${m} times the penalty` : "their sum, plus the penalty", "b"],
          ]),
        ),
      ],
      shown: { m: String(m), lam: significant(lam) },
      readout: [
        ...now.flatMap(({ mean, sum }, n) => [
          [`weight ${n + 1}, mean`, fixed(mean, 4)],
          [`weight ${n + 1}, sum`, fixed(sum, 4)],
        ]),
        ["the features' mean squares", listed(data.xx)],
        ["their mean products with the target", listed(data.xy)],
      ],
      says: `At m = ${m} and strength ${significant(lam)}, ${said}.`,
    };
  },
};
