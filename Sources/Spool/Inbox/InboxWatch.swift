internal import Daemon
internal import Logging
internal import SystemCalls
internal import SystemPackage

/// Watches the inbox for changes; only a scan can tell its whole content.
///
/// If that is not possible (no inotify instance or watch left), the failure is logged once, retried with each scan,
/// and the recovery logged once.
struct InboxWatch {
  /// What has happened in the inbox.
  struct News {
    /// The entries that are new or have been written to.
    var names: Set<FileName> = []
    /// Whether there were more changes, which only a scan can find.
    var isIncomplete = false
    /// Whether the inbox was moved or removed.
    var isGone = false

    /// Whether anything has happened.
    var isNews: Bool { isIncomplete || isGone || !names.isEmpty }
  }

  /// Readable when there are events; nil without inotify.
  var descriptor: FileDescriptor? { inotify?.descriptor }
  /// Whether events are received; if not, only scans help.
  private(set) var isHearing = true

  private let makeInotify: () throws(SystemCallError) -> Inotify
  private let log: Logger
  private var inotify: Inotify?
  /// The number of the watch on the inbox.
  private var watched: Int32?
  /// Names renamed into the inbox, whose files are complete.
  private var movedIn: Set<FileName> = []

  /// The maximum number of such names; further files have to settle.
  private static let mostNames = 65_536
  /// The maximum number of reads at a time: producers must not be able to keep the daemon listening.
  private static let mostReads = 64

  /// Watches nothing yet.
  init(
    log: Logger,
    makeInotify: @escaping () throws(SystemCallError) -> Inotify = { () throws(SystemCallError) in
      try Inotify()
    }
  ) {
    self.log = log
    self.makeInotify = makeInotify
  }

  /// Watches the directory at `path`; harmless if it is watched already.
  ///
  /// If another directory has this path now, pending events of the old one are dropped.
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
      // From now on events are missed, and they may concern any of these names.
      movedIn.removeAll()
      let passing: [Errno] = [.noSuchFileOrDirectory, .notDirectory, .permissionDenied]
      // The scan itself will report these errors.
      if !passing.contains(error.reason) { tell(isHearing: false, error) }
    }
  }

  /// Processes pending events, of which some may be left for the next call.
  mutating func listen() throws(SystemCallError) -> News {
    var news = News()
    for _ in 0..<Self.mostReads {
      guard let events = try inotify?.events(), !events.isEmpty else { break }
      for event in events { note(event, in: &news) }
    }
    return news
  }

  /// Whether `name` was renamed into the inbox.
  func sawMovingIn(_ name: FileName) -> Bool { movedIn.contains(name) }

  /// Forgets `name`, which is gone or has to settle.
  mutating func forget(_ name: FileName) { movedIn.remove(name) }

  /// Forgets all names except `present`.
  mutating func forgetAll(but present: some Sequence<FileName>) { movedIn.formIntersection(present) }

  private mutating func note(_ event: Inotify.Change, in news: inout News) {
    switch event {
    case .movedIn(let name), .closedAfterWriting(let name), .created(let name):
      guard !InboxRules.ignores(name) else { return }
      news.names.insert(name)
      if case .movedIn = event, movedIn.count < Self.mostNames {
        movedIn.insert(name)
      } else {
        // This is a different file than the one renamed in, or one that has been written to since.
        movedIn.remove(name)
      }
    case .overflow, .gone:
      // The lost events may concern any of these names.
      movedIn.removeAll()
      if event == .gone { news.isGone = true } else { news.isIncomplete = true }
    }
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
