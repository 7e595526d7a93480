import { batchesOf, firstOf, lastOf, notesFirst, notesLast } from "formulas";
import { fixed, panel, rect, write } from "../kit.js";

const ROW = 10;

export default {
  controls: () => [
    { kind: "slider", name: "t", label: "step *t*", min: 1, max: 12, step: 1, value: 4 },
    { kind: "slider", name: "m", label: "batch size *m*", min: 1, max: 12, step: 1, value: 8 },
    { kind: "slider", name: "M", label: "examples *M*", min: 12, max: 40, step: 1, value: 26 },
  ],

  draw({ t, m, M }) {
    const count = batchesOf(M, m);
    const epoch = Math.ceil(t / count);
    const k = t - (epoch - 1) * count;
    const [first, last] = [firstOf(k, m), lastOf(k, m, M)];
    const size = last - first + 1;
    const cells = Array.from({ length: M }, (_, n) => {
      const [x, y] = [14 + (n % ROW) * 34, 34 + Math.floor(n / ROW) * 34];
      const here = n + 1 >= first && n + 1 <= last;
      return [
        rect(x, y, 30, 30, here ? "om-frame" : "om-box", { rx: 3 }),
        write(x + 15, y + 20, String(n + 1), { anchor: "middle", className: here ? "om-strong" : "om-note" }),
      ];
    });
    const lines = [
      `forward: the ${size} framed ${size === 1 ? "column" : "columns"} of *X*`,
      `cost: ${size} ${size === 1 ? "loss" : "losses"} added up, over ${size}`,
      "backward: the derivatives of this cost",
      "one step of *W* and *b*; then the next batch",
    ];
    const said = `Step ${t} is batch ${k} of ${count} in epoch ${epoch}: examples ${first} to ${last}`;
    return {
      panels: [
        panel(
          "turn",
          `${M} examples in batches of ${m}. ${said}.`,
          360,
          270,
          write(14, 20, `epoch ${epoch}, batch ${k} of ${count}`, { className: "om-strong" }),
          cells,
          lines.map((line, n) => write(14, 196 + n * 20, `${n + 1}. ${line}`, { className: "om-note" })),
        ),
      ],
      shown: { t: String(t), m: String(m), M: String(M) },
      readout: [
        ["first example", String(first)],
        ["last example", String(last)],
        ["examples in this batch", String(size)],
        ["batches in an epoch", String(count)],
        ["first, by the formula of the notes", fixed(notesFirst(k, M, count), 2)],
        ["last, by the formula of the notes", fixed(notesLast(k, M, count), 2)],
      ],
      says: `${said}.`,
    };
  },
};
