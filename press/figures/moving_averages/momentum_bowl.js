import { bowlHeight, limitOfBuffer, nextDistance } from "formulas";
import { axes, circle, curve, fixed, legend, levelSets, mark, panel, shape, significant, walked } from "../kit.js";

const LEVELS = [0.5, 2, 5, 10, 20, 35, 55];
const FAR = 60; // outside the picture

/** The weights before and after each step along the buffer, at this rate of the plain form. */
const walk = (rate, beta, { start, curvatures, steps }) =>
  walked(start, steps, FAR, (at, before = at) => at.map((u, axis) => nextDistance(rate, beta, curvatures[axis], u, before[axis])));

export default {
  controls: () => [
    { kind: "slider", name: "lr", label: "learning rate *η*", min: 0.01, max: 2, log: true, value: 0.077 },
    { kind: "slider", name: "beta", label: "kept share β", min: 0, max: 0.98, step: 0.02, value: 0.9 },
    { kind: "check", name: "plain", label: "without 1 − β", value: true },
  ],

  draw({ lr, beta, plain }, data) {
    const frame = axes({
      width: 420,
      height: 330,
      top: 52,
      left: 44,
      x: { domain: [-11, 11], label: "first weight, the flat axis" },
      y: { domain: [-2.6, 2.6], label: "second weight, the steep axis" },
    });
    const [flat, steep] = data.curvatures;
    const own = plain ? lr : (1 - beta) * lr;
    const [descent, momentum] = [walk(lr, 0, data), walk(own, beta, data)];
    const limits = [limitOfBuffer(0, steep), limitOfBuffer(beta, steep) / (plain ? 1 : 1 - beta)];
    const dots = (path) => path.map(([a, b]) => [frame.x(a), frame.y(b)]);
    const left = (path) => (path.length <= data.steps ? "it left the picture" : significant(Math.hypot(...path[data.steps])));
    const fate = (limit) => (lr < limit ? "arrives" : "runs away");
    return {
      panels: [
        panel(
          "bowl",
          `Paths on an elongated bowl at learning rate ${significant(lr)}: gradient descent ${fate(limits[0])}, momentum ${fate(limits[1])}.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            levelSets((a, b) => bowlHeight(flat, a) + bowlHeight(steep, b), frame, LEVELS).map(([, d]) => shape(d, "om-band")),
            curve(dots(descent), "om-line-b om-thin"),
            dots(descent).map(([x, y]) => mark(1, x, y, "om-fill-b", 26)),
            curve(dots(momentum), "om-line-a"),
            dots(momentum).map(([x, y]) => circle(x, y, 3, "om-fill-a")),
          ),
          legend(frame, [
            ["om-line-b", "gradient descent", "b"],
            ["om-line-a", plain ? "momentum, without 1 − β" : "momentum, with 1 − β", "a"],
          ]),
        ),
      ],
      shown: { lr: significant(lr), beta: fixed(beta, 2) },
      readout: [
        ["limit, gradient descent", significant(limits[0])],
        ["limit, momentum", significant(limits[1])],
        [`distance after ${data.steps} steps, gradient descent`, left(descent)],
        [`distance after ${data.steps} steps, momentum`, left(momentum)],
      ],
      says: `Learning rate ${significant(lr)}, β ${fixed(beta, 2)}: gradient descent ${fate(limits[0])}, momentum ${fate(limits[1])}.`,
    };
  },
};
