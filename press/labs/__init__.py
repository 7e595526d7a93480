"""Labs: percent scripts under docs/ that are run at build and laid out by mkdocs-jupyter.

`script` reads one, `closure` says what it rests on, `run` executes those that changed, `picture`
makes their figures follow the theme, `page` joins words and output, `hooks` ties all this to MkDocs.
"""
