internal import Logging
internal import SystemCalls
internal import SystemPackage

/// Hears of the inbox; what really lies there only a look can tell.
struct InboxWatch {
  /// What to poll for, where the system lets us hear.
  var descriptor: FileDescriptor? { inotify?.descriptor }

  private var inotify: Inotify?
  /// Names that were renamed into the inbox: their content was complete by then.
  private var movedIn: Set<FileName> = []

  /// Names beyond these just have to settle like others.
  private static let mostNames = 65_536

  /// Listens to nothing yet; without inotify the inbox is only looked into from time to time.
  init(log: Logger) {
    do {
      inotify = try Inotify()
    } catch {
      log.warning(
        "cannot hear of new files, looking for them from time to time", metadata: ["error": "\(error)"])
    }
  }

  /// Listens to the directory at `path`; harmless when it does already.
  mutating func arm(_ path: FilePath) {
    try? inotify?.watch(path)
  }

  /// Takes in what was heard; returns whether there is a reason to look into the inbox.
  mutating func listen() throws(SystemCallError) -> Bool {
    var isNews = false
    while let events = try inotify?.events(), !events.isEmpty {
      isNews = true
      for event in events { note(event) }
    }
    return isNews
  }

  /// Whether `name` was renamed into the inbox.
  func sawMovingIn(_ name: FileName) -> Bool { movedIn.contains(name) }

  /// Forgets `name`, which is gone or must settle after all.
  mutating func forget(_ name: FileName) { movedIn.remove(name) }

  /// Forgets all names but `present`.
  mutating func forgetAll(but present: some Sequence<FileName>) { movedIn.formIntersection(present) }

  private mutating func note(_ event: Inotify.Event) {
    switch event {
    case .movedIn(let name) where movedIn.count < Self.mostNames && !InboxRules.ignores(name):
      movedIn.insert(name)
    case .closedAfterWriting(let name):
      // Whatever it was when it came in, somebody has written to it since.
      movedIn.remove(name)
    case .movedIn, .overflow, .gone: break
    }
  }
}
