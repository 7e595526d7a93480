// html-validate's recommended rules for the built pages. Only rules about how the source is laid out are off.
// What Material's own markup breaks is excused in tests/browser/tools.py, element by element, so that every
// rule stays on for ours.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // Material's templates leave blank lines and spaces where a condition was false. No reader and no parser sees them.
    "no-trailing-whitespace": "off",
    // Material writes `<!doctype html>`, as the standard itself does.
    "doctype-style": "off",
    // It names each of KaTeX's 20,000 glyphs by a selector, which takes minutes a page: tests/browser/tools.py asks itself.
    "no-inline-style": "off",
  },
};
