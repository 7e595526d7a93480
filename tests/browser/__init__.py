"""The site as a reader's browser sees it: every page in Chromium, against the faults and budgets of the design."""
