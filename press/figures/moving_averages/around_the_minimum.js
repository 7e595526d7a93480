import { exponentialRate, floorOfError, inverseRate, pushed, rootRate, stairsRate } from "formulas";
import { axes, circle, curve, fixed, legend, mark, panel, significant } from "../kit.js";

const NAMES = { inverse: "one over the epochs", exponential: "exponential", root: "one over the root", stairs: "staircase" };

/** The weights before and after each step, on a bowl of curvature 1 with its bottom at 0. */
const walk = (rate, noise, { start, kicks }) =>
  kicks.reduce((path, kick, e) => [...path, path[e].map((u, axis) => pushed(rate(e), u, noise * kick[axis]))], [start]);

/** Mean squared distance over the second half of the path. */
const spread = (path) => {
  const late = path.slice(Math.ceil(path.length / 2));
  return late.reduce((all, [a, b]) => all + a * a + b * b, 0) / late.length;
};

export default {
  controls: () => [
    { kind: "slider", name: "lr", label: "first rate *η_0*", min: 0.05, max: 1, log: true, value: 0.5 },
    { kind: "slider", name: "noise", label: "noise *s*", min: 0, max: 2, step: 0.05, value: 1 },
    { kind: "choice", name: "schedule", label: "with decay", options: Object.entries(NAMES), value: "stairs" },
  ],

  draw({ lr, noise, schedule }, data) {
    const rates = {
      inverse: (e) => inverseRate(lr, data.decay, e),
      exponential: (e) => exponentialRate(lr, data.fade, e),
      root: (e) => rootRate(lr, data.k, e + 1),
      stairs: (e) => stairsRate(lr, data.every, e),
    };
    const [constant, falling] = [walk(() => lr, noise, data), walk(rates[schedule], noise, data)];
    const frame = axes({
      width: 420,
      height: 367,
      top: 54,
      x: { domain: [-2.5, 5.5], label: "first weight" },
      y: { domain: [-2.5, 3.5], label: "second weight" },
    });
    const dots = (path) => path.map(([a, b]) => [frame.x(a), frame.y(b)]);
    const [all, last] = [spread(constant), spread(falling)];
    const name = NAMES[schedule];
    return {
      panels: [
        panel(
          "paths",
          `Two noisy paths to the bottom of a bowl. In the second half the mean squared distance is ${significant(all)} at a constant rate and ${significant(last)} with decay.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            [0.5, 1, 2, 3, 4, 5, 6].map((r) => circle(frame.x(0), frame.y(0), frame.x(r) - frame.x(0), "om-band")),
            curve(dots(constant), "om-line-b om-thin"),
            dots(constant).map(([x, y]) => mark(1, x, y, "om-fill-b", 26)),
            curve(dots(falling), "om-line-a om-thin"),
            dots(falling).map(([x, y]) => circle(x, y, 2.6, "om-fill-a")),
          ),
          legend(frame, [
            ["om-line-b", "constant rate", "b"],
            ["om-line-a", `with decay: ${name}`, "a"],
          ]),
        ),
      ],
      shown: { lr: significant(lr), noise: fixed(noise, 2) },
      readout: [
        ["second half, constant rate", significant(all)],
        ["second half, with decay", significant(last)],
        ["floor of the constant rate, both weights", significant(2 * floorOfError(lr, noise))],
        ["last rate, with decay", significant(rates[schedule](data.kicks.length - 1))],
      ],
      says: `Mean squared distance in the second half: ${significant(all)} at a constant rate, ${significant(last)} with ${name}.`,
    };
  },
};
