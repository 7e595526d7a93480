"""The press: turns derivations, snippets and words into pages, and stops where something on a page is unchecked."""
