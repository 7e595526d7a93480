import { averaged, corrected, multiplied, weightsSoFar } from "formulas";
import { axes, circle, curve, fixed, legend, panel, remember, segment, shape, significant } from "../kit.js";

const ROWS = [
  ["corrected", "right: v over its weights", "a"],
  ["raw", "missing: v itself", "b"],
  ["misprint", "misprinted: multiplied at every step", "c"],
];

/** All four averages after each day. */
const averages = remember((beta, days) => {
  let [v, misprint, back] = [0, 0, 0];
  return days.map((day, n) => {
    const lacking = weightsSoFar(beta, n + 1);
    v = averaged(beta, v, day);
    misprint = multiplied(beta, lacking, misprint, day);
    back = multiplied(beta, 1 / lacking, back, day);
    return { corrected: corrected(beta, n + 1, v), raw: v, misprint, back };
  });
});

export default {
  controls: (data) => [
    { kind: "slider", name: "beta", label: "kept share β", min: 0, max: 0.99, step: 0.01, value: 0.95 },
    { kind: "slider", name: "day", label: "day *t*", min: 1, max: data.days.length, step: 1, value: 10 },
    { kind: "check", name: "flat", label: "every day has 20 °C", value: false },
  ],

  draw({ beta, day, flat }, data) {
    const days = flat ? data.days.map(() => 20) : data.days;
    const told = averages(beta, days);
    const now = told[day - 1];
    const frame = axes({
      width: 420,
      height: 340,
      left: 50,
      top: 74,
      x: { domain: [0.5, days.length + 0.5], label: "days from 1 July 2012", ticks: [1, 30, 60, 90, 120, 150, 180], format: String },
      y: { domain: [-1, 37], label: "°C", ticks: [0, 10, 20, 30] },
    });
    const dots = days.map((one, n) => `M${frame.x(n + 1).toFixed(1)},${frame.y(one).toFixed(1)}h.1`).join("");
    const said = `day ${day}: right ${fixed(now.corrected, 2)}, missing ${fixed(now.raw, 2)}, misprinted ${fixed(now.misprint, 2)}, fed back ${significant(now.back, 3)} °C`;
    return {
      panels: [
        panel(
          "averages",
          `Three averages that keep ${fixed(beta, 2)}, over daily temperatures. On ${said}.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            segment(frame.x(day), frame.box.top, frame.x(day), frame.box.bottom, "om-line-quiet"),
            shape(dots, "om-line-ink om-solid om-ahead"),
            [...ROWS].reverse().map(([name, , ink]) => [
              curve(told.map((one, n) => [frame.x(n + 1), frame.y(one[name])]), `om-line-${ink}`),
              circle(frame.x(day), frame.y(now[name]), 4.5, `om-fill-${ink}`),
            ]),
          ),
          legend(frame, ROWS.map(([, text, ink]) => [`om-line-${ink}`, text, ink])),
        ),
      ],
      shown: { beta: fixed(beta, 2), day: String(day) },
      readout: [
        ["right", `${fixed(now.corrected, 3)} °C`],
        ["missing", `${fixed(now.raw, 3)} °C`],
        ["misprinted", `${fixed(now.misprint, 3)} °C`],
        ["fed back", `${significant(now.back, 4)} °C`],
        ["all weights together", fixed(weightsSoFar(beta, day), 4)],
      ],
      says: `On ${said}.`,
    };
  },
};
