import { averageLoss, lossOf, qualityOf, rescaled } from "formulas";
import { axes, curve, escape, fixed, mark, panel, segment, write } from "../kit.js";

const LOW = 0.02;
const HIGH = 0.98;

/** The table with the chosen column's right entry moved to q; the others keep their proportions. */
const moved = ({ picture, q }, data) =>
  data.table.map((column, n) => {
    const own = data.right[n] - 1;
    if (n !== picture - 1 || q === column[own]) return column;
    return column.map((p, k) => (k === own ? q : rescaled(p, column[own], q)));
  });

const rightEntry = (data, n) => data.table[n][data.right[n] - 1];

export default {
  controls: (data) => [
    {
      kind: "choice",
      name: "picture",
      label: "Picture",
      options: data.right.map((_, n) => [String(n + 1), String(n + 1)]),
      value: "4",
    },
    { kind: "slider", name: "q", label: "probability of its right class", min: LOW, max: HIGH, value: rightEntry(data, 3) },
  ],

  changed: (name, state, data) => (name === "picture" ? { q: rightEntry(data, Number(state.picture) - 1) } : {}),

  draw(state, data) {
    const chosen = Number(state.picture);
    const table = moved({ picture: chosen, q: state.q }, data);
    const right = table.map((column, n) => column[data.right[n] - 1]);
    const losses = right.map(lossOf);
    const average = averageLoss(...right);

    const mended = (n, k) => data.mended.some((one) => one.example === n + 1 && one.class === k + 1);
    const cell = (n, k) => {
      const own = data.right[n] === k + 1;
      const text = fixed(table[n][k], 2) + (mended(n, k) ? "*" : "");
      const classes = [own && "om-right-class", n + 1 === chosen && "om-chosen"].filter(Boolean).join(" ");
      return `<td${classes ? ` class="${classes}"` : ""}>${own ? `<strong>${text}</strong>` : text}</td>`;
    };
    const row = (head, cells) => `<tr><th scope="row">${head}</th>${cells.join("")}</tr>`;
    const each = (f) => table.map((_, n) => f(n));
    const markup =
      '<table class="om-table"><thead>' +
      `<tr><th scope="col">picture</th>${each((n) => `<th scope="col"${n + 1 === chosen ? ' class="om-chosen"' : ""}>${n + 1}</th>`).join("")}</tr>` +
      "</thead><tbody>" +
      row("right class", each((n) => `<td>${data.right[n]}</td>`)) +
      data.classes.map((name, k) => row(`${k + 1} ${escape(name)}`, each((n) => cell(n, k)))).join("") +
      '</tbody><tfoot>' +
      row("loss", each((n) => `<td${n + 1 === chosen ? ' class="om-chosen"' : ""}>${fixed(losses[n], 3)}</td>`)) +
      "</tfoot></table>";

    const frame = axes({
      height: 250,
      x: { domain: [0, 1], label: "probability of the right class" },
      y: { domain: [0, 4], label: "loss" },
    });
    const line = Array.from({ length: 120 }, (_, n) => 0.015 + (n / 119) * 0.985).map((p) => [frame.x(p), frame.y(lossOf(p))]);
    const level = frame.y(average);
    // Above on the right or below on the left: off the curve, which falls, and off the line of the average.
    const numbered = (x, y, n) =>
      level > y - 18 && level < y + 4
        ? write(x - 6, y + 14, String(n), { anchor: "end", className: "om-note" })
        : write(x + 6, y - 6, String(n), { className: "om-note" });
    const points = right.map((p, n) => [
      mark(0, frame.x(p), frame.y(losses[n]), n + 1 === chosen ? "om-fill-a" : "om-point", 70),
      numbered(frame.x(p), frame.y(losses[n]), n + 1),
    ]);

    return {
      panels: [
        { id: "table", markup },
        panel(
          "curve",
          `Loss against probability, with the five pictures; average loss ${fixed(average, 3)}.`,
          frame.width,
          frame.height,
          frame.back,
          frame.clip(curve(line, "om-line-ink")),
          segment(frame.box.left, level, frame.box.right, level, "om-line-b"),
          // On the right the curve, and every point with it, is below its average.
          write(frame.box.right - 4, level - 5, "average loss", { anchor: "end", className: "om-note om-ink-b" }),
          points,
        ),
      ],
      shown: { q: fixed(state.q, 2) },
      readout: [
        ["average loss *L*", fixed(average, 5)],
        ["quality *Q_mean*", fixed(qualityOf(average), 5)],
      ],
      says: `Loss of picture ${chosen}: ${fixed(losses[chosen - 1], 3)}. Average ${fixed(average, 3)}.`,
    };
  },
};
