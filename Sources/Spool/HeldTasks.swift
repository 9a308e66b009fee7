internal import Daemon
internal import Ledger
internal import Logging
internal import Scoring
internal import Synchronization
internal import SystemCalls
internal import SystemPackage

/// Tasks that fail temporarily, for example because of a full disk, a read-only file system or a lack of descriptors.
///
/// A held task is retried every second; nothing is lost, and no new files are claimed in the meantime. The log has
/// one line when a task is held and one when it succeeds.
final class HeldTasks: Sendable {
  /// Thrown when waiting ends because the program stops.
  struct Interrupted: Error {}

  private let state = Mutex<[String: String]>([:])
  private let log: Logger
  private let pulse: Pulse

  private static let pause: Int32 = 1000

  /// None yet.
  ///
  /// - Parameter pulse: receives a beat for every attempt.
  init(log: Logger, pulse: Pulse = Pulse()) { (self.log, self.pulse) = (log, pulse) }

  /// Whether any task is held.
  var isHolding: Bool { state.withLock { !$0.isEmpty } }

  /// A held task and the reason, for people; nil if there is none.
  var text: String? {
    state.withLock { state in state.min { $0.key < $1.key }.map { "held up: \($0.key): \($0.value)" } }
  }

  /// The names of the tasks that are held, among `names`.
  var held: [String] {
    state.withLock { state in
      state.keys.map { task in Self.names.first { task.hasPrefix($0) } ?? "other" }
    }
  }

  /// All names of tasks, by what they begin with, and what stands for any other.
  static let names = [
    SpoolIdentity.task, "choosing names", "claiming files", "publishing", "tidying up done/",
    "writing labels",
    "writing rejected lines", "writing the ledger", "writing the reason of a refusal",
    "writing the statistics", "other",
  ]

  /// Runs `body`, and retries it as long as it fails temporarily.
  ///
  /// - Parameters:
  ///   - task: a short name of the task, always the same.
  ///   - isTemporary: which errors are temporary.
  ///   - body: must have no effect when it throws.
  /// - Throws: permanent errors of `body`; `Interrupted` if `stop` was rung while the task was held.
  func retry<Result>(
    _ task: String, until stop: WakeUp, if isTemporary: (any Error) -> Bool = HeldTasks.passes,
    _ body: () throws -> Result
  ) throws -> Result {
    while true {
      do {
        let result = try body()
        release(task)
        return result
      } catch  where isTemporary(error) {
        hold(task, error)
        pulse.advance()
        guard !Readiness.wait(for: stop.descriptor, milliseconds: Self.pause).first else {
          throw Interrupted()
        }
      }
    }
  }

  /// Records that `task` failed temporarily.
  func hold(_ task: String, _ error: any Error) {
    let why = Self.isDiskFull(error) ? "disk full: \(error)" : "\(error)"
    let isNew = state.withLock { $0.updateValue(why, forKey: task) == nil }
    guard isNew else { return }
    log.tell(DaemonEvent.heldUp, ["task": "\(task)", "error": "\(why)"])
  }

  /// Records that `task` succeeded.
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

  /// Whether `error` is temporary, and a retry loses nothing.
  static func passes(_ error: any Error) -> Bool {
    switch error {
    case let error as SystemCallError: passes(error)
    case let error as LedgerError: [.noSpace, .readOnly, .exhausted, .busy].contains(error.cause)
    case is DisplacedSpoolError: true
    default: false
    }
  }

  /// The same for work in the spool's own folders, where a missing permission is a folder's, not a file's.
  static func passesInFolders(_ error: any Error) -> Bool {
    let reason = (error as? SystemCallError)?.reason
    return passes(error) || reason == .permissionDenied || reason == .notPermitted
  }

  private static func passes(_ error: SystemCallError) -> Bool {
    // After a failed fsync the state of the disk is unknown, and a second fsync would falsely succeed.
    guard !["fsync", "fdatasync", "syncfs"].contains(error.call) else { return false }
    return error.hasPassingReason
  }
}

extension SystemCallError {
  /// Whether the process or the machine lacks a resource, so that the error is not about the file.
  var isShortage: Bool {
    [.tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory].contains(reason)
  }

  /// Whether writing is impossible for the time being: no space, or a limit of bytes or of a file's size.
  var isFullDisk: Bool { [.noSpace, .diskQuotaExceeded, .fileTooLarge].contains(reason) }

  /// Whether the reason may go away by itself.
  var hasPassingReason: Bool { isShortage || isFullDisk || reason == .readOnlyFileSystem }
}
