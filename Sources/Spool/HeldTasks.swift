internal import Daemon
internal import Ledger
internal import Logging
internal import Scoring
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// What cannot be done for the moment, because of trouble that passes by itself: a full disk, a read-only file system, no
/// descriptors left.
///
/// Work that meets it is held and tried again each second; nothing is lost, and nothing new is claimed meanwhile. Each
/// task is told of once when it is held and once when it is done.
final class HeldTasks: Sendable {
  /// What is thrown when waiting has to end because the program does.
  struct Interrupted: Error {}

  private let state = Mutex<[String: String]>([:])
  private let log: Logger
  private let pulse: Pulse

  private static let pause: Int32 = 1000

  /// None yet.
  ///
  /// - Parameter pulse: is shown that the work goes on with each time that something is tried.
  init(log: Logger, pulse: Pulse = Pulse()) { (self.log, self.pulse) = (log, pulse) }

  /// Whether something cannot be done at the moment.
  var isHolding: Bool { state.withLock { !$0.isEmpty } }

  /// What cannot be done and why, for people; nil when all is well.
  var text: String? {
    state.withLock { state in state.min { $0.key < $1.key }.map { "held up: \($0.key): \($0.value)" } }
  }

  /// Does `body`, however often it takes until trouble that passes has passed.
  ///
  /// - Parameters:
  ///   - task: what is done, in a few words, the same each time.
  ///   - body: is as if it had not been called when it throws.
  /// - Throws: what `body` throws when that does not pass; `Interrupted` when `stop` was rung while it lasted.
  func retry<Result>(_ task: String, until stop: WakeUp, _ body: () throws -> Result) throws -> Result {
    while true {
      do {
        let result = try body()
        release(task)
        return result
      } catch  where Self.passes(error) {
        hold(task, error)
        pulse.advance()
        guard !Readiness.wait(for: stop.descriptor, milliseconds: Self.pause).first else {
          throw Interrupted()
        }
      }
    }
  }

  /// Says that `task` failed for the moment.
  func hold(_ task: String, _ error: any Error) {
    let why = Self.isDiskFull(error) ? "disk full: \(error)" : "\(error)"
    let isNew = state.withLock { $0.updateValue(why, forKey: task) == nil }
    guard isNew else { return }
    log.tell(DaemonEvent.heldUp, ["task": "\(task)", "error": "\(why)"])
  }

  /// Says that `task` was done.
  func release(_ task: String) {
    guard state.withLock({ $0.removeValue(forKey: task) }) != nil else { return }
    log.tell(DaemonEvent.noLongerHeldUp, ["task": "\(task)"])
  }

  private static func isDiskFull(_ error: any Error) -> Bool {
    switch error {
    case let error as SystemCallError: error.isFullDisk
    case let error as LedgerError: error.cause == .noSpace
    default: false
    }
  }

  /// Whether `error` may be gone in a second, with nothing lost.
  static func passes(_ error: any Error) -> Bool {
    switch error {
    case let error as SystemCallError: passes(error)
    case let error as LedgerError: [.noSpace, .readOnly, .exhausted, .busy].contains(error.cause)
    default: false
    }
  }

  private static func passes(_ error: SystemCallError) -> Bool {
    // What a failed fsync leaves on the disk is unknown, and the next one would lie.
    guard !["fsync", "fdatasync", "syncfs"].contains(error.call) else { return false }
    return error.hasPassingReason
  }
}

extension SystemCallError {
  /// Whether the process or the machine is short of something, so that it says nothing of the one file.
  var isShortage: Bool {
    [.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory].contains(reason)
  }

  /// Whether no more can be written for the moment.
  var isFullDisk: Bool { [.noSpace, .diskQuotaExceeded].contains(reason) }

  /// Whether the reason may be gone by itself after a while.
  var hasPassingReason: Bool { isShortage || isFullDisk || reason == .readOnlyFileSystem }
}
