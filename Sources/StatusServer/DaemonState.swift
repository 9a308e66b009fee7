package import Statistics

/// What a daemon tells of itself, all of one moment: everything that is served comes from one of these.
package struct DaemonState: Sendable {
  /// Files in the inbox, or wherever work waits.
  package struct Queue: Equatable, Sendable {
    /// Files that will be taken.
    package var files: Int
    /// Things that never will be.
    package var leftAlone: Int

    package init(files: Int, leftAlone: Int) { (self.files, self.leftAlone) = (files, leftAlone) }
  }

  /// How often the configuration was read again since the start.
  package struct Reloads: Equatable, Sendable {
    /// The new settings were put in force.
    package var applied = 0
    /// The old ones stayed.
    package var refused = 0

    package init() {}
  }

  /// Which program it is.
  package struct Build: Equatable, Sendable {
    package var version: String
    /// The model that labels now.
    package var model: String

    package init(version: String, model: String) { (self.version, self.model) = (version, model) }
  }

  package var statistics: Snapshot
  /// The same as JSON, as it stands in `stats/current.json`, with a line end.
  package var json: String
  package var queue: Queue
  /// What cannot be done at the moment, and why: a sentence. Nil when all is well.
  package var trouble: String?
  package var reloads: Reloads
  package var build: Build
  /// When the process began to work, in microseconds since 1970.
  package var started: Int

  package init(
    statistics: Snapshot, json: String, queue: Queue, trouble: String?, reloads: Reloads, build: Build,
    started: Int
  ) {
    (self.statistics, self.json) = (statistics, json)
    (self.queue, self.trouble, self.reloads) = (queue, trouble, reloads)
    (self.build, self.started) = (build, started)
  }
}
