import Foundation
import NIOHTTP1
import Scoring
import Synchronization
import Testing

@testable import Server

/// Texts that clients send to have them labelled.
@Suite struct TextTests {
  private static let json = "Content-Type: application/json"

  private static let bodies = [
    (json, #"{"id":12345678901234567890,"text":"¡qué alegría!"}"#),
    (json, #"[{"text":"hola"},{"id":"7","text":"qué pena"}]"#),
    ("Content-Type: application/x-ndjson", "{\"text\":\"hola\"}\nmal\n\n{\"id\":1}\n"),
    ("Content-Type: text/plain; charset=UTF-8", "hola\nqué día\n"),
    ("Content-Type: text/plain; charset=utf8", "qué día\n"),
    ("Content-Type: text/csv", "id,text\n1,hola\n2,\"qué, pena\"\n"), ("A: b", "{\"text\":\"hola\"}\n"),
    (json, #"{"text":"hola","inputs":5}"#),
  ]

  @Test("A body is answered by the bytes that the filter writes for it", arguments: bodies)
  func answersAsTheFilter(field: String, body: String) async throws {
    let engine = try SomeDaemon.engine.get()
    for emit in Rendering.Emit.allCases {
      let filter = Scorer(
        ScoringEngine(
          scorer: engine.scorer, rendering: Rendering(emit: emit, badLines: .inline),
          phrasing: Labeller.phrasing))
      let format = Labeller.formats.first { field.contains($0.types[0]) }?.format
      let expected = try filter.label(Array(body.utf8), named: "the body", as: format).lines
      try await withServer { socket in
        let client = try socket.connect()
        let answer = await client.exchange(post("/v1/classify?emit=\(emit)", body, field)).first
        #expect(answer?.status == 200)
        #expect(answer?.body == String(decoding: expected, as: UTF8.self))
      }
    }
  }

  @Test("One object is answered as JSON, many lines as JSON Lines, labels as text")
  func namesMediaTypes() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      // A page without tweets is one blank line, and has no answer.
      let page = (Self.json, #"{"data":[]}"#)
      let types = [("", Self.bodies[0]), ("", Self.bodies[1]), ("?emit=label", Self.bodies[0]), ("", page)]
      let answers = await client.exchange(
        types.map { post("/v1/classify\($0)", $1.1, $1.0) }.joined(), answers: 4)
      #expect(
        answers.map { $0.fields["content-type"] } == [
          "application/json", "application/x-ndjson", "text/plain; charset=utf-8", "application/x-ndjson",
        ])
    }
  }

  @Test(
    "What cannot be labelled has a status that says so, and leaves the connection as it is",
    arguments: [
      (post("/v1/classify", #"{"id":1}"#, json), 422), (post("/v1/classify", "5", json), 422),
      (post("/v1/classify", "a=b", "Content-Type: application/x-www-form-urlencoded"), 415),
      (post("/v1/classify", "\u{1F}", json, "Content-Encoding: gzip"), 415),
      (post("/v1/classify", "hola", "Content-Type: text/plain; charset=iso-8859-1"), 415),
      (post("/v1/classify?emit=all", "hola", "Content-Type: text/plain"), 400),
      (post("/v1/classify", String(repeating: "hola\n", count: 1001), "Content-Type: text/plain"), 413),
      (post("/v1/explain", #"{"text":5}"#, json), 422), (post("/v1/explain", "hola", "A: b"), 415),
      (post("/v1/explain", "{\"text\":\"\(String(repeating: "a", count: 20_000))\"}", json), 413),
      (request("GET", "/api/jobs?limit=0"), 400), (request("GET", "/api/jobs?limit=ten"), 400),
    ])
  func refuses(text: String, status: Int) async throws {
    try await withServer { socket in
      let client = try socket.connect()
      let answers = await client.exchange(text + request("GET", "/healthz"), answers: 2)
      #expect(answers.map(\.status) == [status, 200])
    }
  }

  @Test(
    "Errors speak of members and media types, not of options of the command line",
    arguments: [
      (json, #"{"inputs":["hola",5]}"#, "inputs[1] is not a text; inputs must be"),
      (json, #"{"inputs":{"question":"hola"}}"#, "inputs must be a text or an array of texts"),
      (json, #"{"id":1}"#, "; give the text one of the expected names"),
      ("Content-Type: text/csv", "a,b\n1,2\n", "; give the text one of the expected names"),
      ("A: b", "[5]\n", "; if it is plain text, send it as text/plain"),
    ])
  func speaksOfRequests(field: String, body: String, error: String) async throws {
    let engine = ScoringEngine(
      scorer: try SomeDaemon.engine.get().scorer, rendering: Rendering(badLines: .deadLetter),
      phrasing: { _ in "--option" })
    try await withServer(engine: { engine }) { socket in
      let client = try socket.connect()
      let answer = try #require(await client.exchange(post("/v1/classify", body, field)).first)
      #expect(answer.status == 422)
      #expect(answer.body.contains(error) && !answer.body.contains("--"))
    }
  }

  @Test(
    "A body that is too long is refused as soon as that is known, and the answer arrives",
    arguments: [true, false])
  func refusesLongBodies(isAnnounced: Bool) async throws {
    try await withServer { socket in
      let client = try socket.connect()
      let head = ["POST /v1/classify HTTP/1.1", "Host: localhost", "Content-Type: text/plain"]
      let length = isAnnounced ? "Content-Length: 3000000" : "Transfer-Encoding: chunked"
      await client.send((head + [length]).joined(separator: "\r\n") + "\r\n\r\n")
      let piece = String(repeating: "hola\n", count: 20_000)
      for _ in 1...30 {
        guard await client.send(isAnnounced ? piece : "186a0\r\n\(piece)\r\n") else { break }
      }
      await client.send(isAnnounced ? "" : "0\r\n\r\n")
      let (text, isClosed) = await client.receive()
      let answer = ServerAnswer.all(in: text).first
      #expect(answer?.status == 413)
      #expect(answer?.fields["connection"] == "close")
      #expect(isClosed)
    }
  }

  @Test(
    "A body is refused too whose length is beyond all numbers",
    arguments: ["9223372036854775808", "18446744073709551615"])
  func refusesEndlessBodies(length: String) async throws {
    try await withServer { socket in
      let client = try socket.connect()
      let fields = ["Host: localhost", "Content-Type: text/plain", "Content-Length: \(length)"]
      let head = (["POST /v1/classify HTTP/1.1"] + fields).joined(separator: "\r\n")
      #expect(await client.exchange(head + "\r\n\r\nhola\n").map(\.status) == [413])
    }
  }

  @Test("A request that the end of the server cuts off is not at fault")
  func refusesAtTheEnd() async throws {
    let engine = try SomeDaemon.engine.get()
    let turns = TurnQueue(isBusy: { false })
    let daemon = ServedDaemon(
      state: { SomeDaemon.state() }, engine: { engine }, reasons: { _, _ in { _, _ in [] } })
    let labeller = Labeller(daemon, turns)
    let bodies = [("text/plain", "hola\n"), ("application/json", #"{"inputs":"hola"}"#)]
    let requests = bodies.map { type, body -> Request in
      var request = Request(.POST, "/v1/classify", ["Content-Type": type])
      request.body = Array(body.utf8)
      return request
    }
    for request in requests { #expect(labeller.classify(request).status == .ok) }
    try turns.start()
    await turns.stop()
    for request in requests {
      let answer = labeller.classify(request)
      #expect(answer.status == .serviceUnavailable)
      #expect(answer.fields.map(\.0) == ["Retry-After"])
    }
  }

  @Test("A body may come in as many parts as it has bytes")
  func joinsParts() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      let type = "Content-Type: text/plain"
      let line = String(repeating: "hola ", count: 2000)
      let whole = await client.exchange(post("/v1/classify", line, type))
      let parts = line.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
      let head = request("POST", "/v1/classify", type, "Transfer-Encoding: chunked")
      #expect(whole.map(\.status) == [200])
      #expect(await client.exchange(head + parts).map(\.body) == whole.map(\.body))
    }
  }

  @Test("A client that waits for leave to send its body gets it")
  func grantsLeave() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      let parts = post("/v1/classify", "hola", "Content-Type: text/plain", "Expect: 100-continue")
      await client.send(String(parts.dropLast(4)))
      let leave = await client.receive { $0.hasSuffix("\r\n\r\n") }
      #expect(leave.text == "HTTP/1.1 100 Continue\r\n\r\n")
      #expect(await client.exchange("hola").first?.status == 200)
      // Also where the body is of no use: the answer comes behind it.
      await client.send(request("PUT", "/healthz", "Content-Length: 4", "Expect: 100-continue"))
      #expect(await client.receive { $0.hasSuffix("\r\n\r\n") }.text == "HTTP/1.1 100 Continue\r\n\r\n")
      #expect(await client.exchange("hola").first?.status == 405)
    }
  }

  @Test("A client of HTTP/1.0, which knows no such leave, gets nothing but its answer")
  func grantsOldClientsNothing() async throws {
    try await withServer { socket in
      let fields = "Content-Type: text/plain\r\nContent-Length: 4\r\nExpect: 100-continue"
      let client = try socket.connect()
      let answers = await client.exchange("POST /v1/classify HTTP/1.0\r\n\(fields)\r\n\r\nhola")
      #expect(answers.map(\.status) == [200])
    }
  }

  @Test("Texts in the shape of Hugging Face's servers are answered in that shape, the likeliest label first")
  func answersInputs() async throws {
    struct Label: Decodable, Equatable {
      let label: String
      let score: Double
    }
    let engine = try SomeDaemon.engine.get()
    let answers = Scorer(engine).answers(to: ["hola", "qué pena"])
    let expected = answers.map { answer in
      zip(engine.answers, answer.probabilities).map { Label(label: $0, score: Double($1) / 1e6) }
        .sorted { $0.score > $1.score }
    }
    try await withServer { socket in
      let client = try socket.connect()
      // The last with half of an emoji, as programs leave it that cut texts.
      for (body, count) in [
        (#"{"inputs":"hola"}"#, 1), (#"{"inputs":["hola","qué pena"]}"#, 2),
        (#"{"inputs":["hola \ud83d","qué pena"]}"#, 2),
      ] {
        let answer = try #require(await client.exchange(post("/v1/classify", body, Self.json)).first)
        let labels = try JSONDecoder().decode([[Label]].self, from: Data(answer.body.utf8))
        #expect(labels == Array(expected.prefix(count)))
      }
    }
  }

  @Test("An explanation has the filter's answer, and each word's and mark's worth for every label")
  func weighsWords() async throws {
    struct Explanation: Decodable {
      struct Part: Decodable {
        let word: String?
        let mark: String?
        let worth: [String: Double]
      }
      let label: String
      let p: [String: Double]
      let words: [Part]
      let marks: [Part]
    }
    let engine = try SomeDaemon.engine.get()
    let labels = engine.answers
    try await withServer(reasons: { _, _ in
      { text, contrasts in
        // The labels' log-odds add up to nothing: the last is not asked for.
        #expect(contrasts.map(\.label) == labels.dropLast())
        #expect(contrasts.map(\.others) == labels.dropLast().map { label in labels.filter { $0 != label } })
        func worths(_ first: Double) -> [Double] { [first] + contrasts.dropFirst().map { _ in 0.25 } }
        return ["hola", "pena"].map {
          Reason(word: $0, isMark: false, worths: worths(Double(text.utf8.count)))
        }
          + [Reason(word: "😍", isMark: true, worths: worths(-0.5))]
      }
    }) { socket in
      let client = try socket.connect()
      let answer = try #require(
        await client.exchange(post("/v1/explain", #"{"text":"hola pena 😍"}"#, Self.json)).first)
      let found = try JSONDecoder().decode(Explanation.self, from: Data(answer.body.utf8))
      #expect(found.words.map(\.word) == ["hola", "pena"] && found.marks.map(\.mark) == ["😍"])
      let rest = 0.25 * Double(labels.count - 2)
      let last = try #require(labels.last)
      #expect(found.words[1].worth.keys.sorted() == labels.sorted())
      #expect(found.words[1].worth[labels[0]] == 14 && found.words[1].worth[last] == -14 - rest)
      #expect(found.marks[0].worth[labels[0]] == -0.5 && found.marks[0].worth[last] == 0.5 - rest)
      let expected = try #require(Scorer(engine).answers(to: ["hola pena 😍"]).first)
      #expect(found.label == expected.label.map { engine.labels[$0] })
      #expect(found.p[labels[0]] == Double(expected.probabilities[0]) / 1e6)
    }
  }

  @Test("What weighs the words is made once for an engine, and again when another has taken its place")
  func keepsFinder() async throws {
    let first = try SomeDaemon.engine.get()
    let current = CurrentEngine(first)
    let made = Mutex(0)
    try await withServer(
      engine: { current.now },
      reasons: { _, _ in
        made.withLock { $0 += 1 }
        return { _, _ in [] }
      }
    ) { socket in
      let client = try socket.connect()
      let explanation = post("/v1/explain", #"{"text":"hola"}"#, Self.json)
      let label = post("/v1/classify?emit=label", "hola", "Content-Type: text/plain")
      #expect(
        await client.exchange(explanation + label + explanation, answers: 3).map(\.status) == [200, 200, 200])
      #expect(made.withLock { $0 } == 1)
      current.replace(with: ScoringEngine(scorer: first.scorer, rendering: Rendering(emit: .label)))
      #expect(await client.exchange(explanation + explanation, answers: 2).map(\.status) == [200, 200])
      #expect(made.withLock { $0 } == 2)
    }
  }

  @Test("The end of the server does not wait for the words that decided, and no part of them is an answer")
  func endsExplanations() async throws {
    let engine = try SomeDaemon.engine.get()
    let turns = TurnQueue(isBusy: { false })
    let isAsked = Mutex(false)
    let daemon = ServedDaemon(
      state: { SomeDaemon.state() }, engine: { engine },
      reasons: { _, goesOn in
        { _, _ in
          isAsked.withLock { $0 = true }
          while goesOn() { usleep(1000) }
          return []
        }
      })
    let labeller = Labeller(daemon, turns)
    var asking = Request(.POST, "/v1/explain", ["Content-Type": "application/json"])
    asking.body = Array(#"{"text":"hola"}"#.utf8)
    let request = asking
    let status = Mutex<HTTPResponseStatus?>(nil)
    try turns.start()
    let isAccepted = turns.submit {
      let answer = labeller.explain(request)
      status.withLock { $0 = answer.status }
    }
    #expect(isAccepted)
    while !isAsked.withLock({ $0 }) { usleep(1000) }
    await turns.stop()
    #expect(status.withLock { $0 } == HTTPResponseStatus.serviceUnavailable)
  }

  @Test("Requests that take time delay no others, and too many of them are refused")
  func keepsTurns() async throws {
    let gate = Mutex(true)
    try await withServer(jobs: { _ in
      while gate.withLock({ $0 }) { usleep(1000) }
      return ServedDaemon.noJobs
    }) { socket in
      var clients: [Client] = []
      for _ in 1...20 {
        clients.append(try socket.connect())
        await clients.last?.send(request("GET", "/api/jobs", "Connection: close"))
      }
      while await socket.ask("/readyz")?.status == 200 {}
      #expect(await socket.ask("/healthz")?.status == 200)
      gate.withLock { $0 = false }
      var statuses: [Int: Int] = [:]
      for client in clients {
        let answer = ServerAnswer.all(in: await client.receive().text).first
        statuses[answer?.status ?? 0, default: 0] += 1
        if answer?.status == 429 { #expect(answer?.fields["retry-after"] == "1") }
      }
      #expect(statuses == [200: 16, 429: 4])
    }
  }

  @Test("A client that goes before it is answered leaves nothing behind")
  func forgetsClients() async throws {
    let asked = Mutex(0)
    try await withServer(jobs: { _ in
      asked.withLock { $0 += 1 }
      usleep(20_000)
      return ServedDaemon.noJobs
    }) { socket in
      for _ in 1...10 { await (try socket.connect()).send(request("GET", "/api/jobs")) }
      while asked.withLock({ $0 }) < 10 { usleep(1000) }
      #expect(await socket.ask("/api/jobs")?.status == 200)
    }
  }
}
