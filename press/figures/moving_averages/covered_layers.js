import { axes, circle, curve, fixed, panel, polygon, segment, significant, write } from "../kit.js";

const WAYS = [
  ["bias", "not normalised", "om-line-a", "om-band"],
  ["normalised", "normalised", "om-line-b", "om-band-warn"],
];

/** The largest change of the unit's mean from one step to the next. */
const jump = (means) => Math.max(...means.slice(1).map((mean, n) => Math.abs(mean - means[n])));

export default {
  controls: (data) => [
    { kind: "slider", name: "unit", label: "unit of the second layer", min: 1, max: data.units, step: 1, value: 1 },
    { kind: "slider", name: "step", label: "step", min: 0, max: data.steps - 1, step: 1, value: 20 },
    { kind: "choice", name: "offset", label: "inputs", options: [["2", "off centre"], ["0", "centred"]], value: "2" },
    { kind: "choice", name: "rate", label: "learning rate", options: data.rates.map((rate) => [String(rate), String(rate)]), value: "0.1" },
  ],

  draw({ unit, step, offset, rate }, data) {
    const runs = data.runs[offset][rate];
    const seen = WAYS.map(([way]) => ({ means: runs[way].means[unit - 1], deviations: runs[way].deviations[unit - 1] }));
    const said = WAYS.map(([, name], n) => `${name}, its mean moves by up to ${significant(jump(seen[n].means), 2)} in a step`).join("; ");
    return {
      panels: WAYS.map(([way, name, line, band], n) => {
        const { means, deviations } = seen[n];
        const frame = axes({
          width: 420,
          height: 210,
          top: 30,
          x: { domain: [0, data.steps - 1], label: "step", ticks: [0, 10, 20, 30, 40], format: String },
          y: { domain: [-1.5, 1.5], label: "passed on", ticks: [-1, 0, 1], format: (y) => fixed(y, 0) },
        });
        const at = (k, up) => [frame.x(k), frame.y(means[k] + up * deviations[k])];
        const places = means.map((_, k) => k);
        return panel(
          way,
          `What unit ${unit} of the second layer passes on, over ${data.steps} steps of training, ${name}: its mean, and one standard deviation to either side.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(
            polygon([...places.map((k) => at(k, 1)), ...places.reverse().map((k) => at(k, -1))], band),
            curve(means.map((_, k) => at(k, 0)), line),
            segment(frame.x(step), frame.box.top, frame.x(step), frame.box.bottom, "om-line-quiet"),
            circle(...at(step, 0), 4, "om-now"),
          ),
          write(frame.box.left, 18, `${name}: mean and deviation`, { className: "om-note" }),
        );
      }),
      shown: { unit: String(unit), step: String(step) },
      readout: WAYS.flatMap(([, name], n) => [
        [`mean at this step, ${name}`, fixed(seen[n].means[step], 3)],
        [`deviation at this step, ${name}`, fixed(seen[n].deviations[step], 3)],
        [`largest move in a step, ${name}`, fixed(jump(seen[n].means), 3)],
      ]),
      says: `Unit ${unit}: ${said}.`,
    };
  },
};
