import { softmax4, uniform } from "formulas";
import { axes, fixed, ownFirst, panel, rect, segment, significant, write } from "../kit.js";

export default {
  controls: () => [
    { kind: "slider", name: "tau", label: "temperature", min: 0.1, max: 10, log: true, value: 1 },
    { kind: "slider", name: "shift", label: "added to every score", min: -3, max: 3, step: 0.1, value: 0 },
    { kind: "buttons", buttons: [["hard", "Nearly a hard maximum"], ["one", "Temperature 1"], ["warm", "Nearly uniform"]] },
  ],

  act: (name) => ({ hard: { tau: 0.1 }, one: { tau: 1 }, warm: { tau: 10 } })[name],

  draw({ tau, shift }, data) {
    const scores = data.scores.map((z) => z + shift);
    const chances = scores.map((_, n) => softmax4(tau, ...ownFirst(scores, n)));
    const chance = uniform(scores.length);
    const x = { domain: [0.2, scores.length + 0.6], ticks: scores.map((_, n) => n + 1), format: String, label: "class" };
    const left = axes({ height: 240, x, y: { domain: [-5, 9], label: "score" } });
    const right = axes({ height: 240, x, y: { domain: [0, 1], label: "probability" } });
    const bar = (frame, n, value, places) => {
      const [low, high] = [frame.y(0), frame.y(value)];
      return [
        rect(frame.x(n + 1) - 24, Math.min(low, high), 48, Math.abs(low - high), "om-bar"),
        write(frame.x(n + 1), Math.min(low, high) - 5, fixed(value, places), { anchor: "middle", className: "om-note om-figures" }),
      ];
    };
    return {
      panels: [
        panel("scores", `Scores ${scores.map((z) => fixed(z, 1)).join(", ")}.`, left.width, left.height, left.back,
          segment(left.box.left, left.y(0), left.box.right, left.y(0), "om-line-ink om-thin"),
          scores.map((z, n) => bar(left, n, z, 1))),
        panel("chances", `Probabilities ${chances.map((p) => fixed(p, 3)).join(", ")}.`, right.width, right.height, right.back, segment(right.box.left, right.y(chance), right.box.right, right.y(chance), "om-line-quiet"), write(right.box.left + 2, right.y(chance) - 5, "1/*K*", { className: "om-note" }), chances.map((p, n) => bar(right, n, p, 3))),
      ],
      shown: { tau: significant(tau), shift: fixed(shift, 1) },
      readout: chances.map((p, n) => [`*p_${n + 1}*`, significant(p, 4)]),
      says: `Probabilities ${chances.map((p) => fixed(p, 2)).join(", ")}.`,
    };
  },
};
