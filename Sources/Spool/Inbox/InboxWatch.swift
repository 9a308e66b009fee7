internal import Daemon
internal import Logging
internal import SystemCalls
internal import SystemPackage

/// Hears of the inbox; what really lies there only a look can tell.
///
/// Where the system lets us hear nothing (no inotify instance or watch left), that is told once, tried again with each
/// look, and told once when it works again.
struct InboxWatch {
  /// What to poll for, where the system lets us hear.
  var descriptor: FileDescriptor? { inotify?.descriptor }
  /// Whether what happens in the inbox is told; if not, only looking into it helps.
  private(set) var isHearing = true

  private let makeInotify: () throws(SystemCallError) -> Inotify
  private let log: Logger
  private var inotify: Inotify?
  /// The number of the watch on the inbox.
  private var watched: Int32?
  /// Names that were renamed into the inbox: their content was complete by then.
  private var movedIn: Set<FileName> = []

  /// Names beyond these just have to settle like others.
  private static let mostNames = 65_536

  /// Listens to nothing yet.
  init(
    log: Logger,
    makeInotify: @escaping () throws(SystemCallError) -> Inotify = { () throws(SystemCallError) in
      try Inotify()
    }
  ) {
    self.log = log
    self.makeInotify = makeInotify
  }

  /// Listens to the directory at `path`; harmless when it does already.
  ///
  /// When another directory has the path now, what was still to be heard of the first one is forgotten.
  mutating func arm(_ path: FilePath) {
    do {
      let inotify = if let inotify { inotify } else { try makeInotify() }
      self.inotify = inotify
      let number = try inotify.watch(path)
      if let watched, watched != number {
        movedIn.removeAll()
        self.watched = nil
        self.inotify = try makeInotify()
      }
      watched = try self.inotify?.watch(path)
      tell(isHearing: true)
    } catch {
      // What happens from here on is not heard: it may be about any of them.
      movedIn.removeAll()
      let passing: [Errno] = [.noSuchFileOrDirectory, .notDirectory, .permissionDenied]
      // Those the look itself will run into, and tell.
      if !passing.contains(error.reason) { tell(isHearing: false, error) }
    }
  }

  /// Takes in what was heard; returns whether there is a reason to look into the inbox, and whether it was moved away
  /// or removed.
  mutating func listen() throws(SystemCallError) -> (isNews: Bool, isGone: Bool) {
    var (isNews, isGone) = (false, false)
    while let events = try inotify?.events(), !events.isEmpty {
      for event in events {
        if note(event) { isNews = true }
        if event == .gone { isGone = true }
      }
    }
    return (isNews, isGone)
  }

  /// Whether `name` was renamed into the inbox.
  func sawMovingIn(_ name: FileName) -> Bool { movedIn.contains(name) }

  /// Forgets `name`, which is gone or must settle after all.
  mutating func forget(_ name: FileName) { movedIn.remove(name) }

  /// Forgets all names but `present`.
  mutating func forgetAll(but present: some Sequence<FileName>) { movedIn.formIntersection(present) }

  /// Takes in one event; returns whether it is a reason to look.
  private mutating func note(_ event: Inotify.Change) -> Bool {
    switch event {
    case .movedIn(let name), .closedAfterWriting(let name), .created(let name):
      guard !InboxRules.ignores(name) else { return false }
      if case .movedIn = event, movedIn.count < Self.mostNames {
        movedIn.insert(name)
      } else {
        // Whatever had the name when it came in, this is another file, or one that somebody has written to since.
        movedIn.remove(name)
      }
    case .overflow, .gone:
      // What was not told may have been about any of them.
      movedIn.removeAll()
    }
    return true
  }

  private mutating func tell(isHearing: Bool, _ error: SystemCallError? = nil) {
    defer { self.isHearing = isHearing }
    guard isHearing != self.isHearing else { return }
    if let error {
      (inotify, watched) = (nil, nil)
      log.tell(
        SpoolEvent.deaf,
        ["error": "\(error)", "limits": "sysctl fs.inotify.max_user_watches, max_user_instances"])
    } else {
      log.tell(SpoolEvent.hearingAgain)
    }
  }
}
