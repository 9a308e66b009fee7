import Daemon
import Foundation
import JSON
import NIOHTTP1
import Statistics
import Synchronization
import SystemCalls
import Testing

@testable import Server

/// What is answered to which request.
@Suite struct StatusServerTests {
  @Test(
    "Each page has its media type, over TCP and Unix sockets; HEAD is answered with the same fields",
    arguments: ListeningSocket.Family.allCases)
  func answersPages(family: ListeningSocket.Family) async throws {
    try await withServer(on: family) { socket in
      let client = try socket.connect()
      for (path, type) in [
        ("/", "text/html; charset=utf-8"), ("/healthz", "text/plain; charset=utf-8"),
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8"), ("/api/current", "application/json"),
      ] {
        let answer = try #require(await client.exchange(request("GET", path)).first)
        #expect(answer.status == 200)
        #expect(answer.fields["content-type"] == type)
        #expect(answer.fields["cache-control"] == "no-store")
        #expect(!answer.body.isEmpty)
        let head = try #require(await client.exchange(request("HEAD", path), toHead: true).first)
        #expect(head.status == 200)
        // Between the two a second may have begun.
        #expect(head.fields.filter { $0.key != "date" } == answer.fields.filter { $0.key != "date" })
        #expect(head.fields["date"]?.hasSuffix(" GMT") == true)
      }
    }
  }

  @Test("A date is written as RFC 9110 has it, whatever came before 1970")
  func writesDates() {
    #expect(UTCTime(microseconds: 784_111_777_999_999).httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(UTCTime(microseconds: -1).httpDate == "Wed, 31 Dec 1969 23:59:59 GMT")
  }

  @Test("Statistics and metrics are what the daemon says, which is asked again when they are old")
  func answersStatistics() async throws {
    let models = Mutex(["a@1", "b@2", "c@3"])
    let state: @Sendable () -> DaemonState = { SomeDaemon.state(model: models.withLock { $0.removeFirst() }) }
    try await withServer(age: .zero, state: state) { socket in
      for model in ["a@1", "b@2"] {
        #expect(await socket.ask("/api/current")?.body == SomeDaemon.state(model: model).statistics.json)
      }
      #expect(await socket.ask("/metrics")?.body.contains("model=\"c@3\"") == true)
    }
  }

  @Test("A value is made once in its time, and what is made of it is as old as it")
  func keepsValues() {
    let time = Mutex(SuspendingClock.now)
    let count = Mutex(0)
    func pass(_ milliseconds: Int) { time.withLock { $0 = $0.advanced(by: .milliseconds(milliseconds)) } }
    let number = Fresh(for: .seconds(1), now: { time.withLock { $0 } }) {
      count.withLock { count in
        count += 1
        return count
      }
    }
    let double = number.map { 2 * $0 }
    #expect(number.value == 1)
    pass(900)
    #expect(double.value == 2 && number.value == 1)
    pass(100)
    #expect(double.value == 4 && number.value == 2)
    pass(999)
    #expect(double.value == 4 && number.value == 2)
    pass(1)
    #expect(number.value == 3 && double.value == 6)
  }

  @Test(
    "Windows are those of the period that is asked for",
    arguments: [
      ("?step=1h&from=1970-01-02T00:00:00Z&to=90000", 86_400..<90_000, WindowStep.hour),
      ("?from=1970-01-01T00:00:00.500Z&to=1970-01-01T01:00:00Z&step=1m", 0..<3600, .minute),
      ("?from=1970-01-02T01:30:00%2B01:30&to=1970-01-02t00:00:00.5-01:00", 86_400..<90_000, .hour),
      ("?step=1d&to=7776000", 0..<7_776_000, .day), ("?from=9&to=8", 9..<9, .hour),
    ])
  func answersWindows(query: String, period: Range<Int>, step: WindowStep) async throws {
    try await withServer(windows: { MoodHistory(step: $1, period: $0) }) { socket in
      let answer = await socket.ask("/api/windows\(query)")
      #expect(answer?.body == MoodHistory(step: step, period: period).json.line + "\n")
    }
  }

