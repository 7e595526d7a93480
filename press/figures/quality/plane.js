// The map of the landscape that several figures share.

import { landscape, lossLandscape } from "formulas";
import { axes, levelSets, remember, shape } from "../kit.js";

const LEVELS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

export const mapFrame = (data, more = {}) =>
  axes({
    width: 360,
    height: 356,
    left: 40,
    right: 10,
    top: 10,
    bottom: 36,
    x: { domain: data.across, label: "*w_11*" },
    y: { domain: data.up, label: "*w_21*" },
    ...more,
  });

/** Bands and lines of equal quality, light below and strong above. */
export const qualityMap = remember((data) => {
  const frame = mapFrame(data);
  const sets = levelSets(landscape, frame, LEVELS);
  return [frame.back, frame.clip(sets.map(([, d]) => shape(d, "om-band")))].join("");
});

/** The level line through a point. */
export const levelThrough = (frame, w1, w2, className) =>
  levelSets(landscape, frame, [landscape(w1, w2)]).map(([, d]) => shape(d, className));

export const LOSS_SHOWN = 3.5;
export const cappedLoss = (w1, w2) => Math.min(LOSS_SHOWN, lossLandscape(w1, w2));
