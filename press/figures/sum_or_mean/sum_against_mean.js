import { changeOfSquare, parabola, stepped } from "formulas";
import { axes, circle, curve, legend, levelSets, mark, panel, shape, significant, walked } from "../kit.js";

const LEVELS = [0.05, 0.2, 0.45, 0.8, 1.25, 1.8, 2.45, 3.2];
const FAR = 40; // outside the picture

/** The weights before and after each step; `times` is what the gradient of the mean is multiplied by. */
const walk = (rate, times, { start, curvature, steps }) =>
  walked(start, steps, FAR, (at) => at.map((u, axis) => stepped(rate, times, curvature[axis], u)));

export default {
  controls: () => [
    { kind: "slider", name: "lr", label: "learning rate *η*", min: 0.02, max: 3, log: true, value: 0.2 },
    { kind: "slider", name: "m", label: "examples *m*", min: 1, max: 16, step: 1, value: 8 },
    { kind: "check", name: "over", label: "*η* over *m* for the sum", value: false },
  ],

  draw({ lr, m, over }, data) {
    const frame = axes({
      width: 420,
      height: 330,
      top: 52,
      left: 44,
      x: { domain: [-4.2, 4.2], label: "first weight" },
      y: { domain: [-2.8, 2.8], label: "second weight" },
    });
    const [flat, steep] = data.curvature;
    const bowl = levelSets((a, b) => parabola(flat, a) + parabola(steep, b), frame, LEVELS);
    const sumRate = over ? lr / m : lr;
    const [mean, sum] = [walk(lr, 1, data), walk(sumRate, m, data)];
    const dots = (path) => path.map(([a, b]) => [frame.x(a), frame.y(b)]);
    const change = [changeOfSquare(lr, 1, steep, 1), changeOfSquare(sumRate, m, steep, 1)];
    const fate = (one) => (one < -1e-9 ? "comes nearer" : one > 1e-9 ? "runs away" : "jumps to and fro");
    const [meanGoes, sumGoes] = change.map(fate);
    return {
      panels: [
        panel(
          "bowl",
          `Descent on a bowl, with learning rate ${significant(lr)}. On the mean it ${meanGoes}, on the sum of ${m} losses it ${sumGoes}.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            bowl.map(([, d]) => shape(d, "om-band")),
            curve(dots(mean), "om-line-a"),
            dots(mean).map(([x, y]) => circle(x, y, 3, "om-fill-a")),
            curve(dots(sum), "om-line-b"),
            dots(sum).map(([x, y]) => mark(1, x, y, "om-fill-b", 36)),
          ),
          legend(frame, [
            ["om-line-a", "descent on the mean", "a"],
            ["om-line-b", over ? "descent on the sum, learning rate over m" : "descent on the sum, same learning rate", "b"],
          ]),
        ),
      ],
      shown: { lr: significant(lr), m: String(m) },
      readout: [
        ["learning rate, mean", significant(lr)],
        ["learning rate, sum", significant(sumRate)],
        ["second weight squared, per step, mean", `× ${significant(1 + change[0])}`],
        ["second weight squared, per step, sum", `× ${significant(1 + change[1])}`],
      ],
      says: `Learning rate ${significant(lr)}, ${m} examples: on the mean, the steep direction ${meanGoes}; on the sum it ${sumGoes}.`,
    };
  },
};
