import { axes, curve, fixed, panel, segment, significant, write } from "../kit.js";

const rises = (costs) => costs.slice(1).filter((cost, n) => cost > costs[n]).length;
const last = (costs) => significant(costs[costs.length - 1], 3);

export default {
  controls: (data) => [
    {
      kind: "choice",
      name: "size",
      label: "mini-batches of",
      options: Object.keys(data.curves)
        .map(Number)
        .filter((size) => size < data.examples)
        .sort((a, b) => b - a)
        .map((size) => [String(size), String(size)]),
      value: "20",
    },
    { kind: "choice", name: "rate", label: "learning rate, of the limit", options: data.rates.map((share) => [String(share), `${fixed(100 * share, 0)} %`]), value: "0.5" },
  ],

  draw({ size, rate }, data) {
    const full = data.curves[data.examples][rate];
    const mini = data.curves[size][rate];
    const frame = axes({
      width: 420,
      height: 320,
      left: 50,
      top: 34,
      x: { domain: [0, full.length], label: "step", ticks: [0, 20, 40, 60], format: String },
      y: { domain: [0.03, 100], log: true, label: "cost of the batch", ticks: [0.1, 1, 10, 100] },
    });
    const line = (costs, className) => curve(costs.map((cost, n) => [frame.x(n), frame.y(Math.max(0.03, Math.min(100, cost)))]), className);
    const counted = (costs) => `${rises(costs)} of ${costs.length - 1} times`;
    const said = `The full batch rises ${counted(full)}, mini-batches of ${size} ${counted(mini)}`;
    return {
      panels: [
        panel(
          "costs",
          `Cost of each batch before its step, at ${fixed(100 * rate, 0)} % of the largest learning rate. ${said}.`,
          frame.width,
          frame.height,
          frame.back,
          line(mini, "om-line-b om-thin"),
          line(full, "om-line-a"),
          segment(54, 16, 78, 16, "om-line-a"),
          write(84, 20, "full batch", { className: "om-note om-ink-a" }),
          segment(190, 16, 214, 16, "om-line-b om-thin"),
          write(220, 20, "mini-batches", { className: "om-note om-ink-b" }),
        ),
      ],
      shown: {},
      readout: [
        ["full batch, rises", counted(full)],
        ["mini-batches, rises", counted(mini)],
        ["last cost, full batch", last(full)],
        ["last cost, mini-batches", last(mini)],
      ],
      says: `${said}.`,
    };
  },
};
