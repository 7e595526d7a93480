import { averageOfAverages, offByTheLast, pooledAverage } from "formulas";
import { axes, circle, curve, fixed, legend, mark, panel, polygon, segment } from "../kit.js";

export default {
  controls: ({ m }) => [
    { kind: "slider", name: "r", label: "examples in the last batch", min: 1, max: m, step: 1, value: 1 },
    { kind: "slider", name: "last", label: "loss on it", min: 0, max: 8, step: 0.25, value: 6 },
    { kind: "slider", name: "full", label: "full batches", min: 1, max: 32, step: 1, value: 8 },
  ],

  draw({ r, last, full }, { m, before }) {
    const count = full + 1;
    const pooled = (left) => pooledAverage(before, last, count, m, left);
    const average = averageOfAverages(before, last, count);
    const off = offByTheLast(before, last, count, m, r);
    const top = Math.max(2, Math.ceil(Math.max(average, pooled(m)) + 0.5));
    const frame = axes({
      width: 420,
      height: 320,
      top: 52,
      left: 46,
      x: { domain: [1, m], label: "examples in the last batch", ticks: [1, 16, 32, 48, 64] },
      y: { domain: [0, top], label: "cost", ticks: 5 },
    });
    const sizes = Array.from({ length: m }, (_, n) => n + 1);
    const path = sizes.map((left) => [frame.x(left), frame.y(pooled(left))]);
    const flat = frame.y(average);
    const said = `The cost of the epoch is ${fixed(pooled(r), 3)}, the average of the averages ${fixed(average, 3)}, off by ${fixed(off, 3)}`;
    return {
      panels: [
        panel(
          "sizes",
          `The cost of the epoch and the average of the averages against the size of the last batch, whose loss is ${fixed(last, 2)}, after ${full} full ones. At ${r}: ${said.toLowerCase()}.`,
          frame.width,
          frame.height,
          frame.back,
          polygon([...path, [frame.x(m), flat], [frame.x(1), flat]], "om-band-warn"),
          segment(frame.x(r), frame.box.top, frame.x(r), frame.box.bottom, "om-line-quiet"),
          curve(path, "om-line-a"),
          curve([[frame.x(1), flat], [frame.x(m), flat]], "om-line-b"),
          circle(frame.x(r), frame.y(pooled(r)), 4.5, "om-fill-a"),
          mark(1, frame.x(r), flat, "om-fill-b"),
          legend(frame, [
            ["om-line-a", "the cost of the epoch", "a"],
            ["om-line-b", "the average of the averages", "b"],
          ]),
        ),
      ],
      shown: { r: String(r), last: fixed(last, 2), full: String(full) },
      readout: [
        ["examples", String(full * m + r)],
        ["cost of the epoch", fixed(pooled(r), 4)],
        ["average of averages", fixed(average, 4)],
        ["off by", fixed(off, 4)],
      ],
      says: `${said}.`,
    };
  },
};
