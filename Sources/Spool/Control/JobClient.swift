package import Ledger
package import Logging
internal import SystemCalls
package import SystemPackage

/// Asks the daemon that works on a spool, or does itself what is asked where none works.
package struct JobClient {
  private let root: FilePath

  /// How long to wait for an answer.
  private static let patience = Duration.seconds(10)

  /// A client of the daemon that works on the spool at `root`, if any.
  package init(_ root: FilePath) { self.root = root }

  /// The files that are not finished, as far as the process may see them; nil if no daemon answers.
  ///
  /// - Throws: `JobRequestError`.
  package func queue() throws -> SpoolQueue? {
    guard case .queue(let queue)? = try ask(.queue) else { return nil }
    return queue
  }

  /// Does something with a job, given by identity or name; returns both, or nil if no daemon answers.
  ///
  /// - Throws: `JobRequestError`.
  package func act(_ action: JobRequest.Action, on job: String) throws -> String? {
    guard case .done(let what)? = try ask(.act(action, job: job)) else { return nil }
    return what
  }

  /// The identity of the latest job; nil if there is none.
  ///
  /// - Throws: `JobRequestError`, also if no daemon answers.
  package func lastJob() throws -> String? {
    guard case .lastJob(let id)? = try ask(.lastJob) else {
      throw JobRequestError(.busy, "the daemon does not answer; try again")
    }
    return id
  }

  /// The finished job of a file that the process's user has dropped.
  package func result(of dropped: Drop.Dropped) throws -> JobRecord? {
    guard case .result(let job)? = try ask(.result(inode: dropped.inode, after: dropped.lastJob)) else {
      return nil
    }
    return job
  }

  /// Whether a daemon answers.
  package var isAnswered: Bool { (try? ask(.lastJob)) != nil }

  /// Whether a daemon works on the spool, be it too busy to answer.
  package var isWorked: Bool { isAnswered || SpoolView.isWorked(root) }

  /// The daemon's answer; nil if none listens, it ends meanwhile, or it does not answer in time.
  ///
  /// A daemon closes the connections of a user who has as many as he may: then this one is tried again.
  private func ask(_ request: JobRequest) throws -> JobAnswer? {
    let line = Array((request.line + "\n").utf8)
    guard line.count <= ControlServer.longestRequest else {
      throw JobRequestError(.unknown, "no job and no file has a name of that length")
    }
    let deadline = SuspendingClock.now.advanced(by: Self.patience)
    while let connection = try connect(until: deadline) {
      defer { try? connection.close() }
      if let answer = answer(to: line, on: connection, until: deadline) {
        guard let known = JobAnswer(answer) else { return nil }
        if case .failed(let error) = known { throw error }
        return known
      }
      guard SuspendingClock.now < deadline else { return nil }
      Readiness.pause(milliseconds: 20)
    }
    return nil
  }

  /// The line that answers the line `request`, without its end; nil if there is none in time, or the
  /// connection is closed before.
  private func answer(
    to request: [UInt8], on connection: FileDescriptor, until deadline: SuspendingClock.Instant
  ) -> [UInt8]? {
    var rest = request[...]
    while !rest.isEmpty {
      guard let sent = try? LocalSocket.send(rest, to: connection) else { return nil }
      rest = rest.dropFirst(sent)
    }
    var answer: [UInt8] = []
    while answer.last != 0x0A {
      let time = SuspendingClock.now.duration(to: deadline) / .milliseconds(1)
      guard time > 0, Readiness.wait(for: connection, milliseconds: Int32(time) + 1).first,
        let count = try? connection.read(
          atMost: 1 << 16, appendingTo: &answer, of: "\(ControlServer.name)"), count > 0
      else { return nil }
    }
    return Array(answer.dropLast())
  }

  /// A connection to the daemon; nil if there is none.
  private func connect(until deadline: SuspendingClock.Instant) throws(SystemCallError) -> FileDescriptor? {
    while true {
      do {
        return try LocalSocket.connect(to: ControlServer.name, in: Directory(unlisted: root))
      } catch {
        switch error.reason {
        case .noSuchFileOrDirectory, .connectionRefused: return nil
        // Others are waiting to be accepted.
        case .resourceTemporarilyUnavailable where SuspendingClock.now < deadline:
          Readiness.pause(milliseconds: 5)
        default: throw error
        }
      }
    }
  }
}

// Without a daemon.
extension JobClient {
  /// Does something with a job of a spool that no daemon works on; the next one follows.
  ///
  /// - Parameter state: the ledger's folder.
  /// - Throws: `SpoolError` with `.inUse` while a daemon is running; `JobRequestError`.
  package static func act(
    _ action: JobRequest.Action, on job: String, in view: SpoolView, log: Logger
  ) throws -> String {
    try view.requireLedger()
    guard view.ledger != nil else {
      throw SpoolError(.configuration, "\(view.root): no ledger yet; animo serve creates it")
    }
    // Whoever may open the ledger for writing may do everything.
    switch try answer(.act(action, job: job), in: view, log: log) {
    case .done(let what): return what
    case .failed(let error): throw error
    default: preconditionFailure("an order is done or it fails")
    }
  }

  private static func answer(
    _ request: JobRequest, in view: SpoolView, log: Logger
  ) throws(SpoolError) -> JobAnswer {
    do {
      let directories = try SpoolDirectories(at: view.root)
      let state = try Directory(view.state)
      try SpoolDirectories.lock(state)
      let control = try JobControl(directories, Ledger(in: view.state), JobOrders(), log: log)
      return withExtendedLifetime(state) { control.answer(request, by: 0) }
    } catch {
      throw SpoolError(opening: error)
    }
  }

  /// The queue of a spool, read from its folders and its ledger.
  package static func queue(in view: SpoolView) throws -> SpoolQueue {
    try view.requireLedger()
    let inbox = try InboxCensus(of: Directory(view.root.appending("inbox")))
    return try SpoolQueue(Directory(view.root.appending("work")), view.ledger, inbox)
  }
}
