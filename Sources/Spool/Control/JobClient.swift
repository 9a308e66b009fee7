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

  /// The identity of the latest job, if a daemon answers and there is one.
  package func lastJob() throws -> String? {
    guard case .lastJob(let id)? = try ask(.lastJob) else { return nil }
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

  /// The daemon's answer; nil if none listens, or it ends meanwhile.
  private func ask(_ request: JobRequest) throws -> JobAnswer? {
    let deadline = SuspendingClock.now.advanced(by: Self.patience)
    guard let connection = try connect(until: deadline) else { return nil }
    defer { try? connection.close() }
    var rest = Array((request.line + "\n").utf8)[...]
    do {
      while !rest.isEmpty { rest = rest.dropFirst(try LocalSocket.send(rest, to: connection)) }
    } catch {
      return nil
    }
    var answer: [UInt8] = []
    while answer.last != 0x0A {
      let time = SuspendingClock.now.duration(to: deadline) / .milliseconds(1)
      guard time > 0, Readiness.wait(for: connection, milliseconds: Int32(time) + 1).first,
        try connection.read(atMost: 1 << 16, appendingTo: &answer, of: "\(ControlServer.name)") > 0
      else { return nil }
    }
    guard let known = JobAnswer(Array(answer.dropLast())) else { return nil }
    if case .failed(let error) = known { throw error }
    return known
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
    let listing = try InboxListing(
      of: Directory(view.root.appending("inbox")), keeping: 4 * SpoolQueue.longest)
    return try SpoolQueue(Directory(view.root.appending("work")), view.ledger, listing)
  }
}
