import Foundation
import NIOCore
import Testing

@testable import Server

/// Streams of events, and the rate of requests.
@Suite struct EventTests {
  @Test("A stream begins with the state as it is, and goes on when it changes")
  func streamsState() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      await client.send(request("GET", "/api/events"))
      let (text, isClosed) = await client.receive { $0.components(separatedBy: "event: state").count > 2 }
      #expect(!isClosed)
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"))
      let data = text.split(separator: "\n").first { $0.hasPrefix("data: ") }?.dropFirst("data: ".count)
      let state = try JSONSerialization.jsonObject(with: Data((data ?? "").utf8)) as? [String: Any]
      #expect(Set(state?.keys ?? [:].keys) == ["statistics", "queue", "trouble", "version", "history"])
    }
  }

  @Test("A client of HTTP/1.0 gets the stream as it is, not in chunks")
  func streamsToOldClients() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      await client.send("GET /api/events HTTP/1.0\r\n\r\n")
      let (text, _) = await client.receive { $0.contains("event: state\n") }
      #expect(text.hasPrefix("HTTP/1.0 200 OK\r\n"))
      #expect(text.contains("\r\n\r\nretry: 2000\n\nevent: state\n"))
    }
  }

  @Test("HEAD is answered with the fields of a stream, which has no length, and with nothing behind them")
  func answersHead() async throws {
    try await withServer { socket in
      let client = try socket.connect()
      await client.send(request("HEAD", "/api/events"))
      let (text, isClosed) = await client.receive()
      #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"))
      #expect(!text.lowercased().contains("content-length"))
      #expect(text.hasSuffix("\r\n\r\n"))
      #expect(isClosed)
    }
  }

  @Test("Streams outlive other connections, do not count among them, and have a number of their own")
  func limitsStreams() async throws {
    try await withServer(limit: 2) { socket in
      var streams: [Client] = []
      for _ in 1...16 {
        let client = try socket.connect()
        streams.append(client)
        await client.send(request("GET", "/api/events"))
        _ = await client.receive { $0.contains("event: state") }
      }
      let refused = try socket.connect()
      #expect(await refused.exchange(request("GET", "/api/events")).map(\.status) == [429])
      for _ in 1...5 { #expect(await socket.ask("/healthz")?.status == 200) }
      #expect(
        await streams[0].receive(patience: .seconds(5)) { $0.contains("event: state") }.isClosed == false)
      streams.removeAll()
      // One that has gone makes room for another, as soon as the server knows.
      var status = 429
      while status == 429 {
        let client = try socket.connect()
        await client.send(request("GET", "/api/events"))
        let (text, _) = await client.receive { $0.contains("event: state") || $0.contains("429") }
        status = text.hasPrefix("HTTP/1.1 200") ? 200 : 429
      }
    }
  }

  @Test(
    "A client that has gone by the time its stream begins keeps no place, nor do its requests behind it",
    arguments: [1, 2])
  func givesBackPlaces(requests: Int) async throws {
    let text = (1...requests).map { _ in request("GET", "/api/events") }.joined()
    // A Unix socket refuses the first write to a client that has gone.
    try await withServer(on: .unix) { socket in
      for _ in 1...40 { await (try socket.connect()).send(text) }
      var answer = ""
      for _ in 1...50 where !answer.hasPrefix("HTTP/1.1 200") {
        let client = try socket.connect()
        await client.send(request("GET", "/api/events"))
        answer = await client.receive { $0.contains("event: state") || $0.contains("429") }.text
      }
      #expect(answer.hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test("A second's worth of requests may come at once; those after it wait their turn")
  func keepsPace() {
    let pace = Pace(perSecond: 10)
    let begin = NIODeadline.uptimeNanoseconds(100_000_000_000)
    let delays = (1...13).map { _ in pace.delay(at: begin).nanoseconds / 1_000_000 }
    #expect(delays == Array(repeating: 0, count: 10) + [100, 200, 300])
    #expect(pace.delay(at: begin + .milliseconds(400)) == .nanoseconds(0))
    #expect(pace.delay(at: begin + .seconds(60)) == .nanoseconds(0))
    // By then there is time for ten, of which one has been taken.
    #expect(
      (1...5).map { _ in pace.delay(at: begin + .seconds(60), cost: 2).nanoseconds } == [
        0, 0, 0, 0, 100_000_000,
      ])
  }

  @Test("However many requests have been counted, the next one waits for a second at most")
  func limitsWaits() {
    let pace = Pace(perSecond: 10)
    let begin = NIODeadline.uptimeNanoseconds(100_000_000_000)
    let delays = (1...1000).map { _ in pace.delay(at: begin) }
    #expect(delays.max() == .seconds(1))
    #expect(pace.delay(at: begin + .seconds(2)) == .nanoseconds(0))
  }
}
