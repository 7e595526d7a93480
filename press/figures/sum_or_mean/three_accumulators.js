import { addedUp, meanOfMeans, pooledOfThree, shareOfTheFirst } from "formulas";
import { axes, fixed, ownFirst, panel, rect, segment, write } from "../kit.js";

const PARTS = [0, 1, 2];
const tokens = (name, label, value) => ({ kind: "slider", name, label, min: 1, max: 32, step: 1, value });

export default {
  controls: () => [
    tokens("n1", "tokens of part 1", 24),
    tokens("n2", "tokens of part 2", 16),
    tokens("n3", "tokens of part 3", 2),
    { kind: "slider", name: "last", label: "mean of part 3", min: 0, max: 8, step: 0.25, value: 5 },
  ],

  draw({ n1, n2, n3, last }, { first, second }) {
    const counts = [n1, n2, n3];
    const averages = [first, second, last];
    const pooled = pooledOfThree(...counts, ...averages);
    const mean = meanOfMeans(...averages);
    const bars = [
      ["added up, never divided", addedUp(...averages), averages],
      ["mean of means", mean, averages.map((one) => one / PARTS.length)],
      ["pooled", pooled, PARTS.map((n) => shareOfTheFirst(...ownFirst(counts, n), averages[n]))],
    ];
    const frame = axes({
      width: 420,
      height: 270,
      top: 12,
      left: 16,
      x: { domain: [0, 11], label: "accumulated", ticks: 6 },
      y: { domain: [0, 3], ticks: [] },
    });
    const said = bars.map(([name, value]) => `${name} ${fixed(value, 3)}`).join(", ");
    return {
      panels: [
        panel(
          "bars",
          `Three accumulators after parts of ${counts.join(", ")} tokens with averages ${averages.map((one) => fixed(one, 2)).join(", ")}: ${said}.`,
          frame.width,
          frame.height,
          frame.back,
          bars.map(([name, value, brought], row) => {
            const top = frame.y(3 - row) + 24;
            let from = 0;
            return [
              write(frame.box.left + 2, top - 6, `${name}: ${fixed(value, 3)}`, { className: "om-note om-strong" }),
              brought.map((one, n) => {
                const [x, width] = [frame.x(from), frame.x(one) - frame.x(0)];
                from += one;
                return [
                  rect(x, top, width, 30, `om-fill-${"abc"[n]}`, { opacity: 0.75 }),
                  segment(x + width, top, x + width, top + 30, "om-line-ink om-thin"),
                  width > 16 ? write(x + width / 2, top + 20, String(n + 1), { anchor: "middle", className: "om-note om-strong" }) : "",
                ];
              }),
              segment(frame.x(pooled), top - 3, frame.x(pooled), top + 33, "om-line-ink om-thin"),
            ];
          }),
        ),
      ],
      shown: { n1: String(n1), n2: String(n2), n3: String(n3), last: fixed(last, 2) },
      readout: [...bars.map(([name, value]) => [name, fixed(value, 4)]), ["mean of means is off by", fixed(mean - pooled, 4)]],
      says: `${said[0].toUpperCase()}${said.slice(1)}.`,
    };
  },
};
