// Stands between the page and Material's search worker. The worker and the index weigh more than
// a page: they are fetched when a reader first types, not on every visit. The page's first message
// sets the worker up, with the empty index that press/theme/hooks.py leaves in search_index.json.

const SETUP = 0, READY = 1, QUERY = 2
const say = self.postMessage.bind(self)
let setup, query, state = "idle"

self.addEventListener("message", event => {
  if (state === "ready") return // Material's own listener answers from here on
  event.stopImmediatePropagation()
  if (event.data.type === SETUP) {
    setup = event.data.data
    say({ type: READY })
  } else if (event.data.type === QUERY && event.data.data) {
    query = event.data // only the last one is worth an answer
    if (state === "idle") {
      state = "loading"
      load().catch(error => { state = "idle"; console.error(error) })
    }
  }
})

async function load() {
  const answer = await fetch(new URL("../search/index.json", self.location))
  if (!answer.ok) throw new Error(`search/index.json: expected the index, got ${answer.status}`)
  const index = await answer.json()
  importScripts(new URL(new URL(self.location).searchParams.get("worker"), self.location))
  // The page has heard "ready" already; when Material's worker says it, the query is due.
  self.postMessage = message => {
    if (message.type !== READY) return say(message)
    self.postMessage = say
    hand(query)
  }
  state = "ready"
  hand({ type: SETUP, data: { ...setup, ...index } })
}

function hand(data) {
  self.dispatchEvent(new MessageEvent("message", { data }))
}
