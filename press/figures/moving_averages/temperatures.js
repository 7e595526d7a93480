import { averaged, weightOf, weightsSoFar } from "formulas";
import { axes, circle, curve, fixed, panel, rect, remember, segment, shape, significant } from "../kit.js";

const WIDTH = 420;
const MONTHS = [[1, "Jan"], [61, "Mar"], [122, "May"], [183, "Jul"], [245, "Sep"], [306, "Nov"]];
const NAME = Object.fromEntries(MONTHS);

const averages = remember((beta, days) => {
  let v = 0;
  return days.map((day) => (v = averaged(beta, v, day)));
});

const axis = (days, label) => ({ domain: [0.5, days + 0.5], label, ticks: MONTHS.map(([day]) => day), format: (day) => NAME[day] });

export default {
  controls: (data) => [
    { kind: "slider", name: "beta", label: "kept share β", min: 0, max: 0.99, step: 0.01, value: 0.9 },
    { kind: "slider", name: "day", label: "day *t*", min: 1, max: data.days.length, step: 1, value: 150 },
  ],

  draw({ beta, day }, { days }) {
    const v = averages(beta, days);
    const at = v[day - 1];
    const weights = days.slice(0, day).map((_, n) => weightOf(beta, day, n + 1));
    const total = weightsSoFar(beta, day);
    const above = axes({
      width: WIDTH,
      height: 250,
      left: 64,
      bottom: 26,
      x: axis(days.length),
      y: { domain: [-3, 36], label: "°C", ticks: [0, 10, 20, 30] },
    });
    const most = Math.max(...weights);
    const below = axes({
      width: WIDTH,
      height: 150,
      left: 64,
      x: axis(days.length, "day of 2012"),
      y: { domain: [0, most * 1.05], label: "weight", ticks: 3, format: (y) => significant(y, 2) },
    });
    // One path for all dots: a short line with round ends at each.
    const dots = days.map((one, n) => `M${above.x(n + 1).toFixed(1)},${above.y(one).toFixed(1)}h.1`).join("");
    const line = (frame) => segment(frame.x(day), frame.box.top, frame.x(day), frame.box.bottom, "om-line-quiet");
    const bars = weights.map((one, n) => [n + 1, one]).filter(([, one]) => one > most / 500);
    const said = `On day ${day} the average is ${fixed(at, 2)} °C, the day itself had ${fixed(days[day - 1], 1)} °C`;
    return {
      panels: [
        panel(
          "temperatures",
          `Daily highest temperatures and their average that keeps ${fixed(beta, 2)}. ${said}.`,
          above.width,
          above.height,
          above.back,
          line(above),
          shape(dots, "om-line-ink om-solid"),
          curve(v.map((one, n) => [above.x(n + 1), above.y(one)]), "om-line-a"),
          circle(above.x(day), above.y(at), 4.5, "om-now"),
        ),
        panel(
          "weights",
          `What each day so far weighs in the average of day ${day}: ${significant(most)} that day itself, and less by β for each day before.`,
          below.width,
          below.height,
          below.back,
          line(below),
          bars.map(([n, one]) => rect(below.x(n) - 0.5, below.y(one), 1, below.box.bottom - below.y(one), "om-fill-a")),
        ),
      ],
      shown: { beta: fixed(beta, 2), day: String(day) },
      readout: [
        ["temperature of the day", `${fixed(days[day - 1], 1)} °C`],
        ["average *v_t*", `${fixed(at, 3)} °C`],
        ["weight of the day", fixed(weights[day - 1], 4)],
        ["of ten days before", day > 10 ? fixed(weights[day - 11], 4) : "none yet"],
        ["all weights together", fixed(total, 4)],
      ],
      says: `${said}, and all weights together are ${fixed(total, 4)}.`,
    };
  },
};