  @Test("A daemon without history says so, and what is no time is refused")
  func refusesWindows() async throws {
    try await withServer { #expect(await $0.ask("/api/windows")?.status == 404) }
    try await withServer(windows: { MoodHistory(step: $1, period: $0) }) { socket in
      for query in [
        "step=2h", "from=yesterday", "from=2026-02-30T00:00:00Z", "to=2026-10-04", "to=99999999999999999",
        "from=\(Int.min)", "to=\(Int.min)", "to=\(Int.max)",
      ] {
        let answer = await socket.ask("/api/windows?\(query)")
        #expect(answer?.status == 400, "\(query)")
      }
    }
  }

  @Test("Health is ok, or what holds the daemon up")
  func answersHealth() async throws {
    try await withServer { socket in
      let answer = await socket.ask("/healthz")
      #expect(answer?.body == "ok\n")
    }
    try await withServer(state: { SomeDaemon.state(trouble: "held up: writing: disk full") }) { socket in
      let answer = await socket.ask("/healthz")
      #expect(answer?.status == 503)
      #expect(answer?.body == "held up: writing: disk full\n")
    }
  }

  @Test("Another path, another method and another page are refused with problem details")
  func refusesOthers() async throws {
    try await withServer { socket in
      let missing = await socket.ask("/metric")
      #expect(missing?.status == 404)
      #expect(missing?.fields["content-type"] == "application/problem+json")
      #expect(missing?.body.contains("\"status\":404,\"detail\":\"there is nothing at this address") == true)
      let client = try socket.connect()
      let posted = request("POST", "/metrics", "Content-Length: 3") + "abc"
      let answers = await client.exchange(
        posted + request("GET", "/v1/classify") + request("GET", "/healthz", "Sec-Fetch-Site: cross-site"),
        answers: 3)
      #expect(answers.map(\.status) == [405, 405, 403])
      #expect(answers.map { $0.fields["allow"] } == ["GET, HEAD", "POST", nil])
    }
  }

  @Test("It is ready as long as work is possible")
  func answersReadiness() async throws {
    try await withServer { #expect(await $0.ask("/readyz")?.body == "ok\n") }
    try await withServer(state: { SomeDaemon.state(trouble: "held up: a: b") }) { socket in
      let answer = await socket.ask("/readyz")
      #expect(answer?.status == 503)
      #expect(answer?.body == "held up: a: b\n")
    }
  }

  @Test(
    "Parameters that mean nothing are ignored, and whole addresses understood",
    arguments: [
      "/healthz?verbose=1", "/health%7A", "http://localhost:8437/healthz", "HTTP://localhost/healthz?a",
    ])
  func understandsTargets(target: String) async throws {
    try await withServer { socket in
      let answer = await socket.ask(target)
      #expect(answer?.body == "ok\n")
    }
  }

  @Test(
    "A request for a name that is not this server's is refused, and so is one for none",
    arguments: [
      ("Host: evil.example", 421), ("Host: evil.example:8437", 421), ("Host: 127.0.0.1.evil.example", 421),
      ("Host: localhost.evil.example", 421), ("Host: ", 421), ("A: b", 400),
      ("Host: localhost\r\nHost: localhost", 400), ("Host: LocalHost:8437", 200),
      ("Host: 127.0.0.1:8437", 200),
      ("Host: [::1]:8437", 200), ("Host: 192.0.2.7", 200), ("Host: Animo.example:80", 200),
    ])
  func checksHost(field: String, status: Int) async throws {
    try await withServer(names: ["animo.example"]) { socket in
      let answers = await (try socket.connect()).exchange("GET /api/current HTTP/1.1\r\n\(field)\r\n\r\n")
      #expect(answers.map(\.status) == [status])
    }
  }

  @Test("A whole address names the server in place of the Host field")
  func checksHostOfTarget() async throws {
    try await withServer { socket in
      #expect(await socket.ask("http://evil.example/api/current")?.status == 421)
    }
  }

  @Test("The description lists every route, and nothing else")
  func describesItself() async throws {
    try await withServer { socket in
      let body = try #require(await socket.ask("/openapi.json")).body
      let document = try #require(
        try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
      let paths = try #require(document["paths"] as? [String: [String: Any]])
      let described = Set(paths.flatMap { path, operations in operations.keys.map { "\($0) \(path)" } })
      #expect(described == Set(Route.all.map { "\($0.method.rawValue.lowercased()) \($0.path)" }))
      let names = Set(((document["components"] as? [String: Any])?["schemas"] as? [String: Any] ?? [:]).keys)
      let used = Set(body.matches(of: /#\/components\/schemas\/(\w+)/).map { String($0.1) })
      #expect(used == names)
    }
  }

  @Test("The page uses nothing but its own files, and its policy forbids anything else")
  func keepsThePageToItself() async throws {
    try await withServer { socket in
      for path in ["/", "/page.css", "/page.js", "/chart.js", "/icon.svg"] {
        let answer = try #require(await socket.ask(path))
        #expect(answer.fields["content-security-policy"]?.contains("default-src 'none'") == true)
        // Names of namespaces are no requests.
        let text = answer.body.replacing(/http:\/\/www.w3.org\/[0-9a-zA-Z\/]+/, with: "")
        #expect(!text.contains("http:") && !text.contains("https:"), "\(path)")
        #expect(!text.contains(/<script>|<style|style="| on[a-z]+="/), "\(path)")
      }
    }
  }
}

extension ListeningSocket {
  /// The answer to one request on a connection of its own.
  func ask(_ target: String) async -> ServerAnswer? {
    await (try? connect())?.exchange(request("GET", target, "Connection: close")).first
  }
}
