// Runs after Material's search worker. lunr joins the branches of its tree of words that have the same text: of each
// edge the letter, then the number of what it leads to. Where the letter is a digit, two different branches can have
// one text, and a search for a word with digits fails (lunr's issue 503). A sign behind each number tells them apart.
self.lunr.TokenSet.prototype.toString = function () {
  if (this._str) return this._str // as the tree has it, once it is joined
  const edges = Object.entries(this.edges).map(([letter, { id }]) => `${letter}${id};`)
  return `${this.final ? 1 : 0}${edges.sort().join("")}`
}
