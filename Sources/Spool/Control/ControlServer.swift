internal import Daemon
internal import Logging
package import SystemCalls
internal import SystemPackage

/// Answers requests on the spool's control socket, one line each, in one thread.
///
/// No client can hold up others: each has a second to send its request and another to take the answer, a user has few
/// connections at a time, and nothing here waits for one of them.
struct ControlServer {
  private struct Client {
    let connection: FileDescriptor
    let user: UInt32
    var deadline: SuspendingClock.Instant
    var request: [UInt8] = []
    /// The rest of the answer; nil until the request is complete.
    var answer: ArraySlice<UInt8>?
  }

  /// The name of the socket in the spool's root.
  static let name: FileName = "control"

  private let listener: FileDescriptor
  private let answer: (_ request: [UInt8], _ user: UInt32) -> [UInt8]
  private var clients: [Client] = []

  private static let patience = Duration.seconds(1)
  private static let mostClients = (ofUser: 8, ofAll: 64)
  /// In bytes, with the line's end.
  static let longestRequest = 4096

  /// - Parameter answer: the answer to a request, both without line ends.
  init(_ listener: FileDescriptor, _ answer: @escaping (_ request: [UInt8], _ user: UInt32) -> [UInt8]) {
    (self.listener, self.answer) = (listener, answer)
  }

  /// Answers until `stop` rings.
  mutating func run(until stop: WakeUp) {
    defer { for client in clients { try? client.connection.close() } }
    while true {
      let waiting = clients.map { ($0.connection, $0.answer != nil) }
      let ready = Readiness.wait(
        for: [(stop.descriptor, false), (listener, false)] + waiting,
        milliseconds: clients.isEmpty ? -1 : 100)
      guard !ready[0] else { return }
      let now = SuspendingClock.now
      for index in clients.indices.reversed() where ready[index + 2] || now >= clients[index].deadline {
        guard ready[index + 2], serve(&clients[index], at: now) else {
          try? clients[index].connection.close()
          clients.remove(at: index)
          continue
        }
      }
      // Their time begins now: what the others have asked for may have taken longer than that.
      if ready[1] { accept(at: .now) }
    }
  }

  private mutating func accept(at now: SuspendingClock.Instant) {
    // Some at a time: those who have a connection are to be served, however many others try.
    for _ in 0..<Self.mostClients.ofAll {
      guard let (connection, user) = LocalSocket.accept(from: listener) else {
        // There may be connections and no descriptors for them.
        return Readiness.pause(milliseconds: 1)
      }
      let own = clients.count { $0.user == user }
      guard own < Self.mostClients.ofUser, clients.count < Self.mostClients.ofAll else {
        try? connection.close()
        continue
      }
      clients.append(Client(connection: connection, user: user, deadline: now.advanced(by: Self.patience)))
    }
  }

  /// Reads from a client or writes to it; returns whether there is more to do.
  private func serve(_ client: inout Client, at now: SuspendingClock.Instant) -> Bool {
    guard now < client.deadline else { return false }
    if client.answer == nil {
      let count = try? client.connection.read(
        atMost: Self.longestRequest, appendingTo: &client.request, of: "\(Self.name)")
      guard count ?? 0 > 0, client.request.count <= Self.longestRequest else { return false }
      guard let end = client.request.firstIndex(of: 0x0A) else { return true }
      client.answer = (answer(Array(client.request[..<end]), client.user) + [0x0A])[...]
      client.deadline = SuspendingClock.now.advanced(by: Self.patience)
    }
    guard let rest = client.answer, let sent = try? LocalSocket.send(rest, to: client.connection) else {
      return false
    }
    client.answer = rest.dropFirst(sent)
    return sent < rest.count
  }
}

extension Spool {
  /// Answers requests on the control socket until `stop` rings.
  package func serveRequests(until stop: WakeUp) {
    do {
      let control = try JobControl(directories, ledger, context.orders, log: context.log)
      let root = try Directory(unlisted: directories.root)
      let listener = try LocalSocket.listen(ControlServer.name, in: root)
      defer {
        try? root.remove(ControlServer.name)
        try? listener.close()
      }
      var server = ControlServer(listener) { line, user in
        let answer = JobRequest(line).map { control.answer($0, by: user) }
        return Array((answer ?? .failed(JobRequestError(.failed, "not a request"))).line.utf8)
      }
      server.run(until: stop)
    } catch {
      context.log.tell(SpoolEvent.uncontrolled, ["error": "\(error)"])
      _ = Readiness.wait(for: stop.descriptor, milliseconds: -1)
    }
  }
}
