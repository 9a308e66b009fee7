import Synchronization
import Testing

/// What clients may do, and what they cannot do.
@Suite struct ConnectionTests {
  @Test("A connection stays open for further requests, which are answered in their order")
  func keepsConnections() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      for _ in 1...3 {
        let answers = await client.exchange(request("GET", "/healthz"))
        #expect(answers.map(\.status) == [200])
      }
      let many = (1...300).map { request("GET", $0 % 2 == 0 ? "/healthz" : "/nothing") }.joined()
      let answers = await client.exchange(many, answers: 300)
      #expect(answers.map(\.status) == (1...300).map { $0 % 2 == 0 ? 200 : 404 })
    }
  }

  @Test(
    "A client that wants no more gets its answer and the end of the connection",
    arguments: [
      request("GET", "/healthz", "Connection: close"), "GET /healthz HTTP/1.0\r\n\r\n",
      request("GET", "/healthz") + request("GET", "/healthz", "Connection: close"),
      request("GET", "/healthz", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: A"),
      "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ])
  func closesConnections(text: String) async throws {
    try await withServer { socket in
      let client = try socket.connect()
      await client.send(text)
      let (answer, isClosed) = await client.receive()
      let answers = ServerAnswer.all(in: answer)
      #expect(answers.map(\.body) == text.matches(of: /GET/).map { _ in "ok\n" })
      #expect(answers.last?.fields["connection"] == "close")
      #expect(isClosed)
    }
  }

  @Test("A request behind the last one of a connection is not answered, and harms no other connection")
  func dropsRequestsBehindTheLast() async throws {
    try await withServer { socket in
      let other = try socket.connect()
      #expect(await other.exchange(request("GET", "/healthz")).count == 1)
      let client = try socket.connect()
      await client.send(request("GET", "/healthz", "Upgrade: h2c") + request("GET", "/healthz"))
      let (answer, isClosed) = await client.receive()
      #expect(ServerAnswer.all(in: answer).map(\.status) == [200])
      #expect(isClosed)
      #expect(await other.exchange(request("GET", "/healthz")).map(\.status) == [200])
    }
  }

  @Test("A client of HTTP/1.0 may ask for more")
  func keepsOldConnections() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      for _ in 1...2 {
        let answers = await client.exchange("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(answers.first?.fields["connection"] == "keep-alive")
      }
    }
  }

  @Test("A client that has closed its side gets all its answers, and then the end")
  func answersHalfClosed() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      await client.send(request("GET", "/metrics") + request("GET", "/healthz"))
      client.closeOutput()
      let (answer, isClosed) = await client.receive()
      #expect(ServerAnswer.all(in: answer).map(\.status) == [200, 200])
      #expect(isClosed)
    }
  }

  @Test("Who sends thousands of requests ahead and closes that side is sent away, who sends hundreds is not")
  func limitsRequestsAhead() async throws {
    // A Unix socket holds them all until the other side has been closed.
    try await withServer(on: .unix) { socket in
      for (count, isAnswered) in [(4000, false), (400, true)] {
        let client = try socket.connect()
        await client.send(String(repeating: request("GET", "/healthz"), count: count))
        client.closeOutput()
        let (answer, isClosed) = await client.receive()
        #expect((ServerAnswer.all(in: answer).count == count) == isAnswered)
        #expect(isClosed)
      }
    }
  }

  @Test(
    "What is no request ends the connection, and no other one",
    arguments: [
      "\u{0}\u{1}\u{2}\u{3}\u{16}\u{3}\u{1}", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
      "hola, qué tal\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
      "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      request("GET", "/" + String(repeating: "a", count: 20_000)),
      "GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 20_000) + "\r\n\r\n",
      "GET / HTTP/1.1\r\n" + (1...1000).map { "A\($0): a\r\n" }.joined() + "\r\n",
    ])
  func survivesGarbage(text: String) async throws {
    try await withServer { socket in
      let other = try socket.connect()
      #expect(await other.exchange(request("GET", "/healthz")).count == 1)
      let client = try socket.connect()
      await client.send(text)
      let (answer, isClosed) = await client.receive()
      #expect(isClosed)
      #expect(ServerAnswer.all(in: answer).allSatisfy { $0.status == 400 })
      #expect(await other.exchange(request("GET", "/healthz")).count == 1)
    }
  }

  @Test(
    "Who takes too long to say what is wanted is sent away, however diligently it is not said",
    arguments: ["", "GET / HTTP/1.1\r\nA: ", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"])
  func sendsSlowClientsAway(beginning: String) async throws {
    try await withServer(patience: .milliseconds(700)) { socket in
      let client = try socket.connect()
      await client.send(beginning)
      let begin = ContinuousClock.now
      while ContinuousClock.now - begin < .seconds(20) {
        // One byte now and then, as long as somebody takes it.
        guard await client.send(beginning.isEmpty ? "" : "A") else { break }
        if await client.receive(patience: .milliseconds(50)).isClosed { break }
      }
      let time = ContinuousClock.now - begin
      #expect(time > .milliseconds(500) && time < .seconds(10))
    }
  }

  @Test("Who is answered in time keeps the connection for longer than one request may take")
  func keepsDiligentClients() async throws {
    try await withServer(patience: .seconds(2)) { socket in
      let client = try socket.connect()
      for _ in 1...12 {
        #expect(await client.exchange(request("GET", "/healthz")).count == 1)
        // Nothing comes; so long it waits.
        #expect(await client.receive(patience: .milliseconds(250)).text == "")
      }
    }
  }

  @Test("Who asks and does not listen is sent away, and gets no more answers than the kernel holds")
  func sendsDeafClientsAway() async throws {
    let asked = Mutex(0)
    let large = String(repeating: "x", count: 100_000)
    try await withServer(
      // Shorter than the second that the client tries to send: it listens in the end.
      on: .unix, patience: .milliseconds(300), age: .zero,
      state: {
        asked.withLock { $0 += 1 }
        return SomeDaemon.state(model: large)
      }
    ) { socket in
      let client = try socket.connect()
      let many = (1...100).map { _ in request("GET", "/api/current") }.joined()
      var rounds = 0
      while await client.send(many), rounds < 1000 { rounds += 1 }
      #expect(rounds < 1000, "the server takes requests without end")
      #expect(await client.receive().isClosed)
      #expect(asked.withLock { $0 } < 100)
      #expect(await socket.ask("/healthz")?.status == 200)
    }
  }

  @Test("One connection more than the limit replaces the one whose last answer is the oldest")
  func limitsConnections() async throws {
    try await withServer(limit: 2) { socket in
      let clients = [try socket.connect(), try socket.connect()]
      for client in [clients[1], clients[0]] {
        #expect(await client.exchange(request("GET", "/healthz")).count == 1)
      }
      let third = try socket.connect()
      #expect(await third.exchange(request("GET", "/healthz")).map(\.status) == [200])
      #expect(await clients[1].receive().isClosed)
      #expect(await clients[0].exchange(request("GET", "/healthz")).map(\.status) == [200])
    }
  }

  @Test("Hundreds of clients that send or read slowly do not delay the others")
  func survivesSlowClients() async throws {
    try await withServer(
      on: .unix, state: { SomeDaemon.state(model: String(repeating: "x", count: 100_000)) }
    ) {
      socket in
      var slow: [Client] = []
      for number in 1...300 {
        let client = try socket.connect()
        await client.send(number % 2 == 0 ? "GET / HTTP/1.1\r\nA: " : request("GET", "/api/current"))
        slow.append(client)
        guard number % 50 == 0 else { continue }
        let begin = ContinuousClock.now
        #expect(await socket.ask("/healthz")?.status == 200)
        // Waiting for one of them would take 20 seconds.
        #expect(ContinuousClock.now - begin < .seconds(10))
      }
    }
  }

  @Test("It ends while clients are connected, idle and in the middle of requests")
  func endsWithOpenConnections() async throws {
    let clients = Mutex<[Client]>([])
    try await withServer { socket in
      for text in ["", "GET /hea", request("GET", "/healthz")] {
        let client = try socket.connect()
        await client.send(text)
        clients.withLock { $0.append(client) }
      }
      #expect(await socket.ask("/healthz")?.status == 200)
    }
    for client in clients.withLock({ $0 }) { #expect(await client.receive().isClosed) }
  }

  @Test("Clients that come and go in great number leave nothing behind")
  func survivesManyClients() async throws {
    try await withServer { socket in
      for number in 1...600 {
        let client = try socket.connect()
        let text = ["", "GET / HTTP/1.1\r\n", request("GET", "/metrics")][number % 3]
        await client.send(text)
      }
      #expect(await socket.ask("/healthz")?.status == 200)
    }
  }
}
