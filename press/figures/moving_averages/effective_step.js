import { enlarged, halfUnder, stepBeside, stepUncorrected, stepUnder } from "formulas";
import { axes, circle, curve, mark, panel, segment, significant, write } from "../kit.js";

const [SMALL, LARGE, SHORT] = [1e-12, 1, 1e-6];
const GRID = Array.from({ length: 97 }, (_, n) => SMALL * (LARGE / SMALL) ** (n / 96));

export default {
  controls: ({ steps }) => [
    { kind: "slider", name: "epsilon", label: "ε", min: 1e-12, max: 1e-2, log: true, value: 1e-8 },
    { kind: "slider", name: "k", label: "step *t*", min: 0, max: steps.length - 1, step: 1, value: 0 },
    { kind: "slider", name: "gradient", label: "gradient *g*", min: SMALL, max: LARGE, log: true, value: 1e-6 },
  ],

  draw({ epsilon, k: at, gradient }, { beta2, steps }) {
    const n = steps[at];
    const forms = [
      ["beside the root", "a", (g) => stepBeside(g, epsilon), epsilon],
      ["under the root", "b", (g) => stepUnder(g, epsilon), halfUnder(epsilon)],
      ["beside, not corrected", "c", (g) => stepUncorrected(g, epsilon, beta2, n), enlarged(epsilon, beta2, n)],
    ];
    const frame = axes({
      width: 420,
      height: 340,
      top: 72,
      left: 52,
      x: { domain: [SMALL, LARGE], log: true, label: "gradient *g*", ticks: [1e-12, 1e-9, 1e-6, 1e-3, 1] },
      y: { domain: [SHORT, 2], log: true, label: "step, in learning rates", ticks: [1e-6, 1e-4, 1e-2, 1] },
    });
    const now = forms.map(([, , f]) => f(gradient));
    const said = forms.map(([name], k) => `${name} ${significant(now[k])}`).join(", ");
    const sign = (k, x, y, ink) => (k ? mark(k, x, y, `om-fill-${ink}`) : circle(x, y, 4.5, `om-fill-${ink}`));
    return {
      panels: [
        panel(
          "steps",
          `Step of Adam against the size of the gradient, for ε ${significant(epsilon)} in three places. At a gradient of ${significant(gradient)}: ${said}.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            segment(frame.x(gradient), frame.box.top, frame.x(gradient), frame.box.bottom, "om-line-quiet"),
            forms.map(([, ink, f]) => curve(GRID.map((g) => [frame.x(g), frame.y(f(g))]), `om-line-${ink}`)),
            forms.map(([, ink, f, half], k) => sign(k, frame.x(half), frame.y(f(half)), ink)),
          ),
          forms.map(([name, ink], k) => [
            segment(frame.box.left, 13 + 20 * k, frame.box.left + 26, 13 + 20 * k, `om-line-${ink}`),
            sign(k, frame.box.left + 13, 13 + 20 * k, ink),
            write(frame.box.left + 34, 17 + 20 * k, k < 2 ? `ε ${name}` : `ε ${name}, step ${n}`, {
              className: `om-note om-ink-${ink}`,
            }),
          ]),
        ),
      ],
      shown: { epsilon: significant(epsilon), k: String(n), gradient: significant(gradient) },
      readout: forms.flatMap(([name, , , half], k) => [
        [`step, ε ${name}`, significant(now[k])],
        [`half a step is left at, ε ${name}`, significant(half)],
      ]),
      says: `With ε ${significant(epsilon)} and a gradient of ${significant(gradient)}, at step ${n}: ${said}.`,
    };
  },
};
